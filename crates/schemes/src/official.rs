//! `schemes::official` — the official wording of a scheme, imported by an administrator from the
//! operator's workbook or a CSV file, and shown beside our own words to the organisation and
//! those below it. It is never part of what is exported.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::store::{Tx, params};
use askama::Template;
use kernel::{Event, EventKind};
use sheets::Sheet;
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, Upload, redirect};

use crate::catalog::Catalog;
use crate::scheme::Scheme;
use crate::store::{MAPPING_FIND, MAPPING_SET, OFFICIAL_ADD, OFFICIAL_CLEAR, OFFICIAL_LIST};

/// Where ids and texts stand: sheet, id column, text column, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) sheet: String,
    pub(crate) id: usize,
    pub(crate) text: usize,
}

/// A cell that may be an official number: full-width characters and odd hyphens are folded.
fn number(text: &str) -> String {
    let folded = crate::practice::fold(text);
    folded.chars().filter(|c| !c.is_whitespace()).map(|c| if "‐‑–—―−ー".contains(c) { '-' } else { c }).collect()
}

/// The numbers of a scheme: its items, and what an item may stand below.
struct Known {
    own: BTreeSet<String>,
    above: BTreeSet<String>,
}

impl Known {
    fn of(scheme: &Scheme) -> Self {
        let requirements: BTreeSet<String> = scheme.requirements.iter().map(|r| r.id.to_lowercase()).collect();
        let own = scheme.criteria().map(|c| c.id.to_lowercase()).chain(requirements.iter().cloned()).collect();
        // A directive's number (`d5` here) stands before its questions' (`5-10`) in official files.
        let groups = scheme.file.groups.iter().filter(|_| scheme.scale().is_some());
        let numbers = groups.map(|g| g.trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned()).filter(|n| !n.is_empty());
        Self { own, above: requirements.iter().cloned().chain(numbers).collect() }
    }

    fn has(&self, text: &str) -> bool {
        let below = |(above, last): (&str, &str)| self.above.contains(above) && last.chars().all(|c| c.is_ascii_digit());
        self.own.contains(text) || text.rsplit_once('-').is_some_and(below)
    }
}

/// Finds where ids and texts stand: the column with most numbers of the scheme, and beside it
/// the one with the longest texts.
pub(crate) fn find_mapping(scheme: &Scheme, sheets: &[Sheet]) -> Option<Mapping> {
    let known = Known::of(scheme);
    let mut best: Option<(usize, Mapping)> = None;
    for sheet in sheets {
        let width = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
        for id in 0..width {
            let rows: Vec<&Vec<String>> = sheet.rows.iter().filter(|r| r.get(id).is_some_and(|c| known.has(&number(c)))).collect();
            let length = |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| c.chars().count()).sum::<usize>();
            let Some(text) = (0..width).filter(|c| *c != id).max_by_key(|c| length(*c)) else { continue };
            let different = rows.iter().filter_map(|r| r.get(id)).map(|c| number(c)).collect::<BTreeSet<_>>().len();
            if different > 0 && best.as_ref().is_none_or(|(n, _)| different > *n) {
                best = Some((different, Mapping { sheet: sheet.name.clone(), id, text }));
            }
        }
    }
    best.map(|(_, mapping)| mapping)
}

/// What an import finds: numbers with their texts, and how many cells of the id column were none.
pub(crate) fn read_with(scheme: &Scheme, sheets: &[Sheet], mapping: &Mapping) -> (BTreeMap<String, (usize, String)>, usize) {
    let known = Known::of(scheme);
    let ids: BTreeMap<String, &str> = scheme.criteria().map(|c| (c.id.to_lowercase(), c.id.as_str())).collect();
    let (mut found, mut other) = (BTreeMap::new(), 0);
    for sheet in sheets.iter().filter(|s| s.name == mapping.sheet) {
        for (place, row) in sheet.rows.iter().enumerate() {
            let id = number(row.get(mapping.id).map_or("", String::as_str));
            let text = row.get(mapping.text).cloned().unwrap_or_default();
            if !text.is_empty() && known.has(&id) {
                let id = ids.get(&id).map_or(id.clone(), |own| (*own).to_owned());
                found.insert(id, (place + 1, text));
            } else if !id.is_empty() {
                other += 1;
            }
        }
    }
    (found, other)
}

