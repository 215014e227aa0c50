//! `suppliers::reply_edit` — the form of a supplier: the letter and why, the questions, what was said, feedback and
//! what can be said against it; saving, sending, taking back, handing on, a new contact.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use kernel::{Event, EventKind, Permission};
use schemes::Catalog;
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, Upload, redirect};

use crate::acting::scope_of;
use crate::door::{self, GUEST, inside, note};
use crate::feedback::Feedback;
use crate::guard::GuardRecord;
use crate::list_read::mail;
use crate::own_sheet::answered;
use crate::questions::{NOT_ASKED, OPEN, Question, QuestionKind, QuestionSet, Reply, SKIPPED, cell};
use crate::reply::{Said, answers_save, draft, is_open, messages, say, snapshot, submit, withdraw};
use crate::store::{FEEDBACK_STATE, MessageRow, RequestRow, WaveRow};
use crate::wave::{WaveInput, find};
use crate::wave_send::name;

/// A question with what was answered.
pub(crate) struct Line {
    place: usize,
    q: Question,
    /// `open`, `skipped` or `not_asked`.
    asked: &'static str,
    answer: String,
    text: String,
    /// What the buyer asked about it, and what was answered.
    messages: Vec<MessageRow>,
}

#[derive(Template)]
#[template(path = "reply_edit.html")]
pub(crate) struct ReplyEditPage {
    p: Page,
    r: RequestRow,
    buyer: String,
    title: String,
    input: WaveInput,
    guard: GuardRecord,
    lines: Vec<Line>,
    messages: Vec<MessageRow>,
    feedback: Option<Feedback>,
    /// When and as which version it was sent; empty if nothing is there for the buyer.
    sent: String,
    until: String,
    open: bool,
    /// Whether the organisation that is signed in may take it on, or has.
    may_claim: bool,
    claimed: bool,
    /// A link and code just made for somebody else.
    handed: Option<(String, String)>,
    replies: &'static [Reply],
    errors: Fields,
}

impl ReplyEditPage {
    fn asked(&self) -> usize {
        self.lines.iter().filter(|l| l.asked == "open").count()
    }

    fn done(&self) -> usize {
        self.lines.iter().filter(|l| l.asked == "open" && !(l.answer.is_empty() && l.text.is_empty())).count()
    }

    fn wrong(&self, line: &Line) -> &str {
        self.errors.of(&format!("q-{}", line.place))
    }

    fn choices(&self) -> Vec<Reply> {
        self.replies.iter().copied().filter(|r| *r != Reply::Written).collect()
    }
}

impl Sampled for ReplyEditPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let Ok(data) = crate::data::Data::shipped() else { return vec![] };
        let message = |kind: &str, side: &str| MessageRow {
            message_id: "1".into(),
            item_id: String::new(),
            kind: kind.into(),
            side: side.into(),
            body: "もう少し教えてください".into(),
            person: "購買部".into(),
            made_at: "2026-12-01T01:00:00.000000Z".into(),
        };
        let line = |(place, q): (usize, Question), asked: &'static str| Line {
            place,
            q,
            asked,
            answer: if place == 1 { "partial".into() } else { String::new() },
            text: String::new(),
            messages: if place == 1 { vec![message("followup", "buyer")] } else { vec![] },
        };
        let items = || data.questions().item.iter().take(3).cloned().enumerate();
        let page = |open: bool, feedback: Option<Feedback>, errors: Fields| Self {
            p: p.clone(),
            r: RequestRow {
                request_id: "1".into(),
                name: "石垣精工".into(),
                number: "R-ABCD-2345".into(),
                deadline: "2026-12-14".into(),
                class: "C".into(),
                state: if open { "opened" } else { "submitted" }.into(),
                version: 1,
                ..RequestRow::default()
            },
            buyer: "A社".into(),
            title: "2026年の確認".into(),
            input: WaveRow::sample("open").input(),
            guard: GuardRecord { day: "2026-11-24".into(), ..GuardRecord::default() },
            lines: items().map(|l| line(l, if open { "open" } else { "skipped" })).collect(),
            messages: vec![message("question", "supplier")],
            feedback,
            sent: if open { String::new() } else { "2026-12-02".into() },
            until: "2028-12-02".into(),
            open,
            may_claim: open,
            claimed: !open,
            handed: open.then(|| ("http://127.0.0.1:7750/reply/abc".into(), "123456".into())),
            replies: Reply::ALL,
            errors,
        };
        let mut errors = Fields::default();
        errors.add("q-1", "答えてください");
        vec![("open", page(true, None, errors)), ("sent", page(false, Some(Feedback::sample("sent")), Fields::default()))]
    }
}

