//! Whole suites of others, where they lie beside this checkout: every document read, counted and judged, every
//! version compared, every pair matched. What does not pass stands in `fixtures/sbom/exceptions.tsv` with its reason.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::picks::fixtures;

/// The suites, unpacked once for this build folder; none where they are not beside this checkout.
pub(crate) fn suites() -> Option<PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER.get_or_init(unpacked).clone()
}

fn unpacked() -> Option<PathBuf> {
    let archives = fixtures().join("../../../shared/data/sbom");
    if !archives.is_dir() {
        testkit::note("LEFT OUT: the suites of component lists, because they are not beside this checkout.");
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sbom-suites");
    let done = folder.join("unpacked-2");
    if done.exists() {
        return Some(folder);
    }
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["advisories-osv", "bench", "conformance", "csaf-cisa", "cve-vulnrichment", "feeds", "sbom"] {
        let archive = archives.join(format!("{name}.tar.zst"));
        let status =
            Command::new("tar").arg("--use-compress-program=zstd -d --long=27").arg("-xf").arg(&archive).arg("-C").arg(&folder).status();
        if !status.is_ok_and(|s| s.success()) {
            testkit::note("LEFT OUT: the suites of component lists, because tar with zstd is not here to unpack them.");
            return None;
        }
    }
    std::fs::write(done, "").unwrap();
    Some(folder)
}

/// Compares what is wrong with the list of what may be: nothing more, and nothing that passes meanwhile.
fn only_the_listed(suite: &str, wrong: &BTreeSet<String>) {
    let text = std::fs::read_to_string(fixtures().join("exceptions.tsv")).unwrap();
    let listed: BTreeSet<String> = text
        .lines()
        .filter_map(|l| {
            let mut columns = l.split('\t');
            let (name, case, reason) = (columns.next()?, columns.next()?, columns.next()?);
            assert!(reason.len() > 10, "{case} has no reason");
            (name == suite).then(|| case.to_owned())
        })
        .collect();
    let new: Vec<&String> = wrong.difference(&listed).collect();
    let mended: Vec<&String> = listed.difference(wrong).collect();
    assert!(new.is_empty(), "{} wrong in {suite}: {new:#?}", new.len());
    assert!(mended.is_empty(), "these pass now, take them out of exceptions.tsv: {mended:#?}");
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn every_document_is_counted_or_refused_as_expected() {
    let Some(root) = suites() else { return };
    let mut wrong = BTreeSet::new();
    for row in lines(&root.join("bench/sbom-counts.jsonl")) {
        let file = row["file"].as_str().unwrap();
        let bytes = std::fs::read(root.join("sbom").join(file)).unwrap();
        let name = file.rsplit('/').next().unwrap();
        if name.contains("invalid") && !name.starts_with("invalid-") {
            continue;
        }
        let invalid = file.rsplit('/').next().unwrap().starts_with("invalid-");
        let found = sbom::read(&bytes);
        match (&found, invalid) {
            (Ok(_), true) => drop(wrong.insert(format!("{file}: taken"))),
            (Err(e), false) => drop(wrong.insert(format!("{file}: {}", e.line()))),
            (Err(_), true) => {}
            (Ok(d), false) => {
                let c = d.counts;
                for (key, own) in [
                    ("components", c.components),
                    ("packages", c.components),
                    ("purls", c.purls),
                    ("cpes", c.cpes),
                    ("dependency_nodes", c.dependency_nodes),
                    ("dependency_edges", c.dependency_edges),
                    ("relationships", c.relationships),
                    ("files", c.files),
                    ("services", c.services),
                    ("vulnerabilities", c.vulnerabilities),
                    ("elements", c.elements),
                ] {
                    if let Some(expected) = row.get(key).and_then(Value::as_u64)
                        && expected != own
                    {
                        wrong.insert(format!("{file}: {key} {own}, expected {expected}"));
                    }
                }
            }
        }
    }
    only_the_listed("documents", &wrong);
}

/// A part of a package URL in a case.
fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn parts(value: &Value) -> sbom::Purl {
    let qualifiers = value["qualifiers"].as_object().into_iter().flatten();
    sbom::Purl {
        kind: text(&value["type"]).unwrap_or_default(),
        namespace: text(&value["namespace"]),
        name: text(&value["name"]).unwrap_or_default(),
        version: text(&value["version"]),
        qualifiers: qualifiers.map(|(k, v)| (k.clone(), text(v).unwrap_or_default())).collect(),
        subpath: text(&value["subpath"]),
    }
}

pub(crate) fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn package_urls_are_read_built_and_written_as_specified() {
    let Some(root) = suites() else { return };
    let mut all = Vec::new();
    files(&root.join("conformance/purl-spec/tests"), &mut all);
    let (mut run, mut wrong) = (0, BTreeSet::new());
    for path in all {
        let cases: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for case in cases["tests"].as_array().unwrap() {
            run += 1;
            let found = match case["test_type"].as_str().unwrap() {
                "build" => parts(&case["input"]).canonical().map(|p| Value::from(p.to_string())),
                "parse" => sbom::Purl::parse(case["input"].as_str().unwrap()).map(|p| {
                    let qualifiers = (!p.qualifiers.is_empty()).then_some(p.qualifiers);
                    serde_json::json!({ "type": p.kind, "namespace": p.namespace, "name": p.name, "version": p.version,
                        "qualifiers": qualifiers, "subpath": p.subpath })
                }),
                _ => sbom::Purl::parse(case["input"].as_str().unwrap()).map(|p| Value::from(p.to_string())),
            };
            let fails = case["expected_failure"].as_bool().unwrap();
            let right = match &found {
                Ok(found) => !fails && *found == case["expected_output"],
                Err(_) => fails,
            };
            if !right {
                wrong.insert(format!("{} {}", case["test_type"], case["input"]));
            }
        }
    }
    assert!(run > 500, "{run} cases");
    only_the_listed("purl", &wrong);
}

#[test]
fn versions_stand_in_the_order_of_their_registry() {
    use std::cmp::Ordering;
    let Some(root) = suites() else { return };
    let folder = root.join("conformance/version-order-osv-scalibr/semantic/testdata");
    let mut all = Vec::new();
    files(&folder, &mut all);
    let mut wrong = BTreeSet::new();
    let mut run = 0;
    for path in all {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let scheme = match name.split('-').next().unwrap() {
            "alpine" => sbom::Scheme::Alpine,
            "cran" => sbom::Scheme::Cran,
            "debian" => sbom::Scheme::Debian,
            "maven" => sbom::Scheme::Maven,
            "nuget" => sbom::Scheme::Nuget,
            "packagist" => sbom::Scheme::Composer,
            "pypi" => sbom::Scheme::Pypi,
            "redhat" => sbom::Scheme::Rpm,
            "rubygems" => sbom::Scheme::Gem,
            "semver" => sbom::Scheme::Semver,
            // Hackage and Pub have no rule here.
            _ => continue,
        };
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let mut words = line.split_whitespace();
            let (Some(a), Some(sign), Some(b), None) = (words.next(), words.next(), words.next(), words.next()) else { continue };
            let expected = match sign {
                "<" => Ordering::Less,
                ">" => Ordering::Greater,
                "=" => Ordering::Equal,
                _ => continue,
            };
            run += 1;
            let found = scheme.compare(a, b);
            if found != Some(expected) {
                wrong.insert(format!("{name}: {line} -> {}", found.map_or("cannot tell".to_owned(), |o| format!("{o:?}"))));
            }
        }
    }
    assert!(run > 500, "{run} cases");
    only_the_listed("orders", &wrong);
}

#[test]
fn versions_stand_in_the_order_the_range_specification_says() {
    let Some(root) = suites() else { return };
    let mut all = Vec::new();
    files(&root.join("conformance/vers-spec/tests"), &mut all);
    let (mut run, mut wrong) = (0, BTreeSet::new());
    for path in all {
        let cases: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for case in cases["tests"].as_array().unwrap() {
            let kind = case["test_type"].as_str().unwrap();
            if !matches!(kind, "comparison" | "equality") {
                continue;
            }
            let name = case["input"]["input_scheme"].as_str().unwrap();
            // Registries without a rule here: Arch, Conan, Gentoo, nginx, OpenSSL, points in time.
            let Some(scheme) = sbom::Scheme::of_purl_kind(name) else { continue };
            run += 1;
            let versions: Vec<&str> = case["input"]["versions"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
            let order = scheme.compare(versions[0], versions[1]);
            let expected = &case["expected_output"];
            let right = match order {
                None => false,
                Some(order) if kind == "equality" => *expected == order.is_eq(),
                Some(order) => {
                    let sorted = if order.is_gt() { [versions[1], versions[0]] } else { [versions[0], versions[1]] };
                    // Some cases expect the versions in lower case, too.
                    expected.to_string().to_lowercase() == serde_json::json!(sorted).to_string().to_lowercase()
                }
            };
            if !right {
                wrong.insert(format!("{name}: {kind} {versions:?}"));
            }
        }
    }
    assert!(run > 500, "{run} cases");
    only_the_listed("vers", &wrong);
}

fn advisories(folder: &Path) -> sbom::Advisories {
    let mut all = Vec::new();
    files(folder, &mut all);
    let json = all.iter().filter(|p| p.extension().is_some_and(|e| e == "json"));
    sbom::Advisories::new(json.map(|p| serde_json::from_slice(&std::fs::read(p).unwrap()).unwrap()).collect())
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let pair = |p: &Value| (p[0].as_str().unwrap().to_owned(), p[1].as_str().unwrap().to_owned());
    value.as_array().unwrap().iter().map(pair).collect()
}

#[test]
fn crates_match_exactly_the_expected_pairs() {
    let Some(root) = suites() else { return };
    let known = advisories(&root.join("advisories-osv/crates.io"));
    let purls = std::fs::read_to_string(root.join("bench/w1-crates.purls")).unwrap();
    let found = known.scan_identifiers(purls.lines());
    let expected: Value = serde_json::from_slice(&std::fs::read(root.join("bench/w1-crates.expected.json")).unwrap()).unwrap();
    let found: Vec<(String, String)> = found.findings.into_iter().map(|m| (m.purl, m.advisory)).collect();
    assert_eq!(found, pairs(&expected));
    assert_eq!(found.len(), 111);
}

#[test]
fn go_modules_match_exactly_the_expected_pairs_and_doubts() {
    let Some(root) = suites() else { return };
    let known = advisories(&root.join("advisories-osv/Go"));
    let purls = std::fs::read_to_string(root.join("bench/w2-mixed.purls")).unwrap();
    let found = known.scan_identifiers(purls.lines());
    let expected: Value = serde_json::from_slice(&std::fs::read(root.join("bench/w2-go.expected.json")).unwrap()).unwrap();
    let mut affected = pairs(&expected["affected"]);
    affected.sort();
    let own: Vec<(String, String)> = found.findings.into_iter().map(|m| (m.purl, m.advisory)).collect();
    let mut undecided = pairs(&expected["version_not_comparable"]);
    undecided.sort();
    let doubts: Vec<(String, String)> = found.cannot_tell.into_iter().map(|m| (m.purl, m.advisory)).collect();
    assert_eq!(own, affected);
    assert_eq!(doubts, undecided);
}

#[test]
fn statements_fit_the_schemas_of_openvex_and_csaf() {
    let Some(root) = suites() else { return };
    let schema = |path: &str| -> Value { serde_json::from_slice(&std::fs::read(root.join("conformance").join(path)).unwrap()).unwrap() };
    let document = crate::vex::document();
    let open = jsonschema::validator_for(&schema("openvex/openvex_json_schema.json")).unwrap();
    let errors: Vec<String> = open.iter_errors(&sbom::openvex(&document)).map(|e| format!("{} {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut csaf = schema("csaf-oasis/csaf_2.0/json_schema/csaf_json_schema.json");
    // The schemas of scores lie elsewhere and are not used here.
    csaf["properties"]["vulnerabilities"]["items"]["properties"]["scores"] = Value::Bool(true);
    let csaf = jsonschema::validator_for(&csaf).unwrap();
    let errors: Vec<String> = csaf.iter_errors(&sbom::csaf(&document)).map(|e| format!("{} {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn trees_say_what_their_published_tables_say() {
    let Some(root) = suites() else { return };
    let fold = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    for (id, path) in [
        ("deployer", "ssvc/deployer_patch_application_priority_1_0_0.csv"),
        ("supplier", "ssvc/supplier_patch_development_priority_1_0_0.csv"),
        ("coordinator", "cisa/cisa_coordinator_2_0_3.csv"),
    ] {
        let tree = sbom::Tree::shipped().unwrap().into_iter().find(|t| t.id == id).unwrap();
        let text = std::fs::read_to_string(root.join("conformance/ssvc/data/csv").join(path)).unwrap();
        for line in text.lines().skip(1) {
            let cells: Vec<String> = line.split(',').skip(1).map(fold).collect();
            let answers = tree.inputs.iter().map(|i| i.key.clone()).zip(cells.iter().cloned()).collect();
            let expected = cells.last().unwrap().replace('*', "_closely");
            match tree.decide(&answers) {
                Some(sbom::Verdict::Certain(outcome)) => assert_eq!(outcome.key, expected, "{line}"),
                other => panic!("{line}: {other:?}"),
            }
        }
    }
}

#[test]
fn ranges_are_read_written_and_asked_as_specified() {
    let Some(root) = suites() else { return };
    let mut all = Vec::new();
    files(&root.join("conformance/vers-spec/tests"), &mut all);
    let (mut run, mut wrong) = (0, BTreeSet::new());
    for path in all {
        let cases: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for case in cases["tests"].as_array().unwrap() {
            let (input, expected) = (&case["input"], &case["expected_output"]);
            let fails = case["expected_failure"] == true;
            let right = match case["test_type"].as_str().unwrap() {
                "parse" => match sbom::Vers::parse_canonical(input.as_str().unwrap()) {
                    Err(_) => fails,
                    Ok(range) => {
                        let sign = |c| match c {
                            sbom::Comparator::Equal => "=",
                            sbom::Comparator::NotEqual => "!=",
                            sbom::Comparator::Less => "<",
                            sbom::Comparator::LessOrEqual => "<=",
                            sbom::Comparator::Greater => ">",
                            sbom::Comparator::GreaterOrEqual => ">=",
                        };
                        let pairs: Vec<[&str; 2]> = range.constraints.iter().map(|(c, v)| [sign(*c), v.as_str()]).collect();
                        !fails && *expected == serde_json::json!({ "scheme": range.scheme, "version_constraints": pairs })
                    }
                },
                "validate" => sbom::Vers::parse(input.as_str().unwrap()).is_ok_and(|r| *expected == r.to_string()),
                "containment" => {
                    let range = sbom::Vers::parse(input["vers"].as_str().unwrap()).unwrap();
                    range.contains(input["version"].as_str().unwrap()) == expected.as_bool()
                }
                "from_native" => {
                    let (scheme, native) = (input["scheme"].as_str().unwrap(), input["native_range"].as_str().unwrap());
                    match sbom::Vers::of_native(scheme, native) {
                        None => fails,
                        Some(range) => !fails && *expected == range.to_string(),
                    }
                }
                _ => continue,
            };
            run += 1;
            if !right {
                wrong.insert(format!("{} {input}", case["test_type"]));
            }
        }
    }
    assert_eq!(run, 42 + 737);
    only_the_listed("ranges", &wrong);
}

/// Pitfall 16: scores of CVSS 4.0 by FIRST's own table of macro vectors.
#[test]
fn every_macro_vector_has_its_published_score() {
    let Some(root) = suites() else { return };
    let text = std::fs::read_to_string(root.join("conformance/cvss4-first/vectorFiles/macro-scores")).unwrap();
    let (mut wrong, mut all) = (BTreeSet::new(), 0);
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let vector = line.split('\'').nth(3).unwrap();
        let score = line.split("'score': ").nth(1).unwrap().split(',').next().unwrap();
        let (whole, part) = score.split_once('.').unwrap_or((score, "0"));
        let tenths: u8 = whole.parse::<u8>().unwrap() * 10 + part.parse::<u8>().unwrap();
        all += 1;
        match sbom::Score::of(vector) {
            Some(found) if found.edition == 40 && found.tenths == tenths => {}
            found => drop(wrong.insert(format!("{vector}: {:?}, published {score}", found.map(|s| s.tenths)))),
        }
    }
    assert_eq!(all, 270);
    only_the_listed("cvss4", &wrong);
}
