//! `products::decision` — what is decided about a vulnerability in a component of a product: how it stands, why, what
//! users do, by which answers of which tree, until when. Every decision is kept; the last one holds for all releases.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kernel::{Code, Day, Event, EventKind, Scope};
use mail::Bell;
use sbom::{Justification, Tree, Verdict, VexStatus};
use schemars::JsonSchema;
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Cx, FieldError, Form, Problem};

use crate::chain::spread::{spread, turn};
use crate::release::word;
use crate::signal::{known, signals};
use crate::store::{DECISION_ADD, DECISION_ALL, DecisionRow, FINDING_REFRESH_PRODUCT, SignalRow};

/// Longest text, in characters.
const TEXT_MAX: usize = 2000;

/// Longest exception, in days.
const EXCEPTION_DAYS_MAX: i64 = 366;

/// The tree product teams are asked by.
pub(crate) const TREE: &str = "supplier";

/// What somebody decides.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(crate) struct DecisionInput {
    /// `under_investigation`, `affected`, `not_affected` or `fixed`.
    pub(crate) status: String,
    /// Why it is not affected.
    #[serde(default)]
    pub(crate) justification: String,
    /// What was found out.
    #[serde(default)]
    pub(crate) impact: String,
    /// What users do.
    #[serde(default)]
    pub(crate) action: String,
    /// An exception: nothing is done until this day, YYYY-MM-DD; empty if it is none.
    #[serde(default)]
    pub(crate) until: String,
    /// Answers of the tree by key of the question.
    #[serde(default)]
    pub(crate) answers: BTreeMap<String, String>,
}

/// A tree that comes with the program; read once.
///
/// # Errors
/// The trees that come with the program are broken, or there is none with this id.
pub(crate) fn tree(id: &str) -> Result<&'static Tree, Problem> {
    static ALL: LazyLock<Result<Vec<Tree>, String>> = LazyLock::new(Tree::shipped);
    let all = ALL.as_ref().map_err(|e| Problem::new(Code::Internal).because(e.as_str()))?;
    all.iter().find(|t| t.id == id).ok_or_else(|| Problem::new(Code::Internal).because("the tree is missing"))
}

/// A stored word as its enum.
pub(crate) fn of_word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(text)).ok()
}

/// Of decisions in their order, the last of each vulnerability and component.
pub(crate) fn latest(all: &[DecisionRow]) -> Vec<DecisionRow> {
    let last: BTreeMap<(&str, &str), &DecisionRow> = all.iter().map(|d| ((d.vulnerability.as_str(), d.package.as_str()), d)).collect();
    last.into_values().cloned().collect()
}

/// Every decision of a product, in the order of vulnerability, component and revision.
///
/// # Errors
/// The store's.
pub(crate) async fn decisions(tx: &mut Tx, scope: &Scope, product: &str) -> Result<Vec<DecisionRow>, StoreError> {
    tx.all(scope, DECISION_ALL, params![product]).await
}

/// The answers a form gives to the questions of a tree, empty ones too.
pub(crate) fn answers_of(tree: &Tree, form: &Form) -> BTreeMap<String, String> {
    tree.inputs.iter().map(|i| (i.key.clone(), form.get(&format!("a-{}", i.key)).to_owned())).collect()
}

/// Every decision of a vulnerability in a component, the last first.
///
/// # Errors
/// The store's.
pub(crate) async fn history(tx: &mut Tx, scope: &Scope, (product, of): (&str, (&str, &str))) -> Result<Vec<DecisionRow>, StoreError> {
    let mut all = decisions(tx, scope, product).await?;
    all.retain(|d| (d.vulnerability.as_str(), d.package.as_str()) == of);
    all.reverse();
    Ok(all)
}

impl DecisionRow {
    /// The answers that were given.
    pub(crate) fn answers(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.answers).unwrap_or_default()
    }

    /// Whether it is to be looked at again: an answer that is known from outside is another one now, or an exception has ended.
    pub(crate) fn is_stale(&self, signals: &[SignalRow], today: Day) -> bool {
        let own: Vec<SignalRow> = signals.iter().filter(|s| s.vulnerability == self.vulnerability).cloned().collect();
        let now = known(&own);
        let then: BTreeMap<String, String> = serde_json::from_str(&self.known).unwrap_or_else(|_| self.answers());
        let open = matches!(self.status.as_str(), "under_investigation" | "affected");
        let is_over = !self.until_on.is_empty() && self.until_on < today.to_string();
        open && (is_over || now.iter().any(|(key, answer)| then.get(key).is_none_or(|before| before != answer)))
    }
}

