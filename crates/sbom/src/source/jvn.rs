//! `sbom::source::jvn` — JVN iPedia: lists (RSS with what stands in them of products) and details (VULDEF), whose versions are
//! Japanese sentences.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{instant, phrase};
use crate::osv::{Advisory, Affected, Product, Severity};

const DEPTH_MAX: usize = 32;

/// What is collected of one entry.
#[derive(Default)]
struct Entry {
    id: String,
    title: String,
    cves: Vec<String>,
    vectors: Vec<String>,
    published: String,
    modified: String,
    products: Vec<Product>,
    /// Kind of what is related, while it is read.
    related: String,
}

/// Reads a file.
///
/// # Errors
/// Why it is none.
pub(super) fn read(text: &str) -> Result<Vec<Advisory>, String> {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let (mut inside, mut all) = (String::new(), Vec::new());
    let (mut entry, mut is_known) = (Entry::default(), false);
    loop {
        let event = reader.read_event().map_err(|e| e.to_string())?;
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let name = local(start);
                match name.as_str() {
                    "item" | "Vulinfo" => entry = Entry::default(),
                    "VULDEF-Document" | "RDF" => is_known = true,
                    _ => {}
                }
                inside.clear();
                entry.started(&name, &attributes(start)?);
                if matches!(event, Event::Start(_)) {
                    path.push(name);
                }
                if path.len() > DEPTH_MAX {
                    return Err("elements too deep inside one another".to_owned());
                }
            }
            Event::Text(part) => inside.push_str(part),
            Event::CData(part) => inside.push_str(part),
            Event::GeneralRef(part) => {
                let Some(c) = crate::cyclonedx_xml::entity(part) else {
                    return Err("an entity of the document's own; none is followed".to_owned());
                };
                inside.push(c);
            }
            Event::End(_) => {
                let Some(name) = path.pop() else { return Err("an end without a start".to_owned()) };
                entry.ended(path.last().map_or("", String::as_str), &name, inside.trim());
                inside.clear();
                if matches!(name.as_str(), "item" | "Vulinfo") {
                    all.extend(std::mem::take(&mut entry).advisories());
                }
            }
            Event::DocType(_) => return Err("a document type; none is read".to_owned()),
            Event::Eof if is_known && path.is_empty() => return Ok(all),
            Event::Eof => return Err("no list and no details of JVN".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn local(start: &BytesStart<'_>) -> String {
    let name = start.name().as_ref().to_owned();
    name.rsplit(':').next().unwrap_or("").to_owned()
}

fn attributes(start: &BytesStart<'_>) -> Result<BTreeMap<String, String>, String> {
    let mut all = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|e| e.to_string())?;
        all.insert(attribute.key.as_ref().to_owned(), value.into_owned());
    }
    Ok(all)
}

impl Entry {
    fn started(&mut self, name: &str, attributes: &BTreeMap<String, String>) {
        let get = |key: &str| attributes.get(key).cloned().unwrap_or_default();
        match name {
            "AffectedItem" => self.products.push(Product::default()),
            "RelatedItem" => self.related = get("type"),
            "cpe" => self.products.push(Product { vendor: get("vendor"), name: get("product"), ..Product::default() }),
            "references" if get("source") == "CVE" => self.cves.push(get("id")),
            "cvss" => self.vectors.push(get("vector")),
            _ => {}
        }
    }

    fn ended(&mut self, parent: &str, name: &str, text: &str) {
        match (parent, name) {
            ("item", "identifier") | (_, "VulinfoID") if parent != "RelatedItem" => text.clone_into(&mut self.id),
            ("RelatedItem", "VulinfoID") if self.related == "advisory" && text.starts_with("CVE-") => self.cves.push(text.to_owned()),
            ("item", "title") | ("VulinfoData", "Title") => text.clone_into(&mut self.title),
            ("item", "issued") | (_, "DateFirstPublished") => text.clone_into(&mut self.published),
            ("item", "modified") | (_, "DateLastUpdated") => text.clone_into(&mut self.modified),
            ("Cvss", "Vector") => self.vectors.push(text.to_owned()),
            ("AffectedItem", _) | (_, "cpe") => {
                let Some(product) = self.products.last_mut() else { return };
                match name {
                    "Name" => text.clone_into(&mut product.vendor),
                    "ProductName" => text.clone_into(&mut product.name),
                    "Cpe" | "cpe" if !text.is_empty() => product.cpes.push(text.to_owned()),
                    "VersionNumber" if !text.is_empty() => match phrase::range_of(text) {
                        Some(range) => product.ranges.push(range),
                        None => product.unread = true,
                    },
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// One advisory for every CVE number; one if it has none.
    fn advisories(self) -> Vec<Advisory> {
        let kind = |vector: &str| match vector.get(..7) {
            Some("CVSS:4.") => "CVSS_V4",
            Some("CVSS:3.") => "CVSS_V3",
            _ => "CVSS_V2",
        };
        let severity: Vec<Severity> = self
            .vectors
            .iter()
            .filter(|v| !v.is_empty())
            .map(|v| Severity { kind: kind(v).to_owned(), score: v.trim_matches(['(', ')']).to_owned() })
            .collect();
        let affected: Vec<Affected> = self.products.into_iter().map(Affected::from).collect();
        let mut cves: Vec<Option<String>> = self.cves.into_iter().map(Some).collect();
        cves.dedup();
        if cves.is_empty() {
            cves.push(None);
        }
        let advisory = |cve: Option<String>| Advisory {
            // The same whether a later revision names more or fewer.
            id: cve.as_ref().map_or_else(|| self.id.clone(), |cve| format!("{} {cve}", self.id)),
            aliases: cve.into_iter().collect(),
            summary: Some(self.title.clone()),
            published: instant(&self.published),
            modified: instant(&self.modified),
            withdrawn: None,
            severity: severity.clone(),
            affected: affected.clone(),
        };
        if self.id.is_empty() { Vec::new() } else { cves.into_iter().map(advisory).collect() }
    }
}
