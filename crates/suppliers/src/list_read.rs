//! `suppliers::list_read` — any list of suppliers as rows we understand: finds the head by the names of
//! its columns, also where cells are merged over two rows, and reads each cell the way people write.
//! Pure: no database, nothing is kept. A cell that does not fit is told, and never blocks the row.

use std::collections::BTreeMap;

use kernel::{CorporateNumber, CorporateNumberError, fold_name, narrow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sheets::Sheet;

use crate::data::ListWords;

kernel::text_enum! {
    /// A column we understand.
    Field {
        /// Name of the company.
        Name = "name",
        /// Corporate number.
        Number = "number",
        /// The buyer's own code.
        Code = "code",
        /// Department in charge.
        Department = "department",
        /// What is bought or done.
        Work = "work",
        /// Handles confidential matters.
        Confidential = "confidential",
        /// A stop hurts.
        Stops = "stops",
        /// Can get into the buyer's network.
        Access = "access",
        /// Has a person for security.
        SecurityPerson = "security_person",
        /// Regular employees.
        Employees = "employees",
        /// Capital in yen.
        Capital = "capital_yen",
        /// Sales of a year in million yen.
        Sales = "sales_million_yen",
        /// What the buyer pays it in a year, in yen.
        Spend = "spend_yen",
        /// Certificates it holds.
        Certificates = "certificates",
        /// Working environment shared or dedicated.
        Environment = "environment",
        /// Internet used for the work.
        Internet = "internet",
        /// Own business that is hit when it stops.
        Hit = "hit",
        /// Person to write to.
        ContactName = "contact_name",
        /// Where to write to.
        ContactMail = "contact_mail",
        /// Where to call.
        ContactPhone = "contact_phone",
    }
}

kernel::text_enum! {
    /// Why a cell does not fit.
    Why {
        /// A row with content but no name.
        NameMissing = "name_missing",
        /// Not 13 digits.
        NumberLength = "number_length",
        /// Not digits.
        NumberDigits = "number_digits",
        /// The check digit does not fit.
        NumberCheck = "number_check",
        /// Twelve digits of a company registration number.
        NumberTwelve = "number_twelve",
        /// Neither yes nor no.
        YesNo = "yes_no",
        /// Not a number.
        Amount = "amount",
        /// Not an address of mail.
        Mail = "mail",
        /// Neither shared nor dedicated.
        Environment = "environment",
        /// Longer than 400 characters; the rest was cut.
        Long = "long",
    }
}

/// A cell that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CellError {
    /// Row of the file, from 1.
    pub(crate) row: usize,
    /// Head of its column.
    pub(crate) column: String,
    /// What stands there.
    pub(crate) text: String,
    pub(crate) why: Why,
    /// What it might be meant to be; empty if nothing is offered.
    pub(crate) offered: String,
}

/// One company of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListRow {
    /// Row of the file, from 1.
    pub(crate) row: usize,
    pub(crate) folded: String,
    /// What fits, as it is stored. The name is always there.
    pub(crate) values: BTreeMap<Field, String>,
    /// Rows of the file that name the same company again.
    pub(crate) again: Vec<usize>,
}

impl ListRow {
    pub(crate) fn get(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }
}

/// Two rows that may be one company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Doubt {
    pub(crate) row: usize,
    pub(crate) name: String,
    /// Row of the other, 0 if it stands in the list that is there already.
    pub(crate) other_row: usize,
    pub(crate) other_name: String,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListFound {
    pub(crate) sheet: String,
    /// The last row of the head, from 1.
    pub(crate) head_row: usize,
    /// Head and field of each column understood.
    pub(crate) columns: Vec<(String, Field)>,
    /// Heads of columns nobody understood.
    pub(crate) ignored: Vec<String>,
    pub(crate) rows: Vec<ListRow>,
    /// Rows that are sums.
    pub(crate) skipped: usize,
    pub(crate) errors: Vec<CellError>,
    pub(crate) doubts: Vec<Doubt>,
}

/// Rows looked at for the head.
const HEAD_ROWS: usize = 25;

/// Longest text kept of a cell, in characters.
const TEXT_MAX_CHARS: usize = 400;

