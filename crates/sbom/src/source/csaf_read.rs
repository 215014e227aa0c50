//! `sbom::source::csaf_read` — CSAF documents of makers and coordinators, VEX among them: what they say is affected or still
//! looked into. Of one document every vulnerability becomes an advisory of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{instant, phrase, vectors};
use crate::osv::{Advisory, Affected, Package, Product, registry};
use crate::purl::Purl;

/// Branches inside one another at most.
const DEPTH_MAX: usize = 64;

#[derive(Deserialize)]
struct File {
    document: Head,
    #[serde(default)]
    product_tree: Tree,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    title: String,
    publisher: Publisher,
    tracking: Tracking,
}

#[derive(Deserialize)]
struct Publisher {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Tracking {
    id: String,
    #[serde(default)]
    initial_release_date: String,
    #[serde(default)]
    current_release_date: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tree {
    branches: Vec<Branch>,
    full_product_names: Vec<FullName>,
    relationships: Vec<Relationship>,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(default)]
    category: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    branches: Vec<Branch>,
    product: Option<FullName>,
}

#[derive(Deserialize)]
struct FullName {
    #[serde(default)]
    name: String,
    product_id: String,
    #[serde(default)]
    product_identification_helper: Helper,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Helper {
    cpe: Option<String>,
    purl: Option<String>,
    purls: Vec<String>,
    hashes: Vec<Hashes>,
}

#[derive(Clone, Deserialize)]
struct Hashes {
    #[serde(default)]
    file_hashes: Vec<FileHash>,
}

#[derive(Clone, Deserialize)]
struct FileHash {
    algorithm: String,
    value: String,
}

#[derive(Deserialize)]
struct Relationship {
    product_reference: String,
    full_product_name: FullName,
}

#[derive(Deserialize)]
struct Vulnerability {
    cve: Option<String>,
    title: Option<String>,
    #[serde(default)]
    notes: Vec<Note>,
    #[serde(default)]
    product_status: Status,
    #[serde(default)]
    scores: Vec<serde_json::Value>,
    #[serde(default)]
    metrics: Vec<Metric>,
}

#[derive(Deserialize)]
struct Metric {
    content: serde_json::Value,
}

#[derive(Deserialize)]
struct Note {
    #[serde(default)]
    category: String,
    #[serde(default)]
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    first_affected: Vec<String>,
    known_affected: Vec<String>,
    last_affected: Vec<String>,
    under_investigation: Vec<String>,
}

/// A product of the tree as it is compared.
#[derive(Clone, Default)]
struct Known {
    vendor: String,
    name: String,
    /// As written; none if the tree names none.
    version: Option<String>,
    helper: Helper,
    together: bool,
}

/// Reads a document.
///
/// # Errors
/// Why it is none.
pub(super) fn read(text: &str) -> Result<Vec<Advisory>, String> {
    let file: File = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut known = BTreeMap::new();
    for branch in file.product_tree.branches {
        walk(branch, &Known::default(), 0, &mut known)?;
    }
    for name in file.product_tree.full_product_names {
        let product = Known { name: name.name, helper: name.product_identification_helper, ..Known::default() };
        known.insert(name.product_id, product);
    }
    for relation in file.product_tree.relationships {
        // A part of something else: the part is what a component list names.
        let part = known.get(&relation.product_reference).cloned().unwrap_or_default();
        known.insert(relation.full_product_name.product_id, Known { together: true, ..part });
    }
    let head = &file.document;
    let advisory = |(at, v): (usize, &Vulnerability)| {
        // The same whether a later revision speaks of more or of fewer.
        let id = match &v.cve {
            Some(cve) if *cve == head.tracking.id => format!("{}:{cve}", head.publisher.name),
            Some(cve) => format!("{} {cve}", head.tracking.id),
            None => format!("{} {}", head.tracking.id, at + 1),
        };
        let summary = v.title.clone().filter(|t| v.cve.as_ref() != Some(t)).or_else(|| {
            let note = v.notes.iter().find(|n| matches!(n.category.as_str(), "summary" | "description"))?;
            Some(note.text.chars().take(300).collect())
        });
        Advisory {
            id,
            aliases: v.cve.clone().into_iter().collect(),
            summary: Some(summary.unwrap_or_else(|| head.title.clone()).replace(['\n', '\r'], " ")),
            published: instant(&head.tracking.initial_release_date),
            modified: instant(&head.tracking.current_release_date),
            withdrawn: None,
            severity: v.scores.iter().chain(v.metrics.iter().map(|m| &m.content)).flat_map(|s| vectors(s, &VECTORS)).collect(),
            affected: affected(&v.product_status, &known),
        }
    };
    Ok(file.vulnerabilities.iter().enumerate().map(advisory).collect())
}

fn walk(branch: Branch, above: &Known, depth: usize, known: &mut BTreeMap<String, Known>) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err("the product tree is too deep".to_owned());
    }
    let mut here = above.clone();
    match branch.category.as_str() {
        "vendor" => here.vendor.clone_from(&branch.name),
        "product_name" => here.name.clone_from(&branch.name),
        "product_version" | "product_version_range" => here.version = Some(branch.name.clone()),
        _ => {}
    }
    if let Some(product) = branch.product {
        let mut own = Known { helper: product.product_identification_helper, ..here.clone() };
        if own.name.is_empty() {
            own.name = product.name;
        }
        known.insert(product.product_id, own);
    }
    branch.branches.into_iter().try_for_each(|b| walk(b, &here, depth + 1, known))
}

