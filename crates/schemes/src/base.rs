//! `schemes::base` — a level that builds on another: what the base says is taken over, so that
//! no rule and no text is written twice.

use std::collections::BTreeMap;

use kernel::Lang;

use crate::scheme::{Scheme, SchemeFile, SchemeTexts};

/// Puts the base's criteria in front of the own ones of every requirement both list, and uses
/// its sources and texts where there are no own ones. Requirements only the base has are left out.
pub(crate) fn build_on(file: &mut SchemeFile, texts: &mut BTreeMap<Lang, SchemeTexts>, base: &Scheme) {
    for requirement in &mut file.requirement {
        let Some(under) = base.file.requirement.iter().find(|r| r.id == requirement.id) else { continue };
        let mut criteria = under.criterion.clone();
        for criterion in &mut criteria {
            let from = criterion.provenance.clone().or(under.provenance.clone());
            criterion.provenance = Some(from.unwrap_or_else(|| base.file.provenance.clone()));
        }
        criteria.append(&mut requirement.criterion);
        requirement.criterion = criteria;
    }
    for (key, source) in &base.file.sources {
        file.sources.entry(key.clone()).or_insert_with(|| source.clone());
    }
    for (lang, own) in texts {
        let under = base.texts(*lang);
        let fill = |own: &mut BTreeMap<String, String>, under: &BTreeMap<String, String>, wanted: &dyn Fn(&str) -> bool| {
            for (id, text) in under.iter().filter(|(id, _)| wanted(id)) {
                own.entry(id.clone()).or_insert_with(|| text.clone());
            }
        };
        let is_requirement = |id: &str| file.requirement.iter().any(|r| r.id == id);
        let is_criterion = |id: &str| file.requirement.iter().flat_map(|r| &r.criterion).any(|c| c.id == id);
        fill(&mut own.group, &under.group, &|id| file.groups.iter().any(|g| g == id));
        fill(&mut own.requirement, &under.requirement, &is_requirement);
        fill(&mut own.criterion, &under.criterion, &is_criterion);
    }
}
