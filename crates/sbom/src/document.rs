//! `sbom::document` — what every format is read into: components, who contains and who needs whom, and what was
//! lost on the way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The format a document was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// `CycloneDX` as JSON.
    CyclonedxJson,
    /// `CycloneDX` as XML.
    CyclonedxXml,
    /// SPDX 2 as JSON.
    SpdxJson,
    /// SPDX 2 as tag-value text.
    SpdxTagValue,
    /// SPDX 3 as JSON-LD.
    Spdx3Jsonld,
    /// A list in a workbook or CSV file.
    List,
}

/// A document of components, whatever its format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What it was read from.
    pub format: Format,
    /// Version of the format, as written.
    pub spec_version: String,
    /// Serial number or namespace.
    pub serial: Option<String>,
    /// The document's own revision, as written.
    pub revision: Option<String>,
    /// The document's own name.
    pub name: Option<String>,
    /// When it was made, as written.
    pub made_at: Option<String>,
    /// Who made it, persons and organisations.
    pub authors: Vec<String>,
    /// What made it.
    pub tools: Vec<Tool>,
    /// When in a product's life it was made: the phases named.
    pub contexts: Vec<String>,
    /// Whether a signature is inside. Never judged here.
    pub signature: Signature,
    /// Parts the document says it does not know: the words of its completeness statement, by reference.
    pub incomplete: Vec<String>,
    /// What it describes: a place in `components`.
    pub subject: Option<u32>,
    /// Every component, in the document's order, nested ones after the one that contains them.
    pub components: Vec<Component>,
    /// Who needs whom: places in `components`, without repetition.
    pub edges: Vec<(u32, u32)>,
    /// Figures as the document has them.
    pub counts: Counts,
    /// What was not kept.
    pub losses: Vec<Loss>,
}

/// Whether a signature is inside a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// None inside.
    Absent,
    /// There is one; who signed was not looked at.
    Present,
}

/// A tool that made a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

/// What kind of thing a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// A program.
    Application,
    /// A library, and what a document does not tell apart from one.
    Library,
    /// A framework.
    Framework,
    /// A container image.
    Container,
    /// An operating system.
    OperatingSystem,
    /// A device.
    Device,
    /// Software inside a device.
    Firmware,
    /// A driver.
    DeviceDriver,
    /// A platform.
    Platform,
    /// A file.
    File,
    /// Data.
    Data,
    /// A learned model.
    MachineLearningModel,
    /// A cryptographic asset.
    CryptographicAsset,
    /// Anything else.
    Other,
}

/// One component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Its reference in the document; empty if the document gives none.
    pub reference: String,
    /// The component that contains it.
    pub inside: Option<u32>,
    /// What kind of thing it is.
    pub kind: ComponentKind,
    /// Namespace of its name, as a group or organisation.
    pub group: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version, as written.
    pub version: Option<String>,
    /// Who made or supplies it.
    pub producer: Option<String>,
    /// Package URLs, as written. The first names it.
    pub purls: Vec<String>,
    /// CPE names, as written.
    pub cpes: Vec<String>,
    /// Checksums.
    pub hashes: Vec<Hash>,
    /// Its licence.
    pub licence: Option<Licence>,
    /// The words by which a document withholds or does not know something of it.
    pub unknown: Vec<String>,
}

/// A checksum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash {
    /// Name of the algorithm, as written.
    pub algorithm: String,
    /// Its value in hexadecimal digits.
    pub value: String,
}

/// What a document says of a licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Licence {
    /// An expression of licence ids.
    Expression(String),
    /// Names without ids.
    Named(Vec<String>),
}

/// Figures of a document, as it has them: before anything was merged or dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Counts {
    /// Components or packages; nested ones counted, the described one of `CycloneDX` not.
    pub components: u64,
    /// Package URLs.
    pub purls: u64,
    /// CPE names.
    pub cpes: u64,
    /// Entries of the dependency list (`CycloneDX`).
    pub dependency_nodes: u64,
    /// Dependencies of these entries (`CycloneDX`).
    pub dependency_edges: u64,
    /// Relationships of any kind (SPDX).
    pub relationships: u64,
    /// Files (SPDX).
    pub files: u64,
    /// Services (`CycloneDX`).
    pub services: u64,
    /// Vulnerabilities (`CycloneDX`).
    pub vulnerabilities: u64,
    /// Elements (SPDX 3).
    pub elements: u64,
}

/// Why something of a document is not in what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// A field that is not used here.
    FieldNotKept,
    /// A relation that is neither "contains" nor "needs".
    RelationNotKept,
    /// Files are counted, not kept as components.
    FileNotKept,
    /// A reference to something that is not in the document.
    ReferenceUnknown,
    /// A reference two components share; the first is meant.
    ReferenceRepeated,
    /// A byte-order mark, an explicit null or another slip that was read over.
    ReadOver,
    /// A package URL that cannot be read.
    PurlUnreadable,
}

/// One thing that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Loss {
    /// Why.
    pub kind: LossKind,
    /// Where: the path in the document, places in lists left out, or the name of a relation.
    pub at: String,
    /// How often.
    pub times: u64,
}

/// Losses while reading, counted by kind and place.
#[derive(Debug, Default)]
pub(crate) struct Losses(BTreeMap<(LossKind, String), u64>);

impl Losses {
    /// Most different places that are told apart; what comes after is counted under "…".
    const PLACES_MAX: usize = 400;

    pub(crate) fn add(&mut self, kind: LossKind, at: &str) {
        let full = self.0.len() >= Self::PLACES_MAX;
        let at: String = at.chars().take(200).collect();
        let key = (kind, at);
        let key = if full && !self.0.contains_key(&key) { (kind, "…".to_owned()) } else { key };
        *self.0.entry(key).or_insert(0) += 1;
    }

    pub(crate) fn into_list(self) -> Vec<Loss> {
        self.0.into_iter().map(|((kind, at), times)| Loss { kind, at, times }).collect()
    }
}

/// A count as the document has it.
pub(crate) fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A place in a list of components.
pub(crate) fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Document {
    /// An empty document of a format.
    pub(crate) fn new(format: Format, spec_version: &str) -> Self {
        Document {
            format,
            spec_version: spec_version.to_owned(),
            serial: None,
            revision: None,
            name: None,
            made_at: None,
            authors: Vec::new(),
            tools: Vec::new(),
            contexts: Vec::new(),
            signature: Signature::Absent,
            incomplete: Vec::new(),
            subject: None,
            components: Vec::new(),
            edges: Vec::new(),
            counts: Counts::default(),
            losses: Vec::new(),
        }
    }
}

impl Component {
    /// A component with a name and nothing else.
    pub(crate) fn named(reference: String, name: String) -> Self {
        Component {
            reference,
            inside: None,
            kind: ComponentKind::Library,
            group: None,
            name,
            version: None,
            producer: None,
            purls: Vec::new(),
            cpes: Vec::new(),
            hashes: Vec::new(),
            licence: None,
            unknown: Vec::new(),
        }
    }

    /// Group and name in one text.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.group {
            Some(group) if !group.is_empty() => format!("{group}/{}", self.name),
            _ => self.name.clone(),
        }
    }
}
