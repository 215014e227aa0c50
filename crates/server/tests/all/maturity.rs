//! Schemes with a scale: forty questions, means, kept states and what changed between them.

use kernel::Role;
use serde_json::{Value, json};

use crate::files::upload_body;
use crate::harness::{World, worlds};

/// A社's assessment of a scheme, started.
pub(crate) async fn started(w: &World, scheme: &str) -> String {
    let admin = &w.a.tokens[&Role::Admin];
    let head = w.api("POST", "/api/v1/assessments", admin, json!({ "scheme": scheme })).await.json();
    head["assessment_id"].as_str().unwrap().to_owned()
}

/// Answers through the page, as a person does; `before` is what the page showed.
async fn answer(w: &World, session: &str, id: &str, group: &str, pairs: &[(&str, &str, &str)]) -> (u16, String) {
    let fields: Vec<(String, String)> = pairs
        .iter()
        .flat_map(|(q, before, now)| [(format!("was.{q}"), (*before).to_owned()), (format!("a.{q}"), (*now).to_owned())])
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let answer = w.post(&format!("/assessments/{id}/questions/{group}"), session, &fields).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn answers_become_means_and_a_kept_year_shows_what_changed() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let admin = &w.a.tokens[&Role::Admin];
        let id = started(&w, "csm-3").await;
        assert_eq!(answer(&w, &session, &id, "d2", &[("d2-a", "", "2"), ("2-2", "", "3"), ("d2-b", "", "unknown")]).await.0, 303);
        assert_eq!(answer(&w, &session, &id, "d10", &[("d10-a", "", "1"), ("d10-b", "", "1")]).await.0, 303);
        let show = w.api("GET", &format!("/api/v1/assessments/{id}"), admin, Value::Null).await.json();
        assert_eq!(show["head"]["score"], 175, "the mean of 2.50 and 1.00");
        let page = w.get(&format!("/assessments/{id}"), &session).await.body;
        assert!(page.contains("2.50") && page.contains("<polyline class=\"line-0\"") && page.contains("いちばん低いのは「10 "), "{page}");

        let kept = w.api("POST", &format!("/api/v1/assessments/{id}/kept"), admin, json!({ "name": "2025年度" })).await.json();
        answer(&w, &session, &id, "d10", &[("d10-a", "1", "4")]).await;
        let path = format!("/api/v1/assessments/{id}/difference?from={}", kept["kept_id"].as_str().unwrap());
        let found = w.api("GET", &path, admin, Value::Null).await.json();
        let moved = found["criteria"].as_array().unwrap();
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0]["id"].as_str(), &moved[0]["step_before"], &moved[0]["step_after"]), (Some("d10-a"), &json!(1), &json!(4)));
        let group = found["groups"].as_array().unwrap().iter().find(|g| g["group"] == "d10").unwrap();
        assert_eq!((&group["last"], &group["now"]), (&json!(100), &json!(250)));
        let page = w.get(&path.replace("/api/v1", ""), &session).await;
        assert!(page.body.contains("▲ 上がった"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_change_by_somebody_else_is_not_overwritten() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let id = started(&w, "csm-3").await;
        answer(&w, &session, &id, "d1", &[("d1-a", "", "2")]).await;
        let (status, body) = answer(&w, &session, &id, "d1", &[("d1-a", "", "5"), ("d1-b", "", "4")]).await;
        assert_eq!(status, 409);
        assert!(body.contains("error-summary") && body.contains("value=\"5\" checked"), "what was typed stays");
        let facts = w.api("GET", "/api/v1/facts/csm-3.d1-a", &w.a.tokens[&Role::Staff], Value::Null).await.json();
        assert_eq!(facts["value"], "2");
        let other = w.api("GET", "/api/v1/facts/csm-3.d1-b", &w.a.tokens[&Role::Staff], Value::Null).await;
        assert_eq!(other.status, 404, "all or nothing");
    }
}

