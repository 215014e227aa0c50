//! `sbom::shape` — the shapes of `CycloneDX` documents, version by version: the specification's own schemas
//! (`schemas/`), compiled once, and their parts for reading XML.

use std::sync::OnceLock;

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::Value;

use crate::read::ReadError;

/// The versions with a schema, oldest first.
const VERSIONS: [(&str, &str); 6] = [
    ("1.2", include_str!("../schemas/bom-1.2.json")),
    ("1.3", include_str!("../schemas/bom-1.3.json")),
    ("1.4", include_str!("../schemas/bom-1.4.json")),
    ("1.5", include_str!("../schemas/bom-1.5.json")),
    ("1.6", include_str!("../schemas/bom-1.6.json")),
    ("1.7", include_str!("../schemas/bom-1.7.json")),
];

const SPDX_IDS: &str = include_str!("../schemas/spdx.json");
const ALGORITHMS: &str = include_str!("../schemas/cryptography-defs.json");
/// Signatures are noted, not judged.
const SIGNATURE: &str = r#"{"definitions":{"signature":{"type":"object"}}}"#;

static SHAPES: [OnceLock<Option<Shape>>; 6] = [const { OnceLock::new() }; 6];

/// One version's shape.
pub(crate) struct Shape {
    /// The schema itself.
    pub(crate) schema: Value,
    validator: Validator,
}

/// Answers references between the files.
struct Shipped;

impl Retrieve for Shipped {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let text = match uri.path().as_str().rsplit('/').next() {
            Some("spdx.schema.json") => SPDX_IDS,
            Some("jsf-0.82.schema.json") => SIGNATURE,
            Some("cryptography-defs.schema.json") => ALGORITHMS,
            _ => return Err("no such shape".into()),
        };
        Ok(serde_json::from_str(text)?)
    }
}

/// The shape of a version, if there is one.
pub(crate) fn of(version: &str) -> Option<&'static Shape> {
    let at = VERSIONS.iter().position(|(name, _)| *name == version)?;
    let ((_, text), cell) = (VERSIONS.get(at)?, SHAPES.get(at)?);
    cell.get_or_init(|| {
        let schema: Value = serde_json::from_str(text).ok()?;
        let validator = jsonschema::options()
            .with_retriever(Shipped)
            .should_validate_formats(true)
            // Links are written with spaces and brackets everywhere; nobody follows them here.
            .with_format("iri-reference", |_: &str| true)
            .with_format("idn-email", |text: &str| text.contains('@'))
            .build(&schema)
            .ok()?;
        Some(Shape { schema, validator })
    })
    .as_ref()
}

impl Shape {
    /// Whether a document has this shape.
    ///
    /// # Errors
    /// The first place where it has not.
    pub(crate) fn check(&self, document: &Value) -> Result<(), ReadError> {
        if self.validator.is_valid(document) {
            return Ok(());
        }
        let Some(error) = self.validator.iter_errors(document).next() else { return Ok(()) };
        let at = error.instance_path().to_string();
        Err(ReadError::invalid(if at.is_empty() { "/".to_owned() } else { at }, error.masked().to_string()))
    }

    /// A part of the schema with references followed.
    pub(crate) fn follow<'a>(&'a self, mut part: &'a Value) -> &'a Value {
        for _ in 0..16 {
            let Some(reference) = part.get("$ref").and_then(Value::as_str) else { return part };
            let Some(found) = reference.strip_prefix('#').and_then(|pointer| self.schema.pointer(pointer)) else { return part };
            part = found;
        }
        part
    }

    /// A part and the alternatives it is made of.
    fn branches<'a>(&'a self, part: &'a Value) -> Vec<&'a Value> {
        let part = self.follow(part);
        let mut all = vec![part];
        for word in ["oneOf", "anyOf", "allOf"] {
            for branch in part.get(word).and_then(Value::as_array).into_iter().flatten() {
                let branch = self.follow(branch);
                all.push(branch);
                for inner in ["oneOf", "anyOf", "allOf"] {
                    all.extend(branch.get(inner).and_then(Value::as_array).into_iter().flatten().map(|b| self.follow(b)));
                }
            }
        }
        all
    }

    /// The property of an object.
    pub(crate) fn property<'a>(&'a self, part: &'a Value, name: &str) -> Option<&'a Value> {
        self.branches(part).into_iter().find_map(|b| b.get("properties").and_then(|p| p.get(name)))
    }

    /// What a list holds, if the part may be a list.
    pub(crate) fn items<'a>(&'a self, part: &'a Value) -> Option<&'a Value> {
        self.branches(part).into_iter().find_map(items_of)
    }

    /// What a list holds, of several possibilities the one an element of this name belongs to.
    pub(crate) fn item_for<'a>(&'a self, part: &'a Value, name: &str) -> &'a Value {
        let items = || self.branches(part).into_iter().filter_map(items_of);
        items().find(|i| self.property(i, name).is_some()).or_else(|| items().next()).unwrap_or(&Value::Null)
    }

    /// Whether this version lets a licence expression stand beside other licences.
    pub(crate) fn mixes_licences(&self) -> bool {
        self.schema.get("$id").and_then(Value::as_str).is_some_and(|id| id.contains("bom-1.7"))
    }

    /// Whether the part may be an object.
    pub(crate) fn is_object(&self, part: &Value) -> bool {
        self.branches(part).into_iter().any(|b| b.get("properties").is_some())
    }

    /// Whether the part is of a JSON type.
    pub(crate) fn is_type(&self, part: &Value, name: &str) -> bool {
        self.branches(part).into_iter().any(|b| b.get("type").and_then(Value::as_str) == Some(name))
    }
}

/// What a list holds; a list of a fixed length says it entry by entry.
fn items_of(branch: &Value) -> Option<&Value> {
    let items = branch.get("items")?;
    items.as_array().map_or(Some(items), |entries| entries.first())
}
