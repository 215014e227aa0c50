//! `schemes::oscal_read` — OSCAL catalogs and profiles, JSON or XML, as a tree of controls. The
//! files may be anybody's: size, depth and number of elements are limited, entities are not
//! expanded, nothing is fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// Largest file read, in bytes.
pub(crate) const OSCAL_MAX_BYTES: usize = 32 << 20;

/// Deepest nesting read.
const DEPTH_MAX: usize = 64;

/// Most elements read.
const ELEMENTS_MAX: usize = 500_000;

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OscalError(pub String);

pub(crate) fn fail<T>(text: impl Into<String>) -> Result<T, OscalError> {
    Err(OscalError(text.into()))
}

/// A control or enhancement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Control {
    /// Id.
    pub id: String,
    /// Class, such as `subcategory`.
    pub class: String,
    /// Title.
    pub title: String,
    /// The text of its statement, with labels of parameters in brackets.
    pub statement: String,
    /// Names of its parts.
    pub parts: BTreeSet<String>,
    /// Whether the file says that it was withdrawn.
    pub withdrawn: bool,
    /// Controls within it.
    pub controls: Vec<Control>,
}

/// A group of the top level with all controls below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Controls, those of groups within it after its own.
    pub controls: Vec<Control>,
}

/// A catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OscalCatalog {
    /// Title.
    pub title: String,
    /// Version as written.
    pub version: String,
    /// When it was last modified, as written.
    pub modified: String,
    /// The organisation named first.
    pub publisher: String,
    /// Groups; controls outside a group stand in one called `controls`.
    pub groups: Vec<Group>,
}

/// A profile: which controls it takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OscalProfile {
    /// Title.
    pub title: String,
    /// Version as written.
    pub version: String,
    /// When it was last modified, as written.
    pub modified: String,
    /// Ids of the controls it takes; none means all.
    pub with_ids: Option<BTreeSet<String>>,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OscalFile {
    /// A catalog.
    Catalog(OscalCatalog),
    /// A profile.
    Profile(OscalProfile),
}

/// Reads a file of either kind in either form.
///
/// # Errors
/// [`OscalError`] says what does not fit.
pub fn read_oscal(bytes: &[u8]) -> Result<OscalFile, OscalError> {
    if bytes.len() > OSCAL_MAX_BYTES {
        return fail(format!("the file is larger than {} MiB", OSCAL_MAX_BYTES >> 20));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let root = match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'<') => read_xml(bytes)?,
        Some(b'{') => read_json(bytes)?,
        _ => return fail("neither JSON nor XML"),
    };
    match root.name.as_str() {
        "catalog" => Ok(OscalFile::Catalog(catalog(&root))),
        "profile" => profile(&root).map(OscalFile::Profile),
        other => fail(format!("a catalog or profile is expected, this is: {other}")),
    }
}

/// An element in the form both notations share.
#[derive(Debug, Clone, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
    /// Text directly within; for mixed content the children named `#text` keep the order.
    text: String,
}

impl Element {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// All text within, white space folded.
    fn words(&self) -> String {
        let mut out = String::new();
        self.gather(&mut out);
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn gather(&self, out: &mut String) {
        if self.name == "insert" {
            write!(out, "{{{{ insert: param, {} }}}}", self.attribute("id-ref")).unwrap_or_default();
        }
        out.push_str(&self.text);
        for child in &self.children {
            child.gather(out);
            if child.name != "#text" && child.name != "insert" {
                out.push(' ');
            }
        }
    }

    fn words_of(&self, name: &str) -> String {
        self.first(name).map(Element::words).unwrap_or_default()
    }
}

fn start(tag: &BytesStart<'_>) -> Result<Element, OscalError> {
    let mut element = Element { name: tag.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|e| OscalError(format!("XML: {e}")))?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|e| OscalError(format!("XML: {e}")))?;
        element.attributes.insert(attribute.key.local_name().as_ref().to_owned(), value.into_owned());
    }
    Ok(element)
}

