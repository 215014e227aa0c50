//! `checksheets::sheet` — a customer's sheet as it is kept, with the drafts its facts give now and what people
//! answered themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use kernel::{Lang, Scope};
use schemars::JsonSchema;
use schemes::{Catalog, FactKind, Facts};
use serde::{Deserialize, Serialize};
use sheets::{Asked, Book, Correction, Layout, SheetWords, Table, cell_name};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::data::QuestionWords;
use crate::draft::{Draft, OpenReason, Outcome, Sources, draft};
use crate::matching::Matcher;
use crate::store::{ANSWER_ALL, SHEET_FIND, SheetRow};

/// Rows and columns of a sheet shown for choosing columns.
const PREVIEW: (u32, u32) = (8, 16);

/// Plain questions asked at a time.
const PLAIN_MAX: usize = 6;

/// What understanding needs: read at the start, learned when the first sheet comes.
#[derive(Debug)]
pub struct Knowledge {
    pub(crate) words: QuestionWords,
    pub(crate) heads: SheetWords,
    matcher: OnceLock<Matcher>,
}

impl Knowledge {
    /// Reads the files built into this program.
    ///
    /// # Errors
    /// The first file that does not fit.
    pub fn shipped(catalog: &Catalog) -> Result<Arc<Self>, String> {
        let (words, heads) = (QuestionWords::shipped(catalog)?, SheetWords::shipped()?);
        Ok(Arc::new(Self { words, heads, matcher: OnceLock::new() }))
    }

    fn matcher(&self, catalog: &Catalog) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::new(catalog, &self.words))
    }
}

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
        let layout = sheets::layout(book, &knowledge.heads, said);
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
    /// What the facts say, in the sheet's scale; empty if they say nothing.
    pub(crate) draft: String,
    /// What somebody answered instead; none if nobody did.
    pub(crate) own: Option<String>,
    /// Choices of the cell; empty for free words.
    pub(crate) choices: Vec<String>,
    /// Key and name of the fact.
    pub(crate) fact: String,
    pub(crate) fact_label: String,
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

    /// Whether the answer is none of the choices.
    pub(crate) fn is_other(&self) -> bool {
        !self.answer().is_empty() && !self.choices.iter().any(|c| c == self.answer())
    }

    /// Whether nothing can be written there.
    pub(crate) fn is_fixed(&self) -> bool {
        [OpenReason::Taken, OpenReason::Fixed, OpenReason::Hidden].iter().any(|w| w.as_str() == self.why)
    }
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
    pub(crate) plain: Vec<Plain>,
}

/// The sheet with this id.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<SheetRow, Problem> {
    let row: Option<SheetRow> = tx.one(scope, SHEET_FIND, params![id]).await?;
    row.ok_or_else(Problem::not_found)
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
    let own: Vec<(i64, String)> = tx.all(scope, ANSWER_ALL, params![id]).await?;
    let own: BTreeMap<i64, String> = own.into_iter().collect();
    let sources = Sources::new(&catalog, &knowledge.words, knowledge.matcher(&catalog), &facts, cx.now().day());
    let drafts = draft(&sources, &content.layout);
    let plain = plain(&catalog, cx.lang, &facts, &drafts);
    let lines = content.layout.questions().zip(drafts).enumerate();
    let lines = lines.map(|(place, ((table, asked), draft))| line(&catalog, cx.lang, place, (table, asked), draft, &own)).collect();
    Ok(Looked { row, content, lines, plain })
}

fn line(catalog: &Catalog, lang: Lang, place: usize, (table, asked): (&Table, &Asked), draft: Draft, own: &BTreeMap<i64, String>) -> Line {
    let scale = asked.scale.as_ref().unwrap_or(&table.scale);
    let found = draft.found.filter(|f| f.sure);
    let fact = found.as_ref().map_or(String::new(), |f| f.fact.clone());
    let (text, why) = match draft.outcome {
        Outcome::Drafted { text, .. } => (text, String::new()),
        Outcome::Open { why } => (String::new(), why.to_string()),
    };
    #[expect(clippy::cast_possible_truncation, reason = "a score from 0 to 1 is 0 to 100 in whole numbers")]
    let percent = |score: f64| (score * 100.0).round() as i64;
    Line {
        place,
        number: asked.number.clone(),
        section: asked.section.clone(),
        question: asked.text.clone(),
        cell: cell_name(asked.answer.0, asked.answer.1),
        given: asked.given.clone(),
        draft: text,
        own: i64::try_from(place).ok().and_then(|p| own.get(&p)).cloned(),
        choices: scale.choices.iter().map(|c| c.text.clone()).collect(),
        fact_label: catalog.fact(&fact).map_or(String::new(), |f| f.texts(lang).label.clone()),
        fact,
        score_percent: found.as_ref().map_or(0, |f| percent(f.score)),
        words: found.map_or(Vec::new(), |f| f.words),
        criterion: draft.criterion,
        why,
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

/// Facts that people's own answers would state: key, answer, and the question.
pub(crate) fn proposed(cx: &Cx, looked: &Looked) -> Result<Vec<(String, &'static str, String)>, Problem> {
    let (catalog, knowledge) = (cx.part::<Arc<Catalog>>()?, cx.part::<Arc<Knowledge>>()?);
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for (line, (table, asked)) in looked.lines.iter().zip(looked.content.layout.questions()) {
        let scale = asked.scale.as_ref().unwrap_or(&table.scale);
        let Some(own) = line.own.as_deref().filter(|own| !own.is_empty() && line.draft.is_empty()) else { continue };
        let practice = catalog.fact(&line.fact).is_some_and(|f| f.kind() == FactKind::Practice);
        let answer = match scale.read(&knowledge.heads, own) {
            Some(sheets::Meaning::Done) => "done",
            Some(sheets::Meaning::Partial) => "partial",
            Some(sheets::Meaning::None) => "none",
            Some(sheets::Meaning::Planned | sheets::Meaning::NotApplicable | sheets::Meaning::Unknown) | None => continue,
        };
        if practice && seen.insert(line.fact.clone()) {
            all.push((line.fact.clone(), answer, line.fact_label.clone()));
        }
    }
    Ok(all)
}
