//! `sbom::matching` — which advisories concern which components, by what rule, and what cannot be told. Ours: this is
//! what the house exists for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::osv::{Advisory, Affected, Inside, compared_name, ecosystem};
use crate::purl::Purl;
use crate::version::Scheme;

/// The rule by which a component is affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchRule {
    /// Package URL, and the version lies in a range.
    PurlRange,
    /// Package URL, and the version is named.
    PurlListed,
    /// Package URL, and the advisory is about every version.
    PurlEveryVersion,
}

/// Why it cannot be told whether a component is affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The component has no version.
    NoVersion,
    /// The version, or a bound of the advisory, does not follow the ecosystem's rule.
    VersionUnreadable,
    /// A distribution's package without the distribution's release.
    ReleaseUnknown,
    /// A package of a module stream against one that is of none, or of another.
    ModuleStream,
    /// The result hangs on an epoch that only one side states.
    EpochMissing,
}

/// A component that an advisory concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Match {
    /// The package URL as the document has it.
    pub purl: String,
    /// The advisory.
    pub advisory: String,
    /// Its other ids.
    pub aliases: Vec<String>,
    /// The rule that said so.
    pub rule: MatchRule,
    /// Versions that mend it.
    pub fixed: Vec<String>,
}

/// A component that an advisory may concern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Unsure {
    /// The package URL as the document has it.
    pub purl: String,
    /// The advisory.
    pub advisory: String,
    /// Why it cannot be told.
    pub why: Doubt,
}

/// What matching found, in the order of package URL and advisory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Matches {
    /// Who is affected.
    pub findings: Vec<Match>,
    /// Of whom it cannot be told.
    pub cannot_tell: Vec<Unsure>,
    /// Components without an identifier that could be matched.
    pub without_identifier: u64,
}

/// How advisories name the package of a package URL: its type and the name as its registry compares it.
#[must_use]
pub fn package_of(purl: &Purl) -> String {
    let kind = if purl.kind == "alpine" { "apk" } else { purl.kind.as_str() };
    let distribution = matches!(kind, "deb" | "rpm" | "apk");
    let name = if distribution { purl.name.clone() } else { compared_name(kind, &purl.full_name()) };
    format!("{kind}/{name}")
}

/// The packages an advisory is about, named as [`package_of`] does.
#[must_use]
pub fn packages_of(advisory: &Advisory) -> BTreeSet<String> {
    let packages = advisory.affected.iter().filter_map(|a| a.package.as_ref());
    let known = packages.filter_map(|p| Some((ecosystem(&p.ecosystem)?.purl_kind, &p.name)));
    known.map(|(kind, name)| format!("{kind}/{}", compared_name(kind, name))).collect()
}

/// Package: places in a list of advisories and in an advisory's list of affected packages.
type ByPackage = BTreeMap<String, Vec<(usize, usize)>>;

/// Advisories by what they are about.
#[derive(Debug, Default)]
pub struct Advisories {
    all: Vec<Advisory>,
    by_package: ByPackage,
}

impl Advisories {
    /// Advisories by what they are about. Withdrawn ones are left out.
    #[must_use]
    pub fn new(all: Vec<Advisory>) -> Self {
        let mut by_package = ByPackage::new();
        for (at, advisory) in all.iter().enumerate() {
            if advisory.withdrawn.is_some() {
                continue;
            }
            for (part, affected) in advisory.affected.iter().enumerate() {
                let Some(package) = &affected.package else { continue };
                let Some(known) = ecosystem(&package.ecosystem) else { continue };
                let name = format!("{}/{}", known.purl_kind, compared_name(known.purl_kind, &package.name));
                by_package.entry(name).or_default().push((at, part));
            }
        }
        Advisories { all, by_package }
    }

    /// How many there are, withdrawn ones counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What concerns the components of a document.
    #[must_use]
    pub fn scan(&self, document: &Document) -> Matches {
        let mut found = Matches::default();
        for component in &document.components {
            let mut named = false;
            for text in &component.purls {
                if let Ok(mut purl) = Purl::parse(text) {
                    named = true;
                    if purl.version.is_none() {
                        purl.version.clone_from(&component.version);
                    }
                    self.look_up(text, &purl, &mut found);
                }
            }
            if !named {
                found.without_identifier += 1;
            }
        }
        found.sort();
        found
    }

    /// What concerns package URLs, as texts. Unreadable ones are counted.
    #[must_use]
    pub fn scan_purls<'p>(&self, purls: impl Iterator<Item = &'p str>) -> Matches {
        let mut found = Matches::default();
        for text in purls {
            match Purl::parse(text) {
                Ok(purl) => self.look_up(text, &purl, &mut found),
                Err(_) => found.without_identifier += 1,
            }
        }
        found.sort();
        found
    }

    fn look_up(&self, text: &str, purl: &Purl, found: &mut Matches) {
        let Some(places) = self.by_package.get(&package_of(purl)) else { return };
        for (at, part) in places {
            let Some(advisory) = self.all.get(*at) else { continue };
            let Some(affected) = advisory.affected.get(*part) else { continue };
            match concerns(affected, purl) {
                Verdict::No => {}
                Verdict::Unsure(why) => {
                    found.cannot_tell.push(Unsure { purl: text.to_owned(), advisory: advisory.id.clone(), why });
                }
                Verdict::Yes(rule, fixed) => found.findings.push(Match {
                    purl: text.to_owned(),
                    advisory: advisory.id.clone(),
                    aliases: advisory.aliases.clone(),
                    rule,
                    fixed,
                }),
            }
        }
    }
}

