//! `checksheets::draft` — the answers facts give to a sheet's questions, in the sheet's own scale. What is not
//! known stays empty and says why: never a guess.

use std::collections::BTreeMap;

use kernel::{Day, Lang};
use schemars::JsonSchema;
use schemes::{Answer, Catalog, FactKind, Facts, Number, PRACTICE_OPTIONS, Scheme, Value, result};
use serde::Serialize;
use sheets::{Asked, Layout, Meaning, Scale, ScaleSource, Table};

use crate::data::QuestionWords;
use crate::mapping::{Mappings, digest};
use crate::matching::{Found, MatchedBy, Matcher};

/// Months within which something that is due every year was done.
const YEAR_MONTHS: i64 = 12;

kernel::text_enum! {
    /// Why a question stays open.
    OpenReason {
        /// No fact speaks of it, or none clearly enough.
        NoMatch = "no_match",
        /// It is about a topic no fact covers.
        Outside = "outside",
        /// Nobody has stated the fact, or its day has passed.
        FactUnknown = "fact_unknown",
        /// What is due every year is older than that.
        FactOld = "fact_old",
        /// The scale has no choice that says this.
        ScaleCannotSay = "scale_cannot_say",
        /// A yes would be the bad answer, and the question does not say which way it is meant.
        Direction = "direction",
        /// Something stands there already.
        Taken = "taken",
        /// The cell is computed or locked.
        Fixed = "fixed",
        /// Excel does not show the row.
        Hidden = "hidden",
    }
}

/// What becomes of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// An answer for the cell.
    Drafted {
        /// What to write.
        text: String,
        /// Whether a number counts as one.
        number: bool,
        /// What it says, where the scale has choices.
        meaning: Option<Meaning>,
    },
    /// Nothing to write.
    Open {
        /// Why.
        why: OpenReason,
    },
}

/// A question with its draft.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Draft {
    /// The fact that answers, with its score; none where an official id or nothing matched.
    pub found: Option<Found>,
    /// `scheme@version id` of the criterion whose number the question has; empty if none.
    pub criterion: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What the facts say, in the sheet's scale, also where nothing may be written; empty if they say nothing.
    pub says: String,
}

/// Facts that people said answer a question, by its digest; none for a question no fact answers.
pub type Accepted = BTreeMap<String, Vec<String>>;

/// Everything a draft is made from.
pub struct Sources<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) words: &'a QuestionWords,
    pub(crate) mappings: &'a Mappings,
    pub(crate) matcher: &'a Matcher,
    pub(crate) facts: &'a Facts,
    pub(crate) accepted: &'a Accepted,
    pub(crate) today: Day,
}

/// Drafts every question of a sheet, in order.
#[must_use]
pub fn draft(sources: &Sources<'_>, layout: &Layout) -> Vec<Draft> {
    let known = sources.mappings.known(sources.catalog, layout).and_then(|f| sources.catalog.named(&f.scheme));
    let scheme = known.or_else(|| scheme_of(sources.catalog, layout));
    layout.questions().map(|(table, asked)| one(sources, scheme, table, asked)).collect()
}

/// The scheme whose ids most questions are numbered with.
fn scheme_of<'a>(catalog: &'a Catalog, layout: &Layout) -> Option<&'a Scheme> {
    let numbers: Vec<&str> = layout.questions().map(|(_, q)| q.number.as_str()).collect();
    // A running number is no official id.
    let official = |s: &&Scheme| s.criteria().all(|c| c.id.contains(['-', '.']));
    let known = |s: &Scheme| numbers.iter().filter(|n| s.criterion(n).is_some()).count();
    catalog.newest().filter(official).max_by_key(|s| known(s)).filter(|s| numbers.len() >= 5 && known(s) * 10 >= numbers.len() * 6)
}

fn open(why: OpenReason) -> Outcome {
    Outcome::Open { why }
}

