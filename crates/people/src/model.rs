//! `people::model` — rules about people and organisations. Pure.

use kernel::Lang;
use store::Migration;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "people", number: 1, name: "people", sql: include_str!("../migrations/0001_people.sql") },
    Migration { domain: "people", number: 2, name: "kind", sql: include_str!("../migrations/0002_kind.sql") },
    Migration { domain: "people", number: 3, name: "site_kind", sql: include_str!("../migrations/0003_site_kind.sql") },
    Migration { domain: "people", number: 4, name: "company", sql: include_str!("../migrations/0004_company.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];

/// Employee bands; their edges answer every legal test by themselves.
pub const BANDS: &[&str] = &["1-5", "6-20", "21-50", "51-100", "101-300", "301-1000", "1001-3000", "3001-"];

/// Major divisions of the Japanese standard industrial classification (2023 revision), by letter.
pub const INDUSTRIES: &[&str] = &["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T"];

/// Longest name of an organisation, site or person, in characters.
pub(crate) const NAME_MAX_CHARS: usize = 100;

/// A session ends after so long without a request, in seconds.
pub(crate) const IDLE_SECONDS: i64 = 8 * 3600;
/// A session ends after so long in any case, in seconds.
pub(crate) const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// A sign-in that waits for its code ends after so long, in seconds.
pub(crate) const PENDING_SECONDS: i64 = 600;

/// How many seconds to wait after so many failures in a row: none for the first four, then
/// doubling from two seconds to fifteen minutes. Never for good.
#[must_use]
pub(crate) fn wait_seconds(failure_count: i64) -> i64 {
    if failure_count < 5 { 0 } else { (1_i64 << (failure_count - 4).clamp(0, 20)).min(900) }
}

/// Trims a name and checks its length and characters.
pub(crate) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= NAME_MAX_CHARS && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// A login: 3 to 64 of letters, digits, `.`, `_`, `-`, `@`; folded to lower case.
pub(crate) fn login(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let fits = (3..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c));
    fits.then_some(text)
}

/// What an API token looks like: a prefix that leak scanners know, then 256 random bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The prefix of every token.
    pub const PREFIX: &'static str = "ishi_pat_";

    pub(crate) fn random(rng: &dyn kernel::Rng) -> Self {
        Self(format!("{}{}", Self::PREFIX, kernel::random_token(rng, 32)))
    }

    /// The secret, shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_but_never_passes_a_quarter_of_an_hour() {
        assert_eq!([1, 4, 5, 6, 10, 14, 99].map(wait_seconds), [0, 0, 2, 4, 64, 900, 900]);
    }

    #[test]
    fn logins_are_folded_and_bounded() {
        assert_eq!(login(" Soumu@A.example "), Some("soumu@a.example".into()));
        for bad in ["ab", "a b", "総務", "a\nb", ""] {
            assert_eq!(login(bad), None, "{bad:?}");
        }
    }
}
