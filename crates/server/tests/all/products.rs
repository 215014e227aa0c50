//! Products on both engines: lists come in by page and by one call, advisories find, change and withdraw, releases are
//! compared, and nobody sees anything of others.

use kernel::Role;
use products::advisories_take;
use sbom::Advisory;
use serde_json::{Value, json};

use crate::files::{upload_api, upload_body};
use crate::harness::{World, worlds};

/// A component list that states its own version.
pub(crate) fn list(version: &str, purls: &[&str]) -> Vec<u8> {
    let part = |purl: &&str| json!({ "type": "library", "name": purl.split('/').nth(1), "version": purl.rsplit('@').next(), "purl": purl });
    let parts: Vec<Value> = purls.iter().map(part).collect();
    let subject = json!({ "type": "application", "name": "K-100", "version": version });
    let metadata = json!({ "component": subject });
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": metadata, "components": parts })
        .to_string()
        .into_bytes()
}

fn advisory(id: &str, fixed: &str, withdrawn: Option<&str>) -> (Advisory, Vec<u8>) {
    let range = json!({ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] });
    let affected = json!([{ "package": { "ecosystem": "crates.io", "name": "atty" }, "ranges": [range] }]);
    let body = json!({ "id": id, "aliases": ["CVE-2099-0001"], "summary": "x", "withdrawn": withdrawn, "affected": affected });
    (serde_json::from_value(body.clone()).unwrap(), body.to_string().into_bytes())
}

/// One advisory known to the instance.
pub(crate) async fn known(w: &World) {
    advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None)]).await.unwrap();
}

async fn product(w: &World, token: &str) -> String {
    let made = w.api("POST", "/api/v1/products", token, json!({ "name": "計測器 K-100" })).await.json();
    made["product_id"].as_str().unwrap().to_owned()
}

async fn release(w: &World, token: &str, product: &str, bytes: &[u8]) -> Value {
    let taken = w.send(upload_api(&format!("/api/v1/products/{product}/releases"), token, "", "k100.json", bytes)).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    taken.json()
}

async fn open(w: &World, token: &str, release: &Value) -> Vec<(String, String)> {
    let path = format!("/api/v1/products/releases/{}", release["release_id"].as_str().unwrap());
    let found = w.api("GET", &path, token, Value::Null).await.json();
    let text = |f: &Value, key: &str| f[key].as_str().unwrap().to_owned();
    let list = found["findings"].as_array().unwrap().iter().filter(|f| f["closed_at"] == "");
    list.map(|f| (text(f, "component"), text(f, "state"))).collect()
}

#[tokio::test]
async fn an_advisory_that_comes_changes_and_goes_is_followed() {
    for w in worlds().await {
        let (a, b) = (&w.a.tokens[&Role::Admin], &w.b.tokens[&Role::Admin]);
        let (ours, theirs) = (product(&w, a).await, product(&w, b).await);
        let bytes = list("1.0", &["pkg:cargo/atty@0.2.14", "pkg:cargo/serde@1.0.0"]);
        let (ours, theirs) = (release(&w, a, &ours, &bytes).await, release(&w, b, &theirs, &bytes).await);
        assert!(open(&w, a, &ours).await.is_empty());
        let taken = advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None)]).await.unwrap();
        assert_eq!((taken.added, taken.findings), (1, 2));
        let hit = vec![("atty@0.2.14".to_owned(), "affected".to_owned())];
        assert_eq!((open(&w, a, &ours).await, open(&w, b, &theirs).await), (hit.clone(), hit.clone()));
        let again = advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None)]).await.unwrap();
        assert_eq!((again.same, again.findings, again.closed), (1, 0, 0));
        // A second advisory on the same vulnerability is the same finding.
        advisories_take(&w.cx(), &[advisory("T-2", "0.3.0", None)]).await.unwrap();
        assert_eq!(open(&w, a, &ours).await, hit);
        // What it says changes: this version is no longer meant. Then the other is withdrawn.
        let changed = advisories_take(&w.cx(), &[advisory("T-1", "0.1.0", None)]).await.unwrap();
        assert_eq!((changed.changed, changed.findings, changed.closed), (1, 0, 2));
        assert_eq!(open(&w, a, &ours).await, hit, "the other advisory still says so");
        let gone = advisories_take(&w.cx(), &[advisory("T-2", "0.3.0", Some("2026-11-21T00:00:00Z"))]).await.unwrap();
        assert_eq!(gone.closed, 2);
        assert!(open(&w, a, &ours).await.is_empty());
    }
}

