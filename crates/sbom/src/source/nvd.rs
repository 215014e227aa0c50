//! `sbom::source::nvd` — the National Vulnerability Database: answers of its second interface and its yearly files. Its
//! entries are told apart from the CVE programme's own by `NVD:` before the number.

use serde::Deserialize;

use super::{instant, range};
use crate::osv::{Advisory, Affected, Product, Severity};

#[derive(Deserialize)]
struct Feed {
    vulnerabilities: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    cve: Cve,
}

#[derive(Deserialize)]
struct Cve {
    id: String,
    #[serde(default)]
    published: String,
    #[serde(rename = "lastModified", default)]
    modified: String,
    #[serde(rename = "vulnStatus", default)]
    status: String,
    #[serde(default)]
    descriptions: Vec<Description>,
    #[serde(default)]
    metrics: std::collections::BTreeMap<String, Vec<Metric>>,
    #[serde(default)]
    configurations: Vec<Configuration>,
}

#[derive(Deserialize)]
struct Description {
    lang: String,
    value: String,
}

#[derive(Deserialize)]
struct Metric {
    #[serde(rename = "cvssData")]
    data: Option<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(rename = "vectorString")]
    text: String,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    operator: String,
    #[serde(default)]
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    #[serde(default)]
    operator: String,
    #[serde(default)]
    negate: bool,
    #[serde(rename = "cpeMatch", default)]
    matches: Vec<Match>,
}

#[derive(Deserialize)]
struct Match {
    vulnerable: bool,
    criteria: String,
    #[serde(rename = "versionStartIncluding")]
    from: Option<String>,
    #[serde(rename = "versionStartExcluding")]
    after: Option<String>,
    #[serde(rename = "versionEndIncluding")]
    up_to: Option<String>,
    #[serde(rename = "versionEndExcluding")]
    below: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// Why it is none.
pub(super) fn read(text: &str) -> Result<Vec<Advisory>, String> {
    let feed: Feed = serde_json::from_str(text).map_err(|e| e.to_string())?;
    Ok(feed.vulnerabilities.into_iter().map(|i| advisory(i.cve)).collect())
}

fn advisory(cve: Cve) -> Advisory {
    let kinds = [("cvssMetricV40", "CVSS_V4"), ("cvssMetricV31", "CVSS_V3"), ("cvssMetricV30", "CVSS_V3"), ("cvssMetricV2", "CVSS_V2")];
    let mut severity = Vec::new();
    for (field, kind) in kinds {
        let vectors = cve.metrics.get(field).into_iter().flatten().filter_map(|m| m.data.as_ref());
        severity.extend(vectors.map(|v| Severity { kind: kind.to_owned(), score: v.text.clone() }));
    }
    let summary = cve.descriptions.iter().find(|d| d.lang == "en").map(|d| d.value.chars().take(300).collect());
    Advisory {
        id: format!("NVD:{}", cve.id),
        aliases: vec![cve.id],
        summary,
        published: instant(&cve.published),
        modified: instant(&cve.modified),
        withdrawn: (cve.status == "Rejected").then(|| instant(&cve.modified).unwrap_or_default()),
        severity,
        affected: cve.configurations.iter().flat_map(affected).collect(),
    }
}

/// What a configuration says is vulnerable; it holds only together with what else must be there, unless that is hardware.
fn affected(configuration: &Configuration) -> Vec<Affected> {
    let hardware = |m: &Match| m.criteria.starts_with("cpe:2.3:h:");
    let platform = |n: &Node| n.matches.iter().all(|m| !m.vulnerable);
    let joined = configuration.operator == "AND" || configuration.nodes.iter().any(|n| n.operator == "AND" && n.matches.len() > 1);
    let together = joined && configuration.nodes.iter().filter(|n| platform(n)).any(|n| !n.matches.iter().all(hardware))
        || configuration.nodes.iter().any(|n| n.negate);
    let vulnerable = configuration.nodes.iter().flat_map(|n| &n.matches).filter(|m| m.vulnerable);
    let entry = |m: &Match| {
        let bounds: Vec<String> = [(">=", &m.from), (">", &m.after), ("<=", &m.up_to), ("<", &m.below)]
            .into_iter()
            .filter_map(|(sign, version)| Some(format!("{sign}{}", version.as_ref()?)))
            .collect();
        let ranges: Vec<String> = if bounds.is_empty() { Vec::new() } else { range(&bounds).into_iter().collect() };
        let unread = !bounds.is_empty() && ranges.is_empty();
        Product { cpes: vec![m.criteria.clone()], ranges, unread, together, ..Product::default() }.into()
    };
    vulnerable.map(entry).collect()
}
