//! `products::finding` — what concerns the components of releases: found when a list comes in and when an advisory does,
//! by the same matching; closed with its reason when the advisory is taken back.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Instant, Scope};
use sbom::{Advisories, Advisory, Matches};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Param, StoreError, Tx, params};

use crate::chain::store::PART_FINDINGS;
use crate::release::{Places, word};
use crate::store::{ADVISORY_FOR_RELEASE, FINDING_OF_RELEASE, FINDING_REFRESH_RELEASE, FINDING_SET, FindingRow};

/// Most findings of a release that are read at once, as the statement says.
pub(crate) const FINDINGS_MAX: usize = 2000;

/// One finding to be kept: place of the component, advisory, state, rule or doubt, fixed versions.
pub(crate) struct Kept {
    pub(crate) place: i64,
    pub(crate) advisory: String,
    pub(crate) state: &'static str,
    pub(crate) detail: String,
    pub(crate) fixed: String,
    /// How advisories name the component.
    pub(crate) package: String,
}

/// What matching found, for the places that have each identifier; what is certain by one of them is in doubt by none.
pub(crate) fn kept(matches: Matches, places: &Places) -> Vec<Kept> {
    let mut all = Vec::new();
    let at = |identifier: &str| places.get(identifier).into_iter().flatten();
    let mut known: BTreeSet<(i64, String)> = BTreeSet::new();
    for found in matches.findings {
        for (place, package) in at(&found.identifier) {
            if !known.insert((*place, found.advisory.clone())) {
                continue;
            }
            all.push(Kept {
                place: *place,
                advisory: found.advisory.clone(),
                state: "affected",
                detail: word(&found.rule),
                fixed: found.fixed.join(", "),
                package: package.clone(),
            });
        }
    }
    for unsure in matches.cannot_tell {
        for (place, package) in at(&unsure.identifier) {
            if !known.insert((*place, unsure.advisory.clone())) {
                continue;
            }
            all.push(Kept {
                place: *place,
                advisory: unsure.advisory.clone(),
                state: "cannot_tell",
                detail: word(&unsure.why),
                fixed: String::new(),
                package: package.clone(),
            });
        }
    }
    all
}

/// Matches a new release with every advisory known here. Returns how many findings there are.
///
/// # Errors
/// The store's.
pub(crate) async fn match_release(
    tx: &mut Tx,
    (scope, now): (&Scope, Instant),
    (product, release): (&str, &str),
    places: &Places,
) -> Result<usize, StoreError> {
    let bodies: Vec<(String, String, String)> = tx.all(scope, ADVISORY_FOR_RELEASE, params![release]).await?;
    let advisories: Vec<Advisory> = bodies.iter().filter_map(|(_, body, _)| serde_json::from_str(body).ok()).collect();
    let matches = Advisories::new(advisories).scan_identifiers(places.keys().map(String::as_str));
    let all = kept(matches, places);
    let named: BTreeMap<&str, &str> = bodies.iter().map(|(id, _, vulnerability)| (id.as_str(), vulnerability.as_str())).collect();
    let row = |k: &Kept| {
        let vulnerability = named.get(k.advisory.as_str()).copied().unwrap_or("");
        params![k.place, &k.advisory, k.state, &k.detail, &k.fixed, now, vulnerability, product, &k.package]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    tx.run_rows(scope, FINDING_SET, &[Param::from(release)], &rows).await?;
    tx.run(scope, FINDING_REFRESH_RELEASE, params![release]).await?;
    Ok(all.len())
}

/// What concerns a release, closed ones last: by its components, and by the parts of other makers in it.
///
/// # Errors
/// The store's.
pub(crate) async fn findings_of(tx: &mut Tx, scope: &Scope, release: &str) -> Result<Vec<FindingDetails>, StoreError> {
    let own: Vec<FindingRow> = tx.all(scope, FINDING_OF_RELEASE, params![release]).await?;
    let parts: Vec<FindingRow> = tx.all(scope, PART_FINDINGS, params![release]).await?;
    let mut all = grouped(&own);
    all.extend(grouped(&parts));
    all.sort_by_key(|f| !f.is_open());
    Ok(all)
}

/// A finding as programs see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct FindingDetails {
    /// Place of the component in its list; -1 for a part of another maker.
    place: i64,
    component: String,
    version: String,
    purl: String,
    /// How advisories name the component; what is decided holds for it in every release.
    package: String,
    /// Every advisory that says so; those of one vulnerability are one finding.
    advisories: Vec<String>,
    /// CVE id if there is one.
    vulnerability: String,
    summary: String,
    /// `affected` or `cannot_tell`; `part_open` while the maker of a part looks into it.
    state: String,
    /// The rule that said so, or why it cannot be told.
    detail: String,
    fixed: String,
    found_at: String,
    /// When it was closed; empty while it is open.
    closed_at: String,
    /// `withdrawn` if the advisory was taken back, `changed` if it says something else now; empty while it is open.
    closed_because: &'static str,
}

