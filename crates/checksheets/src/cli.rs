//! `checksheets::cli` — `ishigaki sheet inspect|fill`: what a file asks, and what facts answer. Takes what was read,
//! returns what is printed.

use schemars::JsonSchema;
use serde::Serialize;
use sheets::{Book, BookKind, ChangeReason, CompanyField, Entry, FoundBy, Layout, Meaning, Refusal, Scale, cell_name};

use crate::draft::{Draft, OpenReason, Outcome, Sources, draft};
use crate::matching::Found;

/// A question as it is told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct QuestionOut {
    /// Number as written.
    number: String,
    section: String,
    text: String,
    level: String,
    classes: Vec<String>,
    /// Cell of the answer, such as `F5`.
    cell: String,
    /// What stands there.
    given: String,
    /// Its own scale, where the cell has another than its table.
    scale: Option<Scale>,
    /// The fact that answers it best.
    matched: Option<Found>,
    /// `scheme@version id`, where the number is an official one.
    criterion: String,
}

/// A table as it is told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct TableOut {
    sheet: String,
    found_by: FoundBy,
    /// Columns of question, answer and words, such as `D`.
    question_column: String,
    answer_column: String,
    remark_column: String,
    scale: Scale,
    questions: Vec<QuestionOut>,
}

/// A cell about the company.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct CompanyOut {
    field: CompanyField,
    sheet: String,
    cell: String,
    given: String,
}

/// The output of `sheet inspect`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Inspected {
    kind: BookKind,
    /// Id of the sheet many know; empty if it is none.
    known: String,
    /// Questions found.
    question_count: usize,
    /// Questions a fact answers surely enough to draft.
    matched_count: usize,
    tables: Vec<TableOut>,
    company: Vec<CompanyOut>,
    /// Sheets that hold one character a cell, in which nothing is looked for.
    squared: Vec<String>,
}

impl Inspected {
    /// Questions found, and those a fact answers.
    #[must_use]
    pub const fn counts(&self) -> (usize, usize) {
        (self.question_count, self.matched_count)
    }

    /// Sheets that are squared paper.
    #[must_use]
    pub fn squared(&self) -> &[String] {
        &self.squared
    }

    /// Lines for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for table in &self.tables {
            lines.push(format!("{}: questions in {}, answers in {}", table.sheet, table.question_column, table.answer_column));
            for q in &table.questions {
                let fact = q.matched.as_ref().filter(|f| f.sure).map_or("-", |f| f.fact.as_str());
                lines.push(format!("  {:<5} {:<32} {}", q.cell, if q.criterion.is_empty() { fact } else { &q.criterion }, q.text));
            }
        }
        lines
    }
}

fn name_of(book: &Book, sheet: usize) -> String {
    book.sheets.get(sheet).map_or(String::new(), |s| s.name.clone())
}

fn column(column: u32) -> String {
    cell_name(0, column).trim_end_matches('1').to_owned()
}

/// What a file asks, with the fact that answers each question.
#[must_use]
pub fn inspect(sources: &Sources<'_>, book: &Book, layout: &Layout) -> Inspected {
    let mut drafts = draft(sources, layout).into_iter();
    let mut tables = Vec::new();
    for table in &layout.tables {
        let questions = table.questions.iter().zip(drafts.by_ref()).map(|(asked, draft)| QuestionOut {
            number: asked.number.clone(),
            section: asked.section.clone(),
            text: asked.text.clone(),
            level: asked.level.clone(),
            classes: asked.classes.clone(),
            cell: cell_name(asked.answer.0, asked.answer.1),
            given: asked.given.clone(),
            scale: asked.scale.clone(),
            matched: draft.found,
            criterion: draft.criterion,
        });
        tables.push(TableOut {
            sheet: name_of(book, table.sheet),
            found_by: table.by,
            question_column: column(table.columns.question),
            answer_column: column(table.columns.answer),
            remark_column: table.columns.remark.map_or(String::new(), column),
            scale: table.scale.clone(),
            questions: questions.collect(),
        });
    }
    let company = layout.company.iter().map(|c| CompanyOut {
        field: c.field,
        sheet: name_of(book, c.sheet),
        cell: cell_name(c.row, c.column),
        given: c.given.clone(),
    });
    let all = || tables.iter().flat_map(|t| &t.questions);
    Inspected {
        kind: book.kind,
        known: sources.mappings.known(sources.catalog, layout).map_or_else(|| layout.known.clone(), |f| f.id.clone()),
        question_count: all().count(),
        matched_count: all().filter(|q| !q.criterion.is_empty() || q.matched.as_ref().is_some_and(|m| m.sure)).count(),
        company: company.collect(),
        squared: layout.squared.clone(),
        tables,
    }
}

