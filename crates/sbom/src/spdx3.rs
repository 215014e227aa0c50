//! `sbom::spdx3` — SPDX 3.0 as JSON-LD in its canonical, flat form: elements in one graph, told apart by type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::cyclonedx::{list_of, take_text};
use crate::document::{Component, ComponentKind, Document, Format, Hash, Licence, LossKind, Losses, Tool, count, place};
use crate::read::ReadError;
use crate::spdx2::stated;

/// Reads a document.
///
/// # Errors
/// [`ReadError`]
pub(crate) fn read(text: &str, losses: &mut Losses) -> Result<Document, ReadError> {
    let Value::Object(mut top) = serde_json::from_str(text).map_err(|e| ReadError::json(&e))? else {
        return Err(ReadError::UnknownFormat);
    };
    let context = match top.remove("@context") {
        Some(Value::String(text)) => text,
        Some(Value::Array(list)) => list.into_iter().find_map(|v| v.as_str().map(str::to_owned)).unwrap_or_default(),
        _ => String::new(),
    };
    if !context.contains("spdx.org/rdf/3.") {
        return Err(ReadError::UnknownVersion { version: context });
    }
    let mut elements = Vec::new();
    for (at, element) in list_of(top.remove("@graph")).into_iter().enumerate() {
        let Value::Object(element) = element else { return Err(ReadError::invalid(format!("/@graph/{at}"), "is no element")) };
        if kind_of(&element).is_none() {
            return Err(ReadError::invalid(format!("/@graph/{at}"), "has no type"));
        }
        elements.push(element);
    }
    let mut document = Document::new(Format::Spdx3Jsonld, "3.0");
    document.counts.elements = count(elements.len());
    let names = Names::of(&elements);
    let mut places = BTreeMap::new();
    let mut rest = Vec::new();
    let mut roots = Vec::new();
    for mut element in elements {
        let kind = kind_of(&element).unwrap_or_default();
        match kind.rsplit(['_', '/']).next().unwrap_or(&kind) {
            "Package" | "AIPackage" | "DatasetPackage" => {
                let component = package(&mut element, &kind, &names, losses);
                if kind == "software_Package" {
                    document.counts.components += 1;
                }
                places.insert(component.reference.clone(), place(document.components.len()));
                document.components.push(component);
            }
            "File" => {
                document.counts.files += 1;
                losses.add(LossKind::FileNotKept, "software_File");
            }
            "Relationship" | "LifecycleScopedRelationship" => {
                document.counts.relationships += 1;
                rest.push(element);
            }
            "CreationInfo" => {
                document.spec_version = take_text(&mut element, "specVersion").unwrap_or_else(|| "3.0".to_owned());
                if document.made_at.is_none() {
                    document.made_at = take_text(&mut element, "created");
                    document.authors = named(element.remove("createdBy"), &names);
                    document.tools =
                        named(element.remove("createdUsing"), &names).into_iter().map(|name| Tool { name, version: None }).collect();
                }
            }
            "SpdxDocument" => {
                document.serial = take_text(&mut element, "spdxId");
                document.name = take_text(&mut element, "name");
                roots.extend(texts(element.remove("rootElement")));
            }
            "Sbom" | "Bom" => {
                roots.extend(texts(element.remove("rootElement")));
                document.contexts.extend(texts(element.remove("software_sbomType")));
            }
            "Person" | "Organization" | "SoftwareAgent" | "Agent" | "Tool" | "LicenseExpression" => {}
            _ => losses.add(LossKind::FieldNotKept, &kind),
        }
    }
    relate(rest, &places, &names, &mut document, losses);
    document.subject = roots.iter().find_map(|id| places.get(id).copied());
    document.counts.purls = document.components.iter().map(|c| count(c.purls.len())).sum();
    document.counts.cpes = document.components.iter().map(|c| count(c.cpes.len())).sum();
    Ok(document)
}

fn kind_of(element: &Map<String, Value>) -> Option<String> {
    element.get("type").or_else(|| element.get("@type")).and_then(Value::as_str).map(str::to_owned)
}

/// Names and licence expressions by element.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(elements: &[Map<String, Value>]) -> Self {
        let mut names = BTreeMap::new();
        for element in elements {
            let id = element.get("spdxId").or_else(|| element.get("@id")).and_then(Value::as_str);
            let name = ["simplelicensing_licenseExpression", "name"].iter().find_map(|k| element.get(*k)).and_then(Value::as_str);
            if let (Some(id), Some(name)) = (id, name) {
                names.insert(id.to_owned(), name.to_owned());
            }
        }
        Names(names)
    }
}

