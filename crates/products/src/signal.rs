//! `products::signal` — what is known of a vulnerability beside advisories: CISA's list of exploited ones (KEV), FIRST's
//! likelihoods (EPSS), and of its own record whether it was rejected or is disputed and what CISA answered to the questions
//! of SSVC, each with its day.

use std::collections::BTreeMap;

use kernel::Unscoped;
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Cx, Problem};

use crate::chain::spread::turn;
use crate::store::{FINDING_REFRESH_SIGNALS, SIGNAL_OF, SIGNAL_SET, SignalRow};

/// What is published about vulnerabilities belongs to nobody.
const PUBLIC: Unscoped = Unscoped::because("what is published about a vulnerability belongs to no organisation");

/// Signals taken in one transaction.
const STEP: usize = 1000;

/// A file of signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals(Vec<SignalRow>);

#[derive(Deserialize)]
struct KevFile {
    vulnerabilities: Vec<KevEntry>,
}

#[derive(Deserialize)]
struct KevEntry {
    #[serde(rename = "cveID")]
    cve: String,
    #[serde(rename = "dateAdded")]
    added: String,
}

/// A record of the CVE programme, edition 5, as far as it is a signal.
#[derive(Deserialize)]
struct CveFile {
    #[serde(rename = "cveMetadata")]
    metadata: CveMetadata,
    containers: CveContainers,
}

#[derive(Deserialize)]
struct CveMetadata {
    #[serde(rename = "cveId")]
    id: String,
    state: String,
    #[serde(rename = "dateUpdated", default)]
    updated: String,
}

#[derive(Deserialize)]
struct CveContainers {
    #[serde(default)]
    cna: CveContainer,
    #[serde(default)]
    adp: Vec<CveContainer>,
}

#[derive(Default, Deserialize)]
struct CveContainer {
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    metrics: Vec<CveMetric>,
}

#[derive(Deserialize)]
struct CveMetric {
    other: Option<CveOther>,
}

#[derive(Deserialize)]
struct CveOther {
    #[serde(rename = "type")]
    kind: String,
    content: serde_json::Value,
}

/// Their answers with ours.
type Answers = &'static [(&'static str, &'static str)];

/// Answers CISA gives in a record: question there, answers from the least to the most worrying, question and answers of our
/// trees.
const SSVC: [(&str, &str, Answers); 3] = [
    ("Exploitation", "exploitation", &[("none", "none"), ("poc", "public_poc"), ("active", "active")]),
    ("Automatable", "automatable", &[("no", "no"), ("yes", "yes")]),
    ("Technical Impact", "technical_impact", &[("partial", "partial"), ("total", "total")]),
];

impl Signals {
    /// A record of the CVE programme as JSON; none if it is another file.
    #[must_use]
    pub fn cve(bytes: &[u8]) -> Option<Self> {
        let file: CveFile = serde_json::from_slice(bytes).ok()?;
        let day = |text: &str| text.get(..10).unwrap_or("").to_owned();
        let updated = day(&file.metadata.updated);
        let row =
            |kind: &str, value: i64, day: String| SignalRow { vulnerability: file.metadata.id.clone(), kind: kind.to_owned(), value, day };
        let disputed = file.containers.cna.tags.iter().any(|t| t == "disputed");
        let mut rows = vec![
            row("rejected", i64::from(file.metadata.state == "REJECTED"), updated.clone()),
            row("disputed", i64::from(disputed), updated.clone()),
        ];
        let metrics = std::iter::once(&file.containers.cna).chain(&file.containers.adp).flat_map(|c| &c.metrics);
        for other in metrics.filter_map(|m| m.other.as_ref()).filter(|o| o.kind == "ssvc") {
            let at = other.content.get("timestamp").and_then(|t| t.as_str()).map_or_else(|| updated.clone(), day);
            for option in other.content.get("options").and_then(|o| o.as_array()).into_iter().flatten() {
                for (question, key, answers) in SSVC {
                    let given = option.get(question).and_then(|v| v.as_str()).map(str::to_ascii_lowercase);
                    let place = given.and_then(|given| answers.iter().position(|(theirs, _)| *theirs == given));
                    if let Some(place) = place.and_then(|n| i64::try_from(n).ok()) {
                        rows.push(row(&format!("ssvc.{key}"), place, at.clone()));
                    }
                }
            }
        }
        Some(Self(rows))
    }

    /// CISA's list of exploited vulnerabilities as JSON; none if it is another file.
    #[must_use]
    pub fn kev(bytes: &[u8]) -> Option<Self> {
        let file: KevFile = serde_json::from_slice(bytes).ok()?;
        let row = |e: KevEntry| SignalRow { vulnerability: e.cve, kind: "kev".to_owned(), value: 1, day: e.added };
        Some(Self(file.vulnerabilities.into_iter().map(row).collect()))
    }