#[tokio::test]
async fn a_new_release_is_matched_and_compared_at_once() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None)]).await.unwrap();
        let id = product(&w, a).await;
        let first = release(&w, a, &id, &list("1.0", &["pkg:cargo/atty@0.2.14", "pkg:cargo/serde@1.0.0"])).await;
        assert_eq!(open(&w, a, &first).await.len(), 1);
        let second = release(&w, a, &id, &list("1.1", &["pkg:cargo/atty@0.3.0", "pkg:cargo/log@0.4.0"])).await;
        assert!(open(&w, a, &second).await.is_empty());
        let kinds: Vec<&str> = second["changes"].as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["added", "removed", "version"]);
        assert_eq!(second["version"], "1.1");
        assert_eq!(second["elements"].as_array().unwrap().len(), 30);
    }
}

#[tokio::test]
async fn a_list_comes_in_by_page_and_goes_out_as_it_came() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let id = product(&w, &w.a.tokens[&Role::Admin]).await;
        let bytes = list("1.0", &["pkg:cargo/atty@0.2.14"]);
        let sent = w.send(upload_body(&format!("/products/{id}/releases"), &session, "", "k100.json", &bytes)).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let page = w.get(&format!("/products/{id}"), &session).await.body;
        let release = page.split("/products/releases/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let shown = w.get(&format!("/products/releases/{release}"), &session).await.body;
        assert!(shown.contains("pkg:cargo/atty@0.2.14") && shown.contains("2021年版") && shown.contains("供給者の名前"));
        assert!(shown.contains("調べていません"), "without advisories nothing is called fine");
        let file = w.get(&format!("/products/releases/{release}/file"), &session).await.body;
        assert_eq!(file.as_bytes(), bytes);
        let wrong = w.send(upload_body(&format!("/products/{id}/releases"), &session, "", "a.json", b"{\"bomFormat\":1}")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("＊"));
        let dropped = w.post(&format!("/products/releases/{release}/drop"), &session, &[]).await;
        assert_eq!(dropped.status, 303);
        assert_eq!(w.get(&format!("/products/releases/{release}"), &session).await.status, 404);
        assert_eq!(w.post(&format!("/products/{id}/drop"), &session, &[]).await.status, 303);
        assert!(!w.get("/products", &session).await.body.contains("K-100"));
    }
}

#[tokio::test]
async fn a_decision_holds_for_later_releases_and_is_told_to_users() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let session = w.sign_in("a-admin").await;
        known(&w).await;
        let id = product(&w, a).await;
        let first = release(&w, a, &id, &list("1.0", &["pkg:cargo/atty@0.2.13"])).await;
        let page = |release: &Value| format!("/products/releases/{}", release["release_id"].as_str().unwrap());
        let address = |release: &Value| format!("{}/decision?v=CVE-2099-0001&c=cargo%2Fatty", page(release));
        let empty = w.post(&address(&first), &session, &[("status", "affected")]).await;
        assert_eq!(empty.status, 422, "what users do is missing");
        let said = [("status", "affected"), ("action", "1.1 に上げる"), ("a-exploitation", "none"), ("a-technical_impact", "partial")];
        assert_eq!(w.post(&address(&first), &session, &said).await.status, 303);
        // It becomes known to be exploited: the decision is to be looked at again, and the answer is filled in.
        let kev = br#"{"vulnerabilities":[{"cveID":"CVE-2099-0001","dateAdded":"2026-11-20"}]}"#;
        products::signals_take(&w.cx(), &products::Signals::kev(kev).unwrap()).await.unwrap();
        let second = release(&w, a, &id, &list("1.0.1", &["pkg:cargo/atty@0.2.14"])).await;
        let shown = w.get(&page(&second), &session).await.body;
        assert!(shown.contains("影響がある") && shown.contains("見直してください"), "the decision holds for the next version");
        assert!(w.get(&address(&second), &session).await.body.contains("<option value=\"active\" selected>"));
        let again = [("status", "affected"), ("action", "1.1 に上げる"), ("a-exploitation", "active")];
        assert_eq!(w.post(&address(&second), &session, &again).await.status, 303);
        assert!(!w.get(&page(&second), &session).await.body.contains("見直してください"));
        let history = w.get(&address(&second), &session).await.body;
        assert_eq!(history.matches("<td>影響がある</td>").count(), 2, "both decisions are kept");
        let third = release(&w, a, &id, &list("1.1", &["pkg:cargo/atty@0.3.0"])).await;
        for (format, says, fixed) in [
            ("csaf", "\"known_affected\"", "\"fixed\""),
            ("openvex", "\"status\": \"affected\"", "\"status\": \"fixed\""),
            ("cyclonedx", "\"state\": \"exploitable\"", "\"state\": \"resolved\""),
        ] {
            let file = |release: &Value| format!("{}/vex?format={format}", page(release));
            let second = w.get(&file(&second), &session).await.body;
            assert!(second.contains(says) && second.contains("1.1 に上げる"), "{second}");
            let third = w.get(&file(&third), &session).await.body;
            assert!(third.contains(fixed) && !third.contains(says), "{third}");
        }
        let stranger = w.sign_in("b-admin").await;
        assert_eq!(w.post(&address(&second), &stranger, &again).await.status, 404);
    }
}

