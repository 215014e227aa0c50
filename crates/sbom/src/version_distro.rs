//! `sbom::version_distro` — the orders of the package managers of Linux distributions: Debian policy 5.6.12, RPM's
//! segments with `~` and `^`, and Alpine's versions of numbers, letter and suffixes.

use std::cmp::Ordering;

use crate::version::numeric;

/// Splits at the first character that does not fit.
fn take_while(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    let at = text.find(|c: char| !fits(c)).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// An epoch before a colon.
fn epoch(text: &str) -> (&str, &str) {
    match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit()) => (epoch, rest),
        _ => ("0", text),
    }
}

/// Debian's order.
pub(crate) fn debian(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.trim(), b.trim());
    let fits =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '~' | ':' | '_'));
    if !fits(a) || !fits(b) {
        return None;
    }
    let ((ea, a), (eb, b)) = (epoch(a), epoch(b));
    let split = |text| -> (&str, &str) { str::rsplit_once(text, '-').unwrap_or((text, "0")) };
    let ((ua, ra), (ub, rb)) = (split(a), split(b));
    Some(numeric(ea, eb).then_with(|| debian_part(ua, ub)).then_with(|| debian_part(ra, rb)))
}

fn debian_part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (wa, ra) = take_while(a, |c| !c.is_ascii_digit());
        let (wb, rb) = take_while(b, |c| !c.is_ascii_digit());
        let weight = |c: Option<char>| match c {
            Some('~') => -1,
            None => 0,
            Some(c) if c.is_ascii_alphabetic() => i32::try_from(u32::from(c)).unwrap_or(0),
            Some(c) => i32::try_from(u32::from(c)).unwrap_or(0) + 256,
        };
        for at in 0..wa.len().max(wb.len()) {
            let order = weight(wa.chars().nth(at)).cmp(&weight(wb.chars().nth(at)));
            if order != Ordering::Equal {
                return order;
            }
        }
        let (na, ra) = take_while(ra, |c| c.is_ascii_digit());
        let (nb, rb) = take_while(rb, |c| c.is_ascii_digit());
        let order = numeric(na, nb);
        if order != Ordering::Equal || (ra.is_empty() && rb.is_empty()) {
            return order;
        }
        (a, b) = (ra, rb);
    }
}

/// RPM's order of epoch, version and release. A missing release is no smaller: only what both have is compared.
pub(crate) fn rpm(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.trim(), b.trim());
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let ((ea, a), (eb, b)) = (epoch(a), epoch(b));
    let split = |text| -> (&str, Option<&str>) { str::split_once(text, '-').map_or((text, None), |(v, r)| (v, Some(r))) };
    let ((va, ra), (vb, rb)) = (split(a), split(b));
    let order = numeric(ea, eb).then_with(|| rpm_part(va, vb));
    Some(match (ra, rb) {
        (Some(ra), Some(rb)) => order.then_with(|| rpm_part(ra, rb)),
        _ => order,
    })
}

fn rpm_part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let skip = |text: &str| -> usize {
            text.len() - text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '~' && c != '^').len()
        };
        a = a.get(skip(a)..).unwrap_or("");
        b = b.get(skip(b)..).unwrap_or("");
        match (a.strip_prefix('~'), b.strip_prefix('~')) {
            (Some(ra), Some(rb)) => {
                (a, b) = (ra, rb);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        match (a.strip_prefix('^'), b.strip_prefix('^')) {
            (Some(ra), Some(rb)) => {
                (a, b) = (ra, rb);
                continue;
            }
            (Some(_), None) => return if b.is_empty() { Ordering::Greater } else { Ordering::Less },
            (None, Some(_)) => return if a.is_empty() { Ordering::Less } else { Ordering::Greater },
            (None, None) => {}
        }
        if a.is_empty() || b.is_empty() {
            return a.len().cmp(&b.len()).then(Ordering::Equal);
        }
        let digits = a.starts_with(|c: char| c.is_ascii_digit());
        let fits = |c: char| if digits { c.is_ascii_digit() } else { c.is_ascii_alphabetic() };
        let ((sa, ra), (sb, rb)) = (take_while(a, fits), take_while(b, fits));
        if sb.is_empty() {
            // A number is newer than letters.
            return if digits { Ordering::Greater } else { Ordering::Less };
        }
        let order = if digits { numeric(sa, sb) } else { sa.cmp(sb) };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (ra, rb);
    }
}

/// A version of Alpine.
struct Alpine<'a> {
    numbers: Vec<&'a str>,
    letter: Option<(char, &'a str)>,
    suffixes: Vec<(i8, &'a str)>,
    revision: &'a str,
}

impl<'a> Alpine<'a> {
    /// Suffixes from oldest to newest; a version without one stands at 0.
    const SUFFIXES: [(&'static str, i8); 9] =
        [("alpha", -4), ("beta", -3), ("pre", -2), ("rc", -1), ("cvs", 1), ("svn", 2), ("git", 3), ("hg", 4), ("p", 5)];

    fn read(text: &'a str) -> Option<Self> {
        let digit = |c: char| c.is_ascii_digit();
        let mut rest = text.trim();
        let mut numbers = Vec::new();
        loop {
            let (number, after) = take_while(rest, digit);
            if number.is_empty() {
                return None;
            }
            numbers.push(number);
            rest = after;
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None => break,
            }
        }
        let mut letter = None;
        if let Some(found) = rest.chars().next().filter(char::is_ascii_lowercase) {
            let (number, after) = take_while(rest.get(1..)?, digit);
            letter = Some((found, number));
            rest = after;
        }
        let mut suffixes = Vec::new();
        while let Some(after) = rest.strip_prefix('_') {
            let (word, after) = take_while(after, |c| c.is_ascii_lowercase());
            let (_, rank) = Self::SUFFIXES.iter().find(|(name, _)| *name == word)?;
            let (number, after) = take_while(after, digit);
            suffixes.push((*rank, number));
            rest = after;
        }
        if let Some(after) = rest.strip_prefix('~') {
            rest = take_while(after, |c| c.is_ascii_hexdigit()).1;
        }
        let revision = match rest.strip_prefix("-r") {
            Some(number) if number.chars().all(digit) => number,
            None if rest.is_empty() => "0",
            _ => return None,
        };
        Some(Alpine { numbers, letter, suffixes, revision })
    }
}

/// Alpine's order.
pub(crate) fn alpine(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Alpine::read(a)?, Alpine::read(b)?);
    for at in 0..a.numbers.len().max(b.numbers.len()) {
        let order = match (a.numbers.get(at), b.numbers.get(at)) {
            // After the first, a number with a leading zero is a fraction.
            (Some(x), Some(y)) if at > 0 && (x.starts_with('0') || y.starts_with('0')) => x.cmp(y),
            (Some(x), Some(y)) => numeric(x, y),
            (x, y) => x.is_some().cmp(&y.is_some()),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    let mut order = match (a.letter, b.letter) {
        (Some(x), Some(y)) => x.0.cmp(&y.0).then_with(|| numeric(x.1, y.1)),
        (x, y) => x.is_some().cmp(&y.is_some()),
    };
    for at in 0..a.suffixes.len().max(b.suffixes.len()) {
        let none = (0, "");
        let (x, y) = (a.suffixes.get(at).unwrap_or(&none), b.suffixes.get(at).unwrap_or(&none));
        order = order.then_with(|| x.0.cmp(&y.0)).then_with(|| numeric(x.1, y.1));
    }
    Some(order.then_with(|| numeric(a.revision, b.revision)))
}
