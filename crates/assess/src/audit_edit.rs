//! `assess::audit_edit` — headquarters looks at what an organisation or site below answered, and
//! notes by criterion whether it holds. Nobody audits what they stated themselves.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use kernel::{AssessmentId, Event, EventKind};
use schemars::JsonSchema;
use schemes::{Catalog, Scheme, Standing};
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, FieldError, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::model::standing_of;
use crate::store::{AUDIT_CLEAR, AUDIT_LIST, AUDIT_SET, AUDIT_SUBJECT, AuditRow, SubjectRow};

/// Longest comment, in characters.
const COMMENT_MAX_CHARS: usize = 500;

kernel::text_enum! {
    /// What an audit found of one criterion.
    Finding {
        /// It is as answered.
        Confirmed = "confirmed",
        /// It is not as answered, or not enough.
        Gap = "gap",
    }
}

/// A finding as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AuditHead {
    pub(crate) finding: String,
    pub(crate) comment: String,
    /// The organisation that looked.
    pub(crate) auditor: String,
    pub(crate) day: String,
}

/// A criterion with what was answered and what was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AuditLine {
    id: String,
    text: String,
    standing: Standing,
    /// The step answered, for schemes with a scale.
    step: Option<i32>,
    /// Whether the signed-in person stated the answer and so may not audit it.
    own: bool,
    found: Option<AuditHead>,
}

impl AuditLine {
    fn is(&self, finding: &str) -> bool {
        self.found.as_ref().map_or("", |f| f.finding.as_str()) == finding
    }
}

/// An audit of one assessment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AuditDetails {
    assessment_id: String,
    organisation: String,
    /// Empty for the whole company.
    site: String,
    title: String,
    lines: Vec<AuditLine>,
}

/// Findings by criterion; the others stay as they are.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditInput {
    findings: BTreeMap<String, FindingInput>,
}

/// One finding; an empty one takes the former away.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingInput {
    /// `confirmed`, `gap` or empty.
    finding: String,
    #[serde(default)]
    comment: String,
}

/// What was found of an assessment of one's own or below, by criterion.
///
/// # Errors
/// The store's.
pub(crate) async fn findings(cx: &Cx, tx: &mut Tx, assessment: &str) -> Result<BTreeMap<String, AuditHead>, Problem> {
    let rows: Vec<AuditRow> = tx.all(cx.scope()?, AUDIT_LIST, params![assessment]).await?;
    let head = |r: AuditRow| {
        let day = kernel::Instant::day_of(&r.audited_at);
        (r.criterion, AuditHead { finding: r.finding, comment: r.comment, auditor: r.auditor, day })
    };
    Ok(rows.into_iter().map(head).collect())
}

struct Found {
    row: SubjectRow,
    catalog: std::sync::Arc<Catalog>,
    own: BTreeSet<String>,
}

impl Found {
    fn scheme(&self) -> Result<&Scheme, Problem> {
        self.catalog.scheme(&self.row.scheme_id, Some(&self.row.version)).ok_or_else(Problem::not_found)
    }

    /// Whether the person who asks stated a fact behind this criterion.
    fn is_own(&self, criterion: &schemes::Criterion) -> bool {
        criterion.facts().iter().any(|f| self.own.contains(*f))
    }
}

