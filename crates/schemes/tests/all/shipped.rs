//! The shipped data is whole, counted, and equal to its committed resolved form.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use schemes::{Catalog, Confidence, SchemeFolder, resolved, run_cases};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn read_folder(folder: &Path) -> SchemeFolder {
    let mut files = BTreeMap::new();
    for name in ["scheme.toml", "texts/ja.toml", "texts/en.toml", "cases.toml"] {
        if let Ok(text) = fs::read_to_string(folder.join(name)) {
            files.insert(name.to_owned(), text);
        }
    }
    files
}

fn folder_of(scheme: &schemes::Scheme) -> PathBuf {
    let families = fs::read_dir(root().join("schemes")).unwrap();
    let mut paths = families.map(|f| f.unwrap().path().join(&scheme.id).join(&scheme.version));
    paths.find(|p| p.join("scheme.toml").exists()).unwrap()
}

#[test]
fn the_shipped_schemes_have_their_official_sizes() {
    let catalog = Catalog::shipped().unwrap();
    let size = |id, version| {
        let scheme = catalog.scheme(id, version).unwrap();
        (scheme.requirements.len(), scheme.criteria().count(), scheme.pending())
    };
    assert_eq!(size("scs-3", None), (26, 81, 0));
    assert_eq!(size("security-action-2", None), (25, 25, 0));
    assert_eq!(size("security-action-1", Some("3.1.0")), (5, 5, 0));
    assert_eq!(size("security-action-1", Some("4.0.0")), (6, 6, 0));
    assert!((100..=130).contains(&catalog.types().len()));
}

#[test]
fn the_groups_of_scs_3_have_their_official_sizes() {
    let catalog = Catalog::shipped().unwrap();
    let mut sizes = BTreeMap::new();
    for r in &catalog.scheme("scs-3", None).unwrap().requirements {
        *sizes.entry(r.group.clone()).or_insert(0) += r.criteria.len();
    }
    assert_eq!(sizes.into_values().collect::<Vec<_>>(), [8, 4, 11, 48, 3, 6, 1]);
}

#[test]
fn the_yearly_criteria_are_the_eight_of_the_source() {
    let catalog = Catalog::shipped().unwrap();
    let yearly: Vec<&str> = catalog
        .scheme("scs-3", None)
        .unwrap()
        .criteria()
        .filter(|c| c.rule.as_ref().unwrap().to_string().contains("within 12 months"))
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(yearly, ["1-2-1-3", "2-1-1-2", "3-1-1-4", "3-1-4-2", "4-2-2-1", "4-2-2-3", "6-1-1-4", "6-1-1-6"]);
}

#[test]
fn every_fact_serves_a_criterion_and_some_serve_several_schemes() {
    let catalog = Catalog::shipped().unwrap();
    for key in catalog.types().keys() {
        let uses = catalog.schemes().iter().filter(|s| s.readers(key).next().is_some()).count();
        let condition = catalog.schemes().iter().any(|s| s.conditions.iter().any(|(_, r, _)| r.to_string().contains(key.as_str())));
        assert!(uses > 0 || condition, "{key} is read by nothing");
    }
    let shared = catalog.types().keys().filter(|k| {
        let ids: std::collections::BTreeSet<&str> =
            catalog.schemes().iter().filter(|s| s.readers(k).next().is_some()).map(|s| s.id.as_str()).collect();
        ids.len() > 1
    });
    assert!(shared.count() >= 10);
}

#[test]
fn what_is_secondary_stays_secondary() {
    let catalog = Catalog::shipped().unwrap();
    let scheme = catalog.scheme("security-action-2", None).unwrap();
    let confirmed = scheme.criteria().filter(|c| c.provenance.status == Confidence::Confirmed).count();
    assert_eq!(confirmed, 5, "only topics 1 to 5 are confirmed by the source documents");
    let six = catalog.scheme("security-action-1", Some("4.0.0")).unwrap().criterion("6").unwrap();
    assert_eq!(six.provenance.status, Confidence::Secondary);
}

#[test]
fn every_scheme_passes_its_own_worked_examples() {
    let catalog = Catalog::shipped().unwrap();
    for scheme in catalog.schemes() {
        let wrong = run_cases(scheme, &read_folder(&folder_of(scheme)), &catalog).unwrap();
        assert!(wrong.is_empty(), "{}:\n{}", scheme.name(), wrong.join("\n"));
    }
}

#[test]
fn resolved_forms_equal_the_committed_ones() {
    let catalog = Catalog::shipped().unwrap();
    for scheme in catalog.schemes() {
        let path = folder_of(scheme).join("resolved.snap");
        if std::env::var_os("ISHIGAKI_GENERATE").is_some() {
            fs::write(&path, resolved(scheme)).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == resolved(scheme), "{} differs; run `cargo xtask generate` and review", path.display());
    }
}
