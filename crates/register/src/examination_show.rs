//! `register::examination_show` — the workbench of whoever takes a step for an applicant: every
//! criterion with claim, files and finding side by side. Every file that is opened is written
//! down, for the ledger and for the applicant.

use std::collections::BTreeMap;

use askama::Template;
use kernel::{DocumentId, Event, EventKind, Instant, StepId, ViewId};
use schemars::JsonSchema;
use schemes::Standing;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode};

use crate::rules::{Step, StepKind};
use crate::store::{LOOK_LIST, LookRow, STEP_PARTY_FIND, STEP_PARTY_LIST, StepRow, VIEW_ADD};
use crate::way::{Details, Way};

/// What is written down of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Record {
    /// What is looked at, and how samples are drawn.
    pub(crate) plan: String,
    /// The day of the visit.
    pub(crate) visited_on: String,
    /// Who was there and what was seen.
    pub(crate) visit: String,
    /// What came out, in words.
    pub(crate) report: String,
    /// Criteria that were drawn to be looked at down to the evidence, in official order.
    pub(crate) sample: Vec<String>,
    /// How often samples were drawn.
    pub(crate) draws: u32,
}

/// A criterion on the workbench.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct LookLine {
    pub(crate) id: String,
    text: String,
    /// How it stands by the applicant's own facts.
    standing: String,
    claims: Vec<evidence::Claim>,
    /// `met`, `gap` or empty.
    mark: String,
    note: String,
    /// What the applicant answered to the finding.
    answer: String,
    /// Whether it was drawn as a sample.
    drawn: bool,
}

/// A step in lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct StepHead {
    step_id: String,
    title: String,
    step: String,
    applicant: String,
    /// `asked`, `working`, `done`, `declined`, `back` or `refused`.
    pub(crate) state: String,
    person: String,
    asked_on: String,
    done_on: String,
}

/// A step in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ExaminationDetails {
    head: StepHead,
    /// `examine` or `decide`.
    kind: StepKind,
    on_site: bool,
    subject: String,
    shown: Details,
    record: Record,
    revision: i64,
    lines: Vec<LookLine>,
    met: usize,
    gaps: usize,
    /// What was written in the steps before, by their name.
    before: BTreeMap<String, Record>,
    /// Whether something changed since it was confirmed.
    changed: bool,
    own: bool,
}

/// A step that the organisation that asks was given, with its application.
pub(crate) struct Found {
    pub(crate) row: StepRow,
    pub(crate) way: Way,
}

impl Found {
    /// By id.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] where it is somebody else's.
    pub(crate) async fn of(cx: &Cx, tx: &mut Tx, id: &str) -> Result<Self, Problem> {
        let id = StepId::try_from(id.to_owned()).map_err(|_| Problem::not_found())?;
        let row: Option<StepRow> = tx.one(cx.scope()?, STEP_PARTY_FIND, params![&id]).await?;
        let row = row.ok_or_else(Problem::not_found)?;
        let way = Way::of_step(cx, tx, &row).await?;
        Ok(Self { row, way })
    }

    /// Its rules.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] if the scheme's files are gone.
    pub(crate) fn step(&self) -> Result<&Step, Problem> {
        self.way.rules()?.step(self.row.place).ok_or_else(Problem::not_found)
    }

    /// What was found so far, by criterion.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn looks(&self, tx: &mut Tx) -> Result<BTreeMap<String, LookRow>, Problem> {
        let rows: Vec<LookRow> = tx.all(&self.way.scope, LOOK_LIST, params![&self.row.step_id]).await?;
        Ok(rows.into_iter().map(|r| (r.criterion.clone(), r)).collect())
    }

    pub(crate) fn record(&self) -> Record {
        serde_json::from_str(&self.row.record).unwrap_or_default()
    }

    fn head(&self, cx: &Cx) -> Result<StepHead, Problem> {
        let name = self.way.rules()?.texts(cx.lang).steps.get(&self.step()?.id).cloned();
        Ok(head(&self.row, self.way.scheme()?.texts(cx.lang).title.clone(), name.unwrap_or_default()))
    }
}

fn head(row: &StepRow, title: String, step: String) -> StepHead {
    StepHead {
        step_id: row.step_id.clone(),
        title,
        step,
        applicant: row.applicant.clone(),
        state: row.state.clone(),
        person: row.person.clone(),
        asked_on: Instant::day_of(&row.asked_at),
        done_on: Instant::day_of(&row.done_at),
    }
}

