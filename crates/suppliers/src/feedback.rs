//! `suppliers::feedback` — what a buyer gives back: what is good, three next steps with free help, where the
//! supplier stands among companies of its class, what changes between the two. The supplier may contest it.

use kernel::{Event, EventKind, Lang, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::questions::{QuestionSet, Reply, cell, weakness};
use crate::store::{CellsRow, FEEDBACK_FIND, FEEDBACK_SET, FeedbackRow, REQUEST_CELLS, RequestRow};

/// Companies below which no position is told.
const GROUP_LEAST: usize = 10;

/// Next steps proposed.
const STEPS: usize = 3;

/// A feedback letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Feedback {
    /// What is good.
    pub(crate) good: String,
    /// Next steps, each what is avoided and what to do.
    pub(crate) steps: Vec<String>,
    /// Where it stands among companies of its class: `upper`, `middle`, `lower` or empty if they are too few.
    pub(crate) position: String,
    /// How many companies that is.
    pub(crate) group_count: usize,
    /// What changes between the two.
    pub(crate) relation: String,
    /// `draft`, `sent`, `contested` or `settled`.
    #[serde(skip)]
    pub(crate) state: String,
    #[serde(skip)]
    pub(crate) sent_on: String,
}

impl Feedback {
    /// The feedback about a request, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn find(tx: &mut Tx, scope: &Scope, request: &str) -> Result<Option<Self>, Problem> {
        let row: Option<FeedbackRow> = tx.one(scope, FEEDBACK_FIND, params![request]).await?;
        Ok(row.map(|r| Self {
            state: r.state,
            sent_on: kernel::Instant::day_of(&r.sent_at),
            ..serde_json::from_str(&r.content).unwrap_or_default()
        }))
    }

    /// A proposal from what was answered.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn propose(cx: &Cx, tx: &mut Tx, scope: &Scope, row: &RequestRow, set: &QuestionSet) -> Result<Self, Problem> {
        let text = |q: &crate::questions::Question| q.text(Lang::Ja).to_owned();
        let letters = || set.items.iter().enumerate().map(|(place, q)| (q, cell(&row.cells, place)));
        let good: Vec<String> = letters().filter(|(_, c)| *c == 'd' || *c == 's').map(|(q, _)| text(q)).take(STEPS).collect();
        let mut weak: Vec<_> = letters().filter(|(_, c)| Reply::weight(*c) > 0).collect();
        weak.sort_by_key(|(_, c)| -Reply::weight(*c));
        let step = |(q, _): (&crate::questions::Question, char)| match q.advice(Lang::Ja) {
            ("", _) | (_, "") => text(q),
            (avoid, act) => cx.app.texts.fill(Lang::Ja, "feedback.step", &[("avoid", avoid.to_owned()), ("act", act.to_owned())]),
        };
        let steps = weak.into_iter().take(STEPS).map(step).collect();
        let (position, group_count) = position(cx, tx, scope, row).await?;
        let fill = |key: &str| cx.app.texts.get(Lang::Ja, key).to_owned();
        let good = if good.is_empty() { fill("feedback.good.answered") } else { good.join("／") };
        Ok(Self {
            good,
            steps,
            position,
            group_count,
            relation: fill("feedback.relation.start"),
            state: "draft".to_owned(),
            sent_on: String::new(),
        })
    }

    /// For pages shown to tests and reviewers.
    pub(crate) fn sample(state: &str) -> Self {
        Self {
            good: "情報の扱い方の決まりがある".into(),
            steps: vec!["事故のときの連絡先を1枚に書く".into()],
            position: "middle".into(),
            group_count: 24,
            relation: "この結果だけで取引を変えることはありません".into(),
            state: state.into(),
            sent_on: "2026-12-20".into(),
        }
    }
}

/// Where a supplier stands among those of its class that answered, in thirds by how little worries.
async fn position(cx: &Cx, tx: &mut Tx, scope: &Scope, row: &RequestRow) -> Result<(String, usize), Problem> {
    let all: Vec<CellsRow> = tx.all(scope, REQUEST_CELLS, params![&row.wave_id, cx.now()]).await?;
    let group: Vec<i64> = all.iter().filter(|r| r.class == row.class && !r.cells.is_empty()).map(|r| weakness(&r.cells)).collect();
    if group.len() < GROUP_LEAST || row.cells.is_empty() {
        return Ok((String::new(), group.len()));
    }
    let own = weakness(&row.cells);
    let better = group.iter().filter(|w| **w < own).count() * 3;
    let word = if better < group.len() {
        "upper"
    } else if better < group.len() * 2 {
        "middle"
    } else {
        "lower"
    };
    Ok((word.to_owned(), group.len()))
}

/// Keeps a feedback as a draft, or sends it.
///
/// # Errors
/// The store's.
pub(crate) async fn keep(cx: &Cx, tx: &mut Tx, scope: &Scope, row: &RequestRow, feedback: &Feedback, send: bool) -> Result<(), Problem> {
    let text = serde_json::to_string(feedback).unwrap_or_default();
    let (state, at) = if send { ("sent", cx.now().text()) } else { ("draft", String::new()) };
    tx.run(scope, FEEDBACK_SET, params![&row.request_id, text, state, at]).await?;
    if send {
        tx.record(scope, cx.now(), &Event::new(EventKind::FeedbackSent, &row.request_id)).await?;
    } else {
        tx.without_record("a draft of a feedback is no event; sending it is");
    }
    Ok(())
}