/// The official texts an organisation may see, by number; what is nearest in its tree counts.
///
/// # Errors
/// The store's.
pub async fn official_texts(cx: &Cx, tx: &mut Tx, scheme: &Scheme) -> Result<BTreeMap<String, String>, Problem> {
    let rows: Vec<(String, String)> = tx.all(cx.scope()?, OFFICIAL_LIST, params![&scheme.id, &scheme.version]).await?;
    Ok(rows.into_iter().collect())
}

/// A column as people name it: A, B, … AA.
fn letter(column: usize) -> String {
    let digit = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    if column < 26 { digit(column).to_string() } else { format!("{}{}", digit(column / 26 - 1), digit(column)) }
}

fn column(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_uppercase();
    if text.is_empty() || text.len() > 2 || !text.chars().all(|c| c.is_ascii_uppercase()) {
        return None;
    }
    text.bytes().try_fold(0_usize, |n, b| Some(n * 26 + usize::from(b - b'A') + 1)).map(|n| n - 1)
}

#[derive(Template)]
#[template(path = "official_edit.html")]
pub(crate) struct OfficialPage {
    p: Page,
    id: String,
    version: String,
    title: String,
    count: usize,
    /// Criteria with an official text, of all.
    matched: usize,
    criteria: usize,
    sheet: String,
    id_column: String,
    text_column: String,
    errors: Fields,
}

impl Sampled for OfficialPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page = |count, errors| Self {
            p: p.clone(),
            id: "small".into(),
            version: "1.0.0".into(),
            title: "SCS評価制度 ★4".into(),
            count,
            matched: count,
            criteria: 153,
            sheet: "評価基準".into(),
            id_column: "A".into(),
            text_column: "D".into(),
            errors,
        };
        let mut errors = Fields::default();
        errors.add("file", "読めませんでした");
        vec![("before", page(0, Fields::default())), ("refused", page(0, errors)), ("imported", page(153, Fields::default()))]
    }
}

fn scheme_of<'a>(catalog: &'a Catalog, call: &Call) -> Result<&'a Scheme, Problem> {
    catalog.scheme(call.part("id"), Some(call.part("version"))).ok_or_else(Problem::not_found)
}

async fn make(cx: &Cx, call: &Call, errors: Fields) -> Result<OfficialPage, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = scheme_of(&catalog, call)?;
    let mut tx = cx.read().await?;
    let texts = official_texts(cx, &mut tx, scheme).await?;
    let mapping: Option<(String, i64, i64)> = tx.one(cx.scope()?, MAPPING_FIND, params![&scheme.id]).await?;
    let words = |n: i64| usize::try_from(n).map(letter).unwrap_or_default();
    let (sheet, id_column, text_column) = mapping.map(|(s, i, t)| (s, words(i), words(t))).unwrap_or_default();
    Ok(OfficialPage {
        p: Page::new(cx),
        id: scheme.id.clone(),
        version: scheme.version.clone(),
        title: scheme.texts(cx.lang).title.clone(),
        count: texts.len(),
        matched: scheme.criteria().filter(|c| texts.contains_key(&c.id)).count(),
        criteria: scheme.criteria().count(),
        sheet,
        id_column,
        text_column,
        errors,
    })
}

/// `GET /schemes/{id}/{version}/official`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let page = make(&cx, &call, Fields::default()).await?;
    Ok(page.p.clone().render(&page))
}

/// What the form holds.
#[derive(Default)]
struct Sent {
    bytes: Vec<u8>,
    sheet: String,
    id_column: String,
    text_column: String,
}

async fn take(upload: Upload) -> Result<Sent, Problem> {
    let mut sent = Sent::default();
    for (name, _, bytes) in upload.fields(sheets::FILE_MAX_BYTES).await? {
        let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
        match name.as_str() {
            "file" => sent.bytes = bytes,
            "sheet" => sent.sheet = text(),
            "id_column" => sent.id_column = text(),
            "text_column" => sent.text_column = text(),
            _ => {}
        }
    }
    Ok(sent)
}

