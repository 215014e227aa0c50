//! Lists of suppliers on both engines: taken in, placed by rules, undone.

use kernel::Role;
use serde_json::{Value, json};

use crate::files::upload_api;
use crate::harness::{World, worlds};

const LIST: &[u8] = include_bytes!("../../../../fixtures/suppliers/list-shift-jis.csv");
const MERGED: &[u8] = include_bytes!("../../../../fixtures/suppliers/list-merged-head.csv");

/// A draft of a list.
async fn draft(w: &World, bytes: &[u8]) -> Value {
    let sent = w.send(upload_api("/api/v1/supplier-lists", &w.a.tokens[&Role::Staff], "", "一覧.csv", bytes)).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    sent.json()
}

/// Takes a list in. Returns its report.
pub(crate) async fn taken(w: &World, bytes: &[u8]) -> Value {
    let id = draft(w, bytes).await["list_id"].as_str().unwrap().to_owned();
    let taken = w.api("POST", &format!("/api/v1/supplier-lists/{id}/take"), &w.a.tokens[&Role::Staff], Value::Null).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    taken.json()
}

pub(crate) async fn suppliers(w: &World, query: &str) -> Value {
    w.api("GET", &format!("/api/v1/suppliers?{query}"), &w.a.tokens[&Role::Staff], Value::Null).await.json()
}

#[tokio::test]
async fn a_list_is_taken_in_with_its_broken_cells_told() {
    for w in worlds().await {
        let report = draft(&w, LIST).await;
        assert_eq!((report["companies"].as_i64(), report["added"].as_i64(), report["kept"].as_bool()), (Some(4), Some(4), Some(false)));
        assert_eq!(suppliers(&w, "").await["count"], 0, "a draft changes nothing");
        let why: Vec<&str> = report["errors"].as_array().unwrap().iter().map(|e| e["why"].as_str().unwrap()).collect();
        assert_eq!(why, ["number_check", "number_twelve", "yes_no", "amount", "name_missing"]);
        assert_eq!((&report["joined"], &report["skipped"]), (&json!([[3, 2]]), &json!(1)));
        assert_eq!(report["doubts"][0]["other_name"], "東海電子部品工業所");
        let taken = taken(&w, LIST).await;
        assert_eq!(taken["kept"], true);
        let list = suppliers(&w, "sort=spend").await;
        assert_eq!((list["count"].as_i64(), list["suppliers"][0]["name"].as_str()), (Some(4), Some("石垣精工株式会社")));
        assert_eq!(list["suppliers"][0]["level"], 4);
        assert_eq!(suppliers(&w, "q=7000012050002").await["count"], 1);
        assert_eq!(suppliers(&w, "q=%E9%AB%98%E5%B4%8E").await["suppliers"][0]["name"], "髙﨑鉄工", "old characters do not matter");
        assert_eq!(suppliers(&w, "level=3").await["count"], 1);
        assert_eq!(suppliers(&w, "class=unknown").await["count"], 4, "nobody said who has a person for security");
        let again = draft(&w, LIST).await;
        assert_eq!((again["added"].as_i64(), again["same"].as_i64()), (Some(0), Some(4)), "the same list again changes nothing");
    }
}

#[tokio::test]
async fn an_import_is_undone_but_not_what_people_did_since() {
    for w in worlds().await {
        taken(&w, LIST).await;
        let second = taken(&w, MERGED).await;
        assert_eq!(
            (second["added"].as_i64(), second["changed"].as_i64()),
            (Some(1), Some(0)),
            "a number joins it to the known one: {second}"
        );
        let changed = "会社名,担当部署\n瀬戸内ゴム,資材部\n新しい商会,資材部\n".as_bytes();
        let third = taken(&w, changed).await;
        assert_eq!((third["added"].as_i64(), third["changed"].as_i64()), (Some(1), Some(1)));
        let list = suppliers(&w, "department=%E8%B3%87%E6%9D%90%E9%83%A8").await;
        let new = list["suppliers"].as_array().unwrap().iter().find(|s| s["name"] == "新しい商会").unwrap()["supplier_id"].clone();
        let concern = json!({ "concern": "fine" });
        let path = format!("/api/v1/suppliers/{}/concern", new.as_str().unwrap());
        assert_eq!(w.api("PUT", &path, &w.a.tokens[&Role::Staff], concern).await.status, 200);
        let session = w.sign_in("a-staff").await;
        let undone = w.post(&format!("/suppliers/lists/{}/undo", third["list_id"].as_str().unwrap()), &session, &[]).await;
        assert_eq!(undone.status, 303, "{}", undone.body);
        assert_eq!(suppliers(&w, "q=%E6%96%B0%E3%81%97%E3%81%84").await["count"], 1, "somebody worked on it");
        assert_eq!(suppliers(&w, "department=%E8%B3%87%E6%9D%90%E9%83%A8").await["count"], 1, "the known one is as before");
        let ledger = w.api("GET", "/api/v1/ledger", &w.a.tokens[&Role::Admin], Value::Null).await.body;
        assert!(ledger.contains("supplier_list_undone"));
    }
}

