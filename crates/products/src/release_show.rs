//! `products::release_show` — one release: what concerns it, what changed, how its list stands by the minimum elements,
//! what was lost in reading, its components page by page, the file as it came.

use askama::Template;
use kernel::{Event, EventKind};
use sbom::{Change, LicenceFinding, LicenceVerdict, LifeEnd, LifeState, Loss};
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Page, Problem, Response, Sampled, download, redirect};

use crate::decision::{decisions, latest};
use crate::finding::{FINDINGS_MAX, FindingDetails, findings_of, grouped};
use crate::lifecycle::ends_of;
use crate::product_show::find as find_product;
use crate::provider::feed::LABELS;
use crate::provider::publish::{publication, said};
use crate::provider::store::PublicationRow;
use crate::release::{ElementLine, Report, drop_release, find, sample_release, word};
use crate::store::{COMPONENT_PAGE, ComponentRow, DecisionRow, FindingRow, ProductRow, ReleaseRow, SIGNAL_OF_RELEASE, SignalRow};
use crate::vex_show::statements;

/// Components on one page.
const PAGE_ROWS: i64 = 200;

#[derive(Template)]
#[template(path = "release_show.html")]
pub(crate) struct ReleaseShowPage {
    p: Page,
    product: ProductRow,
    release: ReleaseRow,
    report: Report,
    findings: Vec<FindingDetails>,
    decisions: Vec<DecisionRow>,
    signals: Vec<SignalRow>,
    components: Vec<ComponentRow>,
    /// What is published of it, and whether something else is said now.
    publication: Option<PublicationRow>,
    changed: bool,
    /// Components their makers mend no longer, or soon no longer.
    ends: Vec<LifeEnd>,
    /// Advisories known here, and when the last came in.
    known: (i64, String),
    page: i64,
}

impl ReleaseShowPage {
    fn open(&self, state: &str) -> usize {
        self.findings.iter().filter(|f| f.is_open() && f.state() == state).count()
    }

    /// What was decided of a finding.
    fn decided(&self, finding: &FindingDetails) -> Option<&DecisionRow> {
        let (_, _, vulnerability) = finding.cells();
        self.decisions.iter().find(|d| d.vulnerability == vulnerability && d.package == finding.package())
    }

    fn stale(&self, decision: &DecisionRow) -> bool {
        decision.is_stale(&self.signals, self.p.today())
    }

    fn exploited(&self, finding: &FindingDetails) -> bool {
        self.signals.iter().any(|s| s.kind == "kev" && s.vulnerability == finding.cells().2)
    }

    fn pages(&self) -> i64 {
        (self.release.component_count + PAGE_ROWS - 1) / PAGE_ROWS
    }

    fn of_edition<'a>(&'a self, edition: &'a str) -> impl Iterator<Item = &'a ElementLine> {
        self.report.elements.iter().filter(move |e| e.edition == edition)
    }

    fn missing(&self, edition: &str) -> usize {
        self.of_edition(edition).filter(|e| e.state == "missing").count()
    }

    fn change_word(change: &Change) -> String {
        word(&change.kind)
    }

    /// Components whose licence is not simply fine.
    fn to_look_at(&self) -> u64 {
        let asks = |l: &&LicenceFinding| l.verdict != LicenceVerdict::Fine;
        self.report.licences.iter().filter(asks).map(|l| l.components).sum()
    }

    fn verdict_word(licence: &LicenceFinding) -> String {
        word(&licence.verdict)
    }

    /// Whether there is more than is read for one page.
    fn is_cut(&self) -> bool {
        self.findings.iter().map(FindingDetails::rows).sum::<usize>() >= FINDINGS_MAX
    }

    /// What is out now.
    fn out(&self) -> Option<&PublicationRow> {
        self.publication.as_ref().filter(|p| p.ended_at.is_empty())
    }

    fn labels() -> [&'static str; 3] {
        LABELS
    }

    fn life_word(end: &LifeEnd) -> String {
        word(&end.state)
    }

    fn loss_word(loss: &Loss) -> String {
        word(&loss.kind)
    }
}

