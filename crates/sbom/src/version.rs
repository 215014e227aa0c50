//! `sbom::version` — the order of versions, one rule an ecosystem. A version that does not follow its rule has no
//! order: the answer is "cannot tell", never "no".
//!
//! By crates: Cargo, npm and Go (`semver`, with the short and long forms registries hold read here), `PyPI`
//! (`pep440_rs`). Ours: Debian, RPM and Alpine, Maven, `RubyGems`, Packagist, `NuGet`, CRAN, and products of no registry, tested by the orders of
//! others; the crates there are for them were not tried.

use std::cmp::Ordering;
use std::str::FromStr as _;

use serde::{Deserialize, Serialize};

use crate::version_distro::{alpine, debian, rpm};
use crate::version_generic::generic;
use crate::version_lang::{composer, cran, gem, maven};

/// The rule versions are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Semantic versions: Cargo, npm, Hex, Pub, Swift.
    Semver,
    /// Semantic versions with a `v`, and versions made from commits.
    Go,
    /// PEP 440.
    Pypi,
    /// Maven.
    Maven,
    /// `RubyGems`.
    Gem,
    /// Composer packages.
    Composer,
    /// `NuGet`.
    Nuget,
    /// Debian and Ubuntu packages.
    Debian,
    /// RPM packages.
    Rpm,
    /// Alpine packages.
    Alpine,
    /// R packages.
    Cran,
    /// Products of no registry.
    Generic,
}

impl Scheme {
    /// The rule of a package URL's type.
    #[must_use]
    pub fn of_purl_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "cargo" | "npm" | "hex" | "pub" | "swift" | "github" => Self::Semver,
            "golang" => Self::Go,
            "pypi" => Self::Pypi,
            "maven" => Self::Maven,
            "gem" => Self::Gem,
            "composer" => Self::Composer,
            "nuget" => Self::Nuget,
            "deb" => Self::Debian,
            "rpm" => Self::Rpm,
            "apk" | "alpine" => Self::Alpine,
            "cran" => Self::Cran,
            "generic" | "all" | "conan" | "nginx" | "openssl" => Self::Generic,
            _ => return None,
        })
    }

    /// The order of two versions; none if one of them does not follow the rule.
    #[must_use]
    pub fn compare(self, a: &str, b: &str) -> Option<Ordering> {
        match self {
            Self::Semver => semantic(a, b),
            Self::Go => semantic(go(a)?, go(b)?),
            Self::Pypi => {
                let read = |text: &str| pep440_rs::Version::from_str(text.trim()).ok();
                Some(read(a)?.cmp(&read(b)?))
            }
            Self::Maven => maven(a, b),
            Self::Gem => gem(a, b),
            Self::Composer => composer(a, b),
            Self::Nuget => semantic(&a.to_ascii_lowercase(), &b.to_ascii_lowercase()),
            Self::Debian => debian(a, b),
            Self::Rpm => rpm(a, b),
            Self::Alpine => alpine(a, b),
            Self::Cran => cran(a, b),
            Self::Generic => generic(a, b),
        }
    }

    /// Whether a version follows the rule.
    #[must_use]
    pub fn knows(self, version: &str) -> bool {
        self.compare(version, version).is_some()
    }
}

/// A Go version without what stands before and after its numbers. Words like `(devel)` are none.
fn go(text: &str) -> Option<&str> {
    let text = text.strip_prefix("go").or_else(|| text.strip_prefix('v')).unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| text.strip_suffix("+incompatible").unwrap_or(text))
}

/// Semantic versions; where one is shorter or longer than three numbers, number by number all the same.
fn semantic(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.trim().trim_start_matches('v'), b.trim().trim_start_matches('v'));
    if let (Ok(a), Ok(b)) = (semver::Version::parse(a), semver::Version::parse(b)) {
        return Some(a.cmp_precedence(&b));
    }
    let (a, b) = (Loose::read(a)?, Loose::read(b)?);
    let length = a.numbers.len().max(b.numbers.len());
    for at in 0..length {
        let order = numeric(a.numbers.get(at).unwrap_or(&"0"), b.numbers.get(at).unwrap_or(&"0"));
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    match (a.before, b.before) {
        (None, None) => Some(Ordering::Equal),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some(_), None) => Some(Ordering::Less),
        (Some(a), Some(b)) => {
            // The crate knows the order of pre-releases; the numbers are equal here.
            let read = |text: &str| semver::Prerelease::new(text).ok();
            match (read(a), read(b)) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => Some(a.cmp(b)),
            }
        }
    }
}

/// A semantic version with any number of numbers.
struct Loose<'a> {
    numbers: Vec<&'a str>,
    before: Option<&'a str>,
}

impl<'a> Loose<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let text = text.split_once('+').map_or(text, |(t, _)| t);
        let (numbers, before) = text.split_once('-').map_or((text, None), |(n, b)| (n, Some(b)));
        let numbers: Vec<&str> = numbers.split('.').collect();
        let digits = |n: &&str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
        numbers.iter().all(digits).then_some(Loose { numbers, before })
    }
}

/// The order of two texts of digits as numbers of any length.
pub(crate) fn numeric(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}
