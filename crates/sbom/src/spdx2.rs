//! `sbom::spdx2` — what SPDX 2 says, whichever way it is written, into the document model.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::document::{Component, ComponentKind, Document, Format, Hash, Licence, LossKind, Losses, Tool, count, place};
use crate::read::ReadError;

/// A document as SPDX 2 writes it, with the fields that are used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spdx2<'a> {
    #[serde(borrow, default)]
    pub(crate) spdx_version: Cow<'a, str>,
    #[serde(rename = "SPDXID", borrow, default)]
    pub(crate) id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) data_license: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) document_namespace: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) creation_info: Option<CreationInfo<'a>>,
    #[serde(borrow, default)]
    pub(crate) packages: Option<Vec<Package<'a>>>,
    #[serde(borrow, default)]
    pub(crate) files: Option<Vec<FileEntry<'a>>>,
    #[serde(borrow, default)]
    pub(crate) relationships: Option<Vec<Relation<'a>>>,
    #[serde(borrow, default)]
    pub(crate) document_describes: Option<Vec<Cow<'a, str>>>,
}

/// Who made a document, when and with what.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct CreationInfo<'a> {
    #[serde(borrow, default)]
    pub(crate) created: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) creators: Option<Vec<Cow<'a, str>>>,
}

/// A package.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Package<'a> {
    #[serde(rename = "SPDXID", borrow, default)]
    pub(crate) id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) version_info: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) supplier: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) originator: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) license_concluded: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) license_declared: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) primary_package_purpose: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) checksums: Option<Vec<Checksum<'a>>>,
    #[serde(borrow, default)]
    pub(crate) external_refs: Option<Vec<ExternalRef<'a>>>,
    #[serde(borrow, default)]
    pub(crate) has_files: Option<Vec<Cow<'a, str>>>,
}

/// A checksum.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checksum<'a> {
    #[serde(borrow, default)]
    pub(crate) algorithm: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) checksum_value: Cow<'a, str>,
}

/// A name of a package somewhere else.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExternalRef<'a> {
    #[serde(rename = "referenceType", borrow, default)]
    pub(crate) kind: Cow<'a, str>,
    #[serde(rename = "referenceLocator", borrow, default)]
    pub(crate) locator: Cow<'a, str>,
    #[serde(rename = "referenceCategory", default)]
    #[expect(dead_code, reason = "both spellings of it are taken; it says nothing the type does not")]
    pub(crate) category: Option<serde::de::IgnoredAny>,
}

/// A file, of which only the id is kept.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FileEntry<'a> {
    #[serde(rename = "SPDXID", borrow, default)]
    pub(crate) id: Cow<'a, str>,
}

/// A relation between two elements.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Relation<'a> {
    #[serde(borrow, default)]
    pub(crate) spdx_element_id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) relationship_type: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) related_spdx_element: Cow<'a, str>,
}

/// What a relation means here: who needs whom, or who contains whom, left to right or right to left.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Meaning {
    Needs,
    NeededBy,
    Contains,
    InsideOf,
    Describes,
    DescribedBy,
}

fn meaning(word: &str) -> Option<Meaning> {
    Some(match word {
        "DEPENDS_ON" | "DYNAMIC_LINK" | "STATIC_LINK" | "HAS_PREREQUISITE" => Meaning::Needs,
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "PROVIDED_DEPENDENCY_OF" | "OPTIONAL_DEPENDENCY_OF" | "PREREQUISITE_FOR" => {
            Meaning::NeededBy
        }
        "CONTAINS" => Meaning::Contains,
        "CONTAINED_BY" => Meaning::InsideOf,
        "DESCRIBES" => Meaning::Describes,
        "DESCRIBED_BY" => Meaning::DescribedBy,
        _ => return None,
    })
}

/// A stated text, or nothing for the words by which SPDX states nothing.
pub(crate) fn stated(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|t| !t.is_empty() && *t != "NOASSERTION" && *t != "NONE").map(str::to_owned)
}

