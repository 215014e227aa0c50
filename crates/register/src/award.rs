//! `register::award` — puts a star into the register: signed, logged, found and counted in one
//! transaction; and what can happen to it afterwards. Who may decide so is not decided here.

use std::collections::BTreeMap;

use kernel::{ChangeId, Day, EntryId, Event, EventKind, Scope};
use schemes::{Scheme, Subject};
use serde::{Deserialize, Serialize};
use store::{Param, Tx, params};
use web::{Cx, Problem};

use crate::keys::{REGISTER, signer_or_new};
use crate::log::{append, leaf, run_rows};
use crate::rules::Rules;
use crate::statement::Statement;
use crate::status::EntryState;
use crate::store::{CHANGE_ADD, COUNT_ADD, ENTRY_ADD, ENTRY_FIND, ENTRY_STATE, EntryRow, GRAM_ADD, TAG_ADD};
use kernel::{fold_name, grams};

/// Who or what gets a star.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Name as shown.
    pub name: String,
    /// Reading in kana, if known; only for searching.
    pub kana: String,
    /// Corporate number, empty if there is none.
    pub corporate_number: String,
    /// JIS X 0401 code of the prefecture, `01` to `47`; empty if unknown.
    pub prefecture: String,
    /// Letter of the industry's division.
    pub industry: String,
    /// Employee band.
    pub employee_band: String,
}

/// A star to award.
#[derive(Debug, Clone)]
pub struct Award<'a> {
    /// The scheme version that was applied.
    pub scheme: &'a Scheme,
    /// Register number; unique in the instance.
    pub number: String,
    /// What it is given to.
    pub subject: Subject,
    /// The part of the organisation it is given to; empty for the whole.
    pub site_id: String,
    /// To whom.
    pub holder: Holder,
    /// What it covers.
    pub scope: String,
    /// Who confirmed, as shown.
    pub confirmer: String,
    /// What else the register shows, by field.
    pub fields: BTreeMap<String, String>,
    /// First day, and last day if it ends.
    pub from: Day,
    /// Last day.
    pub to: Option<Day>,
}

impl Award<'_> {
    /// What the star says.
    fn statement(&self) -> Statement {
        Statement {
            number: self.number.clone(),
            scheme: self.scheme.name(),
            level: self.scheme.file.award.level.clone(),
            criteria: self.scheme.hash.clone(),
            subject: self.subject,
            corporate_number: self.holder.corporate_number.clone(),
            name: self.holder.name.clone(),
            scope: self.scope.clone(),
            by: self.confirmer.clone(),
            from: self.from,
            to: self.to,
        }
    }
}

/// The quarter of the calendar year: `2026-Q3` for July to September.
pub(crate) fn quarter(day: Day) -> String {
    let text = day.to_string();
    let (year, month) = (text.get(..4).unwrap_or("0"), text.get(5..7).and_then(|m| m.parse::<u32>().ok()).unwrap_or(1));
    format!("{year}-Q{}", (month - 1) / 3 + 1)
}

/// Awards a star to the organisation of `scope`.
///
/// # Errors
/// [`kernel::Code::Conflict`] if the number is taken.
pub async fn award(cx: &Cx, tx: &mut Tx, scope: &Scope, award: &Award<'_>) -> Result<(), Problem> {
    awards(cx, tx, scope, std::slice::from_ref(award)).await?;
    let event = Event::new(EventKind::StarAwarded, &award.number).with("scheme", award.scheme.name());
    Ok(tx.record(scope, cx.now(), &event).await?)
}

/// What is written of one star: its statement, its signed text and its id.
struct Signed {
    statement: Statement,
    star: String,
    id: EntryId,
}

/// Puts many stars into the register at once; the caller records the event.
///
/// # Errors
/// [`kernel::Code::Conflict`] if a number is taken.
pub async fn awards(cx: &Cx, tx: &mut Tx, scope: &Scope, awards: &[Award<'_>]) -> Result<(), Problem> {
    let (key_id, signer) = signer_or_new(cx, tx).await?;
    let rules = cx.part::<Rules>()?;
    let sign = |award: &Award<'_>| {
        let statement = award.statement();
        let star = statement.sign(&signer);
        Signed { statement, star, id: EntryId::new(&*cx.app.clock, &*cx.app.rng) }
    };
    let signed: Vec<Signed> = awards.iter().map(sign).collect();
    let leaves: Vec<String> = signed.iter().map(|s| leaf("awarded", &s.statement.number, &s.star)).collect();
    let first = append(tx, cx.now(), &leaves).await?;
    let (mut pairs, mut counts): (Vec<Vec<Param>>, BTreeMap<[String; 6], i64>) = (Vec::new(), BTreeMap::new());
    for ((award, signed), place) in awards.iter().zip(&signed).zip(first..) {
        let holder = &award.holder;
        let names = [fold_name(&holder.name), fold_name(&holder.kana)];
        let all = names.iter().flat_map(|n| grams(n));
        pairs.extend(all.map(|(gram, start)| params![gram, !start, &signed.id]));
        tx.run(scope, ENTRY_ADD, row(award, signed, names.join(" ").trim_end(), &key_id, place)).await?;
        for tag in rules.get(award.scheme).map_or(Vec::new(), |r| r.tags(&award.scheme.id, &award.fields)) {
            tx.run(&REGISTER, TAG_ADD, params![tag, &signed.id]).await?;
        }
        let (quarter, level) = (quarter(award.from), signed.statement.level.clone());
        let cell = [&award.scheme.id, &level, &quarter, &holder.prefecture, &holder.industry, &holder.employee_band].map(Clone::clone);
        *counts.entry(cell).or_default() += 1;
    }
    run_rows(tx, GRAM_ADD, &pairs).await?;
    for ([scheme, level, quarter, prefecture, industry, band], n) in counts {
        tx.run(&REGISTER, COUNT_ADD, params![scheme, level, quarter, prefecture, industry, band, n]).await?;
    }
    Ok(())
}

