//! The shipped data is whole, counted, and equal to its committed resolved form.

use std::collections::BTreeMap;
use std::fmt::Write as _;
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
fn every_shipped_scheme_has_the_size_its_operator_states() {
    let catalog = Catalog::shipped().unwrap();
    let table: toml::Table = toml::from_str(include_str!("../official-counts.toml")).unwrap();
    let rows = table["scheme"].as_array().unwrap();
    for row in rows {
        let name = row["name"].as_str().unwrap();
        let scheme = catalog.named(name).unwrap();
        let number = |key: &str| usize::try_from(row[key].as_integer().unwrap()).unwrap();
        let want = (number("requirements"), number("criteria"), number("pending"));
        assert_eq!((scheme.requirements.len(), scheme.criteria().count(), scheme.pending()), want, "{name}");
    }
    assert_eq!(rows.len(), catalog.schemes().len(), "every shipped version stands in the table");
    let shared = catalog.topics().iter().filter(|t| t.scheme.is_none()).map(|t| t.facts.len()).sum::<usize>();
    assert!((100..=130).contains(&shared), "{shared}");
}

#[test]
fn only_six_of_the_forty_questions_carry_official_ids() {
    let catalog = Catalog::shipped().unwrap();
    let scheme = catalog.scheme("csm-3", None).unwrap();
    let official: Vec<&str> = scheme.criteria().filter(|c| c.id_status == schemes::IdStatus::Official).map(|c| c.id.as_str()).collect();
    assert_eq!(official, ["2-2", "5-3", "5-6", "5-10", "6-2", "6-3"]);
    let unconfirmed = scheme.criteria().filter(|c| c.provenance.status == Confidence::Unverified).count();
    assert_eq!(unconfirmed, 34);
    let cpsf = catalog.scheme("cpsf-1", None).unwrap();
    assert_eq!(cpsf.criteria().filter(|c| c.provenance.status == Confidence::Confirmed).count(), 15);
}

#[test]
fn level_4_reads_what_level_3_reads_and_invents_nothing() {
    let catalog = Catalog::shipped().unwrap();
    let (three, four) = (catalog.scheme("scs-3", None).unwrap(), catalog.scheme("scs-4", None).unwrap());
    for criterion in three.criteria() {
        assert_eq!(four.criterion(&criterion.id).unwrap().rule, criterion.rule, "{}", criterion.id);
    }
    let added = four.criteria().filter(|c| three.criterion(&c.id).is_none());
    assert_eq!(added.filter(|c| c.rule.is_none()).count(), 72);
    let mut sizes = BTreeMap::new();
    for r in &four.requirements {
        *sizes.entry(r.group.clone()).or_insert(0) += r.criteria.len();
    }
    assert_eq!(sizes.into_values().collect::<Vec<_>>(), [19, 7, 29, 82, 8, 6, 2]);
}

#[test]
fn a_new_guideline_version_adds_one_article_and_moves_none() {
    let catalog = Catalog::shipped().unwrap();
    let (old, new) = (catalog.named("security-action-1@3.1").unwrap(), catalog.named("security-action-1@4.0").unwrap());
    let found = schemes::difference(old, new, catalog.types());
    assert_eq!(found.counts, BTreeMap::from([("unchanged".to_owned(), 5), ("new".to_owned(), 1)]));
    let added = found.criteria.iter().find(|k| k.moved == schemes::Moved::New).unwrap();
    assert_eq!((added.new.as_deref(), added.old.as_deref()), (Some("6"), None));
    let back = schemes::difference(new, old, catalog.types());
    assert_eq!(back.counts["gone"], 1);
}

