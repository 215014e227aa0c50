//! Every shipped scheme that is open goes through its whole path as its files say it, from the
//! application to the public register; one with criteria that are not public stays closed.
//! Services are found as somebody looks for help.

use std::collections::BTreeMap;

use kernel::{Role, Scope};
use schemes::{Catalog, FactKind, Scheme, Subject};
use serde_json::{Value, json};
use web::Config;

use crate::harness::{World, world, worlds};
use crate::workshop::{Parties, asks, parties, posts, takes, writes};

/// Facts that meet what a scheme asks: the fixture's, and every other practice done.
fn facts(catalog: &Catalog, scheme: &Scheme) -> BTreeMap<String, String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/facts/scs-3-met.toml");
    let fixture: toml::Table = toml::from_str(&std::fs::read_to_string(root).unwrap()).unwrap();
    let text = |v: &toml::Value| {
        let set = v.as_array().map(|all| all.iter().map(|v| v.as_str().unwrap()).collect::<Vec<_>>().join(","));
        let yes = v.as_bool().map(|yes| if yes { "yes" } else { "no" }.to_owned());
        set.or(yes).or(v.as_str().map(str::to_owned)).unwrap_or_else(|| v.to_string())
    };
    let mut all = BTreeMap::new();
    let mut conditions = Vec::new();
    for (_, rule, _) in &scheme.conditions {
        rule.each_atom(&mut |atom| conditions.push(atom.fact.as_str()));
    }
    for key in scheme.criteria().flat_map(schemes::Criterion::facts).chain(conditions) {
        let answer = fixture.get(key).map(text);
        let fact = catalog.fact(key).unwrap();
        let other = || match fact.kind() {
            FactKind::Practice => "done".to_owned(),
            FactKind::YesNo => "yes".to_owned(),
            FactKind::Number => fact.range().1.to_string(),
            kind @ (FactKind::Choice | FactKind::Set | FactKind::Date | FactKind::Text) => {
                panic!("{key} is a {kind:?} that the fixture has no answer for")
            }
        };
        all.insert(key.to_owned(), answer.unwrap_or_else(other));
    }
    all
}

