//! `register::examination_edit` — what whoever takes a step does: take it on or decline, note what
//! is met and what is missing, write the record, end it. Who is not independent is refused.

use std::collections::BTreeMap;

use kernel::{Day, Event, EventKind};
use schemars::JsonSchema;
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Call, Cx, FieldError, Fields, Problem, Response, StatusCode, redirect};

use crate::application_edit::cut;
use crate::examination_show::{ExaminationDetails, Found, Record, details, show};
use crate::keys::REGISTER;
use crate::rules::StepKind;
use crate::status::EntryState;
use crate::store::{
    APPLICATION_END, EntryRow, LOOK_SET, ORGANISATIONS_TIED, PERSON_BELONGS, STEP_AGAIN, STEP_END, STEP_TAKE, STEP_WRITE, StepRow,
};
use crate::way::{conflict, parties};

/// Longest finding or record, in characters.
const TEXT_MAX_CHARS: usize = 4000;

/// What was found of one criterion.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookInput {
    /// `met`, `gap`, or empty to leave it as it is.
    mark: String,
    /// The finding; needed for `gap`.
    #[serde(default)]
    note: String,
}

/// How a step ends.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndInput {
    /// `pass`, `back` (decisions only) or `refuse`.
    verdict: String,
    /// Needed unless it passes.
    #[serde(default)]
    reason: String,
}

/// Why the person who asks may not take this step; none if they may.
async fn tie(cx: &Cx, tx: &mut Tx, found: &Found) -> Result<Option<&'static str>, Problem> {
    let (by, step, way) = (cx.scope()?, found.step()?, &found.way);
    let stated = evidence::stated_by(tx, &way.scope, by.person(), &way.row.site_id).await?;
    if way.scheme()?.facts().any(|key| stated.contains(key)) {
        return Ok(Some("examination.wrong.answered"));
    }
    let some = |row: Option<(i64,)>| row.is_some_and(|(n,)| n > 0);
    if !step.inside {
        let tied = some(tx.one(&REGISTER, ORGANISATIONS_TIED, params![by.id(), way.scope.id()]).await?);
        if tied || some(tx.one(&way.scope, PERSON_BELONGS, params![by.person()]).await?) {
            return Ok(Some("examination.wrong.tied"));
        }
    }
    let rules = way.rules()?;
    let earlier = |s: &StepRow| rules.step(s.place).is_some_and(|e| step.other_than.contains(&e.id)) && s.state == "done";
    if way.steps(tx).await?.iter().any(|s| earlier(s) && s.person_id == by.person().as_str()) {
        return Ok(Some("examination.wrong.same_person"));
    }
    designated(cx, tx, found).await
}

/// Whether the organisation that asks is designated today and holds what the part asks for.
async fn designated(cx: &Cx, tx: &mut Tx, found: &Found) -> Result<Option<&'static str>, Problem> {
    let (part, party) = (&found.step()?.part, cx.scope()?.id().as_str());
    let all = parties(cx, tx, &found.row.scheme_id, part).await?;
    let Some(designation) = all.iter().find(|d| d.organisation_id == party) else { return Ok(Some("examination.wrong.designation")) };
    let holds = found.way.rules()?.part.get(part).map_or(&[][..], |p| &p.holds);
    if holds.is_empty() || credential_holds(cx, tx, &designation.credential, party, holds).await? {
        return Ok(None);
    }
    Ok(Some("examination.wrong.credential"))
}

/// Whether a register number is a valid star of one of these schemes, held by a party.
pub(crate) async fn credential_holds(cx: &Cx, tx: &mut Tx, number: &str, party: &str, schemes: &[String]) -> Result<bool, Problem> {
    let today = cx.now().day().to_string();
    let fits = |row: &EntryRow| {
        let ended = !row.found.to_day.is_empty() && row.found.to_day < today;
        row.organisation_id == party && schemes.contains(&row.found.scheme_id) && row.found.state == EntryState::Valid.as_str() && !ended
    };
    match crate::award::entry(tx, number).await {
        Ok(row) => Ok(fits(&row)),
        Err(problem) if problem.code == kernel::Code::NotFound => Ok(false),
        Err(problem) => Err(problem),
    }
}

