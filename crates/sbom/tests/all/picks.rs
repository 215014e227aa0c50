//! Our small picks: every format read, invalid ones refused with a place, versions in order, crates matched, and what
//! is written read again.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use sbom::{Advisories, Document, ReadError, Scheme, Target, read};

/// The folder of small picks.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sbom")
}

fn named(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(fixtures().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.sort();
    let name = |p: &Path| p.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|p| (name(p), std::fs::read(p).unwrap())).collect()
}

/// One document of the picks.
pub(crate) fn pick(path: &str) -> Document {
    read(&std::fs::read(fixtures().join(path)).unwrap()).unwrap()
}

/// The advisories of the picks.
pub(crate) fn advisories() -> Advisories {
    Advisories::new(named("advisories").iter().map(|(_, bytes)| serde_json::from_slice(bytes).unwrap()).collect())
}

#[test]
fn every_version_is_read_and_invalid_ones_say_where() {
    let files = named("cyclonedx");
    assert!(files.len() > 50, "{}", files.len());
    for (name, bytes) in files {
        match (read(&bytes), name.starts_with("invalid-")) {
            (Ok(document), false) => assert!(document.counts.components > 0, "{name}"),
            (Err(ReadError::Invalid { at, .. }), true) => assert!(at.starts_with('/'), "{name}: {at}"),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

#[test]
fn both_writings_of_a_document_say_the_same() {
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let json = pick(&format!("cyclonedx/valid-dependency-{version}.json"));
        let xml = pick(&format!("cyclonedx/valid-dependency-{version}.xml"));
        let key = |d: &Document| d.components.iter().map(|c| (c.reference.clone(), c.version.clone(), c.inside)).collect::<Vec<_>>();
        assert_eq!(key(&json), key(&xml), "{version}");
        assert_eq!(json.edges, xml.edges, "{version}");
    }
}

#[test]
fn spdx_is_read_in_its_three_writings() {
    let tag = pick("spdx/example2-bin.spdx");
    assert_eq!((tag.counts.components, tag.counts.files, tag.counts.relationships), (1, 1, 3));
    assert_eq!(tag.authors, ["Steve Winslow"]);
    let json = pick("spdx/example11.spdx.json");
    assert_eq!((json.counts.components, json.counts.purls, json.counts.relationships), (4, 4, 4));
    let third = pick("spdx/example7.spdx3.json");
    assert_eq!((third.counts.components, third.counts.elements), (2, 8));
}

#[test]
fn versions_stand_in_order_or_cannot_be_told() {
    let text = std::fs::read_to_string(fixtures().join("orders.tsv")).unwrap();
    let rules = [
        ("semver", Scheme::Semver),
        ("pypi", Scheme::Pypi),
        ("maven", Scheme::Maven),
        ("gem", Scheme::Gem),
        ("composer", Scheme::Composer),
        ("nuget", Scheme::Nuget),
        ("debian", Scheme::Debian),
        ("rpm", Scheme::Rpm),
        ("alpine", Scheme::Alpine),
        ("cran", Scheme::Cran),
    ];
    for line in text.lines() {
        let (rule, relation) = line.split_once('\t').unwrap();
        let words: Vec<&str> = relation.split_whitespace().collect();
        let scheme = rules.iter().find(|(name, _)| *name == rule).unwrap().1;
        let expected = [("<", Ordering::Less), ("=", Ordering::Equal), (">", Ordering::Greater)];
        let expected = expected.iter().find(|(sign, _)| *sign == words[1]).unwrap().1;
        if let Some(found) = scheme.compare(words[0], words[2]) {
            assert_eq!(found, expected, "{line}");
            assert_eq!(scheme.compare(words[2], words[0]), Some(expected.reverse()), "{line}");
        } else {
            assert!(!scheme.knows(words[0]) || !scheme.knows(words[2]), "{line}");
        }
    }
}

#[test]
fn crates_of_the_picks_match_the_expected_pairs() {
    let purls = std::fs::read_to_string(fixtures().join("crates.purls")).unwrap();
    let found = advisories().scan_identifiers(purls.lines());
    let pairs: Vec<(String, String)> = found.findings.into_iter().map(|m| (m.purl, m.advisory)).collect();
    let expected: Vec<(String, String)> = serde_json::from_slice(&std::fs::read(fixtures().join("crates.expected.json")).unwrap()).unwrap();
    assert_eq!(pairs, expected);
    assert!(found.cannot_tell.is_empty());
}

#[test]
fn what_is_written_is_read_again() {
    for name in ["cyclonedx/valid-dependency-1.6.json", "spdx/example11.spdx.json", "spdx/example7.spdx3.json"] {
        let document = pick(name);
        for target in [Target::Cyclonedx, Target::Spdx] {
            let bytes = serde_json::to_vec(&sbom::write(&document, target)).unwrap();
            let again = read(&bytes).unwrap_or_else(|e| panic!("{name} {target:?}: {}", e.line()));
            let key = |d: &Document| {
                let mut all: Vec<_> = d.components.iter().map(|c| (c.full_name(), c.version.clone(), c.purls.first().cloned())).collect();
                all.sort();
                all
            };
            assert_eq!(key(&again), key(&document), "{name} {target:?}");
            assert_eq!(again.edges.len(), document.edges.len(), "{name} {target:?}");
        }
    }
}

#[test]
fn a_release_compared_with_the_last_says_what_changed() {
    let old = pick("spdx/example11.spdx.json");
    let mut new = old.clone();
    let gone = new.components.pop().unwrap();
    new.components[0].version = Some("999".to_owned());
    new.subject = None;
    let mut old = old;
    old.subject = None;
    let kinds: Vec<sbom::ChangeKind> = sbom::compare(&old, &new).iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [sbom::ChangeKind::Removed, sbom::ChangeKind::Version], "{}", gone.name);
    assert!(sbom::compare(&old, &old).is_empty());
}

#[test]
fn both_editions_of_the_minimum_elements_are_judged() {
    let all = sbom::elements(&pick("spdx/example11.spdx.json"));
    let count = |e| all.iter().filter(|x| x.edition == e).count();
    assert_eq!((count(sbom::Edition::Ntia2021), count(sbom::Edition::Cisa2026)), (7, 17 + 6));
    let state = |name: &str| all.iter().find(|e| e.element == name).unwrap().state;
    assert_eq!(state("sbom_data_format_name"), sbom::ElementState::Met);
    assert_eq!(state("sbom_author_signature"), sbom::ElementState::Missing);
    assert_eq!(state("frequency"), sbom::ElementState::NotInDocument);
}
