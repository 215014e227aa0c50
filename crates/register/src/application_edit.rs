//! `register::application_edit` — one way to a star: what is still missing, what the register will
//! show, and the declaration of the head of the organisation, who alone can make it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use kernel::{ApplicationId, Event, EventKind, Permission};
use schemars::JsonSchema;
use schemes::{Catalog, Facts, Scheme, Standing};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, params};
use web::{Call, Cx, FieldError, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::award::{Award, Holder, award};
use crate::entry_search::prefectures;
use crate::rules::{Readiness, RulesFile, shown_hash};
use crate::star_list::rules;
use crate::store::{APPLICATION_DONE, APPLICATION_FIND, APPLICATION_SAVE, APPLICATION_WITHDRAW, ApplicationRow};

/// Longest text of a field, in characters.
const TEXT_MAX_CHARS: usize = 120;

/// Tries to find a number that is free.
const NUMBER_TRIES: usize = 5;

/// What the register will show beside name and number of the organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Details {
    /// What it covers, in words.
    pub(crate) scope: String,
    /// JIS X 0401 code.
    pub(crate) prefecture: String,
    /// Reading of the name in kana.
    pub(crate) kana: String,
}

/// A criterion on the board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct BoardLine {
    id: String,
    text: String,
    standing: Standing,
    /// Facts it rests on, with their labels.
    facts: Vec<(String, String)>,
    /// Whether it keeps the star from being declared.
    open: bool,
}

/// An application in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ApplicationDetails {
    pub(crate) application_id: String,
    scheme: String,
    title: String,
    level: String,
    /// `open`, `withdrawn` or `awarded`.
    state: String,
    details: Details,
    revision: i64,
    lines: Vec<BoardLine>,
    /// Conditions beyond the criteria that do not hold.
    conditions: Vec<String>,
    ready: bool,
    declaration: String,
    fees: String,
    claims_before: Vec<String>,
    claims_after: Vec<String>,
    /// The day of the declaration; empty before.
    declared_on: String,
    /// The register number, once awarded.
    number: String,
}

/// The declaration.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareInput {
    /// The name of who declares, as a signature.
    name: String,
    /// Must be true.
    agreed: bool,
}

struct Found {
    row: ApplicationRow,
    catalog: Arc<Catalog>,
    rules: RulesFile,
    facts: Facts,
}

impl Found {
    fn scheme(&self) -> Result<&Scheme, Problem> {
        self.catalog.scheme(&self.row.scheme_id, Some(&self.row.version)).ok_or_else(Problem::not_found)
    }

    fn details(&self) -> Details {
        serde_json::from_str(&self.row.details).unwrap_or_default()
    }
}

