//! `sbom::vex` — what a maker says of vulnerabilities in its products, written as `OpenVEX`, as `CycloneDX` and as CSAF
//! 2.0. A statement always names product and component, so that it silences nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How a product stands to a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VexStatus {
    /// It is being looked at.
    UnderInvestigation,
    /// It is not affected.
    NotAffected,
    /// It is affected.
    Affected,
    /// It was affected and is mended in this release.
    Fixed,
}

/// Why a product is not affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Justification {
    /// The component is not in it.
    ComponentNotPresent,
    /// The vulnerable code is not in it.
    VulnerableCodeNotPresent,
    /// The vulnerable code is never run.
    VulnerableCodeNotInExecutePath,
    /// An attacker cannot reach it.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Something in the product stops it already.
    InlineMitigationsAlreadyExist,
}

/// A maker's word on one vulnerability in one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// CVE id or the advisory's own.
    pub vulnerability: String,
    /// Advisories that say so.
    pub aliases: Vec<String>,
    /// The component, as a package URL or a name.
    pub component: String,
    /// How it stands.
    pub status: VexStatus,
    /// Why it is not affected.
    pub justification: Option<Justification>,
    /// What was found out, in the maker's words.
    pub impact: String,
    /// What users do.
    pub action: String,
    /// When it was said first, RFC 3339.
    pub said_at: String,
    /// When it was changed last, RFC 3339.
    pub changed_at: String,
}

/// Everything a maker says of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexDocument {
    /// Its id, an address.
    pub id: String,
    /// The id by which a maker follows it, as CSAF asks for.
    pub tracking: String,
    /// The Traffic Light Protocol's label: `WHITE`, `GREEN` or `AMBER`.
    pub tlp: String,
    /// Where it is published; empty if it is not.
    pub address: String,
    /// When each revision was made, RFC 3339, the first one first; never empty.
    pub revisions: Vec<String>,
    /// The maker.
    pub publisher: String,
    /// An address of the maker's own.
    pub namespace: String,
    /// Name of the product.
    pub product: String,
    /// Version of the release.
    pub version: String,
    /// The statements.
    pub statements: Vec<Statement>,
}

impl VexDocument {
    fn product_id(&self) -> String {
        format!("{}#{}", self.id, self.version)
    }

    /// When any statement was changed last.
    fn changed_at(&self) -> &str {
        self.statements.iter().map(|s| s.changed_at.as_str()).max().unwrap_or_else(|| self.made_at())
    }

    /// When this revision was made.
    fn made_at(&self) -> &str {
        self.revisions.last().map_or("", String::as_str)
    }

    /// When the first revision was made.
    fn first_at(&self) -> &str {
        self.revisions.first().map_or("", String::as_str)
    }

    /// Counted from 1.
    fn revision(&self) -> usize {
        self.revisions.len()
    }
}

/// The stored word of an enum.
fn word(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The document as `OpenVEX` 0.2.0.
#[must_use]
pub fn openvex(document: &VexDocument) -> Value {
    let statements: Vec<Value> = document
        .statements
        .iter()
        .map(|s| {
            let component = json!({ "@id": component_id(&s.component) });
            let mut out = json!({
                "vulnerability": { "name": s.vulnerability, "aliases": s.aliases },
                "timestamp": s.said_at, "last_updated": s.changed_at,
                "products": [{ "@id": document.product_id(), "subcomponents": [component] }],
                "status": word(&s.status),
            });
            let mut set = |key: &str, value: Value| {
                if let Some(map) = out.as_object_mut() {
                    map.insert(key.to_owned(), value);
                }
            };
            if s.status == VexStatus::NotAffected {
                if let Some(justification) = &s.justification {
                    set("justification", word(justification));
                }
                set("impact_statement", s.impact.clone().into());
            }
            if s.status == VexStatus::Affected {
                set("action_statement", if s.action.is_empty() { &s.impact } else { &s.action }.clone().into());
            }
            out
        })
        .collect();
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": document.id, "author": document.publisher,
        "timestamp": document.first_at(), "last_updated": document.changed_at(), "version": document.revision(), "statements": statements,
    })
}

