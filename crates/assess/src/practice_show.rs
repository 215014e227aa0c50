//! `assess::practice_show` — which story of another company helps: ranked by fit of size and
//! sector with the reason said, found in one's own words, with its tables to use oneself.

use std::sync::Arc;

use askama::Template;
use kernel::Lang;
use people::Profile;
use schemars::JsonSchema;
use schemes::{Catalog, Fit, FormTexts, Practice, PracticeKind, PracticeTexts, Reader, ranked, search};
use serde::Serialize;
use store::Tx;
use web::{Call, Cx, Page, Problem, Response, Sampled, csv_response};

/// How many stories stand beside a weak item.
const BESIDE: usize = 3;

/// A story in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PracticeHead {
    pub(crate) id: String,
    pub(crate) kind: PracticeKind,
    /// The worry in its owner's words, or what was done.
    pub(crate) title: String,
    /// What was done, where the title is a worry.
    pub(crate) answer: String,
    /// The company as the source calls it; empty for advice.
    pub(crate) company: String,
    /// Its number of employees, where the source says.
    pub(crate) employees: Option<u32>,
    /// Letter of its industry.
    pub(crate) sector: Option<String>,
    /// Why it fits the reader's company.
    pub(crate) fit: Fit,
}

impl PracticeHead {
    fn of(practice: &Practice, lang: Lang, reader: &Reader) -> Self {
        let texts = practice.texts(lang);
        let worry = !texts.worry.is_empty();
        Self {
            id: practice.written.id.clone(),
            kind: practice.kind,
            title: if worry { texts.worry.clone() } else { texts.title.clone() },
            answer: if worry { texts.title.clone() } else { String::new() },
            company: practice.written.company.clone(),
            employees: practice.written.employees,
            sector: practice.written.sector.clone(),
            fit: practice.fit(reader),
        }
    }

    /// Why it is recommended, in words; empty if neither size nor sector fits.
    pub(crate) fn reason(&self, p: &Page) -> String {
        match (self.fit.sector, self.fit.size) {
            (true, true) => p.t("practice.fit.both"),
            (true, false) => p.t("practice.fit.sector"),
            (false, true) => p.t("practice.fit.size"),
            (false, false) => String::new(),
        }
    }

    /// The company in words: name, size, industry.
    pub(crate) fn company_words(&self, p: &Page) -> String {
        let size = self.employees.map(|n| p.t1("practice.employees", "n", n));
        let sector = self.sector.as_ref().map(|s| p.key("industry", s));
        [Some(self.company.clone()), sector, size].into_iter().flatten().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("・")
    }
}

fn reader(profile: &Profile) -> Reader {
    Reader { employees: profile.employees(), sector: profile.industry.clone() }
}

/// The stories that help with a group of a scheme, best fit first.
pub(crate) async fn beside(cx: &Cx, tx: &mut Tx, catalog: &Catalog, what: &str) -> Result<Vec<PracticeHead>, Problem> {
    let reader = reader(&people::profile(tx, cx.scope()?).await?);
    let stories = ranked(catalog.practices().iter().filter(|p| p.serves(what)), &reader);
    Ok(stories.into_iter().take(BESIDE).map(|p| PracticeHead::of(p, cx.lang, &reader)).collect())
}

async fn list(cx: &Cx, call: &Call) -> Result<Vec<PracticeHead>, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let mut tx = cx.read().await?;
    let reader = reader(&people::profile(&mut tx, cx.scope()?).await?);
    let (query, kind, what) = (call.query.get("q"), call.query.get("kind"), call.query.get("for"));
    let stories =
        catalog.practices().iter().filter(|p| kind.is_empty() || p.kind.as_str() == kind).filter(|p| what.is_empty() || p.serves(what));
    let found = if query.is_empty() { ranked(stories, &reader) } else { search(stories, query, cx.lang) };
    Ok(found.into_iter().map(|p| PracticeHead::of(p, cx.lang, &reader)).collect())
}

#[derive(Template)]
#[template(path = "practice_list.html")]
pub(crate) struct PracticeListPage {
    p: Page,
    heads: Vec<PracticeHead>,
    query: String,
    kind: String,
    what: String,
    /// What `what` is called.
    what_words: String,
}