fn read_xml(bytes: &[u8]) -> Result<Element, OscalError> {
    let text = std::str::from_utf8(bytes).map_err(|e| OscalError(format!("XML: {e}")))?;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    let mut seen = 0;
    let wrong = |e: &dyn std::fmt::Display| OscalError(format!("XML: {e}"));
    loop {
        let event = reader.read_event().map_err(|e| wrong(&e))?;
        seen += 1;
        if seen > ELEMENTS_MAX || open.len() > DEPTH_MAX {
            return fail("the file has too many or too deep elements");
        }
        let text = match event {
            Event::Start(tag) => {
                open.push(start(&tag)?);
                continue;
            }
            Event::Empty(tag) => Some(start(&tag)?),
            Event::End(_) => open.pop(),
            Event::Text(text) => Some(Element { name: "#text".to_owned(), text: (*text).to_owned(), ..Element::default() }),
            Event::GeneralRef(name) => {
                let text = quick_xml::escape::unescape(&format!("&{};", &*name)).map_err(|e| wrong(&e))?.into_owned();
                Some(Element { name: "#text".to_owned(), text, ..Element::default() })
            }
            Event::CData(text) => Some(Element { name: "#text".to_owned(), text: (*text).to_owned(), ..Element::default() }),
            Event::DocType(_) => return fail("a document type is not read"),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
        };
        match (open.last_mut(), text) {
            (Some(parent), Some(child)) => parent.children.push(child),
            _ => return fail("XML: an end without a start"),
        }
    }
    if open.len() != 1 {
        return fail("XML: the file ends early");
    }
    let root = open.pop().and_then(|r| r.children.into_iter().find(|c| c.name != "#text"));
    root.ok_or_else(|| OscalError("XML: nothing in it".to_owned()))
}

/// JSON names lists in the plural; here they carry the names that XML uses.
const SINGULAR: &[(&str, &str)] = &[
    ("groups", "group"),
    ("controls", "control"),
    ("parts", "part"),
    ("props", "prop"),
    ("params", "param"),
    ("parties", "party"),
    ("imports", "import"),
    ("include-controls", "include-controls"),
    ("exclude-controls", "exclude-controls"),
    ("with-ids", "with-id"),
];

fn read_json(bytes: &[u8]) -> Result<Element, OscalError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| OscalError(format!("JSON: {e}")))?;
    let Some((name, inner)) = value.as_object().and_then(|o| o.iter().find(|(k, _)| *k != "$schema")) else {
        return fail("JSON: nothing in it");
    };
    let mut seen = 0;
    from_json(name, inner, 0, &mut seen)
}

fn from_json(name: &str, value: &Value, depth: usize, seen: &mut usize) -> Result<Element, OscalError> {
    *seen += 1;
    if *seen > ELEMENTS_MAX || depth > DEPTH_MAX {
        return fail("the file has too many or too deep elements");
    }
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(text) => {
                        element.attributes.insert(key.clone(), text.clone());
                        // What XML writes as an element of text is reachable as one.
                        element.children.push(Element { name: key.clone(), text: text.clone(), ..Element::default() });
                    }
                    Value::Array(list) => {
                        let one = SINGULAR.iter().find(|(many, _)| many == key).map_or(key.as_str(), |(_, one)| one);
                        for item in list {
                            element.children.push(from_json(one, item, depth + 1, seen)?);
                        }
                    }
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                        element.children.push(from_json(key, field, depth + 1, seen)?);
                    }
                }
            }
        }
        Value::String(text) => element.text.clone_from(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => element.text = value.to_string(),
        Value::Array(_) => return fail("JSON: a list within a list"),
    }
    Ok(element)
}

fn catalog(root: &Element) -> OscalCatalog {
    let empty = Element::default();
    let metadata = root.first("metadata").unwrap_or(&empty);
    let mut groups: Vec<Group> = root.all("group").map(group).collect();
    let loose: Vec<Control> = root.all("control").map(|c| control(c, &BTreeMap::new())).collect();
    if !loose.is_empty() {
        groups.push(Group { id: "controls".to_owned(), title: metadata.words_of("title"), controls: loose });
    }
    let named = |p: &Element| p.words_of("name");
    OscalCatalog {
        title: metadata.words_of("title"),
        version: metadata.words_of("version"),
        modified: metadata.words_of("last-modified"),
        publisher: metadata.all("party").map(named).find(|n| !n.is_empty()).unwrap_or_default(),
        groups,
    }
}

fn group(element: &Element) -> Group {
    let mut params = BTreeMap::new();
    parameters(element, &mut params);
    let mut controls: Vec<Control> = element.all("control").map(|c| control(c, &params)).collect();
    controls.extend(element.all("group").flat_map(|g| group(g).controls));
    Group { id: element.attribute("id").to_owned(), title: element.words_of("title"), controls }
}

/// Labels of all parameters below an element.
fn parameters(element: &Element, out: &mut BTreeMap<String, String>) {
    for param in element.all("param") {
        let label = param.first("label").map(Element::words).filter(|l| !l.is_empty());
        let choice = || param.first("select").map(|s| s.all("choice").map(Element::words).collect::<Vec<_>>().join(" / "));
        out.insert(param.attribute("id").to_owned(), label.or_else(choice).unwrap_or_default());
    }
    element.children.iter().filter(|c| matches!(c.name.as_str(), "control" | "group")).for_each(|c| parameters(c, out));
}