/// Walks one scheme from the application to its number in the register.
async fn walk(w: &World, p: &Parties, scheme: &Scheme, given: &[(&str, &str)]) -> String {
    let cx = w.cx();
    let catalog = Catalog::shipped().unwrap();
    let rules: toml::Table = toml::from_str(scheme.beside("register.toml").unwrap()).unwrap();
    let path: Vec<&toml::Table> = rules["path"].as_array().unwrap().iter().map(|s| s.as_table().unwrap()).collect();
    let parts = rules.get("part").and_then(|p| p.as_table()).cloned().unwrap_or_default();
    if parts.contains_key("operator") {
        let mut tx = cx.write().await.unwrap();
        register::party_designate(&cx, &mut tx, &scheme.id, register::OPERATOR, "架空組合").await.unwrap();
        tx.commit().await.unwrap();
    }
    for part in parts.keys().filter(|p| *p != "operator") {
        posts(w, "/register-desk/designations", &p.operator, &[("scheme", &scheme.id), ("part", part), ("organisation", "架空審査")]).await;
    }
    let token = &w.a.tokens[&Role::Admin];
    let site = match scheme.file.subject {
        Subject::Organisation => String::new(),
        kind @ (Subject::Product | Subject::Service | Subject::Person) => {
            let made = w.api("POST", "/api/v1/sites", token, json!({ "name": format!("甲 {}", scheme.id), "kind": kind.as_str() })).await;
            made.json()["site_id"].as_str().unwrap().to_owned()
        }
    };
    let staff = Scope::granted(w.a.id.clone(), w.a.people[&Role::Staff].clone(), Role::Staff);
    let mut tx = cx.write().await.unwrap();
    evidence::facts_import(&cx, &mut tx, &staff, &site, &facts(&catalog, scheme)).await.unwrap();
    tx.commit().await.unwrap();
    let (admin, president) = (w.sign_in("a-admin").await, w.sign_in("a-president").await);
    let begun = w.post("/stars", &admin, &[("scheme", &scheme.name()), ("site_id", &site)]).await;
    assert_eq!(begun.status, 303, "{}: {}", scheme.name(), begun.body);
    let application = begun.header("location").to_owned();
    let fields: Vec<(String, String)> =
        rules.get("field").and_then(|f| f.as_array()).into_iter().flatten().flat_map(|f| field(f, given)).collect();
    let revision = w.api("GET", &format!("/api/v1{application}"), token, Value::Null).await.json()["revision"].to_string();
    let mut form = vec![("scope", "全部"), ("revision", revision.as_str()), ("prefecture", "13")];
    form.extend(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    posts(w, &application, &admin, &form).await;
    let mut deciders = 0;
    for step in path {
        match step["kind"].as_str().unwrap() {
            "declare" => posts(w, &format!("{application}/declare"), &president, &[("name", "a president"), ("agreed", "yes")]).await,
            "examine" => {
                asks(w, &application, &admin).await;
                let at = takes(w, &p.body[0]).await;
                let marks: Vec<String> = scheme.criteria().map(|c| format!("m.{}", c.id)).collect();
                let marks: Vec<(&str, &str)> = marks.iter().map(|m| (m.as_str(), "met")).collect();
                posts(w, &format!("{at}/looks"), &p.body[0], &marks).await;
                writes(w, &at, &p.body[0], &[("plan", "全数"), ("visited_on", "2026-11-20"), ("visit", "見た"), ("report", "満たす")])
                    .await;
                posts(w, &format!("{at}/end"), &p.body[0], &[("verdict", "pass")]).await;
            }
            _ => {
                let by = if step["part"].as_str() == Some("operator") { &p.operator } else { &p.body[1] };
                let at = takes(w, by).await;
                posts(w, &format!("{at}/end"), by, &[("verdict", "pass")]).await;
                deciders += 1;
            }
        }
    }
    assert!(deciders <= 2, "{}", scheme.name());
    let awarded = w.api("GET", &format!("/api/v1{application}"), token, Value::Null).await.json();
    assert_eq!(awarded["state"], "awarded", "{}: {awarded}", scheme.name());
    awarded["number"].as_str().unwrap().to_owned()
}

/// A value that fits a field of the register, or the one that is given.
fn field(rule: &toml::Value, given: &[(&str, &str)]) -> Vec<(String, String)> {
    let id = rule["id"].as_str().unwrap();
    let options = || rule["options"].as_array().unwrap().iter().map(|o| o.as_str().unwrap().to_owned());
    let values = match rule["kind"].as_str().unwrap() {
        _ if given.iter().any(|(k, _)| *k == id) => given.iter().filter(|(k, _)| *k == id).map(|(_, v)| (*v).to_owned()).collect(),
        "areas" => vec!["13".to_owned()],
        "choice" | "choices" => options().take(1).collect(),
        "url" => vec!["https://example.jp/".to_owned()],
        "number" => vec!["1000".to_owned()],
        _ => vec!["架空".to_owned()],
    };
    values.into_iter().map(|v| (format!("f.{id}"), v)).collect()
}

#[tokio::test]
async fn every_open_scheme_is_walked_to_the_register_and_a_pending_one_stays_closed() {
    let test = testkit::stores(&server::migrations()).await.remove(0);
    let w = world(test, Config::default()).await;
    let catalog = Catalog::shipped().unwrap();
    let p = parties(&w, "scs-3").await;
    let (mut walked, mut closed) = (Vec::new(), Vec::new());
    for scheme in catalog.newest().filter(|s| s.beside("register.toml").is_some()) {
        if scheme.pending() > 0 {
            let refused = w.post("/stars", &w.sign_in("a-admin").await, &[("scheme", &scheme.id)]).await;
            assert!(refused.status == 409 && refused.body.contains("公開されていない"), "{}: {}", scheme.id, refused.body);
            closed.push(scheme.id.as_str());
            continue;
        }
        let number = walk(&w, &p, scheme, &[]).await;
        let entry = w.api("GET", &format!("/api/v1/register/{number}"), "", Value::Null).await.json();
        assert_eq!((&entry["head"]["scheme"], &entry["head"]["state"]), (&json!(scheme.id), &json!("valid")), "{entry}");
        let months = scheme.beside("register.toml").unwrap().contains("term_months");
        assert_eq!(entry["head"]["to"] != "", months && !entry["head"]["to"].is_null(), "{entry}");
        walked.push(scheme.id.as_str());
    }
    closed.sort_unstable();
    assert_eq!(closed, ["cyberinfra-1", "jc-star-2", "jc-star-3", "jc-star-4", "otasuketai-2", "scs-4"]);
    assert!(walked.len() >= 13 && walked.contains(&"jc-star-1") && walked.contains(&"infosec-service-penetration"), "{walked:?}");
}

#[tokio::test]
async fn services_are_found_as_somebody_looks_for_help() {
    let catalog = Catalog::shipped().unwrap();
    for w in worlds().await {
        let p = parties(&w, "scs-3").await;
        let help = catalog.scheme("otasuketai-1", None).unwrap();
        let near =
            walk(&w, &p, help, &[("area", "23"), ("area", "24"), ("watch", "endpoint"), ("price", "device"), ("device_price", "2000")])
                .await;
        let audit = walk(&w, &p, catalog.scheme("infosec-service-audit", None).unwrap(), &[("area", "all")]).await;
        let found = async |query: &str| {
            let body = w.api("GET", &format!("/api/v1/register?{query}"), "", Value::Null).await.json();
            body["rows"].as_array().unwrap().iter().map(|r| r["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let q = |text: &str| format!("q={}", web::percent(text));
        assert_eq!(found(&q("愛知県 見守り 端末型")).await, [near.as_str()]);
        assert_eq!(found(&q("愛知 端末型")).await, [near.as_str()]);
        assert_eq!(found(&q("東京都 見守り")).await, Vec::<String>::new(), "not served there");
        assert_eq!(found(&q("東京都 監査")).await, [audit.as_str()], "all of Japan is there too");
        assert_eq!(found(&q("監査")).await, [audit.as_str()]);
        assert_eq!(found(&q("大阪府 審査登録 甲")).await, [audit.as_str()], "a kind of service and a part of its name");
        assert_eq!(found("scheme=otasuketai-1&t.area=24&t.watch=endpoint&t.price=device").await, [near.as_str()]);
        assert_eq!(found("scheme=otasuketai-1&t.area=24&t.watch=network").await, Vec::<String>::new());
        assert_eq!(found("scheme=otasuketai-1&t.area=24&on=2030-01-01").await, Vec::<String>::new(), "it ends before");
        assert_eq!(found("scheme=otasuketai-1&t.area=99&t.nothing=x").await, [near.as_str()], "what is no option is not looked for");
        let page = w.get("/register?scheme=otasuketai-1&t.area=23", "").await.body;
        assert!(page.contains("端末型の見守り") && page.contains("甲 otasuketai-1"), "{page}");
    }
}

#[tokio::test]
async fn a_price_above_the_cap_is_not_taken() {
    let test = testkit::stores(&server::migrations()).await.remove(0);
    let w = world(test, Config::default()).await;
    let token = &w.a.tokens[&Role::Admin];
    let service = w.api("POST", "/api/v1/sites", token, json!({ "name": "見守り", "kind": "service" })).await.json();
    let admin = w.sign_in("a-admin").await;
    let begun = w.post("/stars", &admin, &[("scheme", "otasuketai-1"), ("site_id", service["site_id"].as_str().unwrap())]).await;
    let fields = |price: &'static str| {
        [("scope", "全部"), ("revision", "1"), ("f.area", "23"), ("f.watch", "network"), ("f.price", "flat"), ("f.network_price", price)]
    };
    for price in ["10001", "-1", "一万円", "9223372036854775808"] {
        let refused = w.post(begun.header("location"), &admin, &fields(price)).await;
        assert!(refused.status == 422 && refused.body.contains("10000"), "{price}: {}", refused.body);
    }
    assert_eq!(w.post(begun.header("location"), &admin, &fields("10000")).await.status, 303);
}

#[test]
fn every_register_file_fits_the_committed_json_schema() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let schema = serde_json::to_value(schemars::schema_for!(register::RulesFile)).unwrap();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    testkit::golden(&root.join("schemes/schema/register-1.schema.json"), &text);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut files = 0;
    for scheme in Catalog::shipped().unwrap().schemes() {
        let Some(text) = scheme.beside("register.toml") else { continue };
        let value = serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", scheme.name());
        files += 1;
    }
    assert!(files >= 20, "{files}");
}