/// Every criterion with what is claimed and what was found. Claims are shown to whoever took the step on.
async fn lines(cx: &Cx, tx: &mut Tx, found: &Found) -> Result<Vec<LookLine>, Problem> {
    let (way, p, mut looks) = (&found.way, Page::new(cx), found.looks(tx).await?);
    let (scheme, mut all) = (way.scheme()?, Vec::new());
    let standings = way.readiness(cx)?.standings;
    let open = found.row.state != "asked" && found.row.state != "declined";
    let keys: Vec<&str> = scheme.facts().filter(|_| open).collect();
    let claims = evidence::claims(&p, tx, &way.scope, &way.catalog, &keys, &way.row.site_id).await?;
    let record = found.record();
    for (criterion, standing) in scheme.criteria().zip(standings).filter(|_| open) {
        let look = looks.remove(&criterion.id);
        let (mark, note, answer) = look.map_or_else(Default::default, |l| (l.mark, l.note, l.answer));
        let keys = criterion.facts();
        all.push(LookLine {
            id: criterion.id.clone(),
            text: scheme.criterion_text(criterion, cx.lang).to_owned(),
            standing: Standing::as_str(standing).to_owned(),
            claims: claims.iter().filter(|c| keys.contains(&c.key.as_str())).cloned().collect(),
            drawn: record.sample.contains(&criterion.id),
            mark,
            note,
            answer,
        });
    }
    Ok(all)
}

/// A step in full.
///
/// # Errors
/// [`kernel::Code::NotFound`] where it is somebody else's.
pub(crate) async fn details(cx: &Cx, tx: &mut Tx, id: &str) -> Result<ExaminationDetails, Problem> {
    let found = Found::of(cx, tx, id).await?;
    let (step, way) = (found.step()?, &found.way);
    let lines = lines(cx, tx, &found).await?;
    let mut before = BTreeMap::new();
    for row in way.steps(tx).await?.into_iter().filter(|s| s.place < found.row.place && s.state == "done") {
        let name = way.rules()?.step(row.place).and_then(|s| way.rules().ok()?.texts(cx.lang).steps.get(&s.id).cloned());
        before.insert(format!("{} {}", name.unwrap_or_default(), row.party), serde_json::from_str(&row.record).unwrap_or_default());
    }
    let count = |mark: &str| lines.iter().filter(|l| l.mark == mark).count();
    Ok(ExaminationDetails {
        head: found.head(cx)?,
        kind: step.kind,
        on_site: step.on_site,
        subject: way.site_name(tx).await?.unwrap_or_default(),
        shown: way.details(),
        record: found.record(),
        revision: found.row.revision,
        met: count("met"),
        gaps: count("gap"),
        before,
        changed: way.sealed().is_some_and(|s| way.snapshot().is_ok_and(|now| now != s)),
        own: found.row.person_id == cx.scope()?.person().as_str(),
        lines,
    })
}

#[derive(Template)]
#[template(path = "examination_list.html")]
pub(crate) struct ExaminationListPage {
    p: Page,
    rows: Vec<StepHead>,
}

#[derive(Template)]
#[template(path = "examination_show.html")]
pub(crate) struct ExaminationPage {
    p: Page,
    d: ExaminationDetails,
    errors: Fields,
}

impl ExaminationPage {
    fn decides(&self) -> bool {
        self.d.kind == StepKind::Decide
    }
}

async fn heads(cx: &Cx) -> Result<Vec<StepHead>, Problem> {
    let mut tx = cx.read().await?;
    let rows: Vec<StepRow> = tx.all(cx.scope()?, STEP_PARTY_LIST, params![]).await?;
    let (catalog, rules) = (cx.part::<std::sync::Arc<schemes::Catalog>>()?, cx.part::<crate::rules::Rules>()?);
    let line = |row: &StepRow| {
        let scheme = catalog.scheme(&row.scheme_id, Some(&row.version))?;
        let rules = rules.get(scheme)?;
        let name = rules.texts(cx.lang).steps.get(&rules.step(row.place)?.id)?.clone();
        Some(head(row, scheme.texts(cx.lang).title.clone(), name))
    };
    Ok(rows.iter().filter_map(line).collect())
}

