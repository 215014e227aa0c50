//! `register::directory` — services and people as somebody looks for help: words such as
//! 「愛知県 見守り 端末型」 are places, kinds of service and options of the schemes' own fields.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::Lang;
use schemes::{Catalog, Scheme};
use store::{Param, Tx, params};
use web::{Cx, Problem};

use crate::entry_search::{Search, prefectures};
use crate::keys::REGISTER;
use crate::rules::{FieldKind, FieldRule, Rules, RulesFile, scheme_tag};
use crate::store::{FoundRow, SEARCH_TAGS};
use kernel::fold_name;

/// How many sets of tags are looked for together.
const SETS: usize = 4;

/// How many tags a set may have.
const EACH: usize = 6;

/// What the words of a search came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    sets: Vec<Vec<String>>,
    /// What is looked for in names.
    rest: Vec<String>,
}

/// The tags that a word stands for: a place, an option of a field, or a scheme by its title.
fn tags_of(cx: &Cx, all: &[(&Scheme, &RulesFile)], word: &str) -> Vec<String> {
    if word.chars().count() < 2 {
        return Vec::new();
    }
    let place = |code: &String| {
        let key = format!("prefecture.{code}");
        let (ja, en) = (cx.app.texts.get(Lang::Ja, &key), cx.app.texts.get(Lang::En, &key));
        ja == word || ja.strip_suffix(['県', '府', '都']) == Some(word) || en == word
    };
    let place = prefectures().find(place);
    let mut found = BTreeSet::new();
    for (scheme, rules) in all {
        if scheme.texts(cx.lang).title.contains(word) {
            found.insert(scheme_tag(&scheme.id));
        }
        for field in rules.field.iter().filter(|f| f.is_searched()) {
            if field.kind == FieldKind::Areas {
                found.extend(place.iter().flat_map(|code| field.tags(code)));
                continue;
            }
            let says = |option: &&String| {
                let texts = [Lang::Ja, Lang::En].map(|lang| rules.texts(lang).options.get(*option));
                texts.into_iter().flatten().any(|t| t.contains(word))
            };
            found.extend(field.options.iter().filter(says).flat_map(|o| field.tags(o)));
        }
    }
    found.into_iter().collect()
}

fn wanted(cx: &Cx, s: &Search) -> Result<Wanted, Problem> {
    let (catalog, rules) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
    let known = catalog.newest().filter(|n| s.scheme.is_empty() || n.id == s.scheme);
    let searched = |n| rules.get(n).filter(|r| r.field.iter().any(FieldRule::is_searched));
    let all: Vec<(&Scheme, &RulesFile)> = known.filter_map(|n| Some((n, searched(n)?))).collect();
    let mut wanted = Wanted { sets: s.tags.clone(), ..Wanted::default() };
    for word in s.text.split_whitespace() {
        let tags = tags_of(cx, &all, word);
        if tags.is_empty() || wanted.sets.len() == SETS {
            wanted.rest.push(fold_name(word));
        } else {
            wanted.sets.push(tags);
        }
    }
    Ok(wanted)
}

/// As many texts as a statement has places for; none leaves it open.
fn filled(texts: &[String]) -> Vec<Param> {
    let first = texts.first().cloned().unwrap_or_default();
    (0..EACH).map(|n| Param::from(texts.get(n).unwrap_or(&first).clone())).collect()
}

/// What a directory has for a search.
///
/// # Errors
/// The store's.
pub(crate) async fn find(cx: &Cx, tx: &mut Tx, s: &Search, limit: i64) -> Result<Vec<FoundRow>, Problem> {
    let wanted = wanted(cx, s)?;
    let fits = |r: &FoundRow| wanted.rest.iter().all(|w| fold_name(&r.name).contains(w.as_str()));
    if wanted.sets.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Param> = (0..SETS).flat_map(|n| filled(wanted.sets.get(n).map_or(&[][..], Vec::as_slice))).collect();
    let word = wanted.rest.iter().max_by_key(|w| w.chars().count()).cloned().unwrap_or_default();
    values.extend(params![&s.scheme, word, &s.prefecture, &s.industry, &s.on, limit, s.from]);
    let rows: Vec<FoundRow> = tx.all(&REGISTER, SEARCH_TAGS, values).await?;
    Ok(rows.into_iter().filter(fits).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_fills_its_places_and_an_empty_one_stays_open() {
        let texts = |p: Vec<Param>| p.into_iter().map(|p| format!("{p:?}")).collect::<Vec<_>>();
        let one = texts(filled(&["a".to_owned()]));
        assert!(one.len() == EACH && one.iter().all(|t| t == &one[0]), "{one:?}");
        assert_eq!(texts(filled(&[])), texts(vec![Param::from(String::new()); EACH]));
    }
}
