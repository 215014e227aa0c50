//! Rules a company writes itself: drafted, tried on samples, released for good, answered below,
//! audited by headquarters.

use kernel::Role;
use serde_json::{Value, json};

use crate::files::upload_body;
use crate::harness::{PASSWORD, World, worlds};

/// Begins rules with the checklist for sites abroad; its path.
async fn begun(w: &World, session: &str, start: &str) -> String {
    let fields = [("title", "海外拠点の点検表"), ("answers", "practice"), ("start", start)];
    let made = w.post("/own-schemes", session, &fields).await;
    assert_eq!(made.status, 303, "{}", made.body);
    made.header("location").to_owned()
}

/// Adds a sample in which the first question alone is met, and releases; the scheme's id.
async fn released(w: &World, session: &str, path: &str) -> String {
    let sample = [("name", "小さな拠点"), ("a.q1", "done"), ("a.q2", "none"), ("met", "1")];
    assert_eq!(w.post(&format!("{path}/samples"), session, &sample).await.status, 303);
    let gone = w.post(&format!("{path}/release"), session, &[]).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
    path.split('/').nth(2).unwrap().to_owned()
}

/// A child of A社 with its administrator's session and API token.
async fn child(w: &World) -> (String, String) {
    let admin = &w.a.tokens[&Role::Admin];
    w.api("POST", "/api/v1/organisations", admin, json!({ "name": "海外子会社" })).await;
    let list = w.api("GET", "/api/v1/organisations", admin, Value::Null).await.json();
    let id = list[0]["organisation_id"].as_str().unwrap().to_owned();
    let session = w.sign_in("a-admin").await;
    assert_eq!(w.post("/session/organisation", &session, &[("organisation_id", &id)]).await.status, 303);
    let made = w.post("/account/tokens", &session, &[("name", "x"), ("password", PASSWORD)]).await.body;
    let token = made.split("class=\"secret\">").nth(1).and_then(|t| t.split('<').next()).unwrap().to_owned();
    (session, token)
}

#[tokio::test]
async fn own_rules_are_drafted_tried_released_and_never_change_again() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let path = begun(&w, &session, "abroad").await;
        let page = w.get(&path, &session).await.body;
        assert!(page.contains("現地の法律") && page.contains("下書き"));
        let saved = [
            ("revision", "1"),
            ("title", "海外拠点の点検表"),
            ("id.0", "q1"),
            ("text.0", "直した質問"),
            ("text.1", "新しい質問"),
            ("then", "samples"),
        ];
        let on = w.post(&path, &session, &saved).await;
        assert_eq!((on.status, on.header("location")), (303, format!("{path}/samples").as_str()), "{}", on.body);
        let twice = w.post(&path, &session, &saved).await;
        assert_eq!(twice.status, 409, "a second window does not overwrite the first");
        let page = w.get(&path, &session).await.body;
        assert!(page.contains("直した質問") && page.contains("新しい質問") && page.contains("質問 12"), "{page}");
        let early = w.post(&format!("{path}/release"), &session, &[]).await;
        assert!(early.status == 422 && early.body.contains("見本を一つ以上"), "{}", early.body);
        w.post(&format!("{path}/samples"), &session, &[("name", "合わない見本"), ("a.q1", "done"), ("met", "5")]).await;
        let page = w.get(&format!("{path}/samples"), &session).await.body;
        assert!(page.contains("5件のはずですが、計算では1件です"), "{page}");
        assert_eq!(w.post(&format!("{path}/release"), &session, &[]).await.status, 422);
        w.post(&format!("{path}/samples"), &session, &[("remove", "0")]).await;
        let id = released(&w, &session, &path).await;
        let stale = w.post(&path, &session, &[("revision", "9"), ("title", "変えたい"), ("id.0", "q1"), ("text.0", "別の文")]).await;
        assert_eq!(stale.status, 409, "what was released does not change");
        assert_eq!(w.post(&format!("{path}/remove"), &session, &[]).await.status, 409);
        let next = w.post(&format!("{path}/next"), &session, &[]).await;
        assert_eq!(next.header("location"), format!("/own-schemes/{id}/1.1.0"));
        let again = w.post(&format!("{path}/next"), &session, &[]).await;
        assert_eq!(again.header("location"), next.header("location"), "one draft at a time");
        let list = w.api("GET", "/api/v1/own-schemes", &w.a.tokens[&Role::Admin], Value::Null).await.json();
        let states: Vec<&str> = list.as_array().unwrap().iter().map(|h| h["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["released", "draft"]);
        let page = w.get("/schemes", &session).await.body;
        assert!(page.contains("海外拠点の点検表"), "released rules stand among the schemes");
    }
}

