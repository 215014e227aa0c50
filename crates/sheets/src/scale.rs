//! `sheets::scale` — how a sheet wants to be answered: choices from a list, a legend or the head of the column,
//! and what each of them says. Works both ways, and the rule can be shown.

use serde::{Deserialize, Serialize};

use crate::book::BookSheet;
use crate::words::{Meaning, SheetWords, mark};

kernel::text_enum! {
    /// Where the choices come from.
    ScaleSource {
        /// The cells have a list to choose from.
        List = "list",
        /// The sheet explains its marks.
        Legend = "legend",
        /// The head of the column names them.
        Head = "head",
        /// There are none: words, a number or a day.
        Free = "free",
    }
}

/// A choice and what it says; nothing if that is not clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Choice {
    /// As it is written.
    pub text: String,
    /// What it says.
    pub meaning: Option<Meaning>,
    /// How the sheet explains it.
    pub explained: String,
}

/// A scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Scale {
    /// Where the choices come from.
    pub source: ScaleSource,
    /// The choices in the sheet's order.
    pub choices: Vec<Choice>,
}

/// Pairs of choices heads name: 「回答（○・△・×）」, 「有無」.
const HEADS: &[&[&str]] = &[&["◎", "○", "△", "×"], &["○", "△", "×"], &["○", "×"], &["はい", "いいえ"], &["有", "無"], &["yes", "no"]];

/// Most rows looked through for a legend.
const LEGEND_ROWS: u32 = 400;

impl Scale {
    /// A scale without choices.
    #[must_use]
    pub const fn free() -> Self {
        Self { source: ScaleSource::Free, choices: Vec::new() }
    }

    /// The scale of a column: its list, else what its head names, else the sheet's legend.
    #[must_use]
    pub fn of(words: &SheetWords, list: &[String], head: &str, legend: &[(String, String)]) -> Self {
        let explained = |choice: &str| legend.iter().find(|(m, _)| *m == mark(choice)).map_or(String::new(), |(_, e)| e.clone());
        let build = |source: ScaleSource, texts: Vec<String>| {
            let mut choices: Vec<Choice> = texts
                .into_iter()
                .map(|text| {
                    let explained = explained(&text);
                    let meaning =
                        if explained.is_empty() { words.meaning(&text) } else { words.meaning(&explained).or(words.meaning(&text)) };
                    Choice { text, meaning, explained }
                })
                .collect();
            number_meanings(&mut choices);
            Self { source, choices }
        };
        if !list.is_empty() {
            return build(ScaleSource::List, list.to_vec());
        }
        let folded = mark(head);
        // A word alone is no choice: 「有無」 names two.
        let named = HEADS.iter().find(|set| set.iter().all(|c| folded.contains(&mark(c))));
        let explains = |set: &[&str]| legend.len() > set.len() && set.iter().all(|c| legend.iter().any(|(m, _)| *m == mark(c)));
        if let Some(named) = named.filter(|set| !explains(set)) {
            return build(ScaleSource::Head, named.iter().map(|c| (*c).to_owned()).collect());
        }
        if legend.len() > 1 {
            return build(ScaleSource::Legend, legend.iter().map(|(m, _)| m.clone()).collect());
        }
        Self::free()
    }

    /// Whether every choice is a number.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        !self.choices.is_empty() && self.choices.iter().all(|c| mark(&c.text).parse::<i64>().is_ok())
    }

    /// The choice that says this, if one does and only one meaning comes near: what is planned is not done yet.
    #[must_use]
    pub fn write(&self, meaning: Meaning) -> Option<&str> {
        let of = |wanted: Meaning| self.choices.iter().find(|c| c.meaning == Some(wanted)).map(|c| c.text.as_str());
        match meaning {
            Meaning::Planned => of(Meaning::Planned).or_else(|| of(Meaning::None)),
            Meaning::Done | Meaning::Partial | Meaning::None | Meaning::NotApplicable | Meaning::Unknown => of(meaning),
        }
    }

    /// What an answer says: by the choices, else by its own words.
    #[must_use]
    pub fn read(&self, words: &SheetWords, answer: &str) -> Option<Meaning> {
        let own = mark(answer);
        match self.choices.iter().find(|c| mark(&c.text) == own) {
            Some(choice) => choice.meaning,
            None => words.meaning(answer),
        }
    }
}

/// Two or three numbers in a row that nobody explains: the highest is done, the lowest is not. More than three
/// are steps of a ladder whose meaning only the buyer knows.
fn number_meanings(choices: &mut [Choice]) {
    let numbers: Option<Vec<i64>> = choices.iter().map(|c| mark(&c.text).parse().ok()).collect();
    let Some(numbers) = numbers.filter(|n| (2..=3).contains(&n.len())) else { return };
    let (least, most) = (numbers.iter().min().copied().unwrap_or(0), numbers.iter().max().copied().unwrap_or(0));
    for (choice, number) in choices.iter_mut().zip(numbers) {
        if choice.meaning.is_none() {
            choice.meaning = Some(match number {
                n if n == most => Meaning::Done,
                n if n == least => Meaning::None,
                _ => Meaning::Partial,
            });
        }
    }
}