#[tokio::test]
async fn a_strict_reading_changes_the_words_of_the_steps() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let id = started(&w, "csm-3").await;
        let path = format!("/assessments/{id}/questions/d6");
        assert!(!w.get(&path, &session).await.body.contains("年に1回"));
        assert_eq!(w.state("manner.regular_reading", "strict").await.status, 200);
        assert!(w.get(&path, &session).await.body.contains("少なくとも年に1回"));
    }
}

#[tokio::test]
async fn places_without_text_are_never_reached() {
    for w in worlds().await {
        crate::facts::fill(&w).await;
        let admin = &w.a.tokens[&Role::Admin];
        let list = w.api("GET", "/api/v1/assessments", admin, Value::Null).await.json();
        let four = list.as_array().unwrap().iter().find(|a| a["scheme"] == "scs-4").unwrap();
        assert_eq!(four["pending_count"], 72);
        let shown = w.api("GET", &format!("/api/v1/assessments/{}", four["assessment_id"].as_str().unwrap()), admin, Value::Null).await;
        let pending = |r: &Value| r["criteria"].as_array().unwrap().iter().filter(|c| c["standing"] == "pending").count();
        let requirements = shown.json()["requirements"].as_array().unwrap().clone();
        assert_eq!(requirements.iter().map(pending).sum::<usize>(), 72);
        assert!(
            requirements
                .iter()
                .flat_map(|r| r["criteria"].as_array().unwrap())
                .all(|c| c["standing"] != "pending" || c["result"].is_null())
        );
    }
}

#[tokio::test]
async fn targets_are_kept_and_taken_away() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let id = started(&w, "csm-3").await;
        let path = format!("/assessments/{id}/targets");
        assert_eq!(w.post(&path, &session, &[("t.d5", "4"), ("t.d1", "9")]).await.status, 303);
        let page = w.get(&format!("/assessments/{id}"), &session).await.body;
        assert_eq!(page.matches("<td class=\"n\">4.00</td>").count(), 1, "9 is no step of this scale");
        w.post(&path, &session, &[]).await;
        assert!(!w.get(&format!("/assessments/{id}"), &session).await.body.contains("4.00"));
    }
}

#[tokio::test]
async fn what_is_met_in_one_scheme_covers_items_of_another() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        w.state("backup.taken", "done").await;
        let path = "/api/v1/crosswalks/scs-3--security-action-2";
        let found = w.api("GET", path, token, Value::Null).await.json();
        let pair = found["pairs"].as_array().unwrap().iter().find(|p| p["item"] == "4-3-4-1").unwrap().clone();
        assert_eq!((pair["covered"].as_str(), pair["facts"][0][0].as_str()), (Some("part"), Some("backup.taken")));
        let back = w.api("GET", &format!("{path}?reverse=1"), token, Value::Null).await.json();
        let pair = back["pairs"].as_array().unwrap().iter().find(|p| p["item"] == "11").unwrap().clone();
        assert_eq!(pair["covered"], "open", "★3 also wants the plan");
        w.state("backup.plan", "targets,frequency,retention").await;
        let back = w.api("GET", &format!("{path}?reverse=1"), token, Value::Null).await.json();
        let pair = back["pairs"].as_array().unwrap().iter().find(|p| p["item"] == "11").unwrap().clone();
        assert_eq!(pair["covered"], "whole");
        let external = w.api("GET", "/api/v1/crosswalks/csm-3--nist-csf-2.0", token, Value::Null).await.json();
        assert!(external["pairs"].as_array().unwrap().iter().all(|p| p["covered"] == "unknown"), "that catalog is not here");
    }
}

