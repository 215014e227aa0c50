//! `sbom::osv` — advisories in the form of the Open Source Vulnerability schema (OSV, GHSA, `RustSec`, Go and the
//! distributions that publish it), as far as matching needs them.

use serde::{Deserialize, Serialize};

use crate::version::Scheme;

/// An advisory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advisory {
    /// Its id, as `RUSTSEC-2024-0399`.
    pub id: String,
    /// Other ids of the same vulnerability.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// One line on it.
    #[serde(default)]
    pub summary: Option<String>,
    /// When it was published, RFC 3339.
    #[serde(default)]
    pub published: Option<String>,
    /// When it was last changed, RFC 3339.
    #[serde(default)]
    pub modified: Option<String>,
    /// When it was taken back, RFC 3339.
    #[serde(default)]
    pub withdrawn: Option<String>,
    /// Scores as vectors.
    #[serde(default)]
    pub severity: Vec<Severity>,
    /// What it is about.
    #[serde(default)]
    pub affected: Vec<Affected>,
}

/// A score as a vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// `CVSS_V2`, `CVSS_V3`, `CVSS_V4` or what a source calls it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The vector.
    pub score: String,
}

/// A package an advisory is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affected {
    /// The package. Some records name commits only.
    #[serde(default)]
    pub package: Option<Package>,
    /// Ranges of versions.
    #[serde(default)]
    pub ranges: Vec<Range>,
    /// Versions one by one.
    #[serde(default)]
    pub versions: Vec<String>,
    /// What it is about where that is no package of a registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
}

impl From<Product> for Affected {
    fn from(product: Product) -> Self {
        Self { package: None, ranges: Vec::new(), versions: Vec::new(), product: Some(product) }
    }
}

/// A product by what advisories other than those of registries name it by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// Who makes it, as written; empty if it is not said.
    pub vendor: String,
    /// Its name, as written.
    pub name: String,
    /// CPE names or patterns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cpes: Vec<String>,
    /// Checksums as `sha256:` and hexadecimal digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<String>,
    /// Ranges in the `vers` notation; one of them holds the versions concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<String>,
    /// Whether versions are written in a way that is not understood here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// Whether it is concerned only together with something else it runs in or on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub together: bool,
    /// Whether its maker still looks into it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
}

/// A package in an ecosystem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// As `crates.io` or `Debian:12`.
    pub ecosystem: String,
    /// Its name there.
    pub name: String,
}

/// A range: what happened at which version, in the record's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// `SEMVER`, `ECOSYSTEM` or `GIT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Events.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// One thing that happened at a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The vulnerability came in; `0` is before every version.
    Introduced(String),
    /// It is gone from here on.
    Fixed(String),
    /// It was last there.
    LastAffected(String),
    /// Nothing is said from here on.
    Limit(String),
}

impl Event {
    fn version(&self) -> &str {
        match self {
            Self::Introduced(v) | Self::Fixed(v) | Self::LastAffected(v) | Self::Limit(v) => v,
        }
    }
}

/// An ecosystem as it is matched: the type of package URLs, the distribution's release if it is one, the rule of
/// its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ecosystem<'a> {
    pub(crate) purl_kind: &'static str,
    /// Namespace that package URLs of the distribution have.
    pub(crate) distribution: Option<&'static str>,
    pub(crate) release: Option<&'a str>,
    pub(crate) scheme: Scheme,
}

/// What an ecosystem's name means; none for those not matched here.
pub(crate) fn ecosystem(name: &str) -> Option<Ecosystem<'_>> {
    let (base, release) = name.split_once(':').map_or((name, None), |(b, r)| (b, Some(r)));
    let (purl_kind, distribution, scheme) = match base {
        "crates.io" => ("cargo", None, Scheme::Semver),
        "Go" => ("golang", None, Scheme::Go),
        "npm" => ("npm", None, Scheme::Semver),
        "PyPI" => ("pypi", None, Scheme::Pypi),
        "Maven" => ("maven", None, Scheme::Maven),
        "RubyGems" => ("gem", None, Scheme::Gem),
        "Packagist" => ("composer", None, Scheme::Composer),
        "NuGet" => ("nuget", None, Scheme::Nuget),
        "Hex" => ("hex", None, Scheme::Semver),
        "Pub" => ("pub", None, Scheme::Semver),
        "SwiftURL" => ("swift", None, Scheme::Semver),
        "CRAN" => ("cran", None, Scheme::Cran),
        "Debian" => ("deb", Some("debian"), Scheme::Debian),
        "Ubuntu" => ("deb", Some("ubuntu"), Scheme::Debian),
        "Alpine" => ("apk", Some("alpine"), Scheme::Alpine),
        "Wolfi" => ("apk", Some("wolfi"), Scheme::Alpine),
        "Chainguard" => ("apk", Some("chainguard"), Scheme::Alpine),
        "AlmaLinux" => ("rpm", Some("almalinux"), Scheme::Rpm),
        "Rocky Linux" => ("rpm", Some("rocky"), Scheme::Rpm),
        "Red Hat" => ("rpm", Some("redhat"), Scheme::Rpm),
        "openSUSE" => ("rpm", Some("opensuse"), Scheme::Rpm),
        "SUSE" => ("rpm", Some("suse"), Scheme::Rpm),
        "Mageia" => ("rpm", Some("mageia"), Scheme::Rpm),
        "openEuler" => ("rpm", Some("openeuler"), Scheme::Rpm),
        _ => return None,
    };
    Some(Ecosystem { purl_kind, distribution, release, scheme })
}

