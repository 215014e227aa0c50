//! `products::worksheet_show` — a sheet about a product to fill in and to print; an annex prints as its clauses.

use askama::Template;
use store::params;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, redirect};

use crate::product_show::find;
use crate::store::{PUBLISHER, ProductRow, WorksheetRow};
use crate::worksheet::{Answers, ItemAnswer, Worksheet, revisions, sheet, worksheet_change};

/// What stands for a name that is not known yet.
const BLANK: &str = "＿＿＿＿＿＿";

/// An item on a page.
#[derive(Debug, Default)]
pub(crate) struct Line {
    key: String,
    title: String,
    /// Key and words of each option.
    options: Vec<(String, String)>,
    chosen: String,
    /// The words of the option that is chosen; empty if none is.
    words: String,
    /// The clause it stands for, filled in; empty if it stands for none.
    clause: String,
    /// Name and text of each note.
    notes: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "worksheet_show.html")]
pub(crate) struct WorksheetShowPage {
    p: Page,
    product: ProductRow,
    sheet: &'static Worksheet,
    lines: Vec<Line>,
    /// Items that are settled as they are kept, whatever is filled in.
    answered: usize,
    revisions: Vec<WorksheetRow>,
    errors: Fields,
}

impl WorksheetShowPage {
    fn has_clauses(&self) -> bool {
        self.sheet.item.iter().any(|i| self.sheet.options(i).iter().any(|o| o.clause.is_some()))
    }
}

#[derive(Template)]
#[template(path = "worksheet_print.html")]
pub(crate) struct WorksheetPrintPage {
    p: Page,
    product: ProductRow,
    sheet: &'static Worksheet,
    lines: Vec<Line>,
}

impl WorksheetPrintPage {
    /// Lines that say something.
    fn said(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|l| !l.chosen.is_empty() || l.notes.iter().any(|(_, text)| !text.is_empty()))
    }

    fn has_clauses(&self) -> bool {
        self.lines.iter().any(|l| !l.clause.is_empty())
    }
}

/// The items with what is said of them. `names` fill the clauses: maker, buyer, product.
fn lines(sheet: &Worksheet, answers: &Answers, p: &Page, names: [&str; 3]) -> Vec<Line> {
    let none = ItemAnswer::default();
    let line = |item: &crate::worksheet::Item| {
        let answer = answers.get(&item.key).unwrap_or(&none);
        let options = sheet.options(item);
        let chosen = options.iter().find(|o| o.key == answer.choice);
        let clause = chosen.and_then(|o| o.clause.as_ref()).map(|c| c.of(p.lang())).unwrap_or_default();
        let [maker, buyer, product] = names;
        Line {
            key: item.key.clone(),
            title: item.title.of(p.lang()).to_owned(),
            options: options.iter().map(|o| (o.key.clone(), o.title.of(p.lang()).to_owned())).collect(),
            chosen: answer.choice.clone(),
            words: chosen.map(|o| o.title.of(p.lang()).to_owned()).unwrap_or_default(),
            clause: clause.replace("{maker}", maker).replace("{buyer}", buyer).replace("{product}", product),
            notes: sheet.notes.iter().map(|n| (n.clone(), answer.notes.get(n).cloned().unwrap_or_default())).collect(),
        }
    };
    sheet.item.iter().map(line).collect()
}

fn sample(id: &str, p: &Page) -> Option<(ProductRow, &'static Worksheet, Vec<Line>)> {
    let sheet = sheet(id).ok()?;
    let product = ProductRow { product_id: "1".into(), name: "計測器 K-100".into(), made_at: String::new() };
    let first = sheet.item.first()?;
    let notes = sheet.notes.iter().map(|n| (n.clone(), "少し".to_owned())).collect();
    let answer = ItemAnswer { choice: sheet.options(first).first()?.key.clone(), notes };
    let answers = Answers::from([(first.key.clone(), answer)]);
    let lines = lines(sheet, &answers, p, ["石垣精工", BLANK, &product.name]);
    Some((product, sheet, lines))
}

impl Sampled for WorksheetShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |name: &'static str, id: &str, wrong: &[&str], revisions| {
            let (product, sheet, lines) = sample(id, p)?;
            let mut errors = Fields::default();
            for field in wrong {
                errors.add(field, "選んでください");
            }
            Some((name, Self { p: p.clone(), product, sheet, lines, answered: 1, revisions, errors }))
        };
        let row = |revision, person: &str| WorksheetRow {
            revision,
            said_at: "2026-11-21T00:00:00.000000Z".into(),
            person: person.into(),
            ..WorksheetRow::default()
        };
        let kept = vec![row(2, "石垣 花子"), row(1, "石垣 太郎")];
        let all = [
            page("scope", "scope", &["c-who", "n-cost-who"], kept),
            page("annex", "annex", &[], vec![]),
            page("check", "check", &[], vec![]),
        ];
        all.into_iter().flatten().collect()
    }
}