/// A word as heads and answers are compared: no width, spaces, brackets, marks or case.
fn plain(text: &str) -> String {
    let drop = |c: char| c.is_whitespace() || "()[]（）［］「」・/／、,:：※*＊_".contains(c);
    let plain: String = text.chars().filter(|c| !drop(*c)).map(narrow).flat_map(char::to_lowercase).collect();
    plain.replace("(必須)", "").replace("必須", "").replace("任意", "").replace("選択式", "")
}

/// The column a head names, from the text above it and its own.
fn field(words: &ListWords, upper: &str, lower: &str) -> Option<Field> {
    let named = |text: &str| {
        let text = plain(text);
        let all = || words.columns.iter();
        let exact = all().find(|(_, names)| !text.is_empty() && names.iter().any(|n| plain(n) == text));
        exact.and_then(|(name, _)| Field::parse(name).ok())
    };
    let both = format!("{upper}{lower}");
    let own = |text: &str| named(text).or_else(|| named(text.split(['(', '（', '[', '［', '\n']).next().unwrap_or("")));
    own(&both).or_else(|| own(lower)).or_else(|| if lower.trim().is_empty() { own(upper) } else { None })
}

type Head = (usize, Vec<(usize, String, Field)>, Vec<String>);

/// The head that understands the most columns, and must understand the name.
fn head(words: &ListWords, sheet: &Sheet) -> Option<Head> {
    let mut best: Option<Head> = None;
    for at in 0..sheet.rows.len().min(HEAD_ROWS) {
        for depth in 1..=2 {
            let Some(lower) = sheet.rows.get(at + depth - 1) else { continue };
            let upper: &[String] = if depth == 2 { sheet.rows.get(at).map_or(&[], Vec::as_slice) } else { &[] };
            let width = lower.len().max(upper.len());
            let (mut found, mut ignored, mut over) = (Vec::new(), Vec::new(), String::new());
            for column in 0..width {
                // A merged cell keeps its text in its first place only.
                if let Some(text) = upper.get(column).filter(|t| !t.is_empty()) {
                    over.clone_from(text);
                }
                let own = lower.get(column).map_or("", String::as_str);
                let above = if own.is_empty() { upper.get(column).map_or("", String::as_str) } else { &over };
                match field(words, above, own) {
                    Some(f) if !found.iter().any(|(_, _, known)| *known == f) => {
                        found.push((column, format!("{above} {own}").trim().to_owned(), f));
                    }
                    _ if !own.is_empty() => ignored.push(own.to_owned()),
                    _ if !above.is_empty() => ignored.push(above.to_owned()),
                    _ => {}
                }
            }
            let named = found.iter().any(|(_, _, f)| *f == Field::Name);
            if named && best.as_ref().is_none_or(|(_, b, _)| found.len() > b.len()) {
                best = Some((at + depth, found, ignored));
            }
        }
    }
    best
}

/// Digits of an amount: any width, commas, 万 and 億, a unit behind. The result is in units of one.
pub(crate) fn amount(text: &str) -> Option<i64> {
    let plain: String = plain(text).chars().filter(|c| !matches!(c, ',' | '約' | '名' | '人' | '円' | '\\' | '¥' | '+')).collect();
    let plain = plain.trim_end_matches("以上").trim_end_matches("程度");
    let mut sum = 0_f64;
    let mut rest = plain;
    for (unit, size) in [("億", 1e8), ("百万", 1e6), ("万", 1e4), ("千", 1e3)] {
        if let Some((number, after)) = rest.split_once(unit) {
            sum += number.parse::<f64>().ok()? * size;
            rest = after;
        }
    }
    if !rest.is_empty() {
        // A band such as 101-300 counts from its lower edge.
        let low = rest.split(['-', '~', '〜']).next().unwrap_or(rest);
        sum += low.parse::<f64>().ok()?;
    } else if plain.is_empty() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    (0.0..=1e15).contains(&sum).then_some(sum.round() as i64)
}

