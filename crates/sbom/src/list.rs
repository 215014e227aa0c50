//! `sbom::list` — a list of components as people keep it: a table in a workbook or CSV file, told by the names of its
//! columns (`rules/component-list.toml`). Runs in the limited child, like every reader.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use sheets::{Sheet, SheetError, fold, read_sheets};

use crate::document::{Component, Document, Format, Hash, Licence, LossKind, Losses, count, place};
use crate::read::ReadError;

const SHIPPED: &str = include_str!("../../../rules/component-list.toml");

/// Rows from the top in which the head of the table may stand.
const HEAD_ROWS: usize = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    columns: BTreeMap<Column, Vec<String>>,
    words: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    unknown: Vec<String>,
    none: Vec<String>,
}

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Column {
    Number,
    Name,
    Version,
    Producer,
    Licence,
    Purl,
    Cpe,
    Identifier,
    Hash,
    Parent,
}

/// The words as they are compared.
struct Known {
    columns: BTreeMap<String, Column>,
    unknown: BTreeSet<String>,
    none: BTreeSet<String>,
}

/// The words that come with the program; a test makes sure that they can be read.
static KNOWN: LazyLock<Result<Known, String>> = LazyLock::new(|| {
    let file: File = toml::from_str(SHIPPED).map_err(|e| e.to_string())?;
    if file.format != 1 {
        return Err(format!("format {} is not known", file.format));
    }
    let folded = |words: &[String]| words.iter().map(|w| fold(w)).collect();
    let mut columns = BTreeMap::new();
    for (column, words) in &file.columns {
        for word in words {
            if columns.insert(fold(word), *column).is_some_and(|other| other != *column) {
                return Err(format!("{word} names two columns"));
            }
        }
    }
    Ok(Known { columns, unknown: folded(&file.words.unknown), none: folded(&file.words.none) })
});

/// Where the table is: its sheet, the row of its head, and the place of each column.
struct Head<'s> {
    sheet: &'s Sheet,
    row: usize,
    columns: BTreeMap<Column, usize>,
}

/// The head of the first table that is a list of components.
fn head<'s>(known: &Known, sheets: &'s [Sheet]) -> Option<Head<'s>> {
    for sheet in sheets {
        for (row, cells) in sheet.rows.iter().enumerate().take(HEAD_ROWS) {
            let mut columns = BTreeMap::new();
            for (at, cell) in cells.iter().enumerate() {
                // A head may carry a remark in brackets or on a second line.
                let first = cell.split(['\n', '(', '（', '[', '［']).next().unwrap_or("");
                if let Some(column) = known.columns.get(&fold(cell)).or_else(|| known.columns.get(&fold(first))) {
                    columns.entry(*column).or_insert(at);
                }
            }
            let has = |column| columns.contains_key(&column);
            if has(Column::Name) && (has(Column::Version) || has(Column::Purl) || has(Column::Cpe)) {
                return Some(Head { sheet, row, columns });
            }
        }
    }
    None
}

/// The name of a hash by its length in hexadecimal digits.
fn algorithm(value: &str) -> Option<&'static str> {
    if !value.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    Some(match value.len() {
        32 => "MD5",
        40 => "SHA-1",
        64 => "SHA-256",
        96 => "SHA-384",
        128 => "SHA-512",
        _ => return None,
    })
}

