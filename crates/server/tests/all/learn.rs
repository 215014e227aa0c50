//! Learning: a lesson taken, tried again, completed; the certificate; nobody else's results.

use kernel::Role;
use serde_json::Value;

use crate::harness::{World, worlds};

/// Judges the statements of a lesson; `wrong` of them wrongly.
async fn take(w: &World, session: &str, id: &str, wrong: usize) -> String {
    let text = include_str!("../../../../lessons/five-minutes.toml");
    let lessons: toml::Table = toml::from_str(text).unwrap();
    let lesson = lessons["lesson"].as_array().unwrap().iter().find(|l| l["id"].as_str() == Some(id)).unwrap().clone();
    let fields: Vec<(String, String)> = lesson["check"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(n, c)| (format!("c{n}"), if c["holds"].as_bool().unwrap() == (n >= wrong) { "yes" } else { "no" }.to_owned()))
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    w.post(&format!("/lessons/{id}"), session, &fields).await.body
}

#[tokio::test]
async fn four_right_of_five_complete_a_lesson_and_all_lessons_give_a_certificate() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        assert!(take(&w, &session, "11", 2).await.contains("もう少しです"));
        assert!(w.get("/lessons/certificate", &session).await.body.contains("あと25で"));
        assert!(take(&w, &session, "11", 1).await.contains("修了しました"));
        take(&w, &session, "11", 5).await;
        let list = w.api("GET", "/api/v1/lessons", &w.a.tokens[&Role::Admin], Value::Null).await.json();
        let done = list.as_array().unwrap().iter().filter(|l| l["passed_on"].is_string()).count();
        assert_eq!(done, 1, "completed stays completed");
        for n in 1..=25 {
            take(&w, &session, &n.to_string(), 0).await;
        }
        let page = w.get("/lessons/certificate", &session).await.body;
        assert!(page.contains("25の学びを、すべて修了") && page.contains("資格や認定ではありません"));
        let open = w.post("/lessons/3", &session, &[("c0", "yes")]).await;
        assert_eq!(open.status, 422);
        assert!(open.body.contains("error-summary"));
    }
}

#[tokio::test]
async fn results_speak_of_departments_of_ten_and_of_nobody() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        w.post("/lessons/department", &session, &[("department", "総務")]).await;
        take(&w, &session, "1", 0).await;
        let page = w.get("/lessons/results", &session).await.body;
        assert!(page.contains("まだありません") && !page.contains("総務"), "one person is not shown");
    }
}
