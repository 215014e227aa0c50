//! `sheets::layout` — what a check sheet asks and where the answers go: tables with their columns, questions,
//! answer cells and scale, and the cells about the company. Pure; a guess that people may correct.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::book::{Book, BookSheet};
use crate::scale::{Scale, legend};
use crate::words::{CompanyField, Role, SheetWords, mark};

/// Most questions of a file.
pub const QUESTIONS_MAX: usize = 5_000;

/// Rows and columns a table is looked for in.
const ROWS_MAX: u32 = 5_000;
const COLUMNS_MAX: u32 = 100;

/// Empty rows after which a table has ended.
const GAP_ROWS: u32 = 30;

kernel::text_enum! {
    /// How a table was found.
    FoundBy {
        /// By the heads of its columns.
        Heads = "heads",
        /// By a column with a list to choose from.
        List = "list",
        /// By long texts with an empty column beside them.
        Text = "text",
        /// Somebody said so.
        People = "people",
    }
}

/// Columns of a table, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Columns {
    /// Number of the question.
    pub number: Option<u32>,
    /// What is asked.
    pub question: u32,
    /// Where the answer goes.
    pub answer: u32,
    /// Words about the answer.
    pub remark: Option<u32>,
    /// Names of evidence.
    pub evidence: Option<u32>,
    /// How much is asked.
    pub level: Option<u32>,
    /// What the question belongs to, the widest first.
    pub sections: Vec<u32>,
    /// Columns that say which class answers: head and column.
    pub classes: Vec<(String, u32)>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Asked {
    /// Row, from 0.
    pub row: u32,
    /// Number as written.
    pub number: String,
    /// What it belongs to.
    pub section: String,
    /// What is asked.
    pub text: String,
    /// Level as written.
    pub level: String,
    /// Classes that answer; empty for all.
    pub classes: Vec<String>,
    /// Cell of the answer: row and column.
    pub answer: (u32, u32),
    /// What stands there already.
    pub given: String,
    /// What stands in the column for words.
    pub remark: String,
    /// Whether Excel does not show the row.
    pub hidden: bool,
    /// Whether the cell is computed or locked, so that nothing can be written.
    pub fixed: bool,
    /// Its own scale, where the cell has other choices than the table.
    pub scale: Option<Scale>,
}

/// A table of questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Table {
    /// Place of the sheet.
    pub sheet: usize,
    /// First and last row of the head.
    pub head: (u32, u32),
    /// How it was found.
    pub by: FoundBy,
    /// Its columns.
    pub columns: Columns,
    /// The scale of most answers.
    pub scale: Scale,
    /// Its questions.
    pub questions: Vec<Asked>,
}

/// A cell about the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CompanyCell {
    /// What is asked.
    pub field: CompanyField,
    /// Place of the sheet.
    pub sheet: usize,
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// What stands there already.
    pub given: String,
    /// Whether the cell is locked.
    #[serde(default)]
    pub fixed: bool,
}

/// What a file asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Layout {
    /// Tables in the order of sheets and rows.
    pub tables: Vec<Table>,
    /// Cells about the company.
    pub company: Vec<CompanyCell>,
    /// Names of sheets that hold one character a cell (方眼紙), in which nothing is looked for.
    pub squared: Vec<String>,
    /// Id of the sheet many know, by its heads.
    pub known: String,
}

/// What somebody said about a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Correction {
    /// Place of the sheet.
    pub sheet: usize,
    /// First row with a question, from 0.
    pub first_row: u32,
    /// Column of the questions.
    pub question: u32,
    /// Column of the answers.
    pub answer: u32,
    /// Column for words.
    pub remark: Option<u32>,
}

impl Layout {
    /// All questions with the table they stand in.
    pub fn questions(&self) -> impl Iterator<Item = (&Table, &Asked)> {
        self.tables.iter().flat_map(|t| t.questions.iter().map(move |q| (t, q)))
    }
}