/// Fields of a score, and the edition of the vector in each.
const VECTORS: [(&str, &str); 3] = [("cvss_v4", "CVSS_V4"), ("cvss_v3", "CVSS_V3"), ("cvss_v2", "CVSS_V2")];

fn affected(status: &Status, known: &BTreeMap<String, Known>) -> Vec<Affected> {
    let certain = status.known_affected.iter().chain(&status.first_affected).chain(&status.last_affected).map(|id| (id, false));
    let all = certain.chain(status.under_investigation.iter().map(|id| (id, true)));
    all.filter_map(|(id, open)| Some((known.get(id)?, open))).flat_map(|(product, open)| entries(product, open)).collect()
}

fn entries(known: &Known, open: bool) -> Vec<Affected> {
    let purls = known.helper.purl.iter().chain(&known.helper.purls);
    let doubt = (open || known.together).then(|| Product { open, together: known.together, ..Product::default() });
    let packages = purls.filter_map(|p| Some(Affected { product: doubt.clone(), ..package(p, known)? }));
    let hashes = known.helper.hashes.iter().flat_map(|h| &h.file_hashes);
    let range = known.version.as_deref().map(phrase::range_of);
    let product = Product {
        vendor: known.vendor.clone(),
        name: known.name.clone(),
        cpes: known.helper.cpe.iter().cloned().collect(),
        hashes: hashes.filter_map(|h| crate::identity::hash(&h.algorithm, &h.value)).collect(),
        unread: matches!(range, Some(None)),
        ranges: range.flatten().into_iter().collect(),
        together: known.together,
        open,
    };
    packages.chain(std::iter::once(product.into())).collect()
}

/// The package a package URL names, at the version it names; packages of distributions are not compared by it.
fn package(purl: &str, known: &Known) -> Option<Affected> {
    let purl = Purl::parse(purl).ok()?;
    let ecosystem = registry(&purl.kind)?.to_owned();
    let version = purl.version.clone().or_else(|| known.version.clone().filter(|v| !v.contains(['<', '>', ' ', '*'])))?;
    let package = Package { ecosystem, name: purl.full_name() };
    Some(Affected { package: Some(package), ranges: Vec::new(), versions: vec![version], product: None })
}
