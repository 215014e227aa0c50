//! `register::log_show` — what auditors and offline verifiers fetch: keys, status list, checkpoint
//! and tiles (c2sp.org/tlog-tiles). Plain texts and bytes, cached where they never change.

use kernel::Day;
use store::{Tx, params};
use web::{Call, Cx, Problem, Response, bytes_response, text_response};

use crate::keys::{REGISTER, keys, signer};
use crate::log::{checkpoint, lines, proof_hashes, size};
use crate::status::{EntryState, StatusList};
use crate::store::{ENTRY_ENDED, ENTRY_KEPT, LEAF_LIST, NODE_LIST};
use crate::tree::consistency;

/// Days for which a status list may be used.
const LIST_DAYS: i64 = 14;

/// Hashes in a full tile, and levels of the tree per tile level.
const TILE_WIDTH: u64 = 256;
const TILE_LEVELS: u32 = 8;

/// The keys as a text: one per line, those shut off with the day before them.
///
/// # Errors
/// The store's.
pub async fn keys_text(tx: &mut Tx) -> Result<String, Problem> {
    let keys = keys(tx).await?;
    let open = keys.open().into_iter().map(|k| format!("{k}\n"));
    let closed = keys.closed().map(|(_, key, day)| format!("closed {day} {key}\n"));
    Ok(open.chain(closed).collect())
}

/// The signed status list of today.
///
/// # Errors
/// The store's.
pub async fn status_text(cx: &Cx, tx: &mut Tx) -> Result<String, Problem> {
    let today = cx.now().day();
    let mut list = StatusList::new(today, today.plus_days(LIST_DAYS));
    let rows: Vec<(String, String, String)> = tx.all(&REGISTER, ENTRY_ENDED, params![]).await?;
    for (number, state, day) in rows {
        if let (Ok(state), Ok(day)) = (EntryState::parse(&state), Day::parse(&day)) {
            list.entries.insert(number, (state, day));
        }
    }
    let found = keys(tx).await?;
    for (id, key, day) in found.closed() {
        list.closed.insert(key.label(), day);
        let kept: Vec<(String,)> = tx.all(&REGISTER, ENTRY_KEPT, params![id, day.to_string()]).await?;
        list.kept.extend(kept.into_iter().map(|(hash,)| hash));
    }
    let (_, signer) = signer(tx).await?;
    Ok(list.sign(&signer))
}

/// `GET /register/keys`
pub(crate) async fn key_list(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    Ok(text_response(keys_text(&mut tx).await?))
}

/// `GET /register/status`
pub(crate) async fn status(cx: Cx, _call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    Ok(text_response(status_text(&cx, &mut tx).await?))
}

/// `GET /register/log/checkpoint`; not there before the first star.
pub(crate) async fn checkpoint_show(cx: Cx, _call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    let (_, signer) = signer(&mut tx).await?;
    Ok(text_response(checkpoint(&mut tx, &signer).await?))
}

/// `GET /register/log/consistency?from=&to=`: the hashes of the proof, one per line.
pub(crate) async fn consistency_show(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    let number = |name: &str| call.query.get(name).parse::<u64>().map_err(|_| Problem::not_found());
    let (from, to) = (number("from")?, number("to")?);
    if to > size(&mut tx).await? || from > to {
        return Err(Problem::not_found());
    }
    let hashes = proof_hashes(&mut tx, &consistency(from, to)).await?;
    Ok(text_response(lines(&hashes)))
}

/// Index and width of a tile from its path, `x001/234` or `x001/234.p/17`.
fn tile(path: &str) -> Option<(u64, u64)> {
    let (path, width) = match path.split_once(".p/") {
        Some((path, width)) => (path, width.parse::<u64>().ok().filter(|w| (1..TILE_WIDTH).contains(w))?),
        None => (path, TILE_WIDTH),
    };
    let parts: Vec<&str> = path.split('/').collect();
    let (last, before) = parts.split_last()?;
    let digits = |text: &str| (text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u64>().ok()).flatten();
    let mut index = 0_u64;
    for part in before {
        index = index.checked_mul(1000)?.checked_add(digits(part.strip_prefix('x')?)?)?;
    }
    Some((index.checked_mul(1000)?.checked_add(digits(last)?)?, width))
}

/// `GET /register/log/tile/{level}/{*tile}`: hashes of a level, or the leaves (`entries`).
pub(crate) async fn tile_show(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (index, width) = tile(call.part("tile")).ok_or_else(Problem::not_found)?;
    let mut tx = cx.read().await?;
    let size = size(&mut tx).await?;
    let from = index.checked_mul(TILE_WIDTH).ok_or_else(Problem::not_found)?;
    let level = if call.part("level") == "entries" { 0 } else { call.part("level").parse::<u32>().map_err(|_| Problem::not_found())? };
    let there = size.checked_shr(level * TILE_LEVELS).unwrap_or(0).saturating_sub(from);
    if level > 6 || there < width {
        return Err(Problem::not_found());
    }
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (first, last) = (number(from), number(from + width));
    let mut bytes = Vec::new();
    if call.part("level") == "entries" {
        let rows: Vec<(String,)> = tx.all(&REGISTER, LEAF_LIST, params![first, last]).await?;
        for (body,) in rows {
            bytes.extend_from_slice(&u16::try_from(body.len()).unwrap_or(0).to_be_bytes());
            bytes.extend_from_slice(body.as_bytes());
        }
    } else {
        let rows: Vec<(String,)> = tx.all(&REGISTER, NODE_LIST, params![level * TILE_LEVELS, first, last]).await?;
        for (hash,) in rows {
            bytes.extend(crate::log::hash_of(&hash).unwrap_or_default());
        }
    }
    Ok(bytes_response(bytes))
}

#[cfg(test)]
mod tests {
    use super::tile;

    #[test]
    fn tile_paths_are_read_as_the_format_says() {
        assert_eq!(tile("000"), Some((0, 256)));
        assert_eq!(tile("x001/x234/067"), Some((1_234_067, 256)));
        assert_eq!(tile("067.p/17"), Some((67, 17)));
        for bad in ["", "0", "1234", "x001", "001/000", "000.p/0", "000.p/256", "../000", "x999/x999/x999/x999/x999/x999/x999/999"] {
            assert_eq!(tile(bad), None, "{bad}");
        }
    }
}
