//! Requests to suppliers and their replies on both engines, with a real mail server on the other side.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, World, encode, worlds};
use crate::sink::{Arrived, Sink};

/// A wave to one supplier of A社 with a request in it: ids of wave and request.
pub(crate) async fn sent(w: &World, token: &str) -> (String, String) {
    let contact = json!([["石垣 花子", "hanako@example.jp", "00-0000-0000"]]);
    let supplier = json!({ "name": format!("頼まれた会社 {}", w.clock_text()), "security_person": "yes", "contacts": contact });
    let made = w.api("POST", "/api/v1/suppliers", token, supplier).await.json();
    let content = json!({ "content": { "title": "2026年の確認", "suppliers": [made["supplier_id"]], "contact": "購買部 03-0000-0000" } });
    let content = with_line_break(content);
    let added = w.api("POST", "/api/v1/supplier-waves", token, content).await;
    assert_eq!(added.status, 200, "{}", added.body);
    let wave = added.json()["wave_id"].as_str().unwrap().to_owned();
    let accepted = w.api("POST", &format!("/api/v1/supplier-waves/{wave}/send"), token, Value::Null).await;
    assert_eq!((accepted.status, accepted.json()), (200, json!(1)), "{}", accepted.body);
    while server::work_once(&w.app, "test").await.unwrap() {}
    let board = w.api("GET", &format!("/api/v1/supplier-waves/{wave}/board"), token, Value::Null).await.json();
    (wave, board["requests"][0][0].as_str().unwrap().to_owned())
}

/// A title somebody pasted with a line break and a header of a mail behind it.
fn with_line_break(mut content: Value) -> Value {
    content["content"]["title"] = json!("2026年の確認\r\nBcc: other@example.jp");
    content
}

/// A way in that the buyer hands over: its token and code.
pub(crate) async fn handed(w: &World, login: &str, request: &str) -> (String, String) {
    let session = w.sign_in(login).await;
    let page = w.post(&format!("/suppliers/requests/{request}/hand"), &session, &[]).await.body;
    let secret = page.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (link, code) = secret.split_once("  ").unwrap();
    (link.rsplit('/').next().unwrap().to_owned(), code.to_owned())
}

impl World {
    fn clock_text(&self) -> String {
        self.cx().now().text()
    }

