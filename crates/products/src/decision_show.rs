//! `products::decision_show` — one vulnerability in one component of a release: what is known, what was decided before, and
//! the form that decides.

use std::collections::BTreeMap;

use askama::Template;
use kernel::Scope;
use sbom::Tree;
use store::Tx;
use web::{Call, Cx, Fields, Form, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::decision::{DecisionInput, TREE, answers_of, decide, history, tree};
use crate::finding::{FindingDetails, findings_of, grouped};
use crate::product_show::find as find_product;
use crate::release::find;
use crate::signal::{Known, known, signals};
use crate::store::{DecisionRow, FindingRow, ProductRow, ReleaseRow, SignalRow};

#[derive(Template)]
#[template(path = "decision_show.html")]
pub(crate) struct DecisionShowPage {
    p: Page,
    product: ProductRow,
    release: ReleaseRow,
    finding: FindingDetails,
    signals: Known,
    history: Vec<DecisionRow>,
    questions: Vec<Question>,
    said: DecisionInput,
    errors: Fields,
}

/// A question of a tree with what is chosen.
pub(crate) struct Question {
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
    pub(crate) chosen: String,
}

impl Question {
    /// The questions of a tree with the answers chosen so far.
    pub(crate) fn of(tree: &Tree, chosen: &BTreeMap<String, String>) -> Vec<Self> {
        let question = |i: &sbom::Input| Self {
            key: i.key.clone(),
            values: i.values.clone(),
            chosen: chosen.get(&i.key).cloned().unwrap_or_default(),
        };
        tree.inputs.iter().map(question).collect()
    }

    /// A question for examples.
    pub(crate) fn sample() -> Self {
        Self { key: "exploitation".into(), values: vec!["none".into(), "active".into()], chosen: "active".into() }
    }
}

impl DecisionShowPage {
    fn stale(&self) -> bool {
        self.history.first().is_some_and(|d| d.is_stale(&self.signals.0, self.p.today()))
    }
}

impl Sampled for DecisionShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = FindingRow {
            name: "rustls".into(),
            version: "0.23.13".into(),
            package: "cargo/rustls".into(),
            advisory_id: "RUSTSEC-2024-0399".into(),
            vulnerability: "CVE-2024-11738".into(),
            summary: "A server may stop".into(),
            state: "affected".into(),
            detail: "purl_range".into(),
            fixed: "0.23.18".into(),
            ..FindingRow::default()
        };
        let decision = DecisionRow {
            vulnerability: "CVE-2024-11738".into(),
            status: "affected".into(),
            outcome: "scheduled".into(),
            due_on: "2027-02-19".into(),
            until_on: "2027-02-19".into(),
            decided_at: "2026-11-21T00:00:00.000000Z".into(),
            person: "石垣 花子".into(),
            ..DecisionRow::default()
        };
        let page = |signals, history, errors| Self {
            p: p.clone(),
            product: ProductRow { product_id: "1".into(), name: "計測器 K-100".into(), made_at: String::new() },
            release: crate::release::sample_release(),
            finding: grouped(std::slice::from_ref(&row)).swap_remove(0),
            signals: Known(signals),
            history,
            questions: Vec::new(),
            said: DecisionInput::default(),
            errors,
        };
        let mut errors = Fields::default();
        for field in ["status", "justification", "impact", "action", "until"] {
            errors.add(field, "選んでください");
        }
        let filled = page(vec![SignalRow::sample("kev", 1), SignalRow::sample("epss", 33_510)], vec![decision], errors);
        vec![
            ("new", page(vec![], vec![], Fields::default())),
            (
                "filled",
                Self {
                    questions: vec![Question::sample()],
                    said: DecisionInput { status: "affected".into(), ..DecisionInput::default() },
                    ..filled
                },
            ),
        ]
    }
}

/// The release, its product and the finding that an address names.
async fn named(tx: &mut Tx, scope: &Scope, (id, query): (&str, &Form)) -> Result<(ProductRow, ReleaseRow, FindingDetails), Problem> {
    let release = find(tx, scope, id).await?;
    let product = find_product(tx, scope, &release.product_id).await?;
    let is_named = |f: &FindingDetails| f.is_open() && f.cells().2 == query.get("v") && f.package() == query.get("c");
    let finding = findings_of(tx, scope, &release.release_id).await?.into_iter().find(is_named).ok_or_else(Problem::not_found)?;
    Ok((product, release, finding))
}

/// The questions, with what was said now, or before, or what is known.
fn questions(tree: &Tree, said: &DecisionInput, before: Option<&DecisionRow>, signals: &[SignalRow]) -> Vec<Question> {
    let earlier = before.map(DecisionRow::answers).unwrap_or_default();
    let mut chosen = earlier;
    chosen.extend(known(signals));
    chosen.extend(said.answers.iter().map(|(key, answer)| (key.clone(), answer.clone())));
    Question::of(tree, &chosen)
}

async fn show(cx: &Cx, call: &Call, said: Option<DecisionInput>, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let (product, release, finding) = named(&mut tx, scope, (call.part("id"), &call.query)).await?;
    let (vulnerability, package) = (finding.cells().2.to_owned(), finding.package().to_owned());
    let history = history(&mut tx, scope, (&product.product_id, (&vulnerability, &package))).await?;
    let signals = signals(&mut tx, &vulnerability).await?;
    let said = said.unwrap_or_else(|| {
        let last = history.first().cloned().unwrap_or_default();
        let (status, justification) = (last.status, last.justification);
        DecisionInput { status, justification, impact: last.impact, action: last.action, until: last.until_on, ..DecisionInput::default() }
    });
    let questions = questions(tree(TREE)?, &said, history.first(), &signals);
    let page = DecisionShowPage { p: Page::new(cx), product, release, finding, signals: Known(signals), history, questions, said, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /products/releases/{id}/decision?v=…&c=…`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, None, Fields::default(), StatusCode::OK).await
}

/// `POST /products/releases/{id}/decision?v=…&c=…`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let input = DecisionInput {
        status: get("status"),
        justification: get("justification"),
        impact: get("impact"),
        action: get("action"),
        until: get("until"),
        answers: answers_of(tree(TREE)?, &call.form),
    };
    let (product, release, finding) = named(&mut cx.read().await?, cx.scope()?, (call.part("id"), &call.query)).await?;
    match decide(&cx, (&product.product_id, finding.cells().2, finding.package()), &input).await {
        Ok(()) => Ok(redirect(&format!("/products/releases/{}", release.release_id))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, &call, Some(input), Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}
