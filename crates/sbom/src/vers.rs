//! `sbom::vers` — version ranges as the `vers` notation writes them: read, put in order, written, asked. Ours, over the
//! orders this room knows; a version that has no order leaves the answer open.

use std::cmp::Ordering;
use std::fmt;

use crate::version::Scheme;

/// How a version bounds a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// This version.
    Equal,
    /// Not this version.
    NotEqual,
    /// Below it.
    Less,
    /// Up to it.
    LessOrEqual,
    /// Above it.
    Greater,
    /// From it on.
    GreaterOrEqual,
}

use Comparator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};

/// The signs, longer ones first.
const SIGNS: [(&str, Comparator); 6] =
    [("!=", NotEqual), ("<=", LessOrEqual), (">=", GreaterOrEqual), ("<", Less), (">", Greater), ("=", Equal)];

/// A range of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vers {
    /// The registry's name, as `pypi`.
    pub scheme: String,
    rule: Scheme,
    /// Bounds in the order of their versions; none for every version.
    pub constraints: Vec<(Comparator, String)>,
}

/// Why a text is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersError {
    /// It does not begin with `vers:` and a registry's name.
    Head,
    /// The registry's order is not known here.
    SchemeUnknown,
    /// An empty bound, a space, or a `%` without two hexadecimal digits.
    Constraint,
    /// Bounds that are not in order, or that have none.
    Order,
}

impl Vers {
    /// Reads a range and puts its bounds in order.
    ///
    /// # Errors
    /// [`VersError`]
    pub fn parse(text: &str) -> Result<Self, VersError> {
        let rest = text.strip_prefix("vers:").ok_or(VersError::Head)?;
        let (scheme, bounds) = rest.split_once('/').ok_or(VersError::Head)?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        if scheme.is_empty() || !scheme.chars().all(fits) {
            return Err(VersError::Head);
        }
        let rule = Scheme::of_purl_kind(scheme).ok_or(VersError::SchemeUnknown)?;
        let mut constraints = Vec::new();
        if bounds != "*" {
            for bound in bounds.split('|') {
                let sign = SIGNS.iter().find_map(|(sign, comparator)| Some((*comparator, bound.strip_prefix(sign)?)));
                let (comparator, version) = sign.unwrap_or((Equal, bound));
                if version.is_empty() || version.contains(char::is_whitespace) {
                    return Err(VersError::Constraint);
                }
                let version = crate::purl::decoded(version).map_err(|_| VersError::Constraint)?;
                constraints.push((comparator, version));
            }
        }
        let compared = constraints.len() > 1;
        if compared && !constraints.iter().all(|(_, version)| rule.knows(version)) {
            return Err(VersError::Order);
        }
        // What ends at a version stands before what begins there.
        let ends = |c: Comparator| !matches!(c, Less | LessOrEqual);
        constraints.sort_by(|a, b| rule.compare(&a.1, &b.1).unwrap_or(Ordering::Equal).then_with(|| ends(a.0).cmp(&ends(b.0))));
        Ok(Vers { scheme: scheme.to_owned(), rule, constraints })
    }

    /// Reads a range that must be written in its one canonical way.
    ///
    /// # Errors
    /// As [`Vers::parse`]; [`VersError::Order`] if its bounds are not in order.
    pub fn parse_canonical(text: &str) -> Result<Self, VersError> {
        let range = Self::parse(text)?;
        if range.to_string() == text { Ok(range) } else { Err(VersError::Order) }
    }

    /// Whether a version lies in the range; none if it cannot be told.
    #[must_use]
    pub fn contains(&self, version: &str) -> Option<bool> {
        if self.constraints.is_empty() {
            return Some(true);
        }
        let mut bounds: Vec<(Comparator, Ordering)> = Vec::with_capacity(self.constraints.len());
        for (comparator, bound) in &self.constraints {
            bounds.push((*comparator, self.rule.compare(version, bound)?));
        }
        let at = |wanted: &[Comparator]| bounds.iter().any(|(c, order)| order.is_eq() && wanted.contains(c));
        if at(&[NotEqual]) {
            return Some(false);
        }
        if at(&[Equal, LessOrEqual, GreaterOrEqual]) {
            return Some(true);
        }
        bounds.retain(|(c, _)| !matches!(c, Equal | NotEqual));
        if bounds.is_empty() {
            // Only versions that are in, or only ones that are out.
            return Some(self.constraints.iter().all(|(c, _)| *c == NotEqual));
        }
        // How many stretches are open below every bound: as many as end without having begun. Stretches may lie over one another.
        let (mut open, mut before) = (0_usize, 0_usize);
        for (comparator, _) in &bounds {
            match comparator {
                Less | LessOrEqual if open == 0 => before += 1,
                Less | LessOrEqual => open -= 1,
                Equal | NotEqual | Greater | GreaterOrEqual => open += 1,
            }
        }
        let mut open = before;
        for (comparator, order) in bounds {
            match (comparator, order) {
                (Less, Ordering::Equal | Ordering::Greater) | (LessOrEqual, Ordering::Greater) => open = open.saturating_sub(1),
                (GreaterOrEqual, Ordering::Equal | Ordering::Greater) | (Greater, Ordering::Greater) => open += 1,
                _ => {}
            }
        }
        Some(open > 0)
    }
}

/// A bound as `>=1.0` in the notation, its version encoded.
pub(crate) fn bound_text(bound: &str) -> String {
    let sign = SIGNS.iter().map(|(sign, _)| *sign).find(|sign| bound.starts_with(sign)).unwrap_or("");
    let mut text = sign.to_owned();
    // Writing to a text does not fail.
    let _ = crate::purl::encoded(bound.get(sign.len()..).unwrap_or(""), &mut text);
    text
}

impl Vers {
    /// The version that ends the stretch a version lies in, if it is named as no longer in; none else.
    #[must_use]
    pub fn ended_by(&self, version: &str) -> Option<&str> {
        let above = |bound: &&(Comparator, String)| self.rule.compare(version, &bound.1).is_some_and(Ordering::is_lt);
        let (comparator, end) = self.constraints.iter().find(above)?;
        (*comparator == Less).then_some(end.as_str())
    }
}

impl fmt::Display for Vers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vers:{}/", self.scheme)?;
        if self.constraints.is_empty() {
            return f.write_str("*");
        }
        for (at, (comparator, version)) in self.constraints.iter().enumerate() {
            if at > 0 {
                f.write_str("|")?;
            }
            let sign = SIGNS.iter().find(|(_, c)| c == comparator && *c != Equal).map_or("", |(sign, _)| sign);
            f.write_str(sign)?;
            crate::purl::encoded(version, f)?;
        }
        Ok(())
    }
}