/// Works out what a file asks. Corrections stand in place of the guess for their sheets.
#[must_use]
pub fn layout(book: &Book, words: &SheetWords, corrections: &[Correction]) -> Layout {
    let mut found = Layout::default();
    let legends: Vec<_> = book.sheets.iter().map(|s| legend(s, words)).collect();
    let any = legends.iter().find(|l| l.len() > 1).cloned().unwrap_or_default();
    for (place, sheet) in book.sheets.iter().enumerate() {
        if is_squared(sheet) {
            found.squared.push(sheet.name.clone());
            continue;
        }
        let own = legends.get(place).filter(|l| l.len() > 1).unwrap_or(&any);
        let corrected: Vec<Plan> = corrections.iter().filter(|c| c.sheet == place).map(corrected).collect();
        let plans = if corrected.is_empty() { plans(sheet, words) } else { corrected };
        for plan in plans {
            let table = table(place, sheet, words, own, plan);
            if !table.questions.is_empty() && found.questions().count() < QUESTIONS_MAX {
                found.tables.push(table);
            }
        }
        found.company.extend(company(place, sheet, words));
    }
    // A table found by its texts alone counts only where nothing better was found.
    if found.tables.iter().any(|t| t.by != FoundBy::Text) {
        found.tables.retain(|t| t.by != FoundBy::Text);
    }
    let heads = |t: &Table| {
        let sheet = book.sheets.get(t.sheet)?;
        let cells = (0..sheet.width()).flat_map(|c| [sheet.at(t.head.0, c), sheet.at(t.head.1, c)]);
        words.known(&cells.map(str::to_owned).collect::<Vec<_>>(), t.questions.len()).map(|k| k.id.clone())
    };
    found.known = found.tables.iter().find_map(heads).unwrap_or_default();
    found
}

/// Whether a sheet is squared paper: one character a cell.
fn is_squared(sheet: &BookSheet) -> bool {
    let texts = || sheet.rows.iter().flatten().filter(|c| !c.is_empty());
    let (all, single) = (texts().count(), texts().filter(|c| c.chars().count() == 1).count());
    // Answers of one character are no squared paper: there the columns are many and most of them filled.
    all >= 60 && single * 10 >= all * 7 && (sheet.squared || sheet.width() >= 30)
}

/// Where a table is and what its columns are.
struct Plan {
    head: (u32, u32),
    /// First row with questions, and the first after the table.
    first: u32,
    end: u32,
    by: FoundBy,
    columns: Columns,
    answer_head: String,
}

fn corrected(c: &Correction) -> Plan {
    let columns = Columns { question: c.question, answer: c.answer, remark: c.remark, ..Columns::default() };
    let head = c.first_row.saturating_sub(1);
    Plan { head: (head, head), first: c.first_row, end: ROWS_MAX, by: FoundBy::People, columns, answer_head: String::new() }
}

fn height(sheet: &BookSheet) -> u32 {
    sheet.height().min(ROWS_MAX)
}

fn width(sheet: &BookSheet) -> u32 {
    sheet.width().min(COLUMNS_MAX)
}

/// Heads of columns in one or two rows: column, role, how sure, text.
struct Heads {
    rows: (u32, u32),
    roles: Vec<(u32, Role, u32, String)>,
    classes: Vec<(String, u32)>,
}

impl Heads {
    fn has(&self, role: Role) -> u32 {
        self.roles.iter().filter(|(_, r, _, _)| *r == role).map(|(_, _, sure, _)| *sure).max().unwrap_or(0)
    }
}

/// Whether a head names a class: `A`, `Lv2`, `区分B`.
fn class_name(head: &str) -> bool {
    let text = mark(head);
    let rest = ["クラス", "区分", "レベル", "lv", "level"].iter().find_map(|w| text.strip_prefix(&mark(w))).unwrap_or(&text);
    rest.chars().count() == 1 && rest.chars().all(|c| matches!(c, 'a'..='e' | '1'..='5'))
}