/// A mail address as people type it; `None` if it is none.
pub(crate) fn mail(text: &str) -> Option<String> {
    let narrow: String = text.trim().chars().map(narrow).collect();
    let (local, domain) = narrow.rsplit_once('@')?;
    let good = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
    let fits = !local.is_empty()
        && local.chars().all(good)
        && domain.contains('.')
        && domain.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        && narrow.len() <= 200;
    fits.then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// The stored form of a cell, or why it does not fit and what it might be meant to be.
fn value(words: &ListWords, field: Field, text: &str) -> Result<String, (Why, String)> {
    let is = |word: &str| words.words.get(word).is_some_and(|all| all.iter().any(|w| plain(w) == plain(text) || w == text.trim()));
    let bad = |why: Why| Err((why, String::new()));
    match field {
        Field::Name | Field::Code | Field::Department | Field::Work | Field::Hit | Field::ContactName | Field::ContactPhone => {
            Ok(text.trim().to_owned())
        }
        Field::Number => CorporateNumber::parse(text).map(|n| n.as_str().to_owned()).map_err(|e| match e {
            CorporateNumberError::Length { .. } => (Why::NumberLength, String::new()),
            CorporateNumberError::NotDigits => (Why::NumberDigits, String::new()),
            CorporateNumberError::CheckDigit => (Why::NumberCheck, String::new()),
            CorporateNumberError::Twelve { offered } => (Why::NumberTwelve, offered),
        }),
        Field::Confidential | Field::Stops | Field::Access | Field::SecurityPerson | Field::Internet => {
            let begins = |word: &str| {
                let long = |w: &String| plain(w).chars().count() > 1 && plain(text).starts_with(&plain(w));
                words.words.get(word).is_some_and(|all| all.iter().any(long))
            };
            if is("unknown") || begins("unknown") {
                Ok("unknown".to_owned())
            } else if is("yes") {
                Ok("yes".to_owned())
            } else if is("no") {
                Ok("no".to_owned())
            } else {
                bad(Why::YesNo)
            }
        }
        Field::Employees | Field::Capital | Field::Sales | Field::Spend => amount(text).map_or(bad(Why::Amount), |n| Ok(n.to_string())),
        Field::Environment if is("shared") => Ok("shared".to_owned()),
        Field::Environment if is("dedicated") => Ok("dedicated".to_owned()),
        Field::Environment if is("unknown") => Ok("unknown".to_owned()),
        Field::Environment => bad(Why::Environment),
        Field::Certificates => {
            let has = |key: &str| words.words.get(key).is_some_and(|all| all.iter().any(|w| plain(text).contains(&plain(w))));
            Ok(["isms", "pmark"].into_iter().filter(|key| has(key)).collect::<Vec<_>>().join(","))
        }
        Field::ContactMail => mail(text).map_or(bad(Why::Mail), Ok),
    }
}

/// Reads the sheet that is most like a list of suppliers; `None` if none names a company's column.
pub(crate) fn read(words: &ListWords, sheets: &[Sheet]) -> Option<ListFound> {
    let heads = sheets.iter().filter_map(|s| head(words, s).map(|h| (s, h)));
    let (sheet, (start, columns, ignored)) = heads.max_by_key(|(s, (_, columns, _))| (columns.len(), s.rows.len()))?;
    let mut found = ListFound {
        sheet: sheet.name.clone(),
        head_row: start,
        columns: columns.iter().map(|(_, name, f)| (name.clone(), *f)).collect(),
        ignored,
        ..ListFound::default()
    };
    for (at, cells) in sheet.rows.iter().enumerate().skip(start) {
        if cells.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        one(words, &mut found, &columns, at + 1, cells);
    }
    join(&mut found);
    found.doubts = doubts(&found.rows);
    Some(found)
}

fn one(words: &ListWords, found: &mut ListFound, columns: &[(usize, String, Field)], row: usize, cells: &[String]) {
    let mut values = BTreeMap::new();
    for (column, name, field) in columns {
        let text = cells.get(*column).map_or("", |c| c.trim());
        if text.is_empty() {
            continue;
        }
        let mut wrong = |why: Why, offered: String| {
            found.errors.push(CellError { row, column: name.clone(), text: text.chars().take(60).collect(), why, offered });
        };
        match value(words, *field, text) {
            Ok(value) => {
                if value.chars().count() > TEXT_MAX_CHARS {
                    wrong(Why::Long, String::new());
                }
                values.insert(*field, value.chars().filter(|c| !c.is_control()).take(TEXT_MAX_CHARS).collect());
            }
            Err((why, offered)) => wrong(why, offered),
        }
    }
    let name = values.get(&Field::Name).map_or("", String::as_str);
    if name.is_empty() {
        let text = cells.iter().find(|c| !c.is_empty()).cloned().unwrap_or_default();
        let column = columns.iter().find(|c| c.2 == Field::Name).map_or(String::new(), |c| c.1.clone());
        let text = text.chars().take(60).collect();
        found.errors.push(CellError { row, column, text, why: Why::NameMissing, offered: String::new() });
        return;
    }
    if words.skip.names.iter().any(|s| plain(s) == plain(name)) {
        found.skipped += 1;
        return;
    }
    found.rows.push(ListRow { row, folded: fold_name(name), values, again: Vec::new() });
}

/// Joins rows that name the same company: by number, by code, or by the same name where no number
/// contradicts. What stands first counts; later rows fill gaps.
fn join(found: &mut ListFound) {
    let mut rows: Vec<ListRow> = Vec::with_capacity(found.rows.len());
    let (mut by_number, mut by_name): (BTreeMap<String, usize>, BTreeMap<String, usize>) = (BTreeMap::new(), BTreeMap::new());
    for row in std::mem::take(&mut found.rows) {
        let number = row.get(Field::Number).to_owned();
        let same = by_number.get(&number).filter(|_| !number.is_empty()).or_else(|| by_name.get(&row.folded)).copied();
        let free = |first: &ListRow| number.is_empty() || [number.as_str(), ""].contains(&first.get(Field::Number));
        let place = match same.and_then(|at| rows.get_mut(at).map(|first| (at, first))) {
            Some((at, first)) if free(first) => {
                first.again.push(row.row);
                for (field, value) in row.values {
                    first.values.entry(field).or_insert(value);
                }
                at
            }
            _ => {
                by_name.entry(row.folded.clone()).or_insert(rows.len());
                rows.push(row);
                rows.len() - 1
            }
        };
        if !number.is_empty() {
            by_number.insert(number, place);
        }
    }
    found.rows = rows;
}

/// Pairs of characters of a name.
fn pairs(name: &str) -> Vec<(char, char)> {
    let chars: Vec<char> = name.chars().collect();
    let mut pairs: Vec<(char, char)> = chars.iter().copied().zip(chars.iter().copied().skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// How alike names must be to be doubted, in hundredths: twice the shared pairs over all pairs.
const ALIKE: usize = 75;

/// Most doubts told of one name.
const DOUBTS_EACH: usize = 3;

/// Names that are almost the same. `known` are further names to compare `names` with.
pub(crate) fn alike(names: &[&str], known: &[&str]) -> Vec<(usize, usize)> {
    let all: Vec<Vec<(char, char)>> = names.iter().chain(known).map(|n| pairs(n)).collect();
    let mut places: BTreeMap<(char, char), Vec<usize>> = BTreeMap::new();
    for (place, pairs) in all.iter().enumerate() {
        for pair in pairs {
            places.entry(*pair).or_default().push(place);
        }
    }
    let mut found = Vec::new();
    let mut shared = vec![0_usize; all.len()];
    for (place, own) in all.iter().enumerate().take(names.len()) {
        let mut touched = Vec::new();
        for other in own.iter().filter_map(|p| places.get(p)).flatten().filter(|other| **other > place) {
            if let Some(n) = shared.get_mut(*other) {
                if *n == 0 {
                    touched.push(*other);
                }
                *n += 1;
            }
        }
        let mut told = 0;
        for other in touched {
            let n = shared.get_mut(other).map_or(0, std::mem::take);
            let size = own.len() + all.get(other).map_or(0, Vec::len);
            if own.len() > 2 && n * 200 >= ALIKE * size && told < DOUBTS_EACH {
                found.push((place, other));
                told += 1;
            }
        }
    }
    found
}

fn doubts(rows: &[ListRow]) -> Vec<Doubt> {
    let names: Vec<&str> = rows.iter().map(|r| r.folded.as_str()).collect();
    let pair = |(a, b): (usize, usize)| {
        let (one, other) = (rows.get(a)?, rows.get(b)?);
        let numbers = (one.get(Field::Number), other.get(Field::Number));
        // Two good numbers that differ are two companies.
        if !numbers.0.is_empty() && !numbers.1.is_empty() && one.folded != other.folded {
            return None;
        }
        let name = |r: &ListRow| r.get(Field::Name).to_owned();
        Some(Doubt { row: one.row, name: name(one), other_row: other.row, other_name: name(other) })
    };
    alike(&names, &[]).into_iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::Why::{Amount, Mail, NameMissing, NumberCheck, NumberTwelve, YesNo};
    use super::*;
    use crate::data::Data;

    fn sheet(rows: &[&[&str]]) -> Vec<Sheet> {
        let rows = rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect();
        vec![Sheet { name: String::new(), rows }]
    }

    fn found(rows: &[&[&str]]) -> ListFound {
        read(Data::shipped().unwrap().list(), &sheet(rows)).unwrap()
    }

    #[test]
    fn a_head_merged_over_two_rows_below_a_title_is_found() {
        let f = found(&[
            &["取引先一覧（2026年度）"],
            &[],
            &["No", "取引先", "", "判断", "", "", "連絡先", ""],
            &["", "会社名 ※必須", "法人番号", "機密を扱う", "止まると困る", "社内に入れる", "担当者氏名", "メール"],
            &["1", "㈱石垣精工", "７０００－０１２０－５０００２", "○", "×", "？", "石垣 花子", "ｈanako＠Example.JP"],
            &["", "合計", "", "", "", "", "", ""],
        ]);
        assert_eq!((f.head_row, f.rows.len(), f.skipped), (4, 1, 1));
        let row = &f.rows[0];
        let all = [Field::Name, Field::Number, Field::Confidential, Field::Stops, Field::Access, Field::ContactMail].map(|x| row.get(x));
        assert_eq!(all, ["㈱石垣精工", "7000012050002", "yes", "no", "unknown", "hanako@example.jp"]);
        assert!(f.errors.is_empty(), "{:?}", f.errors);
        assert_eq!(f.ignored, ["No"]);
    }

    #[test]
    fn wrong_cells_are_told_and_block_nothing() {
        let f = found(&[
            &["仕入先名", "法人番号", "機密", "従業員数", "メールアドレス"],
            &["A製作所", "7000012050003", "たぶん", "約１２０名", "x"],
            &["B製作所", "000012050002", "有", "多数", ""],
            &["", "1180301018771", "", "", ""],
        ]);
        let why: Vec<_> = f.errors.iter().map(|e| (e.row, e.why)).collect();
        assert_eq!(why, [(2, NumberCheck), (2, YesNo), (2, Mail), (3, NumberTwelve), (3, Amount), (4, NameMissing)]);
        assert_eq!(f.errors[3].offered, "7000012050002");
        assert_eq!((f.rows.len(), f.rows[0].get(Field::Employees)), (2, "120"));
    }

    #[test]
    fn the_same_company_is_joined_and_an_almost_same_name_is_doubted() {
        let f = found(&[
            &["会社名", "法人番号", "担当部署"],
            &["株式会社石垣精工", "", "購買部"],
            &["石垣精工（株）", "7000012050002", ""],
            &["別の名前", "7000012050002", "総務部"],
            &["石垣精工", "1180301018771", ""],
            &["東海電子部品工業", "", ""],
            &["東海電子部品工業所", "", ""],
        ]);
        assert_eq!(f.rows.len(), 4, "{:?}", f.rows);
        assert_eq!((f.rows[0].again.clone(), f.rows[0].get(Field::Department)), (vec![3, 4], "購買部"));
        assert_eq!(f.rows[1].get(Field::Number), "1180301018771", "another number is another company");
        assert!(f.doubts.iter().any(|d| d.name == "東海電子部品工業" && d.other_name == "東海電子部品工業所"), "{:?}", f.doubts);
        assert!(f.doubts.iter().any(|d| d.other_name == "石垣精工"), "the same name under two numbers is doubted");
    }

    #[test]
    fn amounts_are_read_the_way_people_write_them() {
        let all = ["1,200", "１２０名", "3億円", "1億5,000万円", "101-300", "約50人", "0", "", "多数", "-5"].map(amount);
        let s = Some;
        assert_eq!(all, [s(1200), s(120), s(300_000_000), s(150_000_000), s(101), s(50), s(0), None, None, None]);
    }
}
