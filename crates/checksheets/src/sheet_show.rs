//! `checksheets::sheet_show` — one sheet: what was found, plain questions first, every question with its draft and
//! where that comes from.

use std::sync::Arc;

use askama::Template;
use schemars::JsonSchema;
use schemes::Catalog;
use serde::Serialize;
use sheets::CompanyField;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::draft::OpenReason;
use crate::sheet::{CompanyLine, Line, Looked, Plain, Preview, Proposed, look, proposed};
use crate::sheet_compare::repeatable;
use crate::store::SheetRow;

/// Questions on a page.
const PAGE: usize = 100;

/// A sheet as the API tells it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct SheetDetails {
    sheet_id: String,
    file_name: String,
    /// For saving answers.
    revision: i64,
    /// Questions found, and those with a draft.
    question_count: usize,
    draft_count: usize,
    questions: Vec<Line>,
    company: Vec<CompanyLine>,
    /// The sheet of the same shape before it; empty if there is none.
    before_id: String,
    /// Plain questions whose answers would draft most of what is open.
    plain: Vec<Plain>,
}

impl SheetDetails {
    pub(crate) fn of(looked: Looked) -> Self {
        Self {
            sheet_id: looked.row.sheet_id,
            file_name: looked.row.file_name,
            revision: looked.row.revision,
            question_count: looked.lines.len(),
            draft_count: drafts(&looked.lines),
            questions: looked.lines,
            company: looked.company,
            before_id: looked.before.map_or(String::new(), |b| b.row.sheet_id),
            plain: looked.plain,
        }
    }
}

fn drafts(lines: &[Line]) -> usize {
    lines.iter().filter(|l| !l.draft.is_empty()).count()
}

#[derive(Template)]
#[template(path = "sheet_show.html")]
pub(crate) struct SheetShowPage {
    p: Page,
    sheet: SheetRow,
    questions: usize,
    drafts: usize,
    /// Answers that go into the file.
    ready: usize,
    /// Those on this page.
    lines: Vec<Line>,
    page: usize,
    pages: usize,
    plain: Vec<Plain>,
    plain_sum: usize,
    previews: Vec<Preview>,
    /// Column of the questions and of the answers, and the first row from 1, of the first table.
    chosen: (u32, u32, u32),
    squared: Vec<String>,
    may_state: bool,
    proposed: Vec<Proposed>,
    company: Vec<CompanyLine>,
    /// The sheet of the same shape before, and how many of its answers could be taken over.
    before: Option<SheetRow>,
    repeatable: usize,
    /// Keys of all facts with their names, to choose from.
    facts: Vec<(String, String)>,
}

impl SheetShowPage {
    /// The name of a column, such as `C`.
    fn column(place: impl std::fmt::Display) -> String {
        let column = place.to_string().parse::<u32>().unwrap_or(0);
        sheets::cell_name(0, column).trim_end_matches('1').to_owned()
    }

    /// Columns of a preview, from 0.
    fn columns(&self) -> Vec<u32> {
        let most = self.previews.iter().flat_map(|s| &s.rows).map(Vec::len).max().unwrap_or(0);
        (0..u32::try_from(most + 3).unwrap_or(0).min(40)).collect()
    }

    fn may_repeat(&self) -> bool {
        self.may_state && self.repeatable > 0
    }

    /// Whether a line says that facts would say otherwise than what stands there.
    fn otherwise(line: &Line) -> bool {
        line.is_taken() && !line.says.is_empty() && line.says != line.given
    }

    fn shows(line: &Line, choice: &str) -> bool {
        line.answer() == choice
    }
}

