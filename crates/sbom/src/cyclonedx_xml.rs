//! `sbom::cyclonedx_xml` — a `CycloneDX` document in XML, turned into its JSON form by the shape of its version,
//! so that one set of rules judges both.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Value};

use crate::cyclonedx;
use crate::document::{Document, Format, LossKind, Losses};
use crate::read::ReadError;
use crate::shape::{self, Shape};

const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";
const DEPTH_MAX: usize = 128;
const NODES_MAX: usize = 2_000_000;

/// Lists that are written without an element around them.
const BARE_LISTS: [&str; 4] = ["contact", "url", "omniborId", "swhid"];

#[derive(Debug, Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    /// Elements of a name in here.
    fn count(&self, name: &str) -> u64 {
        u64::from(self.name == name) + self.children.iter().map(|c| c.count(name)).sum::<u64>()
    }
}

/// Parts that are not kept and whose XML differs too much from their JSON to be judged by its shape.
const NOT_JUDGED: [&str; 10] = [
    "annotations",
    "declarations",
    "definitions",
    "formulation",
    "cryptoProperties",
    "modelCard",
    "evidence",
    "patentAssertions",
    "Signature",
    "releaseNotes",
];

/// Reads a document.
///
/// # Errors
/// [`ReadError`]
pub(crate) fn read(text: &str, losses: &mut Losses) -> Result<Document, ReadError> {
    let (root, namespace) = tree(text, losses)?;
    if root.name != "bom" {
        return Err(ReadError::UnknownFormat);
    }
    let Some(written) = namespace.strip_prefix(NAMESPACE) else {
        return Err(ReadError::invalid("/bom", "is not in a namespace of CycloneDX"));
    };
    // The two oldest versions had no JSON form; what they hold is a part of the next one.
    let version = if matches!(written, "1.0" | "1.1") { "1.2" } else { written };
    let shape = shape::of(version).ok_or_else(|| ReadError::UnknownVersion { version: written.to_owned() })?;
    let mut turning = Turning { shape, losses };
    let Value::Object(mut top) = turning.object(&root, &shape.schema, "")? else { return Err(ReadError::UnknownFormat) };
    top.insert("bomFormat".to_owned(), "CycloneDX".into());
    top.insert("specVersion".to_owned(), version.into());
    if !top.contains_key("version") {
        top.insert("version".to_owned(), 1.into());
    }
    let mut document = cyclonedx::read(Value::Object(top), Format::CyclonedxXml, losses)?;
    written.clone_into(&mut document.spec_version);
    // Ancestors and variants of a component stand in the document as components too.
    let outside: Vec<&Node> = root.children.iter().filter(|n| n.name == "components").collect();
    for (name, count) in
        [("component", &mut document.counts.components), ("purl", &mut document.counts.purls), ("cpe", &mut document.counts.cpes)]
    {
        *count = outside.iter().map(|n| n.count(name)).sum();
    }
    Ok(document)
}

fn malformed(reader: &Reader<&[u8]>, reason: &str) -> ReadError {
    ReadError::Malformed { reason: format!("{reason} (byte {})", reader.buffer_position()) }
}

