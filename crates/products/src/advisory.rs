//! `products::advisory` — advisories come in from files of a source: only what is new or changed is taken, and every
//! release of every organisation that holds a package of theirs is matched again.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Instant, Unscoped, sha256_hex};
use sbom::{Advisories, Advisory, Score};
use serde::Serialize;
use store::{Param, StoreError, Tx, params};
use web::{Cx, Problem};

use crate::chain::spread::{spread, turn};
use crate::chain::store::{Affected, COMPANY_AFFECTED, VULNERABILITY_FIND, VulnerabilityRow};
use crate::finding::kept;
use crate::release::Places;
use crate::store::{
    ADVISORY_DIGESTS, ADVISORY_FIND, ADVISORY_PACKAGE_ADD, ADVISORY_PACKAGE_CLEAR, ADVISORY_SET, ADVISORY_STATE, COMPONENT_OF_ADVISORIES,
    ConcernedRow, FINDING_CLOSE_ADVISORY, FINDING_REFRESH, FINDING_SET,
};

/// Advisories belong to nobody; whom they concern is told to each organisation by itself.
const EVERYBODY: Unscoped = Unscoped::because("an advisory concerns whoever has the package; each organisation sees its own findings only");

/// Advisories taken in one transaction, so that nobody waits long to write.
const STEP: usize = 200;

/// Advisories looked up with one statement.
const AT_ONCE: usize = 16;

/// What taking advisories in came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// New ones.
    pub added: usize,
    /// Changed ones.
    pub changed: usize,
    /// Ones that were the same before.
    pub same: usize,
    /// Findings that are open by them now.
    pub findings: usize,
    /// Findings they closed.
    pub closed: u64,
    /// Uses of customers that were told something new.
    pub told: usize,
}

/// The CVE id of an advisory, else its own.
fn vulnerability(advisory: &Advisory) -> &str {
    let mut all = std::iter::once(&advisory.id).chain(&advisory.aliases);
    all.find(|id| id.starts_with("CVE-")).unwrap_or(&advisory.id)
}

/// How many advisories there are here, and when the last came in; empty if none did.
///
/// # Errors
/// The store's.
pub(crate) async fn state(tx: &mut Tx) -> Result<(i64, String), StoreError> {
    Ok(tx.one(&EVERYBODY, ADVISORY_STATE, params![]).await?.unwrap_or_default())
}

/// Every company a vulnerability concerns now. For the operator only: no company sees this.
///
/// # Errors
/// The store's.
pub async fn companies_affected(cx: &Cx, vulnerability: &str) -> Result<Vec<Affected>, Problem> {
    Ok(cx.read().await?.all(&EVERYBODY, COMPANY_AFFECTED, params![vulnerability]).await?)
}

/// What is public of a vulnerability; none if no advisory names it.
///
/// # Errors
/// The store's.
pub(crate) async fn vulnerability_known(tx: &mut Tx, vulnerability: &str) -> Result<Option<VulnerabilityRow>, StoreError> {
    tx.one(&EVERYBODY, VULNERABILITY_FIND, params![vulnerability]).await
}

/// Digests of the advisories that are here: a file with one of them need not even be read.
///
/// # Errors
/// The store's.
pub async fn advisory_digests(cx: &Cx) -> Result<BTreeSet<String>, Problem> {
    let all: Vec<(String,)> = cx.read().await?.all(&EVERYBODY, ADVISORY_DIGESTS, params![]).await?;
    Ok(all.into_iter().map(|(digest,)| digest).collect())
}

/// Takes advisories in: each as its source wrote it.
///
/// # Errors
/// The store's.
pub async fn advisories_take(cx: &Cx, all: &[(Advisory, Vec<u8>)]) -> Result<Taken, Problem> {
    let mut taken = Taken::default();
    for step in all.chunks(STEP) {
        let mut tx = turn(cx).await?;
        let mut group: BTreeMap<&str, (&Advisory, &[u8])> = BTreeMap::new();
        for (advisory, bytes) in step {
            // Of two with one id the later one holds.
            if group.len() == AT_ONCE || group.contains_key(advisory.id.as_str()) {
                take(cx, &mut tx, std::mem::take(&mut group), &mut taken).await?;
            }
            group.insert(&advisory.id, (advisory, bytes));
        }
        take(cx, &mut tx, group, &mut taken).await?;
        tx.without_record("advisories are the published words of others; what follows from them stands in findings");
        tx.commit().await?;
    }
    Ok(taken)
}

/// Ids as parameters, filled up to as many as the statements take.
fn padded<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Param> {
    ids.chain(std::iter::repeat("")).take(AT_ONCE).map(Param::from).collect()
}

