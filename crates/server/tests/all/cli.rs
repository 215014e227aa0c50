//! The command line as a contract: words, exit codes, JSON, one clear line on stderr.

use std::process::{Command, Output};

use serde_json::Value;
use testkit::TempFolder;

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ishigaki")).args(args).output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let out = run(args);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn facts(text: &str) -> (TempFolder, String) {
    let folder = TempFolder::new("cli");
    let path = folder.path().join("facts.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

#[test]
fn scheme_list_counts_requirements_and_criteria() {
    let list = json(&["scheme", "list", "--json"]);
    let find = |id: &str| list.as_array().unwrap().iter().find(|s| s["id"] == id).unwrap().clone();
    let scs = find("scs-3");
    assert_eq!((scs["requirements"].as_i64(), scs["criteria"].as_i64(), scs["pending"].as_i64()), (Some(26), Some(81), Some(0)));
    assert_eq!(find("security-action-2")["criteria"], 25);
    assert!(find("security-action-1")["version"].is_string());
    let four = find("scs-4");
    assert_eq!((four["requirements"].as_i64(), four["criteria"].as_i64(), four["pending"].as_i64()), (Some(43), Some(153), Some(72)));
    for (id, criteria) in
        [("csm-3", 40), ("cpsf-1", 104), ("ssdf-1.1", 42), ("sbom-guide-2", 23), ("otasuketai-1", 12), ("cyberinfra-1", 9)]
    {
        assert_eq!(find(id)["criteria"], criteria, "{id}");
    }
}

/// A catalog is taken in, listed, assessed, and goes out again.
#[test]
fn an_oscal_catalog_is_taken_in_assessed_and_exported() {
    let folder = TempFolder::new("oscal");
    let data = folder.path().display().to_string();
    let small = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/oscal/small.xml");
    let found = json(&["oscal", "import", small, "--data", &data, "--json"]);
    assert_eq!((found["name"].as_str(), found["criteria"].as_i64()), (Some("small-catalog@1.2.0"), Some(3)));
    let again = run(&["oscal", "import", small, "--data", &data]);
    assert_eq!(again.status.code(), Some(2), "a version is there once");
    let list = json(&["scheme", "list", "--data", &data, "--json"]);
    assert!(list.as_array().unwrap().iter().any(|s| s["id"] == "small-catalog"));
    let (_kept, path) = facts("\"small-catalog.a-1\" = \"done\"\n");
    let assessed = json(&["assess", "--scheme", "small-catalog", "--facts", &path, "--data", &data, "--json"]);
    assert_eq!((assessed["totals"]["met"].as_i64(), assessed["totals"]["unknown"].as_i64()), (Some(1), Some(2)));
    let out = json(&["oscal", "export", "small-catalog", "--facts", &path, "--data", &data]);
    assert_eq!(out["assessment-results"]["results"][0]["findings"].as_array().unwrap().len(), 1);
    let scs = json(&["oscal", "export", "scs-3", "--data", &data]);
    assert_eq!(scs["catalog"]["groups"].as_array().unwrap().len(), 7);
    let mapping = json(&["oscal", "export", "csm-3--cpsf-1", "--data", &data]);
    assert_eq!(mapping["mapping-collection"]["mappings"][0]["maps"].as_array().unwrap().len(), 10);
}

#[test]
fn the_difference_of_two_versions_names_what_is_new() {
    let found = json(&["scheme", "diff", "security-action-1@3.1", "security-action-1@4.0", "--json"]);
    assert_eq!((found["counts"]["unchanged"].as_i64(), found["counts"]["new"].as_i64()), (Some(5), Some(1)));
    let out = run(&["scheme", "diff", "security-action-1@3.1", "security-action-1@9"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("unknown scheme security-action-1@9"));
}

#[test]
fn no_facts_at_all_give_81_unknown() {
    let (_folder, path) = facts("");
    let found = json(&["assess", "--scheme", "scs-3", "--facts", &path, "--json"]);
    assert_eq!(found["totals"]["unknown"], 81);
    assert!(
        found["criteria"].as_array().unwrap().iter().all(|c| c["result"] == "unknown" && !c["deciding"].as_array().unwrap().is_empty())
    );
    assert_eq!(found["kind"], "diagnosis");
}

#[test]
fn the_facts_of_the_fixture_meet_all_81() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("fixtures/facts/scs-3-met.toml").display().to_string();
    let found = json(&["assess", "--scheme", "scs-3", "--facts", &path, "--json", "--day", "2026-11-21"]);
    assert_eq!(found["totals"]["met"], 81);
    let (_folder, late) = facts(&std::fs::read_to_string(&path).unwrap().replace("2026-11-01", "2025-11-01"));
    let found = json(&["assess", "--scheme", "scs-3", "--facts", &late, "--json", "--day", "2026-11-21"]);
    assert_eq!(found["totals"]["met"], 73, "the eight that must be done every year");
}

#[test]
fn the_deciding_facts_and_the_way_out_are_named() {
    let (_folder, path) =
        facts("[password]\nmin_length = 7\nmixed_characters = true\nlockout_failures = \"none\"\nmfa_everywhere = \"none\"\n");
    let found = json(&["assess", "--scheme", "scs-3", "--facts", &path, "--json", "--day", "2026-11-21"]);
    let criterion = found["criteria"].as_array().unwrap().iter().find(|c| c["id"] == "4-1-5-3").unwrap();
    assert_eq!(criterion["result"], "not_met");
    let way = &criterion["would_meet"][0]["changes"][0];
    assert_eq!((way["fact"].as_str(), way["must"].as_str()), (Some("password.min_length"), Some(">= 10")));
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let (_folder, path) = facts("\"backup.takn\" = \"done\"");
    let out = run(&["assess", "--scheme", "scs-3", "--facts", &path, "--json"]);
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&out.stderr).trim(), "ishigaki: unknown fact backup.takn; did you mean backup.taken?");
    assert!(out.stdout.is_empty());
}