/// "Organization: A (a@example.jp)" without the word and the address.
fn party(text: Option<&str>) -> Option<String> {
    let text = stated(text)?;
    let name = ["Organization:", "Person:"].into_iter().find_map(|w| text.strip_prefix(w)).unwrap_or(&text);
    let name = name.rsplit_once('(').filter(|(_, rest)| rest.ends_with(')')).map_or(name, |(name, _)| name);
    Some(name.trim().to_owned()).filter(|n| !n.is_empty())
}

fn purpose(word: &str) -> ComponentKind {
    match word {
        "APPLICATION" => ComponentKind::Application,
        "FRAMEWORK" => ComponentKind::Framework,
        "CONTAINER" => ComponentKind::Container,
        "OPERATING-SYSTEM" | "OPERATING_SYSTEM" => ComponentKind::OperatingSystem,
        "DEVICE" => ComponentKind::Device,
        "FIRMWARE" => ComponentKind::Firmware,
        "FILE" => ComponentKind::File,
        "LIBRARY" => ComponentKind::Library,
        _ => ComponentKind::Other,
    }
}

fn component(package: &Package<'_>, losses: &mut Losses) -> Component {
    let mut component = Component::named(package.id.to_string(), package.name.to_string());
    component.version = stated(package.version_info.as_deref());
    component.producer = party(package.supplier.as_deref()).or_else(|| party(package.originator.as_deref()));
    component.kind = package.primary_package_purpose.as_deref().map_or(ComponentKind::Library, purpose);
    let licence = stated(package.license_concluded.as_deref()).or_else(|| stated(package.license_declared.as_deref()));
    component.licence = licence.map(Licence::Expression);
    for (field, text) in
        [("supplier", &package.supplier), ("versionInfo", &package.version_info), ("licenseConcluded", &package.license_concluded)]
    {
        if text.as_deref() == Some("NOASSERTION") {
            component.unknown.push(field.to_owned());
        }
    }
    for sum in package.checksums.iter().flatten() {
        component.hashes.push(Hash { algorithm: sum.algorithm.to_string(), value: sum.checksum_value.to_string() });
    }
    for link in package.external_refs.iter().flatten() {
        let kind = link.kind.rsplit('/').next().unwrap_or("");
        match kind {
            "purl" => component.purls.push(link.locator.to_string()),
            "cpe23Type" | "cpe22Type" => component.cpes.push(link.locator.to_string()),
            _ => losses.add(LossKind::FieldNotKept, "packages[].externalRefs[]"),
        }
    }
    component
}

/// Turns a document into the model.
///
/// # Errors
/// [`ReadError::Invalid`] for what SPDX requires and the document lacks.
pub(crate) fn build(spdx: &Spdx2<'_>, format: Format, losses: &mut Losses) -> Result<Document, ReadError> {
    if !matches!(spdx.spdx_version.as_ref(), "SPDX-2.2" | "SPDX-2.3" | "SPDX-2.1") {
        return Err(ReadError::UnknownVersion { version: spdx.spdx_version.to_string() });
    }
    let mut document = Document::new(format, &spdx.spdx_version);
    document.serial = stated(spdx.document_namespace.as_deref());
    document.name = stated(spdx.name.as_deref());
    for (at, present) in [
        ("/SPDXID", !spdx.id.is_empty()),
        ("/name", spdx.name.is_some()),
        ("/dataLicense", spdx.data_license.is_some()),
        ("/creationInfo", spdx.creation_info.is_some()),
    ] {
        if !present {
            return Err(ReadError::invalid(at, "is missing"));
        }
    }
    if let Some(info) = &spdx.creation_info {
        document.made_at = stated(info.created.as_deref());
        for creator in info.creators.iter().flatten() {
            match creator.strip_prefix("Tool:") {
                Some(tool) => document.tools.push(tool_of(tool.trim())),
                None => document.authors.extend(party(Some(creator))),
            }
        }
    }
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for (at, package) in spdx.packages.iter().flatten().enumerate() {
        if package.name.is_empty() || package.id.is_empty() {
            return Err(ReadError::invalid(format!("/packages/{at}"), "has no name or no SPDXID"));
        }
        if places.insert(&package.id, place(at)).is_some() {
            losses.add(LossKind::ReferenceRepeated, "packages[].SPDXID");
        }
        document.components.push(component(package, losses));
    }
    document.counts = counts(spdx, &document.components);
    relate(spdx, &places, &mut document, losses);
    Ok(document)
}