/// A component as an identifier: a package URL as it is, a name as one without a registry.
fn component_id(component: &str) -> String {
    if component.starts_with("pkg:") {
        return component.to_owned();
    }
    let purl = crate::Purl {
        kind: "generic".to_owned(),
        namespace: None,
        name: component.to_owned(),
        version: None,
        qualifiers: BTreeMap::new(),
        subpath: None,
    };
    purl.to_string()
}

/// The document as `CycloneDX` 1.6 with vulnerabilities.
#[must_use]
pub fn cyclonedx_vex(document: &VexDocument) -> Value {
    let product = json!({ "type": "application", "bom-ref": document.product_id(), "name": document.product, "version": document.version });
    let components: BTreeSet<&str> = document.statements.iter().map(|s| s.component.as_str()).collect();
    let listed: Vec<Value> = components
        .iter()
        .map(|c| {
            let mut part = json!({ "type": "library", "bom-ref": c, "name": c });
            if let (true, Some(map)) = (c.starts_with("pkg:"), part.as_object_mut()) {
                map.insert("purl".to_owned(), (*c).into());
            }
            part
        })
        .collect();
    let vulnerabilities: Vec<Value> = document
        .statements
        .iter()
        .map(|s| {
            let state = match s.status {
                VexStatus::UnderInvestigation => "in_triage",
                VexStatus::NotAffected => "not_affected",
                VexStatus::Affected => "exploitable",
                VexStatus::Fixed => "resolved",
            };
            let mut analysis = json!({ "state": state, "detail": s.impact, "firstIssued": s.said_at, "lastUpdated": s.changed_at });
            if let (Some(map), Some(justification)) = (analysis.as_object_mut(), s.justification) {
                let reason = match justification {
                    Justification::ComponentNotPresent | Justification::VulnerableCodeNotPresent => "code_not_present",
                    Justification::VulnerableCodeNotInExecutePath => "code_not_reachable",
                    Justification::VulnerableCodeCannotBeControlledByAdversary => "requires_environment",
                    Justification::InlineMitigationsAlreadyExist => "protected_by_mitigating_control",
                };
                map.insert("justification".to_owned(), reason.into());
            }
            let references: Vec<Value> = s.aliases.iter().map(|a| json!({ "id": a, "source": { "name": source_of(a) } })).collect();
            json!({
                "id": s.vulnerability, "references": references, "recommendation": s.action, "analysis": analysis,
                "affects": [{ "ref": s.component }],
            })
        })
        .collect();
    let dependencies = json!([{ "ref": document.product_id(), "dependsOn": components }]);
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": document.revision(),
        "metadata": { "timestamp": document.made_at(), "component": product, "authors": [{ "name": document.publisher }] },
        "components": listed, "dependencies": dependencies, "vulnerabilities": vulnerabilities,
    })
}