impl Sampled for WorksheetPrintPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |name: &'static str| {
            let (product, sheet, lines) = sample(name, p)?;
            Some((name, Self { p: p.clone(), product, sheet, lines }))
        };
        [page("annex"), page("scope")].into_iter().flatten().collect()
    }
}

async fn show(cx: &Cx, call: &Call, said: Option<Answers>, errors: Fields) -> Result<Response, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let product = find(&mut tx, scope, call.part("id")).await?;
    let sheet = sheet(call.part("sheet"))?;
    let revisions = revisions(&mut tx, scope, (&product.product_id, &sheet.id)).await?;
    let wanted = call.query.get("revision");
    let kept = revisions.first().map(WorksheetRow::answers).unwrap_or_default();
    let answered = kept.values().filter(|a| !a.choice.is_empty()).count();
    let row = revisions.iter().find(|r| r.revision.to_string() == wanted).or(revisions.first());
    let mut answers = said.unwrap_or_else(|| row.map(WorksheetRow::answers).unwrap_or_default());
    let example = call.query.get("example").parse::<usize>().ok().and_then(|at| sheet.example.get(at));
    for (key, choice) in example.iter().flat_map(|e| &e.choices) {
        answers.entry(key.clone()).or_default().choice.clone_from(choice);
    }
    let p = Page::new(cx);
    let lines = lines(sheet, &answers, &p, [BLANK, BLANK, &product.name]);
    let page = WorksheetShowPage { p, product, sheet, lines, answered, revisions, errors };
    Ok(page.p.clone().render_as(page.errors.status(), &page))
}

/// `GET /products/{id}/sheets/{sheet}?revision=…&example=…`: an older revision or an example is filled in, not kept.
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, None, Fields::default()).await
}

/// `POST /products/{id}/sheets/{sheet}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let sheet = sheet(call.part("sheet"))?;
    let get = |name: &str| call.form.get(name).to_owned();
    let answer = |key: &str| ItemAnswer {
        choice: get(&format!("c-{key}")),
        notes: sheet.notes.iter().map(|name| (name.clone(), get(&format!("n-{name}-{key}")))).collect(),
    };
    let answers: Answers = sheet.item.iter().map(|i| (i.key.clone(), answer(&i.key))).collect();
    match worksheet_change(&cx, cx.scope()?, (call.part("id"), sheet), &answers).await {
        Ok(()) => Ok(redirect(&format!("/products/{}/sheets/{}", call.part("id"), sheet.id))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, &call, Some(answers), Fields(problem.fields)).await,
    }
}

/// `GET /products/{id}/sheets/{sheet}/print?buyer=…`
pub(crate) async fn print(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let product = find(&mut tx, scope, call.part("id")).await?;
    let sheet = sheet(call.part("sheet"))?;
    let maker: Option<(String,)> = tx.one(scope, PUBLISHER, params![]).await?;
    let maker = maker.map_or_else(|| BLANK.to_owned(), |(name,)| name);
    let buyer = call.query.get("buyer").trim();
    let buyer = if buyer.is_empty() { BLANK } else { buyer };
    let answers = revisions(&mut tx, scope, (&product.product_id, &sheet.id)).await?.first().map(WorksheetRow::answers).unwrap_or_default();
    let p = Page::new(&cx);
    let lines = lines(sheet, &answers, &p, [&maker, buyer, &product.name]);
    let page = WorksheetPrintPage { p, product, sheet, lines };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/products/{id}/sheets/{sheet}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Answers, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let product = find(&mut tx, scope, call.part("id")).await?;
    let all = revisions(&mut tx, scope, (&product.product_id, &sheet(call.part("sheet"))?.id)).await?;
    Ok(all.first().map(WorksheetRow::answers).unwrap_or_default())
}

/// `POST /api/v1/products/{id}/sheets/{sheet}`
pub(crate) async fn api_change(cx: Cx, call: Call, answers: Answers) -> Result<(), Problem> {
    worksheet_change(&cx, cx.scope()?, (call.part("id"), sheet(call.part("sheet"))?), &answers).await
}
