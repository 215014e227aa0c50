//! `register::log` — the append-only log of awards and changes: leaves and node hashes in the
//! database, checkpoints signed when asked for. A leaf holds digests only, never names, because
//! nothing can be taken out of it again.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Instant, sha256_hex};
use store::{Param, Tx, params};
use web::Problem;

use crate::keys::REGISTER;
use crate::note::Signer;
use crate::store::{LEAF_ADD, LOG_BEGIN, LOG_GROW, LOG_SIZE, NODE_ADD, NODE_FIND};
use crate::tree::{Hash, Node, Proof, completed, hashes, leaf_hash, nodes, peaks, root, siblings};

/// What the log says of one event: the register number, what happened, and the digest of the
/// signed text that says so.
pub(crate) fn leaf(event: &str, number: &str, signed: &str) -> String {
    format!("ishigaki-leaf/1\n{event}\n{number}\n{}\n", sha256_hex(signed.as_bytes()))
}

/// Rows that one statement puts in; a short rest is filled up with its last row, which is then
/// there already.
pub(crate) const ROWS: usize = 16;

/// Runs a statement of [`ROWS`] rows as often as needed.
///
/// # Errors
/// The store's.
pub(crate) async fn run_rows(tx: &mut Tx, sql: &'static str, rows: &[Vec<Param>]) -> Result<(), Problem> {
    for some in rows.chunks(ROWS) {
        let rest = std::iter::repeat_n(some.last(), ROWS - some.len()).flatten();
        let values: Vec<Param> = some.iter().chain(rest).flatten().cloned().collect();
        tx.run(&REGISTER, sql, values).await?;
    }
    Ok(())
}

/// Adds leaves; the place of the first.
///
/// # Errors
/// The store's.
pub(crate) async fn append(tx: &mut Tx, now: Instant, bodies: &[String]) -> Result<i64, Problem> {
    let mut grown: Option<(i64,)> = tx.one(&REGISTER, LOG_GROW, params![bodies.len()]).await?;
    if grown.is_none() {
        tx.run(&REGISTER, LOG_BEGIN, params![]).await?;
        grown = tx.one(&REGISTER, LOG_GROW, params![bodies.len()]).await?;
    }
    let first = grown.map_or(0, |(size,)| size) - i64::try_from(bodies.len()).unwrap_or(0);
    let (mut known, mut leaves, mut nodes) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (place, body) in (first..).zip(bodies) {
        leaves.push(params![place, body, now]);
        let number = u64::try_from(place).unwrap_or(0);
        let mut left = Vec::new();
        for node in siblings(number) {
            left.push(match known.get(&node) {
                Some(hash) => *hash,
                None => node_hash(tx, node).await?,
            });
        }
        for ((level, at), hash) in completed(number, leaf_hash(body.as_bytes()), &left) {
            nodes.push(params![level, i64::try_from(at).unwrap_or(0), STANDARD.encode(hash)]);
            known.insert((level, at), hash);
        }
    }
    run_rows(tx, LEAF_ADD, &leaves).await?;
    run_rows(tx, NODE_ADD, &nodes).await?;
    Ok(first)
}

async fn node_hash(tx: &mut Tx, (level, place): Node) -> Result<Hash, Problem> {
    let found: Option<(String,)> = tx.one(&REGISTER, NODE_FIND, params![level, i64::try_from(place).unwrap_or(0)]).await?;
    let bytes = found.and_then(|(text,)| hash_of(&text));
    bytes.ok_or_else(|| Problem::new(kernel::Code::Internal).because(format!("node {level}/{place} of the log is missing")))
}

/// A hash from its base64.
pub(crate) fn hash_of(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Hashes as base64, one per line.
pub(crate) fn lines(hashes: &[Hash]) -> String {
    hashes.iter().fold(String::new(), |text, hash| text + &STANDARD.encode(hash) + "\n")
}

/// How many leaves the log has.
///
/// # Errors
/// The store's.
pub(crate) async fn size(tx: &mut Tx) -> Result<u64, Problem> {
    let found: Option<(i64,)> = tx.one(&REGISTER, LOG_SIZE, params![]).await?;
    Ok(found.map_or(0, |(n,)| u64::try_from(n).unwrap_or(0)))
}

/// The root of the first `size` leaves.
///
/// # Errors
/// The store's.
pub(crate) async fn root_at(tx: &mut Tx, size: u64) -> Result<Hash, Problem> {
    let mut found = Vec::new();
    for node in peaks(size) {
        found.push(node_hash(tx, node).await?);
    }
    Ok(root(&found))
}

/// The signed checkpoint over all leaves (c2sp.org/tlog-checkpoint).
///
/// # Errors
/// The store's.
pub(crate) async fn checkpoint(tx: &mut Tx, signer: &Signer) -> Result<String, Problem> {
    let size = size(tx).await?;
    let root = root_at(tx, size).await?;
    Ok(signer.sign(&format!("{}\n{size}\n{}\n", signer.verifier().name(), STANDARD.encode(root))))
}

/// The hashes of a proof.
///
/// # Errors
/// The store's.
pub(crate) async fn proof_hashes(tx: &mut Tx, proof: &Proof) -> Result<Vec<Hash>, Problem> {
    let mut known = BTreeMap::new();
    for node in nodes(proof) {
        known.insert(node, node_hash(tx, node).await?);
    }
    hashes(proof, &known).ok_or_else(Problem::not_found)
}