#[tokio::test]
async fn own_rules_are_seen_below_and_by_nobody_else() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let path = begun(&w, &session, "cloud").await;
        let id = released(&w, &session, &path).await;
        let (_, below) = child(&w).await;
        let has = |list: Value| list.as_array().unwrap().iter().any(|s| s["id"] == json!(id));
        assert!(has(w.api("GET", "/api/v1/schemes", &below, Value::Null).await.json()));
        let stranger = &w.b.tokens[&Role::Admin];
        assert!(!has(w.api("GET", "/api/v1/schemes", stranger, Value::Null).await.json()));
        assert_eq!(w.api("POST", "/api/v1/assessments", stranger, json!({ "scheme": id })).await.status, 404);
        assert_eq!(w.api("PUT", &format!("/api/v1/facts/{id}.q1"), stranger, json!({ "answer": "done" })).await.status, 404);
    }
}

#[tokio::test]
async fn a_site_checks_itself_and_headquarters_audits_it() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let path = begun(&w, &session, "abroad").await;
        let id = released(&w, &session, &path).await;
        let (there, below) = child(&w).await;
        let started = w.api("POST", "/api/v1/assessments", &below, json!({ "scheme": id })).await.json();
        let assessment = started["assessment_id"].as_str().unwrap().to_owned();
        let answers = [("was.q1", ""), ("a.q1", "done"), ("was.q2", ""), ("a.q2", "none")];
        assert_eq!(w.post(&format!("/assessments/{assessment}/questions/g1"), &there, &answers).await.status, 303);
        let rows = w.api("GET", &format!("/api/v1/comparison?scheme={id}"), &w.a.tokens[&Role::Admin], Value::Null).await.json();
        assert_eq!((&rows["rows"][0]["organisation"], &rows["rows"][0]["met_count"]), (&json!("海外子会社"), &json!(1)));
        let audit = format!("/audits/{assessment}");
        assert!(w.get("/comparison?scheme=x", &session).await.status == 404);
        let staff = w.sign_in("a-staff").await;
        let silent = w.post(&audit, &staff, &[("f.q1", "gap"), ("c.q1", "")]).await;
        assert!(silent.status == 422 && silent.body.contains("足りない点を書いてください"));
        let noted = w.post(&audit, &staff, &[("f.q1", "gap"), ("c.q1", "写しが一枚しかない"), ("f.q2", "confirmed"), ("c.q2", "")]).await;
        assert_eq!(noted.status, 303, "{}", noted.body);
        let page = w.get(&format!("/assessments/{assessment}"), &there).await.body;
        assert!(page.contains("写しが一枚しかない") && page.contains("A社"), "those who answered see it");
        let rows = w.api("GET", &format!("/api/v1/comparison?scheme={id}"), &w.a.tokens[&Role::Admin], Value::Null).await.json();
        assert_eq!((&rows["rows"][0]["audited_count"], &rows["rows"][0]["gap_count"]), (&json!(2), &json!(1)));
        w.post(&audit, &staff, &[("f.q2", ""), ("c.q2", "")]).await;
        let api = w.api("GET", &format!("/api/v1{audit}"), &w.a.tokens[&Role::Staff], Value::Null).await.json();
        assert!(api["lines"][0]["found"]["finding"] == json!("gap") && api["lines"][1]["found"].is_null());
        let stranger = w.api("GET", &format!("/api/v1{audit}"), &w.b.tokens[&Role::Admin], Value::Null).await;
        assert_eq!(stranger.status, 404);
    }
}