fn one(s: &Sources<'_>, scheme: Option<&Scheme>, table: &Table, asked: &Asked) -> Draft {
    let scale = asked.scale.as_ref().unwrap_or(&table.scale);
    let digest = digest(&asked.text);
    let mut draft = Draft { found: None, criterion: String::new(), outcome: open(OpenReason::NoMatch), says: String::new() };
    // What people said counts most, then official ids, then sheets many know, then words.
    if let Some(facts) = s.accepted.get(&digest) {
        mapped(s, scale, asked, facts, MatchedBy::People, &mut draft);
    } else if let Some((scheme, criterion)) = scheme.and_then(|scheme| Some((scheme, scheme.criterion(&asked.number)?))) {
        draft.criterion = format!("{} {}", scheme.name(), criterion.id);
        let tri = criterion.rule.as_ref().map_or(kernel::Tri::Unknown, |rule| result(rule, s.facts, s.today));
        let part = || criterion.partial.as_ref().is_some_and(|p| result(p, s.facts, s.today) == kernel::Tri::Met);
        draft.outcome = match tri {
            kernel::Tri::Met => said(scale, Meaning::Done),
            kernel::Tri::NotMet if part() => said(scale, Meaning::Partial),
            kernel::Tri::NotMet => said(scale, Meaning::None),
            kernel::Tri::Unknown => open(OpenReason::FactUnknown),
        };
    } else if let Some(facts) = s.mappings.answer(&digest) {
        mapped(s, scale, asked, facts, MatchedBy::Known, &mut draft);
    } else {
        draft.found = s.matcher.find(&asked.text);
        draft.outcome = match &draft.found {
            Some(found) if !found.outside.is_empty() => open(OpenReason::Outside),
            Some(found) if found.sure => by_fact(s, scale, &found.fact, &asked.text),
            _ => open(OpenReason::NoMatch),
        };
    }
    if let Outcome::Drafted { text, .. } = &draft.outcome {
        draft.says.clone_from(text);
    }
    let barred = if asked.fixed {
        Some(OpenReason::Fixed)
    } else if asked.hidden {
        Some(OpenReason::Hidden)
    } else if asked.given.is_empty() {
        None
    } else {
        Some(OpenReason::Taken)
    };
    if let Some(why) = barred {
        draft.outcome = open(why);
    }
    draft
}

/// What the facts a mapping names say together: the same, or a part.
fn mapped(s: &Sources<'_>, scale: &Scale, asked: &Asked, facts: &[String], by: MatchedBy, draft: &mut Draft) {
    draft.found = Found::mapped(facts, by);
    let mut all = facts.iter().map(|fact| by_fact(s, scale, fact, &asked.text));
    let Some(first) = all.next() else {
        draft.outcome = open(OpenReason::Outside);
        return;
    };
    let together = |one: Outcome, next: Outcome| match (one, next) {
        (Outcome::Drafted { meaning: Some(a), .. }, Outcome::Drafted { meaning: Some(b), .. }) => {
            said(scale, if a == b { a } else { Meaning::Partial })
        }
        (Outcome::Open { why }, _) | (_, Outcome::Open { why }) => open(why),
        (Outcome::Drafted { .. }, Outcome::Drafted { .. }) => open(OpenReason::ScaleCannotSay),
    };
    draft.outcome = all.fold(first, together);
}

/// A meaning in the sheet's scale, or in words where it has none.
fn said(scale: &Scale, meaning: Meaning) -> Outcome {
    if scale.source == ScaleSource::Free {
        let text = match meaning {
            Meaning::Done => "実施しています",
            Meaning::Partial => "一部実施しています",
            Meaning::Planned => "実施に向けて準備しています",
            Meaning::None => "実施していません",
            Meaning::NotApplicable => "該当しません",
            Meaning::Unknown => return open(OpenReason::FactUnknown),
        };
        return Outcome::Drafted { text: text.to_owned(), number: false, meaning: Some(meaning) };
    }
    match scale.write(meaning) {
        Some(text) => {
            Outcome::Drafted { text: text.to_owned(), number: scale.is_numeric() || text.parse::<i64>().is_ok(), meaning: Some(meaning) }
        }
        None => open(OpenReason::ScaleCannotSay),
    }
}

/// A limit a question names: 「10文字以上」, 「14日以内」. The number, and whether more is better.
fn limit(question: &str) -> Option<(Number, bool)> {
    let text: String = question.chars().map(kernel::narrow).collect();
    for (words, more) in [(["以上", "より多"], true), (["以内", "以下"], false)] {
        for word in words {
            let Some(before) = text.split(word).next().filter(|b| b.len() < text.len()) else { continue };
            let unit = before.trim_end_matches(|c: char| !c.is_ascii_digit());
            let digits: String =
                unit.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '.').collect::<Vec<_>>().into_iter().rev().collect();
            if before.chars().count() - unit.chars().count() <= 3 && !digits.is_empty() {
                return Number::parse(&digits).map(|n| (n, more));
            }
        }
    }
    None
}

