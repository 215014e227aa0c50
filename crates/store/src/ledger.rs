//! `store::ledger` — the hash-chained record of every change, written in the change's own
//! transaction. One chain per organisation, so that organisations do not wait for each other.

use kernel::{Digest, Event, Instant, Scope, Unscoped};
use sqlx::FromRow;

use crate::engine::Store;
use crate::error::StoreError;
use crate::params;
use crate::tx::Tx;

crate::sql! {
    LEDGER_NEXT = "UPDATE store_ledger_head SET seq = seq + 1 WHERE organisation_id = $1 RETURNING seq, hash";
    LEDGER_FIRST = "INSERT INTO store_ledger_head (organisation_id, seq, hash) VALUES ($1, 0, '') ON CONFLICT (organisation_id) DO NOTHING";
    LEDGER_ADD = "INSERT INTO store_ledger (organisation_id, seq, at, actor_id, kind, object_id, detail, prev_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LEDGER_HEAD = "UPDATE store_ledger_head SET hash = $2 WHERE organisation_id = $1";
    LEDGER_PAGE = "SELECT organisation_id, seq, at, actor_id, kind, object_id, detail, prev_hash, hash FROM store_ledger
        WHERE (organisation_id = $1 AND seq > $2) OR organisation_id > $1 ORDER BY organisation_id, seq LIMIT 1000";
    LEDGER_HEADS = "SELECT organisation_id, seq, hash FROM store_ledger_head ORDER BY organisation_id";
    LEDGER_LIST = "SELECT organisation_id, seq, at, actor_id, kind, object_id, detail, prev_hash, hash FROM store_ledger
        WHERE organisation_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
}

/// The chain for what belongs to no organisation.
const SYSTEM: &str = "system";

/// One entry as stored.
#[derive(Debug, Clone, FromRow)]
pub struct LedgerEntry {
    /// Whose chain.
    pub organisation_id: String,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Who: a person's id, or a word such as `operator`.
    pub actor_id: String,
    /// What happened.
    pub kind: String,
    /// To what.
    pub object_id: String,
    /// More ids and digests as JSON pairs.
    pub detail: String,
    /// The entry before.
    pub prev_hash: String,
    /// SHA-256 over all of the above.
    pub hash: String,
}

impl LedgerEntry {
    fn digest(&self) -> String {
        Digest::default()
            .field(&self.organisation_id)
            .field(self.seq.to_string())
            .field(&self.at)
            .field(&self.actor_id)
            .field(&self.kind)
            .field(&self.object_id)
            .field(&self.detail)
            .field(&self.prev_hash)
            .finish()
    }
}

impl Tx {
    /// Writes an entry into the organisation's chain.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record(&mut self, scope: &Scope, at: Instant, event: &Event) -> Result<(), StoreError> {
        self.append(scope.id().as_str(), scope.person().as_str(), at, event).await
    }

    /// Writes an entry that belongs to no organisation, or is made by the product itself.
    /// `chain` is an organisation's id, or none for the system's own chain.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_as(&mut self, chain: Option<&str>, actor: &str, at: Instant, event: &Event) -> Result<(), StoreError> {
        self.append(chain.unwrap_or(SYSTEM), actor, at, event).await
    }

    async fn append(&mut self, chain: &str, actor: &str, at: Instant, event: &Event) -> Result<(), StoreError> {
        let all = Unscoped::because("the chain's name is bound as a parameter");
        let next: Option<(i64, String)> = self.one(&all, LEDGER_NEXT, params![chain]).await?;
        let (seq, prev_hash) = if let Some(next) = next {
            next
        } else {
            self.run(&all, LEDGER_FIRST, params![chain]).await?;
            let next = self.one(&all, LEDGER_NEXT, params![chain]).await?;
            next.ok_or(StoreError::Inconsistent { table: "store_ledger_head", column: "seq", row: chain.to_owned() })?
        };
        let mut entry = LedgerEntry {
            organisation_id: chain.to_owned(),
            seq,
            at: at.text(),
            actor_id: actor.to_owned(),
            kind: event.kind.to_string(),
            object_id: event.object.clone(),
            detail: serde_json::to_string(&event.detail).unwrap_or_default(),
            prev_hash,
            hash: String::new(),
        };
        entry.hash = entry.digest();
        self.run(
            &all,
            LEDGER_ADD,
            params![
                &entry.organisation_id,
                entry.seq,
                &entry.at,
                &entry.actor_id,
                &entry.kind,
                &entry.object_id,
                &entry.detail,
                &entry.prev_hash,
                &entry.hash,
            ],
        )
        .await?;
        self.run(&all, LEDGER_HEAD, params![chain, &entry.hash]).await?;
        self.mark_recorded();
        Ok(())
    }
}

