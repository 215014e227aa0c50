//! `checksheets::matching` — which fact answers a question: words that speak of the same thing, and how alike the
//! texts are by pairs of characters, the rare ones counting more. No network, no model; every match says why.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Lang;
use schemars::JsonSchema;
use schemes::{Catalog, Criterion};
use serde::Serialize;

use crate::data::QuestionWords;

/// Ends of sentences that say nothing about what is asked.
const ENDINGS: &[&str] = &[
    "選んでください",
    "ください",
    "していますか",
    "していること",
    "しているか",
    "している",
    "ていますか",
    "ていること",
    "ているか",
    "ている",
    "ありますか",
    "があるか",
    "すること",
    "について",
    "における",
    "および",
    "または",
    "がある",
    "ますか",
    "ですか",
    "する",
    "こと",
    "及び",
    "又は",
];

kernel::text_enum! {
    /// How a fact was found.
    MatchedBy {
        /// By words and likeness.
        Words = "words",
        /// By the mapping file of a sheet many know.
        Known = "known",
        /// Somebody said so.
        People = "people",
    }
}

/// What was found for a question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    /// Key of the fact.
    pub fact: String,
    /// 0 to 1.
    pub score: f64,
    /// How far the next fact is behind, 0 to 1.
    pub margin: f64,
    /// Words of the question that speak of it.
    pub words: Vec<String>,
    /// A word of a topic no fact covers; empty if there is none.
    pub outside: String,
    /// Whether it is sure enough to be drafted.
    pub sure: bool,
    /// How it was found.
    pub by: MatchedBy,
    /// Keys of facts that answer only together with it.
    pub more: Vec<String>,
}

impl Found {
    /// Facts a mapping names; none if it says that no fact answers.
    pub(crate) fn mapped(facts: &[String], by: MatchedBy) -> Option<Self> {
        let (fact, more) = facts.split_first()?;
        let (fact, more) = (fact.clone(), more.to_vec());
        Some(Self { fact, score: 1.0, margin: 1.0, words: Vec::new(), outside: String::new(), sure: true, by, more })
    }
}

/// One text that speaks of a fact.
#[derive(Debug)]
struct Doc {
    fact: usize,
    weight: f64,
    length: f64,
}

/// Everything that is known about how questions speak of facts.
#[derive(Debug)]
pub struct Matcher {
    /// Folded words with their concepts, the longest first, and as they are written.
    words: Vec<(String, Vec<usize>, String)>,
    outside: Vec<(String, String)>,
    endings: Vec<String>,
    facts: Vec<String>,
    /// Sets of concepts, and those that speak of another, by fact.
    patterns: Vec<(Vec<Vec<usize>>, Vec<usize>)>,
    docs: Vec<Doc>,
    /// Texts a pair of characters stands in.
    pairs: BTreeMap<(char, char), Vec<usize>>,
    /// Weight of a pair, and the facts it stands in.
    weights: BTreeMap<(char, char), (f64, BTreeSet<usize>)>,
    threshold: f64,
    margin: f64,
}

/// A text as it is compared: letters, digits and signs of words only.
pub(crate) fn plain(text: &str) -> String {
    sheets::fold(text).chars().filter(|c| c.is_alphanumeric() || *c == 'ー').collect()
}

/// Where a word stands in a text. A word of Latin letters must stand alone.
fn position(text: &str, word: &str) -> Option<usize> {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(word).map(|n| n + from) {
        let end = at + word.len();
        let (before, after) = (text.get(..at)?.chars().next_back(), text.get(end..)?.chars().next());
        let touches = (latin(before) && latin(word.chars().next())) || (latin(after) && latin(word.chars().next_back()));
        if !touches {
            return Some(at);
        }
        from = end;
    }
    None
}

/// The only fact a criterion reads.
fn only_fact(criterion: &Criterion) -> Option<String> {
    let mut keys = BTreeSet::new();
    criterion.rule.as_ref()?.each_atom(&mut |atom| {
        keys.insert(atom.fact.clone());
    });
    if keys.len() == 1 { keys.pop_first() } else { None }
}

impl Matcher {
    /// Learns the texts of a catalog and the words of a file.
    #[must_use]
    pub fn new(catalog: &Catalog, file: &QuestionWords) -> Self {
        let concepts: Vec<&String> = file.concepts.keys().collect();
        let number = |name: &String| concepts.binary_search(&name).unwrap_or(usize::MAX);
        let mut words: BTreeMap<String, (Vec<usize>, String)> = BTreeMap::new();
        for (name, list) in &file.concepts {
            for word in list {
                words.entry(plain(word)).or_insert_with(|| (Vec::new(), word.clone())).0.push(number(name));
            }
        }
        let mut words: Vec<_> = words.into_iter().map(|(folded, (found, word))| (folded, found, word)).collect();
        words.sort_by_key(|(folded, ..)| std::cmp::Reverse(folded.chars().count()));
        let facts: Vec<String> = catalog.types().keys().cloned().collect();
        let pattern = |key: &String| {
            let Some(p) = file.facts.get(key) else { return (Vec::new(), Vec::new()) };
            (p.any.iter().map(|set| set.iter().map(number).collect()).collect(), p.not.iter().map(number).collect())
        };
        let mut all = Self {
            words,
            outside: file.outside.words.iter().map(|w| (plain(w), w.clone())).collect(),
            endings: ENDINGS.iter().map(|e| plain(e)).collect(),
            patterns: facts.iter().map(pattern).collect(),
            facts,
            docs: Vec::new(),
            pairs: BTreeMap::new(),
            weights: BTreeMap::new(),
            threshold: file.threshold,
            margin: file.margin,
        };
        all.learn(catalog);
        all
    }