    /// A request of somebody without an account, with the cookie of the door.
    pub(crate) async fn guest(&self, method: &str, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(k, v)| format!("{k}={}", encode(v))).collect::<Vec<_>>().join("&");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", format!("ishigaki_reply={cookie}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Opens the door with a link and a code. Returns the cookie.
    pub(crate) async fn enters(&self, token: &str, code: &str) -> String {
        let answer = self.guest("POST", "/reply/enter", "", &[("token", token), ("code", code)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(answer.header("set-cookie").contains("HttpOnly") && answer.header("set-cookie").contains("Path=/reply"));
        answer.session()
    }
}

/// Fills the form in and sends it; `weak` questions are not done.
async fn replies(w: &World, cookie: &str, weak: usize) -> Answer {
    let mut fields = vec![("go".to_owned(), "send".to_owned()), ("person".to_owned(), "石垣 花子".to_owned())];
    for n in 0..11 {
        fields.push((format!("a-{n}"), if n < weak + 1 { "none" } else { "done" }.to_owned()));
        fields.push((format!("t-{n}"), format!("補足 {n}")));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    w.guest("POST", "/reply/form", cookie, &fields).await
}

fn linked(letter: &Arrived) -> String {
    letter.body.split("/reply/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_request_goes_out_and_is_answered_without_an_account() {
    let sink = Sink::start().await;
    for w in worlds().await {
        w.clock.advance_seconds(3 * 86_400 + 3 * 3600);
        let room = w.cx().part::<mail::MailRoom>().unwrap();
        room.open(mail::Post::new(&mail::SmtpAddress(sink.address.clone()), "A社 <ask@example.jp>").unwrap());
        let before = sink.letters().len();
        let token = w.a.tokens[&Role::Staff].clone();
        let (wave, request) = sent(&w, &token).await;
        while server::send_once(&w.app, "test").await.unwrap() > 0 {}
        let letters = sink.letters();
        let [letter] = &letters[before..] else { panic!("{letters:?}") };
        assert_eq!(letter.to, ["hanako@example.jp"]);
        assert!(!letter.head.contains("multipart"), "no attachment: {}", letter.head);
        assert!(!letter.head.lines().any(|l| l.starts_with("Bcc")), "a title never becomes a header: {}", letter.head);
        for words in
            ["石垣 花子 様", "11問", "未実施", "お取引をやめることはありません", "添付ファイルはありません", "月", "購買部 03-0000-0000"]
        {
            assert!(letter.body.contains(words), "{words}: {}", letter.body);
        }
        // The number and short code of the letter can be typed in by hand.
        let number = letter.body.split("依頼番号 ").nth(1).unwrap().split(' ').next().unwrap();
        let check = letter.body.split("確認コード ").nth(1).unwrap().split(' ').next().unwrap();
        let typed = w.guest("POST", "/reply", "", &[("number", &number.to_lowercase()), ("check", check)]).await;
        assert!(typed.status == 200 && typed.body.contains("A社"), "{}", typed.body);
        // The link shows who asks; the code goes to the registered contact.
        let link = linked(letter);
        let met = w.guest("GET", &format!("/reply/{link}"), "", &[]).await;
        assert!(met.body.contains("h…@example.jp") && !met.body.contains("hanako@"), "{}", met.body);
        assert_eq!(w.guest("POST", "/reply/code", "", &[("token", &link)]).await.status, 200);
        while server::send_once(&w.app, "test").await.unwrap() > 0 {}
        let code = sink.letters().last().unwrap().body.split("確認コード： ").nth(1).unwrap().trim()[..6].to_owned();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(w.guest("POST", "/reply/enter", "", &[("token", &link), ("code", wrong)]).await.status, 422);
        let cookie = w.enters(&link, &code).await;
        assert_eq!(w.guest("POST", "/reply/enter", "", &[("token", &link), ("code", &code)]).await.status, 422, "a code works once");
        // A draft is seen by nobody else; an unfinished one is not sent.
        let partly = w.guest("POST", "/reply/form", &cookie, &[("go", "send"), ("person", "石垣 花子"), ("a-1", "done")]).await;
        assert!(partly.status == 422 && partly.body.contains("に答えてください"), "{}", partly.body);
        let path = format!("/api/v1/supplier-requests/{request}/reply");
        assert_eq!(w.api("GET", &path, &token, Value::Null).await.status, 404, "a draft is the supplier's own");
        assert_eq!(replies(&w, &cookie, 2).await.status, 303);
        let reply = w.api("GET", &path, &token, Value::Null).await.json();
        assert_eq!((reply["person"].as_str(), reply["answers"].as_array().unwrap().len()), (Some("石垣 花子"), 11), "{reply}");
        let board = w.api("GET", &format!("/api/v1/supplier-waves/{wave}/board"), &token, Value::Null).await.json();
        assert_eq!(board["requests"][0][2], "submitted");
        assert!(store::ledger_verify(&w.test.store).await.unwrap().problems.is_empty());
    }
}

#[tokio::test]
async fn followup_feedback_contest_and_withdrawal_reach_both_sides() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let (wave, request) = sent(&w, &token).await;
        let (link, code) = handed(&w, "a-staff", &request).await;
        let cookie = w.enters(&link, &code).await;
        assert_eq!(replies(&w, &cookie, 1).await.status, 303);
        let session = w.sign_in("a-staff").await;
        let at = format!("/suppliers/requests/{request}");
        let ask = [("kind", "followup"), ("item", "plan"), ("body", "連絡先の紙はありますか")];
        assert_eq!(w.post(&format!("{at}/message"), &session, &ask).await.status, 303);
        assert!(w.guest("GET", "/reply/form", &cookie, &[]).await.body.contains("連絡先の紙はありますか"));
        let answer = [("kind", "followup"), ("item", "plan"), ("body", "あります"), ("person", "石垣 花子")];
        assert_eq!(w.guest("POST", "/reply/message", &cookie, &answer).await.status, 303);
        // A file is evidence where the buyer asked further, and nowhere else.
        for (item, status) in [("plan", 303), ("policy", 409)] {
            let mut sent = crate::files::upload_body("/reply/files", "", "", "plan.pdf", b"%PDF-1.7");
            let (head, body) = (
                sent.headers_mut(),
                Vec::from(format!(
                    "--b\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n\r\n--b\r\ncontent-disposition: form-data; name=\"item\"\r\n\r\n{item}\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"plan.pdf\"\r\n\r\n%PDF-1.7\r\n--b--\r\n"
                )),
            );
            head.insert("cookie", format!("ishigaki_reply={cookie}").parse().unwrap());
            *sent.body_mut() = Body::from(body);
            assert_eq!(w.send(sent).await.status, status, "{item}");
        }
        let page = w.get(&at, &session).await.body;
        assert!(page.contains("あります") && page.contains("講評"), "{page}");
        let file = page.split("/documents/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(w.get(&format!("/documents/{file}"), &session).await.status, 200);
        let stranger = w.sign_in("b-staff").await;
        assert_eq!(w.get(&format!("/documents/{file}"), &stranger).await.status, 404);
        let feedback = [("good", "期限を守った"), ("steps", "一つ\n二つ\n三つ"), ("relation", "変わりません"), ("go", "save")];
        assert_eq!(w.post(&format!("{at}/feedback"), &session, &feedback).await.status, 303);
        assert!(!w.guest("GET", "/reply/form", &cookie, &[]).await.body.contains("期限を守った"), "a draft is not shown");
        let feedback = [("good", "期限を守った"), ("steps", "一つ\n二つ\n三つ"), ("relation", "変わりません"), ("go", "send")];
        assert_eq!(w.post(&format!("{at}/feedback"), &session, &feedback).await.status, 303);
        assert!(w.guest("GET", "/reply/form", &cookie, &[]).await.body.contains("期限を守った"));
        let contest = [("kind", "contest"), ("body", "控えは取っています"), ("person", "石垣 花子")];
        assert_eq!(w.guest("POST", "/reply/message", &cookie, &contest).await.status, 303);
        assert!(w.get(&at, &session).await.body.contains("異議あり"));
        let settle = [("kind", "settle"), ("body", "直しました")];
        assert_eq!(w.post(&format!("{at}/message"), &session, &settle).await.status, 303);
        assert!(w.guest("GET", "/reply/form", &cookie, &[]).await.body.contains("異議に回答済み"));
        // A new contact is taken over only by the buyer.
        let contact = [("person", "石垣 次郎"), ("mail", "jiro@example.jp")];
        assert_eq!(w.guest("POST", "/reply/contact", &cookie, &contact).await.status, 303);
        let page = w.get(&at, &session).await.body;
        let message = page.split("name=\"message\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(w.post(&format!("{at}/contact"), &session, &[("message", message)]).await.status, 303);
        // Taken back: what the buyer reads is gone, with the same answer as for a request that never was.
        let path = format!("/api/v1/supplier-requests/{request}/reply");
        assert_eq!(w.guest("POST", "/reply/withdraw", &cookie, &[]).await.status, 303);
        let gone = w.api("GET", &path, &token, Value::Null).await;
        let never = w.api("GET", "/api/v1/supplier-requests/00000000-0000-7000-8000-000000000000/reply", &token, Value::Null).await;
        assert_eq!((gone.status, gone.body), (never.status, never.body));
        assert!(!w.get(&at, &session).await.body.contains("補足 3"), "nothing of it is left on the page");
        for page in ["board", "heat", "heat.xlsx", "heat?patterns=yes"] {
            assert_eq!(w.get(&format!("/suppliers/waves/{wave}/{page}"), &session).await.status, 200, "{page}");
        }
        assert_eq!(replies(&w, &cookie, 0).await.status, 303, "it can be sent again");
        assert_eq!(w.post(&format!("{at}/confirm"), &session, &[]).await.status, 303);
    }
}

#[tokio::test]
async fn a_link_that_opens_nothing_always_gets_the_same_answer() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let (_, request) = sent(&w, &token).await;
        let (link, code) = handed(&w, "a-staff", &request).await;
        let wrong = w.guest("GET", &format!("/reply/{}", "0".repeat(64)), "", &[]).await;
        assert_eq!(wrong.status, 404);
        let cookie = w.enters(&link, &code).await;
        let session = w.sign_in("a-staff").await;
        assert_eq!(w.post(&format!("/suppliers/requests/{request}/doors"), &session, &[]).await.status, 303);
        let same = |answer: Answer, what: &str| assert_eq!((answer.status, answer.body), (404, wrong.body.clone()), "{what}");
        let path = |body: &str, path: &str| body.replace(path, "");
        let shut = w.guest("GET", &format!("/reply/{link}"), "", &[]).await;
        assert_eq!(path(&shut.body, &link), path(&wrong.body, &"0".repeat(64)), "a shut link");
        assert_eq!(w.guest("GET", "/reply/form", &cookie, &[]).await.status, 404, "whoever was in is out");
        let (late, _) = handed(&w, "a-staff", &request).await;
        w.clock.advance_seconds(31 * 86_400);
        let late_answer = w.guest("GET", &format!("/reply/{late}"), "", &[]).await;
        assert_eq!(path(&late_answer.body, &late), path(&wrong.body, &"0".repeat(64)), "an expired link");
        same(w.guest("GET", &format!("/reply/{}", "0".repeat(64)), "", &[]).await, "a wrong link later");
        for fields in
            [[("number", "R-2222-2222"), ("check", "123456")], [("number", ""), ("check", "")], [("number", "zzz"), ("check", "é")]]
        {
            assert_eq!(w.guest("POST", "/reply", "", &fields).await.status, 404, "{fields:?}");
        }
    }
}

#[tokio::test]
async fn a_code_is_void_after_five_wrong_tries() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let (_, request) = sent(&w, &token).await;
        let (link, code) = handed(&w, "a-staff", &request).await;
        let wrong = if code == "111111" { "222222" } else { "111111" };
        for _ in 0..5 {
            assert_eq!(w.guest("POST", "/reply/enter", "", &[("token", &link), ("code", wrong)]).await.status, 422);
        }
        assert_eq!(w.guest("POST", "/reply/enter", "", &[("token", &link), ("code", &code)]).await.status, 422);
    }
}