fn line(place: usize, q: &Question, row: &RequestRow, known: &BTreeMap<String, (String, String)>, all: &[MessageRow]) -> Line {
    let (answer, text) = known.get(&q.id).cloned().unwrap_or_default();
    let asked = match cell(&row.asked, place) {
        SKIPPED => "skipped",
        NOT_ASKED => "not_asked",
        _ => "open",
    };
    Line { place, q: q.clone(), asked, answer, text, messages: all.iter().filter(|m| m.item_id == q.id).cloned().collect() }
}

pub(crate) async fn show(cx: &Cx, handed: Option<(String, String)>, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = inside(cx, &mut tx).await?;
    let scope = scope_of(cx, &row.organisation_id)?;
    let wave = find(&mut tx, &scope, &row.wave_id).await?;
    let (set, all, known) = (wave.set(), messages(&mut tx, &row).await?, draft(&mut tx, &row).await?);
    let sent = snapshot(&mut tx, &row, cx.now()).await?;
    let own = cx.signed.as_ref().map(|s| s.scope.id().to_string()).filter(|_| cx.may(Permission::SupplierAnswer));
    let feedback = Feedback::find(&mut tx, &scope, &row.request_id).await?.filter(|f| f.state != "draft");
    let page = ReplyEditPage {
        p: Page::new(cx),
        buyer: name(&mut tx, &scope).await?,
        input: wave.input(),
        guard: wave.guard(),
        title: wave.title,
        lines: set
            .items
            .iter()
            .enumerate()
            .map(|(place, q)| line(place, q, &row, &known, &all))
            .filter(|l| l.asked != "not_asked")
            .collect(),
        messages: all.into_iter().filter(|m| m.item_id.is_empty()).collect(),
        feedback,
        sent: sent.as_ref().map_or(String::new(), |s| kernel::Instant::day_of(&s.made_at)),
        until: sent.as_ref().map_or(String::new(), |s| kernel::Instant::day_of(&s.until_at)),
        open: is_open(&row),
        may_claim: own.as_ref().is_some_and(|o| row.holder_id.is_empty() && *o != row.organisation_id),
        claimed: own.is_some_and(|o| o == row.holder_id),
        handed,
        replies: Reply::ALL,
        errors,
        r: row,
    };
    Ok(page.p.clone().render_as(status, &page))
}

/// `GET /reply/form`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    show(&cx, None, Fields::default(), StatusCode::OK).await
}

/// The request the browser is in, what was asked, and its wave.
async fn here(cx: &Cx, tx: &mut Tx) -> Result<(RequestRow, QuestionSet), Problem> {
    let row = inside(cx, tx).await?;
    let wave = find(tx, &scope_of(cx, &row.organisation_id)?, &row.wave_id).await?;
    Ok((row, wave.set()))
}

