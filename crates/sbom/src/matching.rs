//! `sbom::matching` — which advisories concern which components, by what rule, and what cannot be told. Ours: this is
//! what the house exists for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cpe::{Cpe, CpePart};
use crate::document::Document;
use crate::identity::{Compared, Identity, folded};
use crate::osv::{Advisory, Affected, Inside, Product, compared_name, ecosystem};
use crate::purl::Purl;
use crate::vers::Vers;
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
    /// CPE name, and the version lies in a range.
    CpeRange,
    /// CPE name, and the version is named.
    CpeListed,
    /// Checksum of the very file.
    Hash,
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
    /// The advisory names the product and no versions.
    VersionsUnstated,
    /// The product is concerned only together with something else it runs in or on.
    Together,
    /// The maker still looks into it.
    MakerLooks,
    /// Only the names are alike: a candidate until somebody has looked.
    NameOnly,
}

/// A component that an advisory concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Match {
    /// The package URL as the document has it; empty if the component has none.
    pub purl: String,
    /// The identifier the rule looked at.
    pub identifier: String,
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
    /// The package URL as the document has it; empty if the component has none.
    pub purl: String,
    /// The identifier the rule looked at.
    pub identifier: String,
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

/// What an advisory is about, named as [`Identity`] does.
#[must_use]
pub fn keys_of(advisory: &Advisory) -> BTreeSet<String> {
    advisory.affected.iter().flat_map(keys).collect()
}

