//! Decisions and what is said of them: trees answer every combination, statements fit the schemas of their formats.

use std::collections::BTreeMap;

use sbom::{Justification, Statement, Tree, Verdict, VexDocument, VexStatus, csaf, csaf_file_name, cyclonedx_vex, openvex, read};

/// One statement of each status.
pub(crate) fn document() -> VexDocument {
    let statement = |status, justification, component: &str| Statement {
        vulnerability: "CVE-2099-0001".to_owned(),
        aliases: vec!["RUSTSEC-2099-0001".to_owned()],
        component: component.to_owned(),
        status,
        justification,
        impact: "この製品では使っていない機能です。".to_owned(),
        action: if status == VexStatus::Affected { "版 1.1 に上げてください。".to_owned() } else { String::new() },
        said_at: "2026-11-21T00:00:00Z".to_owned(),
        changed_at: "2026-11-22T00:00:00Z".to_owned(),
    };
    VexDocument {
        id: "https://example.invalid/vex/k-100".to_owned(),
        tracking: "VEX-K-100".to_owned(),
        tlp: "WHITE".to_owned(),
        address: "https://example.invalid/csaf/vex-k-100.json".to_owned(),
        revisions: vec!["2026-11-21T00:00:00Z".to_owned(), "2026-11-22T00:00:00Z".to_owned()],
        publisher: "石垣精工".to_owned(),
        namespace: "https://example.invalid".to_owned(),
        product: "計測器 K-100".to_owned(),
        version: "1.0".to_owned(),
        statements: vec![
            statement(VexStatus::NotAffected, Some(Justification::VulnerableCodeNotInExecutePath), "pkg:cargo/a@1.0.0"),
            statement(VexStatus::Affected, None, "pkg:cargo/b@1.0.0"),
            statement(VexStatus::UnderInvestigation, None, "pkg:cargo/c@1.0.0"),
            statement(VexStatus::Fixed, None, "openssl"),
        ],
    }
}

#[test]
fn statements_are_read_back_as_a_cyclonedx_document() {
    let written = cyclonedx_vex(&document());
    let read = read(written.to_string().as_bytes()).unwrap_or_else(|e| panic!("{}", e.line()));
    assert_eq!((read.counts.vulnerabilities, read.counts.components), (4, 4));
}

#[test]
fn statements_name_product_and_component_in_every_format() {
    let open = openvex(&document());
    let statements = open["statements"].as_array().unwrap();
    assert!(statements.iter().all(|s| s["products"][0]["subcomponents"][0]["@id"].as_str().unwrap().starts_with("pkg:")));
    assert_eq!(statements[0]["justification"], "vulnerable_code_not_in_execute_path");
    let csaf = csaf(&document());
    assert_eq!(csaf["vulnerabilities"][0]["cve"], "CVE-2099-0001");
    let status = &csaf["vulnerabilities"][0]["product_status"];
    assert!(["known_not_affected", "known_affected", "under_investigation", "fixed"].iter().all(|k| status[k].is_array()));
    assert!(status["known_not_affected"][0].as_str().unwrap().starts_with("P1-"), "a component in the product, never alone");
    assert_eq!(csaf_file_name("Ishigaki SA: 2026/1"), "ishigaki_sa_2026_1.json");
}

#[test]
fn trees_answer_every_combination_and_leave_open_what_is_unknown() {
    let trees = Tree::shipped().unwrap();
    let deployer = trees.iter().find(|t| t.id == "deployer").unwrap();
    let answers =
        |list: &[(&str, &str)]| -> BTreeMap<String, String> { list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect() };
    let all = [("exploitation", "active"), ("system_exposure", "open"), ("automatable", "yes"), ("human_impact", "very_high")];
    assert!(matches!(deployer.decide(&answers(&all)), Some(Verdict::Certain(o)) if o.key == "immediate"));
    assert!(matches!(deployer.decide(&answers(&[])), Some(Verdict::Open(a, b)) if a.key == "defer" && b.key == "immediate"));
    assert!(matches!(deployer.decide(&answers(&all[..3])), Some(Verdict::Open(_, b)) if b.key == "immediate"));
    let broken = "id = \"x\"\nsource = \"x\"\n[[input]]\nkey = \"a\"\nvalues = [\"no\", \"yes\"]\n[[outcome]]\nkey = \"o\"\n[table]\nrows = [\"no = o\"]\n";
    assert_eq!(Tree::read(broken).unwrap_err(), "1 of 2 combinations are answered");
}
