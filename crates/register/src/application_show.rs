//! `register::application_show` — one way to a star as its applicant sees it: the steps, what is
//! missing, findings to answer, who looked at which file, and what the register will show.

use askama::Template;
use kernel::{Instant, Permission};
use schemars::JsonSchema;
use schemes::Standing;
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, csv_response};

use crate::entry_search::prefectures;
use crate::rules::{EVERYWHERE, FieldKind, Readiness, RulesFile, StepKind};
use crate::snapshot::{Changed, Snapshot};
use crate::store::{APPLICATION_AWARDED, ApplicationRow, LOOK_LIST, LookRow, StepRow, VIEW_LIST};
use crate::way::{Details, Way, parties};

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

/// A step of the path.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct StepLine {
    name: String,
    /// `done`, `now` or `later`.
    state: String,
    /// Who takes or took it; empty for the applicant's own and before somebody was asked.
    party: String,
    /// The day it was done.
    day: String,
}

/// A finding to answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FindingLine {
    /// What to post the answer under.
    pub(crate) key: String,
    criterion: String,
    text: String,
    note: String,
    answer: String,
    /// Whether it still keeps the step open.
    open: bool,
}

/// A look of somebody else at a file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ViewLine {
    at: String,
    file: String,
    organisation: String,
    person: String,
}

/// A field of the register, as it is filled.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FieldLine {
    id: String,
    name: String,
    kind: FieldKind,
    required: bool,
    value: String,
    /// Options with their names.
    options: Vec<(String, String)>,
}

impl FieldLine {
    fn has(&self, option: &str) -> bool {
        self.value.split(',').any(|v| v == option)
    }
}

/// An application in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ApplicationDetails {
    pub(crate) application_id: String,
    scheme: String,
    title: String,
    level: String,
    /// The site, product, service or person it is about; empty for the whole organisation.
    subject: String,
    /// `open`, `withdrawn`, `refused` or `awarded`.
    pub(crate) state: String,
    /// What happens in the step it is at: `declare`, `examine`, `decide`; empty once it ended.
    pub(crate) at: String,
    steps: Vec<StepLine>,
    /// Who can be asked to take this step; empty if somebody was asked, or it is the applicant's own.
    parties: Vec<(String, String)>,
    /// What must be held to take this step, in words.
    holds: String,
    /// Whether somebody was asked and has not ended the step.
    waiting: bool,
    findings: Vec<FindingLine>,
    /// What changed since it was confirmed; it must be confirmed again.
    changed: Vec<Changed>,
    /// The number of the star it renews, and what changed since that was awarded.
    renews: String,
    renewed: Vec<Changed>,
    /// Whether the criteria are other ones than in the star it renews.
    other_criteria: bool,
    views: Vec<ViewLine>,
    details: Details,
    fields: Vec<FieldLine>,
    revision: i64,
    lines: Vec<BoardLine>,
    /// Conditions beyond the criteria that do not hold.
    conditions: Vec<String>,
    ready: bool,
    declaration: String,
    fees: String,
    claims_before: Vec<String>,
    claims_after: Vec<String>,
    effects: Vec<String>,
    /// The day of the declaration; empty before.
    declared_on: String,
    /// The register number, once awarded.
    pub(crate) number: String,
    /// The name that the state publishes under the corporate number, where it is another one.
    published_name: String,
}

