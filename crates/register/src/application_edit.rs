//! `register::application_edit` — what an applicant does on its way to a star: write what will be
//! shown, ask a party, answer findings, declare, ask again after a change, withdraw.

use std::collections::BTreeMap;

use kernel::{Event, EventKind};
use schemars::JsonSchema;
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Call, Cx, FieldError, Fields, Form, Problem, Response, StatusCode, redirect};

use crate::application_show::{ApplicationDetails, details, show};
use crate::entry_search::prefectures;
use crate::rules::StepKind;
use crate::store::{APPLICATION_DECLARED, APPLICATION_END, APPLICATION_SAVE, LOOK_ANSWER, STEP_AGAIN, STEP_END, StepRow};
use crate::way::{Details, Way, conflict, parties};

/// Longest text of a field, in characters.
const TEXT_MAX_CHARS: usize = 120;

/// Longest text of the scheme's own fields and of an answer, in characters.
const LONG_MAX_CHARS: usize = 1000;

/// The declaration.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareInput {
    /// The name of who declares, as a signature.
    name: String,
    /// Must be true.
    agreed: bool,
}

/// Whom to ask.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskInput {
    /// Id of the party's organisation, as `parties` lists it.
    party: String,
}

pub(crate) fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

async fn save(cx: &Cx, id: &str, given: &Details, revision: i64) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let way = Way::own(cx, &mut tx, id).await?;
    let mut wrong = Fields::default();
    let mut kept = Details {
        scope: cut(&given.scope, TEXT_MAX_CHARS),
        prefecture: given.prefecture.clone(),
        kana: cut(&given.kana, TEXT_MAX_CHARS),
        fields: BTreeMap::new(),
    };
    if kept.scope.is_empty() {
        wrong.add("scope", cx.t("application.wrong.scope"));
    }
    if !kept.prefecture.is_empty() && !prefectures().any(|p| p == kept.prefecture) {
        wrong.add("prefecture", cx.t("application.wrong.prefecture"));
    }
    for rule in &way.rules()?.field {
        let value = cut(given.fields.get(&rule.id).map_or("", String::as_str), LONG_MAX_CHARS);
        if let Some(key) = rule.wrong(&value) {
            let most = rule.most.map_or(String::new(), |n| n.to_string());
            wrong.add(&rule.id, cx.app.texts.fill(cx.lang, key, &[("most", most)]));
        }
        kept.fields.insert(rule.id.clone(), value);
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong.0));
    }
    let text = serde_json::to_string(&kept).unwrap_or_default();
    if tx.run(cx.scope()?, APPLICATION_SAVE, params![&way.row.application_id, text, revision]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    cx.record(&mut tx, Event::new(EventKind::ApplicationChanged, &way.row.application_id)).await?;
    Ok(tx.commit().await?)
}

/// Declares for the organisation. Returns the register number if that was the last step.
async fn declare(cx: &Cx, id: &str, input: &DeclareInput) -> Result<Option<String>, Problem> {
    let mut tx = cx.write().await?;
    let mut way = Way::own(cx, &mut tx, id).await?;
    if way.step().is_none_or(|s| s.kind != StepKind::Declare) {
        return Err(conflict(cx, "application.wrong.step"));
    }
    let person = cx.signed.as_ref().map_or(String::new(), |s| s.person_name.clone());
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, text: String| wrong.push(FieldError { field: field.to_owned(), text });
    if let Err(problem) = way.check(cx) {
        refuse("ready", problem.detail.clone());
    }
    let details = way.details();
    if way.rules()?.lacks(&details.fields) {
        refuse("ready", cx.t("application.wrong.fields"));
    }
    if !input.agreed {
        refuse("agreed", cx.t("application.wrong.agreed"));
    }
    if person.is_empty() || plain(&input.name) != plain(&person) {
        refuse("name", cx.t("application.wrong.name"));
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    tx.run(&way.scope, APPLICATION_DECLARED, params![&way.row.application_id, cx.now(), cx.scope()?.person()]).await?;
    let declared = Event::new(EventKind::StarDeclared, &way.row.application_id).with("shown", way.snapshot()?.hash());
    cx.record(&mut tx, declared.with("scheme", way.scheme()?.name())).await?;
    let number = way.advance(cx, &mut tx).await?;
    tx.commit().await?;
    Ok(number)
}

/// Asks a party to take the step the application is at.
async fn ask(cx: &Cx, id: &str, party: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let way = Way::own(cx, &mut tx, id).await?;
    let Some(step) = way.step().filter(|s| s.kind == StepKind::Examine) else { return Err(conflict(cx, "application.wrong.step")) };
    let open = |s: &StepRow| s.place == way.row.place && s.is_open();
    if way.steps(&mut tx).await?.iter().any(open) {
        return Err(conflict(cx, "application.wrong.asked"));
    }
    if !parties(cx, &mut tx, &way.row.scheme_id, &step.part).await?.iter().any(|d| d.organisation_id == party) {
        return Err(conflict(cx, "application.wrong.party"));
    }
    way.ask(cx, &mut tx, party, way.row.place).await?;
    Ok(tx.commit().await?)
}

/// Answers findings; `step/criterion` to text.
async fn answer(cx: &Cx, id: &str, answers: &BTreeMap<String, String>) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let way = Way::own(cx, &mut tx, id).await?;
    let steps = way.steps(&mut tx).await?;
    for (key, text) in answers {
        let (step, criterion) = key.split_once('/').ok_or_else(Problem::not_found)?;
        let step = steps.iter().find(|s| s.step_id == step).ok_or_else(Problem::not_found)?;
        let values = params![&step.step_id, criterion, cut(text, LONG_MAX_CHARS), cx.now()];
        if tx.run(&way.scope, LOOK_ANSWER, values).await? == 0 {
            return Err(StoreError::Stale.into());
        }
        let event = Event::new(EventKind::FindingAnswered, &way.row.application_id).with("criterion", criterion);
        way.note(cx, &mut tx, &event, &step.party_id).await?;
    }
    tx.without_record("where nothing was answered, nothing happened");
    Ok(tx.commit().await?)
}

