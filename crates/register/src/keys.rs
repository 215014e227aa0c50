//! `register::keys` — the instance's signing keys: made on first use, rotated, and shut off from a
//! day on when one was stolen.

use kernel::{Day, Unscoped, hex};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::note::{Signer, Verifier};
use crate::store::{KEY_ADD, KEY_CLOSE, KEY_LIST, KeyRow};

/// Keys belong to the instance, not to an organisation.
pub(crate) const REGISTER: Unscoped = Unscoped::because("the public register is for everybody");

/// Every key of the instance, oldest first.
pub(crate) struct Keys {
    rows: Vec<KeyRow>,
}

impl Keys {
    /// The keys that check stars, those shut off included.
    pub(crate) fn verifiers(&self) -> Vec<Verifier> {
        self.rows.iter().filter_map(|r| Verifier::parse(&r.public_key).ok()).collect()
    }

    /// The keys that may sign lists and checkpoints now.
    pub(crate) fn open(&self) -> Vec<Verifier> {
        let open = self.rows.iter().filter(|r| r.closed_on.is_none());
        open.filter_map(|r| Verifier::parse(&r.public_key).ok()).collect()
    }

    /// Keys that were shut off, with their row id and the first day on which they do not count.
    pub(crate) fn closed(&self) -> impl Iterator<Item = (&str, Verifier, Day)> + '_ {
        self.rows.iter().filter_map(|r| {
            let day = r.closed_on.as_deref().and_then(|d| Day::parse(d).ok())?;
            Some((r.key_id.as_str(), Verifier::parse(&r.public_key).ok()?, day))
        })
    }

    /// The newest open key, with its row id.
    fn signer(&self) -> Option<(String, Signer)> {
        let row = self.rows.iter().rev().find(|r| r.closed_on.is_none())?;
        let name = Verifier::parse(&row.public_key).ok()?.name().to_owned();
        let mut secret = [0_u8; 32];
        for (byte, pair) in secret.iter_mut().zip(row.secret_key.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some((row.key_id.clone(), Signer::new(&name, &secret)))
    }
}

/// All keys.
///
/// # Errors
/// The store's.
pub(crate) async fn keys(tx: &mut Tx) -> Result<Keys, Problem> {
    Ok(Keys { rows: tx.all(&REGISTER, KEY_LIST, params![]).await? })
}

/// The key that signs now, with its row id.
///
/// # Errors
/// [`kernel::Code::NotFound`] before the first star, when there is no key yet.
pub(crate) async fn signer(tx: &mut Tx) -> Result<(String, Signer), Problem> {
    keys(tx).await?.signer().ok_or_else(Problem::not_found)
}

/// Makes a key that signs from now on; the older ones still check.
///
/// # Errors
/// The store's.
pub async fn key_make(cx: &Cx, tx: &mut Tx) -> Result<String, Problem> {
    let mut secret = [0_u8; 32];
    cx.app.rng.fill(&mut secret);
    let host = cx.app.config.public_url.split_once("://").map_or("", |(_, host)| host);
    let public = Signer::new(&format!("{host}/register"), &secret).verifier().to_string();
    let id = kernel::random_token(&*cx.app.rng, 8);
    tx.run(&REGISTER, KEY_ADD, params![&id, &public, hex(&secret), cx.now()]).await?;
    Ok(public)
}

/// The key that signs, made if there is none.
pub(crate) async fn signer_or_new(cx: &Cx, tx: &mut Tx) -> Result<(String, Signer), Problem> {
    if let Some(found) = keys(tx).await?.signer() {
        return Ok(found);
    }
    key_make(cx, tx).await?;
    signer(tx).await
}

/// Shuts a key off from a day on, by its public text, and makes a new one. What it signed before
/// that day goes on to count, because the status list names it.
///
/// # Errors
/// [`kernel::Code::NotFound`] if no open key reads so.
pub async fn key_close(cx: &Cx, tx: &mut Tx, public: &str, day: Day) -> Result<String, Problem> {
    let rows = keys(tx).await?.rows;
    let row = rows.iter().find(|r| r.public_key == public && r.closed_on.is_none()).ok_or_else(Problem::not_found)?;
    tx.run(&REGISTER, KEY_CLOSE, params![&row.key_id, day.to_string()]).await?;
    key_make(cx, tx).await
}
