//! Products on both engines: lists come in by page and by one call, advisories find, change and withdraw, releases are
//! compared, and nobody sees anything of others.

use kernel::Role;
use products::advisories_take;
use sbom::Advisory;
use serde_json::{Value, json};

use crate::files::{upload_api, upload_body, upload_with};
use crate::harness::{World, worlds};
use crate::sink::Sink;

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
    let body = json!({ "id": id, "aliases": ["CVE-2099-0001"], "summary": "x", "published": "2026-11-21T00:00:00Z", "withdrawn": withdrawn, "affected": affected });
    (serde_json::from_value(body.clone()).unwrap(), body.to_string().into_bytes())
}

/// One advisory known to the instance.
pub(crate) async fn known(w: &World) {
    advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None)]).await.unwrap();
}

pub(crate) async fn product(w: &World, token: &str) -> String {
    let made = w.api("POST", "/api/v1/products", token, json!({ "name": "計測器 K-100" })).await.json();
    made["product_id"].as_str().unwrap().to_owned()
}

pub(crate) async fn release(w: &World, token: &str, product: &str, bytes: &[u8]) -> Value {
    let taken = w.send(upload_api(&format!("/api/v1/products/{product}/releases"), token, "", "k100.json", bytes)).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    taken.json()
}

/// A customer is let in to see all of a product.
pub(crate) async fn grant(w: &World, token: &str, product: &str) -> Value {
    let input = json!({ "customer_name": "架空機械", "share": "whole", "ends_on": "2027-11-21" });
    let made = w.api("POST", &format!("/api/v1/products/{product}/grants"), token, input).await;
    assert_eq!(made.status, 200, "{}", made.body);
    made.json()
}

/// A release is published for customers, and a later one for everybody. Returns the id of the later one.
pub(crate) async fn published(w: &World, token: &str, product: &str, first: &Value) -> String {
    let later = release(w, token, product, &list("1.1", &["pkg:cargo/atty@0.2.14"])).await;
    for (release, tlp) in [(first, "AMBER"), (&later, "WHITE")] {
        let path = format!("/api/v1/products/releases/{}/publication", release["release_id"].as_str().unwrap());
        assert_eq!(w.api("POST", &path, token, json!({ "tlp": tlp })).await.status, 200);
    }
    later["release_id"].as_str().unwrap().to_owned()
}

/// A社 uses a product of B社 with a vulnerability in it. Returns the id of the use.
pub(crate) async fn used(w: &World) -> String {
    let b = &w.b.tokens[&Role::Admin];
    let theirs = product(w, b).await;
    release(w, b, &theirs, &list("7.0", &["pkg:cargo/atty@0.2.14"])).await;
    let code = grant(w, b, &theirs).await;
    uses(w, &w.a.tokens[&Role::Admin], &code, json!({ "asset": "第2工場の検査機" })).await
}