fn heads_at(sheet: &BookSheet, words: &SheetWords, row: u32, two: bool) -> Heads {
    let mut heads = Heads { rows: (row, row + u32::from(two)), roles: Vec::new(), classes: Vec::new() };
    for column in 0..width(sheet) {
        let area = sheet.area(row, column);
        let (upper, lower) = (sheet.shown(row, column), sheet.at(row + 1, column));
        if words.is_foreign(&mark(upper)) {
            continue;
        }
        let deep = area.bottom > row;
        let text = if !two || deep || lower.is_empty() { sheet.at(row, column).to_owned() } else { lower.to_owned() };
        if two && !deep && class_name(&text) && area.right > area.left {
            heads.classes.push((text.clone(), column));
            continue;
        }
        let found = words.role(&text).or_else(|| if two && !deep { words.role(&format!("{upper}{lower}")) } else { None });
        if let Some((role, sure)) = found {
            heads.roles.push((column, role, sure, if two && !deep { format!("{upper} {lower}") } else { text }));
        }
    }
    heads
}

/// The tables of a sheet.
fn plans(sheet: &BookSheet, words: &SheetWords) -> Vec<Plan> {
    let mut heads: Vec<Heads> = Vec::new();
    let mut row = 0;
    while row < height(sheet) {
        let filled = (0..width(sheet)).filter(|c| !sheet.at(row, *c).is_empty()).count();
        let one = heads_at(sheet, words, row, false);
        let wide =
            (0..width(sheet)).any(|c| !sheet.at(row, c).is_empty() && sheet.area(row, c).right > c && sheet.area(row, c).bottom == row);
        let two = if wide { Some(heads_at(sheet, words, row, true)) } else { None };
        let good = |h: &Heads| {
            let (question, answer) = (h.has(Role::Question), h.has(Role::Answer));
            question > 0 && answer > 0 && question + answer >= 4
        };
        let best = two.filter(|t| good(t) && t.roles.len() + t.classes.len() > one.roles.len()).or_else(|| Some(one).filter(good));
        match best.filter(|_| filled >= 2) {
            Some(found) => {
                row = found.rows.1 + 1;
                heads.push(found);
            }
            None => row += 1,
        }
    }
    if heads.is_empty() {
        return by_list(sheet, words).or_else(|| by_text(sheet)).into_iter().collect();
    }
    let starts: Vec<u32> = heads.iter().map(|h| h.rows.0).chain([height(sheet)]).collect();
    let ends = starts.into_iter().skip(1);
    heads.into_iter().zip(ends).filter_map(|(h, end)| by_heads(sheet, &h, end)).collect()
}

/// How much text stands in a column between two rows.
fn text_in(sheet: &BookSheet, column: u32, rows: std::ops::Range<u32>) -> usize {
    rows.map(|r| sheet.at(r, column).chars().count()).sum()
}

fn by_heads(sheet: &BookSheet, heads: &Heads, end: u32) -> Option<Plan> {
    let below = heads.rows.1 + 1..end;
    let of = |role: Role| heads.roles.iter().filter(move |(_, r, _, _)| *r == role);
    let question = of(Role::Question).max_by_key(|(c, ..)| (text_in(sheet, *c, below.clone()), std::cmp::Reverse(*c)))?.0;
    // Of several columns for answers the surest counts, of equally sure ones the first.
    let answer = of(Role::Answer).max_by_key(|(c, _, sure, _)| (*sure, std::cmp::Reverse(*c)))?;
    let first = |role: Role| of(role).map(|(c, ..)| *c).next();
    let mut sections: Vec<u32> = of(Role::Section).chain(of(Role::Question)).map(|(c, ..)| *c).filter(|c| *c < question).collect();
    sections.sort_unstable();
    let columns = Columns {
        number: first(Role::Number),
        question,
        answer: answer.0,
        remark: first(Role::Remark),
        evidence: first(Role::Evidence),
        level: first(Role::Level),
        sections,
        classes: heads.classes.clone(),
    };
    Some(Plan { head: heads.rows, first: heads.rows.1 + 1, end, by: FoundBy::Heads, columns, answer_head: answer.3.clone() })
}

