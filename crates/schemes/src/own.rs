//! `schemes::own` — rules a company writes for itself: questions in a form or a table, turned
//! into the same files as every other scheme, and tried on samples before they are released.

use std::collections::BTreeMap;

use kernel::{Day, Lang};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::ask::Ask;
use crate::case::{Miss, run_cases};
use crate::catalog::Catalog;
use crate::fact_type::FactKind;
use crate::scheme::{Scheme, SchemeError, SchemeFolder};

/// What the id of every own scheme begins with.
pub(crate) const OWN: &str = "own-";

/// Most questions of a scheme written in the form.
pub(crate) const QUESTIONS_MAX: usize = 200;

/// The steps of a scale written in the form.
pub(crate) const STEPS: usize = 5;

/// Own rules as they are being written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OwnDraft {
    /// Name in Japanese, and in English where there is one.
    pub(crate) title: String,
    pub(crate) title_en: String,
    /// What it is for.
    pub(crate) summary: String,
    /// Answers are steps 1 to 5 instead of 実施 / 一部 / 未実施.
    pub(crate) steps: bool,
    /// The step from which a question counts as met.
    pub(crate) goal: usize,
    /// What each step means, lowest first.
    pub(crate) step_texts: Vec<String>,
    /// The questions in order.
    pub(crate) questions: Vec<OwnQuestion>,
    /// Examples with what must come out.
    pub(crate) samples: Vec<OwnSample>,
    /// The files, where it was sent as files; the form is not used then.
    pub(crate) files: SchemeFolder,
}

/// One question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OwnQuestion {
    /// Id within the scheme, kept for good: what was answered stays answered.
    pub(crate) id: String,
    /// Heading it stands under.
    pub(crate) group: String,
    /// The question.
    pub(crate) text: String,
    /// The question in English, where the site reads English.
    pub(crate) text_en: String,
    /// What counts, where to look.
    pub(crate) hint: String,
    /// The fact it is answered by; empty if it asks.
    pub(crate) fact: String,
}

/// An example: answers, and how many questions must be met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OwnSample {
    pub(crate) name: String,
    /// Answer by question; questions without one stay unanswered.
    pub(crate) answers: BTreeMap<String, String>,
    /// How many questions must count as met.
    pub(crate) met: usize,
}

/// Who releases it and when, for the files' sources.
#[derive(Debug, Clone)]
pub(crate) struct Imprint<'a> {
    pub(crate) id: &'a str,
    pub(crate) version: &'a str,
    pub(crate) organisation: &'a str,
    pub(crate) day: Day,
}

impl OwnDraft {
    /// A draft with the usual steps.
    pub(crate) fn new(title: &str, steps: bool, texts: Vec<String>) -> Self {
        Self { title: title.to_owned(), steps, goal: 3, step_texts: texts, ..Self::default() }
    }

    /// Whether it was sent as files.
    pub(crate) fn is_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// A question id that was never used here.
    pub(crate) fn fresh_id(&self) -> String {
        let number = |q: &OwnQuestion| q.id.trim_start_matches('q').parse::<u32>().unwrap_or(0);
        format!("q{}", self.questions.iter().map(number).max().unwrap_or(0) + 1)
    }

    /// The files of a scheme version.
    pub(crate) fn folder(&self, imprint: &Imprint<'_>) -> SchemeFolder {
        if self.is_files() {
            return stamped(&self.files, imprint);
        }
        let mut folder = SchemeFolder::from([("scheme.toml".to_owned(), self.scheme_table(imprint).to_string())]);
        for lang in Lang::ALL {
            folder.insert(format!("texts/{lang}.toml"), self.text_table(*lang).to_string());
        }
        let cases: Vec<Value> = self.samples.iter().map(|s| Value::Table(self.case_table(s, imprint))).collect();
        folder.insert("cases.toml".to_owned(), Table::from_iter([("case".to_owned(), Value::Array(cases))]).to_string());
        folder
    }

    fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for question in &self.questions {
            if !groups.contains(&question.group.as_str()) {
                groups.push(&question.group);
            }
        }
        groups
    }

    fn group_id(&self, group: &str) -> String {
        format!("g{}", self.groups().iter().position(|g| *g == group).map_or(0, |n| n + 1))
    }

    fn scheme_table(&self, imprint: &Imprint<'_>) -> Table {
        let provenance = table([("status", text("confirmed")), ("source", text("own")), ("date", text(&imprint.day.to_string()))]);
        let scoring = if self.steps {
            let band = |id: &str, from: i64| table([("id", text(id)), ("from", Value::Integer(from))]);
            let goal = i64::try_from(self.goal).unwrap_or(3);
            let bands = vec![band("reached", goal * 100), band("below", 0)];
            table([
                ("kind", text("maturity_mean")),
                ("lowest", Value::Integer(1)),
                ("highest", Value::Integer(5)),
                ("reached", Value::Integer(goal)),
                ("bands", Value::Array(bands)),
            ])
        } else {
            table([("kind", text("all_met"))])
        };
        let requirement = |q: &OwnQuestion| {
            let mut criterion = Table::from_iter([("id".to_owned(), text(&q.id)), ("id_status".to_owned(), text("local"))]);
            if q.fact.is_empty() {
                let ask = if self.steps { Ask::Step } else { Ask::Practice };
                criterion.insert("ask".to_owned(), text(ask.as_str()));
            } else {
                let rule = table([("fact", text(&q.fact)), ("is", text("done"))]);
                criterion.insert("rule".to_owned(), rule);
            }
            table([
                ("id", text(&q.id)),
                ("group", text(&self.group_id(&q.group))),
                ("criterion", Value::Array(vec![Value::Table(criterion)])),
            ])
        };
        let source = table([("title", text(&format!("{} {}", imprint.organisation, self.title)))]);
        let groups = self.groups().into_iter().map(|g| text(&self.group_id(g))).collect();
        let fields = [
            ("format", Value::Integer(1)),
            ("id", text(imprint.id)),
            ("version", text(imprint.version)),
            ("published", text(&imprint.day.to_string())),
            ("operator", text(imprint.organisation)),
            ("licence", text("internal rules of the organisation that wrote them")),
            ("subject", text("organisation")),
            ("award", table([("level", text(&self.title)), ("by", text("self_declaration")), ("provenance", provenance.clone())])),
            ("provenance", provenance),
            ("scoring", scoring),
            ("groups", Value::Array(groups)),
            ("sources", table([("own", source)])),
            ("requirement", Value::Array(self.questions.iter().map(requirement).collect())),
        ];
        fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }

    fn text_table(&self, lang: Lang) -> Table {
        let either = |ja: &str, en: &str| text(if lang == Lang::En && !en.is_empty() { en } else { ja });
        let by = |list: Vec<(String, Value)>| Value::Table(list.into_iter().collect());
        let hints = self.questions.iter().filter(|q| !q.hint.is_empty());
        let (how, reached, below) = match lang {
            Lang::Ja => ("自社の規則です。公の制度の星や認定ではありません。", "目指す段階に届いている", "目指す段階に届いていない"),
            Lang::En => (
                "Rules of one's own company; no star or certificate of a public scheme.",
                "at the step aimed at",
                "below the step aimed at",
            ),
        };
        let mut fields = vec![
            ("title", either(&self.title, &self.title_en)),
            ("summary", text(if self.summary.is_empty() { &self.title } else { &self.summary })),
            ("how", text(how)),
            (
                "group",
                by(self.groups().into_iter().map(|g| (self.group_id(g), text(if g.is_empty() { &self.title } else { g }))).collect()),
            ),
            ("requirement", by(self.questions.iter().map(|q| (q.id.clone(), either(&q.text, &q.text_en))).collect())),
            ("hint", by(hints.map(|q| (q.id.clone(), text(&q.hint))).collect())),
        ];
        if self.steps {
            let steps = (1..=STEPS).map(|n| (n.to_string(), text(self.step_texts.get(n - 1).map_or("", String::as_str)))).collect();
            fields.push(("step", table([("plain", by(steps))])));
            fields.push(("band", table([("reached", text(reached)), ("below", text(below))])));
        }
        fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }

    /// The key of the fact that answers a question.
    fn fact_key(&self, question: &str, id: &str) -> String {
        let own = self.questions.iter().find(|q| q.id == question).filter(|q| !q.fact.is_empty());
        own.map_or_else(|| crate::ask::key(id, question), |q| q.fact.clone())
    }

    fn case_table(&self, sample: &OwnSample, imprint: &Imprint<'_>) -> Table {
        let facts = sample.answers.iter().map(|(q, answer)| {
            let step = answer.parse::<i64>().map_or_else(|_| text(answer), Value::Integer);
            (self.fact_key(q, imprint.id), if answer == "unknown" { text("unknown") } else { step })
        });
        let fields = [
            ("name", text(&sample.name)),
            ("day", text(&imprint.day.to_string())),
            ("met", Value::Integer(i64::try_from(sample.met).unwrap_or(0))),
            ("facts", Value::Table(facts.collect())),
        ];
        fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }
}

/// Files that somebody sent, with the id and version this place gave them, on no ladder.
fn stamped(files: &SchemeFolder, imprint: &Imprint<'_>) -> SchemeFolder {
    let mut files = files.clone();
    if let Some(mut scheme) = files.get("scheme.toml").and_then(|t| t.parse::<Table>().ok()) {
        scheme.insert("id".to_owned(), text(imprint.id));
        scheme.insert("version".to_owned(), text(imprint.version));
        scheme.insert("operator".to_owned(), text(imprint.organisation));
        scheme.remove("rung");
        files.insert("scheme.toml".to_owned(), scheme.to_string());
    }
    files
}

/// What is still wrong with own rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No question yet.
    Empty,
    /// A fact that no question may rest on.
    Fact(String),
    /// It carries a star, which own rules never award.
    Star,
    /// What the reader of schemes says.
    Scheme(String),
    /// No sample yet.
    NoSample,
    /// Samples that do not come out.
    Samples(Vec<Miss>),
}

