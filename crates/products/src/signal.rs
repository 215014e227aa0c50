//! `products::signal` — what is known of a vulnerability beside advisories: CISA's list of exploited ones (KEV) and
//! FIRST's likelihoods (EPSS), each with its day.

use std::collections::BTreeMap;

use kernel::Unscoped;
use serde::Deserialize;
use store::{StoreError, Tx, params};
use web::{Cx, Problem};

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

impl Signals {
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

/// The day since when a vulnerability is known to be exploited.
pub(crate) fn exploited_since(signals: &[SignalRow]) -> Option<&str> {
    signals.iter().find(|s| s.kind == "kev").map(|s| s.day.as_str())
}

/// How likely exploitation is in 30 days, in percent with two decimals.
pub(crate) fn likelihood(signals: &[SignalRow]) -> Option<String> {
    let epss = signals.iter().find(|s| s.kind == "epss")?;
    Some(format!("{}.{:02}", epss.value / 10_000, epss.value % 10_000 / 100))
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
        let mut tx = cx.write().await?;
        let rows: Vec<_> = step.iter().map(|row| params![&row.vulnerability, &row.kind, row.value, &row.day, now]).collect();
        tx.run_rows(&PUBLIC, SIGNAL_SET, &[], &rows).await?;
        tx.without_record("published by others; what follows from it is decided and recorded by people");
        tx.commit().await?;
    }
    let mut tx = cx.write().await?;
    tx.run(&PUBLIC, FINDING_REFRESH_SIGNALS, params![now]).await?;
    tx.without_record("what findings are sorted by follows what is published");
    tx.commit().await?;
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
        assert!(Signals::kev(b"{}").is_none() && Signals::epss("a,b\n").is_none());
    }
}
