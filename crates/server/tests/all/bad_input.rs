//! Bad input of every kind: a clear message in the reader's language, nothing lost.

use axum::body::Body;
use axum::http::Request;
use kernel::Role;
use serde_json::{Value, json};

use crate::harness::worlds;

#[tokio::test]
async fn a_wrong_answer_is_told_beside_its_field_and_kept() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        let fields = [("answer", "given"), ("value", "長い"), ("owner", "総務課"), ("since", "いつか"), ("revision", "0")];
        let page = w.post("/facts/password.min_length", &session, &fields).await;
        assert_eq!(page.status, 422);
        for text in [
            "エラー：",
            "＊数を入力してください。例：8",
            "＊日を「2026/11/21」のように入力してください",
            "value=\"長い\"",
            "value=\"総務課\"",
            "value=\"いつか\"",
        ] {
            assert!(page.body.contains(text), "{text}");
        }
    }
}

#[tokio::test]
async fn not_applicable_needs_its_reason() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let put = |reason: &str| json!({ "answer": "not_applicable", "reason": reason });
        let answer = w.api("PUT", "/api/v1/facts/network.wifi_encrypted", token, put(" ")).await;
        assert_eq!(answer.json()["fields"][0]["text"], "「該当なし」の理由を書いてください");
        assert_eq!(w.api("PUT", "/api/v1/facts/network.wifi_encrypted", token, put("無線LANがない")).await.status, 200);
    }
}

#[tokio::test]
async fn facts_of_the_wrong_type_are_refused() {
    for w in worlds().await {
        for (key, answer) in [
            ("backup.taken", "8"),
            ("password.min_length", "done"),
            ("password.min_length", "-1"),
            ("training.reviewed_on", "2026-02-30"),
            ("training.reviewed_on", "2999-01-01"),
            ("password.mixed_characters", "none"),
            ("asset.pc_inventory", "maker,colour"),
        ] {
            assert_eq!(w.state(key, answer).await.status, 422, "{key} = {answer}");
        }
        assert_eq!(w.state("no.such.fact", "done").await.status, 404);
    }
}

#[tokio::test]
async fn bodies_that_are_broken_or_too_large_are_told_apart() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        let send = async |kind: &str, body: Vec<u8>| {
            let request = Request::builder()
                .method("PUT")
                .uri("/api/v1/facts/backup.taken")
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", kind);
            w.send(request.body(Body::from(body)).unwrap()).await.status
        };
        assert_eq!(send("application/json", b"{\"answer\":".to_vec()).await, 422);
        assert_eq!(send("application/json", vec![b' '; 300_000]).await, 413);
        assert_eq!(send("text/xml", b"<x/>".to_vec()).await, 415);
        assert_eq!(send("application/json", format!("{}1{}", "[".repeat(5000), "]".repeat(5000)).into_bytes()).await, 422, "deep nesting");
    }
}

#[tokio::test]
async fn a_form_without_session_comes_back_after_sign_in() {
    for w in worlds().await {
        let page = w.post("/facts/backup.taken", "", &[("answer", "done"), ("owner", "総務課 花子"), ("revision", "0")]).await;
        assert_eq!(page.status, 401);
        assert!(page.body.contains("入力した内容は残っています"));
        let kept = page
            .body
            .split("name=\"kept_body\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&");
        let resumed = w
            .post(
                "/login",
                "",
                &[("login", "a-staff"), ("password", crate::harness::PASSWORD), ("kept_path", "/facts/backup.taken"), ("kept_body", &kept)],
            )
            .await;
        assert_eq!(resumed.status, 200);
        assert!(resumed.body.contains("name=\"owner\" value=\"総務課 花子\""), "{}", resumed.body);
        assert!(resumed.body.contains(&web::form_token(&resumed.session())), "with the new session's token");
    }
}

#[tokio::test]
async fn problems_speak_the_readers_language() {
    for w in worlds().await {
        let ask = async |lang: &str| {
            let request = Request::builder().uri("/api/v1/nowhere").header("accept-language", lang);
            w.send(request.body(Body::empty()).unwrap()).await.json()["title"].as_str().unwrap().to_owned()
        };
        assert_eq!(ask("en-GB,en;q=0.9").await, "Page not found");
        assert_eq!(ask("ja").await, "ページが見つかりません");
        assert_eq!(ask("de").await, "ページが見つかりません");
    }
}

#[tokio::test]
async fn every_error_code_has_its_texts_in_both_languages() {
    let texts = server::texts();
    for code in kernel::Code::ALL {
        for lang in kernel::Lang::ALL {
            for part in ["title", "mend"] {
                let key = format!("error.{code}.{part}");
                assert_ne!(texts.get(*lang, &key), key, "{lang} {key}");
            }
        }
    }
}

#[tokio::test]
async fn a_full_database_says_so_and_keeps_what_was_there() {
    for w in worlds().await {
        if w.test.url.is_some() {
            continue; // The engine's own limit is used here; PostgreSQL has none to set.
        }
        assert_eq!(w.state("backup.taken", "done").await.status, 200);
        let all = kernel::Unscoped::because("the test limits the database");
        let mut tx = w.test.store.write().await.unwrap();
        let _: Option<(i64,)> = tx.one(&all, "PRAGMA max_page_count = 1", vec![]).await.unwrap();
        drop(tx);
        let mut refused = None;
        for n in 0..400 {
            let reason = format!("{n} {}", "理由".repeat(200));
            let body = json!({ "answer": "not_applicable", "reason": reason });
            let answer = w.api("PUT", "/api/v1/facts/network.wifi_encrypted", &w.a.tokens[&Role::Staff], body).await;
            if answer.status != 200 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("the database must get full");
        assert_eq!((refused.status, refused.json()["code"].as_str().unwrap()), (507, "disk_full"));
        assert!(refused.body.contains("これまでの内容は無事です"));
        let facts = w.api("GET", "/api/v1/facts/backup.taken", &w.a.tokens[&Role::Staff], Value::Null).await.json();
        assert_eq!(facts["value"], "done");
        assert!(store::ledger_verify(&w.test.store).await.unwrap().problems.is_empty());
    }
}