/// `POST /reply/form`: keeps what is written, and sends it if that was asked.
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let (row, set) = here(&cx, &mut tx).await?;
    let known = draft(&mut tx, &row).await?;
    let sent: BTreeMap<&str, &str> = call.form.pairs().iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
    // What the form does not name stays, and what is the same is not written again.
    let given = |(place, q): (usize, &Question)| {
        let (answer, text) = (sent.get(format!("a-{place}").as_str()), sent.get(format!("t-{place}").as_str()));
        let (old_answer, old_text) = known.get(&q.id).cloned().unwrap_or_default();
        let new = (answer.map_or(old_answer.clone(), |a| (*a).to_owned()), text.map_or(old_text.clone(), |t| (*t).to_owned()));
        let changed = cell(&row.asked, place) == OPEN && new != (old_answer, old_text);
        changed.then(|| (q.id.clone(), new.0, new.1))
    };
    let answers: Vec<(String, String, String)> = set.items.iter().enumerate().filter_map(given).collect();
    answers_save(&cx, &mut tx, &row, &set, &answers).await?;
    tx.commit().await?;
    if call.form.get("go") != "send" {
        return Ok(redirect("/reply/form#saved"));
    }
    let mut tx = cx.write().await?;
    match submit(&cx, &mut tx, &row, &set, call.form.get("person")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect("/reply/form"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            drop(tx);
            show(&cx, None, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /reply/message`: a question, an answer to one, a word about cost, or a word against the feedback.
pub(crate) async fn send_message(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let (row, set) = here(&cx, &mut tx).await?;
    let kind = call.form.get("kind");
    let kind = if ["question", "followup", "cost", "contest"].contains(&kind) { kind } else { "question" };
    let item = set.items.iter().find(|q| q.id == call.form.get("item")).map_or("", |q| q.id.as_str());
    let said = Said { item, kind, side: "supplier", person: call.form.get("person"), body: call.form.get("body") };
    if kind == "contest" {
        let values = params![&row.organisation_id, &row.request_id, "contested", "sent"];
        tx.run_one(&GUEST, FEEDBACK_STATE, values).await?;
        note(&cx, &mut tx, &row, &Event::new(EventKind::FeedbackContested, &row.request_id)).await?;
    }
    match say(&cx, &mut tx, &row, &said).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect("/reply/form#messages"))
        }
        Err(problem) => {
            drop(tx);
            show(&cx, None, Fields(problem.fields), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /reply/withdraw`
pub(crate) async fn send_withdraw(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = inside(&cx, &mut tx).await?;
    withdraw(&cx, &mut tx, &row).await?;
    tx.commit().await?;
    Ok(redirect("/reply/form"))
}

/// `POST /reply/delegate`: a second way in for a colleague, with a code of its own to be told in person.
pub(crate) async fn send_delegate(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = inside(&cx, &mut tx).await?;
    let (code, until) = (door::code(&cx), cx.now().plus_seconds(14 * 86_400));
    let token = door::open(&cx, &mut tx, &row, "link", &code, until).await?;
    note(&cx, &mut tx, &row, &Event::new(EventKind::ReplyDoorMade, &row.request_id).with("kind", "delegate")).await?;
    tx.commit().await?;
    show(&cx, Some((format!("{}/reply/{token}", cx.app.config.public_url), code)), Fields::default(), StatusCode::OK).await
}

/// `POST /reply/contact`: 担当者が変わりました. The buyer checks it before letters go there.
pub(crate) async fn send_contact(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = inside(&cx, &mut tx).await?;
    let Some(address) = mail(call.form.get("mail")) else {
        drop(tx);
        let mut errors = Fields::default();
        errors.add("mail", cx.t("list.why.mail"));
        return show(&cx, None, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let body = format!("{} {address}", call.form.get("person"));
    let said = Said { item: "", kind: "contact", side: "supplier", person: call.form.get("person"), body: &body };
    say(&cx, &mut tx, &row, &said).await?;
    tx.commit().await?;
    Ok(redirect("/reply/form#messages"))
}

/// `POST /reply/facts`: the organisation's own facts answer what they can; one look, and it can be sent.
pub(crate) async fn send_facts(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let catalog = cx.part::<Arc<Catalog>>()?;
    let mut tx = cx.write().await?;
    let (row, set) = here(&cx, &mut tx).await?;
    if row.holder_id != scope.id().as_str() || !cx.may(Permission::SupplierAnswer) {
        return Err(Problem::not_found());
    }
    let facts = evidence::company_facts(&mut tx, &scope, &catalog).await?;
    let known = draft(&mut tx, &row).await?;
    let found = answered(&cx, &set, &facts)?;
    let say = |(place, q): (usize, &Question)| {
        let (reply, text) = found.get(place).cloned().flatten()?;
        let (old_answer, old_text) = known.get(&q.id).cloned().unwrap_or_default();
        let in_words = q.kind == QuestionKind::Text;
        // A question in words takes the words, another one an answer; what stands there stays.
        let free = cell(&row.asked, place) == OPEN && old_answer.is_empty() && (!in_words || old_text.is_empty());
        let text = if text.is_empty() { old_text } else { text };
        (free && in_words == (reply == Reply::Written))
            .then(|| (q.id.clone(), if in_words { String::new() } else { reply.to_string() }, text))
    };
    let answers: Vec<(String, String, String)> = set.items.iter().enumerate().filter_map(say).collect();
    answers_save(&cx, &mut tx, &row, &set, &answers).await?;
    tx.commit().await?;
    Ok(redirect("/reply/form"))
}

/// Files one request may bring.
const FILES_MOST: usize = 5;

/// `POST /reply/files`: evidence, only about a question the buyer asked further about.
pub(crate) async fn send_file(cx: Cx, _call: Call, upload: Upload) -> Result<Response, Problem> {
    let limit = usize::try_from(cx.app.config.upload_limit_bytes).unwrap_or(usize::MAX);
    let (mut item, mut file) = (String::new(), None);
    for (part, name, bytes) in upload.fields(limit).await? {
        match part.as_str() {
            "item" => String::from_utf8_lossy(&bytes).trim().clone_into(&mut item),
            "file" if !name.is_empty() => file = Some((name, bytes)),
            _ => {}
        }
    }
    let (name, bytes) = file.ok_or_else(|| Problem::new(kernel::Code::FileType))?;
    let mut tx = cx.read().await?;
    let row = inside(&cx, &mut tx).await?;
    let all = messages(&mut tx, &row).await?;
    drop(tx);
    let asked = all.iter().any(|m| m.item_id == item && m.kind == "followup" && m.side == "buyer");
    if !asked || all.iter().filter(|m| m.kind == "file").count() >= FILES_MOST {
        return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("reply.wrong.file")));
    }
    let scope = scope_of(&cx, &row.organisation_id)?;
    let id = evidence::document_add(&cx, &scope, (&format!("request:{}", row.request_id), ""), &name, &bytes).await?;
    let mut tx = cx.write().await?;
    let body = format!("{id} {name}");
    say(&cx, &mut tx, &row, &Said { item: &item, kind: "file", side: "supplier", person: &row.person, body: &body }).await?;
    tx.commit().await?;
    Ok(redirect("/reply/form"))
}