/// One row as a component; none for a row without a name.
fn component(known: &Known, head: &Head<'_>, cells: &[String], losses: &mut Losses) -> Option<Component> {
    let raw = |column: Column| head.columns.get(&column).and_then(|at| cells.get(*at)).map_or("", |c| c.trim());
    let name = raw(Column::Name);
    if name.is_empty() {
        return None;
    }
    let mut component = Component::named(raw(Column::Number).to_owned(), name.to_owned());
    let mut given = |column: Column, field: &str| -> Option<String> {
        let text = raw(column);
        let folded = fold(text);
        if known.unknown.contains(&folded) {
            component.unknown.push(field.to_owned());
        }
        let is_given = !text.is_empty() && text != "-" && !known.unknown.contains(&folded) && !known.none.contains(&folded);
        is_given.then(|| text.to_owned())
    };
    let (version, producer, licence) =
        (given(Column::Version, "versionInfo"), given(Column::Producer, "supplier"), given(Column::Licence, "licenseConcluded"));
    let texts = [Column::Purl, Column::Cpe, Column::Identifier].map(|column| given(column, "identifier"));
    component.version = version;
    component.producer = producer;
    component.licence = licence.map(Licence::Expression);
    for text in texts.iter().flatten() {
        let mut is_lost = false;
        for one in text.split_whitespace() {
            if one.starts_with("pkg:") {
                component.purls.push(one.to_owned());
            } else if one.starts_with("cpe:") {
                component.cpes.push(one.to_owned());
            } else {
                is_lost = true;
            }
        }
        if is_lost {
            losses.add(LossKind::FieldNotKept, "identifier");
        }
    }
    let hash = raw(Column::Hash).rsplit([':', ' ']).next().unwrap_or("");
    match algorithm(hash) {
        Some(algorithm) => component.hashes.push(Hash { algorithm: algorithm.to_owned(), value: hash.to_ascii_lowercase() }),
        None if !hash.is_empty() && !known.none.contains(&fold(hash)) => losses.add(LossKind::FieldNotKept, "hash"),
        None => {}
    }
    Some(component)
}

/// Columns of the table that are not known, each once.
fn not_kept(head: &Head<'_>, losses: &mut Losses) {
    let used: BTreeSet<usize> = head.columns.values().copied().collect();
    let heads = head.sheet.rows.get(head.row).map(Vec::as_slice).unwrap_or_default();
    for (at, text) in heads.iter().enumerate().filter(|(at, text)| !used.contains(at) && !text.trim().is_empty()) {
        let rows = head.sheet.rows.iter().skip(head.row + 1).filter(|r| r.get(at).is_some_and(|c| !c.trim().is_empty())).count();
        for _ in 0..rows {
            losses.add(LossKind::FieldNotKept, text);
        }
    }
}

/// Reads a list. What is no table with a name and a version or identifier is [`ReadError::UnknownFormat`].
///
/// # Errors
/// [`ReadError`].
pub(crate) fn read(bytes: &[u8], losses: &mut Losses) -> Result<Document, ReadError> {
    let sheets = read_sheets(bytes).map_err(|e| match e {
        SheetError::TooLarge => ReadError::TooLarge,
        SheetError::Stopped => ReadError::Stopped,
        SheetError::Locked => ReadError::Malformed { reason: e.line().to_owned() },
        SheetError::Unreadable | SheetError::NoWorkbook => ReadError::UnknownFormat,
    })?;
    let known = KNOWN.as_ref().map_err(|e| ReadError::Malformed { reason: e.clone() })?;
    let head = head(known, &sheets).ok_or(ReadError::UnknownFormat)?;
    let mut document = Document::new(Format::List, "");
    let mut parents: Vec<(usize, String)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for cells in head.sheet.rows.iter().skip(head.row + 1) {
        let Some(component) = component(known, &head, cells, losses) else {
            if cells.iter().any(|c| !c.trim().is_empty()) {
                losses.add(LossKind::ReadOver, "row without a name");
            }
            continue;
        };
        let at = document.components.len();
        for key in [&component.reference, &component.name] {
            if !key.is_empty() {
                places.entry(key.clone()).or_insert(at);
            }
        }
        let parent = head.columns.get(&Column::Parent).and_then(|c| cells.get(*c)).map_or("", |c| c.trim());
        for one in parent.split([',', '、', ';', '\n']).map(str::trim).filter(|p| !p.is_empty() && !known.none.contains(&fold(p))) {
            parents.push((at, one.to_owned()));
        }
        document.components.push(component);
    }
    let mut edges = BTreeSet::new();
    for (at, parent) in parents {
        match places.get(&parent) {
            Some(from) if *from != at => drop(edges.insert((place(*from), place(at)))),
            _ => losses.add(LossKind::ReferenceUnknown, "parent"),
        }
    }
    document.edges = edges.into_iter().collect();
    not_kept(&head, losses);
    let c = &mut document.counts;
    c.components = count(document.components.len());
    c.purls = count(document.components.iter().filter(|c| !c.purls.is_empty()).count());
    c.cpes = count(document.components.iter().filter(|c| !c.cpes.is_empty()).count());
    c.dependency_edges = count(document.edges.len());
    Ok(document)
}