/// "name-1.2" or "name 1.2" as a tool writes itself.
fn tool_of(text: &str) -> Tool {
    let cut = text.rsplit_once(['-', ' ']).filter(|(_, v)| v.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()));
    match cut {
        Some((name, version)) => Tool { name: name.trim().to_owned(), version: Some(version.to_owned()) },
        None => Tool { name: text.to_owned(), version: None },
    }
}

fn counts(spdx: &Spdx2<'_>, components: &[Component]) -> crate::document::Counts {
    crate::document::Counts {
        components: count(components.len()),
        purls: components.iter().map(|c| count(c.purls.len())).sum(),
        cpes: components.iter().map(|c| count(c.cpes.len())).sum(),
        relationships: count(spdx.relationships.as_ref().map_or(0, Vec::len)),
        files: count(spdx.files.as_ref().map_or(0, Vec::len)),
        ..Default::default()
    }
}

/// Reads the relations between packages; files are counted and left out.
fn relate(spdx: &Spdx2<'_>, places: &BTreeMap<&str, u32>, document: &mut Document, losses: &mut Losses) {
    let files: BTreeSet<&str> = spdx.files.iter().flatten().map(|f| f.id.as_ref()).collect();
    if !files.is_empty() {
        losses.add(LossKind::FileNotKept, "files[]");
    }
    for package in spdx.packages.iter().flatten() {
        if package.has_files.as_ref().is_some_and(|f| !f.is_empty()) {
            losses.add(LossKind::FileNotKept, "packages[].hasFiles[]");
        }
    }
    let mut described: Vec<&str> = spdx.document_describes.iter().flatten().map(AsRef::as_ref).collect();
    let mut edges = BTreeSet::new();
    let mut inside: BTreeMap<u32, u32> = BTreeMap::new();
    for relation in spdx.relationships.iter().flatten() {
        let (left, right) = (relation.spdx_element_id.as_ref(), relation.related_spdx_element.as_ref());
        let Some(meaning) = meaning(&relation.relationship_type) else {
            losses.add(LossKind::RelationNotKept, &relation.relationship_type);
            continue;
        };
        match meaning {
            Meaning::Describes => described.push(right),
            Meaning::DescribedBy => described.push(left),
            Meaning::Needs | Meaning::NeededBy | Meaning::Contains | Meaning::InsideOf => {
                let (Some(&a), Some(&b)) = (places.get(left), places.get(right)) else {
                    if files.contains(left) || files.contains(right) {
                        losses.add(LossKind::FileNotKept, &format!("relationships[] {}", relation.relationship_type));
                    } else if !matches!(right, "NONE" | "NOASSERTION") {
                        losses.add(LossKind::ReferenceUnknown, &format!("relationships[] {}", relation.relationship_type));
                    }
                    continue;
                };
                match meaning {
                    Meaning::Needs => drop(edges.insert((a, b))),
                    Meaning::NeededBy => drop(edges.insert((b, a))),
                    Meaning::Contains => drop(inside.entry(b).or_insert(a)),
                    Meaning::InsideOf => drop(inside.entry(a).or_insert(b)),
                    Meaning::Describes | Meaning::DescribedBy => {}
                }
            }
        }
    }
    let mut subjects = described.iter().filter_map(|id| places.get(id).copied());
    document.subject = subjects.next();
    document.edges = edges.into_iter().collect();
    // A loop of containment has no outermost part; the link that closes it is left out.
    for (child, parent) in inside {
        let mut at = Some(parent);
        let mut steps = 0_usize;
        while let Some(above) = at {
            if above == child || steps > document.components.len() {
                break;
            }
            at = document.components.get(index(above)).and_then(|c| c.inside);
            steps += 1;
        }
        if at.is_some() {
            losses.add(LossKind::RelationNotKept, "CONTAINS in a loop");
        } else if let Some(component) = document.components.get_mut(index(child)) {
            component.inside = Some(parent);
        }
    }
}

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
