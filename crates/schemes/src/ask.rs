//! `schemes::ask` — criteria that ask a question of their own. The criterion's text is the
//! question, so that a scheme of many plain questions needs no fact types written beside it.

use std::collections::BTreeMap;

use kernel::Lang;

use crate::fact_type::{FactKind, FactTexts, FactType, FactTypeFile, Unit};
use crate::rule::{Literal, RuleFile};
use crate::scheme::{CriterionFile, SchemeFile, SchemeTexts};
use crate::score::Scoring;

/// Rough effort for a question of which nothing more is known, in minutes.
const MINUTES: u32 = 60;

/// Longest label made from a question, in characters.
const LABEL_MAX_CHARS: usize = 40;

kernel::text_enum! {
    /// How a criterion's own question is answered.
    Ask {
        /// 実施 / 一部 / 未実施.
        Practice = "practice",
        /// A step of the scheme's maturity scale.
        Step = "step",
    }
}

impl Ask {
    /// When the criterion is met, and when in part.
    pub(crate) fn rule(self, scheme: &str, criterion: &str, scoring: &Scoring) -> (RuleFile, Option<RuleFile>) {
        let about = || RuleFile { fact: Some(key(scheme, criterion)), ..RuleFile::default() };
        if let (Self::Step, Scoring::MaturityMean { reached, .. }) = (self, scoring) {
            return (RuleFile { at_least: Some(f64::from(*reached)), ..about() }, None);
        }
        let is = |option: &str| RuleFile { is: Some(Literal::Option(option.to_owned())), ..about() };
        (is("done"), Some(is("partial")))
    }
}

/// The key of a criterion's own fact.
pub(crate) fn key(scheme: &str, criterion: &str) -> String {
    format!("{scheme}.{}", criterion.to_lowercase())
}

/// The fact types of a scheme's own questions, in official order.
pub(crate) fn fact_types(file: &SchemeFile, texts: &BTreeMap<Lang, SchemeTexts>) -> Vec<FactType> {
    let mut types = Vec::new();
    for requirement in &file.requirement {
        for criterion in &requirement.criterion {
            let Some(ask) = criterion.ask else { continue };
            let provenance = criterion.provenance.as_ref().or(requirement.provenance.as_ref()).unwrap_or(&file.provenance);
            let words = |lang: Lang| texts.get(&lang).map(|t| words(t, &requirement.id, criterion)).unwrap_or_default();
            let (kind, range) = match (ask, &file.scoring) {
                (Ask::Step, Scoring::MaturityMean { lowest, highest, .. }) => (FactKind::Number, Some((*lowest, *highest))),
                _ => (FactKind::Practice, None),
            };
            let written = FactTypeFile {
                key: key(&file.id, &criterion.id),
                kind,
                options: Vec::new(),
                unit: range.map(|_| Unit::Step),
                min: range.map(|(lowest, _)| lowest.into()),
                max: range.map(|(_, highest)| highest.into()),
                minutes: MINUTES,
                review_months: 12,
                provenance: None,
                ja: words(Lang::Ja),
                en: words(Lang::En),
            };
            types.push(FactType { topic: file.id.clone(), file: written, provenance: provenance.clone() });
        }
    }
    types
}

fn words(texts: &SchemeTexts, requirement: &str, criterion: &CriterionFile) -> FactTexts {
    let question = texts.criterion.get(&criterion.id).or_else(|| texts.requirement.get(requirement)).cloned().unwrap_or_default();
    let mut label: String = question.chars().take(LABEL_MAX_CHARS).collect();
    if label.len() < question.len() {
        label.push('…');
    }
    FactTexts { label, question, hint: texts.hint.get(&criterion.id).cloned().unwrap_or_default(), options: BTreeMap::new() }
}