    /// Reads every text that speaks of one fact: its own, and those of criteria that read nothing else.
    fn learn(&mut self, catalog: &Catalog) {
        let mut texts: Vec<(usize, f64, String)> = Vec::new();
        for (at, fact) in catalog.types().values().enumerate() {
            let t = fact.texts(Lang::Ja);
            let options = t.options.values().cloned().collect::<Vec<_>>().join(" ");
            texts.push((at, 1.0, t.question.clone()));
            texts.push((at, 0.8, t.label.clone()));
            texts.push((at, 0.9, [&t.label, &t.question, &options, &t.hint].map(String::as_str).join(" ")));
        }
        for scheme in catalog.schemes() {
            for criterion in scheme.criteria() {
                let fact = only_fact(criterion).and_then(|key| self.facts.binary_search(&key).ok());
                if let Some(at) = fact {
                    texts.push((at, 0.95, scheme.criterion_text(criterion, Lang::Ja).to_owned()));
                }
            }
        }
        let grams: Vec<_> = texts.iter().map(|(_, _, text)| self.grams(text)).collect();
        for ((fact, ..), own) in texts.iter().zip(&grams) {
            for pair in own {
                self.weights.entry(*pair).or_default().1.insert(*fact);
            }
        }
        let all = self.facts.len();
        for (weight, facts) in self.weights.values_mut() {
            let (n, df) = (count(all), count(facts.len()));
            *weight = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
        }
        for (place, ((fact, weight, _), own)) in texts.into_iter().zip(grams).enumerate() {
            let length = own.iter().map(|p| self.weight(*p).powi(2)).sum::<f64>().sqrt();
            self.docs.push(Doc { fact, weight, length });
            for pair in own {
                self.pairs.entry(pair).or_default().push(place);
            }
        }
    }

    /// Weight of a pair; one nobody uses weighs most.
    fn weight(&self, pair: (char, char)) -> f64 {
        let unseen = || (1.0 + (count(self.facts.len()) + 0.5) / 0.5).ln();
        self.weights.get(&pair).map_or_else(unseen, |(w, _)| *w)
    }

    /// The pairs of neighbouring characters of a text, without endings.
    fn grams(&self, text: &str) -> BTreeSet<(char, char)> {
        let cut = self.endings.iter().fold(plain(text), |t, ending| t.replace(ending.as_str(), " "));
        let mut pairs = BTreeSet::new();
        for word in cut.split(' ') {
            pairs.extend(word.chars().zip(word.chars().skip(1)));
        }
        pairs
    }

    /// The concepts of a text with the words that name them. What a longer word covers no longer counts.
    fn concepts(&self, text: &str) -> BTreeMap<usize, &str> {
        let (mut rest, mut found) = (plain(text), BTreeMap::new());
        for (word, concepts, written) in &self.words {
            let mut there = false;
            while let Some(at) = position(&rest, word) {
                there = true;
                rest.replace_range(at..at + word.len(), " ");
            }
            if there {
                found.extend(concepts.iter().map(|c| (*c, written.as_str())));
            }
        }
        found
    }

    /// How alike a question is to the texts of each fact, 0 to 1.
    fn alike(&self, question: &str) -> Vec<f64> {
        let grams = self.grams(question);
        let weights: Vec<((char, char), f64)> = grams.into_iter().map(|p| (p, self.weight(p))).collect();
        let length = weights.iter().map(|(_, w)| w * w).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        let sum = weights.iter().map(|(_, w)| w).sum::<f64>().max(f64::MIN_POSITIVE);
        let mut dots = vec![0.0; self.docs.len()];
        let mut covered = vec![0.0; self.facts.len()];
        for (pair, weight) in &weights {
            for doc in self.pairs.get(pair).into_iter().flatten() {
                if let Some(dot) = dots.get_mut(*doc) {
                    *dot += weight * weight;
                }
            }
            for fact in self.weights.get(pair).into_iter().flat_map(|(_, facts)| facts) {
                if let Some(part) = covered.get_mut(*fact) {
                    *part += weight / sum;
                }
            }
        }
        let mut best = vec![0.0_f64; self.facts.len()];
        for (doc, dot) in self.docs.iter().zip(dots) {
            if let Some(b) = best.get_mut(doc.fact) {
                *b = b.max(doc.weight * dot / (length * doc.length.max(f64::MIN_POSITIVE)));
            }
        }
        best.into_iter().zip(covered).map(|(b, c)| 0.7 * b + 0.3 * c).collect()
    }

