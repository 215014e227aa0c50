//! `sbom::write` — a document as `CycloneDX` 1.6 or SPDX 2.3, both as JSON. What a format has no place for stays out and
//! is the reader's loss to list.

use serde_json::{Map, Value, json};

use crate::document::{Component, ComponentKind, Document, Licence};
use crate::redact::WITHHELD;

/// A format that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `CycloneDX` 1.6.
    Cyclonedx,
    /// SPDX 2.3.
    Spdx,
}

/// Writes a document.
#[must_use]
pub fn write(document: &Document, target: Target) -> Value {
    match target {
        Target::Cyclonedx => cyclonedx(document),
        Target::Spdx => spdx(document),
    }
}

fn kind_word(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Application => "application",
        ComponentKind::Library | ComponentKind::Other => "library",
        ComponentKind::Framework => "framework",
        ComponentKind::Container => "container",
        ComponentKind::OperatingSystem => "operating-system",
        ComponentKind::Device => "device",
        ComponentKind::Firmware => "firmware",
        ComponentKind::DeviceDriver => "device-driver",
        ComponentKind::Platform => "platform",
        ComponentKind::File => "file",
        ComponentKind::Data => "data",
        ComponentKind::MachineLearningModel => "machine-learning-model",
        ComponentKind::CryptographicAsset => "cryptographic-asset",
    }
}

/// The name of a hash as `CycloneDX` lists it; none for those it does not list.
fn cyclonedx_hash(name: &str) -> Option<&'static str> {
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Some(match folded.as_str() {
        "MD5" => "MD5",
        "SHA1" => "SHA-1",
        "SHA256" => "SHA-256",
        "SHA384" => "SHA-384",
        "SHA512" => "SHA-512",
        "SHA3256" => "SHA3-256",
        "SHA3384" => "SHA3-384",
        "SHA3512" => "SHA3-512",
        "BLAKE2B256" => "BLAKE2b-256",
        "BLAKE2B384" => "BLAKE2b-384",
        "BLAKE2B512" => "BLAKE2b-512",
        "BLAKE3" => "BLAKE3",
        _ => return None,
    })
}

fn set(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

/// References that are unique: the document's own where they are, else the place.
fn references(document: &Document, prefix: &str) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let unique = |at: usize, c: &Component| {
        let own = if prefix.is_empty() { c.reference.clone() } else { String::new() };
        if !own.is_empty() && seen.insert(own.clone()) { own } else { format!("{prefix}c{at}") }
    };
    document.components.iter().enumerate().scan(unique, |unique, (at, c)| Some(unique(at, c))).collect()
}

fn cyclonedx_component(component: &Component, reference: &str) -> Map<String, Value> {
    let mut map = Map::new();
    set(&mut map, "type", Some(kind_word(component.kind)));
    set(&mut map, "bom-ref", Some(reference));
    set(&mut map, "supplier", component.producer.as_ref().map(|p| json!({ "name": p })));
    set(&mut map, "group", component.group.clone());
    set(&mut map, "name", Some(component.name.clone()));
    set(&mut map, "version", component.version.clone());
    let hashes: Vec<Value> =
        component.hashes.iter().filter_map(|h| Some(json!({ "alg": cyclonedx_hash(&h.algorithm)?, "content": h.value }))).collect();
    set(&mut map, "hashes", (!hashes.is_empty()).then_some(hashes));
    let licences = component.licence.as_ref().map(|l| match l {
        Licence::Expression(text) => vec![json!({ "expression": text })],
        Licence::Named(names) => names.iter().map(|n| json!({ "license": { "name": n } })).collect(),
    });
    set(&mut map, "licenses", licences);
    set(&mut map, "cpe", component.cpes.first().cloned());
    set(&mut map, "purl", component.purls.first().cloned());
    let withheld = component.unknown.iter().any(|u| u == WITHHELD);
    set(&mut map, "properties", withheld.then(|| json!([{ "name": "ishigaki:withheld", "value": "true" }])));
    map
}