async fn find(cx: &Cx, tx: &mut Tx, id: &str) -> Result<Found, Problem> {
    let id = ApplicationId::try_from(id.to_owned()).map_err(|_| Problem::not_found())?;
    let row: Option<ApplicationRow> = tx.one(cx.scope()?, APPLICATION_FIND, params![&id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = catalog.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let rules = rules(scheme)?.ok_or_else(Problem::not_found)?;
    let facts = evidence::company_facts(tx, cx.scope()?, &catalog).await?;
    Ok(Found { row, catalog, rules, facts })
}

/// An application in full, by its id.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is not the organisation's.
pub(crate) async fn details(cx: &Cx, tx: &mut Tx, id: &str) -> Result<ApplicationDetails, Problem> {
    show(cx, &find(cx, tx, id).await?)
}

fn show(cx: &Cx, found: &Found) -> Result<ApplicationDetails, Problem> {
    let scheme = found.scheme()?;
    let ready = Readiness::of(scheme, found.rules.needs, &found.facts, cx.now().day());
    let label = |key: &str| (key.to_owned(), found.catalog.fact(key).map_or(String::new(), |f| f.texts(cx.lang).label.clone()));
    let line = |(c, standing): (&schemes::Criterion, &Standing)| {
        let mut facts: Vec<(String, String)> = c.facts().into_iter().map(label).collect();
        facts.dedup();
        BoardLine {
            id: c.id.clone(),
            text: scheme.criterion_text(c, cx.lang).to_owned(),
            standing: *standing,
            facts,
            open: ready.open.contains(&c.id),
        }
    };
    let texts = found.rules.texts(cx.lang);
    let conditions = &scheme.texts(cx.lang).condition;
    Ok(ApplicationDetails {
        application_id: found.row.application_id.clone(),
        scheme: scheme.name(),
        title: scheme.texts(cx.lang).title.clone(),
        level: scheme.file.award.level.clone(),
        state: found.row.state.clone(),
        details: found.details(),
        revision: found.row.revision,
        lines: scheme.criteria().zip(&ready.standings).map(line).collect(),
        conditions: ready.conditions.iter().filter_map(|id| conditions.get(id).cloned()).collect(),
        ready: ready.is_ready(),
        declaration: texts.declaration.clone(),
        fees: texts.fees.clone(),
        claims_before: texts.claims_before.clone(),
        claims_after: texts.claims_after.clone(),
        declared_on: found.row.declared_at.get(..10).unwrap_or_default().to_owned(),
        number: found.row.number.clone(),
    })
}

async fn save(cx: &Cx, id: &str, given: &Details, revision: i64) -> Result<(), Problem> {
    let mut wrong = Fields::default();
    let cut = |text: &str| text.trim().chars().take(TEXT_MAX_CHARS).collect::<String>();
    let given = Details { scope: cut(&given.scope), prefecture: given.prefecture.clone(), kana: cut(&given.kana) };
    if given.scope.is_empty() {
        wrong.add("scope", cx.t("application.wrong.scope"));
    }
    if !given.prefecture.is_empty() && !prefectures().any(|p| p == given.prefecture) {
        wrong.add("prefecture", cx.t("application.wrong.prefecture"));
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong.0));
    }
    let mut tx = cx.write().await?;
    let found = find(cx, &mut tx, id).await?;
    let text = serde_json::to_string(&given).unwrap_or_default();
    if tx.run(cx.scope()?, APPLICATION_SAVE, params![&found.row.application_id, text, revision]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    cx.record(&mut tx, Event::new(EventKind::ApplicationChanged, &found.row.application_id)).await?;
    Ok(tx.commit().await?)
}

/// Declares for the organisation and, as the last step of the path, awards the star.
async fn declare(cx: &Cx, id: &str, input: &DeclareInput) -> Result<String, Problem> {
    let mut tx = cx.write().await?;
    let found = find(cx, &mut tx, id).await?;
    let (scheme, today) = (found.scheme()?, cx.now().day());
    let ready = Readiness::of(scheme, found.rules.needs, &found.facts, today);
    let person = cx.signed.as_ref().map_or(String::new(), |s| s.person_name.clone());
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, key: &str| wrong.push(FieldError { field: field.to_owned(), text: cx.t(key) });
    if !ready.is_ready() {
        refuse("ready", "application.wrong.not_ready");
    }
    if !input.agreed {
        refuse("agreed", "application.wrong.agreed");
    }
    if person.is_empty() || plain(&input.name) != plain(&person) {
        refuse("name", "application.wrong.name");
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    let (profile, shown) = (people::profile(&mut tx, cx.scope()?).await?, found.details());
    let hash = shown_hash(scheme, &ready, &found.facts);
    let number = free_number(cx, &mut tx, &found.rules).await?;
    let done = params![&found.row.application_id, cx.now(), cx.scope()?.person(), &hash, &number, found.row.revision];
    if tx.run(cx.scope()?, APPLICATION_DONE, done).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let declared = Event::new(EventKind::StarDeclared, &found.row.application_id).with("shown", &hash).with("scheme", scheme.name());
    cx.record(&mut tx, declared).await?;
    let star = Award {
        scheme,
        number: number.clone(),
        subject: scheme.file.subject,
        holder: Holder {
            name: profile.name,
            kana: shown.kana,
            corporate_number: profile.corporate_number,
            prefecture: shown.prefecture,
            industry: profile.industry,
            employee_band: profile.employee_band,
        },
        scope: shown.scope,
        confirmer: cx.t("application.by.self"),
        fields: BTreeMap::new(),
        tags: Vec::new(),
        from: today,
        to: found.rules.ends(today),
    };
    award(cx, &mut tx, cx.scope()?, &star).await?;
    tx.commit().await?;
    Ok(number)
}

/// A register number that no entry has.
async fn free_number(cx: &Cx, tx: &mut Tx, rules: &RulesFile) -> Result<String, Problem> {
    for _ in 0..NUMBER_TRIES {
        let number = rules.new_number(cx.now().day(), &*cx.app.rng);
        match crate::award::entry(tx, &number).await {
            Err(problem) if problem.code == kernel::Code::NotFound => return Ok(number),
            Err(problem) => return Err(problem),
            Ok(_) => {}
        }
    }
    Err(Problem::new(kernel::Code::Internal).because("no free register number"))
}

#[derive(Template)]
#[template(path = "application_edit.html")]
pub(crate) struct ApplicationPage {
    p: Page,
    d: ApplicationDetails,
    prefectures: Vec<String>,
    may_declare: bool,
    errors: Fields,
}

impl Sampled for ApplicationPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = |open, standing| BoardLine {
            id: "6".into(),
            text: "バックアップを取る".into(),
            standing,
            facts: vec![("backup.taken".into(), "バックアップ".into())],
            open,
        };
        let page = |state: &str, ready: bool, may_declare, errors| Self {
            p: p.clone(),
            d: ApplicationDetails {
                application_id: "1".into(),
                scheme: "small@4.0.0".into(),
                title: "SECURITY ACTION ★".into(),
                level: "★".into(),
                state: state.into(),
                details: Details { scope: "会社全体".into(), prefecture: "23".into(), kana: "イシガキセイコウ".into() },
                revision: 1,
                lines: vec![line(!ready, Standing::Unanswered), line(false, Standing::Met)],
                conditions: if ready { vec![] } else { vec!["方針を外に公開している".into()] },
                ready,
                declaration: "取り組むことを宣言します。".into(),
                fees: "費用はかかりません。".into(),
                claims_before: vec!["宣言したと言うこと".into()],
                claims_after: vec!["認定を受けたと言うこと".into()],
                declared_on: String::new(),
                number: if state == "awarded" { "50123456789".into() } else { String::new() },
            },
            prefectures: prefectures().collect(),
            may_declare,
            errors,
        };
        let mut errors = Fields::default();
        errors.add("name", p.t("application.wrong.name"));
        vec![
            ("missing", page("open", false, false, Fields::default())),
            ("ready", page("open", true, true, errors)),
            ("awarded", page("awarded", true, false, Fields::default())),
        ]
    }
}

