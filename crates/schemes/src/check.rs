//! `schemes::check` — what a scheme must satisfy beyond its shape: ids unique, references
//! resolve, both languages complete, bands in order. One sample per rule lies under
//! `samples/invalid`.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Lang;

use crate::fact_type::FactType;
use crate::scheme::{Scheme, SchemeError, SchemeFile, SchemeTexts};
use crate::score::Scoring;

/// Checks a scheme's content.
///
/// # Errors
/// [`SchemeError::Content`] with place and reason, the first found.
pub(crate) fn content(scheme: &Scheme, types: &BTreeMap<String, FactType>) -> Result<(), SchemeError> {
    let fail = |text: String| Err(SchemeError::Content(text));
    let file = &scheme.file;
    if file.format != 1 {
        return fail(format!("format {} is not known; this product reads format 1", file.format));
    }
    let parts: Vec<&str> = file.version.split('.').collect();
    if parts.len() != 3 || parts.iter().any(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return fail(format!("version {:?} is not major.minor.patch", file.version));
    }
    let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if file.id.is_empty() || file.id.starts_with('.') || !file.id.chars().all(safe) {
        return fail(format!("id {:?} may have lower-case letters, digits, hyphens and dots only", file.id));
    }
    if file.licence.trim().is_empty() {
        return fail("licence is empty".to_owned());
    }
    for requirement in &scheme.requirements {
        if requirement.criteria.is_empty() {
            return fail(format!("requirement {}: no criterion", requirement.id));
        }
        if !file.groups.contains(&requirement.group) {
            return fail(format!("requirement {}: no group {}", requirement.id, requirement.group));
        }
    }
    for criterion in scheme.criteria() {
        if !file.sources.contains_key(&criterion.provenance.source) {
            return fail(format!("criterion {}: no source {}", criterion.id, criterion.provenance.source));
        }
    }
    bands(scheme)?;
    let readings = readings(scheme, types)?;
    for lang in Lang::ALL {
        steps(scheme, *lang, &readings)?;
    }
    Lang::ALL.iter().try_for_each(|lang| texts(scheme, *lang, scheme.texts(*lang)))
}

/// Checks that no id stands twice, before references are followed.
///
/// # Errors
/// [`SchemeError::Content`] naming the id.
pub(crate) fn unique(file: &SchemeFile) -> Result<(), SchemeError> {
    let twice = |kind: &str, ids: Vec<&String>| {
        let mut seen = BTreeSet::new();
        match ids.into_iter().find(|id| !seen.insert(*id)) {
            Some(id) => Err(SchemeError::Content(format!("{kind} {id} stands twice"))),
            None => Ok(()),
        }
    };
    twice("requirement", file.requirement.iter().map(|r| &r.id).collect())?;
    twice("criterion", file.requirement.iter().flat_map(|r| &r.criterion).map(|c| &c.id).collect())
}

fn bands(scheme: &Scheme) -> Result<(), SchemeError> {
    let (Scoring::Points { bands, .. } | Scoring::MaturityMean { bands, .. }) = &scheme.scoring else {
        return Ok(());
    };
    let sorted = bands.windows(2).all(|pair| matches!(pair, [high, low] if high.from > low.from));
    if bands.is_empty() || !sorted {
        return Err(SchemeError::Content("bands must go from high to low".to_owned()));
    }
    Ok(())
}

/// The readings of the steps, where a scheme's own questions are answered with steps.
fn readings(scheme: &Scheme, types: &BTreeMap<String, FactType>) -> Result<BTreeSet<String>, SchemeError> {
    let asks = scheme.file.requirement.iter().flat_map(|r| &r.criterion).any(|c| c.ask == Some(crate::ask::Ask::Step));
    let Scoring::MaturityMean { reading, .. } = &scheme.scoring else {
        return if asks {
            Err(SchemeError::Content("steps are asked for, but the scoring has none".to_owned()))
        } else {
            Ok(BTreeSet::new())
        };
    };
    let Some(key) = reading else { return Ok(if asks { BTreeSet::from(["plain".to_owned()]) } else { BTreeSet::new() }) };
    let fact = types.get(key).ok_or_else(|| SchemeError::Content(format!("scoring.reading: unknown fact {key}")))?;
    Ok(fact.options().into_iter().map(str::to_owned).collect())
}