/// Reads own rules and runs their samples against everything the organisation knows.
pub(crate) fn check(draft: &OwnDraft, imprint: &Imprint<'_>, known: &Catalog) -> Result<(Catalog, SchemeFolder), Wrong> {
    if !draft.is_files() {
        if draft.questions.is_empty() {
            return Err(Wrong::Empty);
        }
        let usable = |key: &str| known.fact(key).is_some_and(|f| f.kind() == FactKind::Practice) && !draft.steps;
        if let Some(question) = draft.questions.iter().find(|q| !q.fact.is_empty() && !usable(&q.fact)) {
            return Err(Wrong::Fact(question.fact.clone()));
        }
    }
    let said = |e: SchemeError| Wrong::Scheme(e.to_string());
    let folder = draft.folder(imprint);
    let (scheme, _) = Scheme::read(&folder, known).map_err(said)?;
    if scheme.file.award.level.contains(['★', '☆', '⭐']) || scheme.texts(Lang::Ja).title.contains(['★', '☆', '⭐']) {
        return Err(Wrong::Star);
    }
    let mut with = known.clone();
    with.add_scheme("", &folder).map_err(said)?;
    if !folder.get("cases.toml").is_some_and(|t| t.contains("[[case]]")) {
        return Err(Wrong::NoSample);
    }
    let wrong = run_cases(&scheme, &folder, &with).map_err(said)?;
    if wrong.is_empty() { Ok((with, folder)) } else { Err(Wrong::Samples(wrong)) }
}

/// The minor version after this one.
pub(crate) fn next_version(version: &str) -> String {
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(1), parts.next().unwrap_or(0));
    format!("{major}.{}.0", minor + 1)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn table<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Table(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(steps: bool) -> OwnDraft {
        let question = |id: &str, group: &str, fact: &str| OwnQuestion {
            id: id.into(),
            group: group.into(),
            text: format!("{id} はできていますか"),
            fact: fact.into(),
            ..OwnQuestion::default()
        };
        let texts = ["一", "二", "三", "四", "五"].map(str::to_owned).to_vec();
        let mut draft = OwnDraft::new("海外拠点の点検表", steps, texts);
        draft.questions = vec![question("q1", "個人情報", ""), question("q2", "契約", if steps { "" } else { "backup.taken" })];
        let answers = BTreeMap::from([("q1".to_owned(), if steps { "3" } else { "done" }.to_owned())]);
        draft.samples = vec![OwnSample { name: "一つだけ".into(), answers, met: 1 }];
        draft
    }

    fn imprint() -> Imprint<'static> {
        Imprint { id: "own-1", version: "1.0.0", organisation: "石垣精工", day: Day::parse("2026-11-21").unwrap() }
    }

    #[test]
    fn questions_become_a_scheme_with_its_samples() {
        let known = Catalog::shipped().unwrap();
        for steps in [false, true] {
            let (with, _) = check(&draft(steps), &imprint(), &known).unwrap();
            let scheme = with.scheme("own-1", None).unwrap();
            assert_eq!(scheme.criteria().count(), 2);
            assert_eq!(scheme.file.groups, ["g1", "g2"]);
            assert!(with.fact("own-1.q1").is_some());
            assert_eq!(scheme.texts(Lang::En).group["g2"], "契約", "what has no English keeps its Japanese");
        }
    }

    #[test]
    fn a_draft_says_what_is_missing() {
        let known = Catalog::shipped().unwrap();
        let wrong = |change: &dyn Fn(&mut OwnDraft)| {
            let mut draft = draft(false);
            change(&mut draft);
            check(&draft, &imprint(), &known).unwrap_err()
        };
        assert_eq!(wrong(&|d| d.questions.clear()), Wrong::Empty);
        assert_eq!(wrong(&|d| d.samples.clear()), Wrong::NoSample);
        assert_eq!(wrong(&|d| d.questions[1].fact = "backup.takn".into()), Wrong::Fact("backup.takn".into()));
        assert_eq!(wrong(&|d| d.title = "うちの★4".into()), Wrong::Star);
        assert!(matches!(wrong(&|d| d.samples[0].met = 2), Wrong::Samples(w) if w.len() == 1));
    }

    #[test]
    fn files_get_the_id_and_stand_on_no_ladder() {
        let known = Catalog::shipped().unwrap();
        let mut files = draft(false).folder(&imprint());
        let scheme = files["scheme.toml"].replace("own-1", "their-name").replacen("format = 1", "format = 1\nrung = 3", 1);
        files.insert("scheme.toml".into(), scheme);
        files.insert("cases.toml".into(), files["cases.toml"].replace("own-1", "own-2"));
        let sent = OwnDraft { files, ..OwnDraft::default() };
        let (with, _) = check(&sent, &Imprint { id: "own-2", ..imprint() }, &known).unwrap();
        assert_eq!(with.scheme("own-2", None).unwrap().file.rung, None);
        assert!(with.scheme("their-name", None).is_none());
    }

    #[test]
    fn versions_go_up() {
        assert_eq!(next_version("1.9.0"), "1.10.0");
    }
}
