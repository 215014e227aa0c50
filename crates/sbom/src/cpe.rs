//! `sbom::cpe` — names of products as the dictionary of platforms writes them (CPE 2.2 and 2.3), as far as matching needs
//! them. Vendor and product must be equal; a part that says "any" fits everything, one that says "none" nothing.

/// What a part of a name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CpePart {
    /// Anything.
    Any,
    /// That there is none.
    None,
    /// This, in small letters and without escapes.
    Is(String),
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpe {
    /// `a` an application, `o` an operating system or firmware, `h` hardware.
    pub part: String,
    /// Who makes it.
    pub vendor: String,
    /// What it is.
    pub product: String,
    /// Its version.
    pub version: CpePart,
    /// An update of the version, as `sp1`.
    pub update: CpePart,
    /// What it runs in or for.
    pub target: CpePart,
}

/// Longest name, in bytes.
const LENGTH_MAX: usize = 1024;

impl Cpe {
    /// Reads a name in either notation; none if it is no name, or leaves vendor or product open.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LENGTH_MAX {
            return None;
        }
        let parts: Vec<CpePart> = if let Some(rest) = text.strip_prefix("cpe:2.3:") {
            split(rest).iter().map(|p| formatted(p)).collect()
        } else {
            text.strip_prefix("cpe:/")?.split(':').map(uri).collect()
        };
        let is = |at: usize| match parts.get(at) {
            Some(CpePart::Is(text)) => Some(text.clone()),
            _ => None,
        };
        let open = |at: usize| parts.get(at).cloned().unwrap_or(CpePart::Any);
        let part = is(0).filter(|p| matches!(p.as_str(), "a" | "o" | "h"))?;
        // The older notation has no place for it.
        let target = if text.starts_with("cpe:2.3:") { open(8) } else { CpePart::Any };
        Some(Self { part, vendor: is(1)?, product: is(2)?, version: open(3), update: open(4), target })
    }

    /// How advisories name it, without its version.
    #[must_use]
    pub fn key(&self) -> String {
        format!("cpe/{}:{}", self.vendor, self.product)
    }

    /// Its version with its update; none if it says nothing of one.
    #[must_use]
    pub fn full_version(&self) -> Option<String> {
        match (&self.version, &self.update) {
            (CpePart::Is(version), CpePart::Is(update)) => Some(format!("{version}-{update}")),
            (CpePart::Is(version), CpePart::Any | CpePart::None) => Some(version.clone()),
            (CpePart::Any | CpePart::None, _) => None,
        }
    }
}

/// The parts of a formatted name; a colon behind a backslash parts nothing.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == ':' && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn formatted(part: &str) -> CpePart {
    match part {
        "*" | "" => CpePart::Any,
        "-" => CpePart::None,
        text => {
            let mut plain = String::with_capacity(text.len());
            let mut escaped = false;
            for c in text.chars() {
                escaped = c == '\\' && !escaped;
                if !escaped {
                    plain.extend(c.to_lowercase());
                }
            }
            CpePart::Is(plain)
        }
    }
}

fn uri(part: &str) -> CpePart {
    match part {
        "" => CpePart::Any,
        "-" => CpePart::None,
        // The newer notation packed into the older one holds five fields between tildes.
        text => match crate::purl::decoded(text.split('~').find(|t| !t.is_empty()).unwrap_or("")) {
            Ok(plain) if !plain.is_empty() => CpePart::Is(plain.to_lowercase()),
            _ => CpePart::Any,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_notations_name_the_same() {
        let new = Cpe::parse(r"cpe:2.3:a:Apache:log4j:2.0:beta9:*:*:*:*:*:*").unwrap();
        let old = Cpe::parse("cpe:/a:apache:log4j:2.0:beta9").unwrap();
        assert_eq!(new, old);
        assert_eq!((new.key().as_str(), new.full_version().as_deref()), ("cpe/apache:log4j", Some("2.0-beta9")));
        assert_eq!(Cpe::parse("cpe:/a:apache:log4j").unwrap().version, CpePart::Any);
        assert_eq!(Cpe::parse("cpe:2.3:a:apache:httpd:-:*:*:*:*:*:*:*").unwrap().version, CpePart::None);
        let escaped = Cpe::parse(r"cpe:2.3:a:x\:y:node\.js:1\.0:*:*:*:*:node\.js:*:*").unwrap();
        assert_eq!((escaped.vendor.as_str(), escaped.product.as_str()), ("x:y", "node.js"));
        assert_eq!(escaped.target, CpePart::Is("node.js".to_owned()));
        assert_eq!(Cpe::parse("cpe:/o:redhat:enterprise%5flinux:6").unwrap().product, "enterprise_linux");
        for wrong in ["", "cpe:2.3:a:*:x:1", "cpe:/x:v:p", "pkg:npm/a", "cpe:2.3:a:v"] {
            assert_eq!(Cpe::parse(wrong), None, "{wrong}");
        }
    }
}
