//! `register::entry_search` — the public register: by name in any writing, corporate or register
//! number, scheme, prefecture, industry, and whether it held on a day. No sign-in.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use askama::Template;
use kernel::{CorporateNumber, CorporateNumberError, Day};
use schemars::JsonSchema;
use schemes::{Catalog, Subject};
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Form, Page, Problem, Response, Sampled};

use crate::keys::REGISTER;
use crate::rules::{FieldKind, FieldRule, Rules, RulesFile};
use crate::status::EntryState;
use crate::store::{
    FoundRow, GRAM_COMMON, LIKE_FOR_BENCH, SEARCH_ALL, SEARCH_COMPANY, SEARCH_GRAM, SEARCH_NUMBER, SEARCH_ONE, SEARCH_SCHEME,
};
use kernel::{fold_name, grams};

/// Entries on a page.
const PAGE_ROWS: i64 = 20;

/// How far a list can be paged; whoever needs more takes the bulk file.
const OFFSET_MAX: i64 = 1000;

/// JIS X 0401 codes.
pub(crate) fn prefectures() -> impl Iterator<Item = String> {
    (1..=47).map(|n| format!("{n:02}"))
}

/// Which pairs of characters are common, learned now and then; a stale one costs time, never truth.
#[derive(Debug, Clone, Default)]
pub struct CommonGrams(Arc<RwLock<BTreeMap<String, i64>>>);

impl CommonGrams {
    fn count(&self, gram: &str) -> i64 {
        self.0.read().ok().and_then(|c| c.get(gram).copied()).unwrap_or(0)
    }
}

/// Learns which pairs of characters are common.
///
/// # Errors
/// The store's.
pub async fn grams_learn(cx: &Cx) -> Result<usize, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<(String, i64)> = tx.all(&REGISTER, GRAM_COMMON, params![]).await?;
    let n = rows.len();
    if let Ok(mut known) = cx.part::<CommonGrams>()?.0.write() {
        *known = rows.into_iter().collect();
    }
    Ok(n)
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Name, corporate number or register number; empty for all.
    pub text: String,
    /// Scheme id.
    pub scheme: String,
    /// JIS X 0401 code.
    pub prefecture: String,
    /// Letter of the industry's division.
    pub industry: String,
    /// The day on which it must hold, `2026-11-21`; empty for any.
    pub on: String,
    /// What a directory is searched by: of each set, an entry must carry one, such as `area:23`.
    pub tags: Vec<Vec<String>>,
    /// How many to pass over.
    pub from: i64,
}

impl Search {
    /// A search as asked for; `rules` are those of the chosen scheme.
    fn of(query: &Form, rules: Option<&RulesFile>) -> Self {
        let get = |name: &str| query.get(name).to_owned();
        Self {
            text: get("q"),
            scheme: get("scheme"),
            prefecture: get("prefecture"),
            industry: get("industry"),
            on: Day::parse_loose(query.get("on")).map_or(String::new(), |d| d.to_string()),
            tags: chosen(query, rules),
            from: query.get("from").parse().unwrap_or(0).clamp(0, OFFSET_MAX),
        }
    }
}

/// What was chosen of the fields that the scheme's directory is searched by.
fn chosen(query: &Form, rules: Option<&RulesFile>) -> Vec<Vec<String>> {
    let fields = rules.iter().flat_map(|r| &r.field).filter(|f| f.is_searched());
    let given = fields.map(|f| (f, query.get(&format!("t.{}", f.id))));
    given.filter(|(f, option)| !option.is_empty() && f.wrong(option).is_none()).map(|(f, option)| f.tags(option)).collect()
}

/// An entry as found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryHead {
    pub(crate) number: String,
    pub(crate) scheme: String,
    pub(crate) version: String,
    pub(crate) level: String,
    pub(crate) name: String,
    pub(crate) corporate_number: String,
    pub(crate) prefecture: String,
    pub(crate) scope: String,
    pub(crate) from: String,
    /// Empty if it does not end.
    pub(crate) to: String,
    /// `valid`, `suspended`, `revoked`, or `expired` where its dates have run out.
    pub(crate) state: String,
    /// Since when, if it does not hold.
    pub(crate) state_day: String,
}

