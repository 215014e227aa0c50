//! `checksheets::sheet` — a customer's sheet as it is kept, with the drafts its facts give now and what people
//! answered themselves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use kernel::{Lang, Scope};
use schemars::JsonSchema;
use schemes::{Catalog, FactKind, Facts};
use serde::{Deserialize, Serialize};
use sheets::{Asked, Book, CompanyCell, CompanyField, Correction, Layout, Meaning, Table, cell_name};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::draft::{Accepted, Draft, OpenReason, Outcome, draft};
use crate::knowledge::Knowledge;
use crate::mapping::digest;
use crate::sheet_compare::Before;
use crate::store::{ANSWER_ALL, MATCH_ALL, SHEET_FIND, SheetRow};

/// Rows and columns of a sheet shown for choosing columns.
const PREVIEW: (u32, u32) = (8, 16);

/// Plain questions asked at a time.
const PLAIN_MAX: usize = 6;

/// The first rows of a sheet, for choosing columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Preview {
    /// Place of the sheet, and its name.
    pub(crate) sheet: usize,
    pub(crate) name: String,
    /// First row shown, from 0.
    pub(crate) top: u32,
    pub(crate) rows: Vec<Vec<String>>,
}

/// What is kept of a file beside its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) layout: Layout,
    pub(crate) previews: Vec<Preview>,
}

impl Content {
    /// Understands a file, with what people said about such a file before.
    pub(crate) fn of(book: &Book, knowledge: &Knowledge, said: &[Correction]) -> Self {
        let layout = knowledge.layout(book, said);
        let preview = |(place, sheet): (usize, &sheets::BookSheet)| {
            let top = layout.tables.iter().find(|t| t.sheet == place).map_or(0, |t| t.head.0);
            let columns = sheet.width().min(PREVIEW.1);
            let rows =
                (top..(top + PREVIEW.0).min(sheet.height())).map(|r| (0..columns).map(|c| short(sheet.at(r, c))).collect()).collect();
            Preview { sheet: place, name: sheet.name.clone(), top, rows }
        };
        let shown = |(place, sheet): &(usize, &sheets::BookSheet)| {
            !sheet.hidden && (layout.tables.is_empty() || layout.tables.iter().any(|t| t.sheet == *place))
        };
        let previews = book.sheets.iter().enumerate().filter(shown).take(6).map(preview).collect();
        Self { layout, previews }
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn short(text: &str) -> String {
    if text.chars().count() > 24 { text.chars().take(23).chain(['…']).collect() } else { text.to_owned() }
}

/// A question with its answer as it stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Line {
    /// Place in the sheet, from 0.
    pub(crate) place: usize,
    pub(crate) number: String,
    pub(crate) section: String,
    pub(crate) question: String,
    /// Cell of the answer, such as `F5`.
    pub(crate) cell: String,
    /// What stands in the file.
    pub(crate) given: String,
    /// What the facts say, in the sheet's scale, where it may be written; empty if they say nothing.
    pub(crate) draft: String,
    /// What the facts say, also where something else stands.
    pub(crate) says: String,
    /// What somebody answered instead; none if nobody did.
    pub(crate) own: Option<String>,
    /// What was answered in the sheet of the same shape before; empty if nothing was.
    pub(crate) last: String,
    /// Choices of the cell; empty for free words.
    pub(crate) choices: Vec<String>,
    /// Key and name of the fact.
    pub(crate) fact: String,
    pub(crate) fact_label: String,
    /// Keys of facts that answer only together with it.
    pub(crate) more: Vec<String>,
    /// `words`, `known` or `people`; empty without a fact.
    pub(crate) matched_by: String,
    /// How sure the match is, 0 to 100.
    pub(crate) score_percent: i64,
    /// Words that spoke for it.
    pub(crate) words: Vec<String>,
    /// `scheme@version id`, where the number is an official one.
    pub(crate) criterion: String,
    /// Why it stays open; empty if it does not.
    pub(crate) why: String,
}

impl Line {
    /// What goes into the cell; empty for nothing.
    pub(crate) fn answer(&self) -> &str {
        self.own.as_deref().unwrap_or(&self.draft)
    }