#[tokio::test]
async fn an_organisation_with_an_account_answers_from_its_facts() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let (_, request) = sent(&w, &token).await;
        let (link, code) = handed(&w, "a-staff", &request).await;
        let cookie = w.enters(&link, &code).await;
        let staff = w.b.tokens[&Role::Staff].clone();
        for (key, answer) in [("governance.policy", "done"), ("training.awareness", "partial"), ("governance.officer_assigned", "none")] {
            assert_eq!(w.api("PUT", &format!("/api/v1/facts/{key}"), &staff, json!({ "answer": answer })).await.status, 200);
        }
        let session = w.sign_in("b-staff").await;
        let both = format!("{cookie}; ishigaki={session}");
        let csrf = web::form_token(&session);
        let b = async |path: &str| w.guest("POST", path, &both, &[("_csrf", &csrf)]).await.status;
        assert_eq!(b("/reply/facts").await, 404, "only who took it on");
        assert_eq!(b("/reply/claim").await, 303);
        assert_eq!(b("/reply/facts").await, 303);
        let form = w.guest("GET", "/reply/form", &both, &[]).await.body;
        assert_eq!(form.matches(" checked>").count() - 1, 3, "three answers come from facts: {form}");
        let asked = w.get("/asked", &session).await.body;
        assert!(asked.contains("A社") && asked.contains(&request));
        let opened = w.post(&format!("/asked/{request}/open"), &session, &[]).await;
        assert_eq!(opened.status, 303);
        let stranger = w.sign_in("a-staff").await;
        assert_eq!(w.post(&format!("/asked/{request}/open"), &stranger, &[]).await.status, 404);
        let ledger = w.api("GET", "/api/v1/ledger", &w.b.tokens[&Role::Admin], Value::Null).await.body;
        assert!(ledger.contains("request_claimed"));
    }
}