impl EntryHead {
    pub(crate) fn of(row: FoundRow, today: Day) -> Self {
        let today = today.to_string();
        let expired = row.state == EntryState::Valid.as_str() && !row.to_day.is_empty() && row.to_day < today;
        Self {
            state: if expired { "expired".to_owned() } else { row.state },
            state_day: if expired { row.to_day.clone() } else { row.state_day },
            number: row.number,
            scheme: row.scheme_id,
            version: row.version,
            level: row.level,
            name: row.name,
            corporate_number: row.corporate_number,
            prefecture: row.prefecture,
            scope: row.scope,
            from: row.from_day,
            to: row.to_day,
        }
    }
}

/// A page of entries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Entries {
    /// The entries, best first: names that begin so, then the others.
    pub rows: Vec<EntryHead>,
    /// Whether there are more.
    pub more: bool,
    /// What to mend, if a number cannot be one.
    pub hint: String,
}

impl Entries {
    /// One line per entry, for a terminal.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |r: &EntryHead| format!("{:<20} {:<10} {:<12} {} – {:<10}  {}", r.number, r.scheme, r.state, r.from, r.to, r.name);
        self.rows.iter().map(line).chain(Some(self.hint.clone()).filter(|h| !h.is_empty())).collect()
    }
}

/// The words of a search that are compared with names, and a corporate number if it is one.
fn number_of(cx: &Cx, text: &str) -> (Option<String>, String) {
    let digits = text.chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count();
    match CorporateNumber::parse(text) {
        Ok(number) => (Some(number.as_str().to_owned()), String::new()),
        Err(CorporateNumberError::CheckDigit) => (None, cx.t("register.wrong.check_digit")),
        Err(CorporateNumberError::Twelve { offered }) => {
            (Some(offered.clone()), cx.app.texts.fill(cx.lang, "register.offered", &[("number", offered)]))
        }
        Err(_) if digits >= 10 && digits == text.chars().count() => (None, cx.t("register.wrong.digits")),
        Err(_) => (None, String::new()),
    }
}

/// Looks an entry up.
///
/// # Errors
/// The store's.
pub async fn search(cx: &Cx, tx: &mut Tx, s: &Search) -> Result<Entries, Problem> {
    let (number, mut hint) = number_of(cx, &s.text);
    let words: Vec<String> = s.text.split_whitespace().map(fold_name).filter(|w| !w.is_empty()).collect();
    let limit = PAGE_ROWS + 1;
    let upper = s.text.trim().to_uppercase();
    let mut rows: Vec<FoundRow> = if s.text.trim().is_empty() && s.tags.is_empty() {
        browse(tx, s, limit).await?
    } else {
        let by_number = |c: char| c.is_ascii_alphanumeric() || "-－　 ".contains(c) || ('０'..='９').contains(&c);
        let mut rows = match &number {
            Some(number) => tx.all(&REGISTER, SEARCH_COMPANY, params![number]).await?,
            None => Vec::new(),
        };
        if rows.is_empty() && s.text.chars().all(by_number) {
            rows = tx.all(&REGISTER, SEARCH_NUMBER, params![upper]).await?;
        }
        rows
    };
    if rows.is_empty() && !words.is_empty() && s.tags.is_empty() {
        rows = by_name(cx, tx, s, &words, limit).await?;
    }
    if rows.is_empty() && (!words.is_empty() || !s.tags.is_empty()) {
        rows = crate::directory::find(cx, tx, s, limit).await?;
    }
    if let (true, Some(number)) = (rows.is_empty(), number)
        && let Some(company) = people::company_find(tx, &number).await?
    {
        hint = cx.app.texts.fill(cx.lang, "register.known", &[("name", company.name)]);
    }
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE_ROWS;
    rows.truncate(usize::try_from(PAGE_ROWS).unwrap_or(20));
    let today = cx.now().day();
    Ok(Entries { rows: rows.into_iter().map(|r| EntryHead::of(r, today)).collect(), more, hint })
}

