//! `suppliers::request_show` — a buyer reads one reply: what was answered and what changed since last time, asks
//! further, sends it back, confirms, gives feedback; evidence and visits only where something worries.

use askama::Template;
use kernel::{Event, EventKind, Scope};
use mail::LetterState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::data::Data;
use crate::door;
use crate::feedback::{Feedback, keep};
use crate::letter;
use crate::questions::{Answered, NOT_ASKED, Question, SKIPPED, cell};
use crate::reply::{Said, Sent, messages, say, snapshot};
use crate::store::{FEEDBACK_STATE, MessageRow, REQUEST_BEFORE, REQUEST_CONFIRM, REQUEST_FIND, REQUEST_RETURN, RequestRow, WaveRow};
use crate::supplier::{contact_set, contacts};
use crate::tier_edit::Tier;
use crate::wave::find as wave_find;
use crate::wave_send::write_to;

/// A question with its answer, and what it was last time.
pub(crate) struct Line {
    q: Question,
    /// A reply's text, `skipped` or `not_asked`.
    answer: String,
    text: String,
    /// The answer of last time where it differs; empty if it is the same or there was none.
    before: String,
    weak: bool,
    /// What does not fit together: the last part of a text key.
    odd: &'static str,
    messages: Vec<MessageRow>,
}

#[derive(Template)]
#[template(path = "request_show.html")]
pub(crate) struct RequestShowPage {
    p: Page,
    r: RequestRow,
    wave: WaveRow,
    lines: Vec<Line>,
    messages: Vec<MessageRow>,
    feedback: Option<Feedback>,
    /// What became of the letter: the last part of a text key, and its day.
    letter: (&'static str, String),
    sent: Option<(String, String, String)>,
    /// Name of the workbook it was read from; empty if it was sent here.
    via: String,
    /// What it told of its own suppliers, and until when that may be read.
    tier: Option<(Tier, String)>,
    /// A link and short text to hand over by other means.
    handed: String,
    errors: Fields,
}

impl Sampled for RequestShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(data) = Data::shipped() else { return vec![] };
        let message = MessageRow {
            message_id: "1".into(),
            item_id: String::new(),
            kind: "contact".into(),
            side: "supplier".into(),
            body: "石垣 次郎 jiro@example.jp".into(),
            person: "石垣 次郎".into(),
            made_at: "2026-12-01T01:00:00.000000Z".into(),
        };
        let line = |(n, q): (usize, &Question)| Line {
            q: q.clone(),
            answer: if n == 0 { "none" } else { "done" }.into(),
            text: String::new(),
            before: if n == 0 { "done".into() } else { String::new() },
            weak: n == 0,
            odd: if n == 1 { "negative" } else { "" },
            messages: vec![],
        };
        let page = |state: &str, lines: Vec<Line>, feedback: Option<Feedback>| Self {
            p: p.clone(),
            r: RequestRow {
                request_id: "1".into(),
                supplier_id: "1".into(),
                name: "石垣精工".into(),
                number: "R-ABCD-2345".into(),
                state: state.into(),
                deadline: "2026-12-14".into(),
                person: "石垣 花子".into(),
                ..RequestRow::default()
            },
            wave: WaveRow::sample("open"),
            via: if state == "submitted" { "石垣精工.xlsx".into() } else { String::new() },
            sent: (!lines.is_empty()).then(|| ("2026-12-02".into(), "2028-12-02".into(), "ab12".into())),
            lines,
            messages: vec![message.clone()],
            feedback,
            letter: ("sent", "2026-11-24".into()),
            tier: (state == "submitted")
                .then(|| (Tier { counts: [2, 5, 1, 8], named: vec![("ねじ".into(), "架空ねじ".into())] }, "2028-12-01".into())),
            handed: String::new(),
            errors: Fields::default(),
        };
        let lines = || data.questions().item.iter().take(2).enumerate().map(line).collect::<Vec<_>>();
        vec![
            ("waiting", page("sent", vec![], None)),
            ("submitted", page("submitted", lines(), Some(Feedback::sample("draft")))),
            ("contested", page("confirmed", lines(), Some(Feedback::sample("contested")))),
        ]
    }
}