/// Somebody uses what a code opens. Returns the id of the use.
pub(crate) async fn uses(w: &World, token: &str, code: &Value, mut input: Value) -> String {
    input["code"] = code["code"].clone();
    let made = w.api("POST", "/api/v1/products/uses", token, input).await;
    assert_eq!(made.status, 200, "{}", made.body);
    made.json().as_str().unwrap().to_owned()
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
        let scanned = sbom::Advisories::new(vec![advisory("T-1", "0.3.0", None).0]).scan(&sbom::read(&list("1.0", &purls)).unwrap(), false);
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

fn withdrawn(id: &str) -> (Advisory, Vec<u8>) {
    advisory(id, "0.3.0", Some("2026-11-21T00:00:00Z"))
}

/// What a use was told of the vulnerability, as its page says it.
async fn told(w: &World, session: &str, usage: &str) -> (u16, String) {
    let page = w.get(&format!("/products/uses/{usage}/notice?v=CVE-2099-0001"), session).await;
    (page.status, page.body)
}

#[tokio::test]
async fn news_go_from_the_maker_of_a_part_to_whoever_runs_the_machine() {
    let sink = Sink::start().await;
    for w in worlds().await {
        let room = w.cx().part::<mail::MailRoom>().unwrap();
        room.open(mail::Post::new(&mail::SmtpAddress(sink.address.clone()), "ask@example.jp").unwrap());
        let before = sink.letters().len();
        // B社 makes a part, A社 puts it into a machine, B社 runs that machine.
        let (a, b) = (&w.a.tokens[&Role::Admin], &w.b.tokens[&Role::Admin]);
        let (ours, theirs) = (w.sign_in("a-admin").await, w.sign_in("b-admin").await);
        let part = product(&w, b).await;
        let part_one = release(&w, b, &part, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        let machine = product(&w, a).await;
        let machine_one = release(&w, a, &machine, &list("5.0", &["pkg:cargo/serde@1.0.0"])).await;
        let machine_id = machine_one["release_id"].as_str().unwrap();
        let code = grant(&w, b, &part).await;
        let inside = json!({ "asset": "検査装置の計測部", "in_release_id": machine_id, "mail": "psirt@a.example.jp", "tells_on": true });
        let inside = uses(&w, a, &code, inside).await;
        let code = grant(&w, a, &machine).await;
        let run =
            uses(&w, b, &code, json!({ "asset": "第2工場の検査機", "exposure": "small", "mission": "high", "mail": "joho@b.example.jp" }))
                .await;
        assert_eq!(told(&w, &theirs, &run).await.0, 404, "nothing is told yet");

        w.clock.advance_seconds(3600);
        let taken = advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None)]).await.unwrap();
        assert_eq!((taken.findings, taken.told), (1, 2), "the machine and whoever runs it");
        for (session, usage) in [(&ours, &inside), (&theirs, &run)] {
            let (status, page) = told(&w, session, usage).await;
            assert!(status == 200 && page.contains("作った会社が調べています"), "{page}");
        }
        while server::send_once(&w.app, "test").await.unwrap() > 0 {}
        let letters = sink.letters().split_off(before);
        assert_eq!(letters.len(), 2, "one letter to each");
        assert!(
            letters.iter().all(|l| l.body.contains("/products/uses") && !l.body.contains("CVE") && !l.body.contains("K-100")),
            "{letters:?}"
        );
        let machine_page = w.get(&format!("/products/releases/{machine_id}"), &ours).await.body;
        assert!(machine_page.contains("部品の会社が確認中"));

        // The maker of the part says what to do; both hear it, the second as the machine's maker has nothing to add.
        let address = format!("/products/releases/{}/decision?v=CVE-2099-0001&c=cargo%2Fatty", part_one["release_id"].as_str().unwrap());
        assert_eq!(w.post(&address, &theirs, &[("status", "affected"), ("action", "網から切り離す")]).await.status, 303);
        let (_, page) = told(&w, &theirs, &run).await;
        assert!(page.contains("影響があると言っています") && page.contains("網から切り離す"));

        // Whoever runs it acknowledges what it read, not what changed meanwhile.
        let path = format!("/products/uses/{run}/notice?v=CVE-2099-0001");
        let old = w.post(&path, &theirs, &[("seen", "2026-01-01"), ("plan", "x")]).await;
        assert!(old.status == 422 && old.body.contains("読んでいる間に内容が変わりました"));
        let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answers = [
            ("seen", seen.as_str()),
            ("plan", "休日に止める"),
            ("a-system_exposure", "small"),
            ("a-human_impact", "high"),
            ("a-exploitation", "none"),
        ];
        assert_eq!(w.post(&path, &theirs, &answers).await.status, 303);
        assert!(told(&w, &theirs, &run).await.1.contains("が確認しました"));
        assert!(page.contains("<option value=\"small\" selected>"), "what is known of the place is filled in");

        // The operator of the instance sees every company, and nobody else does.
        let affected = products::companies_affected(&w.cx(), "CVE-2099-0001").await.unwrap();
        assert_eq!(affected.iter().map(|c| (c.releases, c.told, c.acknowledged)).collect::<Vec<_>>(), [(0, 1, 0), (1, 1, 1)]);
        // The maker of the part sees its customer, and of those further on a number only.
        let impact = w.api("GET", "/api/v1/products/impact?v=CVE-2099-0001", b, Value::Null).await.json();
        assert_eq!((impact["told"].as_i64(), impact["acknowledged"].as_i64()), (Some(2), Some(1)), "{impact}");
        assert_eq!(impact["releases"][0]["customers"][0]["further"]["told"], 1);
        assert_eq!(impact["published_seconds"], 3600, "from publication to the last that was told");
        let shown = w.get("/products/vulnerability?v=CVE-2099-0001", &theirs).await.body;
        assert!(shown.contains("架空機械") && shown.contains("その先1か所に知らせ、1か所が確認"));
        assert!(!shown.contains("検査装置の計測部"), "the customer's own words stay with the customer");

        // The machine's maker finds that it does not concern the machine: it ends there.
        let address = format!("/products/releases/{machine_id}/decision?v=CVE-2099-0001&c=product%3A{part}");
        let said = [("status", "not_affected"), ("justification", "vulnerable_code_not_in_execute_path")];
        assert_eq!(w.post(&address, &ours, &said).await.status, 303);
        assert!(told(&w, &theirs, &run).await.1.contains("影響がないと言っています"));
        assert!(told(&w, &ours, &inside).await.1.contains("網から切り離す"), "what the part's maker said stays");
        let vex = w.get(&format!("/products/releases/{machine_id}/vex?format=openvex"), &ours).await.body;
        assert!(vex.contains("not_affected"), "{vex}");
        // Withdrawn: it ends everywhere.
        advisories_take(&w.cx(), &[withdrawn("T-1")]).await.unwrap();
        assert!(told(&w, &ours, &inside).await.1.contains("取り下げられました"));
    }
}

