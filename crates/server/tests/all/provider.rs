//! What a maker publishes, as CSAF 2.0 asks of a trusted provider (section 7.1, requirements 1 to 20), checked from outside:
//! `GnuPG` verifies the signatures, the specification's schema the metadata where it is at hand.

use std::path::Path;
use std::process::Command;

use kernel::{Role, sha256_hex, sha512_hex};
use serde_json::{Value, json};
use testkit::TempFolder;

use crate::harness::{World, worlds};
use crate::products::{grant, known, list, product, published, release, uses};

/// Runs `GnuPG` in a folder of its own.
fn gpg(home: &Path, words: &[&str]) -> (bool, String) {
    let out = Command::new("gpg").args(["--batch", "--no-tty", "--status-fd", "1", "--homedir"]).arg(home).args(words).output();
    let out = out.unwrap_or_else(|e| panic!("gpg: {e}; `cargo xtask test` installs it"));
    (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

/// The path of an address of the instance.
fn path(address: &Value) -> &str {
    address.as_str().unwrap().strip_prefix("http://127.0.0.1:7750").unwrap()
}

async fn json_at(w: &World, address: &Value) -> Value {
    let got = w.get(path(address), "").await;
    assert_eq!(got.status, 200, "{address}");
    got.json()
}

#[tokio::test]
async fn a_published_document_is_found_and_verified_from_the_domain_alone() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        known(&w).await;
        let own = product(&w, a).await;
        let first = release(&w, a, &own, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        published(&w, a, &own, &first).await;
        // 8 and 9: both ways from the domain to the metadata.
        let metadata = w.get("/.well-known/csaf/provider-metadata.json", "").await.json();
        let security = w.get("/.well-known/security.txt", "").await.body;
        let address = metadata["canonical_url"].as_str().unwrap();
        assert!(security.contains(&format!("\nCSAF: {address}\n")) && security.contains("Contact: mailto:"), "{security}");
        assert_eq!(json_at(&w, &metadata["canonical_url"]).await, metadata);
        fits_schema(&metadata);
        assert_eq!(metadata["role"], "csaf_trusted_provider");
        // 15 to 17: the feed for everybody, its service and its categories.
        let rolie = &metadata["distributions"][0]["rolie"];
        let feeds = rolie["feeds"].as_array().unwrap();
        let white = json_at(&w, &feeds.iter().find(|f| f["tlp_label"] == "WHITE").unwrap()["url"]).await;
        assert_eq!(white["feed"]["category"][0]["term"], "csaf");
        let service = json_at(&w, &rolie["services"][0]).await;
        assert_eq!(service["service"]["workspace"][0]["collection"][0]["href"], white["feed"]["link"][0]["href"]);
        assert!(json_at(&w, &rolie["categories"][0]).await["categories"].is_object());
        let entries = white["feed"]["entry"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "what is for customers stands in another feed");
        // 1, 2: the document, and a file name made from its number.
        let link = |rel: &str, end: &str| {
            let all = entries[0]["link"].as_array().unwrap();
            let found = all.iter().find(|l| l["rel"] == rel && l["href"].as_str().unwrap().ends_with(end));
            path(&found.unwrap()["href"]).to_owned()
        };
        let body = w.get(&link("self", ".json"), "").await.body;
        let document: Value = serde_json::from_str(&body).unwrap();
        let number = document["document"]["tracking"]["id"].as_str().unwrap();
        assert_eq!(entries[0]["id"], number);
        assert!(link("self", "").ends_with(&format!("/{}.json", number.to_lowercase())));
        assert_eq!(document["document"]["distribution"]["tlp"]["label"], "WHITE");
        // 18: both checksums.
        let file = link("self", "").rsplit('/').next().unwrap().to_owned();
        assert_eq!(w.get(&link("hash", ".sha256"), "").await.body, format!("{}  {file}\n", sha256_hex(body.as_bytes())));
        assert_eq!(w.get(&link("hash", ".sha512"), "").await.body, format!("{}  {file}\n", sha512_hex(body.as_bytes())));
        // 19, 20: the signature, the key, its fingerprint; a changed document does not pass.
        let folder = TempFolder::new("gpg");
        let home = folder.path();
        let write = |name: &str, text: &str| {
            std::fs::write(home.join(name), text).unwrap();
            home.join(name).display().to_string()
        };
        let key = write("key.asc", &w.get(path(&metadata["public_openpgp_keys"][0]["url"]), "").await.body);
        let (imported, told) = gpg(home, &["--import", &key]);
        assert!(imported && told.contains(&metadata["public_openpgp_keys"][0]["fingerprint"].as_str().unwrap().to_uppercase()), "{told}");
        let signature = write("document.asc", &w.get(&link("signature", ".asc"), "").await.body);
        let (good, told) = gpg(home, &["--verify", &signature, &write("document", &body)]);
        assert!(good && told.contains("GOODSIG"), "{told}");
        let (bad, _) = gpg(home, &["--verify", &signature, &write("changed", &format!("{body} "))]);
        assert!(!bad);
        // 11 to 14: the year's folder, the list, the changes, the pages.
        let directory = metadata["distributions"].as_array().unwrap().iter().find_map(|d| d["directory_url"].as_str()).unwrap();
        let directory = path(&json!(directory)).trim_end_matches('/').to_owned();
        assert_eq!(w.get(&format!("{directory}/index.txt"), "").await.body, format!("2026/{file}\n"));
        assert!(w.get(&format!("{directory}/changes.csv"), "").await.body.starts_with(&format!("\"2026/{file}\",\"2026-11-21T")));
        for page in [directory.clone(), format!("{directory}/2026")] {
            assert!(w.get(&page, "").await.body.contains(&file), "{page}");
        }
        assert_eq!(w.get(&format!("{directory}/2025/{file}"), "").await.status, 404);
    }
}

/// 4, 5: what is for customers lies under another path, asks for a token, and is there for customers only.
#[tokio::test]
async fn a_document_for_customers_is_read_by_customers_only() {
    for w in worlds().await {
        let (a, b) = (&w.a.tokens[&Role::Admin], &w.b.tokens[&Role::Admin]);
        known(&w).await;
        let own = product(&w, a).await;
        let first = release(&w, a, &own, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        published(&w, a, &own, &first).await;
        let feed = format!("/api/v1/csaf/{}/amber/feed.json", w.a.id);
        assert_eq!(w.get(&feed, "").await.status, 401);
        let entries = async |token: &str| w.api("GET", &feed, token, Value::Null).await.json()["feed"]["entry"].clone();
        let seen = entries(a).await;
        assert_eq!((seen.as_array().unwrap().len(), entries(b).await), (1, json!([])));
        let file = path(&seen[0]["content"]["src"]).to_owned();
        assert_eq!(w.api("GET", &file, b, Value::Null).await.status, 404);
        let white = file.replace("/api/v1/csaf", "/csaf").replace("amber", "white");
        assert_eq!(w.get(&white, "").await.status, 404, "the label is no part of the address that can be changed");
        let code = grant(&w, a, &own).await;
        uses(&w, b, &code, json!({ "asset": "第2工場の検査機" })).await;
        assert_eq!(entries(b).await, seen);
        for end in ["", ".sha512", ".asc"] {
            assert_eq!(w.api("GET", &format!("{file}{end}"), b, Value::Null).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_document_stays_as_it_is_until_it_is_published_again() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        known(&w).await;
        let own = product(&w, a).await;
        let id = release(&w, a, &own, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await["release_id"].as_str().unwrap().to_owned();
        let address = format!("/api/v1/products/releases/{id}/publication");
        let publish = async |tlp: &str| w.api("POST", &address, a, json!({ "tlp": tlp })).await.status;
        assert_eq!((publish("RED").await, publish("WHITE").await, publish("WHITE").await), (422, 200, 409));
        let file = format!("/csaf/{}/white/2026/vex-{}.json", w.a.id, id.to_lowercase());
        let session = w.sign_in("a-admin").await;
        let page = format!("/products/releases/{id}");
        let before = w.get(&file, "").await.body;
        w.clock.advance_seconds(3600);
        let decision = [("status", "not_affected"), ("justification", "component_not_present")];
        w.post(&format!("{page}/decision?v=CVE-2099-0001&c=cargo%2Fatty"), &session, &decision).await;
        assert_eq!(w.get(&file, "").await.body, before);
        assert!(w.get(&page, &session).await.body.contains("公開し直してください"));
        assert_eq!(publish("WHITE").await, 200);
        let after = w.get(&file, "").await.json();
        let tracking = &after["document"]["tracking"];
        let dates: Vec<&str> = tracking["revision_history"].as_array().unwrap().iter().map(|r| r["date"].as_str().unwrap()).collect();
        assert_eq!((tracking["version"].as_str(), dates.len()), (Some("2"), 2));
        assert!(dates[0] < dates[1] && tracking["current_release_date"] == dates[1] && tracking["initial_release_date"] == dates[0]);
        assert!(!w.get(&page, &session).await.body.contains("公開し直してください"));
        // While it is out its release stays; taken down it is gone for readers, and counted on if it comes back.
        assert_eq!(w.post(&format!("{page}/drop"), &session, &[]).await.status, 409);
        w.post(&format!("{page}/publication/end"), &session, &[]).await;
        assert_eq!((w.get(&file, "").await.status, w.get("/.well-known/csaf/provider-metadata.json", "").await.status), (404, 404));
        assert_eq!(publish("WHITE").await, 200);
        assert_eq!(w.get(&file, "").await.json()["document"]["tracking"]["version"], "3");
    }
}

/// Whether metadata fit the specification's own schema; that is not shipped, so that it is asked where it is at hand.
fn fits_schema(metadata: &Value) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("csaf-schema");
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sbom/conformance.tar.zst");
    if !archive.exists() {
        testkit::note("LEFT OUT: the schema of CSAF providers, because it is not beside this checkout.");
        return;
    }
    let inside = "conformance/csaf-oasis/csaf_2.0/json_schema";
    if !folder.join(inside).exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let mut tar = Command::new("tar");
        tar.arg("--use-compress-program=zstd -d --long=27").arg("-xf").arg(archive).arg("-C").arg(&folder);
        assert!(tar.arg(inside).status().unwrap().success());
    }
    let read = |name: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(inside).join(name)).unwrap()).unwrap() };
    let mut schema = read("provider_json_schema.json");
    // The one part it takes from the schema of documents is put in its place.
    schema["properties"]["publisher"] = read("csaf_json_schema.json")["properties"]["document"]["properties"]["publisher"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(metadata).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
