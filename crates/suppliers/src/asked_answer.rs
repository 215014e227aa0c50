//! `suppliers::asked_answer` — a request answered by a program of the organisation that is asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Problem};

use crate::acting::scope_of;
use crate::questions::{Answered, OPEN, QuestionSet, cell};
use crate::reply::{answers_save, submit};
use crate::store::{REQUEST_HELD, RequestRow};
use crate::wave::find;
use crate::wave_send::name;

/// A question of a request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AskedQuestion {
    /// Id of the question.
    item: String,
    text: String,
}

/// A request to this organisation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AskedHead {
    request_id: String,
    number: String,
    /// Name of the buyer, and of the request.
    buyer: String,
    title: String,
    state: String,
    deadline: String,
    /// Questions that are to be answered.
    questions: Vec<AskedQuestion>,
}

async fn held(tx: &mut Tx, scope: &kernel::Scope) -> Result<Vec<RequestRow>, Problem> {
    Ok(tx.all(scope, REQUEST_HELD, params![]).await?)
}

/// The wave of a request: its title and what it asks.
async fn asked(cx: &Cx, tx: &mut Tx, row: &RequestRow) -> Result<(String, QuestionSet), Problem> {
    let wave = find(tx, &scope_of(cx, &row.organisation_id)?, &row.wave_id).await?;
    let set = wave.set();
    Ok((wave.title, set))
}

/// `GET /api/v1/asked`: what buyers ask this organisation.
pub(crate) async fn api_list(cx: Cx, _call: Call, (): ()) -> Result<Vec<AskedHead>, Problem> {
    let mut tx = cx.read().await?;
    let mut all = Vec::new();
    for row in held(&mut tx, cx.scope()?).await? {
        let (title, set) = asked(&cx, &mut tx, &row).await?;
        let open = set.items.iter().enumerate().filter(|(place, _)| cell(&row.asked, *place) == OPEN);
        let questions = open.map(|(_, q)| AskedQuestion { item: q.id.clone(), text: q.text(cx.lang).to_owned() }).collect();
        let buyer = name(&mut tx, &scope_of(&cx, &row.organisation_id)?).await?;
        let RequestRow { request_id, number, state, deadline, .. } = row;
        all.push(AskedHead { request_id, number, buyer, title, state, deadline, questions });
    }
    Ok(all)
}

/// A reply from a program.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyInput {
    /// Who answers for it.
    person: String,
    /// Answers; what is left out stays as it was saved.
    answers: Vec<Answered>,
}

/// `PUT /api/v1/asked/{id}/reply`: saves the answers and sends the reply. The answer is its version.
pub(crate) async fn api(cx: Cx, call: Call, input: ReplyInput) -> Result<i64, Problem> {
    let mut tx = cx.write().await?;
    let mine = |rows: Vec<RequestRow>| rows.into_iter().find(|r| r.request_id == call.part("id"));
    let row = mine(held(&mut tx, cx.scope()?).await?).ok_or_else(Problem::not_found)?;
    let (_, set) = asked(&cx, &mut tx, &row).await?;
    let answers: Vec<(String, String, String)> = input.answers.into_iter().map(|a| (a.item, a.answer, a.text)).collect();
    answers_save(&cx, &mut tx, &row, &set, &answers).await?;
    submit(&cx, &mut tx, &row, &set, &input.person).await?;
    tx.commit().await?;
    Ok(row.version + 1)
}
