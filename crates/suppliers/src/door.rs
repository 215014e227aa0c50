//! `suppliers::door` — ways in without an account: a link of 256 random bits for one request, stored hashed,
//! that ends and can be shut; and the browser that gave the code sent to the registered contact. A wrong, an
//! expired, a shut link and one of somebody else all get the same answer.

use kernel::{Day, Event, EventKind, Instant, Scope, Unscoped, narrow, random_token, sha256_hex};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::data::Data;
use crate::store::{DOOR_ADD, DOOR_REVOKE, REQUEST_DOOR, REQUEST_NUMBERED, RequestRow};

/// Whoever holds a link or code is somebody of the supplier; the row found says of which buyer.
pub(crate) const GUEST: Unscoped = Unscoped::because("a link names the request it opens, of whichever buyer");

/// How long a browser stays in, in seconds.
pub(crate) const SESSION_SECONDS: i64 = 8 * 3600;
/// How long a code holds, in seconds.
pub(crate) const CODE_SECONDS: i64 = 900;
/// Wrong codes before it is void.
pub(crate) const CODE_TRIES: i64 = 5;

/// Letters and digits that cannot be mistaken for each other.
const SIGNS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A number for a request, `R-XXXX-XXXX`, and its short code of six digits.
pub(crate) fn number(cx: &Cx) -> (String, String) {
    let mut bytes = [0_u8; 8];
    cx.app.rng.fill(&mut bytes);
    let sign = |b: &u8| SIGNS.get(usize::from(*b) % SIGNS.len()).map_or('2', |c| char::from(*c));
    let text: String = bytes.iter().map(sign).collect();
    let (one, two) = text.split_at(4);
    (format!("R-{one}-{two}"), code(cx))
}

/// A random code of six digits.
pub(crate) fn code(cx: &Cx) -> String {
    let mut bytes = [0_u8; 8];
    cx.app.rng.fill(&mut bytes);
    format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000)
}

/// What is stored of a number's short code.
pub(crate) fn check_hash(number: &str, check: &str) -> String {
    sha256_hex(format!("{number}\n{check}").as_bytes())
}

/// What is stored of a code.
pub(crate) fn code_hash(request: &str, code: &str) -> String {
    sha256_hex(format!("{request}\n{code}").as_bytes())
}

/// Makes a way in; the token is told once and stored hashed.
///
/// # Errors
/// The store's.
pub(crate) async fn open(cx: &Cx, tx: &mut Tx, row: &RequestRow, kind: &str, code: &str, until: Instant) -> Result<String, Problem> {
    let token = random_token(&*cx.app.rng, 32);
    let hash = if code.is_empty() { String::new() } else { code_hash(&row.request_id, code) };
    let values = params![sha256_hex(token.as_bytes()), &row.organisation_id, &row.request_id, kind, hash, cx.now(), until];
    tx.run(&GUEST, DOOR_ADD, values).await?;
    Ok(token)
}

/// When links of a request end.
pub(crate) fn link_ends(data: &Data, deadline: &str, now: Instant) -> Instant {
    let last = Day::parse(deadline).unwrap_or_else(|_| now.day()).max(now.day());
    last.plus_days(data.requests().link_after_days + 1).starts_in_japan()
}

/// The request a link opens.
///
/// # Errors
/// [`kernel::Code::NotFound`] for every token that opens nothing now; the store's.
pub(crate) async fn linked(cx: &Cx, tx: &mut Tx, token: &str) -> Result<RequestRow, Problem> {
    by(cx, tx, token, "link").await
}

/// The request the browser is in.
///
/// # Errors
/// [`kernel::Code::NotFound`] for every token that opens nothing now; the store's.
pub(crate) async fn inside(cx: &Cx, tx: &mut Tx) -> Result<RequestRow, Problem> {
    by(cx, tx, &cx.guest, "session").await
}

async fn by(cx: &Cx, tx: &mut Tx, token: &str, kind: &str) -> Result<RequestRow, Problem> {
    let row: Option<RequestRow> = tx.one(&GUEST, REQUEST_DOOR, params![sha256_hex(token.as_bytes()), kind, cx.now()]).await?;
    row.ok_or_else(Problem::not_found)
}

/// The request with this number, if its short code fits.
///
/// # Errors
/// [`kernel::Code::NotFound`] if one of them is wrong; the store's.
pub(crate) async fn numbered(tx: &mut Tx, number: &str, check: &str) -> Result<RequestRow, Problem> {
    let plain = |text: &str| text.chars().map(narrow).filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let (bare, check) = (plain(number), plain(check));
    let bare = bare.strip_prefix('R').filter(|t| t.len() == 8).unwrap_or("");
    let (one, two) = bare.split_at_checked(4).unwrap_or(("", ""));
    let number = format!("R-{one}-{two}");
    let hash = check_hash(&number, &check);
    let row: Option<RequestRow> = tx.one(&GUEST, REQUEST_NUMBERED, params![number, hash]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Shuts every way into a request.
///
/// # Errors
/// The store's.
pub(crate) async fn shut(cx: &Cx, tx: &mut Tx, scope: &Scope, request: &str) -> Result<(), Problem> {
    tx.run(scope, DOOR_REVOKE, params![request]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::ReplyDoorsRevoked, request)).await?;
    Ok(())
}

/// Notes what somebody without an account did in the buyer's ledger.
///
/// # Errors
/// The store's.
pub(crate) async fn note(cx: &Cx, tx: &mut Tx, row: &RequestRow, event: &Event) -> Result<(), Problem> {
    Ok(tx.record_as(Some(&row.organisation_id), "supplier", cx.now(), event).await?)
}
