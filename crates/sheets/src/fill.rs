//! `sheets::fill` — answers written into the workbook they were asked in. Only the cells that are answered
//! change; every other part of the package is copied as it is packed, and what else changes is told. Meant to
//! run in the limited child.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::fill_sheet::{Pending, sheet_edits};
use crate::package::Package;
use crate::read::{Container, SheetError, container};
use crate::workbook_part::{WorkbookPart, relations_of};
use crate::xml::{Step, Walk, attribute, local, prefix};

/// Most answers written at once.
pub const ENTRIES_MAX: usize = 10_000;

/// An answer for a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Place of the sheet in [`crate::Book::sheets`].
    pub sheet: usize,
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// What to write. A number is written as a number if `number` says so, a day (`2026-11-21`) as a day where
    /// the cell shows days; everything else is text and never a formula.
    pub text: String,
    /// Whether a number counts as one.
    pub number: bool,
    /// Whether somebody asked to replace what stands there.
    pub over: bool,
}

kernel::text_enum! {
    /// Why an answer was not written.
    Refusal {
        /// Something stands there already.
        Taken = "taken",
        /// The cell is computed.
        Formula = "formula",
        /// The sheet is protected and the cell is not among those that may be changed.
        Protected = "protected",
        /// There is no such sheet.
        Nowhere = "nowhere",
    }
}

kernel::text_enum! {
    /// Why a part of the package changed.
    ChangeReason {
        /// Answers were written into the sheet.
        Answers = "answers",
        /// Excel is told to compute formulas again when it opens the file.
        Recompute = "recompute",
        /// The part is a macro, and its removal was agreed to.
        MacroRemoved = "macro_removed",
        /// The part named a macro that was removed.
        MacroUnnamed = "macro_unnamed",
    }
}

/// A workbook that was filled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// The workbook.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Answers that were not written: their place in the list, and why.
    pub refused: Vec<(usize, Refusal)>,
    /// Parts of the package that are not what they were.
    pub changed: Vec<(String, ChangeReason)>,
}

/// New texts of parts; none for a part that is left out.
type Parts = BTreeMap<String, Option<String>>;

/// Writes answers into a workbook (.xlsx, .xlsm).
///
/// # Errors
/// [`SheetError`]; [`SheetError::NoWorkbook`] for .xls and CSV files, which cannot be filled out in place.
pub fn fill(bytes: &[u8], entries: &[Entry], drop_macros: bool) -> Result<Filled, SheetError> {
    if !matches!(container(bytes)?, Container::Zip) {
        return Err(SheetError::NoWorkbook);
    }
    if entries.len() > ENTRIES_MAX {
        return Err(SheetError::TooLarge);
    }
    let mut package = Package::open(bytes)?;
    let part = WorkbookPart::read(&mut package)?;
    let styles = part.styles(&mut package)?;
    let mut filled = Filled { bytes: Vec::new(), refused: Vec::new(), changed: Vec::new() };
    let (mut new, mut computed) = (Parts::new(), false);
    for (number, sheet) in part.sheets.iter().enumerate() {
        let text = package.text(&sheet.part)?.ok_or(SheetError::Unreadable)?;
        let mut pending = Pending::new();
        for (at, entry) in entries.iter().enumerate().filter(|(_, e)| e.sheet == number) {
            pending.entry(entry.row).or_default().insert(entry.column, (at, entry));
        }
        let mut done = sheet_edits(&text, &styles, part.from_1904, &pending)?;
        computed |= done.computed;
        filled.refused.append(&mut done.refused);
        if !done.edits.is_empty() {
            filled.changed.push((sheet.part.clone(), ChangeReason::Answers));
            new.insert(sheet.part.clone(), Some(spliced(&text, done.edits)));
        }
    }
    let nowhere = entries.iter().enumerate().filter(|(_, e)| e.sheet >= part.sheets.len());
    filled.refused.extend(nowhere.map(|(at, _)| (at, Refusal::Nowhere)));
    filled.refused.sort_unstable();
    if computed && !new.is_empty() {
        change(&mut package, &part.part, ChangeReason::Recompute, &mut new, &mut filled, recomputing)?;
    }
    if drop_macros && part.macros {
        drop_macro_parts(&mut package, &part.part, &mut new, &mut filled)?;
    }
    filled.bytes = packed(&mut package, &new)?;
    Ok(filled)
}

/// A workbook whose only sheet is this XML, for benches of files made to hurt.
///
/// # Errors
/// [`SheetError`]; none is known.
pub fn with_sheet_for_bench(sheet: &[u8]) -> Result<Vec<u8>, SheetError> {
    let book = crate::workbook("x", &[]).map_err(|_| SheetError::Unreadable)?;
    let mut package = Package::open(&book)?;
    let text = String::from_utf8_lossy(sheet).into_owned();
    packed(&mut package, &Parts::from([("xl/worksheets/sheet1.xml".to_owned(), Some(text))]))
}

