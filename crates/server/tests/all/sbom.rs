//! The words on component lists: JSON, exit codes, one clear line for what is no list.

use std::process::{Command, Output};

use serde_json::Value;
use testkit::TempFolder;

fn pick(name: &str) -> String {
    format!("{}/../../fixtures/sbom/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ishigaki")).args(args).output().unwrap()
}

fn json(args: &[&str], code: i32) -> Value {
    let out = run(args);
    assert_eq!(out.status.code(), Some(code), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// A list of crates as a tool writes it.
fn crates(folder: &TempFolder) -> String {
    let purls = std::fs::read_to_string(pick("crates.purls")).unwrap();
    let part = |purl: &str| serde_json::json!({ "type": "library", "name": purl, "version": purl.rsplit('@').next(), "purl": purl });
    let parts: Vec<Value> = purls.lines().map(part).collect();
    let list = serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts });
    let path = folder.path().join("crates.cdx.json");
    std::fs::write(&path, list.to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn a_scan_says_what_concerns_what_and_by_which_rule() {
    let folder = TempFolder::new("sbom");
    let found = json(&["sbom", "scan", &crates(&folder), "--advisories", &pick("advisories"), "--json"], 1);
    let expected: Value = serde_json::from_slice(&std::fs::read(pick("crates.expected.json")).unwrap()).unwrap();
    let pairs: Vec<Value> = found["findings"].as_array().unwrap().iter().map(|f| serde_json::json!([f["purl"], f["advisory"]])).collect();
    assert_eq!(Value::from(pairs), expected);
    assert!(found["findings"].as_array().unwrap().iter().all(|f| f["rule"] == "purl_range" && f["fixed"].is_array()));
    assert_eq!((found["components"].as_i64(), found["advisories"].as_i64()), (Some(24), Some(9)));
    assert!(found["cannot_tell"].as_array().unwrap().is_empty() && found["losses"].is_array());
}

#[test]
fn what_is_no_component_list_ends_in_one_clear_line() {
    let folder = TempFolder::new("sbom");
    let text = folder.path().join("text.json");
    std::fs::write(&text, "[1, 2").unwrap();
    let bomb = folder.path().join("bomb.json");
    std::fs::write(&bomb, format!("{{\"bomFormat\":{}", "[".repeat(3_000_000))).unwrap();
    let wrong = [pick("cyclonedx/invalid-hash-alg-1.6.json"), pick("cyclonedx/invalid-component-ref-1.3.xml")];
    for path in wrong.iter().cloned().chain([text.display().to_string(), bomb.display().to_string(), pick("missing")]) {
        let out = run(&["sbom", "scan", &path, "--json"]);
        let line = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{path}: {line}");
        assert_eq!(line.trim().lines().count(), 1, "{line}");
        assert!(out.stdout.is_empty());
    }
}

#[test]
fn lists_are_converted_compared_and_checked() {
    let folder = TempFolder::new("sbom");
    let out = folder.path().join("out.json").display().to_string();
    let spdx = pick("spdx/example11.spdx.json");
    assert_eq!(run(&["sbom", "convert", &spdx, "--to", "cyclonedx", "-o", &out]).status.code(), Some(0));
    assert_eq!(json(&["sbom", "scan", &out, "--json"], 0)["format"], "cyclonedx-json");
    assert_eq!(json(&["sbom", "diff", &spdx, &spdx, "--json"], 0), serde_json::json!([]));
    let other = pick("spdx/example2-bin.spdx");
    assert!(!json(&["sbom", "diff", &spdx, &other, "--json"], 1).as_array().unwrap().is_empty());
    let elements = json(&["sbom", "check", &spdx, "--json"], 1);
    assert_eq!(elements.as_array().unwrap().len(), 7 + 17 + 6);
}

#[test]
fn licences_are_judged_and_names_withheld_by_word() {
    let folder = TempFolder::new("licences");
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "部品名,版,ライセンス,purl\nalpha,1.0,MIT,pkg:cargo/alpha@1.0\nbeta,2.0,GPL-3.0-only,\ngamma,3.0,不明,\n")
        .unwrap();
    let list = list.to_str().unwrap();
    let found = json(&["sbom", "licences", list, "--json"], 1);
    let verdicts: Vec<&str> = found.as_array().unwrap().iter().map(|l| l["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["review", "strong", "fine"], "the heaviest first; what is not given is for a person");
    let written = json(&["sbom", "convert", list, "--to", "cyclonedx", "--withhold", "alpha"], 0).to_string();
    assert!(!written.contains("alpha") && written.contains("withheld-1") && written.contains("beta"), "{written}");
    let nobody = run(&["sbom", "convert", list, "--to", "cyclonedx", "--withhold", "omega"]);
    assert_eq!(nobody.status.code(), Some(2), "a name that is not there is a mistake, not a success");
}

/// A folder a product: what is a list becomes a release once, what is none is laid aside with the reason.
#[test]
fn a_watched_folder_makes_releases_of_lists() {
    let folder = TempFolder::new("watch");
    let data = folder.path().join("data").display().to_string();
    let added = run(&["organisation", "add", "石垣精工", "--login", "ishi", "--person", "石垣 花子", "--json", "--data", &data]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let product = folder.path().join("in/計測器 K-100");
    std::fs::create_dir_all(&product).unwrap();
    let list = serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": { "component": { "type": "application", "name": "K-100",
        "version": "1.0" } }, "components": [{ "type": "library", "name": "atty", "version": "0.2.14", "purl": "pkg:cargo/atty@0.2.14" }] });
    std::fs::write(product.join("good.json"), list.to_string()).unwrap();
    std::fs::write(product.join("bad.json"), "{\"bomFormat\":").unwrap();
    let watched = folder.path().join("in").display().to_string();
    let words = |add: bool| {
        let mut words = vec!["product", "watch", &watched, "--once", "--json", "--data", &data];
        words.extend(add.then_some("--add"));
        words
    };
    let refused = json(&words(false), 1);
    assert!(refused.as_array().unwrap().iter().all(|m| m["why"].as_str().unwrap().contains("no product is called")));
    let aside = |name: &str| product.join(name);
    for name in ["good.json", "bad.json"] {
        std::fs::rename(aside("refused").join(name), aside(name)).unwrap();
    }
    let moved = json(&words(true), 1);
    let release = moved.as_array().unwrap().iter().find(|m| m["why"] == "").unwrap()["release_id"].as_str().unwrap().to_owned();
    assert!(aside("taken/good.json").exists() && aside("refused/bad.json").exists() && !aside("good.json").exists());
    assert!(
        std::fs::read_to_string(aside("refused/1-bad.json.txt"))
            .or_else(|_| std::fs::read_to_string(aside("refused/bad.json.txt")))
            .unwrap()
            .len()
            > 10
    );
    // Killed before it could be moved: the same file again is the same release.
    std::fs::copy(aside("taken/good.json"), aside("good.json")).unwrap();
    assert_eq!(json(&words(true), 0)[0]["release_id"], release);
    assert!(aside("taken/1-good.json").exists());
}

