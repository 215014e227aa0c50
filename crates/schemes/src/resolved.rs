//! `schemes::resolved` — the scheme as the product sees it, as text for reviewers. Committed
//! as `resolved.snap` beside each version.

use std::fmt::Write as _;

use kernel::Lang;

use crate::provenance::IdStatus;
use crate::scheme::Scheme;

/// The resolved form: one line per criterion with rule, provenance and Japanese text.
#[must_use]
pub fn resolved(scheme: &Scheme) -> String {
    let texts = scheme.texts(Lang::Ja);
    let mut out = format!("{} ({})\nscoring: {:?}\n", scheme.name(), texts.title, scheme.scoring);
    // Writing to a String cannot fail.
    for (id, rule, from) in &scheme.conditions {
        writeln!(out, "condition {id}: {rule} [{} {}]", from.status, from.source).unwrap_or_default();
    }
    for requirement in &scheme.requirements {
        let title = texts.requirement.get(&requirement.id).map_or("", String::as_str);
        writeln!(out, "\n{} {title} (group {})", requirement.id, requirement.group).unwrap_or_default();
        for criterion in &requirement.criteria {
            let rule = criterion.rule.as_ref().map_or("pending".to_owned(), ToString::to_string);
            let from = &criterion.provenance;
            let local = if criterion.id_status == IdStatus::Local { " (local id)" } else { "" };
            writeln!(out, "  {}{local} {}", criterion.id, scheme.criterion_text(criterion, Lang::Ja)).unwrap_or_default();
            writeln!(out, "    met: {rule} [{} {} {}]", from.status, from.source, from.date).unwrap_or_default();
            if let Some(partial) = &criterion.partial {
                writeln!(out, "    in part: {partial}").unwrap_or_default();
            }
            if let Some(level) = &criterion.level {
                writeln!(out, "    step: {level}").unwrap_or_default();
            }
        }
    }
    out
}