    /// What will stand in the cell.
    pub(crate) fn stands(&self) -> &str {
        if self.answer().is_empty() { &self.given } else { self.answer() }
    }

    /// Whether the answer is none of the choices.
    pub(crate) fn is_other(&self) -> bool {
        !self.answer().is_empty() && !self.choices.iter().any(|c| c == self.answer())
    }

    /// Whether nothing can be written there.
    pub(crate) fn is_fixed(&self) -> bool {
        [OpenReason::Fixed, OpenReason::Hidden].iter().any(|w| w.as_str() == self.why)
    }

    /// Whether something stands there that is only replaced if somebody asks.
    pub(crate) fn is_taken(&self) -> bool {
        self.why == OpenReason::Taken.as_str()
    }
}

/// A cell about the company, with what goes into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CompanyLine {
    pub(crate) field: CompanyField,
    /// Cell, such as `C3`.
    pub(crate) cell: String,
    /// What stands in the file.
    pub(crate) given: String,
    /// What is known, or was typed.
    pub(crate) text: String,
    /// Whether the cell is locked.
    pub(crate) fixed: bool,
}

impl CompanyLine {
    /// What will stand in the cell.
    pub(crate) fn stands(&self) -> &str {
        if self.given.is_empty() { &self.text } else { &self.given }
    }
}

/// Where an answer about the company is kept, counted from 0: below the questions.
pub(crate) fn company_place(number: usize) -> i64 {
    -1 - i64::try_from(number).unwrap_or(0)
}

/// A plain question whose fact answers several of the sheet's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Plain {
    pub(crate) fact: String,
    pub(crate) question: String,
    pub(crate) hint: String,
    /// Questions of the sheet it answers.
    pub(crate) answers: usize,
}

/// A sheet, looked at now.
pub(crate) struct Looked {
    pub(crate) row: SheetRow,
    pub(crate) content: Content,
    pub(crate) lines: Vec<Line>,
    pub(crate) company: Vec<CompanyLine>,
    pub(crate) plain: Vec<Plain>,
    /// The sheet of the same shape before it.
    pub(crate) before: Option<Before>,
    /// What people said of any question.
    pub(crate) accepted: Accepted,
}