/// A request of this buyer.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<RequestRow, Problem> {
    let row: Option<RequestRow> = tx.one(scope, REQUEST_FIND, params![id]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Words that do not go with an answer.
const NEGATIVE: &[&str] = &["未実施", "していない", "していません", "ありません", "なし", "できていない", "予定"];
const POSITIVE: &[&str] = &["実施済", "済み", "完了", "導入して", "実施して"];

/// What does not fit together in an answer.
pub(crate) fn odd(answer: &str, text: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    match answer {
        "done" if has(NEGATIVE) => "negative",
        "none" if has(POSITIVE) => "positive",
        _ => "",
    }
}

fn line(place: usize, q: &Question, row: &RequestRow, sent: &Sent, before: &Sent, all: &[MessageRow]) -> Line {
    let (answer, text) = match (cell(&row.asked, place), sent.find(&q.id)) {
        (SKIPPED, _) => ("skipped".to_owned(), String::new()),
        (NOT_ASKED, _) => ("not_asked".to_owned(), String::new()),
        (_, found) => found.map_or((String::new(), String::new()), |a| (a.answer.clone(), a.text.clone())),
    };
    let old = before.find(&q.id).map_or("", |a| a.answer.as_str());
    Line {
        before: if old == answer { String::new() } else { old.to_owned() },
        weak: ["none", "unknown", "partial", "planned"].contains(&answer.as_str()),
        odd: odd(&answer, &text),
        messages: all.iter().filter(|m| m.item_id == q.id).cloned().collect(),
        q: q.clone(),
        answer,
        text,
    }
}

/// What was sent last time, if it may still be read.
async fn before(cx: &Cx, tx: &mut Tx, scope: &Scope, row: &RequestRow) -> Result<Sent, Problem> {
    let old: Option<(String,)> = tx.one(scope, REQUEST_BEFORE, params![&row.supplier_id, &row.wave_id]).await?;
    let Some((id,)) = old else { return Ok(Sent::default()) };
    let old = find(tx, scope, &id).await?;
    Ok(Sent::of(snapshot(tx, &old, cx.now()).await?.as_ref()))
}

async fn show(cx: &Cx, id: &str, handed: String, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let row = find(&mut tx, scope, id).await?;
    let wave = wave_find(&mut tx, scope, &row.wave_id).await?;
    let (set, all) = (wave.set(), messages(&mut tx, &row).await?);
    let (sent, before) = (snapshot(&mut tx, &row, cx.now()).await?, before(cx, &mut tx, scope, &row).await?);
    let mut feedback = Feedback::find(&mut tx, scope, id).await?;
    if feedback.is_none() && sent.is_some() {
        feedback = Some(Feedback::propose(cx, &mut tx, scope, &row, &set).await?);
    }
    let letter = match mail::letter_state(&mut tx, scope.id().as_str(), &format!("request:{id}")).await? {
        LetterState::None => ("none", String::new()),
        LetterState::Waiting(_) => ("waiting", String::new()),
        LetterState::Sent(at) => ("sent", kernel::Instant::day_of(&at)),
        LetterState::Failed(_) => ("failed", String::new()),
    };
    let tier = Tier::find(cx, &mut tx, &row).await?.map(|(tier, found)| (tier, kernel::Instant::day_of(&found.until_at)));
    let answers = Sent::of(sent.as_ref());
    let lines = |_: &crate::store::SnapshotRow| -> Vec<Line> {
        set.items.iter().enumerate().map(|(place, q)| line(place, q, &row, &answers, &before, &all)).collect()
    };
    let page = RequestShowPage {
        lines: sent.as_ref().map_or(Vec::new(), lines),
        via: answers.via.clone(),
        sent: sent
            .map(|s| (kernel::Instant::day_of(&s.made_at), kernel::Instant::day_of(&s.until_at), s.digest.chars().take(12).collect())),
        p: Page::new(cx),
        wave,
        messages: all.iter().filter(|m| m.item_id.is_empty()).cloned().collect(),
        feedback,
        letter,
        tier,
        handed,
        errors,
        r: row,
    };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /suppliers/requests/{id}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, call.part("id"), String::new(), Fields::default(), StatusCode::OK).await
}