/// Who gives ids of this form.
fn source_of(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

/// The document as CSAF 2.0, category VEX. Its file is named by [`csaf_file_name`].
#[must_use]
pub fn csaf(document: &VexDocument) -> Value {
    let mut leaves: BTreeMap<&str, String> = BTreeMap::new();
    for statement in &document.statements {
        let next = format!("C{}", leaves.len() + 1);
        leaves.entry(&statement.component).or_insert(next);
    }
    let product_id = "P1";
    let joined = |component: &str| format!("P1-{}", leaves.get(component).map_or("", String::as_str));
    let full = format!("{} {}", document.product, document.version);
    let names: Vec<Value> = leaves
        .iter()
        .map(|(component, id)| {
            let mut name = json!({ "name": component, "product_id": id });
            if let (true, Some(map)) = (component.starts_with("pkg:"), name.as_object_mut()) {
                map.insert("product_identification_helper".to_owned(), json!({ "purl": component }));
            }
            name
        })
        .collect();
    let relationships: Vec<Value> = leaves
        .iter()
        .map(|(component, id)| {
            json!({
                "category": "default_component_of", "product_reference": id, "relates_to_product_reference": product_id,
                "full_product_name": { "name": format!("{component} in {full}"), "product_id": joined(component) },
            })
        })
        .collect();
    let version = json!({ "category": "product_version", "name": document.version, "product": { "name": full, "product_id": product_id } });
    let branch = json!({ "category": "product_name", "name": document.product, "branches": [version] });
    let vendor = json!({ "category": "vendor", "name": document.publisher, "branches": [branch] });
    let mut tree = json!({ "branches": [vendor] });
    if let (false, Some(map)) = (leaves.is_empty(), tree.as_object_mut()) {
        map.insert("full_product_names".to_owned(), names.into());
        map.insert("relationships".to_owned(), relationships.into());
    }
    let mut by_vulnerability: BTreeMap<&str, Vec<&Statement>> = BTreeMap::new();
    for statement in &document.statements {
        by_vulnerability.entry(&statement.vulnerability).or_default().push(statement);
    }
    let vulnerabilities: Vec<Value> = by_vulnerability.iter().map(|(id, said)| csaf_vulnerability(id, said, &joined)).collect();
    let entry = |(at, date): (usize, &String)| {
        let summary = if at == 0 { "first version" } else { "changed" };
        json!({ "number": (at + 1).to_string(), "date": date, "summary": summary })
    };
    let history: Vec<Value> = document.revisions.iter().enumerate().map(entry).collect();
    let mut out = json!({
        "document": {
            "category": "csaf_vex", "csaf_version": "2.0", "lang": "ja", "title": format!("{full} VEX"),
            "distribution": { "tlp": { "label": document.tlp } },
            "publisher": { "category": "vendor", "name": document.publisher, "namespace": document.namespace },
            "tracking": {
                "id": document.tracking, "status": "final", "version": document.revision().to_string(), "revision_history": history,
                "initial_release_date": document.first_at(), "current_release_date": document.made_at(),
                "generator": { "engine": { "name": "ishigaki", "version": env!("CARGO_PKG_VERSION") } },
            },
        },
        "product_tree": tree, "vulnerabilities": vulnerabilities,
    });
    if let (false, Some(head)) = (document.address.is_empty(), out.get_mut("document").and_then(Value::as_object_mut)) {
        let own = json!([{ "category": "self", "summary": "Canonical URL", "url": document.address }]);
        head.insert("references".to_owned(), own);
    }
    out
}

fn csaf_vulnerability(id: &str, said: &[&Statement], joined: &impl Fn(&str) -> String) -> Value {
    let mut status: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let (mut flags, mut threats, mut remediations) = (Vec::new(), Vec::new(), Vec::new());
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for statement in said {
        let product = joined(&statement.component);
        let key = match statement.status {
            VexStatus::UnderInvestigation => "under_investigation",
            VexStatus::NotAffected => "known_not_affected",
            VexStatus::Affected => "known_affected",
            VexStatus::Fixed => "fixed",
        };
        status.entry(key).or_default().insert(product.clone());
        ids.extend(statement.aliases.iter().map(String::as_str));
        match statement.status {
            VexStatus::NotAffected => {
                if let Some(justification) = &statement.justification {
                    flags.push(json!({ "label": word(justification), "product_ids": [product] }));
                }
                if !statement.impact.is_empty() {
                    threats.push(json!({ "category": "impact", "details": statement.impact, "product_ids": [product] }));
                }
            }
            VexStatus::Affected => {
                let details = if statement.action.is_empty() { &statement.impact } else { &statement.action };
                let category = if statement.action.is_empty() { "none_available" } else { "mitigation" };
                remediations.push(json!({ "category": category, "details": details, "product_ids": [product] }));
            }
            VexStatus::UnderInvestigation | VexStatus::Fixed => {}
        }
    }
    let mut out = json!({ "product_status": status });
    let notes = json!([{ "category": "description", "text": id }]);
    let ids: Vec<Value> = ids.iter().filter(|i| **i != id).map(|i| json!({ "system_name": source_of(i), "text": i })).collect();
    if let Some(map) = out.as_object_mut() {
        let mut set = |key: &str, list: Vec<Value>| {
            if !list.is_empty() {
                map.insert(key.to_owned(), list.into());
            }
        };
        set("flags", flags);
        set("threats", threats);
        set("remediations", remediations);
        if id.starts_with("CVE-") {
            set("ids", ids);
            map.insert("cve".to_owned(), id.into());
        } else {
            let own = json!({ "system_name": source_of(id), "text": id });
            set("ids", std::iter::once(own).chain(ids).collect());
        }
        map.insert("notes".to_owned(), notes);
    }
    out
}

/// The file name of a CSAF document, as its specification says: the id in lower case, odd characters replaced.
#[must_use]
pub fn csaf_file_name(id: &str) -> String {
    let mut name = String::new();
    for c in id.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '+' | '-') {
            name.push(c);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name + ".json"
}
