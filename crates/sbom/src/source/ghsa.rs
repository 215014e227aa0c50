//! `sbom::source::ghsa` — GitHub's advisories as its interface answers, one or a list. Its database of files has the form of
//! the Open Source Vulnerability schema and is read as that.

use serde::Deserialize;

use crate::osv::{Advisory, Affected, Event, Package, Range, Severity, registry};
use crate::vers::{Comparator, Vers};

#[derive(Deserialize)]
struct Record {
    ghsa_id: String,
    cve_id: Option<String>,
    summary: Option<String>,
    published_at: Option<String>,
    updated_at: Option<String>,
    withdrawn_at: Option<String>,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
    cvss: Option<Cvss>,
    #[serde(default)]
    cvss_severities: std::collections::BTreeMap<String, Option<Cvss>>,
}

#[derive(Deserialize)]
struct Cvss {
    vector_string: Option<String>,
}

#[derive(Deserialize)]
struct Vulnerability {
    package: Option<PackageName>,
    vulnerable_version_range: Option<String>,
}

#[derive(Deserialize)]
struct PackageName {
    ecosystem: String,
    name: String,
}

/// Reads one advisory.
///
/// # Errors
/// Why it is none.
pub(super) fn read(text: &str) -> Result<Advisory, String> {
    Ok(advisory(serde_json::from_str(text).map_err(|e| e.to_string())?))
}

/// Reads a list.
///
/// # Errors
/// Why it is none.
pub(super) fn read_all(text: &str) -> Result<Vec<Advisory>, String> {
    let all: Vec<Record> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    Ok(all.into_iter().map(advisory).collect())
}

fn advisory(record: Record) -> Advisory {
    let vectors = record.cvss.iter().chain(record.cvss_severities.values().flatten()).filter_map(|c| c.vector_string.clone());
    let kind = |vector: &str| if vector.starts_with("CVSS:4") { "CVSS_V4" } else { "CVSS_V3" };
    let mut severity: Vec<Severity> = vectors.map(|v| Severity { kind: kind(&v).to_owned(), score: v }).collect();
    severity.dedup();
    Advisory {
        id: record.ghsa_id,
        aliases: record.cve_id.into_iter().collect(),
        summary: record.summary,
        published: record.published_at,
        modified: record.updated_at,
        withdrawn: record.withdrawn_at,
        severity,
        affected: record.vulnerabilities.iter().filter_map(affected).collect(),
    }
}

/// The names of registries there, and the types of package URLs.
const REGISTRIES: [(&str, &str); 11] = [
    ("rust", "cargo"),
    ("go", "golang"),
    ("npm", "npm"),
    ("pip", "pypi"),
    ("maven", "maven"),
    ("rubygems", "gem"),
    ("composer", "composer"),
    ("nuget", "nuget"),
    ("erlang", "hex"),
    ("pub", "pub"),
    ("swift", "swift"),
];

fn affected(v: &Vulnerability) -> Option<Affected> {
    let package = v.package.as_ref()?;
    let known = REGISTRIES.into_iter().find(|(theirs, _)| package.ecosystem.eq_ignore_ascii_case(theirs));
    let (ecosystem, scheme) = known.and_then(|(_, kind)| Some((registry(kind)?, kind))).unwrap_or((&package.ecosystem, ""));
    let text = v.vulnerable_version_range.as_deref().unwrap_or("");
    // Ranges are written as bounds parted by commas in every registry.
    let bounds = crate::native::list(text).and_then(|bounds| Vers::of_bounds(scheme, &bounds));
    let (events, versions) = match bounds {
        Some(range) => spelled(&range),
        // A bound nobody can compare makes the answer "cannot tell".
        None => (vec![Event::Introduced(if text.is_empty() { "?".to_owned() } else { text.to_owned() })], Vec::new()),
    };
    let ranges = if events.is_empty() { Vec::new() } else { vec![Range { kind: "ECOSYSTEM".to_owned(), events }] };
    let package = Package { ecosystem: ecosystem.to_owned(), name: package.name.clone() };
    Some(Affected { package: Some(package), ranges, versions, product: None })
}

/// A range as what happened at which version.
fn spelled(range: &Vers) -> (Vec<Event>, Vec<String>) {
    let (mut events, mut versions) = (Vec::new(), Vec::new());
    let opens = |c: Comparator| matches!(c, Comparator::Greater | Comparator::GreaterOrEqual);
    if range.constraints.iter().find(|(c, _)| !matches!(c, Comparator::Equal | Comparator::NotEqual)).is_none_or(|(c, _)| !opens(*c))
        && range.constraints.iter().any(|(c, _)| matches!(c, Comparator::Less | Comparator::LessOrEqual))
    {
        events.push(Event::Introduced("0".to_owned()));
    }
    for (comparator, version) in &range.constraints {
        match comparator {
            Comparator::Equal => versions.push(version.clone()),
            // What lies just behind a version has no name of its own; the version itself counts as in.
            Comparator::GreaterOrEqual | Comparator::Greater => events.push(Event::Introduced(version.clone())),
            Comparator::Less => events.push(Event::Fixed(version.clone())),
            Comparator::LessOrEqual => events.push(Event::LastAffected(version.clone())),
            Comparator::NotEqual => {}
        }
    }
    (events, versions)
}
