//! `sheets::fill_sheet` — answers put into one sheet's XML: which pieces of the text are replaced by what. Every
//! byte outside those pieces stays.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use quick_xml::escape::escape;
use quick_xml::events::BytesStart;

use crate::book::{cell_name, place};
use crate::fill::{Entry, Refusal};
use crate::read::SheetError;
use crate::workbook_part::Styles;
use crate::xml::{Step, Walk, attribute, flag, local, prefix};

/// Answers by row and column, with their place in the list.
pub(crate) type Pending<'a> = BTreeMap<u32, BTreeMap<u32, (usize, &'a Entry)>>;

/// What is done to a sheet.
#[derive(Debug, Default)]
pub(crate) struct SheetEdits {
    /// Pieces of the text and what stands there instead.
    pub(crate) edits: Vec<(Range<usize>, String)>,
    pub(crate) refused: Vec<(usize, Refusal)>,
    /// Whether the sheet computes anything.
    pub(crate) computed: bool,
}

/// A row as it stands.
#[derive(Debug)]
struct RowAt {
    row: u32,
    open: Range<usize>,
    /// Where its closing tag begins; none for `<row/>`.
    close: Option<usize>,
    cells: Vec<CellAt>,
}

/// A cell as it stands.
#[derive(Debug)]
struct CellAt {
    column: u32,
    span: Range<usize>,
    /// Its attributes without `r` and `t`, each with a space before it.
    attributes: String,
    style: usize,
    full: bool,
    formula: bool,
}

/// What was found in a sheet.
#[derive(Debug, Default)]
struct Found {
    /// Rows; cells of those only that get an answer.
    rows: Vec<RowAt>,
    /// `<sheetData>`: its opening tag, and where its closing tag begins.
    data: Option<(Range<usize>, Option<usize>)>,
    /// Prefix of its elements.
    prefix: String,
    /// `<dimension>`.
    dimension: Option<(Range<usize>, String)>,
    protected: bool,
    computed: bool,
}

fn number(e: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(e, name).and_then(|v| v.parse().ok())
}

fn cell_at(e: &BytesStart<'_>, column: u32, span: Range<usize>) -> CellAt {
    let mut attributes = String::new();
    for a in e.attributes().with_checks(false).flatten() {
        // Rich values of the old content go with it.
        if !["r", "t", "cm", "vm"].contains(&a.key.as_ref()) {
            write!(attributes, " {}=\"{}\"", a.key.as_ref(), a.value).unwrap_or_default();
        }
    }
    let style = number(e, "s").and_then(|s| usize::try_from(s).ok()).unwrap_or(0);
    CellAt { column, span, attributes, style, full: false, formula: false }
}

/// Walks over a sheet once.
fn look(text: &str, wanted: &Pending<'_>) -> Result<Found, SheetError> {
    let (mut walk, mut found) = (Walk::new(text), Found::default());
    let (mut next_row, mut next_column) = (0, 0);
    let mut cell: Option<CellAt> = None;
    while let Some((step, span)) = walk.step()? {
        let empty = matches!(step, Step::Empty(_));
        match step {
            Step::Open(e) | Step::Empty(e) => match local(&e).as_str() {
                "dimension" => found.dimension = Some((span, attribute(&e, "ref").unwrap_or_default())),
                "sheetData" => {
                    found.prefix = prefix(&e);
                    found.data = Some((span, None));
                }
                "sheetProtection" => found.protected = flag(&e, "sheet"),
                "row" => {
                    let row = number(&e, "r").map_or(next_row, |r| r.saturating_sub(1));
                    (next_row, next_column) = (row + 1, 0);
                    found.rows.push(RowAt { row, open: span, close: None, cells: Vec::new() });
                }
                "c" => {
                    let column = attribute(&e, "r").and_then(|r| place(&r)).map_or(next_column, |(_, c)| c);
                    next_column = column + 1;
                    let is_wanted = found.rows.last().is_some_and(|r| wanted.contains_key(&r.row));
                    let at = is_wanted.then(|| cell_at(&e, column, span));
                    if empty { keep(&mut found, at) } else { cell = at }
                }
                "f" => {
                    found.computed = true;
                    if let Some(cell) = &mut cell {
                        cell.formula = true;
                    }
                }
                _ => {}
            },
            Step::Text(text) => {
                if let Some(cell) = &mut cell {
                    cell.full |= !text.trim().is_empty();
                }
            }
            Step::Close(name) => match name.as_str() {
                "c" => {
                    if let Some(cell) = &mut cell {
                        cell.span.end = span.end;
                    }
                    keep(&mut found, cell.take());
                }
                "row" => {
                    if let Some(row) = found.rows.last_mut() {
                        row.close = Some(span.start);
                    }
                }
                "sheetData" => {
                    if let Some((_, close)) = &mut found.data {
                        *close = Some(span.start);
                    }
                }
                _ => {}
            },
        }
    }
    Ok(found)
}