/// Goes back to the last examination, after something changed since it was confirmed.
async fn again(cx: &Cx, id: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let mut way = Way::own(cx, &mut tx, id).await?;
    let steps = way.steps(&mut tx).await?;
    let Some(step) = way.last_examined(&steps, true)?.filter(|_| way.row.state == "open") else {
        return Err(conflict(cx, "application.wrong.step"));
    };
    for later in steps.iter().filter(|s| s.place > step.place && s.is_open()) {
        tx.run(&way.scope, STEP_END, params![&later.step_id, "declined", cx.now()]).await?;
    }
    tx.run(&way.scope, STEP_AGAIN, params![&step.step_id]).await?;
    way.move_to(&mut tx, step.place, "").await?;
    let event = Event::new(EventKind::StepAsked, &way.row.application_id).with("step", &step.step_id);
    way.note(cx, &mut tx, &event, &step.party_id).await?;
    Ok(tx.commit().await?)
}

/// Shows the page again with what does not fit.
async fn wrong(cx: &Cx, call: &Call, problem: Problem) -> Result<Response, Problem> {
    if problem.fields.is_empty() {
        return Err(problem);
    }
    show(cx, call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await
}

fn back(call: &Call) -> Response {
    redirect(&format!("/applications/{}", call.part("id")))
}

/// What a form says; several choices of a field come as several pairs.
fn read(form: &Form) -> Details {
    let get = |name: &str| form.get(name).to_owned();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in form.pairs().iter().filter(|(_, value)| !value.is_empty()) {
        if let Some(id) = name.strip_prefix("f.") {
            let all = fields.entry(id.to_owned()).or_default();
            let comma = if all.is_empty() { "" } else { "," };
            all.extend([comma, value]);
        }
    }
    Details { scope: get("scope"), prefecture: get("prefecture"), kana: get("kana"), fields }
}

/// `POST /applications/{id}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    match save(&cx, call.part("id"), &read(&call.form), call.form.get("revision").parse().unwrap_or(0)).await {
        Ok(()) => Ok(back(&call)),
        Err(problem) => wrong(&cx, &call, problem).await,
    }
}

/// `POST /applications/{id}/declare`
pub(crate) async fn send_declaration(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = DeclareInput { name: call.form.get("name").to_owned(), agreed: call.form.get("agreed") == "yes" };
    match declare(&cx, call.part("id"), &input).await {
        Ok(Some(number)) => Ok(redirect(&format!("/stars/{number}/certificate"))),
        Ok(None) => Ok(back(&call)),
        Err(problem) => wrong(&cx, &call, problem).await,
    }
}

/// `POST /applications/{id}/ask`
pub(crate) async fn send_ask(cx: Cx, call: Call) -> Result<Response, Problem> {
    ask(&cx, call.part("id"), call.form.get("party")).await?;
    Ok(back(&call))
}

/// `POST /applications/{id}/answers`
pub(crate) async fn send_answers(cx: Cx, call: Call) -> Result<Response, Problem> {
    let given = |(name, value): &(String, String)| Some((name.strip_prefix("a.")?.to_owned(), value.clone()));
    answer(&cx, call.part("id"), &call.form.pairs().iter().filter_map(given).collect()).await?;
    Ok(back(&call))
}

/// `POST /applications/{id}/again`
pub(crate) async fn send_again(cx: Cx, call: Call) -> Result<Response, Problem> {
    again(&cx, call.part("id")).await?;
    Ok(back(&call))
}

async fn end(cx: &Cx, tx: &mut Tx, id: &str) -> Result<(), Problem> {
    let way = Way::own(cx, tx, id).await?;
    if tx.run(&way.scope, APPLICATION_END, params![&way.row.application_id, "withdrawn"]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    for step in way.steps(tx).await?.iter().filter(|s| s.is_open()) {
        tx.run(&way.scope, STEP_END, params![&step.step_id, "declined", cx.now()]).await?;
    }
    cx.record(tx, Event::new(EventKind::ApplicationWithdrawn, &way.row.application_id)).await
}

/// `POST /applications/{id}/withdraw`
pub(crate) async fn withdraw(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    end(&cx, &mut tx, call.part("id")).await?;
    tx.commit().await?;
    Ok(redirect("/stars"))
}

/// `POST /api/v1/applications/{id}/declare`
pub(crate) async fn api_declare(cx: Cx, call: Call, input: DeclareInput) -> Result<ApplicationDetails, Problem> {
    declare(&cx, call.part("id"), &input).await?;
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}

/// `POST /api/v1/applications/{id}/ask`
pub(crate) async fn api_ask(cx: Cx, call: Call, input: AskInput) -> Result<ApplicationDetails, Problem> {
    ask(&cx, call.part("id"), &input.party).await?;
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}