/// Of the December 2025 draft only the counts are known: 26 requirements, 83 criteria.
#[test]
fn a_draft_known_by_its_counts_alone_says_so_criterion_by_criterion() {
    let mut catalog = Catalog::shipped().unwrap();
    let own = "{ status = \"secondary\", source = \"DRAFT\", date = \"2025-12-26\" }";
    let mut text = format!(
        "format = 1\nid = \"scs-3\"\nversion = \"0.9.0\"\npublished = \"2025-12-26\"\noperator = \"IPA\"\nlicence = \"x\"\nsubject = \"organisation\"\naward = {{ level = \"★3\", by = \"expert_confirmed\", provenance = {own} }}\nprovenance = {own}\nscoring = {{ kind = \"all_met\" }}\ngroups = [\"all\"]\n[sources]\nDRAFT = {{ title = \"draft\" }}\n"
    );
    let (mut requirements, mut place) = (String::new(), 0);
    for r in 0..26 {
        write!(text, "[[requirement]]\nid = \"draft-{r}\"\ngroup = \"all\"\n").unwrap();
        writeln!(requirements, "\"draft-{r}\" = \"?\"").unwrap();
        for _ in 0..if r < 5 { 4 } else { 3 } {
            write!(text, "[[requirement.criterion]]\nid = \"slot-{place}\"\nid_status = \"local\"\npending = true\n").unwrap();
            place += 1;
        }
    }
    assert_eq!(place, 83);
    let texts = format!("title = \"draft\"\nsummary = \"x\"\nhow = \"x\"\n[group]\nall = \"x\"\n[requirement]\n{requirements}");
    let folder = BTreeMap::from([
        ("scheme.toml".to_owned(), text),
        ("texts/ja.toml".to_owned(), texts.clone()),
        ("texts/en.toml".to_owned(), texts),
    ]);
    catalog.add_scheme("draft", &folder).unwrap();
    let found = schemes::difference(catalog.named("scs-3@0.9").unwrap(), catalog.named("scs-3@1.0").unwrap(), catalog.types());
    assert_eq!((found.old_counts, found.new_counts), ((26, 83), (26, 81)));
    assert_eq!(found.counts.get("unchanged"), None, "nothing is claimed to be the same where no text was seen");
    assert_eq!((found.counts["new"], found.counts["gone"]), (81, 83));
}

/// One changed rule each way, decided on the rules alone.
#[test]
fn harder_and_easier_are_told_apart_by_what_meets_them() {
    let catalog = Catalog::shipped().unwrap();
    let folder = read_folder(&folder_of(catalog.named("security-action-1@4.0").unwrap()));
    let moved = |by: &str| {
        let mut folder = folder.clone();
        let text = folder.get_mut("scheme.toml").unwrap();
        let rule = text.lines().rfind(|l| l.starts_with("rule =")).unwrap().to_owned();
        *text = text.replace(&rule, by).replace("version = \"4.0.0\"", "version = \"4.1.0\"");
        let mut catalog = catalog.clone();
        catalog.add_scheme("test", &folder).unwrap();
        let (old, new) = (catalog.named("security-action-1@4.0").unwrap(), catalog.named("security-action-1@4.1").unwrap());
        schemes::difference(old, new, catalog.types()).criteria.into_iter().find(|k| k.new.as_deref() == Some("6")).unwrap().moved
    };
    let taken = "{ fact = \"backup.taken\", is = \"done\" }";
    let remote = "{ fact = \"backup.remote\", is = \"done\" }";
    assert_eq!(moved(&format!("rule = {{ all = [{taken}, {remote}] }}")), schemes::Moved::Harder);
    assert_eq!(moved(&format!("rule = {{ any = [{taken}, {remote}] }}")), schemes::Moved::Easier);
    assert_eq!(moved(&format!("rule = {remote}")), schemes::Moved::Changed);
    assert_eq!(moved(&format!("rule = {{ all = [{taken}, {taken}] }}")), schemes::Moved::Unchanged);
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
        let reading =
            catalog.schemes().iter().any(|s| matches!(&s.scoring, schemes::Scoring::MaturityMean { reading: Some(r), .. } if r == key));
        assert!(uses > 0 || condition || reading, "{key} is read by nothing");
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
        assert!(wrong.is_empty(), "{}: {wrong:?}", scheme.name());
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

/// `crosswalks/scs-3--security-action-2.toml` is computed from the rules of both.
#[test]
fn the_derived_crosswalk_equals_the_committed_one() {
    let catalog = Catalog::shipped().unwrap();
    let (left, right) = (catalog.named("scs-3@1.0").unwrap(), catalog.named("security-action-2@3.1").unwrap());
    let mut out = String::from(
        "id = \"scs-3--security-action-2\"\nfrom = \"scs-3@1.0.0\"\nto = \"security-action-2@3.1.0\"\nbasis = \"derived\"\n\
         provenance = { status = \"derived\", source = \"OWN\", date = \"2026-11-21\" }\n\
         source = { title = \"Computed from the facts both schemes' criteria read here\" }\n\
         title = { ja = \"SCS ★3 と SECURITY ACTION ★★\", en = \"SCS level 3 and SECURITY ACTION ★★\" }\n",
    );
    for pair in schemes::derived_pairs(left, right, catalog.types()) {
        let to: Vec<String> = pair.to.iter().map(|t| format!("{t:?}")).collect();
        write!(out, "\n[[pair]]\nfrom = {:?}\nto = [{}]\nrelation = \"{}\"\n", pair.from, to.join(", "), pair.relation).unwrap();
    }
    let path = root().join("crosswalks/scs-3--security-action-2.toml");
    if std::env::var_os("ISHIGAKI_GENERATE").is_some() {
        fs::write(&path, &out).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == out, "{} differs; run `cargo xtask generate`", path.display());
    assert!(out.matches("[[pair]]").count() > 5);
}