/// Replaces pieces of a text; they do not overlap.
pub(crate) fn spliced(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let (mut out, mut from) = (String::with_capacity(text.len() + edits.len() * 60), 0);
    for (span, new) in edits {
        out.push_str(text.get(from..span.start).unwrap_or(""));
        out.push_str(&new);
        from = span.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

type Edits = Vec<(Range<usize>, String)>;

/// Changes a part, if the edits change it.
fn change(
    package: &mut Package<'_>,
    part: &str,
    why: ChangeReason,
    new: &mut Parts,
    filled: &mut Filled,
    edits: impl FnOnce(&str) -> Result<Edits, SheetError>,
) -> Result<(), SheetError> {
    let text = match new.get(part) {
        Some(text) => text.clone(),
        None => package.text(part)?,
    };
    let Some(text) = text else { return Ok(()) };
    let edits = edits(&text)?;
    if !edits.is_empty() {
        new.insert(part.to_owned(), Some(spliced(&text, edits)));
        filled.changed.push((part.to_owned(), why));
    }
    Ok(())
}

/// Tells Excel to compute formulas again when it opens the file, because answers may change them.
fn recomputing(text: &str) -> Result<Edits, SheetError> {
    const FLAG: &str = " fullCalcOnLoad=\"1\"";
    let (mut walk, mut after, mut within) = (Walk::new(text), None, String::new());
    while let Some((step, span)) = walk.step()? {
        match step {
            Step::Open(e) | Step::Empty(e) if local(&e) == "calcPr" => {
                if attribute(&e, "fullCalcOnLoad").is_some() {
                    return Ok(Vec::new());
                }
                let at = span.start + 1 + e.name().as_ref().len();
                return Ok(vec![(at..at, FLAG.to_owned())]);
            }
            // The elements `calcPr` stands after, in the order of the standard.
            Step::Empty(e) if ["sheets", "functionGroups", "externalReferences", "definedNames"].contains(&local(&e).as_str()) => {
                after = Some((span.end, prefix(&e)));
            }
            Step::Open(e) if local(&e) == "sheets" => within = prefix(&e),
            Step::Close(name) if ["sheets", "functionGroups", "externalReferences", "definedNames"].contains(&name.as_str()) => {
                after = Some((span.end, within.clone()));
            }
            Step::Open(_) | Step::Empty(_) | Step::Close(_) | Step::Text(_) => {}
        }
    }
    Ok(after.map(|(at, p)| (at..at, format!("<{p}calcPr{FLAG}/>"))).into_iter().collect())
}

/// Takes macros out: their parts, and what names them.
fn drop_macro_parts(package: &mut Package<'_>, book: &str, new: &mut Parts, filled: &mut Filled) -> Result<(), SheetError> {
    let is_macro = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        file.starts_with("vbaproject") || file == "vbadata.xml"
    };
    let names: Vec<String> = package.archive().file_names().flatten().filter(|n| is_macro(n)).map(std::borrow::Cow::into_owned).collect();
    for name in names {
        filled.changed.push((name.clone(), ChangeReason::MacroRemoved));
        new.insert(name, None);
    }
    let unnamed = ChangeReason::MacroUnnamed;
    change(package, &relations_of(book), unnamed, new, filled, |text| {
        without(text, |e| (local(e) == "Relationship" && attribute(e, "Target").is_some_and(|t| is_macro(&t))).then(String::new))
    })?;
    change(package, "[Content_Types].xml", unnamed, new, filled, |text| {
        without(text, |e| match local(e).as_str() {
            "Override" if attribute(e, "PartName").is_some_and(|n| is_macro(&n)) => Some(String::new()),
            "Default" if attribute(e, "ContentType").is_some_and(|t| t.contains("vbaProject")) => Some(String::new()),
            "Override" if attribute(e, "ContentType").is_some_and(|t| t.contains("macroEnabled")) => {
                let part = attribute(e, "PartName").unwrap_or_default();
                let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
                Some(format!("<Override PartName=\"{part}\" ContentType=\"{kind}\"/>"))
            }
            _ => None,
        })
    })
}

/// Replaces empty elements.
fn without(text: &str, new: impl Fn(&quick_xml::events::BytesStart<'_>) -> Option<String>) -> Result<Edits, SheetError> {
    let (mut walk, mut edits) = (Walk::new(text), Vec::new());
    while let Some((step, span)) = walk.step()? {
        if let Step::Empty(e) = step
            && let Some(text) = new(&e)
        {
            edits.push((span, text));
        }
    }
    Ok(edits)
}

/// The package with new parts; those without text are left out, all others copied as they are packed.
fn packed(package: &mut Package<'_>, new: &Parts) -> Result<Vec<u8>, SheetError> {
    let archive = package.archive();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let broken = |_| SheetError::Unreadable;
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        match new.get(&name) {
            None => out.raw_copy_file(entry).map_err(broken)?,
            Some(None) => {}
            Some(Some(text)) => {
                let mut options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
                if let Some(time) = entry.last_modified() {
                    options = options.last_modified_time(time);
                }
                drop(entry);
                out.start_file(name, options).map_err(broken)?;
                out.write_all(text.as_bytes()).map_err(|_| SheetError::Unreadable)?;
            }
        }
    }
    Ok(out.finish().map_err(broken)?.into_inner())
}