/// Everything of an application.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is not the organisation's.
pub(crate) async fn details(cx: &Cx, tx: &mut Tx, id: &str) -> Result<ApplicationDetails, Problem> {
    let way = Way::own(cx, tx, id).await?;
    let (scheme, rules) = (way.scheme()?, way.rules()?);
    let (texts, ready, rows) = (rules.texts(cx.lang), way.readiness(cx)?, way.steps(tx).await?);
    let now = way.step();
    let waiting = rows.iter().any(|s| s.place == way.row.place && s.is_open());
    let mut found = Vec::new();
    if let Some(step) = now.filter(|s| s.kind == StepKind::Examine && !waiting) {
        let named = parties(cx, tx, &way.row.scheme_id, &step.part).await?;
        found.extend(named.into_iter().map(|d| (d.organisation_id, format!("{} {}", d.name, d.credential))));
    }
    let (renewed, other_criteria) = renewal(cx, tx, &way).await?;
    let sealed = way.sealed().filter(|_| way.row.state == "open");
    let conditions = &scheme.texts(cx.lang).condition;
    Ok(ApplicationDetails {
        scheme: scheme.name(),
        title: scheme.texts(cx.lang).title.clone(),
        level: scheme.file.award.level.clone(),
        subject: way.site_name(tx).await?.unwrap_or_default(),
        state: way.row.state.clone(),
        at: now.map_or(String::new(), |s| s.kind.to_string()),
        steps: step_lines(cx, &way, rules, &rows),
        parties: found,
        holds: now.and_then(|s| texts.holds.get(&s.part)).cloned().unwrap_or_default(),
        waiting,
        findings: findings(cx, tx, &way, &rows).await?,
        changed: sealed.map_or(Ok(Vec::new()), |before| way.snapshot().map(|s| s.changed(&before, &way.catalog, cx.lang)))?,
        renews: way.row.renews.clone(),
        renewed,
        other_criteria,
        views: views(tx, &way).await?,
        details: way.details(),
        fields: field_lines(cx, rules, &way.details()),
        revision: way.row.revision,
        lines: board(cx, &way, &ready)?,
        conditions: ready.conditions.iter().filter_map(|id| conditions.get(id).cloned()).collect(),
        ready: way.check(cx).is_ok(),
        declaration: texts.declaration.clone(),
        fees: texts.fees.clone(),
        claims_before: texts.claims_before.clone(),
        claims_after: texts.claims_after.clone(),
        effects: texts.effects.clone(),
        declared_on: Instant::day_of(&way.row.declared_at),
        number: way.row.number.clone(),
        application_id: way.row.application_id.clone(),
        published_name: published_name(tx, &way).await?,
    })
}

async fn published_name(tx: &mut Tx, way: &Way) -> Result<String, Problem> {
    let profile = people::profile(tx, &way.scope).await?;
    let company = people::company_find(tx, &profile.corporate_number).await?;
    Ok(company.filter(|c| !c.is_named(&profile.name)).map_or(String::new(), |c| c.name))
}

/// Every criterion with how it stands by the applicant's own facts.
fn board(cx: &Cx, way: &Way, ready: &Readiness) -> Result<Vec<BoardLine>, Problem> {
    let scheme = way.scheme()?;
    let label = |key: &str| (key.to_owned(), way.catalog.fact(key).map_or(String::new(), |f| f.texts(cx.lang).label.clone()));
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
    Ok(scheme.criteria().zip(&ready.standings).map(line).collect())
}

fn step_lines(cx: &Cx, way: &Way, rules: &RulesFile, rows: &[StepRow]) -> Vec<StepLine> {
    let ended = way.row.state == "awarded";
    let line = |(place, step): (usize, &crate::rules::Step)| {
        let place = i64::try_from(place).unwrap_or(0);
        let row = rows.iter().rev().find(|r| r.place == place && r.state != "declined");
        let state = match place.cmp(&way.row.place) {
            _ if ended => "done",
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "later",
        };
        let day = row.map_or(if step.kind == StepKind::Declare { way.row.declared_at.as_str() } else { "" }, |r| r.done_at.as_str());
        StepLine {
            name: rules.texts(cx.lang).steps.get(&step.id).cloned().unwrap_or_default(),
            state: state.to_owned(),
            party: row.map_or(String::new(), |r| r.party.clone()),
            day: Instant::day_of(day),
        }
    };
    rules.path.iter().enumerate().map(line).collect()
}

/// Findings of every step, open ones first.
async fn findings(cx: &Cx, tx: &mut Tx, way: &Way, rows: &[StepRow]) -> Result<Vec<FindingLine>, Problem> {
    let (scheme, mut all) = (way.scheme()?, Vec::new());
    for step in rows {
        let looks: Vec<LookRow> = tx.all(&way.scope, LOOK_LIST, params![&step.step_id]).await?;
        all.extend(looks.into_iter().filter(|l| !l.note.is_empty()).map(|l| FindingLine {
            key: format!("{}/{}", step.step_id, l.criterion),
            text: scheme.criterion(&l.criterion).map_or(String::new(), |c| scheme.criterion_text(c, cx.lang).to_owned()),
            criterion: l.criterion,
            note: l.note,
            answer: l.answer,
            open: l.mark == "gap",
        }));
    }
    all.sort_by_key(|f| !f.open);
    Ok(all)
}