/// A cell that was filled.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct FilledOut {
    sheet: String,
    cell: String,
    question: String,
    text: String,
    meaning: Option<Meaning>,
    /// Key of the fact, or `scheme@version id`.
    source: String,
    score: Option<f64>,
}

/// A question that stays open.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct OpenOut {
    sheet: String,
    cell: String,
    question: String,
    why: OpenReason,
    /// The fact it would be answered from, where one fits.
    fact: String,
}

/// The output of `sheet fill`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Filled {
    question_count: usize,
    #[serde(rename = "filled")]
    cells: Vec<FilledOut>,
    open: Vec<OpenOut>,
    /// Parts of the package that are not what they were, and why.
    changed: Vec<(String, ChangeReason)>,
    /// Whether the answer is a new workbook, because the file's kind cannot be filled out in place.
    rewritten: bool,
}

impl Filled {
    /// Cells filled, questions left open.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.cells.len(), self.open.len())
    }

    /// What the writer did.
    #[must_use]
    pub fn written(mut self, refused: &[(usize, Refusal)], changed: Vec<(String, ChangeReason)>) -> Self {
        // The cells were looked at when the sheet was understood; a writer that still refuses knows better.
        for (at, _) in refused.iter().rev() {
            if *at < self.cells.len() {
                let cell = self.cells.remove(*at);
                let why = OpenReason::Fixed;
                self.open.push(OpenOut { sheet: cell.sheet, cell: cell.cell, question: cell.question, why, fact: cell.source });
            }
        }
        self.changed = changed;
        self
    }

    /// Says that the answer is a new workbook.
    #[must_use]
    pub const fn as_rewritten(mut self) -> Self {
        self.rewritten = true;
        self
    }

    /// Lines for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let filled = self.cells.iter().map(|f| format!("{}!{} {} ({}) {}", f.sheet, f.cell, f.text, f.source, f.question));
        let open = self.open.iter().map(|o| format!("{}!{} left open ({}) {}", o.sheet, o.cell, o.why, o.question));
        filled.chain(open).collect()
    }
}

/// The answers to write, and what is told of them.
#[must_use]
pub fn ready(sources: &Sources<'_>, book: &Book, layout: &Layout) -> (Vec<Entry>, Filled) {
    let (mut entries, mut cells, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for ((table, asked), Draft { found, criterion, outcome, says: _ }) in layout.questions().zip(draft(sources, layout)) {
        let (sheet, cell) = (name_of(book, table.sheet), cell_name(asked.answer.0, asked.answer.1));
        let question = asked.text.clone();
        let fact = found.as_ref().filter(|f| f.sure).map_or(criterion, |f| f.fact.clone());
        match outcome {
            Outcome::Drafted { text, number, meaning } => {
                entries.push(Entry {
                    sheet: table.sheet,
                    row: asked.answer.0,
                    column: asked.answer.1,
                    text: text.clone(),
                    number,
                    over: false,
                });
                let score = found.filter(|f| f.sure).map(|f| f.score);
                cells.push(FilledOut { sheet, cell, question, text, meaning, source: fact, score });
            }
            Outcome::Open { why } => left.push(OpenOut { sheet, cell, question, why, fact }),
        }
    }
    let question_count = cells.len() + left.len();
    (entries, Filled { question_count, cells, open: left, changed: Vec::new(), rewritten: false })
}
