//! `sbom::version_lang` — the orders of language registries that are ours: Maven, `RubyGems`, Packagist
//! (PHP's comparison) and CRAN.

use std::cmp::Ordering;

use crate::version::numeric;

/// Pieces of digits and of other signs; separators are left out.
fn pieces(text: &str, separators: &[char]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut digits = None;
    for c in text.chars() {
        if separators.contains(&c) {
            digits = None;
            continue;
        }
        if digits == Some(c.is_ascii_digit()) {
            if let Some(last) = found.last_mut() {
                last.push(c);
            }
        } else {
            found.push(c.to_string());
            digits = Some(c.is_ascii_digit());
        }
    }
    found
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// A part of a Maven version with the sign before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MavenToken {
    dash: bool,
    text: String,
}

impl MavenToken {
    fn is_null(&self) -> bool {
        matches!(self.text.as_str(), "" | "final" | "ga" | "release")
            || (is_number(&self.text) && self.text.trim_start_matches('0').is_empty())
    }

    /// `.word` < `-word` < `-number` < `.number`.
    fn rank(&self) -> u8 {
        match (is_number(&self.text), self.dash) {
            (false, false) => 0,
            (false, true) => 1,
            (true, true) => 2,
            (true, false) => 3,
        }
    }
}

/// The order of Maven's words; unknown ones come after all, by letters.
fn maven_word(text: &str) -> (u8, &str) {
    let known = match text {
        "alpha" => 0,
        "beta" => 1,
        "milestone" => 2,
        "rc" | "cr" => 3,
        "snapshot" => 4,
        "" | "final" | "ga" | "release" => 5,
        "sp" => 6,
        _ => return (7, text),
    };
    (known, "")
}

fn maven_tokens(text: &str) -> Vec<MavenToken> {
    let lower = text.to_lowercase();
    let mut tokens: Vec<MavenToken> = Vec::new();
    let mut current = String::new();
    let mut dash = false;
    let mut push = |text: &mut String, dash: bool, before_number: bool| {
        let alias = match text.as_str() {
            "a" if before_number => "alpha",
            "b" if before_number => "beta",
            "m" if before_number => "milestone",
            "" => "0",
            other => other,
        };
        tokens.push(MavenToken { dash, text: alias.to_owned() });
        text.clear();
    };
    let mut last: Option<char> = None;
    for c in lower.chars() {
        if matches!(c, '.' | '-' | '_') {
            push(&mut current, dash, false);
            dash = c != '.';
        } else {
            let turns = last.is_some_and(|l| !matches!(l, '.' | '-' | '_') && l.is_ascii_digit() != c.is_ascii_digit());
            if turns {
                push(&mut current, dash, c.is_ascii_digit());
                dash = true;
            }
            current.push(c);
        }
        last = Some(c);
    }
    push(&mut current, dash, false);
    trim_nulls(&mut tokens);
    tokens
}

/// Takes empty values from the end, and from before every dash, again and again.
fn trim_nulls(tokens: &mut Vec<MavenToken>) {
    let mut at = tokens.len();
    while at > 0 {
        let ends = at == tokens.len() || tokens.get(at).is_some_and(|t| t.dash);
        let null = tokens.get(at - 1).is_some_and(MavenToken::is_null);
        if ends && null && at > 1 {
            tokens.remove(at - 1);
        }
        at -= 1;
    }
}

/// Maven's order, as its reference for version order says it.
pub(crate) fn maven(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.trim(), b.trim());
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (a, b) = (maven_tokens(a), maven_tokens(b));
    for at in 0..a.len().max(b.len()) {
        let padded = |own: Option<&MavenToken>, other: Option<&MavenToken>| {
            own.cloned().unwrap_or_else(|| {
                let dash = other.is_some_and(|o| o.dash);
                let word = dash || other.is_some_and(|o| !is_number(&o.text));
                MavenToken { dash, text: if word { String::new() } else { "0".to_owned() } }
            })
        };
        let (x, y) = (padded(a.get(at), b.get(at)), padded(b.get(at), a.get(at)));
        let order = match (is_number(&x.text), is_number(&y.text)) {
            (true, true) => x.rank().cmp(&y.rank()).then_with(|| numeric(&x.text, &y.text)),
            (false, false) => x.rank().cmp(&y.rank()).then_with(|| maven_word(&x.text).cmp(&maven_word(&y.text))),
            (number, _) => number.cmp(&!number),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// The order of gems: numbers and words; a word stands before every number.
pub(crate) fn gem(a: &str, b: &str) -> Option<Ordering> {
    let read = |text: &str| {
        let text = text.trim().replace('-', ".pre.");
        let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        let mut parts = pieces(&text, &['.']);
        if !fits || !parts.first().is_some_and(|p| is_number(p)) {
            return None;
        }
        // Zeros before a word and at the end mean nothing.
        let first_word = parts.iter().position(|p| !is_number(p)).unwrap_or(parts.len());
        let mut words = parts.split_off(first_word);
        let zero = |p: &String| is_number(p) && p.trim_start_matches('0').is_empty();
        for list in [&mut parts, &mut words] {
            while list.last().is_some_and(zero) {
                list.pop();
            }
        }
        parts.extend(words);
        Some(parts)
    };
    let (a, b) = (read(a)?, read(b)?);
    for at in 0..a.len().max(b.len()) {
        let x = a.get(at).map_or("0", String::as_str);
        let y = b.get(at).map_or("0", String::as_str);
        let order = match (is_number(x), is_number(y)) {
            (true, true) => numeric(x, y),
            (false, false) => x.cmp(y),
            (number, _) => number.cmp(&!number),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// The order of PHP packages: words before releases have ranks, unknown ones stand before all.
pub(crate) fn composer(a: &str, b: &str) -> Option<Ordering> {
    let read = |text: &str| {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).filter(|t| is_number(t)).unwrap_or(text);
        let parts = pieces(text, &['.', '-', '_', '+']);
        (!text.is_empty() && !text.contains(char::is_whitespace)).then_some(parts)
    };
    let rank = |text: Option<&String>| match text.map(String::as_str) {
        None => 5,
        Some(text) if is_number(text) => 6,
        // PHP looks at how a word begins.
        Some(text) => match text.to_ascii_lowercase().as_str() {
            word if word.starts_with("dev") => 1,
            word if word.starts_with('a') => 2,
            word if word.starts_with('b') => 3,
            word if word.starts_with("rc") => 4,
            word if word.starts_with('p') => 7,
            _ => 0,
        },
    };
    let (a, b) = (read(a)?, read(b)?);
    for at in 0..a.len().max(b.len()) {
        let (x, y) = (a.get(at), b.get(at));
        let order = match (x, y) {
            (Some(x), Some(y)) if is_number(x) && is_number(y) => numeric(x, y),
            _ => rank(x).cmp(&rank(y)),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// The order of R packages: numbers between dots and dashes; more of them is newer.
pub(crate) fn cran(a: &str, b: &str) -> Option<Ordering> {
    let read = |text: &str| {
        let parts: Vec<String> = text.trim().split(['.', '-']).map(str::to_owned).collect();
        let fits = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        fits.then_some(parts)
    };
    let (a, b) = (read(a)?, read(b)?);
    for (x, y) in a.iter().zip(&b) {
        let order = numeric(x, y);
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(a.len().cmp(&b.len()))
}
