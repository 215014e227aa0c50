//! OSCAL in and out: our own small files always, NIST's where they are at hand.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use schemes::{Catalog, Control, OscalCatalog, OscalFile, OscalOptions, apply_profile, read_oscal, scheme_of_catalog};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(crate::shipped::root().join("fixtures/oscal").join(name)).unwrap()
}

fn catalog_of(bytes: &[u8]) -> OscalCatalog {
    let catalog = match read_oscal(bytes).unwrap() {
        OscalFile::Catalog(catalog) => Some(catalog),
        OscalFile::Profile(_) => None,
    };
    catalog.unwrap()
}

/// NIST's files, unpacked for this run; none where they are not beside this checkout.
fn nist() -> Option<PathBuf> {
    let archive = crate::shipped::root().join("../shared/data/oscal/nist-oscal.tar.zst");
    if !archive.exists() {
        testkit::note("LEFT OUT: NIST's OSCAL files, because they are not beside this checkout.");
        return None;
    }
    let folder = std::env::temp_dir().join(format!("ishigaki-oscal-{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::create_dir_all(&folder).unwrap();
    let unpacked =
        Command::new("tar").arg("--use-compress-program=zstd -d --long=27").arg("-xf").arg(&archive).arg("-C").arg(&folder).status();
    if !unpacked.is_ok_and(|s| s.success()) {
        testkit::note("LEFT OUT: NIST's OSCAL files, because tar with zstd is not here to unpack them.");
        return None;
    }
    Some(folder.join("oscal"))
}

#[test]
fn the_same_small_catalog_in_xml_and_json_becomes_the_same_scheme() {
    let xml = catalog_of(&fixture("small.xml"));
    let json = catalog_of(&fixture("small.json"));
    assert_eq!(xml, json);
    let folder = scheme_of_catalog(&xml, &OscalOptions::default()).unwrap();
    let mut catalog = Catalog::shipped().unwrap();
    catalog.add_scheme("small", &folder).unwrap();
    let scheme = catalog.named("small-catalog@1.2.0").unwrap();
    let ids: Vec<&str> = scheme.criteria().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["a-1", "a-1.1", "b-1.x"], "a withdrawn control is left out, a category is not asked itself");
    let text = scheme.criterion_text(scheme.criterion("a-1").unwrap(), kernel::Lang::En);
    assert_eq!(text, "Policy: The organization: a. writes a policy; b. reviews it every [period].");
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    let deep = format!("<catalog>{}{}</catalog>", "<group>".repeat(100), "</group>".repeat(100));
    for (bytes, says) in [
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><catalog>&x;</catalog>".to_vec(), "document type"),
        (b"<catalog><metadata><title>&x;</title></metadata></catalog>".to_vec(), "XML"),
        (deep.into_bytes(), "too deep"),
        (b"<catalog><group>".to_vec(), "ends early"),
        (b"{\"catalog\": [".to_vec(), "JSON"),
        (b"{\"component-definition\": {}}".to_vec(), "a catalog or profile is expected"),
        (b"PK\x03\x04".to_vec(), "neither JSON nor XML"),
    ] {
        let error = read_oscal(&bytes).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

fn ids(controls: &[Control], out: &mut Vec<String>) {
    for control in controls {
        out.push(control.id.clone());
        ids(&control.controls, out);
    }
}

fn all_ids(catalog: &OscalCatalog) -> Vec<String> {
    let mut out = Vec::new();
    catalog.groups.iter().for_each(|g| ids(&g.controls, &mut out));
    out
}

#[test]
fn nist_catalogs_load_and_can_be_assessed() {
    let Some(folder) = nist() else { return };
    let read = |name: &str| catalog_of(&std::fs::read(folder.join(name)).unwrap());
    let mut catalog = Catalog::shipped().unwrap();
    let all = OscalOptions::default();
    let example = OscalOptions { id: "nist-csf-2.0".to_owned(), having_part: "example".to_owned() };
    for (name, options, criteria) in [
        // The file carries 79 subcategories of version 1.1 without marking them; those of 2.0 have examples.
        ("NIST_CSF_v2.0_catalog.xml", &example, 106),
        ("NIST_SP800-171_rev3_catalog.xml", &all, 97),
        ("NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json", &all, 149),
        ("NIST_SP-800-53_rev5_MODERATE-baseline-resolved-profile_catalog-min.json", &all, 287),
    ] {
        let folder = scheme_of_catalog(&read(name), options).unwrap();
        let (scheme, _) = schemes::Scheme::read(&folder, &catalog).unwrap();
        assert_eq!(scheme.criteria().count(), criteria, "{name}");
        let key = scheme.criteria().next().unwrap().facts()[0].to_owned();
        catalog.add_scheme(name, &folder).unwrap();
        let facts = schemes::read_facts(&format!("{key:?} = \"done\""), &catalog).unwrap();
        let met = scheme
            .criteria()
            .filter(|c| schemes::result(c.rule.as_ref().unwrap(), &facts, kernel::Day::parse("2026-11-21").unwrap()) == kernel::Tri::Met);
        assert_eq!(met.count(), 1, "{name}");
    }
    // Crosswalks that name this catalog now name only what it has.
    let csf = catalog.scheme("nist-csf-2.0", None).unwrap();
    let own: BTreeSet<&str> = csf
        .criteria()
        .map(|c| c.id.as_str())
        .chain(csf.requirements.iter().map(|r| r.id.as_str()))
        .chain(csf.file.groups.iter().map(String::as_str))
        .collect();
    for crosswalk in catalog.crosswalks().iter().filter(|c| c.to == "nist-csf-2.0") {
        for to in crosswalk.pair.iter().flat_map(|p| &p.to) {
            assert!(own.contains(to.as_str()), "{}: {to}", crosswalk.id);
        }
    }
}

#[test]
fn a_profile_takes_the_same_controls_as_nists_resolved_file() {
    let Some(folder) = nist() else { return };
    let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let moderate = catalog_of(&bytes("NIST_SP-800-53_rev5_MODERATE-baseline-resolved-profile_catalog-min.json"));
    let low = catalog_of(&bytes("NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json"));
    let OscalFile::Profile(profile) = read_oscal(&bytes("NIST_SP-800-53_rev5_LOW-baseline_profile.json")).unwrap() else {
        panic!("a profile")
    };
    assert_eq!(all_ids(&apply_profile(&profile, &moderate).unwrap()), all_ids(&low));
    let OscalFile::Profile(profile) = read_oscal(&bytes("NIST_SP-800-53_rev5_MODERATE-baseline_profile.json")).unwrap() else {
        panic!("a profile")
    };
    assert_eq!(all_ids(&apply_profile(&profile, &moderate).unwrap()), all_ids(&moderate));
    let error = apply_profile(&profile, &low).unwrap_err().to_string();
    assert!(error.contains("which the catalog does not hold"), "{error}");
}

/// The independent reader that `cargo xtask test` installs; the test says when it is not there.
#[test]
fn what_we_export_is_accepted_by_compliance_trestle() {
    let Some(python) = std::env::var_os("ISHIGAKI_TEST_PYTHON") else {
        testkit::note("LEFT OUT: compliance-trestle. Run `cargo xtask test` to install it.");
        return;
    };
    let catalog = Catalog::shipped().unwrap();
    let now = kernel::Instant::parse("2026-11-21T00:00:00Z").unwrap();
    let mut documents = Vec::new();
    for scheme in catalog.schemes() {
        for lang in kernel::Lang::ALL {
            documents.push(schemes::oscal_catalog(scheme, *lang, now));
        }
        for standing in [schemes::Standing::Met, schemes::Standing::Unanswered, schemes::Standing::NotMet] {
            documents.push(schemes::oscal_results(scheme, &vec![standing; scheme.criteria().count()], kernel::Lang::Ja, now));
        }
    }
    documents.extend(catalog.crosswalks().iter().map(|c| schemes::oscal_mapping(c, kernel::Lang::En, now)));
    let folder = testkit::TempFolder::new("trestle");
    for (place, document) in documents.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{place}.json")), document.to_string()).unwrap();
    }
    let script = crate::shipped::root().join("tests/oscal/check.py");
    let out = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(said.trim(), format!("{} documents accepted", documents.len()));
}
