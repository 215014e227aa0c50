//! `sbom::cyclonedx` — a `CycloneDX` document as JSON, checked against its version's shape, into the document model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::document::{Component, ComponentKind, Document, Format, Hash, Licence, LossKind, Losses, Signature, Tool, count, place};
use crate::read::ReadError;
use crate::shape;

/// Components inside components, at most.
const DEPTH_MAX: usize = 64;

/// Reads a document. `format` says whether the value came from JSON or XML.
///
/// # Errors
/// [`ReadError`]
pub(crate) fn read(mut value: Value, format: Format, losses: &mut Losses) -> Result<Document, ReadError> {
    without_nulls(&mut value, "", losses);
    let version = match value.get("specVersion") {
        Some(Value::String(version)) => version.clone(),
        _ => return Err(ReadError::invalid("/specVersion", "is missing or no text")),
    };
    let shape = shape::of(&version).ok_or_else(|| ReadError::UnknownVersion { version: version.clone() })?;
    shape.check(&value)?;
    let Value::Object(mut top) = value else { return Err(ReadError::UnknownFormat) };
    let mut document = Document::new(format, &version);
    top.remove("bomFormat");
    top.remove("specVersion");
    top.remove("$schema");
    document.serial = take_text(&mut top, "serialNumber");
    document.revision = top.remove("version").map(|v| v.to_string());
    if top.remove("signature").is_some() {
        document.signature = Signature::Present;
    }
    let mut reading = Reading { components: Vec::new(), losses, purls: 0, cpes: 0 };
    if let Some(Value::Object(metadata)) = top.remove("metadata") {
        reading.metadata(metadata, &mut document);
    }
    let outside = (reading.components.len(), reading.purls, reading.cpes);
    reading.components(top.remove("components"), None, 0)?;
    document.counts.components = count(reading.components.len() - outside.0);
    document.counts.purls = count(reading.purls - outside.1);
    document.counts.cpes = count(reading.cpes - outside.2);
    document.counts.services = reading.counted(top.remove("services"), "services[]");
    document.counts.vulnerabilities = reading.counted(top.remove("vulnerabilities"), "vulnerabilities[]");
    if let Some(Value::Array(list)) = top.remove("compositions") {
        document.incomplete = incomplete(list);
    }
    reading.edges(top.remove("dependencies"), &mut document)?;
    reading.rest(&top, "");
    document.components = reading.components;
    Ok(document)
}