fn texts(value: Option<Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.into_iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn named(value: Option<Value>, names: &Names) -> Vec<String> {
    texts(value).into_iter().filter_map(|id| names.0.get(&id).cloned()).collect()
}

fn package(element: &mut Map<String, Value>, kind: &str, names: &Names, losses: &mut Losses) -> Component {
    let reference = take_text(element, "spdxId").unwrap_or_default();
    let mut component = Component::named(reference, take_text(element, "name").unwrap_or_default());
    component.version = take_text(element, "software_packageVersion").and_then(|v| stated(Some(&v)));
    component.purls.extend(take_text(element, "software_packageUrl"));
    component.producer = named(element.remove("suppliedBy"), names).into_iter().chain(named(element.remove("originatedBy"), names)).next();
    component.kind = match (kind, take_text(element, "software_primaryPurpose").as_deref()) {
        ("ai_AIPackage", _) | (_, Some("model")) => ComponentKind::MachineLearningModel,
        ("dataset_DatasetPackage", _) | (_, Some("data")) => ComponentKind::Data,
        (_, Some("application" | "executable")) => ComponentKind::Application,
        (_, Some("container")) => ComponentKind::Container,
        (_, Some("operatingSystem")) => ComponentKind::OperatingSystem,
        (_, Some("firmware")) => ComponentKind::Firmware,
        (_, Some("device")) => ComponentKind::Device,
        (_, Some("framework")) => ComponentKind::Framework,
        (_, Some("file")) => ComponentKind::File,
        (_, None | Some("library")) => ComponentKind::Library,
        (_, Some(_)) => ComponentKind::Other,
    };
    for entry in list_of(element.remove("externalIdentifier")) {
        let Value::Object(mut entry) = entry else { continue };
        let Some(text) = take_text(&mut entry, "identifier") else { continue };
        match take_text(&mut entry, "externalIdentifierType").as_deref() {
            Some("packageUrl" | "packageURL") => component.purls.push(text),
            Some("cpe22" | "cpe23") => component.cpes.push(text),
            _ => losses.add(LossKind::FieldNotKept, "software_Package.externalIdentifier[]"),
        }
    }
    for entry in list_of(element.remove("verifiedUsing")) {
        let Value::Object(mut entry) = entry else { continue };
        if let (Some(algorithm), Some(value)) = (take_text(&mut entry, "algorithm"), take_text(&mut entry, "hashValue")) {
            component.hashes.push(Hash { algorithm, value });
        }
    }
    for key in element.keys().filter(|k| !matches!(k.as_str(), "type" | "creationInfo")) {
        losses.add(LossKind::FieldNotKept, &format!("{kind}.{key}"));
    }
    component
}

fn relate(relations: Vec<Map<String, Value>>, places: &BTreeMap<String, u32>, names: &Names, document: &mut Document, losses: &mut Losses) {
    let mut edges = BTreeSet::new();
    for mut relation in relations {
        let word = take_text(&mut relation, "relationshipType").unwrap_or_default();
        let from = take_text(&mut relation, "from").unwrap_or_default();
        let at = places.get(&from).copied();
        for to in texts(relation.remove("to")) {
            let other = places.get(&to).copied();
            match (word.as_str(), at, other) {
                ("dependsOn" | "hasDynamicLink" | "hasStaticLink" | "hasPrerequisite", Some(a), Some(b)) => {
                    edges.insert((a, b));
                }
                ("contains" | "hasConcludedLicense" | "hasDeclaredLicense", Some(a), _) => {
                    let Some(component) = document.components.get_mut(usize::try_from(a).unwrap_or(usize::MAX)) else { continue };
                    if word == "contains" {
                        match other {
                            Some(b) if b > a => inside(document, b, a),
                            Some(_) => losses.add(LossKind::RelationNotKept, "contains, against the order of the document"),
                            None => losses.add(LossKind::FileNotKept, "contains"),
                        }
                    } else if component.licence.is_none() || word == "hasConcludedLicense" {
                        component.licence = names.0.get(&to).and_then(|t| stated(Some(t))).map(Licence::Expression);
                    }
                }
                ("describes", _, _) => {}
                _ => losses.add(LossKind::RelationNotKept, &word),
            }
        }
    }
    document.edges = edges.into_iter().collect();
}

/// Puts a component inside another that stands before it.
fn inside(document: &mut Document, child: u32, parent: u32) {
    if let Some(component) = document.components.get_mut(usize::try_from(child).unwrap_or(usize::MAX)) {
        component.inside.get_or_insert(parent);
    }
}
