//! Days pass: reviews run out, yearly checks grow old, retention ends. Driven by a clock that
//! the test moves.

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{World, worlds};

async fn work(w: &World) {
    while server::work_once(&w.app, "test").await.unwrap() {}
}

async fn counts(w: &World, scheme: &str) -> (i64, i64) {
    // A fresh token, because tokens end after a year too.
    let scope = kernel::Scope::granted(w.a.id.clone(), w.a.people[&Role::Staff].clone(), Role::Staff);
    let mut tx = w.cx().write().await.unwrap();
    let token = people::token_create(&w.cx(), &mut tx, &scope, "fresh").await.unwrap();
    tx.commit().await.unwrap();
    let list = w.api("GET", "/api/v1/assessments", token.reveal(), Value::Null).await.json();
    let a = list.as_array().unwrap().iter().find(|a| a["scheme"] == scheme).unwrap().clone();
    (a["met_count"].as_i64().unwrap(), a["unknown_count"].as_i64().unwrap())
}

#[tokio::test]
async fn a_fact_past_its_review_turns_its_criteria_unknown_with_a_reminder() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let put = json!({ "answer": "done", "review_by": "2026-12-31" });
        assert_eq!(w.api("PUT", "/api/v1/facts/governance.policy", token, put).await.status, 200);
        assert_eq!(counts(&w, "scs-3").await, (1, 80));
        w.clock.advance_seconds(40 * 86_400);
        work(&w).await;
        assert_eq!(counts(&w, "scs-3").await, (1, 80), "the last day still counts: it is 31 December in Japan");
        w.clock.advance_seconds(86_400);
        work(&w).await;
        assert_eq!(counts(&w, "scs-3").await, (0, 81));
        let session = w.sign_in("a-staff").await;
        assert!(w.get("/", &session).await.body.contains("見直しの日を過ぎた事実があります"));
        assert!(w.get("/facts?state=expired", &session).await.body.contains("対応方針"));
        let ledger = w.api("GET", "/api/v1/ledger", &w.a.tokens[&Role::Admin], Value::Null).await.body;
        assert!(ledger.contains("fact_expired"), "{ledger}");
        w.state("governance.policy", "done").await;
        assert_eq!(counts(&w, "scs-3").await, (1, 80), "stating it again renews it");
    }
}

#[tokio::test]
async fn a_yearly_check_grows_old_by_itself() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let put = json!({ "answer": "2026-11-20", "review_by": "2030-01-01" });
        assert_eq!(w.api("PUT", "/api/v1/facts/training.reviewed_on", token, put).await.status, 200);
        assert_eq!(counts(&w, "scs-3").await.0, 1);
        w.clock.advance_seconds(364 * 86_400);
        work(&w).await;
        assert_eq!(counts(&w, "scs-3").await.0, 1);
        w.clock.advance_seconds(2 * 86_400);
        work(&w).await;
        assert_eq!(counts(&w, "scs-3").await.0, 0);
    }
}

#[tokio::test]
async fn evidence_goes_when_its_retention_ends() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        w.send(crate::files::upload_body("/facts/backup.taken/documents", &session, "", "old.txt", b"old")).await;
        w.clock.advance_seconds(1_800 * 86_400);
        work(&w).await;
        let listed = async || {
            let session = w.sign_in("a-staff").await;
            w.get("/facts/backup.taken", &session).await.body.contains("old.txt")
        };
        assert!(listed().await);
        w.clock.advance_seconds(60 * 86_400);
        work(&w).await;
        assert!(!listed().await);
    }
}

#[tokio::test]
async fn the_demo_world_is_filled_and_its_logins_work() {
    for test in testkit::stores(&server::migrations()).await {
        let clock = std::sync::Arc::new(kernel::FixedClock::at("2026-11-21T00:00:00Z").unwrap());
        let catalog = schemes::Catalog::shipped().unwrap();
        let rng = std::sync::Arc::new(kernel::SeededRng::new(7));
        let config = web::Config { demo: true, ..web::Config::default() };
        let app = server::build_app(test.store.clone(), catalog, config, clock, rng, people::FirstCode::default()).unwrap();
        let logins = server::demo_fill(&app).await.unwrap();
        assert_eq!(
            logins.iter().map(|l| l.role).collect::<std::collections::BTreeSet<_>>().len(),
            Role::ALL.len(),
            "one login per kind of user"
        );
        let all = kernel::Unscoped::because("the test counts companies");
        let mut tx = test.store.read().await.unwrap();
        let count: Option<(i64,)> = tx.one(&all, "SELECT COUNT(*) FROM people_organisation WHERE name LIKE '%社'", vec![]).await.unwrap();
        assert_eq!(count, Some((46,)), "A社 to Z社 and a社 to t社");
        let kept: Option<(i64,)> = tx.one(&all, "SELECT COUNT(*) FROM assess_kept WHERE day = '2025-11-21'", vec![]).await.unwrap();
        let peers: Option<(i64,)> = tx.one(&all, "SELECT COUNT(*) FROM assess_peer WHERE company_count >= 40", vec![]).await.unwrap();
        assert!(kept > Some((0,)) && peers > Some((0,)), "a state of last year, and figures over the companies: {kept:?} {peers:?}");
        drop(tx);
        let cx = web::Cx::without_request(&app, None);
        let impact = serde_json::to_value(suppliers::impact_named(&cx, "架空ねじ 09", None).await.unwrap()).unwrap();
        let stopped: Vec<(i64, &str)> =
            impact["stopped"].as_array().unwrap().iter().map(|s| (s["from_day"].as_i64().unwrap(), s["name"].as_str().unwrap())).collect();
        assert!(stopped.is_sorted_by_key(|(day, _)| *day) && stopped.iter().any(|(_, name)| *name == "I社"), "{stopped:?}");
        let told = products::companies_affected(&cx, "RUSTSEC-2021-0145").await.unwrap();
        assert_eq!(
            told.iter().map(|c| (c.name.as_str(), c.told)).collect::<Vec<_>>(),
            [("I社", 0), ("架空ビル管理", 1)],
            "the chain of products"
        );
        assert!(store::ledger_verify(&test.store).await.unwrap().problems.is_empty());
    }
}

#[tokio::test]
async fn figures_over_companies_are_published_in_the_night() {
    for w in worlds().await {
        let id = crate::maturity::started(&w, "csm-3").await;
        let catalog = schemes::Catalog::shipped().unwrap();
        crate::maturity::companies(&w, catalog.scheme("csm-3", None).unwrap(), 6, 3).await;
        work(&w).await;
        let path = format!("/api/v1/assessments/{id}/peers");
        let admin = &w.a.tokens[&Role::Admin];
        assert!(w.api("GET", &path, admin, Value::Null).await.json()["peers"].is_null(), "not before three in the morning");
        w.clock.advance_seconds(86_400);
        work(&w).await;
        assert_eq!(w.api("GET", &path, admin, Value::Null).await.json()["peers"]["company_count"], 6);
    }
}
