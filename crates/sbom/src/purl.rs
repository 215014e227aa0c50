//! `sbom::purl` — package URLs: read, made canonical by the rules of their type, written. Ours, because the
//! canonical form is the key everything is matched by; the specification's own cases are its test.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// A package URL in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purl {
    /// Type, in lower case.
    pub kind: String,
    /// Namespace: segments with `/` between them.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Qualifiers by key.
    pub qualifiers: BTreeMap<String, String>,
    /// Path inside the package.
    pub subpath: Option<String>,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurlError {
    /// It does not begin with `pkg:`.
    Scheme,
    /// No type, or one with other signs than letters, digits, `.`, `+` and `-`.
    Kind,
    /// No name, or one its type forbids.
    Name,
    /// A namespace its type forbids, or none where it requires one.
    Namespace,
    /// A version its type forbids, or none where it requires one.
    Version,
    /// A qualifier without a key or with a key that is none, or one missing that its type requires.
    Qualifier,
    /// A `%` that is not followed by two hexadecimal digits, or bytes that are no text.
    Encoding,
}

/// What a type says of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Namespace {
    Required,
    Forbidden,
    Either,
}

use Namespace::{Either, Forbidden, Required};

/// Rules of the types: namespace, whether namespace, name and version are lower-cased. Source: the type
/// definitions of the package-url specification, 2026-08.
const KINDS: [(&str, Namespace, bool, bool, bool); 42] = [
    ("alpm", Required, true, true, false),
    ("apk", Required, true, true, false),
    ("bazel", Forbidden, false, false, false),
    ("bitbucket", Required, true, true, false),
    ("bitnami", Forbidden, false, true, false),
    ("brew", Either, true, true, false),
    ("cargo", Forbidden, false, false, false),
    ("chrome-extension", Forbidden, false, true, false),
    ("cocoapods", Forbidden, false, false, false),
    ("composer", Required, true, true, false),
    ("conan", Either, false, false, false),
    ("conda", Forbidden, false, false, false),
    ("cpan", Either, false, false, false),
    ("cran", Forbidden, false, false, false),
    ("deb", Required, true, true, false),
    ("docker", Either, false, false, false),
    ("gem", Forbidden, false, false, false),
    ("generic", Either, false, false, false),
    ("git", Required, false, false, false),
    ("github", Required, true, true, false),
    ("golang", Required, false, false, false),
    ("hackage", Forbidden, false, false, false),
    ("hex", Either, true, true, false),
    ("huggingface", Required, false, false, true),
    ("julia", Forbidden, false, false, false),
    ("luarocks", Either, true, true, false),
    ("maven", Required, false, false, false),
    ("mlflow", Forbidden, false, false, false),
    ("npm", Either, false, false, false),
    ("nuget", Forbidden, false, false, false),
    ("oci", Forbidden, false, true, true),
    ("opam", Forbidden, false, false, false),
    ("otp", Forbidden, false, true, false),
    ("pub", Forbidden, false, true, false),
    ("pypi", Forbidden, false, true, true),
    ("qpkg", Required, true, false, false),
    ("rpm", Required, true, false, false),
    ("swid", Either, false, false, false),
    ("swift", Required, false, false, false),
    ("vcpkg", Forbidden, false, false, false),
    ("vscode-extension", Required, true, true, true),
    ("yocto", Either, true, false, false),
];

/// Takes percent signs out.
pub(crate) fn decoded(text: &str) -> Result<String, PurlError> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else { return Err(PurlError::Encoding) };
        bytes.push(high * 16 + low);
    }
    String::from_utf8(bytes).map_err(|_| PurlError::Encoding)
}

/// Puts percent signs in.
pub(crate) fn encoded(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':') {
            out.write_char(char::from(byte))?;
        } else {
            write!(out, "%{byte:02X}")?;
        }
    }
    Ok(())
}

fn segments(text: &str) -> Result<Option<String>, PurlError> {
    let mut parts = Vec::new();
    for part in text.split('/').filter(|p| !p.is_empty()) {
        parts.push(decoded(part)?);
    }
    Ok(if parts.is_empty() { None } else { Some(parts.join("/")) })
}