impl Sampled for SheetShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = |place: usize, draft: &str, own: Option<&str>, why: &str| Line {
            place,
            number: (place + 1).to_string(),
            section: "組織".into(),
            question: "情報セキュリティ責任者を任命していますか".into(),
            cell: format!("C{}", place + 8),
            given: if why == OpenReason::Taken.as_str() { "○".into() } else { String::new() },
            draft: draft.into(),
            says: if why == OpenReason::Taken.as_str() { "△".into() } else { draft.into() },
            last: if place == 3 { "○".into() } else { String::new() },
            matched_by: if place == 0 { "known".into() } else { "words".into() },
            own: own.map(str::to_owned),
            choices: if place == 3 { vec![] } else { ["○", "△", "×"].map(str::to_owned).to_vec() },
            fact: "governance.officer_assigned".into(),
            fact_label: "責任者と担当".into(),
            more: vec![],
            score_percent: 72,
            words: vec!["情報セキュリティ".into(), "責任者".into()],
            criterion: if place == 4 { "架空の制度@1 1-2".into() } else { String::new() },
            why: why.into(),
        };
        let mut lines = vec![
            line(0, "○", None, ""),
            line(1, "○", Some("△"), ""),
            line(2, "", None, "taken"),
            line(3, "", None, "fact_unknown"),
            line(4, "○", None, ""),
        ];
        lines.extend(OpenReason::ALL.iter().enumerate().map(|(n, why)| line(n + 5, "", None, why.as_str())));
        let company = |field: CompanyField, n: usize| CompanyLine {
            field,
            cell: format!("C{n}"),
            given: if n == 1 { "石垣精工".into() } else { String::new() },
            text: "石垣".into(),
            fixed: n == 2,
        };
        let preview =
            Preview {
                sheet: 0, name: "調査票".into(), top: 5, rows: vec![["項番", "確認項目", "回答"].map(str::to_owned).to_vec()]
            };
        let plain =
            Plain { fact: "backup.taken".into(), question: "控えを取っていますか".into(), hint: "週に1回".into(), answers: 2 };
        let full = Self {
            p: p.clone(),
            sheet: crate::sheet_list::sample_row("xlsm"),
            questions: 250,
            drafts: 24,
            ready: 25,
            lines,
            page: 2,
            pages: 3,
            plain: vec![plain],
            plain_sum: 2,
            previews: vec![preview],
            chosen: (1, 2, 7),
            squared: vec![],
            may_state: true,
            proposed: vec![Proposed {
                fact: "backup.taken".into(),
                label: "バックアップ".into(),
                answer: "done".into(),
                shown: "○".into(),
            }],
            company: CompanyField::ALL.iter().enumerate().map(|(n, f)| company(*f, n)).collect(),
            before: Some(crate::sheet_list::sample_row("xlsx")),
            repeatable: 3,
            facts: vec![("backup.taken".into(), "バックアップ".into())],
        };
        let nothing = Self {
            questions: 0,
            drafts: 0,
            ready: 0,
            lines: vec![],
            page: 1,
            pages: 1,
            plain: vec![],
            plain_sum: 0,
            squared: vec!["様式第1号".into()],
            may_state: false,
            proposed: vec![],
            company: vec![],
            before: None,
            repeatable: 0,
            facts: vec![],
            sheet: crate::sheet_list::sample_row("csv"),
            p: p.clone(),
            previews: full.previews.clone(),
            chosen: (0, 1, 1),
        };
        vec![("full", full), ("nothing", nothing)]
    }
}

fn page_of(cx: &Cx, call: &Call, looked: Looked) -> Result<SheetShowPage, Problem> {
    let pages = looked.lines.len().div_ceil(PAGE).max(1);
    let page = call.query.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let chosen = looked.content.layout.tables.first().map_or((0, 1, 1), |t| {
        let first = t.questions.first().map_or(t.head.1 + 1, |q| q.row);
        (t.columns.question, t.columns.answer, first + 1)
    });
    let proposed = proposed(cx, &looked)?;
    let catalog = cx.part::<Arc<Catalog>>()?;
    let all = catalog.topics().iter().flat_map(|t| &t.facts).filter_map(|key| catalog.fact(key));
    let facts = all.map(|f| (f.key().to_owned(), f.texts(cx.lang).label.clone())).collect();
    Ok(SheetShowPage {
        p: Page::new(cx),
        questions: looked.lines.len(),
        drafts: drafts(&looked.lines),
        ready: looked.lines.iter().filter(|l| !l.is_fixed() && !l.answer().is_empty()).count(),
        repeatable: repeatable(&looked.lines).count(),
        before: looked.before.map(|b| b.row),
        proposed,
        company: looked.company,
        facts,
        lines: looked.lines.into_iter().skip((page - 1) * PAGE).take(PAGE).collect(),
        page,
        pages,
        plain_sum: looked.plain.iter().map(|p| p.answers).sum(),
        plain: looked.plain,
        previews: looked.content.previews,
        chosen,
        squared: looked.content.layout.squared,
        may_state: cx.may(kernel::Permission::FactState),
        sheet: looked.row,
    })
}

/// `GET /sheets/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let looked = look(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    let page = page_of(&cx, &call, looked)?;
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/sheets/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<SheetDetails, Problem> {
    let mut tx = cx.read().await?;
    Ok(SheetDetails::of(look(&cx, &mut tx, cx.scope()?, call.part("id")).await?))
}