/// Whether a question asks for something that is due every year.
fn is_yearly(question: &str) -> bool {
    let text: String = question.chars().map(kernel::narrow).collect();
    ["年1回", "年に1回", "毎年", "年一回", "一年に", "年に一度", "年に一回", "定期的", "1年以内", "年1度"].iter().any(|w| text.contains(w))
}

/// Whether a question asks for the value itself.
fn asks_value(question: &str) -> bool {
    [
        "何文字",
        "何桁",
        "何回",
        "何日",
        "いくつ",
        "桁数",
        "文字数",
        "日数",
        "回数",
        "いつ",
        "確認した日",
        "見直した日",
        "点検した日",
        "実施日",
        "点検日",
        "見直し日",
        "時期",
    ]
    .iter()
    .any(|w| question.contains(w))
}

fn by_fact(s: &Sources<'_>, scale: &Scale, key: &str, question: &str) -> Outcome {
    let (Some(fact), Some(stated)) = (s.catalog.fact(key), s.facts.get(key)) else { return open(OpenReason::FactUnknown) };
    if stated.review_by.is_some_and(|day| day < s.today) {
        return open(OpenReason::FactUnknown);
    }
    if let Some(good) = s.words.inverse.get(key)
        && !good.iter().any(|w| question.contains(w.as_str()))
    {
        return open(OpenReason::Direction);
    }
    let free = scale.source == ScaleSource::Free;
    let meaning =
        match &stated.answer {
            Answer::Unknown => return open(OpenReason::FactUnknown),
            Answer::None => Meaning::None,
            Answer::NotApplicable => Meaning::NotApplicable,
            Answer::Given(Value::Flag(flag)) => {
                if *flag {
                    Meaning::Done
                } else {
                    Meaning::None
                }
            }
            Answer::Given(Value::Choice(option)) if fact.kind() == FactKind::Practice => {
                if PRACTICE_OPTIONS.first() == Some(&option.as_str()) { Meaning::Done } else { Meaning::Partial }
            }
            Answer::Given(Value::Choice(option)) => {
                let named = s.words.options.get(key).and_then(|o| o.get(option)).copied();
                if free {
                    let text = fact.texts(Lang::Ja).options.get(option).cloned().unwrap_or_default();
                    return Outcome::Drafted { text, number: false, meaning: named };
                }
                named.unwrap_or(Meaning::Done)
            }
            Answer::Given(Value::Set(items)) => {
                if free && !items.is_empty() {
                    let texts = &fact.texts(Lang::Ja).options;
                    let text = items.iter().filter_map(|i| texts.get(i)).cloned().collect::<Vec<_>>().join("、");
                    return Outcome::Drafted { text, number: false, meaning: None };
                }
                match items.len() {
                    0 => Meaning::None,
                    n if n == fact.options().len() => Meaning::Done,
                    _ => Meaning::Partial,
                }
            }
            Answer::Given(Value::Number(number)) => match limit(question) {
                Some((least, true)) => {
                    if *number >= least {
                        Meaning::Done
                    } else {
                        Meaning::None
                    }
                }
                Some((most, false)) => {
                    if *number <= most {
                        Meaning::Done
                    } else {
                        Meaning::None
                    }
                }
                None if free => return Outcome::Drafted { text: number.to_string(), number: true, meaning: None },
                None if asks_value(question) => return open(OpenReason::ScaleCannotSay),
                None => Meaning::Done,
            },
            Answer::Given(Value::Day(day)) => {
                if free && (asks_value(question) || !is_yearly(question)) {
                    return Outcome::Drafted { text: day.to_string(), number: false, meaning: None };
                }
                if day.plus_months(YEAR_MONTHS) < s.today {
                    return open(OpenReason::FactOld);
                }
                Meaning::Done
            }
            Answer::Given(Value::Text(text)) if free => return Outcome::Drafted { text: text.clone(), number: false, meaning: None },
            Answer::Given(Value::Text(_)) => return open(OpenReason::ScaleCannotSay),
        };
    said(scale, meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_from_questions() {
        let number = |n: i64| Number::whole(n);
        for (question, expected) in [
            ("パスワードは１０文字以上とする", Some((number(10), true))),
            ("14日以内に適用すること", Some((number(14), false))),
            ("5回以下でロックする", Some((number(5), false))),
            ("パスワードの文字数", None),
            ("管理者以上の権限", None),
            ("2026年に定めた10種類のうち半分以上", None),
        ] {
            assert_eq!(limit(question), expected, "{question}");
        }
    }
}
