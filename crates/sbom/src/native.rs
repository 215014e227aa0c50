//! `sbom::native` — ranges as registries, makers and advisories write them (`^1.2`, `[1.0, 2.0)`, `~> 2.0.8`,
//! `2.13.0 から 2.15.0 より前のバージョン`), turned into the `vers` notation. What is not understood is none, never "nothing".

use crate::vers::Vers;

/// Longest range, in characters.
const LENGTH_MAX: usize = 2000;

impl Vers {
    /// Reads a range as it is written in a registry; none if it is not understood. `scheme` is the registry's name in `vers`.
    #[must_use]
    pub fn of_native(scheme: &str, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.chars().count() > LENGTH_MAX {
            return None;
        }
        let bounds = match scheme {
            "npm" | "conan" => alternatives(scheme, text)?,
            "gem" => gem(text)?,
            "nuget" => brackets(text)?,
            "nginx" => nginx(text)?,
            _ => list(text)?,
        };
        Self::of_bounds(scheme, &bounds)
    }

    /// A range of bounds as `>=1.0`, put in order; none if one has no order.
    pub(crate) fn of_bounds(scheme: &str, bounds: &[String]) -> Option<Self> {
        let written: Vec<String> = bounds.iter().map(|b| crate::vers::bound_text(b)).collect();
        let text = if written.is_empty() { "*".to_owned() } else { written.join("|") };
        Self::parse(&format!("vers:{scheme}/{text}")).ok()
    }
}

/// A sign and the version behind it, however many spaces stand between.
fn signed(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let sign = ["!=", "<=", ">=", "==", "<", ">", "="].into_iter().find(|s| text.starts_with(s)).unwrap_or("");
    let version = text.get(sign.len()..)?.trim();
    let fits = !version.is_empty() && !version.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '|' | ','));
    fits.then_some((if sign == "==" { "=" } else { sign }, version))
}

fn bound((sign, version): (&str, &str)) -> String {
    format!("{}{version}", if sign == "=" { "" } else { sign })
}

/// Bounds parted by commas, spaces or "and", as most write them.
pub(crate) fn list(text: &str) -> Option<Vec<String>> {
    let mut bounds = Vec::new();
    for part in text.split(',').flat_map(|p| p.split(" and ")).flat_map(|p| p.split("&&")) {
        for part in joined(part) {
            bounds.push(bound(signed(&part)?));
        }
    }
    (!bounds.is_empty()).then_some(bounds)
}

/// Words of a range, a sign that stands alone put to the version behind it.
fn joined(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match all.last_mut() {
            Some(last) if last.chars().all(|c| matches!(c, '<' | '>' | '=' | '!' | '~' | '^')) => last.push_str(word),
            _ => all.push(word.to_owned()),
        }
    }
    all
}

/// `[1.0, 2.0)` and the like.
fn brackets(text: &str) -> Option<Vec<String>> {
    let mut inner = text.chars();
    let (Some(open @ ('[' | '(')), Some(close @ (']' | ')'))) = (inner.next(), inner.next_back()) else { return list(text) };
    let inner = inner.as_str();
    let Some((low, high)) = inner.split_once(',') else {
        return (open == '[' && close == ']').then(|| vec![inner.trim().to_owned()]);
    };
    let (low, high) = (low.trim(), high.trim());
    let low = (!low.is_empty()).then(|| format!("{}{low}", if open == '[' { ">=" } else { ">" }));
    let high = (!high.is_empty()).then(|| format!("{}{high}", if close == ']' { "<=" } else { "<" }));
    Some(low.into_iter().chain(high).collect())
}

/// `~> 2.0.8`: up to the next of the number before the last.
fn gem(text: &str) -> Option<Vec<String>> {
    let mut bounds = Vec::new();
    for part in text.split(',').map(str::trim) {
        let Some(version) = part.strip_prefix("~>").map(str::trim) else {
            bounds.push(bound(signed(part)?));
            continue;
        };
        let numbers: Vec<&str> = version.split('.').collect();
        let kept = numbers.len().max(2) - 1;
        bounds.push(format!(">={version}"));
        bounds.push(format!("<{}", raised(&numbers, kept - 1, kept)?));
    }
    Some(bounds)
}

/// Numbers with the one at a place raised by one, cut to a length.
fn raised(numbers: &[&str], at: usize, length: usize) -> Option<String> {
    let mut all = Vec::with_capacity(length);
    for place in 0..length {
        let number: u64 = numbers.get(place).map_or(Some(0), |n| n.parse().ok())?;
        let number = match place.cmp(&at) {
            std::cmp::Ordering::Less => number,
            std::cmp::Ordering::Equal => number.checked_add(1)?,
            std::cmp::Ordering::Greater => 0,
        };
        all.push(number.to_string());
    }
    Some(all.join("."))
}