async fn take(cx: &Cx, id: &str, independent: bool) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let found = Found::of(cx, &mut tx, id).await?;
    if let Some(key) = tie(cx, &mut tx, &found).await? {
        return Err(conflict(cx, key));
    }
    if !independent {
        return Err(Problem::invalid(vec![FieldError { field: "independent".to_owned(), text: cx.t("examination.wrong.independent") }]));
    }
    if tx.run(&found.way.scope, STEP_TAKE, params![&found.row.step_id, cx.scope()?.person()]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(EventKind::StepTaken, &found.row.application_id).with("step", &found.row.step_id);
    found.way.note(cx, &mut tx, &event, &found.row.party_id).await?;
    Ok(tx.commit().await?)
}

async fn decline(cx: &Cx, id: &str) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let found = Found::of(cx, &mut tx, id).await?;
    if found.step()?.kind == StepKind::Decide {
        return Err(conflict(cx, "examination.wrong.decline"));
    }
    if tx.run(&found.way.scope, STEP_END, params![&found.row.step_id, "declined", cx.now()]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(EventKind::StepDeclined, &found.row.application_id).with("step", &found.row.step_id);
    found.way.note(cx, &mut tx, &event, &found.row.party_id).await?;
    Ok(tx.commit().await?)
}

/// A step the person who asks is working on.
async fn working(cx: &Cx, tx: &mut Tx, id: &str) -> Result<Found, Problem> {
    let found = Found::of(cx, tx, id).await?;
    let own = found.row.person_id == cx.scope()?.person().as_str();
    let current = found.row.place == found.way.row.place && found.way.row.state == "open";
    if found.row.state != "working" || !own || !current {
        return Err(conflict(cx, "examination.wrong.working"));
    }
    Ok(found)
}

async fn look(cx: &Cx, id: &str, given: &BTreeMap<String, LookInput>) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let found = working(cx, &mut tx, id).await?;
    let (scheme, before, mut wrong) = (found.way.scheme()?, found.looks(&mut tx).await?, Vec::new());
    for (criterion, input) in given.iter().filter(|(_, i)| !i.mark.is_empty()) {
        if scheme.criterion(criterion).is_none() {
            return Err(Problem::not_found());
        }
        let note = cut(&input.note, TEXT_MAX_CHARS);
        let was = before.get(criterion);
        let mut refuse = |key: &str| wrong.push(FieldError { field: criterion.clone(), text: cx.t(key) });
        match input.mark.as_str() {
            "gap" if note.is_empty() => refuse("examination.wrong.note"),
            "met" | "gap" if was.is_some_and(|w| w.mark == input.mark && (note.is_empty() || w.note == note)) => {}
            "met" | "gap" => {
                let values = params![&found.row.step_id, criterion, &input.mark, note, cx.now(), cx.scope()?.person()];
                tx.run(&found.way.scope, LOOK_SET, values).await?;
                let event = Event::new(EventKind::CriterionLooked, &found.row.application_id);
                let event = event.with("criterion", criterion).with("mark", &input.mark);
                found.way.note(cx, &mut tx, &event, &found.row.party_id).await?;
            }
            _ => refuse("examination.wrong.mark"),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    tx.without_record("where nothing changed, nothing happened");
    Ok(tx.commit().await?)
}

async fn write(cx: &Cx, id: &str, given: &Record, revision: i64) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let found = working(cx, &mut tx, id).await?;
    let text = |t: &String| cut(t, TEXT_MAX_CHARS);
    let day = Day::parse_loose(&given.visited_on).ok();
    if !given.visited_on.trim().is_empty() && day.as_ref().is_none_or(|d| *d > cx.now().day()) {
        return Err(Problem::invalid(vec![FieldError { field: "visited_on".to_owned(), text: cx.t("examination.wrong.day") }]));
    }
    let kept = Record {
        plan: text(&given.plan),
        visited_on: day.map_or(String::new(), |d| d.to_string()),
        visit: text(&given.visit),
        report: text(&given.report),
        ..found.record()
    };
    let body = serde_json::to_string(&kept).unwrap_or_default();
    if tx.run(&found.way.scope, STEP_WRITE, params![&found.row.step_id, body, revision]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(EventKind::StepWritten, &found.row.application_id).with("step", &found.row.step_id);
    found.way.note(cx, &mut tx, &event, &found.row.party_id).await?;
    Ok(tx.commit().await?)
}

/// Draws criteria by chance, each as likely as the others. Drawing again is counted and recorded,
/// so that nobody draws until the sample suits.
async fn draw(cx: &Cx, id: &str, n: usize) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let found = working(cx, &mut tx, id).await?;
    let scheme = found.way.scheme()?;
    let all: Vec<&str> = scheme.criteria().map(|c| c.id.as_str()).collect();
    if n == 0 || n > all.len() {
        let text = cx.app.texts.fill(cx.lang, "examination.wrong.sample", &[("most", all.len().to_string())]);
        return Err(Problem::invalid(vec![FieldError { field: "n".to_owned(), text }]));
    }
    let mut ranked: Vec<([u8; 8], &str)> = Vec::with_capacity(all.len());
    for id in &all {
        let mut dice = [0; 8];
        cx.app.rng.fill(&mut dice);
        ranked.push((dice, id));
    }
    ranked.sort_unstable();
    let drawn: Vec<&str> = ranked.iter().take(n).map(|(_, id)| *id).collect();
    let before = found.record();
    let sample: Vec<String> = all.iter().filter(|id| drawn.contains(id)).map(|id| (*id).to_owned()).collect();
    let event = Event::new(EventKind::SampleDrawn, &found.row.application_id).with("step", &found.row.step_id);
    let event = event.with("sample", sample.join(" ")).with("draw", (before.draws + 1).to_string());
    let body = serde_json::to_string(&Record { sample, draws: before.draws + 1, ..before }).unwrap_or_default();
    tx.run_one(&found.way.scope, STEP_WRITE, params![&found.row.step_id, body, found.row.revision]).await?;
    found.way.note(cx, &mut tx, &event, &found.row.party_id).await?;
    Ok(tx.commit().await?)
}