/// The sheet with this id.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<SheetRow, Problem> {
    let row: Option<SheetRow> = tx.one(scope, SHEET_FIND, params![id]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Answers people gave themselves, by place.
///
/// # Errors
/// The store's.
pub(crate) async fn own_answers(tx: &mut Tx, scope: &Scope, id: &str) -> Result<BTreeMap<i64, String>, Problem> {
    let own: Vec<(i64, String)> = tx.all(scope, ANSWER_ALL, params![id]).await?;
    Ok(own.into_iter().collect())
}

/// Which facts this organisation said answer which questions.
///
/// # Errors
/// The store's.
pub(crate) async fn accepted(tx: &mut Tx, scope: &Scope) -> Result<Accepted, Problem> {
    let all: Vec<(String, String)> = tx.all(scope, MATCH_ALL, params![]).await?;
    Ok(all.into_iter().map(|(digest, facts)| (digest, facts.split_whitespace().map(str::to_owned).collect())).collect())
}

/// Reads a sheet with its drafts.
///
/// # Errors
/// As [`find`].
pub(crate) async fn look(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str) -> Result<Looked, Problem> {
    let row = find(tx, scope, id).await?;
    let content: Content = serde_json::from_str(&row.content).unwrap_or_default();
    let (catalog, knowledge) = (cx.part::<Arc<Catalog>>()?, cx.part::<Arc<Knowledge>>()?);
    let facts = evidence::company_facts(tx, scope, &catalog).await?;
    let (own, accepted) = (own_answers(tx, scope, id).await?, accepted(tx, scope).await?);
    let before = Before::find(tx, scope, &row.before_id).await?;
    let profile = people::profile(tx, scope).await?;
    let company =
        content.layout.company.iter().enumerate().map(|(n, cell)| company(cx, &profile, cell, own.get(&company_place(n)))).collect();
    let drafts = draft(&knowledge.sources(&catalog, &facts, &accepted, cx.now().day()), &content.layout);
    let plain = plain(&catalog, cx.lang, &facts, &drafts);
    let mut last = before.as_ref().map(Before::by_digest).unwrap_or_default();
    let lines = content.layout.questions().zip(drafts).enumerate().map(|(place, ((table, asked), draft))| {
        let own = i64::try_from(place).ok().and_then(|p| own.get(&p)).cloned();
        let last = last.get_mut(&digest(&asked.text)).and_then(VecDeque::pop_front).unwrap_or_default();
        Line { place, own, last, ..line(&catalog, cx.lang, table, asked, draft) }
    });
    let lines = lines.collect();
    Ok(Looked { row, content, lines, company, plain, before, accepted })
}

fn company(cx: &Cx, profile: &people::Profile, cell: &CompanyCell, own: Option<&String>) -> CompanyLine {
    let known = match cell.field {
        CompanyField::Name => profile.name.clone(),
        CompanyField::CorporateNumber => profile.corporate_number.clone(),
        CompanyField::Date => cx.now().day().to_string(),
        CompanyField::Person => cx.signed.as_ref().map_or(String::new(), |s| s.person_name.clone()),
        CompanyField::Department | CompanyField::Mail | CompanyField::Phone => String::new(),
    };
    CompanyLine {
        field: cell.field,
        cell: cell_name(cell.row, cell.column),
        given: cell.given.clone(),
        text: own.cloned().unwrap_or(known),
        fixed: cell.fixed,
    }
}

fn line(catalog: &Catalog, lang: Lang, table: &Table, asked: &Asked, draft: Draft) -> Line {
    let scale = asked.scale.as_ref().unwrap_or(&table.scale);
    let found = draft.found.filter(|f| f.sure);
    let fact = found.as_ref().map_or(String::new(), |f| f.fact.clone());
    let (text, why) = match draft.outcome {
        Outcome::Drafted { text, .. } => (text, String::new()),
        Outcome::Open { why } => (String::new(), why.to_string()),
    };
    #[expect(clippy::cast_possible_truncation, reason = "a score from 0 to 1 is 0 to 100 in whole numbers")]
    let percent = |score: f64| (score * 100.0).round() as i64;
    let label = |key: &str| catalog.fact(key).map_or(String::new(), |f| f.texts(lang).label.clone());
    let all = found.iter().flat_map(|f| std::iter::once(&f.fact).chain(&f.more));
    Line {
        number: asked.number.clone(),
        section: asked.section.clone(),
        question: asked.text.clone(),
        cell: cell_name(asked.answer.0, asked.answer.1),
        given: asked.given.clone(),
        draft: text,
        says: draft.says,
        choices: scale.choices.iter().map(|c| c.text.clone()).collect(),
        fact_label: all.map(|key| label(key)).collect::<Vec<_>>().join("、"),
        fact,
        more: found.as_ref().map_or(Vec::new(), |f| f.more.clone()),
        matched_by: found.as_ref().map_or(String::new(), |f| f.by.to_string()),
        score_percent: found.as_ref().map_or(0, |f| percent(f.score)),
        words: found.map_or(Vec::new(), |f| f.words),
        criterion: draft.criterion,
        why,
        ..Line::default()
    }
}

/// Plain questions that would answer most of what is open.
fn plain(catalog: &Catalog, lang: Lang, facts: &Facts, drafts: &[Draft]) -> Vec<Plain> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let open = drafts.iter().filter(|d| d.outcome == Outcome::Open { why: OpenReason::FactUnknown });
    for found in open.filter_map(|d| d.found.as_ref()).filter(|f| f.sure && !facts.contains_key(&f.fact)) {
        *counts.entry(&found.fact).or_default() += 1;
    }
    let mut all: Vec<Plain> = Vec::new();
    for (key, answers) in counts {
        if let Some(fact) = catalog.fact(key).filter(|f| f.kind() == FactKind::Practice) {
            let t = fact.texts(lang);
            all.push(Plain { fact: key.to_owned(), question: t.question.clone(), hint: t.hint.clone(), answers });
        }
    }
    // Of equally useful ones, first what most schemes ask for: they are the basics.
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in catalog.newest().flat_map(schemes::Scheme::criteria).filter_map(|c| c.rule.as_ref()) {
        rule.each_atom(&mut |atom| *asked.entry(&atom.fact).or_default() += 1);
    }
    let basic = |p: &Plain| asked.get(p.fact.as_str()).copied().unwrap_or(0);
    all.sort_by(|a, b| b.answers.cmp(&a.answers).then(basic(b).cmp(&basic(a))).then(a.fact.cmp(&b.fact)));
    all.truncate(PLAIN_MAX);
    all
}