async fn browse(tx: &mut Tx, s: &Search, limit: i64) -> Result<Vec<FoundRow>, Problem> {
    let found = if s.scheme.is_empty() {
        tx.all(&REGISTER, SEARCH_ALL, params![&s.prefecture, &s.industry, &s.on, limit, s.from]).await?
    } else {
        tx.all(&REGISTER, SEARCH_SCHEME, params![&s.scheme, &s.prefecture, &s.industry, &s.on, limit, s.from]).await?
    };
    Ok(found)
}

/// By name: the rarest pair of characters leads, and every word must stand in the folded name.
async fn by_name(cx: &Cx, tx: &mut Tx, s: &Search, words: &[String], limit: i64) -> Result<Vec<FoundRow>, Problem> {
    let common = cx.part::<CommonGrams>()?;
    let all = words.iter().flat_map(|w| grams(w)).map(|(gram, _)| gram);
    let Some(lead) = all.min_by_key(|gram| (gram.chars().count() == 1, common.count(gram))) else { return Ok(Vec::new()) };
    if lead.chars().count() == 1 {
        let end: String = lead.chars().map(|c| char::from_u32(u32::from(c) + 1).unwrap_or(c)).collect();
        return Ok(tx.all(&REGISTER, SEARCH_ONE, params![lead, end, &s.scheme, &s.prefecture, &s.industry, &s.on, limit, s.from]).await?);
    }
    // Several words in any order: the longest is asked for here, the others are looked for in what is found.
    let longest = words.iter().max_by_key(|w| w.chars().count()).cloned().unwrap_or_default();
    let wanted = if words.len() == 1 { limit } else { limit * 20 };
    let values = params![lead, longest, &s.scheme, &s.prefecture, &s.industry, &s.on, wanted, s.from];
    let rows: Vec<FoundRow> = tx.all(&REGISTER, SEARCH_GRAM, values).await?;
    let fits = |r: &FoundRow| words.len() == 1 || words.iter().all(|w| fold_name(&r.name).contains(w.as_str()));
    Ok(rows.into_iter().filter(fits).take(usize::try_from(limit).unwrap_or(21)).collect())
}

/// A field that the chosen scheme's directory is searched by.
struct Filter {
    id: String,
    name: String,
    options: Vec<(String, String)>,
    value: String,
}

#[derive(Template)]
#[template(path = "entry_search.html")]
pub(crate) struct SearchPage {
    p: Page,
    s: Search,
    found: Entries,
    schemes: Vec<(String, String)>,
    filters: Vec<Filter>,
    /// Directories of services and people, with their titles.
    helpers: Vec<(String, String)>,
    prefectures: Vec<String>,
    industries: &'static [&'static str],
    next: i64,
    query: String,
}

impl SearchPage {
    fn title<'a>(&'a self, head: &'a EntryHead) -> &'a str {
        self.schemes.iter().find(|(id, _)| *id == head.scheme).map_or(head.scheme.as_str(), |(_, title)| title)
    }
}