async fn views(tx: &mut Tx, way: &Way) -> Result<Vec<ViewLine>, Problem> {
    let rows: Vec<(String, String, String, String)> = tx.all(&way.scope, VIEW_LIST, params![&way.row.application_id]).await?;
    let at = |text: &str| Instant::parse(text).map(Instant::in_japan).unwrap_or_default();
    Ok(rows.into_iter().map(|(when, file, organisation, person)| ViewLine { at: at(&when), file, organisation, person }).collect())
}

/// What changed since the star that is renewed was awarded.
async fn renewal(cx: &Cx, tx: &mut Tx, way: &Way) -> Result<(Vec<Changed>, bool), Problem> {
    if way.row.renews.is_empty() {
        return Ok((Vec::new(), false));
    }
    let former: Option<ApplicationRow> = tx.one(&way.scope, APPLICATION_AWARDED, params![&way.row.renews]).await?;
    let Some(before) = former.and_then(|f| Snapshot::parse(&f.sealed)) else { return Ok((Vec::new(), false)) };
    let now = way.snapshot()?;
    Ok((now.changed(&before, &way.catalog, cx.lang), now.other_criteria(&before)))
}

fn field_lines(cx: &Cx, rules: &RulesFile, details: &Details) -> Vec<FieldLine> {
    let texts = rules.texts(cx.lang);
    let places = || Some(EVERYWHERE.to_owned()).into_iter().chain(prefectures());
    let area = || places().map(|code| (code.clone(), cx.t(&format!("prefecture.{code}"))));
    let option = |o: &String| (o.clone(), texts.options.get(o).cloned().unwrap_or_default());
    let line = |f: &crate::rules::FieldRule| FieldLine {
        id: f.id.clone(),
        name: texts.fields.get(&f.id).cloned().unwrap_or_default(),
        kind: f.kind,
        required: f.required,
        value: details.fields.get(&f.id).cloned().unwrap_or_default(),
        options: if f.kind == FieldKind::Areas { area().collect() } else { f.options.iter().map(option).collect() },
    };
    rules.field.iter().map(line).collect()
}

#[derive(Template)]
#[template(path = "application_show.html")]
pub(crate) struct ApplicationPage {
    p: Page,
    d: ApplicationDetails,
    prefectures: Vec<String>,
    may_declare: bool,
    errors: Fields,
}

impl ApplicationPage {
    fn open_findings(&self) -> usize {
        self.d.findings.iter().filter(|f| f.open).count()
    }
}

/// Shows an application, with what does not fit.
pub(crate) async fn show(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let d = details(cx, &mut tx, call.part("id")).await?;
    let p = Page::new(cx);
    let page = ApplicationPage { d, prefectures: prefectures().collect(), may_declare: cx.may(Permission::StarDeclare), errors, p };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /applications/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, Fields::default(), StatusCode::OK).await
}

/// `GET /api/v1/applications/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<ApplicationDetails, Problem> {
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}

/// `GET /applications/{id}/pack.csv`: everything to hand over to whoever confirms.
pub(crate) async fn pack(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let way = Way::own(&cx, &mut tx, call.part("id")).await?;
    let (scheme, p) = (way.scheme()?, Page::new(&cx));
    let standings = way.readiness(&cx)?.standings;
    let head = ["criterion", "text", "standing", "fact", "answer", "reason", "file", "sha256"].map(|k| cx.t(&format!("pack.{k}")));
    let mut rows = vec![head.to_vec()];
    for (criterion, standing) in scheme.criteria().zip(standings) {
        let claims = evidence::claims(&p, &mut tx, &way.scope, &way.catalog, &criterion.facts(), &way.row.site_id).await?;
        let text = scheme.criterion_text(criterion, cx.lang).to_owned();
        let start = [criterion.id.clone(), text, p.key("star.standing", standing.as_str())];
        for claim in claims {
            let mut files: Vec<[String; 2]> = claim.documents.into_iter().map(|d| [d.file_name, d.sha256]).collect();
            if files.is_empty() {
                files.push([String::new(), String::new()]);
            }
            let answer = [claim.label, claim.words, claim.reason];
            rows.extend(files.iter().map(|file| start.iter().chain(&answer).chain(file).cloned().collect::<Vec<_>>()));
        }
    }
    Ok(csv_response("pack.csv", &rows))
}