#[tokio::test]
async fn a_mended_release_is_told_and_closes_what_it_mends() {
    for w in worlds().await {
        let (a, b) = (&w.a.tokens[&Role::Admin], &w.b.tokens[&Role::Admin]);
        let session = w.sign_in("a-admin").await;
        known(&w).await;
        let part = product(&w, b).await;
        let one = release(&w, b, &part, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        let code = grant(&w, b, &part).await;
        let usage = uses(&w, a, &code, json!({ "asset": "第2工場の検査機" })).await;
        assert_eq!(told(&w, &session, &usage).await.0, 200, "what was known before is told at once");
        // A part goes into a machine; the machine's next release still holds it.
        let machine = product(&w, a).await;
        let first = release(&w, a, &machine, &list("5.0", &["pkg:cargo/serde@1.0.0"])).await;
        uses(&w, a, &code, json!({ "asset": "計測部", "in_release_id": first["release_id"] })).await;
        let second = release(&w, a, &machine, &list("5.1", &["pkg:cargo/serde@1.0.1"])).await;
        assert_eq!(open(&w, a, &second).await, [("計測器 K-100".to_owned(), "part_open".to_owned())]);

        let two = release(&w, b, &part, &list("1.1", &["pkg:cargo/atty@0.3.0"])).await;
        assert!(told(&w, &session, &usage).await.1.contains("版 1.1 で直っています"));
        let form = [("asset", "第2工場の検査機"), ("release_id", two["release_id"].as_str().unwrap())];
        assert_eq!(w.post(&format!("/products/uses/{usage}"), &session, &form).await.status, 303);
        assert!(told(&w, &session, &usage).await.1.contains("替えたので、終わりです"));
        // A release somebody uses cannot be removed under them.
        let theirs = w.sign_in("b-admin").await;
        let drop = w.post(&format!("/products/releases/{}/drop", one["release_id"].as_str().unwrap()), &theirs, &[]).await;
        assert_eq!(drop.status, 409, "{}", drop.body);
        // The question of a customer is answered from what its maker says.
        let ask = async |v: &str| w.get(&format!("/products/uses/{usage}?ask={v}"), &session).await.body;
        assert!(ask("CVE-2099-9999").await.contains("関係しないという意味ではありません"));
        assert!(ask("cve-2099-0001").await.contains("CVE-2099-0001:"));
    }
}

#[tokio::test]
async fn a_code_lets_one_company_in_until_its_end_and_shows_what_was_said() {
    for w in worlds().await {
        let (a, b) = (&w.a.tokens[&Role::Admin], &w.b.tokens[&Role::Admin]);
        let (ours, theirs) = (w.sign_in("a-admin").await, w.sign_in("b-admin").await);
        let part = product(&w, b).await;
        release(&w, b, &part, &list("1.0", &["pkg:cargo/atty@0.2.14", "pkg:cargo/serde@1.0.0"])).await;
        let page = w.post(&format!("/products/{part}/grants"), &theirs, &[("customer_name", ""), ("share", "redacted")]).await;
        assert!(page.status == 422 && page.body.contains("お客さまの名前を") && page.body.contains("伏せる部品を"));
        let input = json!({ "customer_name": "A社", "share": "redacted", "withheld": "pkg:cargo/serde", "ends_on": "2027-11-21" });
        let code = w.api("POST", &format!("/api/v1/products/{part}/grants"), b, input).await.json();
        let own = w.post("/products/uses", &theirs, &[("code", code["code"].as_str().unwrap()), ("asset", "x")]).await;
        assert_eq!(own.status, 422, "a maker does not take its own code");
        let usage = uses(&w, a, &code, json!({ "asset": "検査機" })).await;
        let shown = w.get(&format!("/products/uses/{usage}/list"), &ours).await.body;
        assert!(shown.contains("pkg:cargo/atty@0.2.14") && !shown.contains("serde") && shown.contains("ishigaki:withheld"), "{shown}");
        let only = json!({ "customer_name": "A社", "share": "answers", "ends_on": "2027-11-21" });
        let only = w.api("POST", &format!("/api/v1/products/{part}/grants"), b, only).await.json();
        let answers = uses(&w, a, &only, json!({ "asset": "検査機2" })).await;
        assert_eq!(w.get(&format!("/products/uses/{answers}/list"), &ours).await.status, 404);
        // Ended: nothing more arrives, the code is dead.
        w.clock.advance_seconds(60);
        assert_eq!(w.post(&format!("/products/grants/{}/end", code["grant_id"].as_str().unwrap()), &theirs, &[]).await.status, 303);
        known(&w).await;
        assert_eq!(told(&w, &ours, &usage).await.0, 404);
        assert_eq!(told(&w, &ours, &answers).await.0, 200);
        assert!(w.get(&format!("/products/uses/{usage}"), &ours).await.body.contains("知らせは終わっています"));
        // Saving the form, asking, and a new release of the maker tell nothing either.
        let next = release(&w, b, &part, &list("2.0", &["pkg:cargo/atty@0.3.0"])).await["release_id"].as_str().unwrap().to_owned();
        let path = format!("/products/uses/{usage}");
        assert_eq!(
            w.post(&path, &ours, &[("asset", "検査機"), ("release_id", &next)]).await.status,
            422,
            "a release of after the end is not there"
        );
        assert_eq!(w.post(&path, &ours, &[("asset", "検査機3")]).await.status, 303);
        let asked = w.get(&format!("{path}?ask=CVE-2099-0001"), &ours).await.body;
        assert!(asked.contains("関係しないという意味ではありません") && !asked.contains("2.0 ("));
        assert_eq!(told(&w, &ours, &usage).await.0, 404);
        assert_eq!(w.get(&format!("{path}/list"), &ours).await.status, 404);
        let dead = w.post("/products/uses", &ours, &[("code", code["code"].as_str().unwrap()), ("asset", "x")]).await;
        assert!(dead.status == 422 && dead.body.contains("この合言葉は使えません"));
    }
}

#[tokio::test]
async fn what_is_open_is_listed_with_what_to_do_first_on_top() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let session = w.sign_in("a-admin").await;
        let vector = |id: &str, name: &str, vector: &str| {
            let body = json!({ "id": id, "severity": [{ "type": "CVSS_V3", "score": vector }],
                "affected": [{ "package": { "ecosystem": "crates.io", "name": name }, "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }] });
            (serde_json::from_value::<Advisory>(body.clone()).unwrap(), body.to_string().into_bytes())
        };
        let (high, low) = ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N");
        let all = [vector("CVE-2099-0002", "one", low), vector("CVE-2099-0003", "two", high), vector("CVE-2099-0004", "three", low)];
        advisories_take(&w.cx(), &all).await.unwrap();
        let id = product(&w, a).await;
        release(&w, a, &id, &list("0.9", &["pkg:cargo/one@1.0.0"])).await;
        let now = release(&w, a, &id, &list("1.0", &["pkg:cargo/one@1.0.0", "pkg:cargo/two@1.0.0", "pkg:cargo/three@1.0.0"])).await;
        let epss = "#model_version:v1,score_date:2026-11-20T12:00:22Z\ncve,epss,percentile\nCVE-2099-0004,0.9,0.99\n";
        products::signals_take(&w.cx(), &products::Signals::epss(epss).unwrap()).await.unwrap();
        let (w, now) = (&w, &now);
        let order = async |query: &str| {
            let page = w.api("GET", &format!("/api/v1/products/vulnerabilities?{query}"), a, Value::Null).await.json();
            let ids: Vec<String> =
                page["lines"].as_array().unwrap().iter().map(|l| l["vulnerability"].as_str().unwrap()[9..].to_owned()).collect();
            assert_eq!(page["total"].as_u64().unwrap(), ids.len() as u64, "{page}");
            ids.join(" ")
        };
        assert_eq!(order("").await, "0004 0003 0002", "nothing decided: by likelihood, then by score");
        assert_eq!(order("sort=severity").await, "0003 0004 0002");
        assert_eq!(order("older=yes").await, "0004 0003 0002 0002");
        assert_eq!(order("text=two%401.0.0").await, "0003");
        assert_eq!(order("text=cargo%2Fone").await, "0002");
        assert_eq!(order("product=nothing").await, "");
        // What is decided goes below what is not, what is exploited above all, and what does not concern us to the end.
        let decide = async |v: &str, c: &str, status: &str| {
            let path = format!("/products/releases/{}/decision?v={v}&c=cargo%2F{c}", now["release_id"].as_str().unwrap());
            let said = [("status", status), ("action", "x"), ("impact", "x"), ("a-exploitation", "none"), ("a-utility", "laborious")];
            assert_eq!(w.post(&path, &session, &said).await.status, 303);
        };
        decide("CVE-2099-0004", "three", "not_affected").await;
        decide("CVE-2099-0003", "two", "affected").await;
        assert_eq!(order("").await, "0002 0003 0004");
        assert_eq!(order("decided=decided").await, "0003 0004");
        assert_eq!(order("decided=undecided").await, "0002");
        assert_eq!(order("sort=due").await, "0003 0002 0004");
        let kev = br#"{"vulnerabilities":[{"cveID":"CVE-2099-0003","dateAdded":"2026-11-20"},{"cveID":"CVE-2099-0004","dateAdded":"2026-11-20"}]}"#;
        products::signals_take(&w.cx(), &products::Signals::kev(kev).unwrap()).await.unwrap();
        assert_eq!(order("").await, "0003 0002 0004");
        let page = w.get("/products/vulnerabilities", &session).await.body;
        assert!(page.contains("10.0") && page.contains("90.00%") && page.contains("悪用"), "{page}");
        assert_eq!(w.api("GET", "/api/v1/products/vulnerabilities", &w.b.tokens[&Role::Admin], Value::Null).await.json()["total"], 0);
    }
}

#[tokio::test]
async fn a_table_is_a_release_too_and_answers_known_outside_are_filled_in() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let session = w.sign_in("a-admin").await;
        known(&w).await;
        let id = product(&w, a).await;
        let rows = [
            ["部品名", "バージョン", "開発元", "purl"],
            ["atty", "0.2.14", "不明", "pkg:cargo/atty@0.2.14"],
            ["計測アプリ", "2.0", "石垣精工", ""],
        ];
        let book = sheets::workbook("一覧", &rows.map(|r| r.map(str::to_owned).to_vec())).unwrap();
        let sent = w.send(upload_body(&format!("/products/{id}/releases"), &session, "", "一覧.xlsx", &book)).await;
        assert!(sent.status == 422 && sent.body.contains("版（バージョン）を100文字までで"), "a table does not say its own version");
        let csv = rows.map(|r| r.join(",")).join("\n").into_bytes();
        for (name, bytes) in [("一覧.xlsx", &book), ("一覧.csv", &csv)] {
            let request = upload_with(&format!("/products/{id}/releases"), &session, ("version", name), (name, bytes));
            let sent = w.send(request).await;
            assert_eq!(sent.status, 303, "{}", sent.body);
            let page = w.get(sent.header("location"), &session).await.body;
            assert!(page.contains("CVE-2099-0001") && page.contains("計測アプリ"), "{page}");
            assert!(page.contains("確かめてほしい部品が2件"), "no licence is given: a person looks");
            assert!(page.contains("1件"), "one component has no identifier, and that is said");
        }
        let record = |exploitation: &str| {
            let options = json!([{ "Exploitation": exploitation }, { "Technical Impact": "total" }]);
            let other = json!({ "type": "ssvc", "content": { "timestamp": "2026-11-20T00:00:00Z", "options": options } });
            let adp = json!([{ "metrics": [{ "other": other }] }]);
            let cna = json!({ "tags": ["disputed"] });
            json!({ "cveMetadata": { "cveId": "CVE-2099-0001", "state": "PUBLISHED" }, "containers": { "cna": cna, "adp": adp } })
                .to_string()
        };
        products::signals_take(&w.cx(), &products::Signals::cve(record("none").as_bytes()).unwrap()).await.unwrap();
        let release = release(&w, a, &id, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        let page = format!("/products/releases/{}", release["release_id"].as_str().unwrap());
        let decision = format!("{page}/decision?v=CVE-2099-0001&c=cargo%2Fatty");
        let form = w.get(&decision, &session).await.body;
        assert!(form.contains("<option value=\"total\" selected>") && form.contains("<option value=\"none\" selected>"));
        assert!(form.contains("脆弱性ではないという反論"));
        let said = [("status", "affected"), ("action", "x"), ("a-exploitation", "none"), ("a-technical_impact", "partial")];
        assert_eq!(w.post(&decision, &session, &said).await.status, 303);
        assert!(!w.get(&page, &session).await.body.contains("見直してください"), "another answer than the one known is a choice");
        products::signals_take(&w.cx(), &products::Signals::cve(record("poc").as_bytes()).unwrap()).await.unwrap();
        assert!(w.get(&page, &session).await.body.contains("見直してください"), "an input changed");
    }
}

/// Pitfall 15: one finding of what goes by several names, apart again when a source takes the common name back.
#[tokio::test]
async fn names_that_meet_are_one_finding_and_part_again() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let named = |id: &str, aliases: &[&str], withdrawn: Option<&str>| {
            let range = json!({ "type": "SEMVER", "events": [{ "introduced": "0" }] });
            let affected = json!([{ "package": { "ecosystem": "crates.io", "name": "atty" }, "ranges": [range] }]);
            let body = json!({ "id": id, "aliases": aliases, "withdrawn": withdrawn, "affected": affected });
            (serde_json::from_value::<Advisory>(body.clone()).unwrap(), body.to_string().into_bytes())
        };
        let id = product(&w, a).await;
        let part = release(&w, a, &id, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        let (w, part) = (&w, &part);
        let found = async || {
            let path = format!("/api/v1/products/releases/{}", part["release_id"].as_str().unwrap());
            let all = w.api("GET", &path, a, Value::Null).await.json();
            let open: Vec<(String, usize)> = all["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|f| f["closed_at"] == "")
                .map(|f| (f["vulnerability"].as_str().unwrap().to_owned(), f["advisories"].as_array().unwrap().len()))
                .collect();
            let listed = w.api("GET", "/api/v1/products/vulnerabilities", a, Value::Null).await.json()["total"].as_u64().unwrap();
            assert_eq!(listed, open.len() as u64, "every view says the same");
            open
        };
        let take = async |all: &[(Advisory, Vec<u8>)]| advisories_take(&w.cx(), all).await.unwrap();
        take(&[named("GHSA-1", &["CVE-2099-0001"], None), named("RUSTSEC-1", &["CVE-2099-0001", "GHSA-1"], None)]).await;
        assert_eq!(found().await, [("CVE-2099-0001".to_owned(), 2)], "one finding with both sources");
        // KEV knows it by the common name only, and that reaches both.
        let kev = br#"{"vulnerabilities":[{"cveID":"CVE-2099-0001","dateAdded":"2026-11-20"}]}"#;
        products::signals_take(&w.cx(), &products::Signals::kev(kev).unwrap()).await.unwrap();
        take(&[named("RUSTSEC-1", &[], None)]).await;
        assert_eq!(found().await, [("CVE-2099-0001".to_owned(), 1), ("RUSTSEC-1".to_owned(), 1)], "the name was taken back");
        take(&[named("GHSA-1", &["CVE-2099-0001"], Some("2026-11-21T00:00:00Z"))]).await;
        assert_eq!(found().await, [("RUSTSEC-1".to_owned(), 1)], "withdrawn closes its own only");
    }
}

#[tokio::test]
async fn an_exception_ends_on_its_day_and_asks_to_be_looked_at_again() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        known(&w).await;
        let id = product(&w, a).await;
        let part = release(&w, a, &id, &list("1.0", &["pkg:cargo/atty@0.2.14"])).await;
        let page = format!("/products/releases/{}", part["release_id"].as_str().unwrap());
        let path = format!("{page}/decision?v=CVE-2099-0001&c=cargo%2Fatty");
        let session = w.sign_in("a-admin").await;
        for (status, until) in [("affected", "2026-11-20"), ("affected", "2029-01-01"), ("under_investigation", "2026-12-01")] {
            let wrong = w.post(&path, &session, &[("status", status), ("action", "x"), ("until", until)]).await;
            assert!(wrong.status == 422 && wrong.body.contains("例外にできるのは"), "{status} {until}");
        }
        let said = [("status", "affected"), ("action", "x"), ("until", "2026-11-25")];
        assert_eq!(w.post(&path, &session, &said).await.status, 303);
        let shown = w.get(&page, &session).await.body;
        assert!(shown.contains("2026-11-25") && shown.contains("例外") && !shown.contains("見直してください"));
        w.clock.advance_seconds(6 * 86_400);
        let session = w.sign_in("a-admin").await;
        assert!(w.get(&page, &session).await.body.contains("見直してください"), "its day has passed");
    }
}

