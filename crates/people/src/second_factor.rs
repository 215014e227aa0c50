//! `people::second_factor` — one-time codes (RFC 6238): set up with a picture or by hand, used
//! once each, with recovery codes for a lost phone. Removing it needs the password.

use askama::Template;
use kernel::{Code, Event, EventKind, Unscoped, random_token, sha256_hex};
use store::{Tx, params};
use totp_rs::{Builder, Totp};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::password;
use crate::store::{
    PERSON_BY_ID, PERSON_TOTP, PERSON_TOTP_STEP, PersonRow, RECOVERY_ADD, RECOVERY_CLEAR, RECOVERY_USE, SESSION_END_OTHERS,
};

const OWN: Unscoped = Unscoped::because("a person's own account; the person's id is bound as a parameter");
/// How many recovery codes are made.
const RECOVERY_CODES: usize = 8;

fn totp(secret_hex: &str) -> Option<Totp> {
    let bytes: Option<Vec<u8>> =
        (0..secret_hex.len() / 2).map(|i| u8::from_str_radix(secret_hex.get(2 * i..2 * i + 2)?, 16).ok()).collect();
    let secret: [u8; 20] = bytes?.try_into().ok()?;
    Builder::new().with_secret(secret).with_skew(1).build().ok()
}

/// Base32 without padding, as authenticator apps expect it.
fn base32(secret_hex: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digits = secret_hex.chars().filter_map(|c| c.to_digit(16));
    let bits: String = digits.flat_map(|d| [8, 4, 2, 1].map(|bit| if d & bit == 0 { '0' } else { '1' })).collect();
    let groups = bits.as_bytes().chunks(5).filter_map(|g| std::str::from_utf8(g).ok());
    groups.filter_map(|g| LETTERS.get(usize::from_str_radix(&format!("{g:0<5}"), 2).ok()?)).map(|b| char::from(*b)).collect()
}

/// Whether a code fits now and was not used before; a recovery code is used up.
///
/// # Errors
/// The store's.
pub(crate) async fn code_fits(cx: &Cx, tx: &mut Tx, person: &PersonRow, typed: &str) -> Result<bool, Problem> {
    let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let Some(totp) = person.totp_secret.as_deref().and_then(totp) else { return Ok(false) };
    let now = u64::try_from(cx.now().as_millis() / 1000).unwrap_or_default();
    if let Some(step) = totp.check(&typed, now) {
        let step = i64::try_from(step).unwrap_or_default();
        let fresh = tx.run(&OWN, PERSON_TOTP_STEP, params![&person.person_id, step]).await?;
        return Ok(fresh == 1 && step > person.totp_last_step);
    }
    let used = tx.run(&OWN, RECOVERY_USE, params![&person.person_id, sha256_hex(typed.as_bytes())]).await?;
    Ok(used == 1)
}

#[derive(Template)]
#[template(path = "second_factor.html")]
pub(crate) struct SecondFactorPage {
    p: Page,
    errors: Fields,
    secret: String,
    shown: String,
    qr: String,
    codes: Vec<String>,
}

impl Sampled for SecondFactorPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |codes| Self {
            p: p.clone(),
            errors: Fields::default(),
            secret: "00".into(),
            shown: "AAAA BBBB".into(),
            qr: String::new(),
            codes,
        };
        vec![("set up", page(vec![])), ("done", page(vec!["0123456789".into()]))]
    }
}

fn set_up(cx: &Cx, status: StatusCode, errors: Fields, secret: String) -> Response {
    let p = Page::new(cx);
    let plain = base32(&secret);
    let name = cx.signed.as_ref().map(|s| web::percent(&s.person_name)).unwrap_or_default();
    let qr = web::qr(&format!("otpauth://totp/Ishigaki:{name}?secret={plain}&issuer=Ishigaki"), "QR");
    let groups: Vec<String> = plain.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    p.render_as(status, &SecondFactorPage { p: p.clone(), errors, secret, shown: groups.join(" "), qr, codes: Vec::new() })
}

/// `GET /account/second-factor`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    Ok(set_up(&cx, StatusCode::OK, Fields::default(), random_token(&*cx.app.rng, 20)))
}

/// `POST /account/second-factor`
pub(crate) async fn add(cx: Cx, call: Call) -> Result<Response, Problem> {
    let secret = call.form.get("secret").to_owned();
    let now = u64::try_from(cx.now().as_millis() / 1000).unwrap_or_default();
    let typed: String = call.form.get("code").chars().filter(char::is_ascii_digit).collect();
    let step = totp(&secret).filter(|_| secret.len() == 40).and_then(|t| t.check(&typed, now));
    let Some(step) = step else {
        let mut errors = Fields::default();
        errors.add("code", cx.t("second.wrong"));
        return Ok(set_up(&cx, StatusCode::UNPROCESSABLE_ENTITY, errors, secret));
    };
    let person = cx.scope()?.person().clone();
    let mut tx = cx.write().await?;
    tx.run_one(&OWN, PERSON_TOTP, params![&person, &secret, i64::try_from(step).unwrap_or_default()]).await?;
    tx.run(&OWN, RECOVERY_CLEAR, params![&person]).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_token(&*cx.app.rng, 8)).collect();
    for code in &codes {
        tx.run(&OWN, RECOVERY_ADD, params![&person, sha256_hex(code.as_bytes())]).await?;
    }
    tx.run(&OWN, SESSION_END_OTHERS, params![&person, sha256_hex(cx.session.as_bytes())]).await?;
    cx.record(&mut tx, Event::new(EventKind::SecondFactorAdded, person.as_str())).await?;
    tx.commit().await?;
    let p = Page::new(&cx);
    Ok(p.render(&SecondFactorPage {
        p: p.clone(),
        errors: Fields::default(),
        secret: String::new(),
        shown: String::new(),
        qr: String::new(),
        codes,
    }))
}

/// `POST /account/second-factor/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    prove(&cx, call.form.get("password")).await?;
    let person = cx.scope()?.person().clone();
    let mut tx = cx.write().await?;
    tx.run_one(&OWN, PERSON_TOTP, params![&person, None::<String>, 0_i64]).await?;
    tx.run(&OWN, RECOVERY_CLEAR, params![&person]).await?;
    cx.record(&mut tx, Event::new(EventKind::SecondFactorRemoved, person.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/account"))
}

/// Asks for the password again before something sensitive.
///
/// # Errors
/// [`Code::SignInRefused`], or [`Code::TooManyTries`].
pub(crate) async fn prove(cx: &Cx, typed: &str) -> Result<(), Problem> {
    let person = cx.scope()?.person().clone();
    let bucket = format!("prove {person}");
    let mut tx = cx.read().await?;
    crate::throttle::check(cx, &mut tx, &bucket).await?;
    let row: Option<PersonRow> = tx.one(&OWN, PERSON_BY_ID, params![&person]).await?;
    drop(tx);
    if password::verify(typed.to_owned(), row.map(|r| r.password_hash)).await {
        return Ok(());
    }
    let mut tx = cx.write().await?;
    crate::throttle::fail(cx, &mut tx, &bucket).await?;
    cx.record(&mut tx, Event::new(EventKind::SignInRefused, person.as_str())).await?;
    tx.commit().await?;
    Err(Problem::new(Code::SignInRefused).with_detail(cx.t("password.again")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfc_secret_gives_the_rfc_code() {
        // RFC 6238 appendix B, SHA-1, time 59: ...287082 in its last six digits.
        let secret = "3132333435363738393031323334353637383930";
        assert!(totp(secret).unwrap().check("287082", 59).is_some());
        assert_eq!(base32(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
