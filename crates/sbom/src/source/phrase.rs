//! `sbom::source::phrase` — versions as makers say them: `2.13.0 から 2.15.0 より前のバージョン`, `Ver.1.04 以前`,
//! `Versions 2.0.7.05 and prior`, `< 3.3.5`. Ours. A sentence that is not understood is none.

use crate::vers::Vers;

/// Words before a version that say nothing of it.
const BEFORE: [&str; 10] =
    ["ファームウェア", "ソフトウェア", "バージョン", "versions", "version", "firmware", "all", "ver.", "ver", "rev."];

/// Words that say every version.
const EVERY: [&str; 8] = ["すべて", "全て", "全", "all", "all versions", "*", "any", "vers:all/*"];

/// What stands behind a version, and the sign it means. Longer ones first.
const AFTER: [(&str, &str); 20] = [
    ("およびそれ以前", "<="),
    ("およびそれ以降", ">="),
    ("及びそれ以前", "<="),
    ("及びそれ以降", ">="),
    ("and earlier", "<="),
    ("and prior", "<="),
    ("and below", "<="),
    ("and older", "<="),
    ("or earlier", "<="),
    ("or prior", "<="),
    ("and later", ">="),
    ("and newer", ">="),
    ("or later", ">="),
    ("より前", "<"),
    ("以前", "<="),
    ("以下", "<="),
    ("まで", "<="),
    ("以降", ">="),
    ("以上", ">="),
    ("未満", "<"),
];

/// The range a phrase means, in the `vers` notation; none if it is not understood.
pub(super) fn range_of(phrase: &str) -> Option<String> {
    if phrase.starts_with("vers:") {
        return Vers::parse(phrase).ok().map(|v| v.to_string());
    }
    let text = plain(phrase);
    if EVERY.contains(&text.trim_end_matches("のバージョン").trim()) {
        return Some("vers:generic/*".to_owned());
    }
    let text = stripped(&text);
    if text.starts_with(['<', '>', '=']) {
        return Some(Vers::of_native("generic", text)?.to_string());
    }
    if let Some(rest) = text.strip_prefix("prior to ").or_else(|| text.strip_prefix("before ")) {
        return super::range(&[format!("<{}", version(rest)?)]);
    }
    if let Some((from, to)) = text.split_once("から").or_else(|| text.split_once('〜')).or_else(|| text.split_once(" to ")) {
        let bounds = [format!(">={}", version(from)?), end(to).or_else(|| Some(format!("<={}", version(to)?)))?];
        return super::range(&bounds);
    }
    let bound = end(text).or_else(|| version(text.trim_end_matches("のみ")).map(str::to_owned))?;
    super::range(&[bound])
}

/// A bound by the words behind a version.
fn end(text: &str) -> Option<String> {
    let text = text.trim();
    let after = ["のバージョン", "バージョン", "versions", "version"].into_iter().find_map(|word| text.strip_suffix(word));
    let text = after.unwrap_or(text).trim_end_matches("の").trim();
    let (sign, rest) = AFTER.iter().find_map(|(word, sign)| Some((*sign, text.strip_suffix(word)?)))?;
    Some(format!("{sign}{}", version(rest)?))
}

/// The version a piece of text is: its last word, if the words before say nothing of it.
fn version(text: &str) -> Option<&str> {
    let text = stripped(text.trim().trim_end_matches(',').trim());
    // A word of letters names a part of the product, as in `core 2.0`.
    let text = match text.split_once(' ') {
        Some((word, rest)) if word.chars().all(|c| c.is_ascii_alphabetic()) => rest.trim(),
        _ => text,
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let starts = text.trim_start_matches(['v', 'r']).starts_with(|c: char| c.is_ascii_digit());
    (starts && text.chars().all(fits)).then_some(text)
}

/// A text without the words before a version.
fn stripped(mut text: &str) -> &str {
    while let Some(rest) = BEFORE.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest.trim_start_matches(['.', ' ', ':']);
    }
    text
}

/// Narrow forms, small letters, one space between words.
fn plain(text: &str) -> String {
    let text: String = text.chars().map(kernel::narrow).flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::range_of;

    #[test]
    fn what_makers_write_becomes_a_range_or_nothing() {
        for (phrase, expected) in [
            ("2.13.0 から 2.15.0 より前のバージョン", Some("vers:generic/>=2.13.0|<2.15.0")),
            ("core 2.0-beta9 から 2.12.1 より前のバージョン", Some("vers:generic/>=2.0-beta9|<2.12.1")),
            ("7.3.7 より前のバージョン", Some("vers:generic/<7.3.7")),
            ("ファームウェア Ｖｅｒ．１．０４ 以前", Some("vers:generic/<=1.04")),
            ("バージョン 3.2 およびそれ以前", Some("vers:generic/<=3.2")),
            ("1.0 から 1.5 まで", Some("vers:generic/>=1.0|<=1.5")),
            ("1.2.3", Some("vers:generic/1.2.3")),
            ("4.0 以降", Some("vers:generic/>=4.0")),
            ("すべてのバージョン", Some("vers:generic/*")),
            ("All versions", Some("vers:generic/*")),
            ("Versions 2.0.7.05 and prior", Some("vers:generic/<=2.0.7.05")),
            ("<= 2.0.7.05", Some("vers:generic/<=2.0.7.05")),
            (">= 1.0, < 2.0", Some("vers:generic/>=1.0|<2.0")),
            ("vers:all/<V2024.3", Some("vers:all/<V2024.3")),
            ("prior to 4.2", Some("vers:generic/<4.2")),
            ("All versions < V4.1.4", Some("vers:generic/<v4.1.4")),
            ("Versions prior to 4.2", Some("vers:generic/<4.2")),
            ("8.0.27 and prior versions", Some("vers:generic/<=8.0.27")),
            ("not before 4.2", None),
            ("4.1 <= 4.2", None),
            ("2.x 系のうち一部", None),
            ("詳細は開発者の情報をご確認ください", None),
            ("n/a", None),
            ("", None),
        ] {
            assert_eq!(range_of(phrase).as_deref(), expected, "{phrase}");
        }
    }
}