fn steps(scheme: &Scheme, lang: Lang, readings: &BTreeSet<String>) -> Result<(), SchemeError> {
    let have = &scheme.texts(lang).step;
    let fail = |what: String| Err(SchemeError::Content(format!("texts/{lang}.toml: step {what} has no text, or a text without an item")));
    let want: BTreeSet<&String> = readings.iter().collect();
    if let Some(id) = want.symmetric_difference(&have.keys().collect()).next() {
        return fail((*id).clone());
    }
    let Scoring::MaturityMean { lowest, highest, .. } = scheme.scoring else { return Ok(()) };
    if lowest < 0 || highest > 9 || lowest >= highest {
        return Err(SchemeError::Content("a scale goes upwards and stays within 0 to 9".to_owned()));
    }
    let want: BTreeSet<String> = (lowest..=highest).map(|n| n.to_string()).collect();
    match have.iter().find(|(_, steps)| steps.keys().cloned().collect::<BTreeSet<_>>() != want) {
        Some((reading, _)) => fail(reading.clone()),
        None => Ok(()),
    }
}

fn texts(scheme: &Scheme, lang: Lang, texts: &SchemeTexts) -> Result<(), SchemeError> {
    let missing =
        |kind: &str, id: &str| Err(SchemeError::Content(format!("texts/{lang}.toml: {kind} {id} has no text, or a text without an item")));
    if [&texts.title, &texts.summary, &texts.how].iter().any(|t| t.trim().is_empty()) {
        return missing("scheme", "title, summary or how");
    }
    let same = |kind: &str, want: BTreeSet<&str>, have: BTreeSet<&str>| match want.symmetric_difference(&have).next() {
        Some(id) => missing(kind, id),
        None => Ok(()),
    };
    same("group", keys(scheme.file.groups.iter()), keys(texts.group.keys()))?;
    same("requirement", keys(scheme.requirements.iter().map(|r| &r.id)), keys(texts.requirement.keys()))?;
    same("condition", keys(scheme.conditions.iter().map(|c| &c.0)), keys(texts.condition.keys()))?;
    same("point", keys(scheme.file.points.iter().map(|p| &p.id)), keys(texts.point.keys()))?;
    if texts.points_title.is_empty() != scheme.file.points.is_empty() {
        return missing("points_title", "");
    }
    if let Some(id) = texts.hint.keys().find(|id| scheme.criterion(id).is_none()) {
        return missing("hint", id);
    }
    let band_ids: Vec<String> = match &scheme.scoring {
        Scoring::Points { bands, .. } | Scoring::MaturityMean { bands, .. } => bands.iter().map(|b| b.id.clone()).collect(),
        Scoring::AllMet => Vec::new(),
    };
    same("band", keys(band_ids.iter()), keys(texts.band.keys()))?;
    // A criterion may stand without a text of its own only where it is its requirement's only one or pending.
    let mut want = BTreeSet::new();
    for requirement in scheme.requirements.iter().filter(|r| r.criteria.len() > 1) {
        want.extend(requirement.criteria.iter().filter(|c| c.rule.is_some()).map(|c| c.id.as_str()));
    }
    let have = keys(texts.criterion.keys());
    if let Some(id) = want.difference(&have).next() {
        return missing("criterion", id);
    }
    match have.iter().find(|id| scheme.criterion(id).is_none()) {
        Some(id) => missing("criterion", id),
        None => Ok(()),
    }
}

fn keys<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeSet<&'a str> {
    ids.map(String::as_str).collect()
}