#[tokio::test]
async fn a_new_version_says_what_carries_over_and_what_to_do() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        for key in ["patch.software_current", "malware.installed", "malware.definitions", "password.strong"] {
            w.state(key, "done").await;
        }
        let found = w.api("GET", "/api/v1/schemes/security-action-1/difference", token, Value::Null).await.json();
        assert_eq!((found["old"].as_str(), found["new"].as_str()), (Some("security-action-1@3.1.0"), Some("security-action-1@4.0.0")));
        assert_eq!((found["carried_count"].as_i64(), found["open_count"].as_i64()), (Some(3), Some(3)));
        let new = found["criteria"].as_array().unwrap().iter().find(|c| c["moved"] == "new").unwrap();
        assert_eq!((new["new"].as_str(), new["todo"][0]["fact"].as_str()), (Some("6"), Some("backup.taken")));
        assert_eq!(w.api("GET", "/api/v1/schemes/scs-3/difference", token, Value::Null).await.status, 404, "there is only one version");
    }
}

/// `n` companies of one industry and size with an answered question each.
pub(crate) async fn companies(w: &World, scheme: &schemes::Scheme, n: usize, step: i32) {
    let cx = w.cx();
    let mut tx = cx.write().await.unwrap();
    for _ in 0..n {
        let scope = people::organisation_for_bench(&cx, &mut tx, "", "").await.unwrap();
        let steps = vec![Some(step); scheme.criteria().count()];
        assess::assessment_for_bench(&cx, &mut tx, &scope, scheme, &steps).await.unwrap();
    }
    tx.without_record("made for this test");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_mean_is_shown_from_five_others_on_and_never_moves_by_one() {
    for w in worlds().await {
        let admin = &w.a.tokens[&Role::Admin];
        let id = started(&w, "csm-3").await;
        w.state("csm-3.2-2", "5").await;
        let catalog = schemes::Catalog::shipped().unwrap();
        let scheme = catalog.scheme("csm-3", None).unwrap();
        let path = format!("/api/v1/assessments/{id}/peers");
        let peers = async || w.api("GET", &path, admin, Value::Null).await.json()["peers"].clone();

        companies(&w, scheme, 4, 3).await;
        assess::peers_publish(&w.cx()).await.unwrap();
        assert!(peers().await.is_null(), "four others and oneself are five, but without oneself only four");

        companies(&w, scheme, 5, 3).await;
        assess::peers_publish(&w.cx()).await.unwrap();
        let first = peers().await;
        assert!(first["company_count"].as_i64().unwrap() >= 9, "{first}");
        let mean = first["figures"]["d5"][0].clone();
        assert_eq!(mean, json!(300));

        companies(&w, scheme, 1, 1).await;
        w.state("csm-3.2-2", "1").await;
        assess::peers_publish(&w.cx()).await.unwrap();
        assert_eq!(peers().await, first, "two changes are not published");

        companies(&w, scheme, 5, 1).await;
        assess::peers_publish(&w.cx()).await.unwrap();
        let after = peers().await;
        assert_ne!(after["figures"]["d5"][0], mean);
        let session = w.sign_in("a-admin").await;
        let page = w.get(&format!("/assessments/{id}/peers"), &session).await.body;
        assert!(page.contains("class=\"chart spans\"") && page.contains(after["day"].as_str().unwrap()), "n and day stand on the page");
    }
}

#[tokio::test]
async fn an_average_from_elsewhere_is_kept_with_its_source_and_wrong_lines_are_named() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let id = started(&w, "csm-3").await;
        let path = format!("/assessments/{id}/references");
        let fields = [("title", "調査"), ("source", "業界団体"), ("day", "2026-04-01"), ("lines", "d1,3.2\nd99,3")];
        let wrong = w.post(&path, &session, &fields).await;
        assert!(wrong.status == 422 && wrong.body.contains("d99,3") && wrong.body.contains("業界団体"), "what was typed stays");
        let fields = [("title", "調査"), ("source", "業界団体"), ("day", "2026-04-01"), ("lines", "d1,3.2\nd2\t2.5")];
        assert_eq!(w.post(&path, &session, &fields).await.status, 303);
        let page = w.get(&format!("/assessments/{id}/peers"), &session).await.body;
        assert!(page.contains("3.20") && page.contains("2.50") && page.contains("業界団体"));
        let page = w.get(&format!("/assessments/{id}"), &session).await.body;
        assert!(page.contains("<th scope=\"col\" class=\"n\">調査</th>"), "too few companies here: the newest average stands in");
    }
}