/// NVD names a product by CPE, OSV its package: one component, one vulnerability, one finding; without a package URL the
/// CPE name finds it, before and after the release came in.
#[tokio::test]
async fn a_cpe_name_finds_what_has_no_package_url_and_doubles_nothing() {
    let cpe = "cpe:2.3:a:kakuu:atty:*:*:*:*:*:*:*:*";
    let nvd = |below: &str| {
        let entry = json!([{ "vulnerable": true, "criteria": cpe, "versionEndExcluding": below }]);
        let cve = json!({ "id": "CVE-2099-0001", "configurations": [{ "nodes": [{ "operator": "OR", "cpeMatch": entry }] }] });
        let file = json!({ "format": "NVD_CVE", "vulnerabilities": [{ "cve": cve }] }).to_string();
        let read = sbom::read_advisories(file.as_bytes()).unwrap().1.swap_remove(0);
        let kept = serde_json::to_vec(&read).unwrap();
        (read, kept)
    };
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let id = product(&w, a).await;
        let own = cpe.replace(":*:*:*:*:*:*:*:*", ":0.2.14:*:*:*:*:*:*:*");
        let both = json!({ "type": "library", "name": "atty", "version": "0.2.14", "purl": "pkg:cargo/atty@0.2.14", "cpe": own });
        let bare = json!({ "type": "library", "name": "atty-copy", "version": "0.2.14", "cpe": cpe });
        let named = json!({ "type": "library", "name": "atty", "version": "0.2.14" });
        let list = |version: &str| {
            let metadata = json!({ "component": { "type": "application", "name": "K-100", "version": version } });
            json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": metadata, "components": [both, bare, named] }).to_string()
        };
        let before = release(&w, a, &id, list("1.0").as_bytes()).await;
        let taken = advisories_take(&w.cx(), &[advisory("T-1", "0.3.0", None), nvd("0.3.0")]).await.unwrap();
        assert_eq!(taken.findings, 3, "both advisories on the first, one on the second");
        let hit = |name: &str| (name.to_owned(), "affected".to_owned());
        assert_eq!(open(&w, a, &before).await, [hit("atty"), hit("atty-copy")]);
        let path = format!("/api/v1/products/releases/{}", before["release_id"].as_str().unwrap());
        let found = w.api("GET", &path, a, Value::Null).await.json()["findings"].clone();
        assert_eq!(
            (&found[0]["advisories"], &found[1]["advisories"]),
            (&json!(["NVD:CVE-2099-0001", "T-1"]), &json!(["NVD:CVE-2099-0001"]))
        );
        assert_eq!(
            (&found[1]["detail"], &found[1]["fixed"], &found[1]["package"]),
            (&json!("cpe_range"), &json!("0.3.0"), &json!("cpe/kakuu:atty"))
        );
        let later = release(&w, a, &id, list("1.1").as_bytes()).await;
        assert_eq!(open(&w, a, &later).await, [hit("atty"), hit("atty-copy")]);
        advisories_take(&w.cx(), &[nvd("0.1.0")]).await.unwrap();
        assert_eq!(open(&w, a, &later).await, [hit("atty")]);
    }
}