fn back(call: &Call) -> Response {
    redirect(&format!("/suppliers/requests/{}", call.part("id")))
}

/// A reply as the buyer may read it now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ReplyDetails {
    person: String,
    version: i64,
    /// SHA-256 of what was sent.
    digest: String,
    answers: Vec<Answered>,
}

/// `GET /api/v1/supplier-requests/{id}/reply`: what was taken back, has ended or never came is not there.
pub(crate) async fn api_reply(cx: Cx, call: Call, (): ()) -> Result<ReplyDetails, Problem> {
    let mut tx = cx.read().await?;
    let row = find(&mut tx, cx.scope()?, call.part("id")).await?;
    let sent = snapshot(&mut tx, &row, cx.now()).await?.ok_or_else(Problem::not_found)?;
    let all = Sent::of(Some(&sent));
    Ok(ReplyDetails { person: all.person, version: sent.version, digest: sent.digest, answers: all.answers })
}

/// `POST /suppliers/requests/{id}/message`: a further question about an answer, an answer, a visit, or what was
/// settled about a contested feedback.
pub(crate) async fn send_message(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    let wave = wave_find(&mut tx, &scope, &row.wave_id).await?;
    let kind = call.form.get("kind");
    let kind = if ["followup", "question", "cost", "visit", "settle"].contains(&kind) { kind } else { "question" };
    let set = wave.set();
    let item = set.items.iter().find(|q| q.id == call.form.get("item")).map_or("", |q| q.id.as_str());
    let person = cx.signed.as_ref().map_or(String::new(), |s| s.person_name.clone());
    if kind == "settle" {
        tx.run_one(&scope, FEEDBACK_STATE, params![&id, "settled", "contested"]).await?;
        tx.record(&scope, cx.now(), &Event::new(EventKind::FeedbackSettled, &id)).await?;
    }
    if let Err(problem) = say(&cx, &mut tx, &row, &Said { item, kind, side: "buyer", person: &person, body: call.form.get("body") }).await {
        drop(tx);
        return show(&cx, &id, String::new(), Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if kind != "visit" {
        let key = format!("message:{id}:{}", cx.now().text());
        write_to(&cx, &mut tx, &scope, (&wave, &row), &key, |f| letter::news(&cx, &wave, &row, f, kind)).await?;
    }
    tx.commit().await?;
    cx.part::<mail::Bell>()?.ring();
    Ok(back(&call))
}

/// `POST /suppliers/requests/{id}/confirm`
pub(crate) async fn send_confirm(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    find(&mut tx, &scope, &id).await?;
    tx.run_one(&scope, REQUEST_CONFIRM, params![&id, cx.now()]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::ReplyConfirmed, &id)).await?;
    tx.commit().await?;
    Ok(back(&call))
}

/// `POST /suppliers/requests/{id}/return`: for more, with a new deadline in working days.
pub(crate) async fn send_return(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let rules = cx.part::<Data>()?;
    let deadline = rules.requests().after(cx.now().day(), rules.requests().deadline_least_days * 2).to_string();
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    let wave = wave_find(&mut tx, &scope, &row.wave_id).await?;
    tx.run_one(&scope, REQUEST_RETURN, params![&id, &deadline]).await?;
    let row = RequestRow { deadline, ..row };
    let key = format!("return:{id}:{}", row.version);
    write_to(&cx, &mut tx, &scope, (&wave, &row), &key, |f| letter::news(&cx, &wave, &row, f, "returned")).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::ReplyReturned, &id)).await?;
    tx.commit().await?;
    cx.part::<mail::Bell>()?.ring();
    Ok(back(&call))
}