#[cfg(test)]
mod tests {
    use crate::{Format, LossKind, ReadError, read};

    #[test]
    fn a_list_of_a_japanese_firm_is_read_with_what_nobody_knows() {
        let text = "製品 K-100 部品一覧,,,,,,\n作成日,2026/11/20,,,,,\n\nＮｏ．,ソフトウェア名称,バージョン,開発元,ライセンス,識別子,親コンポーネント,備考\n\
            1,計測アプリ,2.0,石垣精工,自社,,,\n2,OpenSSL（暗号）,3.0.7,OpenSSL Project,Apache-2.0,pkg:generic/openssl@3.0.7,1,要更新\n\
            3,zlib,不明,不明,－,cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*,2,\n,,,,,,,合計 3件\n4,busybox,1.36,,,型番 B-7,\"1、9\",\n";
        let d = read(text.as_bytes()).unwrap();
        assert_eq!((d.format, d.components.len(), d.counts.purls, d.counts.cpes), (Format::List, 4, 1, 1));
        let zlib = &d.components[2];
        assert_eq!((zlib.version.as_deref(), zlib.licence.as_ref()), (None, None));
        assert_eq!(zlib.unknown, ["versionInfo", "supplier"], "nobody knows, which is not the same as left out");
        assert_eq!(d.edges, [(0, 1), (0, 3), (1, 2)]);
        let losses: Vec<(LossKind, &str, u64)> = d.losses.iter().map(|l| (l.kind, l.at.as_str(), l.times)).collect();
        let expected = [
            (LossKind::FieldNotKept, "identifier", 1),
            (LossKind::FieldNotKept, "備考", 2),
            (LossKind::ReferenceUnknown, "parent", 1),
            (LossKind::ReadOver, "row without a name", 1),
        ];
        assert_eq!(losses, expected, "every loss is named: the type number, the remarks, the parent that is not there");
    }

    #[test]
    fn shift_jis_and_workbooks_are_read_the_same() {
        let rows = [["部品名", "版数", "purl"], ["serde", "1.0.0", "pkg:cargo/serde@1.0.0"]];
        let csv = rows.map(|r| r.join(",")).join("\r\n");
        let book = sheets::workbook("一覧", &rows.map(|r| r.map(str::to_owned).to_vec())).unwrap();
        let (a, b) = (read(csv.as_bytes()).unwrap(), read(&book).unwrap());
        assert_eq!(a.components, b.components);
        // 部品名,版数,purl in Shift_JIS.
        let mut old = b"\x95\x94\x95i\x96\xbc,\x94\xc5\x90\x94,purl\r\n".to_vec();
        old.extend_from_slice(b"serde,1.0.0,pkg:cargo/serde@1.0.0\r\n");
        assert_eq!(read(&old).unwrap().components, a.components);
    }

    #[test]
    fn text_and_tables_of_something_else_are_no_list() {
        for text in ["hello", "a,b\n1,2\n", "会社名,電話\nA社,03\n", ""] {
            assert_eq!(read(text.as_bytes()).unwrap_err(), ReadError::UnknownFormat, "{text}");
        }
    }
}
