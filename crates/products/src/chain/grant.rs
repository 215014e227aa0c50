//! `products::chain::grant` — what a maker lets a customer see of a product: made for somebody named in the maker's own words,
//! taken by whoever holds its code, ended by a day or by hand.

use kernel::{Day, Event, EventKind, GrantId, Scope, sha256_hex};
use schemars::JsonSchema;
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Cx, FieldError, Problem};

use crate::chain::spread::CHAIN;
use crate::chain::store::{GRANT_ADD, GRANT_BY_CODE, GRANT_END, GRANT_FIND, GRANT_TAKE, GrantRow};
use crate::product_show::find as find_product;

/// Longest name of a customer, in characters.
const NAME_MAX: usize = 200;
/// Longest list of withheld parts, in characters.
const WITHHELD_MAX: usize = 20_000;
/// Longest time a grant may hold, in days.
const DAYS_MAX: i64 = 3 * 366;

/// Letters and digits that cannot be mistaken for each other; 32 of them, so that a byte picks each equally.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What a customer may see.
pub(crate) const SHARES: [&str; 3] = ["answers", "redacted", "whole"];

/// What a maker grants.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GrantInput {
    /// Who the customer is, in one's own words.
    pub customer_name: String,
    /// `answers` (which vulnerability concerns it), `redacted` (the list without some names) or `whole`.
    pub share: String,
    /// Names or package URLs of parts that are withheld, one a line.
    pub withheld: String,
    /// Last day, YYYY-MM-DD.
    pub ends_on: String,
}

/// A code of 100 random bits: `XXXX-XXXX-XXXX-XXXX-XXXX`.
fn code(cx: &Cx) -> String {
    let mut bytes = [0_u8; 20];
    cx.app.rng.fill(&mut bytes);
    let sign = |b: &u8| SIGNS.get(usize::from(*b % 32)).map_or('2', |c| char::from(*c));
    let groups: Vec<String> = bytes.chunks(4).map(|group| group.iter().map(sign).collect()).collect();
    groups.join("-")
}

/// What is stored of a code, in whatever way it was typed.
fn code_hash(text: &str) -> String {
    let plain: String = text.chars().map(kernel::narrow).filter(char::is_ascii_alphanumeric).collect();
    sha256_hex(plain.to_ascii_uppercase().as_bytes())
}

/// Makes a grant. Returns its id and the code, which is told once and stored hashed.
///
/// # Errors
/// [`kernel::Code::Invalid`] by field; [`kernel::Code::NotFound`]; the store's.
pub async fn grant_make(cx: &Cx, scope: &Scope, product: &str, input: &GrantInput) -> Result<(String, String), Problem> {
    let wrong = |field: &str, key: &str| FieldError { field: field.to_owned(), text: cx.t(key) };
    let mut errors = Vec::new();
    let name = input.customer_name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        errors.push(wrong("customer_name", "grant.wrong.customer"));
    }
    if !SHARES.contains(&input.share.as_str()) {
        errors.push(wrong("share", "grant.wrong.share"));
    }
    if input.withheld.chars().count() > WITHHELD_MAX || (input.share == "redacted" && input.withheld.trim().is_empty()) {
        errors.push(wrong("withheld", "grant.wrong.withheld"));
    }
    let today = cx.now().day();
    let fits = |day: &Day| *day >= today && day.days_since(today) <= DAYS_MAX;
    let Some(ends_on) = Day::parse(input.ends_on.trim()).ok().filter(fits) else {
        errors.push(wrong("ends_on", "grant.wrong.ends"));
        return Err(Problem::invalid(errors));
    };
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let (id, code) = (GrantId::new(&*cx.app.clock, &*cx.app.rng).to_string(), code(cx));
    let mut tx = cx.write().await?;
    find_product(&mut tx, scope, product).await?;
    let withheld = if input.share == "redacted" { input.withheld.trim() } else { "" };
    let ends_on = ends_on.to_string();
    let values = params![&id, product, name, &input.share, withheld, code_hash(&code), &ends_on, cx.now(), scope.person()];
    tx.run(scope, GRANT_ADD, values).await?;
    let event = Event::new(EventKind::GrantMade, &id).with("product", product).with("share", &input.share).with("ends", ends_on);
    tx.record(scope, cx.now(), &event).await?;
    tx.commit().await?;
    Ok((id, code))
}

/// A grant of the organisation.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<GrantRow, Problem> {
    tx.one(scope, GRANT_FIND, params![id]).await?.ok_or_else(Problem::not_found)
}

/// Ends a grant today. Returns the product it was of.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn end(cx: &Cx, scope: &Scope, id: &str) -> Result<String, Problem> {
    let mut tx = cx.write().await?;
    let grant = find(&mut tx, scope, id).await?;
    tx.run(scope, GRANT_END, params![id, cx.now()]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::GrantEnded, id)).await?;
    tx.commit().await?;
    Ok(grant.product_id)
}

/// The grant a code opens for an organisation, as its maker and id; the first that uses a code takes it.
///
/// # Errors
/// The store's.
pub(crate) async fn take(cx: &Cx, tx: &mut Tx, scope: &Scope, code: &str) -> Result<Option<(String, String)>, StoreError> {
    let today = cx.now().day().to_string();
    let found: Option<(String, String, String)> = tx.one(&CHAIN, GRANT_BY_CODE, params![code_hash(code), today]).await?;
    let Some((maker, grant, taker)) = found.filter(|(maker, ..)| maker != scope.id().as_str()) else { return Ok(None) };
    if taker.is_empty() {
        let taken = tx.run(&CHAIN, GRANT_TAKE, params![&maker, &grant, scope.id(), cx.now()]).await?;
        return Ok((taken == 1).then_some((maker, grant)));
    }
    Ok((taker == scope.id().as_str()).then_some((maker, grant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        assert_eq!(code_hash("ab23-CD45"), code_hash(" ＡＢ２３ cd45 "));
        assert_ne!(code_hash("ab23"), code_hash("ab24"));
    }
}