/// `POST /suppliers/requests/{id}/doors`: shuts every link and lets nobody stay in.
pub(crate) async fn send_shut(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    find(&mut tx, &scope, &id).await?;
    door::shut(&cx, &mut tx, &scope, &id).await?;
    tx.commit().await?;
    Ok(back(&call))
}

/// `POST /suppliers/requests/{id}/hand`: a new link with a code of its own, to be handed over by other means.
pub(crate) async fn send_hand(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    let (code, until) = (door::code(&cx), cx.now().plus_seconds(30 * 86_400));
    let token = door::open(&cx, &mut tx, &row, "link", &code, until).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::ReplyDoorMade, &id).with("kind", "hand")).await?;
    tx.commit().await?;
    let handed = format!("{}/reply/{token}  {code}", cx.app.config.public_url);
    show(&cx, &id, handed, Fields::default(), StatusCode::OK).await
}

/// `POST /suppliers/requests/{id}/contact`: takes a new contact over that the supplier named.
pub(crate) async fn send_contact(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    let all = messages(&mut tx, &row).await?;
    let message = all.iter().find(|m| m.message_id == call.form.get("message") && m.kind == "contact").ok_or_else(Problem::not_found)?;
    let (name, address) = message.body.rsplit_once(' ').ok_or_else(Problem::not_found)?;
    let mut known = contacts(&mut tx, &scope, &row.supplier_id).await?;
    // The new person comes first; whoever was first stays as the second.
    known.truncate(1);
    let first = crate::store::ContactRow { place: 1, name: name.to_owned(), mail: address.to_owned(), phone: String::new() };
    for (place, contact) in (1_i64..).zip(std::iter::once(first).chain(known)) {
        contact_set(&mut tx, &scope, &row.supplier_id, &crate::store::ContactRow { place, ..contact }, cx.now()).await?;
    }
    tx.record(&scope, cx.now(), &Event::new(EventKind::ContactChanged, &row.supplier_id)).await?;
    tx.commit().await?;
    Ok(back(&call))
}

/// `POST /suppliers/requests/{id}/feedback`: keeps it, or sends it.
pub(crate) async fn send_feedback(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    let wave = wave_find(&mut tx, &scope, &row.wave_id).await?;
    let fresh = Feedback::propose(&cx, &mut tx, &scope, &row, &wave.set()).await?;
    let cut = |name: &str| crate::reply::cut(call.form.get(name));
    let steps = call.form.get("steps").lines().map(crate::reply::cut).filter(|s| !s.is_empty()).take(5).collect();
    let feedback = Feedback { good: cut("good"), steps, relation: cut("relation"), ..fresh };
    let send = call.form.get("go") == "send";
    keep(&cx, &mut tx, &scope, &row, &feedback, send).await?;
    if send {
        let key = format!("feedback:{id}:{}", cx.now().text());
        write_to(&cx, &mut tx, &scope, (&wave, &row), &key, |f| letter::news(&cx, &wave, &row, f, "feedback")).await?;
    }
    tx.commit().await?;
    cx.part::<mail::Bell>()?.ring();
    Ok(back(&call))
}

/// A further question through the API.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageInput {
    /// Id of the question it is about; empty for the whole request.
    #[serde(default)]
    item: String,
    /// 1 to 2,000 characters.
    body: String,
}

/// `POST /api/v1/supplier-requests/{id}/messages`
pub(crate) async fn api_message(cx: Cx, call: Call, input: MessageInput) -> Result<(), Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row = find(&mut tx, &scope, &id).await?;
    let person = cx.signed.as_ref().map_or(String::new(), |s| s.person_name.clone());
    say(&cx, &mut tx, &row, &Said { item: &input.item, kind: "followup", side: "buyer", person: &person, body: &input.body }).await?;
    Ok(tx.commit().await?)
}
