//! `checksheets::sheet_print` — a sheet as a page to print or keep as PDF: the company, every question with what
//! will stand in its cell.

use askama::Template;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::sheet::{CompanyLine, Line, look};
use crate::store::SheetRow;

#[derive(Template)]
#[template(path = "sheet_print.html")]
pub(crate) struct SheetPrintPage {
    p: Page,
    sheet: SheetRow,
    company: Vec<CompanyLine>,
    lines: Vec<Line>,
    today: String,
}

impl SheetPrintPage {
    fn answered(&self) -> usize {
        self.lines.iter().filter(|l| !l.stands().is_empty()).count()
    }
}

impl Sampled for SheetPrintPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = Line {
            number: "1".into(),
            question: "教育を行っていますか".into(),
            draft: "○".into(),
            section: "人".into(),
            ..Line::default()
        };
        let company = CompanyLine {
            field: sheets::CompanyField::Name,
            cell: "C3".into(),
            given: String::new(),
            text: "石垣精工".into(),
            fixed: false,
        };
        let open = Line { draft: String::new(), ..line.clone() };
        let page = |company: Vec<CompanyLine>| Self {
            p: p.clone(),
            sheet: crate::sheet_list::sample_row("xlsx"),
            company,
            lines: vec![line.clone(), open.clone()],
            today: "2026-11-21".into(),
        };
        vec![("company", page(vec![company])), ("bare", page(vec![]))]
    }
}

/// `GET /sheets/{id}/print`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let looked = look(&cx, &mut tx, cx.scope()?, call.part("id")).await?;
    let today = cx.now().day().to_string();
    let page = SheetPrintPage { p: Page::new(&cx), sheet: looked.row, company: looked.company, lines: looked.lines, today };
    Ok(page.p.clone().render(&page))
}