#[tokio::test]
async fn nobody_audits_what_they_stated() {
    for w in worlds().await {
        w.state("backup.taken", "done").await;
        let list = w.api("GET", "/api/v1/assessments", &w.a.tokens[&Role::Admin], Value::Null).await.json();
        let of = |d: &Value, own: bool| d["lines"].as_array().unwrap().iter().find(|l| l["own"] == json!(own)).map(|l| l["id"].clone());
        let id = list[0]["assessment_id"].as_str().unwrap();
        let path = format!("/api/v1/audits/{id}");
        let admin = w.api("GET", &path, &w.a.tokens[&Role::Admin], Value::Null).await.json();
        let staff = w.api("GET", &path, &w.a.tokens[&Role::Staff], Value::Null).await.json();
        let who = if of(&admin, true).is_some() { Role::Admin } else { Role::Staff };
        let own = of(if who == Role::Admin { &admin } else { &staff }, true).expect("one of them stated it");
        let body = |finding: &str| json!({ "findings": { own.as_str().unwrap(): { "finding": finding, "comment": "見た" } } });
        assert_eq!(w.api("PUT", &path, &w.a.tokens[&who], body("confirmed")).await.status, 422);
        let other = if who == Role::Admin { Role::Staff } else { Role::Admin };
        assert_eq!(w.api("PUT", &path, &w.a.tokens[&other], body("confirmed")).await.status, 200);
        assert_eq!(w.api("PUT", &path, &w.a.tokens[&other], body("perhaps")).await.status, 422);
    }
}

#[tokio::test]
async fn questions_come_from_a_table_and_experts_send_files() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let path = begun(&w, &session, "").await;
        let rows =
            [["分類", "質問", "説明", "事実"], ["控え", "控えを取っていますか", "", "backup.taken"], ["", "戻せますか", "試した日", ""]];
        let rows: Vec<Vec<String>> = rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect();
        let book = sheets::workbook("点検", &rows).unwrap();
        let sent = w.send(upload_body(&format!("{path}/questions"), &session, "", "table.xlsx", &book)).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let bad = w.send(upload_body(&format!("{path}/questions"), &session, "", "table.xlsx", b"PK\x03\x04broken")).await;
        assert!(bad.status == 422 && bad.body.contains("読めませんでした"), "{}", bad.body);
        let id = released(&w, &session, &path).await;
        w.state("backup.taken", "done").await;
        let admin = &w.a.tokens[&Role::Admin];
        let head = w.api("POST", "/api/v1/assessments", admin, json!({ "scheme": id })).await.json();
        assert_eq!((&head["met_count"], &head["unknown_count"]), (&json!(1), &json!(1)), "a fact stated before is not asked again");
        // The same as files, through the API; what does not fit is named.
        let show = w.api("GET", &format!("/api/v1/schemes/{id}/1.0.0"), admin, Value::Null).await.json();
        assert_eq!(show["criteria"].as_array().unwrap().len(), 2);
        let broken = json!({ "title": "ファイルの規則", "files": { "scheme.toml": "format = 1\nid = \"x\"\n" } });
        let made = w.api("POST", "/api/v1/own-schemes", admin, broken).await.json();
        let refused =
            w.api("POST", &format!("/api/v1/own-schemes/{}/1.0.0/release", made["id"].as_str().unwrap()), admin, Value::Null).await;
        assert!(refused.status == 422 && refused.body.contains("missing field"), "{}", refused.body);
    }
}
