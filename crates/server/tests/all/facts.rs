//! Facts and what follows from them, the same on both engines to the byte.

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{World, worlds};

async fn scs(w: &World) -> Value {
    let list = w.api("GET", "/api/v1/assessments", &w.a.tokens[&Role::Staff], Value::Null).await.json();
    list.as_array().unwrap().iter().find(|a| a["scheme"] == "scs-3" && a["site_id"] == "").unwrap().clone()
}

/// States a mixed set of facts; also for the byte comparison.
pub(crate) async fn fill(w: &World) {
    for (key, answer) in [
        ("backup.taken", "done"),
        ("backup.plan", "targets,frequency,retention"),
        ("password.min_length", "8"),
        ("password.lockout_failures", "10"),
        ("governance.policy", "partial"),
        ("training.reviewed_on", "2026-04-01"),
        ("identity.user_sharing", "shared"),
        ("password.mixed_characters", "no"),
        ("malware.installed", "unknown"),
        ("patch.critical_days", "none"),
    ] {
        let answer = w.state(key, answer).await;
        assert_eq!(answer.status, 200, "{key}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_new_organisation_has_every_rung_of_the_ladder_unanswered() {
    for w in worlds().await {
        let list = w.api("GET", "/api/v1/assessments", &w.a.tokens[&Role::Viewer], Value::Null).await.json();
        let names: Vec<String> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|a| format!("{}@{} {}", a["scheme"].as_str().unwrap(), a["version"].as_str().unwrap(), a["unknown_count"]))
            .collect();
        assert_eq!(names, ["security-action-1@4.0.0 6", "security-action-2@3.1.0 25", "scs-3@1.0.0 81", "scs-4@1.0.0 81"]);
    }
}

#[tokio::test]
async fn one_fact_serves_several_schemes_and_says_what_changed() {
    for w in worlds().await {
        let saved = w.state("backup.taken", "done").await.json();
        assert_eq!(saved["changed_count"], 2, "★ and ★★; ★3 4-3-4-1 still waits for the plan");
        let version = saved["fact"]["version_id"].as_str().unwrap();
        let changes = w.api("GET", &format!("/api/v1/changes/{version}"), &w.a.tokens[&Role::Staff], Value::Null).await.json();
        let said: Vec<String> = changes
            .as_array()
            .unwrap()
            .iter()
            .map(|c| {
                format!(
                    "{} {} {}→{}",
                    c["level"].as_str().unwrap(),
                    c["criterion"].as_str().unwrap(),
                    c["before"].as_str().unwrap(),
                    c["after"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(said, ["★ 6 unanswered→met", "★★ 11 unanswered→met"]);
        let again = w.state("backup.plan", "targets,frequency,retention").await.json();
        assert_eq!(again["changed_count"], 2, "★3 and ★4 read the same");
        assert_eq!(scs(&w).await["met_count"], 1);
    }
}

#[tokio::test]
async fn both_engines_give_the_same_bytes() {
    let mut bodies: Vec<Vec<String>> = Vec::new();
    for w in worlds().await {
        fill(&w).await;
        let token = &w.a.tokens[&Role::Staff];
        let list = w.api("GET", "/api/v1/assessments", token, Value::Null).await;
        let mut all = vec![list.body.clone()];
        for a in list.json().as_array().unwrap() {
            all.push(w.api("GET", &format!("/api/v1/assessments/{}", a["assessment_id"].as_str().unwrap()), token, Value::Null).await.body);
        }
        for path in ["/api/v1/facts", "/api/v1/ladder", "/api/v1/comparison?scheme=scs-3", "/api/v1/schemes", "/api/v1/ledger"] {
            let token = if path.ends_with("ledger") { &w.a.tokens[&Role::Admin] } else { token };
            all.push(w.api("GET", path, token, Value::Null).await.body);
        }
        bodies.push(all);
    }
    if let [sqlite, postgres] = bodies.as_slice() {
        for (one, two) in sqlite.iter().zip(postgres) {
            assert_eq!(one, two);
        }
        assert_eq!(sqlite.len(), postgres.len());
    } else {
        testkit::note("LEFT OUT: byte comparison of the engines, because only one runs here.");
    }
}

#[tokio::test]
async fn the_history_keeps_every_version_and_withdrawing_is_one() {
    for w in worlds().await {
        w.state("backup.taken", "none").await;
        w.state("backup.taken", "done").await;
        let token = &w.a.tokens[&Role::Staff];
        assert_eq!(w.api("DELETE", "/api/v1/facts/backup.taken", token, Value::Null).await.status, 200);
        assert_eq!(w.api("GET", "/api/v1/facts/backup.taken", token, Value::Null).await.status, 404);
        w.state("backup.taken", "partial").await;
        let history = w.api("GET", "/api/v1/facts/backup.taken/history", token, Value::Null).await.json();
        let words: Vec<&str> = history.as_array().unwrap().iter().map(|v| v["words"].as_str().unwrap()).collect();
        assert_eq!(words, ["一部だけ実施", "取り消し", "実施", "未実施"]);
    }
}

#[tokio::test]
async fn a_stale_revision_is_refused_and_nothing_changes() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let first = w.state("backup.taken", "done").await.json();
        let put = |revision: i64, answer: &str| json!({ "answer": answer, "revision": revision });
        let seen = first["fact"]["revision"].as_i64().unwrap();
        assert_eq!(w.api("PUT", "/api/v1/facts/backup.taken", token, put(seen, "partial")).await.status, 200);
        assert_eq!(w.api("PUT", "/api/v1/facts/backup.taken", token, put(seen, "none")).await.status, 409);
        let now = w.api("GET", "/api/v1/facts/backup.taken", token, Value::Null).await.json();
        assert_eq!(now["value"], "partial");
    }
}

#[tokio::test]
async fn a_weak_site_decides_for_the_whole_company() {
    for w in worlds().await {
        let admin = &w.a.tokens[&Role::Admin];
        let site =
            w.api("POST", "/api/v1/sites", admin, json!({ "name": "第二工場" })).await.json()["site_id"].as_str().unwrap().to_owned();
        w.state("governance.policy", "done").await;
        assert_eq!(scs(&w).await["met_count"], 1);
        let put = json!({ "answer": "none", "site_id": site });
        assert_eq!(w.api("PUT", "/api/v1/facts/governance.policy", admin, put).await.status, 200);
        assert_eq!((scs(&w).await["met_count"].clone(), scs(&w).await["not_met_count"].clone()), (json!(0), json!(1)));
        let own = w.api("POST", "/api/v1/assessments", admin, json!({ "scheme": "scs-3", "site_id": site })).await.json();
        assert_eq!(own["not_met_count"], 1, "the site's own assessment says so too");
    }
}

#[tokio::test]
async fn a_group_sees_its_companies_and_they_are_told() {
    for w in worlds().await {
        let admin = &w.a.tokens[&Role::Admin];
        w.api("POST", "/api/v1/organisations", admin, json!({ "name": "子会社" })).await;
        let rows = w.api("GET", "/api/v1/comparison?scheme=scs-3", admin, Value::Null).await.json();
        let names: Vec<&str> = rows["rows"].as_array().unwrap().iter().map(|r| r["organisation"].as_str().unwrap()).collect();
        assert_eq!(names, ["A社", "子会社"]);
        let session = w.sign_in("a-admin").await;
        let child =
            w.api("GET", "/api/v1/organisations", admin, Value::Null).await.json()[0]["organisation_id"].as_str().unwrap().to_owned();
        assert_eq!(w.post("/session/organisation", &session, &[("organisation_id", &child)]).await.status, 303);
        assert!(w.get("/organisation", &session).await.body.contains("「A社」のグループ会社です"));
        let only = w.api("GET", "/api/v1/comparison?scheme=scs-3", &w.b.tokens[&Role::Admin], Value::Null).await.json();
        assert_eq!(only["rows"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn importing_takes_all_or_nothing() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let wrong = w
            .api(
                "POST",
                "/api/v1/facts",
                token,
                json!({ "facts": { "backup.taken": "done", "backup.takem": "done", "password.min_length": "long" } }),
            )
            .await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("did you mean backup.taken?"), "{}", wrong.body);
        assert_eq!(w.api("GET", "/api/v1/facts", token, Value::Null).await.json()["facts"], json!([]));
        let good = w.api("POST", "/api/v1/facts", token, json!({ "facts": { "backup.taken": "done", "password.min_length": "12" } })).await;
        assert_eq!(good.json()["fact_count"], 2, "{}", good.body);
    }
}

#[tokio::test]
async fn every_change_adds_exactly_one_entry_to_the_ledger() {
    for w in worlds().await {
        let entries = async || store::ledger_verify(&w.test.store).await.unwrap().entries;
        let admin = &w.a.tokens[&Role::Admin];
        for (method, path, body) in [
            ("PUT", "/api/v1/facts/backup.taken", json!({ "answer": "done" })),
            ("DELETE", "/api/v1/facts/backup.taken", Value::Null),
            ("POST", "/api/v1/facts", json!({ "facts": { "backup.plan": "targets" } })),
            ("POST", "/api/v1/sites", json!({ "name": "倉庫" })),
            ("POST", "/api/v1/members", json!({ "login": "new-one", "name": "新人", "role": "viewer" })),
        ] {
            let before = entries().await;
            let answer = w.api(method, path, admin, body).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            assert_eq!(entries().await, before + 1, "{method} {path}");
        }
        assert!(store::ledger_verify(&w.test.store).await.unwrap().problems.is_empty());
    }
}

#[tokio::test]
async fn the_api_document_describes_what_is_answered() {
    for w in worlds().await {
        fill(&w).await;
        let token = &w.a.tokens[&Role::Admin];
        let document = w.api("GET", "/api/v1/openapi.json", token, Value::Null).await.json();
        let scheme = scs(&w).await["assessment_id"].as_str().unwrap().to_owned();
        let mut checked = 0;
        for (path, operations) in document["paths"].as_object().unwrap() {
            let Some(get) = operations.get("get") else { continue };
            let url = path
                .replace("{key}", "backup.taken")
                .replace("{id}/{version}", "scs-3/1.0.0")
                .replace("{id}", &scheme)
                .replace("{criterion}", "4-1-5-3");
            let answer = w.api("GET", &url, token, Value::Null).await;
            if answer.status != 200 {
                continue;
            }
            let mut schema = get["responses"]["200"]["content"]["application/json"]["schema"].clone();
            if let Some(map) = schema.as_object_mut() {
                map.insert("components".into(), document["components"].clone());
            }
            let validator = jsonschema::validator_for(&schema).unwrap();
            let errors: Vec<String> = validator.iter_errors(&answer.json()).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{url}: {errors:?}");
            checked += 1;
        }
        assert!(checked >= 14, "{checked}");
    }
}
