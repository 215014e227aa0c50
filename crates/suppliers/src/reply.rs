//! `suppliers::reply` — a supplier's answer to a request: written as a draft nobody else reads, sent as a snapshot
//! that ends, taken back. The same rules for somebody with a link and for an organisation with an account.

use std::collections::BTreeMap;

use kernel::{Event, EventKind, Instant, MessageId, sha256_hex};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Cx, FieldError, Problem};

use crate::data::Data;
use crate::door::{GUEST, note};
use crate::questions::{Answered, OPEN, QuestionKind, QuestionSet, Reply, cell, weakness};
use crate::store::{
    ANSWER_LIST, ANSWER_SET, MESSAGE_ADD, MESSAGE_LIST, MessageRow, REQUEST_STATE, REQUEST_SUBMIT, REQUEST_WITHDRAW, RequestRow,
    SNAPSHOT_ADD, SNAPSHOT_LAST, SNAPSHOT_WITHDRAW, SnapshotRow,
};

/// Longest text of an answer or message, in characters.
pub(crate) const TEXT_MAX_CHARS: usize = 2000;

/// What was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Sent {
    /// Who answered.
    pub(crate) person: String,
    /// Name of the workbook the buyer read it from; empty if it was sent here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) via: String,
    pub(crate) answers: Vec<Answered>,
}

impl Sent {
    pub(crate) fn of(row: Option<&SnapshotRow>) -> Self {
        row.and_then(|r| serde_json::from_str(&r.content).ok()).unwrap_or_default()
    }

    pub(crate) fn find(&self, item: &str) -> Option<&Answered> {
        self.answers.iter().find(|a| a.item == item)
    }
}

/// Cuts a text.
pub(crate) fn cut(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(TEXT_MAX_CHARS).collect()
}

/// The draft, by question.
///
/// # Errors
/// The store's.
pub(crate) async fn draft(tx: &mut Tx, row: &RequestRow) -> Result<BTreeMap<String, (String, String)>, Problem> {
    let all: Vec<(String, String, String)> = tx.all(&GUEST, ANSWER_LIST, params![&row.organisation_id, &row.request_id]).await?;
    if all.is_empty() && row.version > 0 {
        // What the buyer read from a workbook is where the supplier goes on from.
        let last: Option<SnapshotRow> = tx.one(&GUEST, SNAPSHOT_LAST, params![&row.organisation_id, &row.request_id, ""]).await?;
        let sent = Sent::of(last.as_ref()).answers.into_iter();
        return Ok(sent.map(|a| (a.item, (a.answer, a.text))).collect());
    }
    Ok(all.into_iter().map(|(item, answer, text)| (item, (answer, text))).collect())
}

/// Whether answers may be written now.
pub(crate) fn is_open(row: &RequestRow) -> bool {
    ["sent", "opened", "question", "returned", "withdrawn"].contains(&row.state.as_str())
}

/// Keeps answers of a draft: question, answer, words.
///
/// # Errors
/// [`kernel::Code::NotFound`] for a question that is not asked; [`kernel::Code::Conflict`] once it is sent; the store's.
pub(crate) async fn answers_save(
    cx: &Cx,
    tx: &mut Tx,
    row: &RequestRow,
    set: &QuestionSet,
    answers: &[(String, String, String)],
) -> Result<(), Problem> {
    if !is_open(row) {
        return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("reply.wrong.sent")));
    }
    for (item, answer, text) in answers {
        let place = set.items.iter().position(|q| q.id == *item).ok_or_else(Problem::not_found)?;
        if cell(&row.asked, place) != OPEN {
            return Err(Problem::not_found());
        }
        let answer = Reply::parse(answer).map_or("", Reply::as_str);
        tx.run(&GUEST, ANSWER_SET, params![&row.organisation_id, &row.request_id, item, answer, cut(text), cx.now()]).await?;
    }
    tx.without_record("a draft of a reply is no event; sending it is");
    Ok(())
}