/// The explanations a sheet gives of its marks: 「○：実施、△：一部、×：未実施」 in a cell, or a mark with its
/// explanation in the cell beside it. Marks are folded.
#[must_use]
pub fn legend(sheet: &BookSheet, words: &SheetWords) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |all: Vec<(String, String)>| {
        for (choice, text) in all {
            if !found.iter().any(|(m, _)| *m == choice) && found.len() < 12 {
                found.push((choice, text));
            }
        }
    };
    let mut beside: Vec<(u32, u32, String, String)> = Vec::new();
    for row in 0..sheet.height().min(LEGEND_ROWS) {
        for column in 0..sheet.width().min(60) {
            let text = sheet.at(row, column);
            if text.is_empty() {
                continue;
            }
            let inside = explained(text, words);
            if inside.len() > 1 {
                add(inside);
            } else if text.chars().count() <= 3 && is_mark(text) {
                let right = sheet.area(row, column).right + 1;
                let next = sheet.at(row, right);
                if next.chars().count() >= 2 && next.chars().count() <= 40 && words.meaning(next).is_some() {
                    beside.push((row, column, mark(text), next.to_owned()));
                }
            }
        }
    }
    // Marks one below the other in one column; answers with remarks beside them are no legend.
    let column = beside.first().map(|b| b.1);
    let run: Vec<_> = beside.iter().filter(|b| Some(b.1) == column).collect();
    let close = run.windows(2).all(|w| matches!(w, [a, b] if b.0 - a.0 <= 2 && a.2 != b.2));
    if run.len() > 1 && run.len() < 8 && close {
        add(run.into_iter().map(|b| (b.2.clone(), b.3.clone())).collect());
    }
    found
}

/// Whether a text can be a mark: a sign, a digit, a letter.
fn is_mark(text: &str) -> bool {
    let text = mark(text);
    !text.is_empty()
        && text.chars().count() <= 3
        && (text.parse::<u8>().is_ok() || text.chars().all(|c| "○◎●△▲×✕-ー－レ✓abcdn/ax".contains(c)))
}

/// Marks explained within one cell.
fn explained(text: &str, words: &SheetWords) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let text = text.replace('＝', "=").replace(['：', '…'], ":").replace('･', "・");
    for piece in text.split(['、', ',', '，', '/', '／', '\n', '　', ' ', '；', ';', '・', '（', '(', '）', ')', '【', '】']) {
        // 「評価点:2=実施済み」: what stands before the mark names the column.
        let parts: Vec<&str> = piece.split([':', '=']).map(str::trim).collect();
        for pair in parts.windows(2) {
            let [left, right] = pair else { continue };
            if is_mark(left) && !right.is_empty() && right.chars().count() <= 40 && words.meaning(right).is_some() {
                all.push((mark(left), (*right).to_owned()));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> SheetWords {
        SheetWords::shipped().unwrap()
    }

    fn sheet(rows: &[&[&str]]) -> BookSheet {
        BookSheet { rows: rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect(), ..BookSheet::default() }
    }

    #[test]
    fn a_legend_is_found_in_a_cell_and_beside_marks() {
        for text in
            ["記入方法（○：実施済み、△：一部実施、×：未実施、－：該当なし）", "評価点：2＝実施済み、1＝一部実施、0＝未実施、－＝該当なし"]
        {
            let all: Vec<_> = legend(&sheet(&[&[text]]), &words()).into_iter().map(|(m, _)| m).collect();
            assert_eq!(all.len(), 4, "{all:?}");
        }
        let beside = sheet(&[&["凡例"], &["2", "実施している"], &["1", "一部のみ実施している"], &["0", "実施していない"]]);
        let scale = Scale::of(&words(), &["0".into(), "1".into(), "2".into()], "評価", &legend(&beside, &words()));
        assert_eq!(scale.write(Meaning::Done), Some("2"));
        assert_eq!(scale.write(Meaning::Partial), Some("1"));
        assert!(scale.is_numeric());
    }

    #[test]
    fn numbers_nobody_explains_are_only_read_where_two_or_three_stand() {
        let of = |list: &[&str]| Scale::of(&words(), &list.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>(), "", &[]);
        assert_eq!(of(&["1", "0"]).write(Meaning::Done), Some("1"));
        assert_eq!(of(&["1", "2", "3", "4", "5"]).write(Meaning::Done), None);
        // The sheet may count the other way round; then its legend says so.
        let legend = [("1".to_owned(), "実施".to_owned()), ("2".to_owned(), "未実施".to_owned())];
        assert_eq!(Scale::of(&words(), &["1".into(), "2".into()], "", &legend).write(Meaning::Done), Some("1"));
    }

    #[test]
    fn what_a_scale_cannot_say_stays_open() {
        let scale = Scale::of(&words(), &[], "回答（○・×）", &[]);
        assert_eq!(scale.source, ScaleSource::Head);
        assert_eq!((scale.write(Meaning::Done), scale.write(Meaning::None)), (Some("○"), Some("×")));
        assert_eq!((scale.write(Meaning::Partial), scale.write(Meaning::NotApplicable)), (None, None));
        assert_eq!(scale.write(Meaning::Planned), Some("×"));
        assert_eq!(scale.read(&words(), "〇"), Some(Meaning::Done));
        assert_eq!(scale.read(&words(), "対応予定"), Some(Meaning::Planned));
    }
}
