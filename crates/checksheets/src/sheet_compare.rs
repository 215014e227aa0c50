//! `checksheets::sheet_compare` — this year's sheet beside last year's of the same shape: questions that came and
//! went, answers that changed, and last year's answers taken over where this year's are open.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use askama::Template;
use kernel::{Event, EventKind, Scope};
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, redirect};

use crate::mapping::digest;
use crate::sheet::{Content, Line, Looked, look, own_answers};
use crate::store::{ANSWER_SET, SHEET_FIND, SHEET_NEAR, SHEET_TOUCH, SheetRow};

/// Of the questions of both sheets, how many in a hundred must be the same.
const SAME_PERCENT: usize = 60;

/// The sheet of the same shape before.
pub(crate) struct Before {
    pub(crate) row: SheetRow,
    /// Question and answer, in order.
    pub(crate) answers: Vec<(String, String)>,
}

impl Before {
    /// Reads a sheet with the answers that went out with it; if its file was never taken out, those that were typed.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Self>, Problem> {
        let row: Option<SheetRow> = if id.is_empty() { None } else { tx.one(scope, SHEET_FIND, params![id]).await? };
        let Some(row) = row else { return Ok(None) };
        let content: Content = serde_json::from_str(&row.content).unwrap_or_default();
        let sent: BTreeMap<usize, String> = serde_json::from_str(&row.sent).unwrap_or_default();
        let own = own_answers(tx, scope, id).await?;
        let answer = |(place, given): (usize, &str)| {
            let typed = || i64::try_from(place).ok().and_then(|p| own.get(&p)).cloned().filter(|_| row.sent.is_empty());
            sent.get(&place).cloned().or_else(typed).unwrap_or_else(|| given.to_owned())
        };
        let all = content.layout.questions().enumerate();
        let answers = all.map(|(place, (_, q))| (q.text.clone(), answer((place, &q.given)))).collect();
        Ok(Some(Self { row, answers }))
    }

    /// Answers by the digest of the question, in order.
    pub(crate) fn by_digest(&self) -> BTreeMap<String, VecDeque<String>> {
        let mut all: BTreeMap<String, VecDeque<String>> = BTreeMap::new();
        for (question, answer) in &self.answers {
            all.entry(digest(question)).or_default().push_back(answer.clone());
        }
        all
    }
}

/// The newest sheet before this one that asks nearly the same; empty if there is none.
///
/// # Errors
/// The store's.
pub(crate) async fn before_of(tx: &mut Tx, scope: &Scope, (id, made_at): (&str, &str), content: &Content) -> Result<String, Problem> {
    let asked = |content: &Content| content.layout.questions().map(|(_, q)| digest(&q.text)).collect::<BTreeSet<_>>();
    let own = asked(content);
    let count = content.layout.questions().count();
    let near: Vec<(String, String)> = tx.all(scope, SHEET_NEAR, params![count / 2, count * 2, made_at, id]).await?;
    let same = |text: &str| {
        let other = serde_json::from_str::<Content>(text).map(|c| asked(&c)).unwrap_or_default();
        own.intersection(&other).count() * 100 >= own.len().max(other.len()) * SAME_PERCENT
    };
    Ok(near.into_iter().find(|(_, text)| !own.is_empty() && same(text)).map_or(String::new(), |(id, _)| id))
}

kernel::text_enum! {
    /// How a question stands to last year's.
    Change {
        /// It was not asked before.
        Added = "added",
        /// It is not asked any more.
        Gone = "gone",
        /// It is answered otherwise.
        Changed = "changed",
        /// It was answered before and is open now.
        Open = "open",
        /// It is answered now and was open before.
        Filled = "filled",
        /// The same, or open both times.
        Same = "same",
    }
}

/// A question beside last year's.
pub(crate) struct Compared {
    change: Change,
    number: String,
    question: String,
    before: String,
    now: String,
}

/// Compares all questions: this sheet's in order, then those that are gone.
fn compared(lines: &[Line], before: &Before) -> Vec<Compared> {
    let mut left: BTreeMap<String, VecDeque<(&str, &str)>> = BTreeMap::new();
    for (question, answer) in &before.answers {
        left.entry(digest(question)).or_default().push_back((question, answer));
    }
    let mut all = Vec::new();
    for line in lines {
        let (old, now) = (left.get_mut(&digest(&line.question)).and_then(VecDeque::pop_front), line.stands().to_owned());
        let change = match old {
            None => Change::Added,
            Some((_, old)) if old == now => Change::Same,
            Some((_, "")) => Change::Filled,
            Some(_) if now.is_empty() => Change::Open,
            Some(_) => Change::Changed,
        };
        let before = old.map_or(String::new(), |(_, a)| a.to_owned());
        all.push(Compared { change, number: line.number.clone(), question: line.question.clone(), before, now });
    }
    for (question, answer) in before.answers.iter().map(|(q, a)| (q.as_str(), a.as_str())) {
        let gone = left.get_mut(&digest(question)).and_then(VecDeque::pop_front);
        if gone.is_some() {
            let (question, before) = (question.to_owned(), answer.to_owned());
            all.push(Compared { change: Change::Gone, number: String::new(), question, before, now: String::new() });
        }
    }
    all
}