/// The elements of a document and the namespace of the outermost. Elements of other namespaces are left out.
fn tree(text: &str, losses: &mut Losses) -> Result<(Node, String), ReadError> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut namespace = String::new();
    let mut prefix: Option<String> = None;
    let mut foreign = 0_usize;
    let mut nodes = 0_usize;
    loop {
        let event = reader.read_event().map_err(|e| malformed(&reader, &e.to_string()))?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                nodes += 1;
                if nodes > NODES_MAX || open.len() + foreign >= DEPTH_MAX {
                    return Err(malformed(&reader, "too many elements, or elements too deep inside one another"));
                }
                let empty = matches!(event, Event::Empty(_));
                let (own, name) = split_name(start);
                if open.is_empty() {
                    namespace = declared(start, own.as_deref()).unwrap_or_default();
                    prefix.clone_from(&own);
                } else if foreign > 0 || own != prefix || declared(start, None).is_some_and(|n| n != namespace) {
                    if foreign == 0 {
                        losses.add(LossKind::FieldNotKept, &format!("<{}>", start.name().as_ref()));
                    }
                    foreign += usize::from(!empty);
                    continue;
                }
                let node = Node { name, attributes: attributes(&reader, start)?, ..Node::default() };
                if empty {
                    match open.last_mut() {
                        Some(parent) => parent.children.push(node),
                        None => return Ok((node, namespace)),
                    }
                } else {
                    open.push(node);
                }
            }
            Event::End(_) if foreign > 0 => foreign -= 1,
            Event::End(_) => {
                let Some(node) = open.pop() else { return Err(malformed(&reader, "an end without a start")) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok((node, namespace)),
                }
            }
            Event::Text(part) if foreign == 0 => {
                push_text(&mut open, &part);
            }
            Event::CData(part) if foreign == 0 => {
                push_text(&mut open, &part);
            }
            Event::GeneralRef(part) if foreign == 0 => {
                let Some(known) = entity(&part) else {
                    return Err(malformed(&reader, "an entity of the document's own; none is followed"));
                };
                push_text(&mut open, known.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(malformed(&reader, "a document type; none is read")),
            Event::Eof => return Err(malformed(&reader, "ends before its last element is closed")),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// The character a reference stands for; none for a document's own entities, which are not followed.
pub(crate) fn entity(reference: &BytesRef<'_>) -> Option<char> {
    reference.resolve_char_ref().ok().flatten().or_else(|| {
        Some(match reference.as_ref() {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return None,
        })
    })
}

fn push_text(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

fn split_name(start: &BytesStart<'_>) -> (Option<String>, String) {
    let name = start.name().as_ref().to_owned();
    match name.split_once(':') {
        Some((prefix, local)) => (Some(prefix.to_owned()), local.to_owned()),
        None => (None, name),
    }
}

/// The namespace an element declares for a prefix, or for no prefix.
fn declared(start: &BytesStart<'_>, prefix: Option<&str>) -> Option<String> {
    let wanted = prefix.map_or_else(|| "xmlns".to_owned(), |p| format!("xmlns:{p}"));
    let found = start.attributes().flatten().find(|a| a.key.as_ref() == wanted)?;
    Some(found.value.into_owned())
}

/// The attributes of an element without those of other namespaces.
fn attributes(reader: &Reader<&[u8]>, start: &BytesStart<'_>) -> Result<Vec<(String, String)>, ReadError> {
    let mut found = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| malformed(reader, &e.to_string()))?;
        let key = attribute.key.as_ref().to_owned();
        if key == "xmlns" || key.contains(':') {
            continue;
        }
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        let value = value.map_err(|e| malformed(reader, &e.to_string()))?.into_owned();
        found.push((key, value));
    }
    Ok(found)
}

struct Turning<'s, 'l> {
    shape: &'s Shape,
    losses: &'l mut Losses,
}

impl<'s> Turning<'s, '_> {
    /// An element as what the shape says it is.
    fn value(&mut self, node: &Node, part: &'s Value, at: &str) -> Result<Value, ReadError> {
        let object = self.shape.is_object(part);
        if self.shape.is_type(part, "array") && !(object && self.object_fits(node, part)) {
            return self.list(node, part, at);
        }
        if object {
            return self.object(node, part, at);
        }
        if let Some(child) = node.children.first() {
            return Err(ReadError::invalid(format!("{at}/{}", child.name), "does not belong here"));
        }
        Ok(self.scalar(&node.text, part))
    }

    /// Where a list or an object may stand: whether the element's children are fields of the object.
    fn object_fits(&self, node: &Node, part: &Value) -> bool {
        node.children.first().is_some_and(|c| self.shape.property(part, &c.name).is_some())
    }

    fn scalar(&self, text: &str, part: &Value) -> Value {
        let text = text.trim();
        if self.shape.is_type(part, "boolean") && matches!(text, "true" | "false" | "1" | "0") {
            return matches!(text, "true" | "1").into();
        }
        if self.shape.is_type(part, "integer") || self.shape.is_type(part, "number") {
            if let Ok(number) = text.parse::<i64>() {
                return number.into();
            }
            if let Ok(number) = text.parse::<f64>() {
                return number.into();
            }
        }
        // Names are normalised texts: what is a line break in the file is a space in the name.
        text.replace(['\n', '\r', '\t'], " ").into()
    }

    fn list(&mut self, node: &Node, part: &'s Value, at: &str) -> Result<Value, ReadError> {
        let shape = self.shape;
        let several = node.children.len() > 1;
        let mut list = Vec::with_capacity(node.children.len());
        for child in &node.children {
            let at = format!("{at}/{}", child.name);
            if child.name == "expression" && several && !shape.mixes_licences() {
                return Err(ReadError::invalid(at, "stands beside another licence"));
            }
            if child.name == "expression-detailed" {
                let text = child.attributes.iter().find(|(k, _)| k == "expression").map_or("", |(_, v)| v);
                list.push(serde_json::json!({ "expression": text }));
                continue;
            }
            let items = shape.item_for(part, &child.name);
            list.push(self.item(child, items, &at)?);
        }
        Ok(Value::Array(list))
    }

    /// One entry of a list: the child itself, or an object with the child as its one field, as licences are.
    fn item(&mut self, child: &Node, items: &'s Value, at: &str) -> Result<Value, ReadError> {
        let shape = self.shape;
        let field = shape.property(items, &child.name);
        let reference = child.attributes.iter().find(|(k, _)| k == "ref");
        if let Some((_, reference)) = reference.filter(|_| child.children.is_empty() && shape.property(items, "ref").is_none()) {
            return Ok(reference.as_str().into());
        }
        if child.name == "dataflow" || child.name == "classification" {
            return self.flow(child, items, at);
        }
        let wraps = field.is_some_and(|f| child.children.is_empty() || shape.is_object(f) || shape.items(f).is_some());
        let Some(field) = field.filter(|_| wraps) else { return self.value(child, items, at) };
        let mut map = Map::new();
        if !shape.is_object(field) {
            for (key, value) in &child.attributes {
                if let Some(part) = shape.property(items, key) {
                    map.insert(key.clone(), self.scalar(value, part));
                }
            }
        }
        map.insert(child.name.clone(), self.value(child, field, at)?);
        Ok(Value::Object(map))
    }

    /// What flows through a service: the classification carries the direction as an attribute.
    fn flow(&mut self, node: &Node, items: &'s Value, at: &str) -> Result<Value, ReadError> {
        let mut map = Map::new();
        let inner = node.children.iter().find(|c| c.name == "classification").unwrap_or(node);
        for (key, value) in node.attributes.iter().chain(&inner.attributes) {
            if self.shape.property(items, key).is_some() {
                map.insert(key.clone(), value.as_str().into());
            }
        }
        map.insert("classification".to_owned(), inner.text.trim().into());
        for child in node.children.iter().filter(|c| c.name != "classification") {
            if self.shape.property(items, &child.name).is_none() {
                return Err(ReadError::invalid(format!("{at}/{}", child.name), "does not belong here"));
            }
            self.losses.add(LossKind::FieldNotKept, &format!("services[].data[].{}", child.name));
        }
        Ok(Value::Object(map))
    }

    fn object(&mut self, node: &Node, part: &'s Value, at: &str) -> Result<Value, ReadError> {
        let shape = self.shape;
        let mut map = Map::new();
        for (key, value) in &node.attributes {
            let name = self.field_name(part, key);
            // Attributes of somebody's own may stand anywhere.
            let Some(field) = shape.property(part, &name) else {
                self.losses.add(LossKind::FieldNotKept, &format!("@{key}"));
                continue;
            };
            map.insert(name, self.scalar(value, field));
        }
        for child in &node.children {
            if child.name == "dependency" && shape.property(part, "dependsOn").is_some() {
                let reference = child.attributes.iter().find(|(k, _)| k == "ref").map_or("", |(_, v)| v);
                push(&mut map, "dependsOn", reference.into());
                continue;
            }
            let bare_data =
                child.name == "data" && shape.property(part, "bom-ref").is_some() && child.children.iter().any(|c| c.name == "type");
            if NOT_JUDGED.contains(&child.name.as_str()) || bare_data {
                self.losses.add(LossKind::FieldNotKept, &format!("<{}>", child.name));
                continue;
            }
            let name = self.field_name(part, &child.name);
            let at = format!("{at}/{name}");
            let Some(field) = shape.property(part, &name) else {
                map.insert(name, child.text.trim().into());
                continue;
            };
            if BARE_LISTS.contains(&name.as_str()) && shape.is_type(field, "array") {
                let item = self.value(child, shape.item_for(field, &child.name), &at)?;
                push(&mut map, &name, item);
                continue;
            }
            let value = self.value(child, field, &at)?;
            if map.insert(name, value).is_some() {
                return Err(ReadError::invalid(at, "stands more than once"));
            }
        }
        let text = node.text.trim();
        if node.children.is_empty() && !text.is_empty() {
            let fields = ["content", "value", "url", "id"];
            if let Some(name) = fields.into_iter().find(|n| !map.contains_key(*n) && shape.property(part, n).is_some()) {
                map.insert(name.to_owned(), text.into());
            }
        }
        Ok(Value::Object(map))
    }

    /// The JSON name of a field, where XML writes it otherwise.
    fn field_name(&self, part: &Value, name: &str) -> String {
        let known = |n: &str| self.shape.property(part, n).is_some();
        if known(name) {
            return name.to_owned();
        }
        let turned = match name {
            "content-type" => "contentType".to_owned(),
            "responses" => "response".to_owned(),
            _ => name.replace('_', "-"),
        };
        if known(&turned) { turned } else { name.to_owned() }
    }
}

fn push(map: &mut Map<String, Value>, name: &str, value: Value) {
    match map.entry(name.to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(list) => list.push(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {}
    }
}
