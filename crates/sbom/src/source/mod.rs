//! `sbom::source` — advisories as others publish them, brought into the one form that is matched: records of the CVE
//! programme, NVD, GitHub, JVN iPedia, and CSAF documents of makers. What a source says in another way than can be compared
//! is kept as "cannot be told", never left out.

mod csaf_read;
mod cve;
mod ghsa;
mod jvn;
mod nvd;
mod phrase;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::osv::{Advisory, Severity};

/// What a file of a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Open Source Vulnerability schema: `RustSec`, Go, GitHub's database, distributions.
    Osv,
    /// Records of the CVE programme, edition 5.
    Cve,
    /// Answers of NVD's second interface, and its yearly files.
    Nvd,
    /// GitHub's advisories as its interface answers.
    Github,
    /// JVN iPedia: lists (RSS) and details (VULDEF).
    Jvn,
    /// CSAF 2.0 and 2.1, VEX among them.
    Csaf,
}

/// The fields of a JSON file that say what it is.
#[derive(Deserialize)]
struct Sniff {
    #[serde(rename = "cveMetadata", default)]
    cve: Option<IgnoredAny>,
    #[serde(default)]
    vulnerabilities: Option<IgnoredAny>,
    #[serde(default)]
    format: Option<IgnoredAny>,
    #[serde(default)]
    document: Option<IgnoredAny>,
    #[serde(default)]
    ghsa_id: Option<IgnoredAny>,
}

/// Reads the advisories of a file.
///
/// # Errors
/// Why it is none: one line.
pub fn read_advisories(bytes: &[u8]) -> Result<(Source, Vec<Advisory>), String> {
    let text = std::str::from_utf8(bytes).map_err(|e| format!("not UTF-8 text: {e}"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('<') {
        return Ok((Source::Jvn, jvn::read(text)?));
    }
    if text.trim_start().starts_with('[') {
        return Ok((Source::Github, ghsa::read_all(text)?));
    }
    // By far the most files are of this form, so that it is tried without looking first.
    let wrong = match serde_json::from_str::<Advisory>(text) {
        Ok(advisory) => return Ok((Source::Osv, vec![advisory])),
        Err(e) => e.to_string(),
    };
    let sniff: Sniff = serde_json::from_str(text).map_err(|e| e.to_string())?;
    match sniff {
        Sniff { cve: Some(_), .. } => Ok((Source::Cve, cve::read(text)?)),
        Sniff { ghsa_id: Some(_), .. } => Ok((Source::Github, vec![ghsa::read(text)?])),
        Sniff { document: Some(_), .. } => Ok((Source::Csaf, csaf_read::read(text)?)),
        Sniff { vulnerabilities: Some(_), format: Some(_), .. } => Ok((Source::Nvd, nvd::read(text)?)),
        _ => Err(wrong),
    }
}

/// The vectors in fields of a score, each with what its edition is called.
fn vectors(score: &serde_json::Value, fields: &[(&str, &str)]) -> Vec<Severity> {
    let found = |(field, kind): &(&str, &str)| {
        let score = score.get(field)?.get("vectorString")?.as_str()?.to_owned();
        Some(Severity { kind: (*kind).to_owned(), score })
    };
    fields.iter().filter_map(found).collect()
}

/// A time as sources write it, with a zone if it has none.
fn instant(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let (_, time) = text.split_once('T')?;
    let zoned = time.contains('Z') || time.contains('+') || time.contains('-');
    // Some leave out the seconds before the zone.
    let text = match time.find(['Z', '+', '-']) {
        Some(at) if time.get(..at)?.matches(':').count() == 1 => {
            let (head, zone) = text.split_at_checked(text.len() - time.len() + at)?;
            format!("{head}:00{zone}")
        }
        _ => text.to_owned(),
    };
    Some(if zoned { text } else { format!("{text}Z") })
}

/// One range of bounds as `>=1.0` in the notation of products of no registry; none if one has no order.
fn range(bounds: &[String]) -> Option<String> {
    crate::vers::Vers::of_bounds("generic", bounds).map(|v| v.to_string())
}