fn cyclonedx(document: &Document) -> Value {
    let references = references(document, "");
    let of = |place: u32| usize::try_from(place).ok();
    let subject = document.subject.and_then(of);
    // Components go where they are contained; the described one goes into the head.
    let mut inside: Vec<Vec<Value>> = vec![Vec::new(); document.components.len()];
    let mut top = Vec::new();
    let mut head = None;
    for (at, component) in document.components.iter().enumerate().rev() {
        let mut map = cyclonedx_component(component, references.get(at).map_or("", String::as_str));
        let mut children = inside.get_mut(at).map(std::mem::take).unwrap_or_default();
        children.reverse();
        set(&mut map, "components", (!children.is_empty()).then_some(children));
        let parent = component.inside.and_then(of).filter(|p| *p < at);
        match parent.and_then(|p| inside.get_mut(p)) {
            _ if subject == Some(at) => head = Some(Value::Object(map)),
            Some(list) => list.push(Value::Object(map)),
            None => top.push(Value::Object(map)),
        }
    }
    top.reverse();
    let mut metadata = Map::new();
    set(&mut metadata, "timestamp", document.made_at.clone());
    let tools: Vec<Value> = document
        .tools
        .iter()
        .map(|t| json!({ "type": "application", "name": t.name, "version": t.version.clone().unwrap_or_default() }))
        .collect();
    set(&mut metadata, "tools", (!tools.is_empty()).then(|| json!({ "components": tools })));
    let authors: Vec<Value> = document.authors.iter().map(|a| json!({ "name": a })).collect();
    set(&mut metadata, "authors", (!authors.is_empty()).then_some(authors));
    set(&mut metadata, "component", head);
    let mut needs: std::collections::BTreeMap<u32, Vec<&String>> = std::collections::BTreeMap::new();
    for (from, to) in &document.edges {
        if let Some(to) = of(*to).and_then(|t| references.get(t)) {
            needs.entry(*from).or_default().push(to);
        }
    }
    let named = |place: u32| of(place).and_then(|p| references.get(p));
    let dependencies: Vec<Value> = needs.iter().filter_map(|(from, to)| Some(json!({ "ref": named(*from)?, "dependsOn": to }))).collect();
    let mut out = Map::new();
    set(&mut out, "bomFormat", Some("CycloneDX"));
    set(&mut out, "specVersion", Some("1.6"));
    set(&mut out, "serialNumber", document.serial.clone().filter(|s| s.starts_with("urn:uuid:")));
    set(&mut out, "version", Some(document.revision.as_deref().and_then(|r| r.parse::<u64>().ok()).unwrap_or(1)));
    set(&mut out, "metadata", (!metadata.is_empty()).then_some(Value::Object(metadata)));
    set(&mut out, "components", Some(top));
    set(&mut out, "dependencies", (!dependencies.is_empty()).then_some(dependencies));
    Value::Object(out)
}

fn spdx(document: &Document) -> Value {
    let references = references(document, "SPDXRef-");
    let said = |text: Option<&String>| text.cloned().unwrap_or_else(|| "NOASSERTION".to_owned());
    let named = |place: u32| usize::try_from(place).ok().and_then(|p| references.get(p));
    let packages: Vec<Value> = document
        .components
        .iter()
        .zip(&references)
        .map(|(component, reference)| {
            let licence = component.licence.as_ref().and_then(|l| match l {
                Licence::Expression(text) => Some(text.clone()),
                Licence::Named(_) => None,
            });
            let links = |kind: &str, category: &str, list: &[String]| -> Vec<Value> {
                list.iter().map(|l| json!({ "referenceCategory": category, "referenceType": kind, "referenceLocator": l })).collect()
            };
            let mut refs = links("purl", "PACKAGE-MANAGER", &component.purls);
            refs.extend(links("cpe23Type", "SECURITY", &component.cpes));
            let sums: Vec<Value> = component
                .hashes
                .iter()
                .filter_map(|h| {
                    Some(json!({ "algorithm": cyclonedx_hash(&h.algorithm)?.replace("SHA-", "SHA"), "checksumValue": h.value }))
                })
                .collect();
            let mut map = Map::new();
            set(&mut map, "SPDXID", Some(reference.clone()));
            set(&mut map, "name", Some(component.full_name()));
            set(&mut map, "versionInfo", component.version.clone());
            set(&mut map, "supplier", component.producer.as_ref().map(|p| format!("Organization: {p}")));
            set(&mut map, "downloadLocation", Some("NOASSERTION"));
            set(&mut map, "filesAnalyzed", Some(false));
            set(&mut map, "licenseConcluded", Some(said(licence.as_ref())));
            set(&mut map, "copyrightText", Some("NOASSERTION"));
            set(&mut map, "externalRefs", (!refs.is_empty()).then_some(refs));
            set(&mut map, "checksums", (!sums.is_empty()).then_some(sums));
            Value::Object(map)
        })
        .collect();
    let relation = |from: &str, kind: &str, to: &str| json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to });
    let mut relations = Vec::new();
    if let Some(subject) = document.subject.and_then(named) {
        relations.push(relation("SPDXRef-DOCUMENT", "DESCRIBES", subject));
    }
    for (at, component) in document.components.iter().enumerate() {
        if let (Some(parent), Some(own)) = (component.inside.and_then(named), references.get(at)) {
            relations.push(relation(parent, "CONTAINS", own));
        }
    }
    for (from, to) in &document.edges {
        if let (Some(from), Some(to)) = (named(*from), named(*to)) {
            relations.push(relation(from, "DEPENDS_ON", to));
        }
    }
    let creators = document
        .authors
        .iter()
        .map(|a| format!("Organization: {a}"))
        .chain(document.tools.iter().map(|t| format!("Tool: {}-{}", t.name, t.version.as_deref().unwrap_or("unknown"))));
    let mut creators: Vec<String> = creators.collect();
    if creators.is_empty() {
        creators.push("Tool: ishigaki".to_owned());
    }
    let name = said(document.name.as_ref().or(document.serial.as_ref()));
    json!({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
        "documentNamespace": document.serial.clone().unwrap_or_else(|| "urn:ishigaki:sbom".to_owned()),
        "creationInfo": { "created": document.made_at.clone().unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned()), "creators": creators },
        "packages": packages, "relationships": relations,
    })
}