fn keep(found: &mut Found, cell: Option<CellAt>) {
    if let (Some(row), Some(cell)) = (found.rows.last_mut(), cell) {
        row.cells.push(cell);
    }
}

/// Days since the epoch of the workbook.
fn serial(text: &str, from_1904: bool) -> Option<i64> {
    let day = kernel::Day::parse(text).ok()?;
    let epoch = kernel::Day::parse(if from_1904 { "1904-01-01" } else { "1899-12-30" }).ok()?;
    Some(day.days_since(epoch))
}

/// Text a part of XML may hold: characters XML does not know are left out.
fn clean(text: &str) -> String {
    let known = |c: char| matches!(c, '\t' | '\n') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    escape(text.chars().filter(|c| known(*c)).take(32_000).collect::<String>()).into_owned()
}

/// A cell with an answer in it.
fn cell_text(p: &str, row: u32, column: u32, attributes: &str, entry: &Entry, day: Option<i64>) -> String {
    let name = cell_name(row, column);
    let number = entry.number && entry.text.len() <= 15 && entry.text.parse::<f64>().is_ok_and(f64::is_finite);
    match day {
        Some(serial) => format!("<{p}c r=\"{name}\"{attributes}><{p}v>{serial}</{p}v></{p}c>"),
        None if number => format!("<{p}c r=\"{name}\"{attributes}><{p}v>{}</{p}v></{p}c>", entry.text),
        None => format!(
            "<{p}c r=\"{name}\"{attributes} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is></{p}c>",
            clean(&entry.text)
        ),
    }
}

/// Why an answer may not be written into a cell that is there.
fn refusal(cell: &CellAt, entry: &Entry, protected: bool, styles: &Styles) -> Option<Refusal> {
    if cell.formula {
        Some(Refusal::Formula)
    } else if protected && !styles.unlocked.contains(&cell.style) {
        Some(Refusal::Protected)
    } else if cell.full && !entry.over {
        Some(Refusal::Taken)
    } else {
        None
    }
}