/// Sends the draft: a new version of the snapshot that the buyer may read until it ends.
///
/// # Errors
/// [`kernel::Code::Invalid`] with the questions that are open; [`kernel::Code::Stale`]; the store's.
pub(crate) async fn submit(cx: &Cx, tx: &mut Tx, row: &RequestRow, set: &QuestionSet, person: &str) -> Result<(), Problem> {
    let draft = draft(tx, row).await?;
    let (mut cells, mut sent, mut wrong) = (String::new(), Sent { person: cut(person), ..Sent::default() }, Vec::new());
    if sent.person.is_empty() {
        wrong.push(FieldError { field: "person".to_owned(), text: cx.t("reply.wrong.person") });
    }
    for (place, q) in set.items.iter().enumerate() {
        let asked = cell(&row.asked, place);
        if asked != OPEN {
            cells.push(asked);
            continue;
        }
        let (answer, text) = draft.get(&q.id).cloned().unwrap_or_default();
        let reply = match q.kind {
            QuestionKind::Text if !text.is_empty() => Some(Reply::Written),
            QuestionKind::Text | QuestionKind::Practice => Reply::parse(&answer).ok(),
        };
        let needs_words = matches!(reply, Some(Reply::NotApplicable | Reply::Planned)) && text.is_empty();
        let Some(reply) = reply.filter(|_| !needs_words) else {
            let key = if needs_words { "reply.wrong.words" } else { "reply.wrong.open" };
            wrong.push(FieldError {
                field: format!("q-{place}"),
                text: cx.app.texts.fill(cx.lang, key, &[("q", q.text(cx.lang).to_owned())]),
            });
            continue;
        };
        cells.push(reply.letter());
        sent.answers.push(Answered { item: q.id.clone(), answer: reply.to_string(), text });
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    sent_keep(cx, tx, row, &cells, &sent, None).await
}

/// Keeps what was sent as a new version of the snapshot. `reader` is whoever of the buyer read it from a workbook; none if
/// the supplier sent it here.
///
/// # Errors
/// [`kernel::Code::Stale`] if it may not be sent any more; the store's.
pub(crate) async fn sent_keep(
    cx: &Cx,
    tx: &mut Tx,
    row: &RequestRow,
    cells: &str,
    sent: &Sent,
    reader: Option<&str>,
) -> Result<(), Problem> {
    let content = serde_json::to_string(sent).unwrap_or_default();
    let digest = sha256_hex(content.as_bytes());
    let months = cx.part::<Data>()?.requests().reply_months;
    let until = cx.now().day().plus_months(months).starts_in_japan();
    let (organisation, id) = (&row.organisation_id, &row.request_id);
    tx.run(&GUEST, SNAPSHOT_WITHDRAW, params![organisation, id, cx.now()]).await?;
    let values = params![organisation, id, row.version + 1, &row.holder_id, content, &digest, cx.now(), until];
    tx.run(&GUEST, SNAPSHOT_ADD, values).await?;
    let values = params![organisation, id, cells, weakness(cells), until, &sent.person, cx.now()];
    tx.run_one(&GUEST, REQUEST_SUBMIT, values).await?;
    let event = Event::new(EventKind::ReplySent, id).with("version", (row.version + 1).to_string()).with("digest", &digest);
    let Some(reader) = reader else { return both(cx, tx, row, &event).await };
    let event = event.with("via", "workbook");
    for side in [Some(&row.organisation_id), Some(&row.holder_id).filter(|h| !h.is_empty())].into_iter().flatten() {
        tx.record_as(Some(side), reader, cx.now(), &event).await?;
    }
    Ok(())
}

/// Takes back what was sent: the buyer's next look finds nothing.
///
/// # Errors
/// [`kernel::Code::Stale`] if nothing was sent; the store's.
pub(crate) async fn withdraw(cx: &Cx, tx: &mut Tx, row: &RequestRow) -> Result<(), Problem> {
    let (organisation, id) = (&row.organisation_id, &row.request_id);
    tx.run_one(&GUEST, REQUEST_WITHDRAW, params![organisation, id]).await?;
    tx.run(&GUEST, SNAPSHOT_WITHDRAW, params![organisation, id, cx.now()]).await?;
    both(cx, tx, row, &Event::new(EventKind::ReplyWithdrawn, id)).await
}

/// Notes an event in the buyer's ledger, and in the supplier's if it has one here.
async fn both(cx: &Cx, tx: &mut Tx, row: &RequestRow, event: &Event) -> Result<(), Problem> {
    note(cx, tx, row, event).await?;
    if !row.holder_id.is_empty() {
        let who = cx.signed.as_ref().map_or("supplier", |s| s.scope.person().as_str()).to_owned();
        tx.record_as(Some(&row.holder_id), &who, cx.now(), event).await?;
    }
    Ok(())
}

/// The snapshot the buyer may read now.
///
/// # Errors
/// The store's.
pub(crate) async fn snapshot(tx: &mut Tx, row: &RequestRow, now: Instant) -> Result<Option<SnapshotRow>, Problem> {
    Ok(tx.one(&GUEST, SNAPSHOT_LAST, params![&row.organisation_id, &row.request_id, now]).await?)
}

impl MessageRow {
    /// Id and name of the file that was sent, if it is one.
    pub(crate) fn file(&self) -> Option<(&str, &str)> {
        self.body.split_once(' ').filter(|_| self.kind == "file")
    }

    /// What is read of it.
    pub(crate) fn text(&self) -> &str {
        self.file().map_or(self.body.as_str(), |(_, name)| name)
    }
}

/// Who writes a message, and what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    /// The question it is about; empty for the whole request.
    pub(crate) item: &'a str,
    /// `question`, `followup`, `cost`, `contest`, `settle`, `contact` or `visit`.
    pub(crate) kind: &'a str,
    /// `buyer` or `supplier`.
    pub(crate) side: &'a str,
    pub(crate) person: &'a str,
    pub(crate) body: &'a str,
}

/// Writes a message that both sides hold.
///
/// # Errors
/// [`kernel::Code::Invalid`] if it is empty; the store's.
pub(crate) async fn say(cx: &Cx, tx: &mut Tx, row: &RequestRow, said: &Said<'_>) -> Result<(), Problem> {
    let body = cut(said.body);
    if body.is_empty() {
        return Err(Problem::invalid(vec![FieldError { field: "body".to_owned(), text: cx.t("reply.wrong.body") }]));
    }
    let id = MessageId::new(&*cx.app.clock, &*cx.app.rng);
    let person: String = cut(said.person).chars().take(100).collect();
    let values = params![&row.organisation_id, &row.request_id, &id, said.item, said.kind, said.side, body, person, cx.now()];
    tx.run(&GUEST, MESSAGE_ADD, values).await?;
    if said.side == "supplier" && said.kind == "question" && ["sent", "opened"].contains(&row.state.as_str()) {
        tx.run(&GUEST, REQUEST_STATE, params![&row.organisation_id, &row.request_id, "question"]).await?;
    }
    both(cx, tx, row, &Event::new(EventKind::MessageWritten, &row.request_id).with("kind", said.kind)).await
}

/// All messages, oldest first.
///
/// # Errors
/// The store's.
pub(crate) async fn messages(tx: &mut Tx, row: &RequestRow) -> Result<Vec<MessageRow>, Problem> {
    Ok(tx.all(&GUEST, MESSAGE_LIST, params![&row.organisation_id, &row.request_id]).await?)
}
