//! `sbom::source::cve` — records of the CVE programme, edition 5: the numbering authority's own words and those of CISA.

use serde::Deserialize;

use super::{instant, phrase, range, vectors};
use crate::osv::{Advisory, Affected, Package, Product};

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "cveMetadata")]
    metadata: Metadata,
    containers: Containers,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "cveId")]
    id: String,
    #[serde(default)]
    state: String,
    #[serde(rename = "datePublished", default)]
    published: String,
    #[serde(rename = "dateUpdated", default)]
    updated: String,
    #[serde(rename = "dateRejected", default)]
    rejected: String,
}

#[derive(Deserialize)]
struct Containers {
    #[serde(default)]
    cna: Container,
    #[serde(default)]
    adp: Vec<Container>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Container {
    title: String,
    descriptions: Vec<Description>,
    affected: Vec<Entry>,
    metrics: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    lang: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    vendor: Option<String>,
    product: Option<String>,
    #[serde(rename = "collectionURL")]
    collection: String,
    #[serde(rename = "packageName")]
    package: String,
    cpes: Vec<String>,
    #[serde(rename = "defaultStatus")]
    otherwise: String,
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    #[serde(rename = "version")]
    written: serde_json::Value,
    status: String,
    #[serde(rename = "versionType")]
    kind: String,
    #[serde(rename = "lessThan")]
    below: Option<String>,
    #[serde(rename = "lessThanOrEqual")]
    up_to: Option<String>,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    at: String,
    status: String,
}

/// Registries by a part of their address.
const COLLECTIONS: [(&str, &str); 9] = [
    ("npmjs", "npm"),
    ("pypi", "PyPI"),
    ("crates.io", "crates.io"),
    ("rubygems", "RubyGems"),
    ("packagist", "Packagist"),
    ("nuget", "NuGet"),
    ("pkg.go.dev", "Go"),
    ("proxy.golang", "Go"),
    ("repo.maven", "Maven"),
];

/// Reads a record.
///
/// # Errors
/// Why it is none.
pub(super) fn read(text: &str) -> Result<Vec<Advisory>, String> {
    let record: Record = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let (m, c) = (record.metadata, record.containers);
    let english = |d: &&Description| d.lang.starts_with("en");
    let title = if c.cna.title.is_empty() {
        let described = c.cna.descriptions.iter().find(english).or(c.cna.descriptions.first());
        described.map(|d| d.value.chars().take(300).collect()).unwrap_or_default()
    } else {
        c.cna.title.clone()
    };
    let all = std::iter::once(&c.cna).chain(&c.adp);
    let severity = all.clone().flat_map(|c| &c.metrics).flat_map(|m| vectors(m, &VECTORS)).collect();
    let affected = all.flat_map(|c| &c.affected).flat_map(affected).collect();
    let withdrawn = (m.state == "REJECTED").then(|| instant(&m.rejected).or_else(|| instant(&m.updated)).unwrap_or_default());
    Ok(vec![Advisory {
        id: m.id,
        aliases: Vec::new(),
        summary: Some(title.replace(['\n', '\r'], " ")),
        published: instant(&m.published),
        modified: instant(&m.updated),
        withdrawn,
        severity,
        affected,
    }])
}

/// Fields of a metric, and the edition of the vector in each.
const VECTORS: [(&str, &str); 4] = [("cvssV4_0", "CVSS_V4"), ("cvssV3_1", "CVSS_V3"), ("cvssV3_0", "CVSS_V3"), ("cvssV2_0", "CVSS_V2")];

fn affected(entry: &Entry) -> Vec<Affected> {
    let named = |text: &Option<String>| text.clone().filter(|t| !matches!(t.as_str(), "n/a" | "N/A" | "-")).unwrap_or_default();
    let (vendor, name) = (named(&entry.vendor), named(&entry.product));
    let (ranges, unread) = ranges(entry);
    // A commit is no version; where only commits are said, nothing can be compared.
    let commits = !entry.versions.is_empty() && entry.versions.iter().all(|v| v.kind == "git");
    if commits || (name.is_empty() && entry.cpes.is_empty()) {
        return Vec::new();
    }
    let registry = COLLECTIONS.into_iter().find(|(part, _)| entry.collection.contains(part)).filter(|_| !entry.package.is_empty());
    let package = registry.map(|(_, ecosystem)| Package { ecosystem: ecosystem.to_owned(), name: entry.package.clone() });
    let unread = unread || entry.otherwise == "affected";
    let product = Product { vendor, name, cpes: entry.cpes.clone(), ranges, unread, ..Product::default() };
    vec![Affected { package, ..product.into() }]
}

/// The ranges of an entry, and whether something in it is not understood.
fn ranges(entry: &Entry) -> (Vec<String>, bool) {
    let (mut all, mut unread) = (Vec::new(), false);
    for version in entry.versions.iter().filter(|v| v.status == "affected" && v.kind != "git") {
        match range_of(version) {
            Some(range) => all.push(range),
            None => unread = true,
        }
    }
    (all, unread)
}

fn range_of(v: &Version) -> Option<String> {
    let written = v.written.as_str().map_or_else(|| v.written.to_string(), str::to_owned);
    let start = matches!(written.as_str(), "" | "0" | "*" | "-" | "n/a" | "N/A" | "unspecified" | "null");
    let low = (!start).then(|| format!(">={written}"));
    // From there on it is mended.
    let mended = v.changes.iter().find(|c| c.status == "unaffected").map(|c| format!("<{}", c.at));
    let high = match (&v.below, &v.up_to) {
        (Some(text), _) if text != "*" => Some(format!("<{text}")),
        (None, Some(text)) if text != "*" => Some(format!("<={text}")),
        (None, None) if mended.is_none() => {
            return if matches!(written.as_str(), "n/a" | "N/A" | "unspecified" | "" | "-" | "null") {
                None
            } else {
                phrase::range_of(&written)
            };
        }
        _ => None,
    };
    let bounds: Vec<String> = low.into_iter().chain(mended.or(high)).collect();
    range(&bounds)
}