/// Takes explicit nulls out, which some tools write for "nothing".
fn without_nulls(value: &mut Value, at: &str, losses: &mut Losses) {
    match value {
        Value::Object(map) => {
            map.retain(|key, v| {
                if v.is_null() {
                    losses.add(LossKind::ReadOver, &format!("null: {at}/{key}"));
                }
                !v.is_null()
            });
            for (key, v) in map.iter_mut() {
                if v.is_object() || v.is_array() {
                    without_nulls(v, key, losses);
                }
            }
        }
        Value::Array(list) => {
            for v in list.iter_mut() {
                without_nulls(v, at, losses);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub(crate) fn take_text(map: &mut Map<String, Value>, key: &str) -> Option<String> {
    match map.remove(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

/// What a document says of its own completeness, where it says "incomplete" or "unknown" in any form.
fn incomplete(list: Vec<Value>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in list {
        let Value::Object(mut entry) = entry else { continue };
        match take_text(&mut entry, "aggregate") {
            Some(word) if word != "complete" => found.push(word),
            _ => {}
        }
    }
    found
}

struct Reading<'l> {
    components: Vec<Component>,
    losses: &'l mut Losses,
    purls: usize,
    cpes: usize,
}

impl Reading<'_> {
    /// Counts what is left of an object as lost.
    fn rest(&mut self, map: &Map<String, Value>, at: &str) {
        for key in map.keys() {
            let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            self.losses.add(LossKind::FieldNotKept, &at);
        }
    }

    /// The length of a list that is counted and not kept.
    fn counted(&mut self, list: Option<Value>, at: &str) -> u64 {
        let list = list_of(list);
        for _ in &list {
            self.losses.add(LossKind::FieldNotKept, at);
        }
        count(list.len())
    }

    fn metadata(&mut self, mut map: Map<String, Value>, document: &mut Document) {
        document.made_at = take_text(&mut map, "timestamp");
        match map.remove("tools") {
            Some(Value::Array(list)) => document.tools.extend(list.into_iter().filter_map(tool)),
            Some(Value::Object(mut tools)) => {
                for key in ["components", "services"] {
                    if let Some(Value::Array(list)) = tools.remove(key) {
                        document.tools.extend(list.into_iter().filter_map(tool));
                    }
                }
            }
            _ => {}
        }
        for author in list_of(map.remove("authors")) {
            document.authors.extend(party(author));
        }
        for key in ["manufacture", "manufacturer", "supplier"] {
            if let Some(found) = map.remove(key).and_then(party) {
                document.authors.push(found);
            }
        }
        for phase in list_of(map.remove("lifecycles")) {
            let Value::Object(mut phase) = phase else { continue };
            document.contexts.extend(take_text(&mut phase, "phase").or_else(|| take_text(&mut phase, "name")));
        }
        if let Some(Value::Object(component)) = map.remove("component") {
            let parts = self.one(component, None);
            document.subject = Some(parts.0);
            if let Some(inner) = parts.1 {
                // A nested list in the described component is as deep as any other.
                self.components(Some(inner), Some(parts.0), 1).unwrap_or_default();
            }
        }
        self.rest(&map, "metadata");
    }

    fn components(&mut self, list: Option<Value>, inside: Option<u32>, depth: usize) -> Result<(), ReadError> {
        if depth > DEPTH_MAX {
            return Err(ReadError::invalid("/components", format!("more than {DEPTH_MAX} components inside one another")));
        }
        for entry in list_of(list) {
            let Value::Object(entry) = entry else { continue };
            let (at, inner) = self.one(entry, inside);
            if inner.is_some() {
                self.components(inner, Some(at), depth + 1)?;
            }
        }
        Ok(())
    }

    /// Reads one component: its place and the list inside it.
    fn one(&mut self, mut map: Map<String, Value>, inside: Option<u32>) -> (u32, Option<Value>) {
        let mut component =
            Component::named(take_text(&mut map, "bom-ref").unwrap_or_default(), take_text(&mut map, "name").unwrap_or_default());
        component.inside = inside;
        component.kind = take_text(&mut map, "type").map_or(ComponentKind::Library, |t| kind(&t));
        component.group = take_text(&mut map, "group");
        component.version = take_text(&mut map, "version");
        let producers = [map.remove("supplier"), map.remove("manufacturer"), map.remove("publisher"), map.remove("author")];
        let author = list_of(map.remove("authors")).into_iter().next();
        component.producer = producers.into_iter().flatten().chain(author).find_map(party);
        component.purls.extend(take_text(&mut map, "purl"));
        component.cpes.extend(take_text(&mut map, "cpe"));
        self.purls += component.purls.len();
        self.cpes += component.cpes.len();
        for entry in list_of(map.remove("hashes")) {
            let Value::Object(mut entry) = entry else { continue };
            if let (Some(algorithm), Some(value)) = (take_text(&mut entry, "alg"), take_text(&mut entry, "content")) {
                component.hashes.push(Hash { algorithm, value });
            }
        }
        component.licence = licence(list_of(map.remove("licenses")));
        map.remove("mime-type");
        let inner = map.remove("components");
        let at = place(self.components.len());
        self.components.push(component);
        self.rest(&map, "components[]");
        (at, inner)
    }

    fn edges(&mut self, list: Option<Value>, document: &mut Document) -> Result<(), ReadError> {
        let mut places: BTreeMap<&str, u32> = BTreeMap::new();
        for (at, component) in self.components.iter().enumerate() {
            if component.reference.is_empty() {
                continue;
            }
            if places.insert(&component.reference, place(at)).is_some() {
                return Err(ReadError::invalid("/components", format!("two components share the bom-ref {:?}", component.reference)));
            }
        }
        let mut edges = BTreeSet::new();
        let mut stated = BTreeSet::new();
        for entry in list_of(list) {
            let Value::Object(mut entry) = entry else { continue };
            let Some(from) = take_text(&mut entry, "ref") else { continue };
            document.counts.dependency_nodes += 1;
            if !stated.insert(from.clone()) {
                self.losses.add(LossKind::ReferenceRepeated, "dependencies[].ref");
            }
            if !places.contains_key(from.as_str()) {
                self.losses.add(LossKind::ReferenceUnknown, "dependencies[].ref");
            }
            for to in list_of(entry.remove("dependsOn")) {
                document.counts.dependency_edges += 1;
                let Value::String(to) = to else { continue };
                match (places.get(from.as_str()), places.get(to.as_str())) {
                    (Some(from), Some(to)) => {
                        edges.insert((*from, *to));
                    }
                    _ => self.losses.add(LossKind::ReferenceUnknown, "dependencies[].dependsOn[]"),
                }
            }
            for key in entry.keys() {
                self.losses.add(LossKind::RelationNotKept, &format!("dependencies[].{key}"));
            }
        }
        document.edges = edges.into_iter().collect();
        Ok(())
    }
}

pub(crate) fn list_of(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// The name of a person or organisation, however it is given.
fn party(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text).filter(|t| !t.trim().is_empty()),
        Value::Object(mut map) => take_text(&mut map, "name").or_else(|| take_text(&mut map, "email")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

fn tool(value: Value) -> Option<Tool> {
    let Value::Object(mut map) = value else { return None };
    Some(Tool { name: take_text(&mut map, "name")?, version: take_text(&mut map, "version") })
}

/// One licence of a list of choices; several stand beside one another and all hold.
fn licence(list: Vec<Value>) -> Option<Licence> {
    let mut ids = Vec::new();
    let mut names = Vec::new();
    for entry in list {
        let Value::Object(mut entry) = entry else { continue };
        if let Some(expression) = take_text(&mut entry, "expression") {
            ids.push(expression);
        } else if let Some(Value::Object(mut licence)) = entry.remove("license") {
            if let Some(id) = take_text(&mut licence, "id") {
                ids.push(id);
            } else {
                names.extend(take_text(&mut licence, "name"));
            }
        }
    }
    let several = ids.len() > 1;
    match (ids.is_empty(), names.is_empty()) {
        (true, true) => None,
        (false, true) => {
            let parts: Vec<String> = ids.into_iter().map(|id| if several && id.contains(' ') { format!("({id})") } else { id }).collect();
            Some(Licence::Expression(parts.join(" AND ")))
        }
        _ => Some(Licence::Named(ids.into_iter().chain(names).collect())),
    }
}

/// The kind of a component by its word.
pub(crate) fn kind(word: &str) -> ComponentKind {
    match word {
        "application" => ComponentKind::Application,
        "framework" => ComponentKind::Framework,
        "container" => ComponentKind::Container,
        "operating-system" => ComponentKind::OperatingSystem,
        "device" => ComponentKind::Device,
        "firmware" => ComponentKind::Firmware,
        "device-driver" => ComponentKind::DeviceDriver,
        "platform" => ComponentKind::Platform,
        "file" => ComponentKind::File,
        "data" => ComponentKind::Data,
        "machine-learning-model" => ComponentKind::MachineLearningModel,
        "cryptographic-asset" => ComponentKind::CryptographicAsset,
        "library" => ComponentKind::Library,
        _ => ComponentKind::Other,
    }
}