/// A column with a list of choices that mean something, and the longest texts to its left.
fn by_list(sheet: &BookSheet, words: &SheetWords) -> Option<Plan> {
    let rows = |column: u32| -> Vec<u32> {
        let says = |r: &u32| sheet.choices_at(*r, column).iter().filter(|c| words.meaning(c).is_some()).count() > 1;
        (0..height(sheet)).filter(says).collect()
    };
    let (answer, rows) = (0..width(sheet) + 3).map(|c| (c, rows(c))).max_by_key(|(c, rows)| (rows.len(), std::cmp::Reverse(*c)))?;
    let (first, last) = (*rows.first()?, *rows.last()?);
    let question =
        (0..answer).max_by_key(|c| (text_in(sheet, *c, first..last + 1), *c)).filter(|c| text_in(sheet, *c, first..last + 1) > 0)?;
    let columns = Columns { question, answer, ..Columns::default() };
    let head = first.saturating_sub(1);
    (rows.len() > 2).then_some(Plan { head: (head, head), first, end: last + 1, by: FoundBy::List, columns, answer_head: String::new() })
}

/// A column of long texts, and the first empty column to its right.
fn by_text(sheet: &BookSheet) -> Option<Plan> {
    let long = |column: u32| -> Vec<u32> { (0..height(sheet)).filter(|r| sheet.at(*r, column).chars().count() >= 10).collect() };
    let (question, rows) = (0..width(sheet)).map(|c| (c, long(c))).max_by_key(|(c, rows)| (rows.len(), std::cmp::Reverse(*c)))?;
    let (first, last) = (*rows.first()?, *rows.last()?);
    let empty = |c: &u32| rows.iter().filter(|r| sheet.shown(**r, *c).is_empty()).count() * 10 >= rows.len() * 9;
    let answer = (question + 1..question + 6).find(empty)?;
    let columns = Columns { question, answer, ..Columns::default() };
    let head = first.saturating_sub(1);
    (rows.len() > 4).then_some(Plan { head: (head, head), first, end: last + 1, by: FoundBy::Text, columns, answer_head: String::new() })
}

/// Reads the questions of a table.
fn table(place: usize, sheet: &BookSheet, words: &SheetWords, legend: &[(String, String)], plan: Plan) -> Table {
    let columns = &plan.columns;
    let first = plan.first;
    let (mut questions, mut title, mut gap) = (Vec::new(), String::new(), 0);
    let list = most_common_list(sheet, columns.answer, first..plan.end.min(height(sheet)));
    let scale = Scale::of(words, &list, &plan.answer_head, legend);
    let numbered = columns.number.is_some_and(|n| (first..plan.end.min(height(sheet))).filter(|r| !sheet.at(*r, n).is_empty()).count() > 2);
    for row in first..plan.end.min(height(sheet)) {
        let text = sheet.at(row, columns.question);
        gap = if (0..width(sheet)).all(|c| sheet.at(row, c).is_empty()) { gap + 1 } else { 0 };
        if gap > GAP_ROWS {
            break;
        }
        if let Some(found) = section_title(sheet, columns, row, numbered) {
            title = found;
            continue;
        }
        let area = sheet.area(row, columns.answer);
        let own_list = sheet.choices_at(row, columns.answer);
        let is_note = own_list.is_empty() && text.starts_with(['※', '＊', '*', '注']);
        if text.chars().count() < 2 || is_note || area.has(row, columns.question) || (area.top < row && asked_at(&questions, area.top)) {
            continue;
        }
        let shown = |column: Option<u32>| column.map_or(String::new(), |c| sheet.shown(row, c).to_owned());
        let above: Vec<&str> = columns.sections.iter().map(|c| sheet.shown(row, *c)).filter(|t| !t.is_empty()).collect();
        let section = if above.is_empty() { title.clone() } else { above.join(" ／ ") };
        let answer = (area.top, area.left);
        let fixed = sheet.formulas.contains(&answer) || (sheet.protected && !sheet.unlocked.contains(&answer));
        // Where most cells have a list, one without is for words, a number or a day.
        let other = own_list != list.as_slice();
        let marked = |(_, c): &&(String, u32)| !matches!(mark(sheet.at(row, *c)).as_str(), "" | "-" | "ー" | "×");
        questions.push(Asked {
            row,
            number: shown(columns.number),
            section,
            text: text.to_owned(),
            level: shown(columns.level),
            classes: columns.classes.iter().filter(marked).map(|(name, _)| name.clone()).collect(),
            answer,
            given: sheet.at(answer.0, answer.1).to_owned(),
            remark: columns.remark.map_or(String::new(), |c| sheet.at(row, c).to_owned()),
            hidden: sheet.hidden_rows.contains(&row),
            fixed,
            scale: other.then(|| if own_list.is_empty() { Scale::free() } else { Scale::of(words, own_list, "", legend) }),
        });
        if questions.len() >= QUESTIONS_MAX {
            break;
        }
    }
    Table { sheet: place, head: plan.head, by: plan.by, columns: plan.columns, scale, questions }
}