/// `GET /examinations`
pub(crate) async fn list(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let p = Page::new(&cx);
    Ok(p.render(&ExaminationListPage { p: p.clone(), rows: heads(&cx).await? }))
}

/// `GET /api/v1/examinations`
pub(crate) async fn api_list(cx: Cx, _call: Call, (): ()) -> Result<Vec<StepHead>, Problem> {
    heads(&cx).await
}

/// Shows the workbench, with what does not fit.
pub(crate) async fn show(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let d = details(cx, &mut tx, call.part("id")).await?;
    let p = Page::new(cx);
    Ok(p.clone().render_as(status, &ExaminationPage { p, d, errors }))
}

/// `GET /examinations/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, Fields::default(), StatusCode::OK).await
}

/// `GET /api/v1/examinations/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<ExaminationDetails, Problem> {
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}

/// `GET /examinations/{id}/documents/{document}`: a file of the applicant, written down as opened.
pub(crate) async fn document(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: DocumentId = call.id("document")?;
    let mut tx = cx.write().await?;
    let found = Found::of(&cx, &mut tx, call.part("id")).await?;
    if found.row.state != "working" || found.row.person_id != cx.scope()?.person().as_str() {
        return Err(Problem::not_found());
    }
    let (key, file) = evidence::document_of(&cx, &mut tx, &found.way.scope, &id).await?;
    if !found.way.scheme()?.facts().any(|k| k == key) {
        return Err(Problem::not_found());
    }
    let view = ViewId::new(&*cx.app.clock, &*cx.app.rng);
    let by = cx.scope()?;
    let seen = params![&view, &found.row.application_id, &id, by.id(), cx.now(), by.person()];
    tx.run(&found.way.scope, VIEW_ADD, seen).await?;
    let event = Event::new(EventKind::EvidenceViewed, id.as_str()).with("application", &found.row.application_id);
    found.way.note(&cx, &mut tx, &event, &found.row.party_id).await?;
    tx.commit().await?;
    Ok(file)
}

fn sample_head(state: &str) -> StepHead {
    StepHead {
        step_id: "1".into(),
        title: "町工場★".into(),
        step: "専門家の確認".into(),
        applicant: "石垣精工".into(),
        state: state.into(),
        person: "架空 花子".into(),
        asked_on: "2026-11-21".into(),
        done_on: String::new(),
    }
}

impl Sampled for ExaminationListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let states = ["asked", "working", "done", "declined", "back", "refused"];
        vec![("some", Self { p: p.clone(), rows: states.map(sample_head).into() }), ("none", Self { p: p.clone(), rows: vec![] })]
    }
}

impl Sampled for ExaminationPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = |mark: &str| LookLine {
            id: "1-2-1-1".into(),
            text: "役割を決めている".into(),
            standing: "met".into(),
            claims: vec![evidence::Claim {
                key: "backup.taken".into(), label: "控え".into(), words: "実施".into(), ..Default::default()
            }],
            drawn: mark == "gap",
            mark: mark.into(),
            note: if mark == "gap" { "文書の日付がない".into() } else { String::new() },
            answer: if mark == "gap" { "日付を入れた".into() } else { String::new() },
        };
        let page = |state: &str, kind, errors| Self {
            p: p.clone(),
            d: ExaminationDetails {
                head: sample_head(state),
                kind,
                on_site: true,
                subject: "製品甲".into(),
                shown: Details { scope: "全社".into(), ..Details::default() },
                record: Record { report: "問題なし".into(), ..Record::default() },
                revision: 1,
                lines: if state == "asked" { vec![] } else { ["met", "gap", ""].map(line).into() },
                met: 1,
                gaps: 1,
                before: BTreeMap::from([("専門家の確認 架空評価機関".to_owned(), Record::default())]),
                changed: kind == StepKind::Decide,
                own: true,
            },
            errors,
        };
        let mut errors = Fields::default();
        errors.add("pass", p.t("examination.wrong.open"));
        vec![
            ("asked", page("asked", StepKind::Examine, Fields::default())),
            ("working", page("working", StepKind::Examine, errors)),
            ("decide", page("working", StepKind::Decide, Fields::default())),
            ("done", page("done", StepKind::Examine, Fields::default())),
        ]
    }
}
