//! sbom — component lists of anybody: read from `CycloneDX`, SPDX and plain lists into one document with every
//! loss named, compared, checked and written again; identifiers, versions and advisories matched. Pure: no store.
//! Not here: whose product a document belongs to.

mod child;
mod compare;
mod cpe;
mod cvss;
mod cyclonedx;
mod cyclonedx_xml;
mod document;
mod elements;
mod identity;
mod licence;
mod lifecycle;
mod list;
mod matching;
mod native;
mod osv;
mod purl;
mod read;
mod redact;
mod shape;
mod source;
mod spdx2;
mod spdx3;
mod spdx_json;
mod spdx_tag;
mod ssvc;
mod vers;
mod version;
mod version_distro;
mod version_generic;
mod version_lang;
mod vex;
mod write;

pub use child::{READ_WORD, Readers, child_answer, read_for, read_in_child};
pub use compare::{Change, ChangeKind, compare, identity};
pub use cpe::{Cpe, CpePart};
pub use cvss::Score;
pub use document::{Component, ComponentKind, Counts, Document, Format, Hash, Licence, Loss, LossKind, Signature, Tool};
pub use elements::{Edition, Element, ElementState, elements};
pub use identity::Identity;
pub use licence::{LicenceFinding, LicencePolicy, LicenceVerdict};
pub use lifecycle::{LifeEnd, LifeState, Lifecycle, life_end};
pub use matching::{Advisories, Doubt, Match, MatchRule, Matches, Unsure, keys_of, package_of};
pub use osv::{Advisory, Affected, Event, Inside, Package, Product, Range, Severity};
pub use purl::{Purl, PurlError};
pub use read::{DOCUMENT_MAX_BYTES, ReadError, read};
pub use redact::redact;
pub use source::{Source, read_advisories};
pub use ssvc::{Input, Outcome, Tree, Verdict};
pub use vers::{Comparator, Vers, VersError};
pub use version::Scheme;
pub use vex::{Justification, Statement, VexDocument, VexStatus, csaf, csaf_file_name, cyclonedx_vex, openvex};
pub use write::{Target, write};