impl Sampled for PracticeListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let reader = Reader { employees: 400, sector: "E".into() };
        let page = |heads, query: &str| Self {
            p: p.clone(),
            heads,
            query: query.into(),
            kind: String::new(),
            what: String::new(),
            what_words: String::new(),
        };
        let what =
            catalog.practices().iter().find_map(|s| s.written.form.first().and(s.written.serves.first())).cloned().unwrap_or_default();
        let some = ranked(catalog.practices().iter().filter(|s| s.serves(&what)), &reader);
        let heads = some.into_iter().take(3).map(|s| PracticeHead::of(s, p.lang(), &reader)).collect();
        vec![("nothing found", page(vec![], "x")), ("for a directive", page(heads, ""))]
    }
}

/// `GET /practices?q=&kind=&for=`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    let catalog = cx.part::<Arc<Catalog>>()?;
    let what = call.query.get("for");
    let name = |what: &str| {
        let (scheme, part) = what.split_once('/')?;
        let scheme = catalog.scheme(scheme, None)?;
        let group = scheme.texts(cx.lang).group.get(part).cloned();
        group.or_else(|| scheme.criterion(part).map(|c| scheme.criterion_text(c, cx.lang).to_owned()))
    };
    let page = PracticeListPage {
        heads: list(&cx, &call).await?,
        query: call.query.get("q").to_owned(),
        kind: call.query.get("kind").to_owned(),
        what_words: name(what).unwrap_or_default(),
        what: what.to_owned(),
        p,
    };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/practices?q=&kind=&for=`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Vec<PracticeHead>, Problem> {
    list(&cx, &call).await
}

/// A story in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PracticeDetails {
    head: PracticeHead,
    texts: PracticeTexts,
    /// Tables to use oneself: id and table.
    forms: Vec<(String, FormTexts)>,
    /// What it helps with.
    serves: Vec<String>,
    /// The source.
    source: String,
}

async fn details(cx: &Cx, call: &Call) -> Result<PracticeDetails, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let practice = catalog.practice(call.part("id")).ok_or_else(Problem::not_found)?;
    let mut tx = cx.read().await?;
    let reader = reader(&people::profile(&mut tx, cx.scope()?).await?);
    Ok(PracticeDetails {
        head: PracticeHead::of(practice, cx.lang, &reader),
        texts: practice.texts(cx.lang).clone(),
        forms: practice.written.form.iter().map(|f| (f.id.clone(), f.texts(cx.lang).clone())).collect(),
        serves: practice.written.serves.clone(),
        source: practice.provenance.source.clone(),
    })
}

#[derive(Template)]
#[template(path = "practice_show.html")]
pub(crate) struct PracticePage {
    p: Page,
    d: PracticeDetails,
}

impl Sampled for PracticePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(catalog) = Catalog::shipped() else { return Vec::new() };
        let reader = Reader { employees: 900, sector: "P".into() };
        let page = |id: &str| {
            let practice = catalog.practice(id)?;
            let d = PracticeDetails {
                head: PracticeHead::of(practice, p.lang(), &reader),
                texts: practice.texts(p.lang()).clone(),
                forms: practice.written.form.iter().map(|f| (f.id.clone(), f.texts(p.lang()).clone())).collect(),
                serves: practice.written.serves.clone(),
                source: practice.provenance.source.clone(),
            };
            Some(Self { p: p.clone(), d })
        };
        [("with a table", "3-2"), ("a worry", "worry-9"), ("advice", "mini-1")]
            .into_iter()
            .filter_map(|(name, id)| Some((name, page(id)?)))
            .collect()
    }
}

/// `GET /practices/{id}`
pub(crate) async fn show(cx: Cx, call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&PracticePage { p: p.clone(), d: details(&cx, &call).await? }))
}

/// `GET /api/v1/practices/{id}`
pub(crate) async fn show_api(cx: Cx, call: Call, (): ()) -> Result<PracticeDetails, Problem> {
    details(&cx, &call).await
}

/// `GET /practices/{id}/{form}`: the table as CSV.
pub(crate) async fn form(cx: Cx, call: Call) -> Result<Response, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let practice = catalog.practice(call.part("id")).ok_or_else(Problem::not_found)?;
    let form = practice.written.form.iter().find(|f| f.id == call.part("form")).ok_or_else(Problem::not_found)?;
    let texts = form.texts(cx.lang);
    let mut rows = vec![texts.columns.clone()];
    rows.extend(texts.rows.iter().cloned());
    Ok(csv_response(&format!("{}-{}.csv", practice.written.id, form.id), &rows))
}
