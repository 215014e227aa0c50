//! `sbom::compare` — what changed between two releases' component lists: came, went, another version, another licence,
//! and the same version with another checksum, which should never be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Component, Document, Licence};
use crate::purl::Purl;

/// What changed of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its version is another.
    Version,
    /// Its licence is another.
    Licence,
    /// Its version is the same and its checksum is not.
    Checksum,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    /// What changed.
    pub kind: ChangeKind,
    /// The component: package URL without version, or its name.
    pub component: String,
    /// Before.
    pub from: Option<String>,
    /// After.
    pub to: Option<String>,
}

/// What a component is called whatever its version.
#[must_use]
pub fn identity(component: &Component) -> String {
    let purl = component.purls.iter().find_map(|p| Purl::parse(p).ok());
    match purl {
        Some(purl) => {
            let kept = ["arch", "classifier", "type"];
            let qualifiers = purl.qualifiers.into_iter().filter(|(k, _)| kept.contains(&k.as_str())).collect();
            Purl { version: None, qualifiers, subpath: None, ..purl }.to_string()
        }
        None => component.full_name(),
    }
}

fn licence(component: &Component) -> Option<String> {
    component.licence.as_ref().map(|l| match l {
        Licence::Expression(text) => text.clone(),
        Licence::Named(names) => names.join(", "),
    })
}

/// The components of a document by what they are called, versions in order.
fn by_identity(document: &Document) -> BTreeMap<String, Vec<&Component>> {
    let mut found: BTreeMap<String, Vec<&Component>> = BTreeMap::new();
    for (at, component) in document.components.iter().enumerate() {
        if document.subject.and_then(|s| usize::try_from(s).ok()) == Some(at) {
            continue;
        }
        let list = found.entry(identity(component)).or_default();
        if !list.iter().any(|c| c.version == component.version) {
            list.push(component);
        }
    }
    for list in found.values_mut() {
        list.sort_by(|a, b| a.version.cmp(&b.version));
    }
    found
}

/// What changed from one document to the next, in the order of kind and component.
#[must_use]
pub fn compare(old: &Document, new: &Document) -> Vec<Change> {
    let (old, new) = (by_identity(old), by_identity(new));
    let mut changes = Vec::new();
    let mut push = |kind, component: &String, from: Option<String>, to: Option<String>| {
        changes.push(Change { kind, component: component.clone(), from, to });
    };
    for (name, before) in &old {
        let Some(after) = new.get(name) else {
            for component in before {
                push(ChangeKind::Removed, name, component.version.clone(), None);
            }
            continue;
        };
        let gone: Vec<&&Component> = before.iter().filter(|b| !after.iter().any(|a| a.version == b.version)).collect();
        let come: Vec<&&Component> = after.iter().filter(|a| !before.iter().any(|b| b.version == a.version)).collect();
        for at in 0..gone.len().max(come.len()) {
            match (gone.get(at), come.get(at)) {
                (Some(b), Some(a)) => push(ChangeKind::Version, name, b.version.clone(), a.version.clone()),
                (Some(b), None) => push(ChangeKind::Removed, name, b.version.clone(), None),
                (None, Some(a)) => push(ChangeKind::Added, name, None, a.version.clone()),
                (None, None) => {}
            }
        }
        for b in before {
            let Some(a) = after.iter().find(|a| a.version == b.version) else { continue };
            if licence(a) != licence(b) {
                push(ChangeKind::Licence, name, licence(b), licence(a));
            }
            for hash in &b.hashes {
                let same = a.hashes.iter().find(|h| h.algorithm == hash.algorithm);
                if let Some(other) = same.filter(|h| !h.value.eq_ignore_ascii_case(&hash.value)) {
                    push(ChangeKind::Checksum, name, Some(hash.value.clone()), Some(other.value.clone()));
                }
            }
        }
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        for component in after {
            push(ChangeKind::Added, name, None, component.version.clone());
        }
    }
    changes.sort();
    changes
}