/// The row of an advisory.
fn row(advisory: &Advisory, bytes: &[u8], digest: &str, now: Instant) -> Vec<Param> {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    params![
        &advisory.id,
        digest,
        vulnerability(advisory),
        or_empty(&advisory.summary),
        String::from_utf8_lossy(bytes).into_owned(),
        or_empty(&advisory.published),
        or_empty(&advisory.withdrawn),
        now,
        Score::newest(&advisory.severity).map_or(-1, |s| i64::from(s.tenths))
    ]
}

/// Takes some advisories in at once, each with an id of its own.
async fn take(cx: &Cx, tx: &mut Tx, group: BTreeMap<&str, (&Advisory, &[u8])>, taken: &mut Taken) -> Result<(), Problem> {
    let now = cx.now();
    let known: Vec<(String, String, String)> = tx.all(&EVERYBODY, ADVISORY_FIND, padded(group.keys().copied())).await?;
    let known: BTreeMap<&str, (&str, &str)> =
        known.iter().map(|(id, digest, cve)| (id.as_str(), (digest.as_str(), cve.as_str()))).collect();
    let (mut fresh, mut rows, mut packages, mut closed) = (BTreeMap::new(), Vec::new(), Vec::new(), BTreeMap::new());
    for (id, (advisory, bytes)) in group {
        let digest = sha256_hex(bytes);
        match known.get(id) {
            Some((before, _)) if *before == digest => {
                taken.same += 1;
                continue;
            }
            Some(_) => {
                taken.changed += 1;
                tx.run(&EVERYBODY, ADVISORY_PACKAGE_CLEAR, params![id]).await?;
                // What it said before holds no longer; what it says now is found anew.
                closed.insert(id, tx.run(&EVERYBODY, FINDING_CLOSE_ADVISORY, params![id, now]).await?);
            }
            None => taken.added += 1,
        }
        rows.push(row(advisory, bytes, &digest, now));
        packages.extend(sbom::keys_of(advisory).into_iter().map(|package| params![package, id]));
        fresh.insert(id, advisory);
    }
    if fresh.is_empty() {
        return Ok(());
    }
    tx.run_rows(&EVERYBODY, ADVISORY_SET, &[], &rows).await?;
    tx.run_rows(&EVERYBODY, ADVISORY_PACKAGE_ADD, &[], &packages).await?;
    let opened = rematch(tx, now, &fresh).await?;
    // Whoever uses what is concerned hears of it, also if it was known by another number before.
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for (id, advisory) in fresh {
        let (opened, closed) = (opened.get(id).copied().unwrap_or(0), closed.get(id).copied().unwrap_or(0));
        taken.findings += opened;
        taken.closed += closed.saturating_sub(u64::try_from(opened).unwrap_or(u64::MAX));
        if opened > 0 || closed > 0 {
            named.insert(vulnerability(advisory));
            named.extend(known.get(id).map(|(_, before)| *before));
        }
    }
    for id in named {
        tx.run(&EVERYBODY, FINDING_REFRESH, params![id]).await?;
        taken.told += spread(cx, tx, id).await?;
    }
    Ok(())
}

/// Matches advisories with every release that holds a package of theirs. Returns how many findings are open by each.
async fn rematch(tx: &mut Tx, now: Instant, fresh: &BTreeMap<&str, &Advisory>) -> Result<BTreeMap<String, usize>, StoreError> {
    let rows: Vec<ConcernedRow> = tx.all(&EVERYBODY, COMPONENT_OF_ADVISORIES, padded(fresh.keys().copied())).await?;
    let mut concerned: BTreeMap<String, BTreeMap<(String, String, String), Places>> = BTreeMap::new();
    for row in rows {
        let releases = concerned.entry(row.advisory_id).or_default();
        releases
            .entry((row.organisation_id, row.product_id, row.release_id))
            .or_default()
            .entry(row.identifier)
            .or_default()
            .push((row.place, row.package));
    }
    let mut found = BTreeMap::new();
    for (id, releases) in concerned {
        let Some(advisory) = fresh.get(id.as_str()) else { continue };
        let known = Advisories::new(vec![(*advisory).clone()]);
        let mut rows = Vec::new();
        for ((organisation, product, release), places) in releases {
            for k in kept(known.scan_identifiers(places.keys().map(String::as_str)), &places) {
                rows.push(params![
                    &organisation,
                    &release,
                    k.place,
                    &k.advisory,
                    k.state,
                    &k.detail,
                    &k.fixed,
                    now,
                    vulnerability(advisory),
                    &product,
                    &k.package
                ]);
            }
        }
        tx.run_rows(&EVERYBODY, FINDING_SET, &[], &rows).await?;
        found.insert(id, rows.len());
    }
    Ok(found)
}
