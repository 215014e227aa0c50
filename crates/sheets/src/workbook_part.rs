//! `sheets::workbook_part` — the parts of a workbook that say what the others are: where its sheets lie, named
//! ranges, which styles show a day and which cells may be changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::package::Package;
use crate::read::SheetError;
use crate::xml::{Step, Walk, attribute, flag, local};

/// A sheet as the workbook names it.
#[derive(Debug, Clone)]
pub(crate) struct SheetPart {
    pub(crate) name: String,
    /// The part its cells are in.
    pub(crate) part: String,
    pub(crate) hidden: bool,
}

/// What the workbook's own part says.
#[derive(Debug, Default)]
pub(crate) struct WorkbookPart {
    /// Name of the part.
    pub(crate) part: String,
    pub(crate) sheets: Vec<SheetPart>,
    /// Named ranges: name and formula.
    pub(crate) names: BTreeMap<String, String>,
    /// Whether days count from 1904.
    pub(crate) from_1904: bool,
    pub(crate) macros: bool,
}

/// Styles by their number in `cellXfs`.
#[derive(Debug, Default)]
pub(crate) struct Styles {
    /// Those that show a day.
    pub(crate) days: BTreeSet<usize>,
    /// Those whose cells may be changed in a protected sheet.
    pub(crate) unlocked: BTreeSet<usize>,
}

/// A target of a relationship as the name of a part.
fn resolve(base: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for piece in target.split('/') {
        match piece {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// The name of the part with a part's relationships.
pub(crate) fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or((String::new(), part), |(folder, file)| (format!("{folder}/"), file));
    format!("{folder}_rels/{file}.rels")
}

/// A part's relationships: id, last word of the type, part.
fn relations(package: &mut Package<'_>, part: &str) -> Result<Vec<(String, String, String)>, SheetError> {
    let Some(text) = package.text(&relations_of(part))? else { return Ok(Vec::new()) };
    let (mut walk, mut all) = (Walk::new(&text), Vec::new());
    while let Some((step, _)) = walk.step()? {
        if let Step::Open(e) | Step::Empty(e) = step
            && local(&e) == "Relationship"
            && attribute(&e, "TargetMode").is_none_or(|m| m != "External")
        {
            let value = |name: &str| attribute(&e, name).unwrap_or_default();
            let kind = value("Type").rsplit('/').next().unwrap_or("").to_owned();
            all.push((value("Id"), kind, resolve(part, &value("Target"))));
        }
    }
    Ok(all)
}

impl WorkbookPart {
    /// Reads it.
    ///
    /// # Errors
    /// [`SheetError::NoWorkbook`] if the package is another document.
    pub(crate) fn read(package: &mut Package<'_>) -> Result<Self, SheetError> {
        let own = relations(package, "")?.into_iter().find(|(_, kind, _)| kind == "officeDocument");
        let part = own.map(|(_, _, part)| part).ok_or(SheetError::NoWorkbook)?;
        let text = package.text(&part)?.ok_or(SheetError::NoWorkbook)?;
        let related = relations(package, &part)?;
        let macros = related.iter().any(|(_, kind, _)| kind == "vbaProject");
        let mut found = Self { part, macros, ..Self::default() };
        let (mut walk, mut naming, mut book) = (Walk::new(&text), None::<String>, false);
        while let Some((step, _)) = walk.step()? {
            match step {
                Step::Open(e) | Step::Empty(e) => match local(&e).as_str() {
                    "workbook" => book = true,
                    "workbookPr" => found.from_1904 = flag(&e, "date1904"),
                    "sheet" => {
                        let id = attribute(&e, "id").unwrap_or_default();
                        // A chart sheet has no cells.
                        let at = related.iter().find(|(own, kind, _)| *own == id && kind == "worksheet");
                        if let Some((_, _, part)) = at {
                            let hidden = attribute(&e, "state").is_some_and(|s| s != "visible");
                            found.sheets.push(SheetPart { name: attribute(&e, "name").unwrap_or_default(), part: part.clone(), hidden });
                        }
                    }
                    "definedName" => naming = attribute(&e, "name"),
                    _ => {}
                },
                Step::Text(text) => {
                    if let Some(name) = naming.take() {
                        found.names.insert(name, text);
                    }
                }
                Step::Close(_) => naming = None,
            }
        }
        if book { Ok(found) } else { Err(SheetError::NoWorkbook) }
    }

    /// The styles of the workbook.
    ///
    /// # Errors
    /// [`SheetError::Unreadable`].
    pub(crate) fn styles(&self, package: &mut Package<'_>) -> Result<Styles, SheetError> {
        let related = relations(package, &self.part)?;
        let part = related.into_iter().find(|(_, kind, _)| kind == "styles").map(|(_, _, part)| part);
        let Some(text) = part.map_or(Ok(None), |part| package.text(&part))? else { return Ok(Styles::default()) };
        let (mut walk, mut styles) = (Walk::new(&text), Styles::default());
        let (mut days, mut inside, mut next) = (BTreeSet::new(), false, 0_usize);
        while let Some((step, _)) = walk.step()? {
            let (Step::Open(e) | Step::Empty(e)) = &step else {
                if matches!(&step, Step::Close(name) if name == "cellXfs") {
                    inside = false;
                }
                continue;
            };
            let number = |name: &str| attribute(e, name).and_then(|v| v.parse::<usize>().ok());
            match local(e).as_str() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (number("numFmtId"), attribute(e, "formatCode"))
                        && shows_a_day(&code)
                    {
                        days.insert(id);
                    }
                }
                "cellXfs" => inside = true,
                "xf" if inside => {
                    let format = number("numFmtId").unwrap_or(0);
                    if matches!(format, 14..=17 | 22 | 27..=36 | 50..=58) || days.contains(&format) {
                        styles.days.insert(next);
                    }
                    next += 1;
                }
                "protection" if inside && attribute(e, "locked").is_some_and(|v| v == "0" || v == "false") => {
                    styles.unlocked.insert(next.saturating_sub(1));
                }
                _ => {}
            }
        }
        Ok(styles)
    }
}

/// Whether a number format shows a day: it has a `y` or `d` outside quotes and brackets.
fn shows_a_day(code: &str) -> bool {
    let (mut quoted, mut bracket) = (false, false);
    code.chars().any(|c| {
        match c {
            '"' => quoted = !quoted,
            '[' => bracket = true,
            ']' => bracket = false,
            _ => {}
        }
        !quoted && !bracket && matches!(c, 'y' | 'd' | 'Y' | 'D' | 'e')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_the_part_that_names_them() {
        assert_eq!(resolve("xl/workbook.xml", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/worksheets/sheet1.xml", "../tables/table1.xml"), "xl/tables/table1.xml");
        assert_eq!(resolve("xl/workbook.xml", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relations_of(""), "_rels/.rels");
    }

    #[test]
    fn formats_of_days_are_told_from_those_of_numbers() {
        for code in ["yyyy/mm/dd", "[$-411]ggge\"年\"m\"月\"d\"日\"", "d-mmm"] {
            assert!(shows_a_day(code), "{code}");
        }
        for code in ["0.00", "#,##0\"日\"", "h:mm", "[Red]0", "@"] {
            assert!(!shows_a_day(code), "{code}");
        }
    }
}