#[test]
fn every_bad_input_is_one_line_and_exit_2() {
    let (_folder, broken) = facts("= nothing");
    for args in [
        vec!["assess", "--scheme", "scs-9", "--facts", "/dev/null"],
        vec!["assess", "--scheme", "scs-3", "--facts", "/no/such/file"],
        vec!["assess", "--scheme", "scs-3", "--facts", broken.as_str()],
        vec!["assess", "--scheme", "scs-3", "--facts", "/dev/null", "--day", "soon"],
        vec!["scheme", "show", "nothing"],
        vec!["scheme", "check", "/no/such/folder"],
        vec!["restore", "/no/such/file"],
    ] {
        let out = run(&args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&out.stderr).trim().lines().count(), 1, "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
    assert_eq!(run(&["no-such-word"]).status.code(), Some(2));
}

#[test]
fn scheme_check_reads_a_folder_and_runs_its_cases() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let good = root.join("schemes/scs/scs-3/1.0.0").display().to_string();
    assert_eq!(json(&["scheme", "check", &good, "--json"])["wrong"], serde_json::json!([]));
    let folder = TempFolder::new("scheme");
    let sample = root.join("crates/schemes/samples/valid/small");
    std::fs::create_dir_all(folder.path().join("texts")).unwrap();
    for name in ["scheme.toml", "cases.toml", "texts/ja.toml", "texts/en.toml"] {
        let text = std::fs::read_to_string(sample.join(name)).unwrap().replace("score = 4", "score = 5");
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let out = run(&["scheme", "check", &folder.path().display().to_string()]);
    assert_eq!(out.status.code(), Some(1), "a finding");
    assert!(String::from_utf8_lossy(&out.stdout).contains("score: expected 5, got 4"));
}

#[test]
fn a_scheme_added_by_the_operator_may_never_change() {
    let folder = TempFolder::new("added");
    let to = folder.path().join("schemes/own/small/1.0.0");
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemes/samples/valid/small");
    std::fs::create_dir_all(to.join("texts")).unwrap();
    for name in ["scheme.toml", "cases.toml", "texts/ja.toml", "texts/en.toml"] {
        std::fs::copy(sample.join(name), to.join(name)).unwrap();
    }
    let data = folder.path().display().to_string();
    let start = || {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ishigaki"))
            .args(["serve", "--data", &data, "--listen", "127.0.0.1:0"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
        child.kill().unwrap();
        (line, child.wait_with_output().unwrap())
    };
    let (line, _) = start();
    assert!(line.contains("http://"), "{line}");
    let changed = std::fs::read_to_string(to.join("texts/ja.toml")).unwrap().replace("方針がある", "方針があります");
    std::fs::write(to.join("texts/ja.toml"), changed).unwrap();
    let (line, out) = start();
    assert!(line.is_empty(), "it must not serve");
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(told.contains("small@1.0.0 differs") && told.trim().lines().count() == 1, "{told}");
}

#[test]
fn an_organisation_is_added_by_a_command_word() {
    let folder = TempFolder::new("organisation");
    let data = folder.path().display().to_string();
    let add = |login: &str, number: &str| {
        run(&[
            "organisation",
            "add",
            "架空評価機関",
            "--login",
            login,
            "--person",
            "評価 花子",
            "--number",
            number,
            "--data",
            &data,
            "--json",
        ])
    };
    let added: serde_json::Value = serde_json::from_slice(&add("hyouka", "").stdout).unwrap();
    assert!(added["login"] == "hyouka" && added["password"].as_str().unwrap().len() >= 10, "{added}");
    let operator = run(&["register", "operator", "scs-3", "架空評価機関", "--data", &data]);
    assert_eq!(operator.status.code(), Some(0), "{}", String::from_utf8_lossy(&operator.stderr));
    for (login, number) in [("hyouka", ""), ("x", ""), ("other", "7000012050003")] {
        let refused = add(login, number);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && told.trim().lines().count() == 1, "{login}: {told}");
    }
}

#[test]
fn the_help_is_the_committed_reference() {
    let mut text = String::from("# Command line\n\nGenerated by `cargo xtask generate`. Exit 0 fine, 1 a finding, 2 bad input.\n");
    for word in [
        &["--help"][..],
        &["serve", "--help"],
        &["demo", "--help"],
        &["scheme", "--help"],
        &["assess", "--help"],
        &["oscal", "--help"],
        &["organisation", "add", "--help"],
        &["organisation", "numbers", "--help"],
        &["register", "--help"],
        &["register", "verify", "--help"],
        &["audit", "verify", "--help"],
        &["backup", "--help"],
        &["restore", "--help"],
        &["bench", "--help"],
    ] {
        let help = String::from_utf8(run(word).stdout).unwrap();
        let head = word[..word.len() - 1].join(" ");
        text.extend(["\n## ishigaki ", &head, "\n\n```text\n", help.trim(), "\n```\n"]);
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    testkit::golden(&root.join("docs/reference/cli.md"), &text);
}

/// A list in Shift JIS, with broken numbers and names twice, goes in by a word.
#[test]
fn a_list_of_suppliers_goes_in_by_a_word() {
    let folder = TempFolder::new("suppliers");
    let data = folder.path().display().to_string();
    let list = |name: &str| format!("{}/../../fixtures/suppliers/{name}", env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| {
        let out = run(&["supplier", "import", &list(name), "--data", &data, "--json"]);
        (out.status.code(), serde_json::from_slice::<Value>(&out.stdout).unwrap())
    };
    let (code, found) = read("list-shift-jis.csv");
    assert_eq!((code, found["kept"].as_bool(), found["companies"].as_i64()), (Some(1), Some(false), Some(4)), "nobody to keep it for");
    json(&["organisation", "add", "A社", "--login", "buyer", "--person", "買う 人", "--data", &data, "--json"]);
    let (code, found) = read("list-shift-jis.csv");
    assert_eq!((code, found["kept"].as_bool(), found["added"].as_i64()), (Some(1), Some(true), Some(4)), "wrong cells are a finding");
    let (code, found) = read("list-merged-head.csv");
    assert_eq!((code, found["added"].as_i64(), found["same"].as_i64()), (Some(0), Some(1), Some(1)), "{found}");
    assert_eq!(found["head_row"], 4, "an empty row counts: {found}");
    let none = run(&["supplier", "import", &list("README.md"), "--data", &data]);
    assert_eq!(none.status.code(), Some(2));
}