impl Sampled for ApplicationPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |state: &str, at: &str, ready: bool, errors| Self {
            p: p.clone(),
            d: ApplicationDetails::sample(state, at, ready),
            prefectures: prefectures().collect(),
            may_declare: ready,
            errors,
        };
        let mut errors = Fields::default();
        errors.add("name", p.t("application.wrong.name"));
        let mut changed = page("open", "declare", false, Fields::default());
        changed.d.changed = vec![Changed { key: "backup.taken".into(), label: "バックアップ".into(), answer: true, files: true }];
        vec![
            ("missing", page("open", "examine", false, Fields::default())),
            ("ready", page("open", "declare", true, errors)),
            ("changed", changed),
            ("awarded", page("awarded", "", false, Fields::default())),
        ]
    }
}

impl ApplicationDetails {
    fn sample(state: &str, at: &str, ready: bool) -> Self {
        let line = |open, standing| BoardLine {
            id: "6".into(),
            text: "バックアップを取る".into(),
            standing,
            facts: vec![("backup.taken".into(), "バックアップ".into())],
            open,
        };
        let step = |name: &str, state: &str, party: &str| StepLine {
            name: name.into(),
            state: state.into(),
            party: party.into(),
            day: String::new(),
        };
        let finding = |open| FindingLine {
            key: "1/6".into(),
            criterion: "6".into(),
            text: "バックアップを取る".into(),
            note: "戻せるか確かめた記録がない".into(),
            answer: String::new(),
            open,
        };
        let field = |id: &str, kind| FieldLine {
            id: id.into(),
            name: "対象地域".into(),
            kind,
            required: true,
            value: "23".into(),
            options: vec![("23".into(), "愛知県".into())],
        };
        Self {
            application_id: "1".into(),
            scheme: "small@4.0.0".into(),
            title: "SECURITY ACTION ★".into(),
            level: "★".into(),
            subject: "製品甲".into(),
            state: state.into(),
            at: at.into(),
            steps: vec![step("専門家の確認", "now", "架空評価機関"), step("経営者の宣言", "later", "")],
            parties: if ready { vec![] } else { vec![("1".into(), "架空評価機関".into())] },
            holds: "登録セキスペなど".into(),
            waiting: false,
            findings: if ready { vec![] } else { vec![finding(true), finding(false)] },
            changed: vec![],
            renews: if ready { "50123456788".into() } else { String::new() },
            renewed: vec![],
            other_criteria: ready,
            views: vec![ViewLine {
                at: "2026-11-21 12:00".into(),
                file: "1".into(),
                organisation: "架空評価機関".into(),
                person: "架空 花子".into(),
            }],
            details: Details {
                scope: "会社全体".into(), prefecture: "23".into(), kana: "イシガキセイコウ".into(), ..Details::default()
            },
            fields: [("area", FieldKind::Areas), ("kind", FieldKind::Choice), ("url", FieldKind::Url)]
                .map(|(id, kind)| field(id, kind))
                .into(),
            revision: 1,
            lines: vec![line(!ready, Standing::Unanswered), line(false, Standing::Met)],
            conditions: if ready { vec![] } else { vec!["方針を外に公開している".into()] },
            ready,
            declaration: "取り組むことを宣言します。".into(),
            fees: "費用はかかりません。".into(),
            claims_before: vec!["宣言したと言うこと".into()],
            claims_after: vec!["認定を受けたと言うこと".into()],
            effects: vec!["期限を過ぎると、台帳に「期限切れ」と出ます。".into()],
            published_name: "株式会社石垣精工".into(),
            declared_on: String::new(),
            number: if state == "awarded" { "50123456789".into() } else { String::new() },
        }
    }
}