async fn board(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let d = details(cx, &mut tx, call.part("id")).await?;
    let p = Page::new(cx);
    let page = ApplicationPage { d, prefectures: prefectures().collect(), may_declare: cx.may(Permission::StarDeclare), errors, p };
    Ok(page.p.clone().render_as(status, &page))
}

/// Shows the board again with what does not fit.
async fn again(cx: &Cx, call: &Call, problem: Problem) -> Result<Response, Problem> {
    if problem.fields.is_empty() {
        return Err(problem);
    }
    board(cx, call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `GET /applications/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    board(&cx, &call, Fields::default(), StatusCode::OK).await
}

/// `POST /applications/{id}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let given = Details { scope: get("scope"), prefecture: get("prefecture"), kana: get("kana") };
    match save(&cx, call.part("id"), &given, get("revision").parse().unwrap_or(0)).await {
        Ok(()) => Ok(redirect(&format!("/applications/{}", call.part("id")))),
        Err(problem) => again(&cx, &call, problem).await,
    }
}

/// `POST /applications/{id}/declare`
pub(crate) async fn send_declaration(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = DeclareInput { name: call.form.get("name").to_owned(), agreed: call.form.get("agreed") == "yes" };
    match declare(&cx, call.part("id"), &input).await {
        Ok(number) => Ok(redirect(&format!("/stars/{number}/certificate"))),
        Err(problem) => again(&cx, &call, problem).await,
    }
}

/// `POST /applications/{id}/withdraw`
pub(crate) async fn withdraw(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let found = find(&cx, &mut tx, call.part("id")).await?;
    if tx.run(cx.scope()?, APPLICATION_WITHDRAW, params![&found.row.application_id]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    cx.record(&mut tx, Event::new(EventKind::ApplicationWithdrawn, &found.row.application_id)).await?;
    tx.commit().await?;
    Ok(redirect("/stars"))
}

/// `GET /api/v1/applications/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<ApplicationDetails, Problem> {
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}

/// `POST /api/v1/applications/{id}/declare`: the register number.
pub(crate) async fn api_declare(cx: Cx, call: Call, input: DeclareInput) -> Result<String, Problem> {
    declare(&cx, call.part("id"), &input).await
}