impl Sampled for ReleaseShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let product = ProductRow { product_id: "1".into(), name: "計測器 K-100".into(), made_at: String::new() };
        let finding = |state: &str, closed: &str| FindingRow {
            name: "rustls".into(),
            version: "0.23.13".into(),
            package: "cargo/rustls".into(),
            advisory_id: "RUSTSEC-2024-0399".into(),
            vulnerability: "CVE-2024-11738".into(),
            summary: "A server may stop".into(),
            state: state.into(),
            detail: if state == "affected" { "purl_range" } else { "version_unreadable" }.into(),
            fixed: if state == "affected" { "0.23.18" } else { "" }.into(),
            closed_at: closed.into(),
            ..FindingRow::default()
        };
        let element = |element: &str, state: &str| ElementLine {
            edition: "cisa-2026".into(),
            element: element.into(),
            state: state.into(),
            have: 3,
            said_unknown: 1,
            of: 5,
        };
        let report = Report {
            elements: vec![element("component_producer", "missing"), element("frequency", "not_in_document")],
            losses: vec![Loss { kind: sbom::LossKind::FieldNotKept, at: "components[].description".into(), times: 4 }],
            changes: vec![Change {
                kind: sbom::ChangeKind::Version,
                component: "pkg:cargo/rustls".into(),
                from: Some("0.23.12".into()),
                to: Some("0.23.13".into()),
            }],
            changes_more: 2,
            licences: vec![
                LicenceFinding {
                    expression: "GPL-2.0".into(),
                    verdict: LicenceVerdict::Strong,
                    groups: vec!["strong_copyleft".into()],
                    renamed: vec![("GPL-2.0".into(), "GPL-2.0-only".into())],
                    components: 2,
                },
                LicenceFinding {
                    expression: String::new(),
                    verdict: LicenceVerdict::Review,
                    groups: vec!["unknown".into()],
                    renamed: Vec::new(),
                    components: 3,
                },
            ],
            without_identifier: 4,
            ..Report::default()
        };
        let decision = DecisionRow {
            vulnerability: "CVE-2024-11738".into(),
            package: "cargo/rustls".into(),
            status: "affected".into(),
            outcome: "scheduled".into(),
            due_on: "2027-02-19".into(),
            ..DecisionRow::default()
        };
        let row = ComponentRow { name: "rustls".into(), version: "0.23.13".into(), ..ComponentRow::default() };
        let plain = |findings, report| Self {
            p: p.clone(),
            product: product.clone(),
            release: ReleaseRow { before_id: "0".into(), component_count: 450, ..sample_release() },
            report,
            findings,
            decisions: vec![decision.clone()],
            signals: vec![SignalRow::sample("kev", 1)],
            components: vec![row.clone()],
            publication: None,
            changed: false,
            ends: Vec::new(),
            known: (11_177, "2026-11-21T00:00:00.000000Z".into()),
            page: 2,
        };
        let end = |state, day: &str| LifeEnd {
            state,
            ends_on: day.into(),
            component: "架空OS".into(),
            version: "1.2.3".into(),
            cycle: "1.2".into(),
        };
        let rows = [finding("affected", ""), finding("cannot_tell", ""), finding("affected", "2026-11-22T00:00:00.000000Z")];
        let first = Self { release: sample_release(), page: 1, known: (0, String::new()), ..plain(vec![], Report::default()) };
        vec![
            ("first", first),
            (
                "filled",
                Self {
                    publication: Some(PublicationRow::sample()),
                    changed: true,
                    ends: vec![end(LifeState::Ended, ""), end(LifeState::Near, "2026-12-31")],
                    ..plain(grouped(&rows), report)
                },
            ),
        ]
    }
}

/// A release as programs see it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReleaseDetails {
    release_id: String,
    product_id: String,
    version: String,
    format: String,
    component_count: i64,
    #[serde(flatten)]
    report: Report,
    findings: Vec<FindingDetails>,
    /// Components their makers mend no longer, or soon no longer.
    ends: Vec<LifeEnd>,
}

impl ReleaseDetails {
    /// A release with its findings.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`]; the store's.
    pub(crate) async fn look(cx: &Cx, id: &str) -> Result<Self, Problem> {
        let (scope, mut tx) = (cx.scope()?, cx.read().await?);
        let row = find(&mut tx, scope, id).await?;
        let findings = findings_of(&mut tx, scope, id).await?;
        let report = Report::read(&row.report);
        let ends = ends_of(&mut tx, scope, id, cx.now().day()).await?;
        let ReleaseRow { release_id, product_id, version, format, component_count, .. } = row;
        Ok(Self { release_id, product_id, version, format, component_count, report, findings, ends })
    }
}

/// `GET /api/v1/products/releases/{id}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<ReleaseDetails, Problem> {
    ReleaseDetails::look(&cx, call.part("id")).await
}

/// `GET /products/releases/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let release = find(&mut tx, scope, call.part("id")).await?;
    let product = find_product(&mut tx, scope, &release.product_id).await?;
    let findings = findings_of(&mut tx, scope, &release.release_id).await?;
    let page = call.query.get("page").parse::<i64>().unwrap_or(1).clamp(1, 1_000_000);
    let from = (page - 1) * PAGE_ROWS;
    let components = tx.all(scope, COMPONENT_PAGE, params![&release.release_id, from, from + PAGE_ROWS]).await?;
    let report = Report::read(&release.report);
    let decisions = latest(&decisions(&mut tx, scope, &product.product_id).await?);
    let signals = tx.all(scope, SIGNAL_OF_RELEASE, params![&release.release_id]).await?;
    let known = crate::advisory::state(&mut tx).await?;
    let publication = publication(&mut tx, scope, &release.release_id).await?;
    let changed = match &publication {
        Some(out) if out.ended_at.is_empty() => said(&statements(&cx, &mut tx, scope, &release.release_id).await?) != out.said,
        _ => false,
    };
    let ends = ends_of(&mut tx, scope, &release.release_id, cx.now().day()).await?;
    let p = Page::new(&cx);
    let page =
        ReleaseShowPage { p, product, release, report, findings, decisions, signals, components, publication, changed, ends, known, page };
    Ok(page.p.clone().render(&page))
}

/// `GET /products/releases/{id}/file`: the list as it came.
pub(crate) async fn file(cx: Cx, call: Call) -> Result<Response, Problem> {
    let release = find(&mut cx.read().await?, cx.scope()?, call.part("id")).await?;
    let bytes = cx.app.store.blobs().read_for(&release.release_id, &release.file_sha256).await?;
    Ok(download(&release.file_name, "application/octet-stream", bytes))
}

/// `POST /products/releases/{id}/drop`
pub(crate) async fn send_drop(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    let release = find(&mut tx, &scope, call.part("id")).await?;
    drop_release(&cx, &mut tx, &scope, &release.release_id).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::ReleaseDropped, &release.release_id)).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/products/{}", release.product_id)))
}
