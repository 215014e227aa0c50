//! `register::reminder` — a star that ends is told of 90, 30 and 7 days before and 7 days after, each
//! once: in the ledger of its holder, and on the start page as long as it can be renewed.

use kernel::{Day, Event, EventKind, OrganisationId, PersonId, Role, Scope};
use store::{Tx, params};
use web::{Cx, Notice, Problem};

use crate::entry_search::EntryHead;
use crate::keys::REGISTER;
use crate::status::EntryState;
use crate::store::{ENDING, ENTRY_OWN, EndingRow, EntryRow, REMINDER_ADD};

/// Days before the end on which is told, and after it.
const BEFORE: [i64; 3] = [90, 30, 7];
const AFTER: i64 = 7;

/// Entries looked through in one transaction.
const BATCH: i64 = 1_000;

/// The newest reminder that is due for a star with so many days left; negative days are after its end.
fn due(left: i64) -> Option<i64> {
    match left {
        ..0 => (-AFTER * 2..=-AFTER).contains(&left).then_some(-AFTER),
        0.. => BEFORE.into_iter().filter(|days| left <= *days).min(),
    }
}

/// Records every reminder that is due and was not given. Returns how many.
///
/// # Errors
/// The store's.
pub async fn reminders_record(cx: &Cx) -> Result<usize, Problem> {
    let today = cx.now().day();
    let (first, last) = (today.plus_days(-AFTER * 2).to_string(), today.plus_days(BEFORE[0]).to_string());
    let (mut day, mut entry, mut told) = (first, String::new(), 0);
    loop {
        let mut tx = cx.write().await?;
        let rows: Vec<EndingRow> = tx.all(&REGISTER, ENDING, params![&day, &entry, &last, BATCH]).await?;
        for row in &rows {
            let left = Day::parse(&row.to_day).map_or(0, |to| to.days_since(today));
            let Some(days) = due(left) else { continue };
            let holder = OrganisationId::try_from(row.organisation_id.clone()).map_err(|_| Problem::not_found())?;
            let scope = Scope::granted(holder, PersonId::new(&*cx.app.clock, &*cx.app.rng), Role::Viewer);
            if tx.run(&scope, REMINDER_ADD, params![&row.entry_id, days, cx.now()]).await? > 0 {
                let event = Event::new(EventKind::StarReminded, &row.number).with("days", days.to_string()).with("ends", &row.to_day);
                tx.record_as(Some(&row.organisation_id), "system", cx.now(), &event).await?;
                told += 1;
            }
        }
        tx.without_record("where nothing was due, nothing happened");
        tx.commit().await?;
        let Some(end) = rows.last() else { break };
        (day, entry) = (end.to_day.clone(), end.entry_id.clone());
    }
    Ok(told)
}

/// Stars of the organisation that asks that end within 90 days or ended a week or two ago, and were not renewed.
fn ending(rows: &[EntryRow], today: Day) -> Vec<(EntryHead, i64)> {
    let renewed = |r: &EntryRow| {
        rows.iter().any(|n| {
            let same = n.found.scheme_id == r.found.scheme_id && n.site_id == r.site_id && n.entry_id != r.entry_id;
            same && n.found.state == EntryState::Valid.as_str() && (n.found.to_day.is_empty() || n.found.to_day > r.found.to_day)
        })
    };
    let left = |r: &EntryRow| Day::parse(&r.found.to_day).ok().map(|to| to.days_since(today));
    let near = |r: &&EntryRow| r.found.state != EntryState::Revoked.as_str() && !renewed(r);
    let all = rows.iter().filter(near).filter_map(|r| left(r).map(|n| (r, n)));
    all.filter(|(_, n)| (-AFTER * 2..=BEFORE[0]).contains(n)).map(|(r, n)| (EntryHead::of(r.found.clone(), today), n)).collect()
}

/// Lines for the start page.
///
/// # Errors
/// The store's.
pub async fn reminders(cx: &Cx, tx: &mut Tx) -> Result<Vec<Notice>, Problem> {
    let rows: Vec<EntryRow> = tx.all(cx.scope()?, ENTRY_OWN, params![]).await?;
    Ok(lines(cx, &rows).into_iter().map(|text| Notice { text, path: "/stars".to_owned() }).collect())
}

/// What is to be told of an organisation's own stars.
pub(crate) fn lines(cx: &Cx, rows: &[EntryRow]) -> Vec<String> {
    let line = |(head, left): (EntryHead, i64)| {
        let key = if left < 0 { "star.reminder.after" } else { "star.reminder.before" };
        let star = format!("{} {}", head.level, head.scope);
        let values = [("star", star), ("day", head.to.clone()), ("n", left.to_string())];
        cx.app.texts.fill(cx.lang, key, &values)
    };
    ending(rows, cx.now().day()).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_due_from_its_day_until_the_next() {
        let all = [91, 90, 89, 31, 30, 8, 7, 0, -1, -6, -7, -14, -15].map(due);
        let b = Some;
        assert_eq!(all, [None, b(90), b(90), b(90), b(30), b(30), b(7), b(7), None, None, b(-7), b(-7), None]);
    }
}