#[tokio::test]
async fn what_is_noted_of_a_product_is_kept_printed_and_brought_back() {
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let id = product(&w, a).await;
        let path = format!("/api/v1/products/{id}/sheets/annex");
        let put = async |answers: Value| w.api("POST", &path, a, answers).await.status;
        assert_eq!(put(json!({ "notice": { "choice": "never" } })).await, 422);
        assert_eq!(put(json!({ "notice": { "choice": "fast", "notes": { "added": "電話でも知らせる", "else": "x" } } })).await, 200);
        let kept = json!({ "notice": { "choice": "fast", "notes": { "added": "電話でも知らせる" } } });
        assert_eq!(w.api("GET", &path, a, Value::Null).await.json(), kept);
        assert_eq!(put(kept.clone()).await, 200);
        let session = w.sign_in("a-admin").await;
        let page = format!("/products/{id}/sheets/annex");
        assert!(!w.get(&page, &session).await.body.contains("revision=1"), "the same again is no revision");
        let printed = w.get(&format!("{page}/print?buyer=架空機械"), &session).await.body;
        assert!(printed.contains("24時間以内") && printed.contains("架空機械に知らせる") && printed.contains("電話でも知らせる"));
        w.post(&page, &session, &[("c-notice", "monthly")]).await;
        let old = w.get(&format!("{page}?revision=1"), &session).await.body;
        assert!(old.contains("value=\"fast\" selected") && old.contains("電話でも知らせる"));
        assert!(w.get(&page, &session).await.body.contains("value=\"monthly\" selected"));
        let example = w.get(&format!("/products/{id}/sheets/scope?example=0"), &session).await.body;
        assert!(example.contains("value=\"platform\" selected"), "an example is filled in");
        assert_eq!(w.api("GET", &format!("/api/v1/products/{id}/sheets/scope"), a, Value::Null).await.json(), json!({}), "and not kept");
        assert_eq!(w.get(&format!("/products/{id}/sheets/else"), &session).await.status, 404);
    }
}