/// A fact that an answer in the sheet would state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) fact: String,
    pub(crate) label: String,
    /// As a fact takes it.
    pub(crate) answer: String,
    /// As it stands in the sheet.
    pub(crate) shown: String,
}

/// What an answer says of a fact: how far a practice is, a number, a day in any way people write it.
fn as_fact(kind: FactKind, meaning: Option<Meaning>, text: &str) -> Option<String> {
    match kind {
        FactKind::Practice => match meaning? {
            Meaning::Done => Some("done".to_owned()),
            Meaning::Partial => Some("partial".to_owned()),
            Meaning::None => Some("none".to_owned()),
            Meaning::Planned | Meaning::NotApplicable | Meaning::Unknown => None,
        },
        FactKind::Date => kernel::Day::parse_loose(text).ok().map(|d| d.to_string()),
        FactKind::Number => {
            // 「3回から5回」 is no number.
            let text: String = text.chars().map(kernel::narrow).collect();
            let mut runs = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|r| !r.is_empty());
            let only = runs.next().filter(|_| runs.next().is_none())?;
            schemes::Number::parse(only).map(|_| only.to_owned())
        }
        FactKind::YesNo | FactKind::Choice | FactKind::Set | FactKind::Text => None,
    }
}

/// Facts that answers in the sheet would state: typed here, or into the file before it came, where the facts do not say the
/// same already.
pub(crate) fn proposed(cx: &Cx, looked: &Looked) -> Result<Vec<Proposed>, Problem> {
    let (catalog, knowledge) = (cx.part::<Arc<Catalog>>()?, cx.part::<Arc<Knowledge>>()?);
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for (line, (table, asked)) in looked.lines.iter().zip(looked.content.layout.questions()) {
        let scale = asked.scale.as_ref().unwrap_or(&table.scale);
        let text = line.own.as_deref().unwrap_or(&line.given);
        let Some(fact) = catalog.fact(&line.fact).filter(|_| !text.is_empty() && line.draft.is_empty()) else { continue };
        let meaning = scale.read(&knowledge.heads, text);
        let known = scale.read(&knowledge.heads, &line.says);
        let same = text == line.says || (meaning.is_some() && meaning == known);
        let Some(answer) = as_fact(fact.kind(), meaning, text).filter(|_| !same) else { continue };
        if seen.insert(line.fact.clone()) {
            let label = fact.texts(cx.lang).label.clone();
            all.push(Proposed { fact: line.fact.clone(), label, answer, shown: text.to_owned() });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_read_as_people_write_them() {
        for (text, day) in [("令和８年４月１日", Some("2026-04-01")), ("R8.4.1", Some("2026-04-01")), ("昨年の春", None)] {
            assert_eq!(as_fact(FactKind::Date, None, text).as_deref(), day, "{text}");
        }
        for (text, number) in [("１０文字以上", Some("10")), ("5 回", Some("5")), ("3回から5回", None), ("なし", None)] {
            assert_eq!(as_fact(FactKind::Number, None, text).as_deref(), number, "{text}");
        }
    }
}