async fn find(cx: &Cx, tx: &mut Tx, call: &Call) -> Result<Found, Problem> {
    let id: AssessmentId = call.id("id")?;
    let scope = cx.scope()?;
    let row: Option<SubjectRow> = tx.one(scope, AUDIT_SUBJECT, params![&id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let own = if row.organisation_id == scope.id().as_str() {
        evidence::stated_by(tx, scope, scope.person(), &row.site_id).await?
    } else {
        BTreeSet::new()
    };
    Ok(Found { row, catalog: schemes::catalog(cx, tx, scope).await?, own })
}

async fn details(cx: &Cx, tx: &mut Tx, found: &Found) -> Result<AuditDetails, Problem> {
    let scheme = found.scheme()?;
    let mut noted = findings(cx, tx, &found.row.assessment_id).await?;
    let answers = found.row.results.chars().map(standing_of).zip(found.row.steps.chars().chain(std::iter::repeat('-')));
    let lines = scheme.criteria().zip(answers).map(|(c, (standing, step))| AuditLine {
        id: c.id.clone(),
        text: scheme.criterion_text(c, cx.lang).to_owned(),
        standing,
        step: step.to_digit(10).and_then(|n| i32::try_from(n).ok()),
        own: found.is_own(c),
        found: noted.remove(&c.id),
    });
    Ok(AuditDetails {
        assessment_id: found.row.assessment_id.clone(),
        organisation: found.row.organisation.clone(),
        site: found.row.site.clone(),
        title: scheme.texts(cx.lang).title.clone(),
        lines: lines.collect(),
    })
}

async fn save(cx: &Cx, call: &Call, input: &AuditInput) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let found = find(cx, &mut tx, call).await?;
    let scheme = found.scheme()?;
    let before = findings(cx, &mut tx, &found.row.assessment_id).await?;
    let (mut wrong, mut changed) = (Vec::new(), 0);
    for (id, given) in &input.findings {
        let Some(criterion) = scheme.criterion(id) else { return Err(Problem::not_found()) };
        let comment: String = given.comment.trim().chars().take(COMMENT_MAX_CHARS).collect();
        let was = before.get(id).map(|b| (b.finding.as_str(), b.comment.as_str()));
        if was.unwrap_or(("", "")) == (given.finding.as_str(), comment.as_str()) {
            continue;
        }
        let refuse = |key: &str| FieldError { field: id.clone(), text: cx.t(key) };
        match Finding::parse(&given.finding) {
            _ if found.is_own(criterion) => wrong.push(refuse("audit.wrong.own")),
            Ok(Finding::Gap) if comment.is_empty() => wrong.push(refuse("audit.wrong.comment")),
            Ok(finding) => {
                let person = cx.scope()?.person();
                tx.run(cx.scope()?, AUDIT_SET, params![&found.row.assessment_id, id, finding.as_str(), comment, person.as_str(), cx.now()])
                    .await?;
                changed += 1;
            }
            Err(_) if given.finding.is_empty() => {
                tx.run(cx.scope()?, AUDIT_CLEAR, params![&found.row.assessment_id, id]).await?;
                changed += 1;
            }
            Err(_) => wrong.push(refuse("audit.wrong.finding")),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    let event = Event::new(EventKind::AssessmentAudited, &found.row.assessment_id).with("criteria", changed.to_string());
    if changed > 0 {
        cx.record(&mut tx, event.clone()).await?;
        if found.row.organisation_id != cx.scope()?.id().as_str() {
            tx.record_as(Some(&found.row.organisation_id), cx.scope()?.id().as_str(), cx.now(), &event).await?;
        }
    }
    tx.without_record("where nothing changed, nothing happened");
    Ok(tx.commit().await?)
}

#[derive(Template)]
#[template(path = "audit_edit.html")]
pub(crate) struct AuditPage {
    p: Page,
    d: AuditDetails,
    errors: Fields,
}

impl Sampled for AuditPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let line = |id: &str, own, found| AuditLine {
            id: id.into(),
            text: "退職者のIDを止めていますか".into(),
            standing: Standing::Met,
            step: Some(3),
            own,
            found,
        };
        let found =
            AuditHead {
                finding: "gap".into(), comment: "一人残っていた".into(), auditor: "石垣精工".into(), day: "2026-11-21".into()
            };
        let page = |errors| Self {
            p: p.clone(),
            d: AuditDetails {
                assessment_id: "1".into(),
                organisation: "石垣精工".into(),
                site: "海外第一工場".into(),
                title: "海外拠点の点検表".into(),
                lines: vec![line("q1", false, None), line("q2", false, Some(found.clone())), line("q3", true, None)],
            },
            errors,
        };
        let mut errors = Fields::default();
        errors.add("q1", p.t("audit.wrong.comment"));
        vec![("open", page(Fields::default())), ("refused", page(errors))]
    }
}

async fn show(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let found = find(cx, &mut tx, call).await?;
    let p = Page::new(cx);
    let page = AuditPage { d: details(cx, &mut tx, &found).await?, errors, p };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /audits/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, Fields::default(), StatusCode::OK).await
}

/// `POST /audits/{id}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut input = AuditInput::default();
    for (name, value) in call.form.pairs() {
        if let Some(id) = name.strip_prefix("f.") {
            let comment = call.form.get(&format!("c.{id}")).to_owned();
            input.findings.insert(id.to_owned(), FindingInput { finding: value.trim().to_owned(), comment });
        }
    }
    match save(&cx, &call, &input).await {
        Ok(()) => Ok(redirect(&format!("/audits/{}", call.part("id")))),
        Err(problem) if !problem.fields.is_empty() => show(&cx, &call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(problem) => Err(problem),
    }
}

/// `GET /api/v1/audits/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<AuditDetails, Problem> {
    let mut tx = cx.read().await?;
    let found = find(&cx, &mut tx, &call).await?;
    details(&cx, &mut tx, &found).await
}

/// `PUT /api/v1/audits/{id}`
pub(crate) async fn api_set(cx: Cx, call: Call, input: AuditInput) -> Result<AuditDetails, Problem> {
    save(&cx, &call, &input).await?;
    api(cx, call, ()).await
}
