//! A scheme is a folder of data: a fictional one goes through assessment, comparison and export
//! without a line of Rust, and no Rust file of the product names a shipped one.

use std::path::{Path, PathBuf};

use kernel::Role;
use serde_json::{Value, json};
use testkit::TempFolder;
use web::Config;

use crate::harness::world_with;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A data folder with a scheme that exists nowhere: questions of its own in four steps.
fn data() -> TempFolder {
    let folder = TempFolder::new("fiction");
    let place = folder.path().join("schemes/ishigaki-seiko/site-check/1.0.0");
    std::fs::create_dir_all(place.join("texts")).unwrap();
    let own = "{ status = \"unverified\", source = \"OWN\", date = \"2026-11-21\" }";
    let scheme = format!(
        "format = 1\nid = \"site-check\"\nversion = \"1.0.0\"\npublished = \"2026-11-21\"\noperator = \"石垣精工\"\nlicence = \"Apache-2.0\"\nsubject = \"organisation\"\n\
         award = {{ level = \"\", by = \"self_declaration\", provenance = {own} }}\nprovenance = {own}\ngroups = [\"data\", \"people\"]\n\
         [scoring]\nkind = \"maturity_mean\"\nlowest = 0\nhighest = 3\nreached = 2\nbands = [{{ id = \"good\", from = 200 }}, {{ id = \"open\", from = 0 }}]\n[sources]\nOWN = {{ title = \"own\" }}\n\
         [[requirement]]\nid = \"s1\"\ngroup = \"data\"\ncriterion = [{{ id = \"s1\", ask = \"step\" }}]\n\
         [[requirement]]\nid = \"s2\"\ngroup = \"people\"\ncriterion = [{{ id = \"s2\", ask = \"practice\" }}]\n\
         [[requirement]]\nid = \"s3\"\ngroup = \"people\"\ncriterion = [{{ id = \"s3\", rule = {{ fact = \"backup.taken\", is = \"done\" }} }}]\n"
    );
    let texts = "title = \"海外拠点の点検\"\nsummary = \"架空の点検表です。\"\nhow = \"拠点が答え、本社が確かめます。\"\n[group]\ndata = \"情報\"\npeople = \"人\"\n\
                 [requirement]\ns1 = \"個人情報の置き場所を決めている\"\ns2 = \"現地の言葉で教えている\"\ns3 = \"控えを取っている\"\n[band]\ngood = \"良い\"\nopen = \"これから\"\n\
                 [step.plain]\n0 = \"ない\"\n1 = \"一部\"\n2 = \"ある\"\n3 = \"見直している\"\n";
    for (name, text) in
        [("scheme.toml", scheme.as_str()), ("texts/ja.toml", texts), ("texts/en.toml", texts), ("cases.toml", "case = []\n")]
    {
        std::fs::write(place.join(name), text).unwrap();
    }
    folder
}

#[tokio::test]
async fn a_scheme_of_files_alone_is_assessed_compared_kept_and_exported() {
    let data = data();
    for test in testkit::stores(&server::migrations()).await {
        let catalog = server::load_catalog(data.path()).unwrap();
        let w = world_with(test, Config::default(), catalog).await;
        let admin = &w.a.tokens[&Role::Admin];
        let head = w.api("POST", "/api/v1/assessments", admin, json!({ "scheme": "site-check" })).await.json();
        let id = head["assessment_id"].as_str().unwrap().to_owned();
        let session = w.sign_in("a-admin").await;
        let page = w.get(&format!("/assessments/{id}/questions/data"), &session).await.body;
        assert!(page.contains("個人情報の置き場所") && page.contains("見直している"), "{page}");
        assert_eq!(w.post(&format!("/assessments/{id}/questions/data"), &session, &[("was.s1", ""), ("a.s1", "3")]).await.status, 303);
        w.state("site-check.s2", "partial").await;
        w.state("backup.taken", "done").await;
        let show = w.api("GET", &format!("/api/v1/assessments/{id}"), admin, Value::Null).await.json();
        assert_eq!(
            (&show["head"]["met_count"], &show["head"]["not_met_count"], &show["head"]["score"]),
            (&json!(2), &json!(1), &json!(300))
        );
        let rows = w.api("GET", "/api/v1/comparison?scheme=site-check", admin, Value::Null).await.json();
        assert_eq!(rows["rows"][0]["group_means"][0], 300);
        let csv = w.get("/comparison.csv?scheme=site-check", &session).await.body;
        assert!(csv.contains("\"A社\"") && csv.contains("3.00"));
        assert_eq!(w.api("POST", &format!("/api/v1/assessments/{id}/kept"), admin, json!({})).await.status, 200);
        w.post(&format!("/assessments/{id}/questions/data"), &session, &[("was.s1", "3"), ("a.s1", "1")]).await;
        w.post(&format!("/assessments/{id}/targets"), &session, &[("t.data", "2")]).await;
        let rows = w.api("GET", "/api/v1/comparison?scheme=site-check", admin, Value::Null).await.json();
        assert_eq!(
            (&rows["rows"][0]["score"], &rows["rows"][0]["last_score"], &rows["targets"][0]),
            (&json!(100), &json!(300), &json!(200))
        );
    }
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_ishigaki"))
        .args(["oscal", "export", "site-check", "--data", &data.path().display().to_string()])
        .output()
        .unwrap();
    let exported: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(exported["catalog"]["groups"].as_array().unwrap().len(), 2);
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn no_rust_file_of_the_product_names_a_scheme() {
    let catalog = schemes::Catalog::shipped().unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        rust_files(&entry.unwrap().path().join("src"), &mut files);
    }
    assert!(files.len() > 80);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // What a comment says by way of example does nothing.
        let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
        for (line, words) in code.enumerate() {
            let named = catalog.schemes().iter().find(|s| words.contains(&format!("\"{}", s.id)));
            assert!(named.is_none(), "{} names {} near line {line}: {words}", file.display(), named.unwrap().name());
        }
    }
}