    /// The fact that answers a question best; none if nothing speaks of any.
    #[must_use]
    pub fn find(&self, question: &str) -> Option<Found> {
        let concepts = self.concepts(question);
        let has = |set: &[usize]| set.iter().all(|c| concepts.contains_key(c));
        let mut ranked: Vec<(f64, usize, Vec<usize>)> = Vec::new();
        for (fact, ((any, not), alike)) in self.patterns.iter().zip(self.alike(question)).enumerate() {
            let spoken =
                if not.iter().any(|c| concepts.contains_key(c)) { None } else { any.iter().filter(|s| has(s)).max_by_key(|s| s.len()) };
            let score = spoken.map_or(0.75 * alike, |set| 0.45 + 0.05 * count(set.len().min(3)) + 0.5 * alike);
            ranked.push((score, fact, spoken.cloned().unwrap_or_default()));
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (score, fact, spoken) = ranked.first().filter(|(score, ..)| *score > 0.0)?;
        let margin = score - ranked.get(1).map_or(0.0, |(next, ..)| *next);
        let text = plain(question);
        let outside = self.outside.iter().find(|(w, _)| position(&text, w).is_some()).map_or(String::new(), |(_, w)| w.clone());
        let words: BTreeSet<&str> = spoken.iter().filter_map(|c| concepts.get(c).copied()).collect();
        Some(Found {
            fact: self.facts.get(*fact)?.clone(),
            score: rounded(*score),
            margin: rounded(margin),
            words: words.into_iter().map(str::to_owned).collect(),
            sure: *score >= self.threshold && margin >= self.margin && outside.is_empty(),
            outside,
            by: MatchedBy::Words,
            more: Vec::new(),
        })
    }
}

/// How well questions are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    /// Questions looked at.
    pub questions: usize,
    /// Those a fact answers.
    pub answerable: usize,
    /// Those that were sure enough to be drafted.
    pub drafted: usize,
    /// Drafted ones with the right fact.
    pub right: usize,
}

impl Quality {
    /// Right ones of those drafted, 0 to 1.
    #[must_use]
    pub fn precision(&self) -> f64 {
        count(self.right) / count(self.drafted.max(1))
    }

    /// Right ones of those a fact answers, 0 to 1.
    #[must_use]
    pub fn recall(&self) -> f64 {
        count(self.right) / count(self.answerable.max(1))
    }
}

impl Matcher {
    /// Measures on questions whose facts are known: `a|b` where either is right, `-` where none answers.
    #[must_use]
    pub fn quality<'a>(&self, labelled: impl Iterator<Item = (&'a str, &'a str)>) -> Quality {
        let mut all = Quality { questions: 0, answerable: 0, drafted: 0, right: 0 };
        for (facts, question) in labelled {
            all.questions += 1;
            all.answerable += usize::from(facts != "-");
            if let Some(found) = self.find(question).filter(|f| f.sure) {
                all.drafted += 1;
                all.right += usize::from(facts.split('|').any(|f| f == found.fact));
            }
        }
        all
    }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Two decimals, so that the same question prints the same everywhere.
fn rounded(score: f64) -> f64 {
    (score.clamp(0.0, 1.0) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher() -> Matcher {
        let catalog = Catalog::shipped().unwrap();
        Matcher::new(&catalog, &QuestionWords::shipped(&catalog).unwrap())
    }

    #[test]
    fn drafts_are_right_on_questions_nobody_tuned_on() {
        let rows = |text: &'static str| text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect::<Vec<_>>());
        let labelled: Vec<_> = rows(include_str!("../../../fixtures/sheets/labelled.tsv")).collect();
        let fresh: Vec<_> = rows(include_str!("../../../fixtures/sheets/fresh.tsv")).collect();
        let matcher = matcher();
        let held = matcher.quality(labelled.iter().filter(|l| l[0] == "held").map(|l| (l[1], l[2])));
        let fresh = matcher.quality(fresh.iter().map(|l| (l[3], l[4])));
        assert!(held.questions + fresh.questions >= 300);
        for (name, q) in [("held", held), ("fresh", fresh)] {
            assert!(q.precision() >= 0.95 && q.recall() >= 0.6, "{name}: {q:?}");
        }
    }

    #[test]
    fn a_match_says_which_words_spoke_for_it() {
        let found = matcher().find("特権ＩＤの発行は申請・承認を経て行っている").unwrap();
        assert_eq!((found.fact.as_str(), found.sure), ("admin.approval", true));
        assert!(found.words.iter().any(|w| w == "特権ID"), "{:?}", found.words);
        let other = matcher().find("再委託先のアカウント管理の承認手続きがある").unwrap();
        assert_eq!((other.outside.as_str(), other.sure), ("再委託", false));
    }

    #[test]
    fn latin_words_stand_alone() {
        assert_eq!(position("iotキキ", "ot"), None);
        assert_eq!(position("otキキ", "ot"), Some(0));
        assert_eq!(position("robotとot", "ot"), Some("robotと".len()));
    }
}