#[tokio::test]
async fn rules_place_every_supplier_anew_and_are_checked() {
    for w in worlds().await {
        taken(&w, LIST).await;
        let token = &w.a.tokens[&Role::Staff];
        let rules = |base: i64, confidential: i64| {
            let class = json!({ "b_employees": 300, "b_sales_million_yen": 5000, "c_employees": 20, "c_sales_million_yen": 300 });
            json!({ "format": 1, "level": { "base": base, "confidential": confidential, "stops": 4, "access": 4 }, "class": class })
        };
        let moved = w.api("PUT", "/api/v1/supplier-rules", token, rules(3, 5)).await;
        assert_eq!((moved.status, moved.json()), (200, json!(3)), "two that handle secrets, and one of which nobody knows");
        assert_eq!(suppliers(&w, "level=5").await["count"], 2);
        assert_eq!(suppliers(&w, "level=unknown").await["count"], 1);
        assert_eq!(w.api("PUT", "/api/v1/supplier-rules", token, rules(0, 5)).await.status, 422);
    }
}

#[tokio::test]
async fn a_supplier_that_worries_needs_an_owner_and_a_policy() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let made = w.api("POST", "/api/v1/suppliers", token, json!({ "name": "石垣精工", "security_person": "yes" })).await.json();
        assert_eq!(made["class"], "A");
        let path = format!("/api/v1/suppliers/{}", made["supplier_id"].as_str().unwrap());
        let concern = format!("{path}/concern");
        assert_eq!(w.api("PUT", &concern, token, json!({ "concern": "worries" })).await.status, 422);
        assert_eq!(w.api("PUT", &concern, token, json!({ "concern": "grace" })).await.status, 422);
        let good = json!({ "concern": "worries", "owner": "情報システム部", "policy": "一緒に控えを始める" });
        assert_eq!(w.api("PUT", &concern, token, good).await.status, 200);
        let decision = json!({ "decision": "承認" });
        assert_eq!(w.api("PUT", &format!("{path}/decision"), token, decision.clone()).await.status, 403, "staff do not decide");
        assert_eq!(w.api("PUT", &format!("{path}/decision"), &w.a.tokens[&Role::President], decision).await.status, 200);
        let same = json!({ "name": "別の会社", "corporate_number": "7000012050002" });
        assert_eq!(w.api("POST", "/api/v1/suppliers", token, same.clone()).await.status, 200);
        assert_eq!(w.api("POST", "/api/v1/suppliers", token, same).await.status, 409);
    }
}

/// A supplier by name. Returns its id.
async fn made(w: &World, name: &str) -> String {
    let made = w.api("POST", "/api/v1/suppliers", &w.a.tokens[&Role::Staff], json!({ "name": name, "stops": "yes" })).await.json();
    made["supplier_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_stops_is_named_in_order_with_days_and_what_it_lacks() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let (screw, cast, board) = (made(&w, "架空ねじ").await, made(&w, "架空鋳造").await, made(&w, "架空基板").await);
        let link = |from: &str, to: &str, item: &str, substitute: &str, stock: &str| json!({ "supplier_id": from, "customer_id": to, "item": item, "substitute": substitute, "stock_days": stock, "switch_days": "30" });
        let links = json!([
            link(&screw, &cast, "ねじ", "none", "10"),
            link(&cast, "", "鋳物", "none", "5"),
            link(&board, "", "基板", "full", "40"),
            link(&screw, &board, "ねじ", "unknown", ""),
        ]);
        let added = w.api("POST", "/api/v1/supplier-links", token, links).await;
        assert_eq!(added.status, 200, "{}", added.body);
        let impact = w.api("GET", &format!("/api/v1/suppliers/{screw}/impact"), token, Value::Null).await.json();
        let stops: Vec<_> = impact["stopped"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| (s["from_day"].as_i64().unwrap(), s["name"].as_str().unwrap(), s["sure"] == true))
            .collect();
        assert_eq!(stops, [(0, "架空基板", false), (10, "架空鋳造", true), (15, "A社", true)]);
        assert_eq!(impact["stopped"][2]["lacks"], json!([["鋳物", "架空鋳造"]]), "its own stock bridges the board");
        let short = w.api("GET", &format!("/api/v1/suppliers/{screw}/impact?days=12"), token, Value::Null).await.json();
        assert_eq!(short["stopped"].as_array().unwrap().len(), 2, "a stop of 12 days ends before our stock does");
        let weak = w.api("GET", "/api/v1/supplier-weak-points", token, Value::Null).await.json();
        let names: Vec<&str> = weak["points"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["架空鋳造", "架空ねじ"], "{weak}");
        assert_eq!((weak["points"][1]["days"].as_i64(), weak["points"][1]["tier"].as_i64()), (Some(15), Some(2)));
        assert_eq!((&weak["gaps"]["stock"], &weak["gaps"]["substitute"]), (&json!(1), &json!(1)));
        // The casting works join another company; its links go along.
        let session = w.sign_in("a-staff").await;
        let into = made(&w, "合併後の鋳造").await;
        assert_eq!(w.post(&format!("/suppliers/{cast}/merge"), &session, &[("into", &into)]).await.status, 303);
        let impact = w.api("GET", &format!("/api/v1/suppliers/{into}/impact"), token, Value::Null).await.json();
        assert_eq!(impact["stopped"][0]["from_day"], 5, "{impact}");
        assert_eq!(w.get("/suppliers/chain", &session).await.status, 200);
    }
}
