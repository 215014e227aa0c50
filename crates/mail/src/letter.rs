//! `mail::letter` — the queue of letters. A letter is put in by the transaction that asks for it, under a key
//! of its own, so that nothing is sent twice and nothing is lost. It is marked as sent right after the server
//! took it; if the process dies between the two, it goes out again under the same message id.

use kernel::{Clock, Instant, LetterId, Rng, Unscoped};
use store::{Store, StoreError, Tx, params};

use crate::post::{Post, Refusal};
use crate::store::{
    LETTER_ADD, LETTER_DROP, LETTER_DUE, LETTER_FAILED, LETTER_LATER, LETTER_SENT, LETTER_STATE, LETTER_SWEEP, LETTER_TAKE, LetterRow,
};

const QUEUE: Unscoped = Unscoped::because("the queue serves all organisations; each letter names its own");

/// How long a letter is held by whoever sends it, in seconds.
const LEASE_SECONDS: i64 = 30;

/// Letters taken at once.
const BATCH: i64 = 50;

/// Tries before a letter is given up.
const TRIES_MOST: i64 = 10;

/// Days after which sent letters leave no trace here; the ledger keeps that they were sent.
const KEPT_DAYS: i64 = 400;

/// A letter to one person.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// For whom it is sent.
    pub organisation: &'a str,
    /// What it is: a second letter under the same key is never queued.
    pub key: &'a str,
    /// One mail address.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text, complete in itself.
    pub body: &'a str,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterState {
    /// There is none under this key.
    None,
    /// It waits for its time or the server; with what went wrong last, if anything.
    Waiting(String),
    /// The server took it at this moment.
    Sent(String),
    /// It will not go out; with the reason.
    Failed(String),
}

/// Puts a letter into the queue, not before `run_at`. Returns false if one with its key was there.
///
/// # Errors
/// [`StoreError`].
pub async fn letter_queue(tx: &mut Tx, clock: &dyn Clock, rng: &dyn Rng, letter: &Letter<'_>, run_at: Instant) -> Result<bool, StoreError> {
    let id = LetterId::new(clock, rng);
    // A subject is one line, whatever somebody typed into a title.
    let subject: String = letter.subject.chars().filter(|c| !c.is_control()).take(200).collect();
    let l = letter;
    let added = tx.run(&QUEUE, LETTER_ADD, params![l.organisation, l.key, &id, l.to, subject, l.body, run_at]).await?;
    Ok(added > 0)
}

/// Takes a letter out again that nobody is sending. Returns whether it was there.
///
/// # Errors
/// [`StoreError`].
pub async fn letter_drop(tx: &mut Tx, organisation: &str, key: &str, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&QUEUE, LETTER_DROP, params![organisation, key, now]).await? > 0)
}

/// What became of the letter with this key.
///
/// # Errors
/// [`StoreError`].
pub async fn letter_state(tx: &mut Tx, organisation: &str, key: &str) -> Result<LetterState, StoreError> {
    let row: Option<(String, String, String)> = tx.one(&QUEUE, LETTER_STATE, params![organisation, key]).await?;
    Ok(match row {
        None => LetterState::None,
        Some((state, sent_at, _)) if state == "sent" => LetterState::Sent(sent_at),
        Some((state, _, error)) if state == "failed" => LetterState::Failed(error),
        Some((_, _, error)) => LetterState::Waiting(error),
    })
}

/// Sends what is due, a batch at a time. Returns how many went out; fewer than were due if others send too.
///
/// # Errors
/// [`StoreError`].
pub async fn letters_send(store: &Store, post: &Post, clock: &dyn Clock, worker: &str) -> Result<usize, StoreError> {
    let mut tx = store.read().await?;
    let due: Vec<LetterRow> = tx.all(&QUEUE, LETTER_DUE, params![clock.now(), BATCH]).await?;
    drop(tx);
    let mut sent = 0;
    for letter in due {
        let now = clock.now();
        let mut tx = store.write().await?;
        let ours = tx.run(&QUEUE, LETTER_TAKE, params![&letter.letter_id, now, now.plus_seconds(LEASE_SECONDS), worker]).await? > 0;
        tx.without_record("taking a letter is no event");
        tx.commit().await?;
        if !ours {
            continue;
        }
        let done = post.send(&letter.letter_id, &letter.to_address, &letter.subject, &letter.body).await;
        let mut tx = store.write().await?;
        match &done {
            Ok(()) => {
                tx.run(&QUEUE, LETTER_SENT, params![&letter.letter_id, worker, clock.now()]).await?;
                sent += 1;
            }
            Err(Refusal::Later(error)) if letter.attempt_count < TRIES_MOST => {
                let wait = (30_i64 << letter.attempt_count.clamp(0, 8)).min(3600);
                tx.run(&QUEUE, LETTER_LATER, params![&letter.letter_id, worker, clock.now().plus_seconds(wait), error]).await?;
            }
            Err(Refusal::Later(error) | Refusal::Final(error)) => {
                tracing::warn!(organisation = letter.organisation_id, error, "mail.failed");
                tx.run(&QUEUE, LETTER_FAILED, params![&letter.letter_id, worker, error]).await?;
            }
        }
        tx.without_record("what is sent was recorded when it was asked for");
        tx.commit().await?;
        // A server that does not answer now will not answer for the next letter either.
        if matches!(done, Err(Refusal::Later(_))) {
            break;
        }
    }
    Ok(sent)
}

/// Forgets letters that went out long ago.
///
/// # Errors
/// [`StoreError`].
pub async fn letters_sweep(store: &Store, clock: &dyn Clock) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    tx.run(&QUEUE, LETTER_SWEEP, params![clock.now().plus_seconds(-KEPT_DAYS * 86_400)]).await?;
    tx.without_record("what has run out is no event");
    tx.commit().await
}