/// What a tree's verdict is called, until when it is to be done, and its place among those of the tree, the most urgent last.
pub(crate) fn due(tree: &Tree, answers: &BTreeMap<String, String>, today: Day) -> (String, String, i64) {
    let Some(most) = tree.decide(answers).map(Verdict::most) else { return (String::new(), String::new(), -1) };
    let day = most.due_days.map(|days| today.plus_days(i64::from(days)).to_string()).unwrap_or_default();
    let place = tree.outcomes.iter().position(|o| o.key == most.key).and_then(|n| i64::try_from(n).ok());
    (most.key.clone(), day, place.unwrap_or(-1))
}

/// The last day of an exception as it is kept; only what is affected can be one.
fn until(cx: &Cx, text: &str, status: Option<VexStatus>, errors: &mut Vec<FieldError>) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let today = cx.now().day();
    let fits = |day: &Day| *day >= today && day.days_since(today) <= EXCEPTION_DAYS_MAX;
    if let Some(day) = Day::parse(text).ok().filter(fits).filter(|_| status == Some(VexStatus::Affected)) {
        return day.to_string();
    }
    errors.push(FieldError { field: "until".to_owned(), text: cx.t("decision.wrong.until") });
    String::new()
}

/// Keeps a decision.
///
/// # Errors
/// [`Code::Invalid`] for a status that lacks what it needs; the store's.
pub(crate) async fn decide(cx: &Cx, (product, vulnerability, package): (&str, &str, &str), input: &DecisionInput) -> Result<(), Problem> {
    let wrong = |field: &str, key: &str| FieldError { field: field.to_owned(), text: cx.t(key) };
    let mut errors = Vec::new();
    let status: Option<VexStatus> = of_word(&input.status);
    let justification: Option<Justification> = of_word(&input.justification);
    match status {
        None => errors.push(wrong("status", "decision.wrong.status")),
        Some(VexStatus::NotAffected) if justification.is_none() && input.impact.trim().is_empty() => {
            errors.push(wrong("justification", "decision.wrong.justification"));
        }
        Some(VexStatus::Affected) if input.action.trim().is_empty() => errors.push(wrong("action", "decision.wrong.action")),
        Some(VexStatus::NotAffected | VexStatus::Affected | VexStatus::UnderInvestigation | VexStatus::Fixed) => {}
    }
    for (field, text) in [("impact", &input.impact), ("action", &input.action)] {
        if text.chars().count() > TEXT_MAX {
            errors.push(wrong(field, "decision.wrong.long"));
        }
    }
    let until = until(cx, &input.until, status, &mut errors);
    let (Some(status), true) = (status, errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let tree = tree(TREE)?;
    let is_asked = |(key, answer): &(&String, &String)| tree.inputs.iter().any(|i| i.key == **key && i.values.contains(*answer));
    let answers: BTreeMap<&String, &String> = input.answers.iter().filter(is_asked).collect();
    let (outcome, due_on, urgency) = due(tree, &input.answers, cx.now().day());
    let open = matches!(status, VexStatus::Affected | VexStatus::UnderInvestigation);
    // What is settled is done last; an exception is due on its last day.
    let (due_on, urgency) = match (open, until.is_empty()) {
        (true, true) => (due_on, urgency),
        (true, false) => (until.clone(), 0),
        (false, _) => (String::new(), -1),
    };
    let justification = justification.filter(|_| status == VexStatus::NotAffected).map(|j| word(&j)).unwrap_or_default();
    let scope = cx.scope()?.clone();
    let mut tx = turn(cx).await?;
    let known_now = serde_json::to_string(&known(&signals(&mut tx, vulnerability).await?)).unwrap_or_default();
    let before = history(&mut tx, &scope, (product, (vulnerability, package))).await?;
    let revision = before.first().map_or(1, |d| d.revision + 1);
    let answers = serde_json::to_string(&answers).unwrap_or_default();
    let values = params![
        product,
        vulnerability,
        package,
        revision,
        word(&status),
        justification,
        input.impact.trim(),
        input.action.trim(),
        &tree.id,
        answers,
        outcome,
        due_on,
        cx.now(),
        scope.person(),
        urgency,
        known_now,
        until
    ];
    tx.run(&scope, DECISION_ADD, values).await?;
    let event = Event::new(EventKind::VulnerabilityDecided, product).with("vulnerability", vulnerability).with("status", word(&status));
    tx.record(&scope, cx.now(), &event).await?;
    tx.run(&scope, FINDING_REFRESH_PRODUCT, params![product, vulnerability]).await?;
    spread(cx, &mut tx, vulnerability).await?;
    tx.commit().await?;
    cx.part::<Bell>()?.ring();
    Ok(())
}