/// `POST /schemes/{id}/{version}/official`: reads the file in a limited child and keeps its texts.
pub(crate) async fn send(cx: Cx, call: Call, upload: Upload) -> Result<Response, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = scheme_of(&catalog, &call)?;
    let sent = take(upload).await?;
    let refuse = async |key: &str| {
        let mut errors = Fields::default();
        errors.add("file", cx.t(key));
        let page = make(&cx, &call, errors).await?;
        Ok(page.p.clone().render_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
    };
    let sheets = match sheets::read_in_child(sent.bytes).await {
        Ok(sheets) => sheets,
        Err(e) => return refuse(e.key()).await,
    };
    let chosen = column(&sent.id_column).zip(column(&sent.text_column)).map(|(id, text)| {
        let first = sheets.first().map_or(String::new(), |s| s.name.clone());
        Mapping { sheet: if sent.sheet.is_empty() { first } else { sent.sheet.clone() }, id, text }
    });
    let read = |mapping: &Mapping| read_with(scheme, &sheets, mapping).0;
    // What was chosen, or remembered, counts; where it finds nothing, the file is looked through.
    let by_choice = chosen.map(|m| (read(&m), m)).filter(|(found, _)| !found.is_empty());
    let found = by_choice.or_else(|| find_mapping(scheme, &sheets).map(|m| (read(&m), m)));
    let Some((texts, mapping)) = found.filter(|(texts, _)| !texts.is_empty()) else { return refuse("official.wrong.nothing").await };
    keep(&cx, scheme, &texts, &mapping).await?;
    Ok(redirect(&format!("/schemes/{}/{}/official", scheme.id, scheme.version)))
}

async fn keep(cx: &Cx, scheme: &Scheme, texts: &BTreeMap<String, (usize, String)>, mapping: &Mapping) -> Result<(), Problem> {
    let number = |n: usize| i64::try_from(n).unwrap_or(0);
    let mut tx = cx.write().await?;
    let scope = cx.scope()?;
    tx.run(scope, OFFICIAL_CLEAR, params![&scheme.id, &scheme.version]).await?;
    for (id, (place, text)) in texts {
        tx.run(scope, OFFICIAL_ADD, params![&scheme.id, &scheme.version, id, text, number(*place)]).await?;
    }
    tx.run(scope, MAPPING_SET, params![&scheme.id, &mapping.sheet, number(mapping.id), number(mapping.text)]).await?;
    let event = Event::new(EventKind::OfficialImported, scheme.name()).with("items", texts.len().to_string());
    cx.record(&mut tx, event).await?;
    Ok(tx.commit().await?)
}

/// `POST /schemes/{id}/{version}/official/remove`
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = scheme_of(&catalog, &call)?;
    let mut tx = cx.write().await?;
    tx.run(cx.scope()?, OFFICIAL_CLEAR, params![&scheme.id, &scheme.version]).await?;
    cx.record(&mut tx, Event::new(EventKind::OfficialRemoved, scheme.name())).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/schemes/{}/{}/official", scheme.id, scheme.version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        Sheet { name: "評価基準".into(), rows: rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect() }
    }

    #[test]
    fn the_columns_of_an_official_sheet_are_found() {
        let catalog = Catalog::shipped().unwrap();
        let scheme = catalog.schemes().iter().max_by_key(|s| s.pending()).unwrap();
        let rows: &[&[&str]] = &[
            &["サプライチェーン", "", "", ""],
            &["大分類", "番号", "★", "評価基準"],
            &["1", "１－２－１－１", "3", "公式の文がここに入る"],
            &["1", "1-2-2-1", "4", "公開されていない枠の文がここに入る"],
            &["1", "9-9-9-9", "4", "この制度にない番号"],
        ];
        let sheets = [sheet(&[&["表紙"]]), sheet(rows)];
        let mapping = find_mapping(scheme, &sheets).unwrap();
        assert_eq!((mapping.id, mapping.text), (1, 3));
        let (found, other) = read_with(scheme, &sheets, &mapping);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["1-2-1-1", "1-2-2-1"], "a number below a known requirement is kept too");
        assert!(other >= 1);
    }

    #[test]
    fn a_sheet_of_forty_questions_is_read_by_its_numbers() {
        let catalog = Catalog::shipped().unwrap();
        let scheme = catalog.schemes().iter().find(|s| s.scale().is_some() && s.criteria().count() == 40).unwrap();
        let sheets = [sheet(&[&["1-1", "問いの文"], &["5-10", "別の問いの文"], &["11-1", "ない番号"]])];
        let (found, _) = read_with(scheme, &sheets, &find_mapping(scheme, &sheets).unwrap());
        assert_eq!(found.keys().collect::<Vec<_>>(), ["1-1", "5-10"]);
    }

    #[test]
    fn columns_have_letters() {
        for (n, text) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ")] {
            assert_eq!((letter(n).as_str(), column(text)), (text, Some(n)));
        }
        assert_eq!(column("1"), None);
    }
}