/// A child that stays answers every file for itself, goes on after one that is none, and is replaced when one ends it.
#[tokio::test]
async fn a_reader_that_stays_reads_each_list_alone() {
    let readers = sbom::Readers::default();
    let list = |name: &str| {
        let part = serde_json::json!({ "type": "library", "name": name, "version": "1", "purl": format!("pkg:cargo/{name}@1") });
        serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": [part] }).to_string()
    };
    let bomb = format!("{{\"bomFormat\":{}", "[".repeat(3_000_000));
    for n in 0..130 {
        let (name, owner) = (format!("p{n}"), ["a", "b"][n % 2]);
        let read = sbom::read_for(&readers, owner, list(&name).as_bytes()).await.unwrap();
        assert_eq!(read.components[0].name, name);
        if n % 40 == 0 {
            assert!(sbom::read_for(&readers, owner, bomb.as_bytes()).await.is_err());
            assert!(sbom::read_for(&readers, owner, b"{").await.is_err());
        }
    }
    let (x, y) = (list("x"), list("y"));
    let (a, b) = tokio::join!(sbom::read_for(&readers, "a", x.as_bytes()), sbom::read_for(&readers, "a", y.as_bytes()));
    assert_eq!((a.unwrap().components[0].name.as_str(), b.unwrap().components[0].name.as_str()), ("x", "y"));
}