#[tokio::test]
async fn a_letter_that_forces_or_says_no_need_is_stopped() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        w.api("POST", "/api/v1/suppliers", &token, json!({ "name": "石垣精工" })).await;
        let with = async |content: Value, looked: Value| {
            let id = w.api("POST", "/api/v1/supplier-waves", &token, json!({ "content": content })).await.json()["wave_id"]
                .as_str()
                .unwrap()
                .to_owned();
            w.api("POST", &format!("/api/v1/supplier-waves/{id}/send"), &token, looked).await
        };
        let forced = json!({ "contact": "購買部 03-0000-0000", "more": "当社指定の製品を購入してください。費用は貴社の負担です。" });
        assert_eq!(with(forced.clone(), Value::Null).await.status, 422);
        assert_eq!(with(json!({ "need": "必要" }), json!(true)).await.status, 422, "a need is said in words");
        assert_eq!(with(json!({ "contact": " " }), json!(true)).await.status, 422, "somebody can be asked about it");
        assert_eq!(with(json!({ "deadline": "2026-11-25" }), Value::Null).await.status, 422, "too short");
        assert_eq!(with(json!({ "classes": ["A"] }), Value::Null).await.status, 422, "nobody is in that class");
        assert_eq!(with(forced, json!(true)).await.status, 200, "looked at, and on record");
    }
}

