//! `register::level` — which rung of the ladder companies hold now, by corporate number, for rooms that
//! compare it with what they ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemes::Catalog;
use store::{Tx, params};
use web::{Cx, Problem};

use crate::keys::REGISTER;
use crate::store::ENTRY_NUMBERED;

/// The highest rung held today by each of the numbers; those that hold none are left out.
///
/// # Errors
/// The store's.
pub async fn levels_held(cx: &Cx, tx: &mut Tx, numbers: &[String]) -> Result<BTreeMap<String, i64>, Problem> {
    let (catalog, today) = (cx.part::<Arc<Catalog>>()?, cx.now().day().to_string());
    let rung = |(scheme, version): &(String, String)| catalog.scheme(scheme, Some(version)).and_then(|s| s.file.rung);
    let mut held = BTreeMap::new();
    for number in numbers {
        let rows: Vec<(String, String)> = tx.all(&REGISTER, ENTRY_NUMBERED, params![number, &today]).await?;
        if let Some(most) = rows.iter().filter_map(rung).max() {
            held.insert(number.clone(), i64::from(most));
        }
    }
    Ok(held)
}
