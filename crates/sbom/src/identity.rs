//! `sbom::identity` — what a component can be looked up by: package URL, CPE name, checksum, and its name. Each class stands
//! for itself; a name alone never says more than "may be".

use crate::cpe::{Cpe, CpePart};
use crate::document::{Component, ComponentKind};
use crate::matching::package_of;
use crate::purl::Purl;

/// One thing a component can be looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// How advisories name it.
    pub key: String,
    /// The identifier with the version that is compared, in a form that [`Identity::parse`] reads.
    pub text: String,
    pub(crate) compared: Compared,
}

/// What is compared with an advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Compared {
    Purl(Purl),
    Cpe(Cpe),
    Hash,
    Name { vendor: String, version: String },
}

/// Checksums that are looked up; shorter ones name more than one thing.
const HASHES: [(&str, usize); 2] = [("sha256", 64), ("sha512", 128)];

/// A name as it is compared: small letters and digits of any script, full-width forms as narrow ones.
pub(crate) fn folded(name: &str) -> String {
    name.chars().map(kernel::narrow).flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// A checksum as it is compared; none for those that are not.
pub(crate) fn hash(algorithm: &str, value: &str) -> Option<String> {
    let algorithm = folded(algorithm);
    let (name, length) = HASHES.into_iter().find(|(name, _)| *name == algorithm)?;
    let value = value.trim().to_ascii_lowercase();
    (value.len() == length && value.bytes().all(|b| b.is_ascii_hexdigit())).then(|| format!("{name}:{value}"))
}

impl Identity {
    fn purl(text: &str, purl: Purl) -> Self {
        Self { key: package_of(&purl), text: text.to_owned(), compared: Compared::Purl(purl) }
    }

    fn cpe(text: &str, cpe: Cpe) -> Self {
        Self { key: cpe.key(), text: text.to_owned(), compared: Compared::Cpe(cpe) }
    }

    fn hash(text: String) -> Self {
        Self { key: format!("hash/{text}"), text, compared: Compared::Hash }
    }

    fn name(vendor: &str, name: &str, version: &str) -> Option<Self> {
        let key = folded(name);
        let text = format!("name:\t{vendor}\t{name}\t{version}");
        let compared = Compared::Name { vendor: folded(vendor), version: version.to_owned() };
        (!key.is_empty()).then(|| Self { key: format!("name/{key}"), text, compared })
    }

    /// Reads an identifier as it was kept; none if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with("pkg:") {
            return Some(Self::purl(text, Purl::parse(text).ok()?));
        }
        if text.starts_with("cpe:") {
            // The version of the component stands behind a tab where the name leaves it open.
            let (name, version) = text.split_once('\t').unwrap_or((text, ""));
            return Some(Self::cpe(text, with_version(Cpe::parse(name)?, version)));
        }
        if let Some(rest) = text.strip_prefix("name:\t") {
            let mut parts = rest.splitn(3, '\t');
            return Self::name(parts.next()?, parts.next()?, parts.next()?);
        }
        let (algorithm, value) = text.split_once(':')?;
        hash(algorithm, value).map(Self::hash)
    }

    /// Everything a component can be looked up by; by its name only if that is asked for.
    #[must_use]
    pub fn all(component: &Component, names: bool) -> Vec<Self> {
        let version = component.version.as_deref().unwrap_or("");
        let mut all = Vec::new();
        for text in &component.purls {
            if let Ok(mut purl) = Purl::parse(text) {
                if purl.version.is_none() {
                    purl.version.clone_from(&component.version);
                }
                all.push(Self::purl(text, purl));
            }
        }
        for text in &component.cpes {
            let Some(cpe) = Cpe::parse(text) else { continue };
            let kept = if cpe.version == CpePart::Any && !version.is_empty() { format!("{text}\t{version}") } else { text.clone() };
            all.push(Self::cpe(&kept, with_version(cpe, version)));
        }
        if component.kind != ComponentKind::File {
            all.extend(component.hashes.iter().filter_map(|h| hash(&h.algorithm, &h.value)).map(Self::hash));
        }
        if names {
            all.extend(Self::name(component.producer.as_deref().unwrap_or(""), &component.name, version));
        }
        all
    }

    /// Its text with the package URL as it is written canonically, the version with it.
    #[must_use]
    pub fn canonical(&self) -> String {
        if let Compared::Purl(purl) = &self.compared { purl.to_string() } else { self.text.clone() }
    }

    /// Whether it says which version of which product it is.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        matches!(self.compared, Compared::Purl(_) | Compared::Cpe(_))
    }
}

fn with_version(mut cpe: Cpe, version: &str) -> Cpe {
    if cpe.version == CpePart::Any && !version.is_empty() {
        cpe.version = CpePart::Is(version.to_owned());
    }
    cpe
}