#[tokio::test]
async fn reminders_come_in_working_days_each_once_and_then_to_the_department() {
    let sink = Sink::start().await;
    for w in worlds().await {
        let room = w.cx().part::<mail::MailRoom>().unwrap();
        room.open(mail::Post::new(&mail::SmtpAddress(sink.address.clone()), "ask@example.jp").unwrap());
        let before = sink.letters().len();
        // Tuesday 24 November 2026, ten in the morning in Japan; the deadline is 15 working days later.
        w.clock.advance_seconds(3 * 86_400 + 3600);
        let (_, _) = sent(&w, &w.a.tokens[&Role::Staff].clone()).await;
        let mut told = Vec::new();
        for day in 0..30 {
            suppliers::reminders_queue(&w.cx()).await.unwrap();
            suppliers::reminders_queue(&w.cx()).await.unwrap();
            while server::send_once(&w.app, "test").await.unwrap() > 0 {}
            let arrived = sink.letters().len() - before;
            if told.last().is_none_or(|(_, n)| *n != arrived) {
                told.push((day, arrived));
            }
            w.clock.advance_seconds(86_400);
        }
        // The letter, seven and two working days before 15 December, and one after.
        assert_eq!(told, [(0, 1), (10, 2), (17, 3), (22, 4)]);
        let ids: BTreeSet<String> = sink.letters()[before..].iter().map(|l| l.id.clone()).collect();
        assert_eq!(ids.len(), 4);
    }
}

#[tokio::test]
async fn help_is_published_without_names_and_tiers_are_told_with_consent() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let (_, request) = sent(&w, &token).await;
        let (link, code) = handed(&w, "a-staff", &request).await;
        let cookie = w.enters(&link, &code).await;
        let session = w.sign_in("a-staff").await;
        w.api("POST", "/api/v1/suppliers", &token, json!({ "name": "石垣精工" })).await;
        assert_eq!(w.guest("POST", "/reply/help", &cookie, &[("body", "石垣精工の旋盤のパソコンが古いです")]).await.status, 303);
        let desk = w.get("/suppliers/help", &session).await.body;
        let id = desk.split("/suppliers/help/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let at = format!("/suppliers/help/{id}");
        let named = [("shown", "石垣精工の古い旋盤"), ("answer", "網から切り離します"), ("publish", "yes")];
        assert_eq!(w.post(&at, &session, &named).await.status, 422, "a published text names nobody");
        let plain = [("shown", "古い設備のパソコン"), ("answer", "網から切り離します"), ("publish", "yes")];
        assert_eq!(w.post(&at, &session, &plain).await.status, 303);
        let seminar = [("title", "はじめての控え"), ("day", "2027-01-20"), ("address", "javascript:alert(1)")];
        assert_eq!(w.post("/suppliers/seminars", &session, &seminar).await.status, 303);
        let seen = w.guest("GET", &format!("/reply/help?q={}", encode("切り離し")), &cookie, &[]).await.body;
        assert!(seen.contains("古い設備のパソコン") && seen.contains("はじめての控え"), "{seen}");
        assert!(!seen.contains("石垣精工の旋盤") && !seen.contains("javascript:"), "{seen}");
        // Counts need no names; names need consent, and become links of the chain only when the buyer takes them.
        let told = [("high", "2"), ("unknown", "８"), ("item-0", "ねじ"), ("name-0", "架空ねじ"), ("go", "tell")];
        assert_eq!(w.guest("POST", "/reply/chain", &cookie, &told).await.status, 422);
        let told = [&told[..], &[("agreed", "yes")]].concat();
        assert_eq!(w.guest("POST", "/reply/chain", &cookie, &told).await.status, 303);
        let at = format!("/suppliers/requests/{request}");
        assert!(w.get(&at, &session).await.body.contains("架空ねじ"));
        assert_eq!(w.post(&format!("{at}/tier"), &session, &[]).await.status, 303);
        assert_eq!(w.post(&format!("{at}/tier"), &session, &[]).await.status, 303, "twice adds nothing");
        let weak = w.api("GET", "/api/v1/supplier-weak-points", &token, Value::Null).await.json();
        assert_eq!(weak["gaps"]["substitute"], 1, "{weak}");
        assert_eq!(w.guest("POST", "/reply/chain", &cookie, &[("go", "withdraw")]).await.status, 303);
        assert_eq!(w.post(&format!("{at}/tier"), &session, &[]).await.status, 404, "what was taken back is not there");
    }
}
