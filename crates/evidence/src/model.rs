//! `evidence::model` — constants and rules of this domain. Pure.

use kernel::Lang;
use store::Migration;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] =
    &[Migration { domain: "evidence", number: 1, name: "evidence", sql: include_str!("../migrations/0001_evidence.sql") }];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];

/// Longest reason or owner, in characters.
pub(crate) const TEXT_MAX_CHARS: usize = 500;

/// Evidence files are kept so many months; then the daily job removes them.
pub(crate) const RETENTION_MONTHS: i64 = 60;

/// A file name for people: no path, no control characters, at most 120 characters.
pub(crate) fn file_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or("");
    // Direction marks could make "gpj.exe" look like "exe.jpg".
    let hidden = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '"');
    let clean: String = last.chars().filter(|c| !hidden(*c)).collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    let count = clean.chars().count();
    clean.chars().skip(count.saturating_sub(120)).collect()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn file_names_keep_no_paths_and_no_tricks() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\temp\\方針.pdf"), "方針.pdf");
        assert_eq!(file_name("a\r\nset-cookie: x.pdf"), "aset-cookie: x.pdf");
        assert_eq!(file_name("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(file_name("<img src=x>.png"), "<img src=x>.png");
        assert_eq!(file_name("..."), "");
    }
}