fn is_prop(element: &Element, name: &str, value: &str) -> bool {
    element.all("prop").any(|p| p.attribute("name") == name && p.attribute("value").eq_ignore_ascii_case(value))
}

fn control(element: &Element, params: &BTreeMap<String, String>) -> Control {
    let statement = element.all("part").find(|p| p.attribute("name") == "statement");
    let gone = |rel: &str| matches!(rel, "incorporated-into" | "moved-to");
    Control {
        id: element.attribute("id").to_owned(),
        class: element.attribute("class").to_owned(),
        title: element.words_of("title"),
        statement: statement.map(|s| filled(&prose(s), params)).unwrap_or_default(),
        parts: element.all("part").map(|p| p.attribute("name").to_owned()).collect(),
        withdrawn: is_prop(element, "status", "withdrawn") || element.all("link").any(|l| gone(l.attribute("rel"))),
        controls: element.all("control").map(|c| control(c, params)).collect(),
    }
}

/// A statement with its items, each behind its label.
fn prose(part: &Element) -> String {
    let mut out: Vec<String> = Vec::new();
    let label = part.all("prop").find(|p| p.attribute("name") == "label").map(|p| p.attribute("value").to_owned());
    out.extend(label.filter(|_| part.attribute("name") == "item"));
    let own = part.children.iter().filter(|c| matches!(c.name.as_str(), "p" | "ul" | "ol" | "table" | "prose"));
    out.extend(own.map(Element::words));
    out.extend(part.all("part").map(prose));
    out.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `{{ insert: param, x }}` becomes the parameter's label in brackets.
fn filled(text: &str, params: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inner, behind)) = after.split_once("}}") else { break };
        let id = inner.rsplit(',').next().unwrap_or("").trim();
        out.push_str(before);
        write!(out, "[{}]", params.get(id).filter(|l| !l.is_empty()).map_or(id, String::as_str)).unwrap_or_default();
        rest = behind;
    }
    out + rest
}

fn profile(root: &Element) -> Result<OscalProfile, OscalError> {
    let empty = Element::default();
    let metadata = root.first("metadata").unwrap_or(&empty);
    let mut ids = BTreeSet::new();
    let mut all = false;
    for import in root.all("import") {
        all |= import.first("include-all").is_some() || import.first("include-controls").is_none();
        if import.first("exclude-controls").is_some() {
            return fail("a profile that excludes controls is not read yet");
        }
        for include in import.all("include-controls") {
            if include.first("matching").is_some() {
                return fail("a profile that takes controls by pattern is not read yet");
            }
            ids.extend(include.all("with-id").map(Element::words));
        }
    }
    Ok(OscalProfile {
        title: metadata.words_of("title"),
        version: metadata.words_of("version"),
        modified: metadata.words_of("last-modified"),
        with_ids: (!all).then_some(ids),
    })
}

/// The catalog a profile makes of another: the same controls in the catalog's order.
///
/// # Errors
/// Names the first control that the catalog does not hold.
pub fn apply_profile(profile: &OscalProfile, catalog: &OscalCatalog) -> Result<OscalCatalog, OscalError> {
    let Some(ids) = &profile.with_ids else { return Ok(catalog.clone()) };
    let mut found = BTreeSet::new();
    let groups = catalog.groups.iter().map(|g| Group { controls: taken(&g.controls, ids, &mut found), ..g.clone() });
    let groups: Vec<Group> = groups.filter(|g| !g.controls.is_empty()).collect();
    if let Some(missing) = ids.difference(&found).next() {
        return fail(format!("the profile takes control {missing}, which the catalog does not hold"));
    }
    Ok(OscalCatalog {
        title: profile.title.clone(),
        version: profile.version.clone(),
        modified: profile.modified.clone(),
        publisher: catalog.publisher.clone(),
        groups,
    })
}

fn taken(controls: &[Control], ids: &BTreeSet<String>, found: &mut BTreeSet<String>) -> Vec<Control> {
    let mut out = Vec::new();
    for control in controls {
        let within = taken(&control.controls, ids, found);
        if ids.contains(&control.id) {
            found.insert(control.id.clone());
            out.push(Control { controls: within, ..control.clone() });
        } else {
            // A taken enhancement stands where its control would have stood.
            out.extend(within);
        }
    }
    out
}