    /// FIRST's likelihoods as CSV with its own first line; none if it is another file.
    #[must_use]
    pub fn epss(text: &str) -> Option<Self> {
        let (first, rest) = text.split_once('\n')?;
        let day = first.strip_prefix('#')?.split("score_date:").nth(1)?.get(..10)?.to_owned();
        let mut rows = Vec::new();
        for line in rest.lines().filter(|l| l.starts_with("CVE-")) {
            let mut cells = line.split(',');
            let (cve, score) = (cells.next()?, cells.next()?);
            rows.push(SignalRow { vulnerability: cve.to_owned(), kind: "epss".to_owned(), value: millionths(score)?, day: day.clone() });
        }
        Some(Self(rows))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `0.03351` in millionths, without rounding through binary fractions.
fn millionths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain(std::iter::repeat('0')).take(6).collect();
    Some(whole.parse::<i64>().ok()? * 1_000_000 + digits.parse::<i64>().ok()?)
}

/// What is known of a vulnerability.
///
/// # Errors
/// The store's.
pub(crate) async fn signals(tx: &mut Tx, vulnerability: &str) -> Result<Vec<SignalRow>, StoreError> {
    tx.all(&PUBLIC, SIGNAL_OF, params![vulnerability]).await
}

/// What is known of a vulnerability as answers to the questions of our trees: exploited by KEV, the rest by CISA.
pub(crate) fn known(signals: &[SignalRow]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (_, key, answers) in SSVC {
        let row = signals.iter().find(|s| s.kind.strip_prefix("ssvc.") == Some(key));
        let answer = row.and_then(|r| usize::try_from(r.value).ok()).and_then(|n| answers.get(n));
        if let Some((_, ours)) = answer {
            all.insert(key.to_owned(), (*ours).to_owned());
        }
    }
    if exploited_since(signals).is_some() {
        all.insert("exploitation".to_owned(), "active".to_owned());
    }
    all
}

/// What is known of one vulnerability, as pages show it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(pub(crate) Vec<SignalRow>);

impl Known {
    /// `rejected` or `disputed` if its own record says so; empty otherwise.
    pub(crate) fn doubt(&self) -> &'static str {
        let is = |kind: &str| self.0.iter().any(|s| s.kind == kind && s.value == 1);
        match (is("rejected"), is("disputed")) {
            (true, _) => "rejected",
            (false, true) => "disputed",
            (false, false) => "",
        }
    }

    /// The day since when it is known to be exploited.
    pub(crate) fn exploited_since(&self) -> Option<&str> {
        exploited_since(&self.0)
    }

    /// How likely exploitation is in 30 days, in percent with two decimals.
    pub(crate) fn likelihood(&self) -> Option<String> {
        let epss = self.0.iter().find(|s| s.kind == "epss")?;
        Some(format!("{}.{:02}", epss.value / 10_000, epss.value % 10_000 / 100))
    }
}

impl SignalRow {
    /// A signal for examples.
    pub(crate) fn sample(kind: &str, value: i64) -> Self {
        Self { vulnerability: "CVE-2024-11738".into(), kind: kind.into(), value, day: "2026-11-20".into() }
    }
}

/// The day since when a vulnerability is known to be exploited.
pub(crate) fn exploited_since(signals: &[SignalRow]) -> Option<&str> {
    signals.iter().find(|s| s.kind == "kev").map(|s| s.day.as_str())
}

/// Takes signals in.
///
/// # Errors
/// The store's.
pub async fn signals_take(cx: &Cx, signals: &Signals) -> Result<(), Problem> {
    let now = cx.now();
    // Of two lines about one vulnerability the later one holds.
    let once: BTreeMap<(&str, &str), &SignalRow> = signals.0.iter().map(|s| ((s.vulnerability.as_str(), s.kind.as_str()), s)).collect();
    let all: Vec<&SignalRow> = once.into_values().collect();
    for step in all.chunks(STEP) {
        let mut tx = turn(cx).await?;
        let rows: Vec<_> = step.iter().map(|row| params![&row.vulnerability, &row.kind, row.value, &row.day, now]).collect();
        tx.run_rows(&PUBLIC, SIGNAL_SET, &[], &rows).await?;
        // They are in order, so that a step is a range of vulnerabilities.
        if let (Some(first), Some(last)) = (step.first(), step.last()) {
            tx.run(&PUBLIC, FINDING_REFRESH_SIGNALS, params![&first.vulnerability, &last.vulnerability]).await?;
        }
        tx.without_record("published by others; what follows from it is decided and recorded by people");
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_are_read_with_their_days() {
        let kev = br#"{"vulnerabilities":[{"cveID":"CVE-2024-1","dateAdded":"2025-06-09"}]}"#;
        assert_eq!(Signals::kev(kev).unwrap().0[0].day, "2025-06-09");
        let epss = "#model_version:v2026.06.15,score_date:2026-09-29T12:00:22Z\ncve,epss,percentile\nCVE-1999-0001,0.03351,0.88255\n";
        let row = &Signals::epss(epss).unwrap().0[0];
        assert_eq!((row.value, row.day.as_str()), (33_510, "2026-09-29"));
        let record = br#"{"cveMetadata":{"cveId":"CVE-2024-1","state":"PUBLISHED","dateUpdated":"2024-08-05T00:34:53.183Z"},"containers":{"cna":{"tags":["disputed"]},
            "adp":[{"metrics":[{"other":{"type":"ssvc","content":{"timestamp":"2024-06-18T20:43:22Z","options":[{"Exploitation":"PoC"},{"Automatable":"yes"},{"Technical Impact":"Total"}]}}}]}]}}"#;
        let rows = Signals::cve(record).unwrap().0;
        let answers: Vec<(String, String)> = known(&rows).into_iter().collect();
        let expected = [("automatable", "yes"), ("exploitation", "public_poc"), ("technical_impact", "total")];
        assert_eq!(answers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>(), expected);
        assert_eq!((Known(rows.clone()).doubt(), rows[2].day.as_str()), ("disputed", "2024-06-18"));
        let exploited = [rows.clone(), vec![SignalRow { kind: "kev".into(), ..rows[0].clone() }]].concat();
        assert_eq!(known(&exploited)["exploitation"], "active", "KEV says more than the record");
        let rejected = br#"{"cveMetadata":{"cveId":"CVE-2024-1","state":"REJECTED"},"containers":{"cna":{}}}"#;
        assert_eq!(Known(Signals::cve(rejected).unwrap().0).doubt(), "rejected");
        assert!(Signals::cve(b"{}").is_none());
        assert!(Signals::kev(b"{}").is_none() && Signals::epss("a,b\n").is_none());
    }
}
