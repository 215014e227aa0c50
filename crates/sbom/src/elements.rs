//! `sbom::elements` — the minimum elements of a component list: NTIA 2021 (seven fields) and the edition of 2026 (nine of
//! the document, eight of a component, six practices). What is said to be unknown is told apart from what is left out.

use serde::{Deserialize, Serialize};

use crate::document::{Component, Document, Licence, Signature};
use crate::redact::WITHHELD;

/// An edition of the minimum elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Edition {
    /// NTIA, July 2021.
    #[serde(rename = "ntia-2021")]
    Ntia2021,
    /// CISA and partners, 2026-07-29.
    #[serde(rename = "cisa-2026")]
    Cisa2026,
}

/// How an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ElementState {
    /// Given everywhere.
    Met,
    /// Given, or said to be unknown, everywhere.
    SaidUnknown,
    /// Left out somewhere.
    Missing,
    /// A document alone does not show it.
    NotInDocument,
}

/// One element of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Element {
    /// The edition.
    pub edition: Edition,
    /// Its name, as `component_producer`.
    pub element: &'static str,
    /// How it stands.
    pub state: ElementState,
    /// Where it is given: components, or 1 for the document.
    pub have: u64,
    /// Where it is said to be unknown or withheld.
    pub said_unknown: u64,
    /// Where it is asked for.
    pub of: u64,
}

fn of_document(edition: Edition, element: &'static str, given: bool) -> Element {
    let state = if given { ElementState::Met } else { ElementState::Missing };
    Element { edition, element, state, have: u64::from(given), said_unknown: 0, of: 1 }
}

fn of_components(
    edition: Edition,
    element: &'static str,
    document: &Document,
    given: impl Fn(usize, &Component) -> bool,
    unknown: impl Fn(&Component) -> bool,
) -> Element {
    let (mut have, mut said, mut of) = (0, 0, 0);
    for (at, component) in document.components.iter().enumerate() {
        of += 1;
        if given(at, component) {
            have += 1;
        } else if unknown(component) {
            said += 1;
        }
    }
    let state = match (have == of, have + said == of) {
        (true, _) => ElementState::Met,
        (false, true) => ElementState::SaidUnknown,
        (false, false) => ElementState::Missing,
    };
    Element { edition, element, state, have, said_unknown: said, of }
}

fn said(field: &'static str) -> impl Fn(&Component) -> bool {
    move |component| component.unknown.iter().any(|u| u == field || u == WITHHELD)
}

/// Every element of both editions, in the order of the editions.
#[must_use]
pub fn elements(document: &Document) -> Vec<Element> {
    let none = |_: &Component| false;
    let mut related = vec![false; document.components.len()];
    for (from, to) in &document.edges {
        for place in [from, to] {
            if let Some(known) = usize::try_from(*place).ok().and_then(|p| related.get_mut(p)) {
                *known = true;
            }
        }
    }
    for (at, component) in document.components.iter().enumerate() {
        if component.inside.is_some()
            && let Some(known) = related.get_mut(at)
        {
            *known = true;
        }
    }
    // The component a document describes needs nobody above it.
    if let Some(known) = document.subject.and_then(|s| usize::try_from(s).ok()).and_then(|s| related.get_mut(s)) {
        *known = true;
    }
    let in_graph = |at: usize, _: &Component| related.get(at).copied().unwrap_or(false);
    let identified = |_: usize, c: &Component| !c.purls.is_empty() || !c.cpes.is_empty();
    let time = document.made_at.as_deref().is_some_and(is_time);
    let mut all = Vec::new();
    let e = Edition::Ntia2021;
    all.push(of_components(e, "supplier_name", document, |_, c| c.producer.is_some(), said("supplier")));
    all.push(of_components(e, "component_name", document, |_, c| !c.name.is_empty(), none));
    all.push(of_components(e, "component_version", document, |_, c| c.version.is_some(), said("versionInfo")));
    all.push(of_components(e, "other_unique_identifiers", document, identified, none));
    all.push(of_components(e, "dependency_relationship", document, in_graph, none));
    all.push(of_document(e, "author_of_sbom_data", !document.authors.is_empty()));
    all.push(of_document(e, "timestamp", time));
    let e = Edition::Cisa2026;
    all.push(of_document(e, "sbom_author", !document.authors.is_empty()));
    all.push(of_document(e, "sbom_author_signature", document.signature == Signature::Present));
    all.push(of_document(e, "sbom_data_format_name", true));
    all.push(of_document(e, "sbom_data_format_version", !document.spec_version.is_empty()));
    all.push(of_document(e, "sbom_generation_context", !document.contexts.is_empty()));
    all.push(of_document(e, "sbom_timestamp", time));
    all.push(of_document(e, "sbom_tool_name", !document.tools.is_empty()));
    all.push(of_document(e, "sbom_tool_version", document.tools.iter().any(|t| t.version.is_some())));
    all.push(of_document(e, "sbom_version", document.revision.is_some()));
    all.push(of_components(e, "component_dependency_relationship", document, in_graph, none));
    all.push(of_components(e, "component_hash_algorithm", document, |_, c| c.hashes.iter().any(|h| !h.algorithm.is_empty()), none));
    all.push(of_components(e, "component_hash_value", document, |_, c| c.hashes.iter().any(|h| !h.value.is_empty()), none));
    all.push(of_components(e, "component_identifiers", document, identified, none));
    let licensed = |_: usize, c: &Component| match &c.licence {
        Some(Licence::Expression(text)) => !text.is_empty(),
        Some(Licence::Named(names)) => !names.is_empty(),
        None => false,
    };
    all.push(of_components(e, "component_license", document, licensed, said("licenseConcluded")));
    all.push(of_components(e, "component_name", document, |_, c| !c.name.is_empty(), none));
    all.push(of_components(e, "component_producer", document, |_, c| c.producer.is_some(), said("supplier")));
    all.push(of_components(e, "component_version", document, |_, c| c.version.is_some(), said("versionInfo")));
    let practice = |element| Element { edition: e, element, state: ElementState::NotInDocument, have: 0, said_unknown: 0, of: 0 };
    all.push(practice("accommodation_of_updates"));
    all.push(practice("coverage"));
    all.push(practice("distribution_and_delivery"));
    let silent = all.iter().any(|x| x.edition == e && x.of > 1 && x.state == ElementState::Missing) && document.incomplete.is_empty();
    all.push(of_document(e, "explicitly_identifying_unknown_information", !silent));
    all.push(practice("frequency"));
    all.push(of_document(e, "machine_processable_data", true));
    all
}

/// Whether a text is a point in time as RFC 3339 and its successor write it.
fn is_time(text: &str) -> bool {
    let date = text.get(..10).unwrap_or("");
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mut parts = date.split('-');
    let three = [parts.next(), parts.next(), parts.next()].into_iter().flatten().filter(|p| digits(p)).count() == 3;
    three
        && matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '))
        && text.get(11..).is_some_and(|rest| rest.len() >= 6 && rest.contains(':'))
}