/// What keeps an examination from ending well, as a text key.
async fn unfinished(tx: &mut Tx, found: &Found) -> Result<Option<&'static str>, Problem> {
    let (step, record, looks) = (found.step()?, found.record(), found.looks(tx).await?);
    let met = |id: &str| looks.get(id).is_some_and(|l| l.mark == "met");
    if step.criteria && !found.way.scheme()?.criteria().all(|c| met(&c.id)) || looks.values().any(|l| l.mark == "gap") {
        return Ok(Some("examination.wrong.open"));
    }
    if step.on_site && (record.visited_on.is_empty() || record.visit.is_empty()) {
        return Ok(Some("examination.wrong.visit"));
    }
    Ok(if record.report.is_empty() { Some("examination.wrong.report") } else { None })
}

async fn end(cx: &Cx, id: &str, input: &EndInput) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    let mut found = working(cx, &mut tx, id).await?;
    let refuse = |field: &str, key: &str| Problem::invalid(vec![FieldError { field: field.to_owned(), text: cx.t(key) }]);
    // Ties and designations may have changed since the step was taken on.
    if let Some(key) = tie(cx, &mut tx, &found).await? {
        return Err(conflict(cx, key));
    }
    let (kind, reason) = (found.step()?.kind, cut(&input.reason, TEXT_MAX_CHARS));
    if input.verdict != "pass" && reason.is_empty() {
        return Err(refuse("reason", "examination.wrong.reason"));
    }
    let (state, event) = match (input.verdict.as_str(), kind) {
        ("pass", _) => ("done", EventKind::StepPassed),
        ("back", StepKind::Decide) => ("back", EventKind::StepSentBack),
        ("refuse", _) => ("refused", EventKind::ApplicationRefused),
        _ => return Err(refuse("verdict", "examination.wrong.mark")),
    };
    if state == "done"
        && kind == StepKind::Examine
        && let Some(key) = unfinished(&mut tx, &found).await?
    {
        return Err(refuse("pass", key));
    }
    if state == "done" && kind == StepKind::Decide {
        found.way.check(cx)?;
    }
    if !reason.is_empty() {
        let record = serde_json::to_string(&Record { report: reason, ..found.record() }).unwrap_or_default();
        tx.run(&found.way.scope, STEP_WRITE, params![&found.row.step_id, record, found.row.revision]).await?;
    }
    tx.run_one(&found.way.scope, STEP_END, params![&found.row.step_id, state, cx.now()]).await?;
    let shown = found.way.snapshot()?;
    let event = Event::new(event, &found.row.application_id).with("step", &found.row.step_id).with("shown", shown.hash());
    found.way.note(cx, &mut tx, &event, &found.row.party_id).await?;
    match state {
        "refused" => drop(tx.run(&found.way.scope, APPLICATION_END, params![&found.row.application_id, "refused"]).await?),
        "back" => send_back(&mut tx, &mut found).await?,
        _ => {
            if kind == StepKind::Examine && found.step()?.criteria {
                found.way.row.sealed = shown.text();
            }
            found.way.advance(cx, &mut tx).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Goes back to the examination before a decision; the same people go on with it.
async fn send_back(tx: &mut Tx, found: &mut Found) -> Result<(), Problem> {
    let steps = found.way.steps(tx).await?;
    let place = match found.way.last_examined(&steps, false)? {
        Some(step) => {
            tx.run_one(&found.way.scope, STEP_AGAIN, params![&step.step_id]).await?;
            step.place
        }
        None => 0,
    };
    found.way.move_to(tx, place, "").await
}

/// Shows the workbench again with what does not fit, or goes on.
async fn answer(cx: &Cx, call: &Call, done: Result<(), Problem>, next: &str) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(redirect(&format!("/examinations/{}{next}", call.part("id")))),
        Err(problem) if !problem.fields.is_empty() => show(cx, call, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(problem) => Err(problem),
    }
}

/// `POST /examinations/{id}/take`
pub(crate) async fn send_take(cx: Cx, call: Call) -> Result<Response, Problem> {
    let done = take(&cx, call.part("id"), call.form.get("independent") == "yes").await;
    answer(&cx, &call, done, "").await
}

/// `POST /examinations/{id}/decline`
pub(crate) async fn send_decline(cx: Cx, call: Call) -> Result<Response, Problem> {
    decline(&cx, call.part("id")).await?;
    Ok(redirect("/examinations"))
}

/// `POST /examinations/{id}/looks`
pub(crate) async fn send_looks(cx: Cx, call: Call) -> Result<Response, Problem> {
    let given = |(name, value): &(String, String)| {
        let id = name.strip_prefix("m.")?;
        Some((id.to_owned(), LookInput { mark: value.clone(), note: call.form.get(&format!("n.{id}")).to_owned() }))
    };
    let done = look(&cx, call.part("id"), &call.form.pairs().iter().filter_map(given).collect()).await;
    answer(&cx, &call, done, "#looks").await
}

/// `POST /examinations/{id}/record`
pub(crate) async fn send_record(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let record =
        Record { plan: get("plan"), visited_on: get("visited_on"), visit: get("visit"), report: get("report"), ..Record::default() };
    let done = write(&cx, call.part("id"), &record, get("revision").parse().unwrap_or(0)).await;
    answer(&cx, &call, done, "#record").await
}

/// `POST /examinations/{id}/sample`
pub(crate) async fn send_sample(cx: Cx, call: Call) -> Result<Response, Problem> {
    let done = draw(&cx, call.part("id"), call.form.get("n").trim().parse().unwrap_or(0)).await;
    answer(&cx, &call, done, "#looks").await
}

/// `POST /examinations/{id}/end`
pub(crate) async fn send_end(cx: Cx, call: Call) -> Result<Response, Problem> {
    let input = EndInput { verdict: call.form.get("verdict").to_owned(), reason: call.form.get("reason").to_owned() };
    let done = end(&cx, call.part("id"), &input).await;
    answer(&cx, &call, done, "").await
}

/// `PUT /api/v1/examinations/{id}/looks`
pub(crate) async fn api_looks(cx: Cx, call: Call, input: BTreeMap<String, LookInput>) -> Result<ExaminationDetails, Problem> {
    look(&cx, call.part("id"), &input).await?;
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}

/// `POST /api/v1/examinations/{id}/end`
pub(crate) async fn api_end(cx: Cx, call: Call, input: EndInput) -> Result<ExaminationDetails, Problem> {
    end(&cx, call.part("id"), &input).await?;
    let mut tx = cx.read().await?;
    details(&cx, &mut tx, call.part("id")).await
}