/// The newest entries of the organisation's chain before `before_seq`.
///
/// # Errors
/// [`StoreError`].
pub async fn ledger_list(tx: &mut Tx, scope: &Scope, before_seq: i64, most: i64) -> Result<Vec<LedgerEntry>, StoreError> {
    tx.all(scope, LEDGER_LIST, params![before_seq, most]).await
}

/// One thing that does not fit, with the entry's name `chain/seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerProblem {
    /// `organisation/seq`.
    pub entry: String,
    /// What does not fit.
    pub what: &'static str,
}

/// What a verification found.
#[derive(Debug, Clone, Default)]
pub struct LedgerReport {
    /// Entries read.
    pub entries: u64,
    /// Chains read.
    pub chains: u64,
    /// What does not fit; empty means the ledger is whole.
    pub problems: Vec<LedgerProblem>,
}

/// Reads every chain from its start and checks order, links, digests and heads.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub async fn ledger_verify(store: &Store) -> Result<LedgerReport, StoreError> {
    let all = Unscoped::because("the operator verifies every chain");
    let mut tx = store.read().await?;
    let heads: Vec<(String, i64, String)> = tx.all(&all, LEDGER_HEADS, params![]).await?;
    let mut heads = heads.into_iter().map(|(chain, seq, hash)| (chain, (seq, hash))).collect::<std::collections::BTreeMap<_, _>>();
    let mut report = LedgerReport::default();
    let (mut chain, mut seq, mut prev) = (String::new(), 0_i64, String::new());
    loop {
        let page: Vec<LedgerEntry> = tx.all(&all, LEDGER_PAGE, params![&chain, seq]).await?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            if entry.organisation_id != chain {
                close(&mut report, &mut heads, &chain, seq, &prev);
                (chain, seq, prev) = (entry.organisation_id.clone(), 0, String::new());
                report.chains += 1;
            }
            let name = format!("{}/{}", entry.organisation_id, entry.seq);
            let mut miss = |what| report.problems.push(LedgerProblem { entry: name.clone(), what });
            if entry.seq != seq + 1 {
                miss("an entry before this one is missing");
            }
            if entry.prev_hash != prev {
                miss("the link to the entry before does not fit");
            }
            if entry.hash != entry.digest() {
                miss("the content does not fit its digest");
            }
            report.entries += 1;
            (seq, prev) = (entry.seq, entry.hash);
        }
    }
    close(&mut report, &mut heads, &chain, seq, &prev);
    for (chain, (seq, _)) in heads.into_iter().filter(|(_, (seq, _))| *seq > 0) {
        report.problems.push(LedgerProblem { entry: format!("{chain}/{seq}"), what: "the whole chain is missing" });
    }
    Ok(report)
}

fn close(report: &mut LedgerReport, heads: &mut std::collections::BTreeMap<String, (i64, String)>, chain: &str, seq: i64, hash: &str) {
    if !chain.is_empty() && heads.remove(chain).is_none_or(|head| head != (seq, hash.to_owned())) {
        report.problems.push(LedgerProblem { entry: format!("{chain}/{seq}"), what: "the chain does not end where its head says" });
    }
}