/// Lines of versions end; a component without a package URL is found by its CPE name.
#[tokio::test]
async fn components_at_the_end_of_their_support_are_told() {
    let lines = |ends: &str| {
        sbom::Lifecycle::read(format!("identifier,cycle,ends_on\ncpe:/o:kakuu:os,1.2,{ends}\npkg:cargo/atty,0,2030-01-01\n").as_bytes())
            .unwrap()
    };
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let id = product(&w, a).await;
        let parts = json!([{ "type": "operating-system", "name": "架空OS", "version": "1.2.3", "cpe": "cpe:2.3:o:kakuu:os:1.2.3:*:*:*:*:*:*:*" },
            { "type": "library", "name": "atty", "version": "0.2.14", "purl": "pkg:cargo/atty@0.2.14" }]);
        let metadata = json!({ "component": { "type": "application", "name": "K-100", "version": "1.0" } });
        let list = json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": metadata, "components": parts }).to_string();
        let known = release(&w, a, &id, list.as_bytes()).await;
        assert_eq!(known["ends"], json!([]));
        let path = format!("/api/v1/products/releases/{}", known["release_id"].as_str().unwrap());
        for (ends, state) in [("2027-01-31", "near"), ("2026-01-31", "ended")] {
            products::lifecycles_take(&w.cx(), &lines(ends)).await.unwrap();
            let found = w.api("GET", &path, a, Value::Null).await.json()["ends"].clone();
            assert_eq!((&found[0]["state"], &found[0]["ends_on"], &found[0]["component"]), (&json!(state), &json!(ends), &json!("架空OS")));
            assert_eq!(found.as_array().unwrap().len(), 1, "atty has years to go");
        }
        let session = w.sign_in("a-admin").await;
        let page = w.get(&format!("/products/releases/{}", known["release_id"].as_str().unwrap()), &session).await.body;
        assert!(page.contains("サポートの終わり") && page.contains("2026-01-31"));
    }
}

/// Pitfall 20: a list that comes in while every advisory is matched again misses none and waits for none.
#[tokio::test]
async fn a_list_put_in_while_everything_is_matched_again_misses_nothing() {
    let advisories = |fixed: &str| -> Vec<(Advisory, Vec<u8>)> {
        let one = |n: usize| {
            let (mut read, _) = advisory(&format!("T-{n}"), fixed, None);
            read.aliases = vec![format!("CVE-2099-{n:05}")];
            let kept = serde_json::to_vec(&read).unwrap();
            (read, kept)
        };
        (0..450).map(one).collect()
    };
    for w in worlds().await {
        let a = &w.a.tokens[&Role::Admin];
        let id = product(&w, a).await;
        advisories_take(&w.cx(), &advisories("0.1.0")).await.unwrap();
        let (cx, all) = (w.cx(), advisories("0.3.0"));
        let bytes = list("1.0", &["pkg:cargo/atty@0.2.14"]);
        // They change in steps; the list comes in between.
        let (taken, came) = tokio::join!(advisories_take(&cx, &all), release(&w, a, &id, &bytes));
        assert_eq!(taken.unwrap().changed, 450);
        assert_eq!(open(&w, a, &came).await.len(), 450, "each is found by one of the two, none by neither");
    }
}