/// Pitfall 19: two companies, one library. Pitfall 17: every view gives the same set.
#[tokio::test]
async fn neither_of_two_companies_learns_of_the_other() {
    for w in worlds().await {
        let (a, b) = (&w.a.tokens[&Role::Admin], &w.b.tokens[&Role::Admin]);
        known(&w).await;
        // More than one statement of rows, so that places are right in all of them.
        let many: Vec<String> =
            (0..40).map(|n| format!("pkg:cargo/made-up-{n}@1.0.{n}")).chain(["pkg:cargo/atty@0.2.14".to_owned()]).collect();
        let purls: Vec<&str> = many.iter().map(String::as_str).collect();
        let ours = product(&w, a).await;
        let ours = release(&w, a, &ours, &list("1.0", &purls)).await;
        let theirs = product(&w, b).await;
        release(&w, b, &theirs, &list("7.7", &["pkg:cargo/atty@0.2.14"])).await;
        let id = ours["release_id"].as_str().unwrap();
        let session = w.sign_in("a-admin").await;
        let page = w.get(&format!("/products/releases/{id}"), &session).await.body;
        assert!(page.contains("made-up-39") && page.contains("1.0.39"));
        assert_eq!(page.matches("RUSTSEC").count() + page.matches("T-1").count(), 1, "the finding stands once");
        for path in ["/products", "/products/releases/", "/ledger"] {
            let path = if path.ends_with('/') { format!("{path}{id}") } else { path.to_owned() };
            let body = w.get(&path, &session).await.body;
            assert!(!body.contains("7.7") && !body.contains(&theirs), "{path}");
        }
        let api = w.api("GET", &format!("/api/v1/products/releases/{id}"), a, Value::Null).await.json();
        assert_eq!((api["findings"].as_array().unwrap().len(), api["component_count"].as_i64()), (1, Some(42)));
        assert_eq!(api["findings"][0]["place"], 41, "the component it is about, not another");
        let listed = w.get(&format!("/products/{}", api["product_id"].as_str().unwrap()), &session).await.body;
        assert!(listed.contains("<td>42</td><td>1</td><td>0</td>"), "the list of releases counts the same");
        let scanned = sbom::Advisories::new(vec![advisory("T-1", "0.3.0", None).0]).scan(&sbom::read(&list("1.0", &purls)).unwrap());
        assert_eq!(scanned.findings.len(), 1, "the word that needs no database says the same");
    }
}

/// Pitfall 14: what is said of a library in one product silences nothing in another.
#[tokio::test]
async fn a_decision_for_one_product_says_nothing_of_another() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let session = w.sign_in("a-admin").await;
        known(&w).await;
        let mut releases = Vec::new();
        for _ in 0..2 {
            let id = product(&w, a).await;
            releases.push(release(&w, a, &id, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await["release_id"].as_str().unwrap().to_owned());
        }
        let said = [("status", "not_affected"), ("justification", "vulnerable_code_not_present")];
        let path = format!("/products/releases/{}/decision?v=CVE-2099-0001&c=cargo%2Fatty", releases[0]);
        assert_eq!(w.post(&path, &session, &said).await.status, 303);
        let (w, session) = (&w, &session);
        let shown = async |id: &str| w.get(&format!("/products/releases/{id}"), session).await;
        let vex = async |id: &str| w.get(&format!("/products/releases/{id}/vex?format=openvex"), session).await;
        assert!(shown(&releases[0]).await.body.contains("影響がない"));
        assert!(shown(&releases[1]).await.body.contains("まだ決めていません"));
        assert!(vex(&releases[0]).await.body.contains("not_affected"));
        assert!(vex(&releases[1]).await.body.contains("under_investigation"));
        // What never concerned a product is not called mended by its next release.
        let one = w.api("GET", &format!("/api/v1/products/releases/{}", releases[0]), a, Value::Null).await.json();
        let next = release(w, a, one["product_id"].as_str().unwrap(), &list("1.1", &["pkg:cargo/atty@0.3.0"])).await;
        assert!(!vex(next["release_id"].as_str().unwrap()).await.body.contains("fixed"));
    }
}
