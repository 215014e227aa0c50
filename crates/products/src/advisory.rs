//! `products::advisory` — advisories come in from files of a source: only what is new or changed is taken, and every
//! release of every organisation that holds a package of theirs is matched again.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Instant, OrganisationId, Unscoped, sha256_hex};
use sbom::{Advisories, Advisory};
use serde::Serialize;
use store::{StoreError, Tx, params};
use web::{Cx, Problem};

use crate::finding::kept;
use crate::spread::spread;
use crate::store::{
    ADVISORY_FIND, ADVISORY_PACKAGE_ADD, ADVISORY_PACKAGE_CLEAR, ADVISORY_SET, ADVISORY_STATE, COMPONENT_OF_ADVISORY, ConcernedRow,
    FINDING_CLOSE_ADVISORY, FINDING_SET, VULNERABILITY_FIND, VulnerabilityRow,
};

/// Advisories belong to nobody; whom they concern is told to each organisation by itself.
const EVERYBODY: Unscoped = Unscoped::because("an advisory concerns whoever has the package; each organisation sees its own findings only");

/// Advisories taken in one transaction, so that nobody waits long to write.
const STEP: usize = 200;

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

/// What is public of a vulnerability; none if no advisory names it.
///
/// # Errors
/// The store's.
pub(crate) async fn vulnerability_known(tx: &mut Tx, vulnerability: &str) -> Result<Option<VulnerabilityRow>, StoreError> {
    tx.one(&EVERYBODY, VULNERABILITY_FIND, params![vulnerability]).await
}

/// Takes advisories in: each as its source wrote it.
///
/// # Errors
/// The store's.
pub async fn advisories_take(cx: &Cx, all: &[(Advisory, Vec<u8>)]) -> Result<Taken, Problem> {
    let mut taken = Taken::default();
    for step in all.chunks(STEP) {
        let mut tx = cx.write().await?;
        for (advisory, bytes) in step {
            take(cx, &mut tx, (advisory, bytes), &mut taken).await?;
        }
        tx.without_record("advisories are the published words of others; what follows from them stands in findings");
        tx.commit().await?;
    }
    Ok(taken)
}

async fn take(cx: &Cx, tx: &mut Tx, (advisory, bytes): (&Advisory, &[u8]), taken: &mut Taken) -> Result<(), Problem> {
    let now = cx.now();
    let digest = sha256_hex(bytes);
    let known: Option<(String, String)> = tx.one(&EVERYBODY, ADVISORY_FIND, params![&advisory.id]).await?;
    let before = match known {
        Some((before, _)) if before == digest => {
            taken.same += 1;
            return Ok(());
        }
        Some((_, before)) => {
            taken.changed += 1;
            Some(before)
        }
        None => {
            taken.added += 1;
            None
        }
    };
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let values = params![
        &advisory.id,
        &digest,
        vulnerability(advisory),
        or_empty(&advisory.summary),
        String::from_utf8_lossy(bytes).into_owned(),
        or_empty(&advisory.published),
        or_empty(&advisory.withdrawn),
        now
    ];
    tx.run(&EVERYBODY, ADVISORY_SET, values).await?;
    tx.run(&EVERYBODY, ADVISORY_PACKAGE_CLEAR, params![&advisory.id]).await?;
    for package in sbom::packages_of(advisory) {
        tx.run(&EVERYBODY, ADVISORY_PACKAGE_ADD, params![package, &advisory.id]).await?;
    }
    // What it said before holds no longer; what it says now is found anew.
    let closed = tx.run(&EVERYBODY, FINDING_CLOSE_ADVISORY, params![&advisory.id, now]).await?;
    let opened = rematch(tx, now, advisory).await?;
    taken.findings += opened;
    taken.closed += closed.saturating_sub(u64::try_from(opened).unwrap_or(u64::MAX));
    // Whoever uses what is concerned hears of it, also if it was known by another number before.
    if opened > 0 || closed > 0 {
        let named: BTreeSet<&str> = before.as_deref().into_iter().chain([vulnerability(advisory)]).collect();
        for id in named {
            let told = spread(cx, tx, id).await?;
            taken.told += told.told;
        }
    }
    Ok(())
}

/// Matches one advisory with every release that holds a package of its. Returns how many findings are open.
async fn rematch(tx: &mut Tx, now: Instant, advisory: &Advisory) -> Result<usize, StoreError> {
    let rows: Vec<ConcernedRow> = tx.all(&EVERYBODY, COMPONENT_OF_ADVISORY, params![&advisory.id]).await?;
    let mut by_release: BTreeMap<(String, String), BTreeMap<String, Vec<i64>>> = BTreeMap::new();
    for row in rows {
        let release = by_release.entry((row.organisation_id, row.release_id)).or_default();
        release.entry(row.purl).or_default().push(row.place);
    }
    let known = Advisories::new(vec![advisory.clone()]);
    let mut found = 0;
    for ((organisation, release), places) in by_release {
        let Ok(organisation) = OrganisationId::try_from(organisation) else { continue };
        for k in kept(known.scan_purls(places.keys().map(String::as_str)), &places) {
            let values = params![&organisation, &release, k.place, &k.advisory, k.state, &k.detail, &k.fixed, now];
            tx.run(&EVERYBODY, FINDING_SET, values).await?;
            found += 1;
        }
    }
    Ok(found)
}