impl Matches {
    /// Puts everything in order; what is certain by one part of an advisory is not in doubt by another.
    fn sort(&mut self) {
        self.findings.sort();
        self.findings.dedup_by(|later, kept| {
            let same = later.purl == kept.purl && later.advisory == kept.advisory;
            if same {
                let fixed = std::mem::take(&mut later.fixed);
                kept.fixed.extend(fixed);
                kept.fixed.sort();
                kept.fixed.dedup();
            }
            same
        });
        self.cannot_tell.sort();
        self.cannot_tell.dedup_by(|a, b| a.purl == b.purl && a.advisory == b.advisory);
        let findings = &self.findings;
        self.cannot_tell
            .retain(|u| findings.binary_search_by(|m| (m.purl.as_str(), m.advisory.as_str()).cmp(&(&u.purl, &u.advisory))).is_err());
    }
}

enum Verdict {
    No,
    Unsure(Doubt),
    Yes(MatchRule, Vec<String>),
}

/// Whether a package an advisory is about is this one.
fn concerns(affected: &Affected, purl: &Purl) -> Verdict {
    let Some(known) = affected.package.as_ref().and_then(|p| ecosystem(&p.ecosystem)) else { return Verdict::No };
    let mut doubt = None;
    if let Some(distribution) = known.distribution {
        match release_fits(distribution, known.release, purl) {
            Some(true) => {}
            Some(false) => return Verdict::No,
            None => doubt = Some(Doubt::ReleaseUnknown),
        }
    }
    if affected.unlimited() {
        return doubt.map_or(Verdict::Yes(MatchRule::PurlEveryVersion, Vec::new()), Verdict::Unsure);
    }
    let Some(version) = purl.version.as_deref().filter(|v| !v.is_empty()) else { return Verdict::Unsure(Doubt::NoVersion) };
    let version = with_epoch(known.scheme, version, purl);
    let (inside, fixed) = affected.holds(known.scheme, &version);
    if inside == Inside::No {
        return Verdict::No;
    }
    if known.scheme == Scheme::Rpm {
        doubt = doubt.or_else(|| rpm_doubt(&version, &fixed));
    }
    match (inside, doubt) {
        (Inside::CannotTell, _) => Verdict::Unsure(Doubt::VersionUnreadable),
        (_, Some(why)) => Verdict::Unsure(why),
        (Inside::Listed, None) => Verdict::Yes(MatchRule::PurlListed, fixed),
        (Inside::InRange | Inside::No, None) => Verdict::Yes(MatchRule::PurlRange, fixed),
    }
}

/// Whether a package is of the distribution and release an advisory is about; none if it does not say.
fn release_fits(distribution: &str, release: Option<&str>, purl: &Purl) -> Option<bool> {
    let stated = purl.qualifiers.get("distro").map(|d| d.to_lowercase());
    let namespace = purl.namespace.as_deref().unwrap_or("");
    let own = |text: &str| text == distribution || (distribution == "redhat" && matches!(text, "rhel" | "redhat"));
    let Some(stated) = stated else {
        return if namespace.is_empty() || own(namespace) { None } else { Some(false) };
    };
    let (name, number) = stated.split_once('-').unwrap_or((&stated, ""));
    if !own(name) && !own(namespace) {
        return Some(false);
    }
    let Some(release) = release else { return Some(true) };
    let release = release.trim_start_matches('v');
    let number = number.trim_start_matches('v');
    if number.is_empty() {
        return None;
    }
    Some(number == release || number.strip_prefix(release).is_some_and(|rest| rest.starts_with('.')))
}

/// The version with the epoch its package URL states beside it.
fn with_epoch<'a>(scheme: Scheme, version: &'a str, purl: &Purl) -> std::borrow::Cow<'a, str> {
    match purl.qualifiers.get("epoch") {
        Some(epoch) if scheme == Scheme::Rpm && !version.contains(':') => format!("{epoch}:{version}").into(),
        _ => version.into(),
    }
}

/// What makes the comparison of two RPM versions doubtful.
fn rpm_doubt(version: &str, fixed: &[String]) -> Option<Doubt> {
    let stream = |text: &str| text.split_once(".module").map(|(_, rest)| rest.split(['+', '-']).next().unwrap_or("").to_owned());
    let epoch = |text: &str| text.split_once(':').is_some_and(|(e, _)| !e.trim_start_matches('0').is_empty());
    let own = stream(version);
    if fixed.iter().any(|f| stream(f).is_some() != own.is_some()) {
        return Some(Doubt::ModuleStream);
    }
    if !version.contains(':') && fixed.iter().any(|f| epoch(f)) {
        return Some(Doubt::EpochMissing);
    }
    None
}