/// An entry as it is put in.
fn row(award: &Award<'_>, signed: &Signed, folded: &str, key_id: &str, place: i64) -> Vec<Param> {
    let holder = &award.holder;
    params![
        &signed.id,
        &award.site_id,
        &award.number,
        &award.scheme.id,
        &award.scheme.version,
        &signed.statement.level,
        award.subject.as_str(),
        &holder.name,
        folded,
        &holder.corporate_number,
        &holder.prefecture,
        &holder.industry,
        &holder.employee_band,
        &award.scope,
        &award.confirmer,
        serde_json::to_string(&award.fields).unwrap_or_default(),
        award.from.to_string(),
        award.to.map_or(String::new(), |d| d.to_string()),
        &signed.star,
        kernel::sha256_hex(signed.statement.text().as_bytes()),
        key_id,
        place,
    ]
}

/// An entry by its number.
///
/// # Errors
/// [`kernel::Code::NotFound`].
pub(crate) async fn entry(tx: &mut Tx, number: &str) -> Result<EntryRow, Problem> {
    let row: Option<EntryRow> = tx.one(&REGISTER, ENTRY_FIND, params![number]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Suspends, revokes or lets an entry hold again. A revoked one stays revoked.
///
/// # Errors
/// [`kernel::Code::Conflict`] if it is revoked, or stands so already.
pub async fn entry_change(cx: &Cx, tx: &mut Tx, number: &str, state: EntryState, reason: &str) -> Result<(), Problem> {
    if entry(tx, number).await?.found.state == EntryState::Revoked.as_str() {
        return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("entry.wrong.state")));
    }
    set_state(cx, tx, number, state, reason).await
}

/// Lets an entry hold again after an appeal, also a revoked one.
///
/// # Errors
/// [`kernel::Code::Conflict`] if it holds already.
pub(crate) async fn entry_restore(cx: &Cx, tx: &mut Tx, number: &str, reason: &str) -> Result<(), Problem> {
    set_state(cx, tx, number, EntryState::Valid, reason).await
}

async fn set_state(cx: &Cx, tx: &mut Tx, number: &str, state: EntryState, reason: &str) -> Result<(), Problem> {
    let conflict = || Problem::new(kernel::Code::Conflict).with_detail(cx.t("entry.wrong.state"));
    let row = entry(tx, number).await?;
    let now = EntryState::parse(&row.found.state).map_err(|_| conflict())?;
    if now == state {
        return Err(conflict());
    }
    let day = cx.now().day().to_string();
    if tx.run(&REGISTER, ENTRY_STATE, params![number, state.as_str(), &day, reason, now.as_str()]).await? == 0 {
        return Err(conflict());
    }
    append(tx, cx.now(), &[leaf(state.as_str(), number, &format!("{number}\n{state}\n{day}\n"))]).await?;
    let id = ChangeId::new(&*cx.app.clock, &*cx.app.rng);
    let by = cx.scope()?;
    let holder = kernel::OrganisationId::try_from(row.organisation_id.clone()).map_err(|_| Problem::not_found())?;
    let scope = Scope::granted(holder, by.person().clone(), by.role());
    let change = params![&id, &row.entry_id, state.as_str(), &day, reason, cx.now(), by.person()];
    tx.run(&scope, CHANGE_ADD, change).await?;
    let kind = match state {
        EntryState::Revoked => EventKind::StarRevoked,
        EntryState::Suspended => EventKind::StarSuspended,
        EntryState::Valid => EventKind::StarRestored,
    };
    let event = Event::new(kind, number);
    cx.record(tx, event.clone()).await?;
    if row.organisation_id != by.id().as_str() {
        tx.record_as(Some(&row.organisation_id), by.id().as_str(), cx.now(), &event).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_of_the_calendar_year() {
        let of = |d: &str| quarter(Day::parse(d).unwrap());
        assert_eq!(["2026-01-01", "2026-06-30", "2026-12-31"].map(of), ["2026-Q1", "2026-Q2", "2026-Q4"]);
    }
}