/// `0.8.40+` is its branch from there on, `0.7.52-0.8.39` both ends.
fn nginx(text: &str) -> Option<Vec<String>> {
    let mut bounds = Vec::new();
    for part in text.split(',').map(str::trim) {
        if let Some(from) = part.strip_suffix('+') {
            let numbers: Vec<&str> = from.split('.').collect();
            bounds.push(format!(">={from}"));
            // Branches with an odd number in the middle are where work goes on: they end in no other.
            let middle: u64 = numbers.get(1)?.parse().ok()?;
            if middle.is_multiple_of(2) {
                bounds.push(format!("<{}", raised(&numbers, 1, 3)?));
            }
        } else if let Some((low, high)) = part.split_once('-') {
            bounds.extend([format!(">={}", low.trim()), format!("<={}", high.trim())]);
        } else {
            bounds.push(bound(signed(part)?));
        }
    }
    Some(bounds)
}

/// Ranges of npm and Conan: alternatives by `||`, each of several bounds.
fn alternatives(scheme: &str, text: &str) -> Option<Vec<String>> {
    let mut bounds = Vec::new();
    for part in text.split("||") {
        // What is said of pre-releases beside a range changes no bound.
        let part = if scheme == "conan" { part.split(',').next()? } else { part }.trim();
        if let Some((low, high)) = part.split_once(" - ") {
            bounds.push(format!(">={}", filled(low.trim())?));
            bounds.extend(upper(high.trim())?);
            continue;
        }
        for word in joined(part) {
            match desugared(scheme, &word)? {
                // Everything: no bound of this alternative, and none of the others counts.
                found if found.is_empty() => return Some(Vec::new()),
                found => bounds.extend(found),
            }
        }
    }
    Some(bounds)
}

fn is_open(number: &str) -> bool {
    matches!(number, "x" | "X" | "*" | "")
}

/// A version with the numbers it leaves out as zeros.
fn filled(version: &str) -> Option<String> {
    let numbers: Vec<&str> = version.split('.').take_while(|n| !is_open(n)).collect();
    (!numbers.is_empty()).then(|| (0..3.max(numbers.len())).map(|at| *numbers.get(at).unwrap_or(&"0")).collect::<Vec<_>>().join("."))
}

/// A version as npm compares it: three numbers, and what stands behind them.
fn full(version: &str) -> Option<String> {
    if version.contains(['-', '+']) { Some(version.to_owned()) } else { filled(version) }
}

/// The upper end of `1.2 - 2.3`.
fn upper(version: &str) -> Option<Vec<String>> {
    let numbers: Vec<&str> = version.split('.').take_while(|n| !is_open(n)).collect();
    Some(match numbers.len() {
        0 => Vec::new(),
        1 | 2 => vec![format!("<{}", raised(&numbers, numbers.len() - 1, 3)?)],
        _ => vec![format!("<={version}")],
    })
}

/// One bound, `~` and `^` and open numbers spelled out.
fn desugared(scheme: &str, word: &str) -> Option<Vec<String>> {
    let npm = scheme == "npm";
    let word = word.trim_start_matches('v');
    let (kind, version) = match (word.strip_prefix("~>").or_else(|| word.strip_prefix('~')), word.strip_prefix('^')) {
        (Some(version), _) => ('~', version.trim_start_matches('v')),
        (None, Some(version)) => ('^', version.trim_start_matches('v')),
        (None, None) => (' ', word),
    };
    if kind == ' ' {
        let plain = word.trim_start_matches(['=', 'v']);
        let plain = if npm { plain } else { plain.trim_end_matches('-') };
        let numbers: Vec<&str> = plain.split('.').collect();
        if !word.starts_with(['<', '>', '!']) && (numbers.iter().any(|n| is_open(n)) || (npm && numbers.len() < 3)) {
            let known: Vec<&str> = numbers.into_iter().take_while(|n| !is_open(n)).collect();
            return ends(scheme, &known, known.len().checked_sub(1), &known.join("."));
        }
        let (sign, version) = signed(word)?;
        let version = version.trim_start_matches('v');
        // A dash at the end takes pre-releases in, which the notation does anyway.
        let version = if npm { full(version)? } else { version.trim_end_matches('-').to_owned() };
        return Some(vec![bound((sign, &version))]);
    }
    let version = if npm { version } else { version.trim_end_matches('-') };
    let numbers: Vec<&str> = version.split(['-', '+']).next()?.split('.').take_while(|n| !is_open(n)).collect();
    let raise = match (kind, numbers.iter().position(|n| *n != "0")) {
        ('~', _) => numbers.len().checked_sub(1).map(|last| last.min(1)),
        (_, Some(first)) => Some(first),
        (_, None) => numbers.len().checked_sub(1),
    };
    ends(scheme, &numbers, raise, version)
}

/// From a version up to the next of the number at a place, as each registry writes it.
fn ends(scheme: &str, numbers: &[&str], raise: Option<usize>, version: &str) -> Option<Vec<String>> {
    let Some(at) = raise else {
        return Some(if scheme == "conan" { vec![">=0.0.0".to_owned()] } else { Vec::new() });
    };
    let (low, high) = if scheme == "npm" {
        (full(version)?, raised(numbers, at, 3)?)
    } else {
        (version.to_owned(), format!("{}-", raised(numbers, at, at + 1)?))
    };
    Some(vec![format!(">={low}"), format!("<{high}")])
}