impl Purl {
    /// Reads a package URL, canonical or not.
    ///
    /// # Errors
    /// [`PurlError`]
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        let text = text.trim();
        let (rest, subpath) = text.rsplit_once('#').map_or((text, None), |(rest, sub)| (rest, Some(sub)));
        let (rest, qualifiers) = rest.split_once('?').map_or((rest, None), |(rest, q)| (rest, Some(q)));
        let (scheme, rest) = rest.split_once(':').ok_or(PurlError::Scheme)?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return Err(PurlError::Scheme);
        }
        let rest = rest.trim_matches('/');
        let (kind, rest) = rest.split_once('/').ok_or(PurlError::Name)?;
        // An @ before the last / belongs to a namespace that was not encoded, as in npm/@scope/name.
        let last = rest.rfind('/').map_or(0, |at| at + 1);
        let tail = rest.get(last..).unwrap_or("");
        let cut = tail.rfind('@').filter(|at| *at > 0 || kind != "npm").map(|at| last + at);
        let cut = cut.or_else(|| late_version(rest, last));
        let (path, version) = match cut.and_then(|at| rest.split_at_checked(at)) {
            Some((path, version)) => (path, Some(decoded(version.trim_start_matches('@'))?)),
            None => (rest, None),
        };
        // A repository's host is its namespace, its whole path its name.
        let parts = if kind.eq_ignore_ascii_case("git") { path.split_once('/') } else { path.rsplit_once('/') };
        let (namespace, name) = parts.map_or((None, path), |(ns, name)| (Some(ns), name));
        let mut pairs = BTreeMap::new();
        for pair in qualifiers.into_iter().flat_map(|q| q.split('&')).filter(|p| !p.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or(PurlError::Qualifier)?;
            pairs.insert(key.to_ascii_lowercase(), decoded(value)?);
        }
        let subpath = match subpath {
            None => None,
            Some(sub) => segments(sub)?,
        };
        Purl {
            kind: kind.to_owned(),
            namespace: namespace.map_or(Ok(None), segments)?,
            name: decoded(name)?,
            version,
            qualifiers: pairs,
            subpath,
        }
        .canonical()
    }

    /// Puts the parts into canonical form.
    ///
    /// # Errors
    /// [`PurlError`]
    pub fn canonical(mut self) -> Result<Self, PurlError> {
        self.kind.make_ascii_lowercase();
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if !self.kind.starts_with(|c: char| c.is_ascii_alphabetic()) || !self.kind.chars().all(letters) {
            return Err(PurlError::Kind);
        }
        self.namespace = self.namespace.map(|n| n.trim_matches('/').to_owned()).filter(|n| !n.is_empty());
        self.version = self.version.filter(|v| !v.is_empty());
        self.name = String::from(self.name.trim_matches('/'));
        if self.name.is_empty() {
            return Err(PurlError::Name);
        }
        let mut qualifiers = BTreeMap::new();
        for (key, value) in self.qualifiers {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !key.chars().all(fits) {
                return Err(PurlError::Qualifier);
            }
            if !value.is_empty() {
                qualifiers.insert(key.to_ascii_lowercase(), value);
            }
        }
        self.qualifiers = qualifiers;
        let kept: Vec<&str> = self.subpath.iter().flat_map(|s| s.split('/')).filter(|s| !matches!(*s, "" | "." | "..")).collect();
        self.subpath = Some(kept.join("/")).filter(|s| !s.is_empty());
        let rules = KINDS.iter().find(|(kind, ..)| *kind == self.kind);
        let Some((_, namespace, lower_namespace, lower_name, lower_version)) = rules else { return Ok(self) };
        match (namespace, &self.namespace) {
            (Required, None) if self.kind != "golang" => return Err(PurlError::Namespace),
            (Forbidden, Some(_)) => return Err(PurlError::Namespace),
            _ => {}
        }
        if *lower_namespace {
            self.namespace = self.namespace.map(|n| n.to_lowercase());
        }
        if *lower_name {
            self.name = self.name.to_lowercase();
        }
        if *lower_version {
            self.version = self.version.map(|v| v.to_lowercase());
        }
        self.by_kind()
    }

    /// The rules a single type has.
    fn by_kind(mut self) -> Result<Self, PurlError> {
        let has = |key: &str| self.qualifiers.contains_key(key);
        match self.kind.as_str() {
            "pypi" | "hackage" => self.name = self.name.replace('_', "-"),
            "pub" => self.name = self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect(),
            "mlflow" if self.qualifiers.get("repository_url").is_some_and(|u| u.contains("azuredatabricks.net")) => {
                self.name.make_ascii_lowercase();
            }
            "julia" if !has("uuid") => return Err(PurlError::Qualifier),
            "swid" if !has("tag_id") => return Err(PurlError::Qualifier),
            // A distribution is named, never a module.
            "cpan" if self.name.contains("::") => return Err(PurlError::Name),
            "git" if self.namespace.as_deref().is_some_and(|n| matches!(n, "github" | "github.com")) => {
                self.name = self.name.to_lowercase();
            }
            "cpan" => self.namespace = self.namespace.map(|n| n.to_uppercase()),
            "cran" | "swift" if self.version.is_none() => return Err(PurlError::Version),
            "chrome-extension" => {
                if self.name.len() != 32 || !self.name.bytes().all(|b| (b'a'..=b'p').contains(&b)) {
                    return Err(PurlError::Name);
                }
                let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                if self.version.as_ref().is_some_and(|v| v.split('.').count() > 4 || !v.split('.').all(number)) {
                    return Err(PurlError::Version);
                }
            }
            _ => {}
        }
        Ok(self)
    }

    /// Namespace and name, which are how a package is called in its ecosystem.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Where a version begins that holds an unescaped `/`, as some tools write; none for npm's scopes.
fn late_version(rest: &str, last: usize) -> Option<usize> {
    let head = rest.get(..last)?;
    let at = head.rfind('@').filter(|at| *at > 0)?;
    let before = head.get(..at)?;
    (!before.ends_with('/')).then_some(at)
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.kind)?;
        for part in self.namespace.iter().flat_map(|n| n.split('/')) {
            f.write_char('/')?;
            encoded(part, f)?;
        }
        let parts: Vec<&str> = if self.kind == "git" { self.name.split('/').collect() } else { vec![&self.name] };
        for part in parts {
            f.write_char('/')?;
            encoded(part, f)?;
        }
        if let Some(version) = &self.version {
            f.write_char('@')?;
            encoded(version, f)?;
        }
        for (at, (key, value)) in self.qualifiers.iter().enumerate() {
            f.write_char(if at == 0 { '?' } else { '&' })?;
            f.write_str(key)?;
            f.write_char('=')?;
            encoded(value, f)?;
        }
        for (at, part) in self.subpath.iter().flat_map(|s| s.split('/')).enumerate() {
            f.write_char(if at == 0 { '#' } else { '/' })?;
            encoded(part, f)?;
        }
        Ok(())
    }
}
