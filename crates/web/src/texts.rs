//! `web::texts` — words by key, in fluent-style files: `key = text with { $name }`. No plurals,
//! because neither language needs them here. A scanner (`cargo xtask tidy`) finds missing and
//! unused keys.

use std::collections::BTreeMap;

use kernel::Lang;

/// The texts of this crate.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];

/// All texts in both languages.
#[derive(Debug, Default)]
pub struct Texts {
    ja: BTreeMap<String, String>,
    en: BTreeMap<String, String>,
}

impl Texts {
    /// Joins the files of all domains. A line is `key = text`; a line that starts with a space
    /// continues the one before; `#` starts a comment.
    #[must_use]
    pub fn join(files: &[&[(Lang, &str)]]) -> Self {
        let mut texts = Self::default();
        for (lang, file) in files.iter().flat_map(|f| f.iter()) {
            let map = match lang {
                Lang::Ja => &mut texts.ja,
                Lang::En => &mut texts.en,
            };
            let mut last = String::new();
            for line in file.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
                if line.starts_with(' ') {
                    if let Some(text) = map.get_mut(&last) {
                        text.push_str(line.trim_start());
                    }
                } else if let Some((key, text)) = line.split_once(" = ") {
                    key.clone_into(&mut last);
                    map.insert(last.clone(), text.to_owned());
                }
            }
        }
        texts
    }

    /// The text of a key; the key itself where there is none, so that a gap shows.
    #[must_use]
    pub fn get<'a>(&'a self, lang: Lang, key: &'a str) -> &'a str {
        let map = match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        };
        map.get(key).map_or(key, String::as_str)
    }

    /// The text of a key with `{ $name }` filled in.
    #[must_use]
    pub fn fill(&self, lang: Lang, key: &str, values: &[(&str, String)]) -> String {
        let mut text = self.get(lang, key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{ ${name} }}"), value);
        }
        text
    }

    /// Keys of one language.
    pub fn keys(&self, lang: Lang) -> impl Iterator<Item = &str> {
        let map = match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        };
        map.keys().map(String::as_str)
    }
}