/// What an entry of an advisory is about: its package, or its product by CPE names, checksums and name.
fn keys(affected: &Affected) -> Vec<String> {
    let package = affected.package.as_ref().and_then(|p| Some((ecosystem(&p.ecosystem)?.purl_kind, &p.name)));
    let mut all: Vec<String> = package.map(|(kind, name)| format!("{kind}/{}", compared_name(kind, name))).into_iter().collect();
    if let Some(product) = &affected.product {
        let cpes: BTreeSet<String> = product.cpes.iter().filter_map(|c| Some(Cpe::parse(c)?.key())).collect();
        all.extend(cpes);
        all.extend(product.hashes.iter().map(|h| format!("hash/{h}")));
        let name = folded(&product.name);
        if !name.is_empty() {
            all.push(format!("name/{name}"));
        }
    }
    all
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
                for key in keys(affected) {
                    by_package.entry(key).or_default().push((at, part));
                }
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

    /// What concerns the components of a document; by names alone only if that is asked for.
    #[must_use]
    pub fn scan(&self, document: &Document, names: bool) -> Matches {
        let mut found = Matches::default();
        for component in &document.components {
            let purl = component.purls.first().map_or("", String::as_str);
            let all = Identity::all(component, names);
            for identity in &all {
                self.look_up(purl, identity, &mut found);
            }
            if !all.iter().any(Identity::is_exact) {
                found.without_identifier += 1;
            }
        }
        found.sort();
        found
    }

    /// What concerns identifiers, as texts of [`Identity`]. Unreadable ones are counted.
    #[must_use]
    pub fn scan_identifiers<'p>(&self, identifiers: impl Iterator<Item = &'p str>) -> Matches {
        let mut found = Matches::default();
        for text in identifiers {
            match Identity::parse(text) {
                Some(identity) => self.look_up(if text.starts_with("pkg:") { text } else { "" }, &identity, &mut found),
                None => found.without_identifier += 1,
            }
        }
        found.sort();
        found
    }

    fn look_up(&self, purl: &str, identity: &Identity, found: &mut Matches) {
        let Some(places) = self.by_package.get(&identity.key) else { return };
        for (at, part) in places {
            let Some(advisory) = self.all.get(*at) else { continue };
            let Some(affected) = advisory.affected.get(*part) else { continue };
            // A document may write its package URL in several ways; the one that was looked at is told.
            let purl = if matches!(identity.compared, Compared::Purl(_)) { &identity.text } else { purl };
            match concerns(affected, identity) {
                Verdict::No => {}
                Verdict::Unsure(why) => found.cannot_tell.push(Unsure {
                    purl: purl.to_owned(),
                    identifier: identity.text.clone(),
                    advisory: advisory.id.clone(),
                    why,
                }),
                Verdict::Yes(rule, fixed) => found.findings.push(Match {
                    purl: purl.to_owned(),
                    identifier: identity.text.clone(),
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
            let same = later.identifier == kept.identifier && later.advisory == kept.advisory;
            if same {
                let fixed = std::mem::take(&mut later.fixed);
                kept.fixed.extend(fixed);
                kept.fixed.sort();
                kept.fixed.dedup();
            }
            same
        });
        self.cannot_tell.sort();
        self.cannot_tell.dedup_by(|a, b| a.identifier == b.identifier && a.advisory == b.advisory);
        let certain: BTreeSet<(&str, &str)> = self.findings.iter().map(|m| (m.identifier.as_str(), m.advisory.as_str())).collect();
        self.cannot_tell.retain(|u| !certain.contains(&(u.identifier.as_str(), u.advisory.as_str())));
    }
}

enum Verdict {
    No,
    Unsure(Doubt),
    Yes(MatchRule, Vec<String>),
}

/// Whether what an advisory is about is this one.
fn concerns(affected: &Affected, identity: &Identity) -> Verdict {
    match (&identity.compared, &affected.product) {
        (Compared::Purl(purl), None) => package_concerns(affected, purl),
        (Compared::Purl(purl), Some(product)) => softened(package_concerns(affected, purl), product),
        (_, None) => Verdict::No,
        (Compared::Hash, Some(product)) => softened(Verdict::Yes(MatchRule::Hash, Vec::new()), product),
        (Compared::Cpe(cpe), Some(product)) => softened(cpe_concerns(product, cpe), product),
        (Compared::Name { vendor, version }, Some(product)) => {
            let other = !vendor.is_empty() && !product.vendor.is_empty() && *vendor != folded(&product.vendor);
            match product.holds((!version.is_empty()).then_some(version)) {
                _ if other => Verdict::No,
                Ok(None) => Verdict::No,
                Ok(Some(_)) | Err(_) => Verdict::Unsure(Doubt::NameOnly),
            }
        }
    }
}

/// What is certain by itself and not by what the advisory adds.
fn softened(verdict: Verdict, product: &Product) -> Verdict {
    match verdict {
        Verdict::Yes(..) if product.open => Verdict::Unsure(Doubt::MakerLooks),
        Verdict::Yes(..) if product.together => Verdict::Unsure(Doubt::Together),
        other @ (Verdict::No | Verdict::Unsure(_) | Verdict::Yes(..)) => other,
    }
}

/// Whether a CPE name is one of those an advisory is about.
fn cpe_concerns(product: &Product, own: &Cpe) -> Verdict {
    let mut doubt = None;
    for pattern in product.cpes.iter().filter_map(|c| Cpe::parse(c)).filter(|p| p.key() == own.key() && p.part == own.part) {
        if let (CpePart::Is(a), CpePart::Is(b)) = (&pattern.target, &own.target)
            && a != b
        {
            continue;
        }
        let version = own.full_version();
        let verdict = match (&pattern.version, pattern.full_version(), &version) {
            // It has no version there, which is another thing than any version.
            (CpePart::None, ..) => Ok(None),
            (_, Some(listed), Some(version)) => match Scheme::Generic.compare(&listed, version) {
                Some(order) => Ok(order.is_eq().then(Vec::new)),
                None if listed == *version => Ok(Some(Vec::new())),
                None => Err(Doubt::VersionUnreadable),
            },
            (_, Some(_), None) => Err(Doubt::NoVersion),
            (_, None, version) => product.holds(version.as_deref()),
        };
        match verdict {
            Ok(Some(fixed)) => {
                let rule = if pattern.full_version().is_some() { MatchRule::CpeListed } else { MatchRule::CpeRange };
                return Verdict::Yes(rule, fixed);
            }
            Ok(None) => {}
            Err(why) => doubt = Some(why),
        }
    }
    doubt.map_or(Verdict::No, Verdict::Unsure)
}

impl Product {
    /// Whether a version lies in the ranges, and the versions that mend it.
    fn holds(&self, version: Option<&str>) -> Result<Option<Vec<String>>, Doubt> {
        if self.ranges.is_empty() {
            return Err(if self.unread { Doubt::VersionUnreadable } else { Doubt::VersionsUnstated });
        }
        let mut doubt = None;
        for range in &self.ranges {
            let Ok(range) = Vers::parse(range) else {
                doubt = Some(Doubt::VersionUnreadable);
                continue;
            };
            let Some(version) = version.filter(|_| !range.constraints.is_empty()) else {
                if range.constraints.is_empty() {
                    return Ok(Some(Vec::new()));
                }
                doubt = Some(Doubt::NoVersion);
                continue;
            };
            match range.contains(version) {
                Some(true) => return Ok(Some(range.ended_by(version).map(str::to_owned).into_iter().collect())),
                Some(false) => {}
                None => doubt = Some(Doubt::VersionUnreadable),
            }
        }
        if self.unread {
            doubt = Some(Doubt::VersionUnreadable);
        }
        doubt.map_or(Ok(None), Err)
    }
}

/// Whether a package an advisory is about is this one.
fn package_concerns(affected: &Affected, purl: &Purl) -> Verdict {
    let Some(known) = affected.package.as_ref().and_then(|p| ecosystem(&p.ecosystem)) else { return Verdict::No };
    let mut doubt = None;
    if let Some(distribution) = known.distribution {
        match release_fits(distribution, known.release, purl) {
            Some(true) => {}
            Some(false) => return Verdict::No,
            None => doubt = Some(Doubt::ReleaseUnknown),
        }
    }
    let version = purl.version.as_deref().filter(|v| !v.is_empty());
    // A source that speaks of products says versions in its own way, also where it names the package.
    if let (Some(product), true) = (&affected.product, affected.ranges.is_empty() && affected.versions.is_empty()) {
        return match product.holds(version) {
            Ok(Some(fixed)) => Verdict::Yes(MatchRule::PurlRange, fixed),
            Ok(None) => Verdict::No,
            Err(why) => Verdict::Unsure(why),
        };
    }
    if affected.unlimited() {
        return doubt.map_or(Verdict::Yes(MatchRule::PurlEveryVersion, Vec::new()), Verdict::Unsure);
    }
    let Some(version) = version else { return Verdict::Unsure(Doubt::NoVersion) };
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
