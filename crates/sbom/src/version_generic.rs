//! `sbom::version_generic` — the order of versions of products that belong to no registry: numbers by value, letters after
//! a number as a later one unless they say "before" (beta, rc). Where a number stands against letters nobody can tell. Ours.

use std::cmp::Ordering;

/// Words for what comes before the version they stand in, the earliest first.
const BEFORE: [&[&str]; 4] =
    [&["dev", "snapshot", "nightly"], &["alpha", "a"], &["beta", "b"], &["rc", "pre", "preview", "cr", "candidate", "milestone", "m"]];

/// Longest version, in characters.
const LENGTH_MAX: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part<'a> {
    Number(&'a str),
    /// How early it is.
    Before(usize),
    Letters(String),
}

/// A version in parts; none if it does not begin with a number.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V', 'r', 'R']).unwrap_or(text).trim_start_matches(['.', ' ']);
    let text = text.split_once('+').map_or(text, |(t, _)| t);
    if text.chars().count() > LENGTH_MAX || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut all = Vec::new();
    let mut rest = text;
    let mut parted = false;
    while let Some(first) = rest.chars().next() {
        let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
        match kind(first) {
            (false, false) if matches!(first, '.' | '-' | '_' | ' ' | ':' | '~') => {
                parted = true;
                rest = rest.get(1..)?;
                continue;
            }
            (false, false) => return None,
            (true, _) | (_, true) => {}
        }
        let end = rest.find(|c: char| kind(c) != kind(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end)?;
        let lower = run.to_ascii_lowercase();
        // A single letter right behind a number is a later one (1.0.1b), apart from it an early one (1.0-b2).
        let early = BEFORE.iter().position(|words| words.contains(&lower.as_str())).filter(|_| parted || lower.len() > 1);
        all.push(match (first.is_ascii_digit(), early) {
            (true, _) => Part::Number(run),
            (false, Some(n)) => Part::Before(n),
            (false, None) => Part::Letters(lower),
        });
        parted = false;
        rest = after;
    }
    Some(all)
}

/// The order of two versions; none if one begins with no number, or where a number stands against letters.
pub(crate) fn generic(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (parts(a)?, parts(b)?);
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        // A zero where the other one has no number changes nothing.
        let order = match (a.peek(), b.peek()) {
            (None, None) => return Some(Ordering::Equal),
            (Some(Part::Number(x)), Some(Part::Number(y))) => crate::version::numeric(x, y),
            (Some(Part::Number(n)), _) if is_zero(n) => {
                a.next();
                continue;
            }
            (_, Some(Part::Number(n))) if is_zero(n) => {
                b.next();
                continue;
            }
            (Some(Part::Before(x)), Some(Part::Before(y))) => x.cmp(y),
            (Some(Part::Letters(x)), Some(Part::Letters(y))) => x.cmp(y),
            (Some(Part::Before(_)), _) | (None, Some(Part::Number(_) | Part::Letters(_))) => Ordering::Less,
            (_, Some(Part::Before(_))) | (Some(Part::Number(_) | Part::Letters(_)), None) => Ordering::Greater,
            (Some(Part::Number(_)), Some(Part::Letters(_))) | (Some(Part::Letters(_)), Some(Part::Number(_))) => return None,
        };
        if order.is_ne() {
            return Some(order);
        }
        a.next();
        b.next();
    }
}

fn is_zero(number: &str) -> bool {
    number.bytes().all(|b| b == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_no_registry_have_an_order_or_none() {
        let order = ["1.0-alpha", "1.0-beta2", "1.0-rc1", "1.0", "1.0.1", "1.0.1b", "1.0.2", "2.8.75", "2.8.123e", "V3.7", "20.0.7.3"];
        for pair in order.windows(2) {
            assert_eq!(generic(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
            assert_eq!(generic(pair[1], pair[0]), Some(Ordering::Greater), "{pair:?}");
        }
        assert_eq!(generic("1.0", "1.0.0"), Some(Ordering::Equal));
        assert_eq!(generic("2024.1", "v2024.1"), Some(Ordering::Equal));
        for (a, b) in [("", "1"), ("n/a", "1"), ("1.x", "1.2"), ("publication", "2")] {
            assert_eq!(generic(a, b), None, "{a} {b}");
        }
    }
}
