//! `sbom::spdx_tag` — SPDX 2.2 and 2.3 as lines of tag and value, with values over several lines in `<text>`.

use std::borrow::Cow;

use crate::document::{Document, Format, LossKind, Losses};
use crate::read::ReadError;
use crate::spdx2::{self, Checksum, CreationInfo, ExternalRef, FileEntry, Package, Relation, Spdx2};

/// Whether a text begins as this format does.
pub(crate) fn looks_like(text: &str) -> bool {
    text.lines().take(200).map(str::trim).any(|l| l.starts_with("SPDXVersion:"))
}

/// What the lines being read belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Document,
    Package,
    File,
    Other,
}

/// Reads a document.
///
/// # Errors
/// [`ReadError`]
pub(crate) fn read(text: &str, losses: &mut Losses) -> Result<Document, ReadError> {
    let mut spdx = Spdx2::default();
    let mut part = Part::Document;
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            return Err(ReadError::Malformed { reason: format!("line {} is no tag with a value", at + 1) });
        };
        let value = value.trim();
        let value: Cow<'_, str> = match value.strip_prefix("<text>") {
            None => value.into(),
            Some(rest) => match rest.strip_suffix("</text>") {
                Some(whole) => whole.into(),
                None => several_lines(rest, &mut lines, at)?.into(),
            },
        };
        part = take(&mut spdx, part, tag.trim(), value, losses);
    }
    spdx2::build(&spdx, Format::SpdxTagValue, losses)
}

fn several_lines<'a>(first: &str, lines: &mut impl Iterator<Item = (usize, &'a str)>, at: usize) -> Result<String, ReadError> {
    let mut whole = first.to_owned();
    for (_, line) in lines {
        whole.push('\n');
        match line.split_once("</text>") {
            Some((last, _)) => {
                whole.push_str(last);
                return Ok(whole);
            }
            None => whole.push_str(line),
        }
    }
    Err(ReadError::Malformed { reason: format!("the text begun on line {} has no end", at + 1) })
}

/// Takes one tag in and says what the next ones belong to.
fn take<'a>(spdx: &mut Spdx2<'a>, part: Part, tag: &str, value: Cow<'a, str>, losses: &mut Losses) -> Part {
    match tag {
        "SPDXVersion" => spdx.spdx_version = value,
        "DataLicense" => spdx.data_license = Some(value),
        "DocumentName" => spdx.name = Some(value),
        "DocumentNamespace" => spdx.document_namespace = Some(value),
        "Creator" => info(spdx).creators.get_or_insert_default().push(value),
        "Created" => info(spdx).created = Some(value),
        "PackageName" => {
            spdx.packages.get_or_insert_default().push(Package { name: value, ..Package::default() });
            return Part::Package;
        }
        "FileName" => {
            spdx.files.get_or_insert_default().push(FileEntry::default());
            return Part::File;
        }
        "SnippetSPDXID" | "LicenseID" | "Annotator" | "Reviewer" => {
            losses.add(LossKind::FieldNotKept, tag);
            return Part::Other;
        }
        "Relationship" => {
            let mut words = value.split_whitespace();
            if let (Some(left), Some(kind), Some(right)) = (words.next(), words.next(), words.next()) {
                let own = |text: &str| Cow::Owned(text.to_owned());
                spdx.relationships.get_or_insert_default().push(Relation {
                    spdx_element_id: own(left),
                    relationship_type: own(kind),
                    related_spdx_element: own(right),
                });
            }
        }
        "SPDXID" => match part {
            Part::Document => spdx.id = value,
            Part::Package => set(spdx, |p| p.id = value),
            Part::File => {
                if let Some(file) = spdx.files.as_mut().and_then(|f| f.last_mut()) {
                    file.id = value;
                }
            }
            Part::Other => {}
        },
        _ if part == Part::Package => package_tag(spdx, tag, value, losses),
        _ => losses.add(LossKind::FieldNotKept, tag),
    }
    part
}

fn package_tag<'a>(spdx: &mut Spdx2<'a>, tag: &str, value: Cow<'a, str>, losses: &mut Losses) {
    match tag {
        "PackageVersion" => set(spdx, |p| p.version_info = Some(value)),
        "PackageSupplier" => set(spdx, |p| p.supplier = Some(value)),
        "PackageOriginator" => set(spdx, |p| p.originator = Some(value)),
        "PackageLicenseConcluded" => set(spdx, |p| p.license_concluded = Some(value)),
        "PackageLicenseDeclared" => set(spdx, |p| p.license_declared = Some(value)),
        "PrimaryPackagePurpose" => set(spdx, |p| p.primary_package_purpose = Some(value)),
        "PackageChecksum" => {
            if let Some((algorithm, sum)) = value.split_once(':') {
                let checksum = Checksum { algorithm: algorithm.trim().to_owned().into(), checksum_value: sum.trim().to_owned().into() };
                set(spdx, |p| p.checksums.get_or_insert_default().push(checksum));
            }
        }
        "ExternalRef" => {
            let mut words = value.split_whitespace();
            if let (Some(_), Some(kind), Some(locator)) = (words.next(), words.next(), words.next()) {
                let found = ExternalRef { kind: kind.to_owned().into(), locator: locator.to_owned().into(), ..ExternalRef::default() };
                set(spdx, |p| p.external_refs.get_or_insert_default().push(found));
            }
        }
        _ => losses.add(LossKind::FieldNotKept, tag),
    }
}

fn set<'a>(spdx: &mut Spdx2<'a>, change: impl FnOnce(&mut Package<'a>)) {
    if let Some(package) = spdx.packages.as_mut().and_then(|p| p.last_mut()) {
        change(package);
    }
}

fn info<'s, 'a>(spdx: &'s mut Spdx2<'a>) -> &'s mut CreationInfo<'a> {
    spdx.creation_info.get_or_insert_default()
}