#[derive(Template)]
#[template(path = "sheet_compare.html")]
pub(crate) struct SheetComparePage {
    p: Page,
    sheet: SheetRow,
    before: SheetRow,
    /// Those that differ, or all.
    rows: Vec<Compared>,
    /// How many there are of each kind.
    counts: Vec<(Change, usize)>,
    all: bool,
}

impl SheetComparePage {
    fn differ(&self) -> usize {
        self.counts.iter().filter(|(c, _)| *c != Change::Same).map(|(_, n)| n).sum()
    }
}

impl Sampled for SheetComparePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = |change: &Change| Compared {
            change: *change,
            number: "1".into(),
            question: "教育を行っていますか".into(),
            before: "×".into(),
            now: "○".into(),
        };
        let page = |changes: &[Change], all: bool| Self {
            p: p.clone(),
            sheet: crate::sheet_list::sample_row("xlsx"),
            before: crate::sheet_list::sample_row("xlsx"),
            rows: changes.iter().map(row).collect(),
            counts: changes.iter().map(|c| (*c, 1)).collect(),
            all,
        };
        vec![("all", page(Change::ALL, true)), ("same", page(&[], false))]
    }
}

/// `GET /sheets/{id}/changes`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let Looked { row, lines, before, .. } = look(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    let before = before.ok_or_else(Problem::not_found)?;
    let all = call.query.get("all") == "yes";
    let rows = compared(&lines, &before);
    let counts = Change::ALL.iter().map(|c| (*c, rows.iter().filter(|r| r.change == *c).count())).filter(|(_, n)| *n > 0).collect();
    let rows = rows.into_iter().filter(|r| all || r.change != Change::Same).collect();
    let page = SheetComparePage { p: Page::new(&cx), sheet: row, before: before.row, rows, counts, all };
    Ok(page.p.clone().render(&page))
}

/// What may be taken over from last year: answers where this year's are open, if the cell has such a choice.
pub(crate) fn repeatable(lines: &[Line]) -> impl Iterator<Item = &Line> {
    let says = |l: &&Line| l.choices.is_empty() || l.choices.contains(&l.last);
    lines.iter().filter(|l| !l.last.is_empty() && l.answer().is_empty() && !l.is_fixed() && !l.is_taken()).filter(says)
}

/// `POST /sheets/{id}/repeat`: takes last year's answers over where this year's are open.
pub(crate) async fn send_repeat(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.read().await?;
    let looked = look(&cx, &mut tx, &scope, &id).await?;
    drop(tx);
    let taken: Vec<&Line> = repeatable(&looked.lines).collect();
    if !taken.is_empty() {
        let mut tx = cx.write().await?;
        for line in &taken {
            tx.run(&scope, ANSWER_SET, params![&id, line.place, &line.last, cx.now(), scope.person()]).await?;
        }
        tx.run_one(&scope, SHEET_TOUCH, params![&id, looked.row.revision]).await?;
        tx.record(&scope, cx.now(), &Event::new(EventKind::SheetAnswered, &id).with("changed", taken.len().to_string())).await?;
        tx.commit().await?;
    }
    Ok(redirect(&format!("/sheets/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_came_went_and_changed_are_told_apart() {
        let line = |place: usize, question: &str, own: &str| Line {
            place,
            question: question.to_owned(),
            own: Some(own.to_owned()),
            ..Line::default()
        };
        let now =
            [line(0, "教育をしていますか", "○"), line(1, "控えがありますか", ""), line(2, "新しい質問", "×"), line(3, "同じ質問", "○")];
        let answers = [("控えが、ありますか", "○"), ("教育をしていますか", "×"), ("同じ質問", "○"), ("無くなった質問", "○")];
        let answers = answers.map(|(q, a)| (q.to_owned(), a.to_owned())).to_vec();
        let before = Before { row: SheetRow::default(), answers };
        let all: Vec<Change> = compared(&now, &before).iter().map(|c| c.change).collect();
        assert_eq!(all, [Change::Changed, Change::Open, Change::Added, Change::Same, Change::Gone]);
    }
}