/// A workbook in the manner of an official one: a cover, a head, merged-looking gaps.
fn official_workbook() -> Vec<u8> {
    let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
    let rows = [
        row(&["架空の公式資料", "", "", ""]),
        row(&["大分類", "番号", "★", "評価基準"]),
        row(&["1", "1-2-1-1", "3", "公式文その1：担当者と責任者を定めること"]),
        row(&["1", "1-2-2-1", "4", "公式文その2：見張る体制を定めること"]),
        row(&["", "9-9-9-9", "", "ほかの制度の文"]),
    ];
    sheets::workbook("評価基準", &rows).unwrap()
}

#[tokio::test]
async fn an_administrator_imports_official_wording_and_it_never_leaves() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let path = "/schemes/scs-4/1.0.0/official";
        let sent = w.send(upload_body(path, &session, "", "official.xlsx", &official_workbook())).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let page = w.get("/schemes/scs-4/1.0.0", &session).await.body;
        assert!(page.contains("公式文その1") && page.contains("公式文その2"), "beside ours, and for a place without text");
        let edit = w.get(path, &session).await.body;
        assert!(edit.contains("2項目の公式の文") && edit.contains("value=\"B\"") && edit.contains("value=\"D\""), "columns are remembered");
        let api = w.api("GET", "/api/v1/schemes/scs-4/1.0.0", &w.a.tokens[&Role::Admin], Value::Null).await.body;
        assert!(!api.contains("公式文"), "what programs take out holds our words only");
        let stranger = w.sign_in("b-admin").await;
        assert!(!w.get("/schemes/scs-4/1.0.0", &stranger).await.body.contains("公式文"));
        let broken = w.send(upload_body(path, &session, "", "x.xlsx", b"PK\x03\x04")).await;
        assert!(broken.status == 422 && broken.body.contains("読めませんでした"), "{}", broken.body);
        assert!(w.get("/schemes/scs-4/1.0.0", &session).await.body.contains("公式文その1"), "a refused file takes nothing away");
        w.post(&format!("{path}/remove"), &session, &[]).await;
        assert!(!w.get("/schemes/scs-4/1.0.0", &session).await.body.contains("公式文"));
    }
}

#[tokio::test]
async fn the_comparison_is_a_workbook_too() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let answer = w.get("/comparison.xlsx?scheme=scs-3", &session).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        );
    }
}

#[tokio::test]
async fn a_declaration_is_drafted_along_the_form_with_the_gap_to_the_targets() {
    for w in worlds().await {
        let admin = &w.a.tokens[&Role::Admin];
        let id = started(&w, "ssdf-1.1").await;
        w.state("ssdf-1.1.ps.3.2", "2").await;
        let session = w.sign_in("a-admin").await;
        w.post(&format!("/assessments/{id}/targets"), &session, &[("t.ps", "2")]).await;
        let found = w.api("GET", &format!("/api/v1/assessments/{id}/declaration"), admin, Value::Null).await.json();
        let gaps: Vec<&str> = found["gaps"].as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap()).collect();
        assert!(!gaps.contains(&"PS.3.2") && gaps.contains(&"PS.1.1"), "at the target there is no gap: {gaps:?}");
        let items = found["forms"][0]["items"].as_array().unwrap();
        let third = items.iter().find(|i| i["item"] == "III.3").unwrap();
        let behind = third["criteria"].as_array().unwrap();
        assert!(behind.iter().any(|c| c[0] == "PS.3.2" && c[2] == true) && behind.iter().any(|c| c[2] == false));
        let page = w.get(&format!("/assessments/{id}/declaration"), &session).await.body;
        assert!(page.contains("これは下書きです") && page.contains("足りない"));
    }
}