fn asked_at(questions: &[Asked], row: u32) -> bool {
    questions.iter().rev().any(|q| q.answer.0 == row)
}

/// The title of a section: a text that stands alone in its row, or runs over question and answer.
fn section_title(sheet: &BookSheet, columns: &Columns, row: u32, numbered: bool) -> Option<String> {
    let filled: Vec<u32> = (0..width(sheet)).filter(|c| !sheet.at(row, *c).is_empty()).collect();
    let [only] = filled.as_slice() else { return None };
    let (text, area) = (sheet.at(row, *only), sheet.area(row, *only));
    let covers = area.has(row, columns.answer);
    let lists = !sheet.choices_at(row, columns.answer).is_empty();
    let unnumbered = numbered && !lists && text.chars().count() <= 30;
    (covers || (*only != columns.question && !lists) || unnumbered).then(|| text.to_owned())
}

/// The list most cells of a column have.
fn most_common_list(sheet: &BookSheet, column: u32, rows: std::ops::Range<u32>) -> Vec<String> {
    let mut counts: BTreeMap<&[String], usize> = BTreeMap::new();
    for list in rows.map(|row| sheet.choices_at(row, column)).filter(|l| !l.is_empty()) {
        *counts.entry(list).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map(|(l, _)| l.to_vec()).unwrap_or_default()
}

/// Cells about the company: a label with an empty cell to its right or below, or one that is filled and no label.
fn company(place: usize, sheet: &BookSheet, words: &SheetWords) -> Vec<CompanyCell> {
    let mut found: Vec<CompanyCell> = Vec::new();
    for row in 0..height(sheet).min(60) {
        for column in 0..width(sheet) {
            let text = sheet.at(row, column);
            let Some(field) = words.company(text).filter(|f| !found.iter().any(|c| c.field == *f)) else { continue };
            let area = sheet.area(row, column);
            let free = |r: u32, c: u32| words.company(sheet.at(r, c)).is_none() && words.role(sheet.at(r, c)).is_none();
            let (right, below) = ((row, area.right + 1), (area.bottom + 1, column));
            let fits = |(r, c): (u32, u32)| free(r, c) && !sheet.formulas.contains(&(r, c)) && sheet.area(r, c).top == r;
            // Below a label counts only where labels stand side by side.
            let beside = words.company(sheet.at(row, area.right + 1)).is_some();
            let target =
                if !beside && fits(right) { Some(right) } else { Some(below).filter(|b| fits(*b) && sheet.at(b.0, b.1).is_empty()) };
            if let Some((r, c)) = target {
                let fixed = sheet.protected && !sheet.unlocked.contains(&(r, c));
                found.push(CompanyCell { field, sheet: place, row: r, column: c, given: sheet.at(r, c).to_owned(), fixed });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Area, BookKind};

    fn sheet(rows: &[&[&str]]) -> BookSheet {
        BookSheet { rows: rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect(), ..BookSheet::default() }
    }

    fn of(sheet: BookSheet) -> Layout {
        layout(&Book { kind: BookKind::Xlsx, sheets: vec![sheet] }, &SheetWords::shipped().unwrap(), &[])
    }

    fn merge(top: u32, left: u32, bottom: u32, right: u32) -> Area {
        Area { top, left, bottom, right }
    }

    #[test]
    fn a_plain_table_with_its_company_block() {
        let found = of(sheet(&[
            &["情報セキュリティ調査票"],
            &["会社名", "", "記入日", ""],
            &["No.", "確認項目", "回答（○・×）", "備考"],
            &["1", "方針を定めている", "", ""],
            &["", "※ わからないときは空欄のまま"],
            &["2", "教育を行っている", "○", "年1回"],
        ]));
        let table = &found.tables[0];
        assert_eq!((table.columns.question, table.columns.answer, table.columns.remark), (1, 2, Some(3)));
        let all: Vec<_> = table.questions.iter().map(|q| (q.number.as_str(), q.given.as_str(), q.answer)).collect();
        assert_eq!(all, [("1", "", (3, 2)), ("2", "○", (5, 2))]);
        let company: Vec<_> = found.company.iter().map(|c| (c.field, c.row, c.column)).collect();
        assert_eq!(company, [(CompanyField::Name, 1, 1), (CompanyField::Date, 1, 3)]);
    }

    #[test]
    fn two_rows_of_heads_with_merged_sections_and_classes() {
        let mut own = sheet(&[
            &["項番", "要求事項", "", "対象区分", "", "貴社記入欄", ""],
            &["", "大項目", "内容", "A", "B", "回答", "備考"],
            &["1", "体制", "責任者を決めている", "○", "○", "", ""],
            &["2", "", "連絡先の一覧がある", "○", "", "", ""],
        ]);
        own.merges = vec![merge(0, 0, 1, 0), merge(0, 1, 0, 2), merge(0, 3, 0, 4), merge(0, 5, 0, 6), merge(2, 1, 3, 1)];
        let found = of(own);
        let table = &found.tables[0];
        assert_eq!((table.head, table.columns.question, table.columns.answer, table.columns.remark), ((0, 1), 2, 5, Some(6)));
        assert_eq!(table.columns.classes, [("A".to_owned(), 3), ("B".to_owned(), 4)]);
        let all: Vec<_> = table.questions.iter().map(|q| (q.section.as_str(), q.classes.len())).collect();
        assert_eq!(all, [("体制", 2), ("体制", 1)]);
    }

    #[test]
    fn a_table_without_heads_is_found_by_its_lists() {
        let mut own = sheet(&[&["お願い"], &["ウイルス対策ソフトを入れていますか"], &["方針がありますか"], &["控えを取っていますか"]]);
        own.choices = vec![(Area { top: 1, left: 1, bottom: 3, right: 1 }, vec!["はい".into(), "いいえ".into()])];
        let found = of(own);
        assert_eq!((found.tables[0].by, found.tables[0].questions.len()), (FoundBy::List, 3));
    }

    #[test]
    fn squared_paper_is_said_and_left_alone() {
        let text: Vec<&str> = "情報セキュリティに関する調査票のご記入をお願いいたします拝啓".split("").filter(|c| !c.is_empty()).collect();
        let mut own = sheet(&[&text, &text, &text]);
        own.name = "様式".into();
        own.squared = true;
        let found = of(own);
        assert_eq!((found.squared, found.tables.len()), (vec!["様式".to_owned()], 0));
    }

    #[test]
    fn what_people_say_counts() {
        let rows: &[&[&str]] = &[&["あ", "い"], &["方針を定めている", ""], &["教育を行っている", ""]];
        let book = Book { kind: BookKind::Csv, sheets: vec![sheet(rows)] };
        let said = Correction { sheet: 0, first_row: 1, question: 0, answer: 3, remark: None };
        let found = layout(&book, &SheetWords::shipped().unwrap(), &[said]);
        assert_eq!(found.tables[0].questions.iter().map(|q| q.answer).collect::<Vec<_>>(), [(1, 3), (2, 3)]);
        assert_eq!(found.tables[0].by, FoundBy::People);
    }
}