/// Works out what is replaced by what in a sheet.
///
/// # Errors
/// [`SheetError::Unreadable`].
pub(crate) fn sheet_edits(text: &str, styles: &Styles, from_1904: bool, pending: &Pending<'_>) -> Result<SheetEdits, SheetError> {
    let found = look(text, pending)?;
    let mut done = SheetEdits { computed: found.computed, ..SheetEdits::default() };
    let Some((data, data_close)) = &found.data else { return Err(SheetError::Unreadable) };
    let p = found.prefix.as_str();
    let (mut furthest, mut new_rows) = ((0, 0), String::new());
    for (&row, cells) in pending {
        let there = found.rows.iter().find(|r| r.row == row);
        let mut added = String::new();
        for (&column, &(at, entry)) in cells {
            let known = there.and_then(|r| r.cells.iter().find(|c| c.column == column));
            let refused = match known {
                Some(cell) => refusal(cell, entry, found.protected, styles),
                None => found.protected.then_some(Refusal::Protected),
            };
            if let Some(why) = refused {
                done.refused.push((at, why));
                continue;
            }
            furthest = (furthest.0.max(row), furthest.1.max(column));
            let shows_day = known.is_some_and(|c| styles.days.contains(&c.style));
            let day = if shows_day { serial(&entry.text, from_1904) } else { None };
            let new = cell_text(p, row, column, known.map_or("", |c| c.attributes.as_str()), entry, day);
            match (known, there) {
                (Some(cell), _) => done.edits.push((cell.span.clone(), new)),
                (None, Some(r)) if r.close.is_some() => {
                    let after = r.cells.iter().find(|c| c.column > column).map(|c| c.span.start);
                    let at = after.or(r.close).unwrap_or(r.open.end);
                    done.edits.push((at..at, new));
                }
                (None, _) => added.push_str(&new),
            }
        }
        match there {
            _ if added.is_empty() => {}
            // `<row …/>` becomes `<row …>…</row>`.
            Some(r) => done.edits.push((r.open.end.saturating_sub(2)..r.open.end, format!(">{added}</{p}row>"))),
            None => {
                let whole = format!("<{p}row r=\"{}\">{added}</{p}row>", row + 1);
                let after = found.rows.iter().find(|r| r.row > row).map(|r| r.open.start);
                match after.or(*data_close) {
                    Some(at) => done.edits.push((at..at, whole)),
                    None => new_rows.push_str(&whole),
                }
            }
        }
    }
    if !new_rows.is_empty() {
        done.edits.push((data.end.saturating_sub(2)..data.end, format!(">{new_rows}</{p}sheetData>")));
    }
    // What says how far the sheet reaches must not be too little; it may be left out.
    if let Some((span, reach)) = found.dimension
        && !done.edits.is_empty()
        && crate::book::Area::parse(&reach).is_none_or(|a| !a.has(furthest.0.max(a.top), furthest.1.max(a.left)))
    {
        done.edits.push((span, String::new()));
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn entry(row: u32, column: u32, text: &str) -> Entry {
        Entry { sheet: 0, row, column, text: text.to_owned(), number: true, over: false }
    }

    fn filled(text: &str, entries: &[Entry]) -> (String, Vec<(usize, Refusal)>) {
        let mut pending = Pending::new();
        for (at, e) in entries.iter().enumerate() {
            pending.entry(e.row).or_default().insert(e.column, (at, e));
        }
        let styles = Styles { days: BTreeSet::from([7]), unlocked: BTreeSet::from([5]) };
        let done = sheet_edits(text, &styles, false, &pending).unwrap();
        (crate::fill::spliced(text, done.edits), done.refused)
    }

    #[test]
    fn a_cell_keeps_its_style_and_all_else_keeps_every_byte() {
        let text =
            r#"<worksheet><sheetData><row r="2" ht="30"><c r="A2" s="3" t="s"><v>0</v></c><c r="B2" s="5"/></row></sheetData></worksheet>"#;
        let (new, _) = filled(text, &[entry(1, 1, "○ & <可>")]);
        let cell = r#"<c r="B2" s="5" t="inlineStr"><is><t xml:space="preserve">○ &amp; &lt;可&gt;</t></is></c>"#;
        assert_eq!(new, text.replace(r#"<c r="B2" s="5"/>"#, cell));
    }

    #[test]
    fn rows_and_cells_that_are_not_there_are_put_in_order() {
        let text =
            r#"<x:worksheet><x:sheetData><x:row r="1"><x:c r="C1"><x:v>1</x:v></x:c></x:row><x:row r="4"/></x:sheetData></x:worksheet>"#;
        let (new, refused) = filled(text, &[entry(0, 1, "2"), entry(0, 4, "5"), entry(2, 0, "7"), entry(3, 0, "8"), entry(6, 0, "9")]);
        let cell = |name: &str, n: u8| format!("<x:c r=\"{name}\"><x:v>{n}</x:v></x:c>");
        let rows = [
            format!("<x:row r=\"1\">{}{}{}</x:row>", cell("B1", 2), cell("C1", 1), cell("E1", 5)),
            format!("<x:row r=\"3\">{}</x:row>", cell("A3", 7)),
            format!("<x:row r=\"4\">{}</x:row>", cell("A4", 8)),
            format!("<x:row r=\"7\">{}</x:row>", cell("A7", 9)),
        ];
        assert_eq!(new, format!("<x:worksheet><x:sheetData>{}</x:sheetData></x:worksheet>", rows.concat()));
        assert!(refused.is_empty());
    }

    #[test]
    fn what_is_filled_computed_or_protected_is_left() {
        let text = r#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f></c><c r="C1"/><c r="D1" s="5"/></row></sheetData><sheetProtection sheet="1"/></worksheet>"#;
        let entries = [entry(0, 0, "x"), entry(0, 1, "x"), entry(0, 2, "x"), entry(0, 3, "x"), entry(9, 9, "x")];
        let (new, refused) = filled(text, &entries);
        let reasons: Vec<_> = refused.iter().map(|(at, why)| (*at, *why)).collect();
        assert_eq!(reasons, [(0, Refusal::Protected), (1, Refusal::Formula), (2, Refusal::Protected), (4, Refusal::Protected)]);
        assert!(new.contains("<c r=\"D1\" s=\"5\" t=\"inlineStr\">") && new.contains("<c r=\"C1\"/>"));
        let open = text.replace("<sheetProtection sheet=\"1\"/>", "");
        assert_eq!(filled(&open, &entries[..1]).1, [(0, Refusal::Taken)]);
        let over = Entry { over: true, ..entries[0].clone() };
        assert!(filled(&open, &[over]).1.is_empty());
    }

    #[test]
    fn a_day_is_a_day_where_days_are_shown() {
        let text = r#"<worksheet><dimension ref="A1:B1"/><sheetData><row r="1"><c r="A1" s="7"/></row></sheetData></worksheet>"#;
        let (new, _) = filled(text, &[entry(0, 0, "2026-11-21"), entry(0, 3, "=1+1")]);
        assert!(new.contains("<c r=\"A1\" s=\"7\"><v>46347</v></c>"), "{new}");
        assert!(new.contains(">=1+1</t>") && !new.contains("<dimension"), "{new}");
    }
}