impl Sampled for SearchPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let head = |state: &str| EntryHead {
            number: "S3-2026-000001".into(),
            scheme: "small".into(),
            version: "1.0.0".into(),
            level: "★3".into(),
            name: "株式会社石垣精工".into(),
            corporate_number: "7000012050002".into(),
            prefecture: "23".into(),
            scope: "全社".into(),
            from: "2026-11-21".into(),
            to: "2027-11-20".into(),
            state: state.into(),
            state_day: "2026-12-01".into(),
        };
        let filter = || Filter {
            id: "watch".into(),
            name: "見守りの型".into(),
            options: vec![("endpoint".into(), "端末型の見守り".into())],
            value: "endpoint".into(),
        };
        let page = |rows, text: &str, hint: String| Self {
            p: p.clone(),
            s: Search { text: text.into(), ..Search::default() },
            found: Entries { rows, more: true, hint },
            schemes: vec![("small".into(), "SCS評価制度 ★3".into())],
            filters: vec![],
            helpers: vec![("help".into(), "お助け隊".into())],
            prefectures: prefectures().collect(),
            industries: people::INDUSTRIES,
            next: 20,
            query: String::new(),
        };
        let states = ["valid", "suspended", "revoked", "expired"].map(head).to_vec();
        vec![
            ("found", page(states, "石垣精工", String::new())),
            ("nothing", page(vec![], "ない会社", String::new())),
            ("directory", Self { filters: vec![filter()], ..page(vec![head("valid")], "", String::new()) }),
            ("wrong number", page(vec![], "7000012050003", p.t("register.wrong.check_digit"))),
        ]
    }
}

/// The rules of the newest version of a scheme.
fn rules_of<'a>(catalog: &Catalog, rules: &'a Rules, scheme: &str) -> Option<&'a RulesFile> {
    catalog.scheme(scheme, None).and_then(|s| rules.get(s))
}

fn filters(cx: &Cx, rules: &RulesFile, query: &Form) -> Vec<Filter> {
    let texts = rules.texts(cx.lang);
    let filter = |f: &FieldRule| Filter {
        id: f.id.clone(),
        name: texts.fields.get(&f.id).cloned().unwrap_or_default(),
        options: if f.kind == FieldKind::Areas {
            prefectures().map(|code| (code.clone(), cx.t(&format!("prefecture.{code}")))).collect()
        } else {
            f.options.iter().map(|o| (o.clone(), texts.options.get(o).cloned().unwrap_or_default())).collect()
        },
        value: query.get(&format!("t.{}", f.id)).to_owned(),
    };
    rules.field.iter().filter(|f| f.is_searched()).map(filter).collect()
}

/// `GET /register?q=&scheme=&prefecture=&industry=&on=&from=&t.FIELD=`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let (catalog, rules) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
    let chosen = rules_of(&catalog, &rules, call.query.get("scheme"));
    let s = Search::of(&call.query, chosen);
    let mut tx = cx.read().await?;
    let found = search(&cx, &mut tx, &s).await?;
    let next = if found.more && s.from + PAGE_ROWS <= OFFSET_MAX { s.from + PAGE_ROWS } else { 0 };
    let titles = || catalog.newest().filter(|n| rules.get(n).is_some()).map(|n| (n, (n.id.clone(), n.texts(cx.lang).title.clone())));
    let p = Page::new(&cx);
    let page = SearchPage {
        found,
        schemes: titles().map(|(_, title)| title).collect(),
        filters: chosen.map_or(Vec::new(), |r| filters(&cx, r, &call.query)),
        helpers: titles().filter(|(n, _)| matches!(n.file.subject, Subject::Service | Subject::Person)).map(|(_, title)| title).collect(),
        prefectures: prefectures().collect(),
        industries: people::INDUSTRIES,
        next,
        query: call.query.with("from", &next.to_string()).encode(),
        s,
        p: p.clone(),
    };
    Ok(p.render(&page))
}

/// `GET /api/v1/register`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Entries, Problem> {
    crate::limit::check(&cx)?;
    let (catalog, rules) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
    let s = Search::of(&call.query, rules_of(&catalog, &rules, call.query.get("scheme")));
    let mut tx = cx.read().await?;
    search(&cx, &mut tx, &s).await
}

/// What a search without an index would do: every folded name is looked at. For comparison in benches.
///
/// # Errors
/// The store's.
pub async fn search_for_bench(tx: &mut Tx, text: &str) -> Result<usize, Problem> {
    let rows: Vec<FoundRow> = tx.all(&REGISTER, LIKE_FOR_BENCH, params![format!("%{}%", fold_name(text))]).await?;
    Ok(rows.len())
}