/// Findings with advisories of one vulnerability put together: one a component and vulnerability.
pub(crate) fn grouped(rows: &[FindingRow]) -> Vec<FindingDetails> {
    let mut all: Vec<FindingDetails> = Vec::new();
    for row in rows {
        let same = |f: &&mut FindingDetails| {
            f.place == row.place
                && f.package == row.package
                && f.vulnerability == row.vulnerability
                && f.closed_at.is_empty() == row.closed_at.is_empty()
                && f.state == row.state
        };
        if let Some(known) = all.iter_mut().find(same) {
            known.advisories.push(row.advisory_id.clone());
            if known.fixed.is_empty() {
                known.fixed.clone_from(&row.fixed);
            }
            continue;
        }
        all.push(FindingDetails {
            place: row.place,
            component: row.name.clone(),
            version: row.version.clone(),
            purl: row.purl.clone(),
            package: row.package.clone(),
            advisories: vec![row.advisory_id.clone()],
            vulnerability: row.vulnerability.clone(),
            summary: row.summary.clone(),
            state: row.state.clone(),
            detail: row.detail.clone(),
            fixed: row.fixed.clone(),
            found_at: row.found_at.clone(),
            closed_at: row.closed_at.clone(),
            closed_because: match (row.closed_at.is_empty(), row.withdrawn_at.is_empty()) {
                (true, _) => "",
                (false, true) => "changed",
                (false, false) => "withdrawn",
            },
        });
    }
    all
}

impl FindingDetails {
    pub(crate) fn is_open(&self) -> bool {
        self.closed_at.is_empty()
    }

    pub(crate) fn state(&self) -> &str {
        &self.state
    }

    /// What is shown of it: its state, or why it is closed.
    pub(crate) fn shown(&self) -> &str {
        if self.is_open() { &self.state } else { self.closed_because }
    }

    pub(crate) fn package(&self) -> &str {
        &self.package
    }

    /// What is said of it while nothing is decided.
    pub(crate) fn statement(&self) -> sbom::Statement {
        sbom::Statement {
            vulnerability: self.vulnerability.clone(),
            aliases: self.advisories.iter().filter(|a| **a != self.vulnerability).cloned().collect(),
            component: if self.purl.is_empty() { self.component.clone() } else { self.purl.clone() },
            status: sbom::VexStatus::UnderInvestigation,
            justification: None,
            impact: String::new(),
            action: String::new(),
            said_at: self.found_at.clone(),
            changed_at: self.found_at.clone(),
        }
    }

    /// What names it in an address.
    pub(crate) fn query(&self) -> String {
        format!("v={}&c={}", web::percent(&self.vulnerability), web::percent(&self.package))
    }

    /// How many rows it was put together from.
    pub(crate) fn rows(&self) -> usize {
        self.advisories.len()
    }

    pub(crate) fn names(&self) -> String {
        self.advisories.join(", ")
    }

    pub(crate) fn cells(&self) -> (&str, &str, &str) {
        (&self.component, &self.version, &self.vulnerability)
    }

    pub(crate) fn says(&self) -> (&str, &str, &str) {
        (&self.summary, &self.detail, &self.fixed)
    }
}