/// The name by which advisories call the registry of a package URL's type; none for distributions, and for types that have none.
pub(crate) fn registry(purl_kind: &str) -> Option<&'static str> {
    Some(match purl_kind {
        "cargo" => "crates.io",
        "golang" => "Go",
        "npm" => "npm",
        "pypi" => "PyPI",
        "maven" => "Maven",
        "gem" => "RubyGems",
        "composer" => "Packagist",
        "nuget" => "NuGet",
        "hex" => "Hex",
        "pub" => "Pub",
        "swift" => "SwiftURL",
        "cran" => "CRAN",
        _ => return None,
    })
}

/// The name of a package as it is compared in its ecosystem: the rules of the registries.
pub(crate) fn compared_name(purl_kind: &str, name: &str) -> String {
    match purl_kind {
        // PEP 503.
        "pypi" => {
            let mut folded = String::with_capacity(name.len());
            for c in name.chars() {
                if matches!(c, '-' | '_' | '.') {
                    if !folded.ends_with('-') {
                        folded.push('-');
                    }
                } else {
                    folded.extend(c.to_lowercase());
                }
            }
            folded
        }
        "maven" => name.replace(':', "/"),
        "golang" | "nuget" | "composer" | "hex" | "pub" | "swift" => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// Whether a version lies in what an advisory is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inside {
    /// It does not.
    No,
    /// A version or a bound does not follow the ecosystem's rule.
    CannotTell,
    /// It is named.
    Listed,
    /// It lies in a range.
    InRange,
}

impl Range {
    /// Whether a version lies in this range, and the version that mends it.
    #[must_use]
    pub fn holds(&self, scheme: Scheme, version: &str) -> (Inside, Option<&str>) {
        use std::cmp::Ordering::{Equal, Greater, Less};
        if self.kind == "GIT" {
            return (Inside::No, None);
        }
        // Record order decides between events of one version: an interval that closes where it opens is empty.
        let mut events: Vec<(&Event, std::cmp::Ordering)> = Vec::with_capacity(self.events.len());
        if !scheme.knows(version) {
            return (Inside::CannotTell, None);
        }
        for event in &self.events {
            let start = matches!(event, Event::Introduced(v) if v == "0");
            let order = if start { Some(Greater) } else { scheme.compare(version, event.version()) };
            let Some(order) = order else { return (Inside::CannotTell, None) };
            events.push((event, order));
        }
        let zero = |event: &Event| matches!(event, Event::Introduced(v) if v == "0");
        events.sort_by(|(a, _), (b, _)| match (zero(a), zero(b)) {
            (true, true) => Equal,
            (true, false) => Less,
            (false, true) => Greater,
            (false, false) => scheme.compare(a.version(), b.version()).unwrap_or(Equal),
        });
        let mut inside = false;
        for (event, order) in &events {
            match (event, order) {
                (Event::Introduced(_), Greater | Equal) => inside = true,
                (Event::Fixed(_) | Event::Limit(_), Greater | Equal) | (Event::LastAffected(_), Greater) => inside = false,
                _ => {}
            }
        }
        if !inside {
            return (Inside::No, None);
        }
        let fix = events.iter().find_map(|(event, order)| match event {
            Event::Fixed(version) => (*order == Less).then_some(version.as_str()),
            Event::Introduced(_) | Event::LastAffected(_) | Event::Limit(_) => None,
        });
        (Inside::InRange, fix)
    }
}

impl Affected {
    /// Whether a version is affected, by a range or by its own name, and the versions that mend it.
    #[must_use]
    pub fn holds(&self, scheme: Scheme, version: &str) -> (Inside, Vec<String>) {
        let mut found = Inside::No;
        let mut fixes = Vec::new();
        for range in &self.ranges {
            let (inside, fix) = range.holds(scheme, version);
            found = found.max(inside);
            fixes.extend(fix.map(str::to_owned));
        }
        if found != Inside::InRange {
            let same = |listed: &String| listed == version || scheme.compare(listed, version).is_some_and(std::cmp::Ordering::is_eq);
            if self.versions.iter().any(same) {
                found = Inside::Listed;
            } else if found == Inside::No && !self.versions.is_empty() && self.ranges.is_empty() && !scheme.knows(version) {
                found = Inside::CannotTell;
            }
        }
        fixes.dedup();
        (found, fixes)
    }

    /// Whether nothing limits the versions: every version is affected.
    pub(crate) fn unlimited(&self) -> bool {
        self.versions.is_empty() && self.ranges.iter().all(|r| r.kind == "GIT")
    }
}
