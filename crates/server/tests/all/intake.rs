//! A buyer's own sheet as a request, and the workbooks that come back: by link, by account, by folder and zip file.

use std::io::{Cursor, Write as _};

use axum::body::Body;
use axum::http::Request;
use kernel::Role;
use serde_json::{Value, json};
use sheets::{CompanyField, Entry, fill, read_book};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::files::{upload_api, upload_body};
use crate::harness::{Answer, World, worlds};
use crate::requests::handed;

const SHEET: &[u8] = include_bytes!("../../../../fixtures/sheets/denki.xlsx");

/// A wave: its id, and per supplier the request's id and number.
struct Sent {
    wave: String,
    requests: Vec<(String, String)>,
}

/// Sends what is asked to suppliers with these names and corporate numbers.
async fn sent(w: &World, set: &str, suppliers: &[(&str, &str)]) -> Sent {
    let token = &w.a.tokens[&Role::Admin];
    let mut ids = Vec::new();
    for (name, number) in suppliers {
        let body = json!({ "name": name, "corporate_number": number, "contacts": [["花子", "hanako@example.jp", ""]] });
        ids.push(w.api("POST", "/api/v1/suppliers", token, body).await.json()["supplier_id"].clone());
    }
    let content = json!({ "set": set, "title": "2026年の確認", "suppliers": ids, "contact": "購買部 03-0000-0000" });
    let added = w.api("POST", "/api/v1/supplier-waves", token, json!({ "content": content })).await;
    let wave = added.json()["wave_id"].as_str().unwrap().to_owned();
    let accepted = w.api("POST", &format!("/api/v1/supplier-waves/{wave}/send"), token, Value::Null).await;
    assert_eq!((accepted.status, accepted.json()), (200, json!(suppliers.len())), "{}", accepted.body);
    work(w).await;
    let session = w.sign_in("a-admin").await;
    let board = w.get(&format!("/suppliers/waves/{wave}/board"), &session).await.body;
    let mut requests = Vec::new();
    for (name, _) in suppliers {
        let (before, after) = board.split_once(&format!(">{name}</a>")).unwrap();
        let id = before.rsplit("/suppliers/requests/").next().unwrap().trim_end_matches('"').to_owned();
        let number = after.find("R-").map(|at| after[at..at + 11].to_owned()).unwrap();
        requests.push((id, number));
    }
    Sent { wave, requests }
}

async fn work(w: &World) {
    while server::work_once(&w.app, "test").await.unwrap() {}
}

/// The buyer's sheet put in: the id of the set.
async fn own_sheet(w: &World) -> String {
    let added = w.send(upload_api("/api/v1/sheets", &w.a.tokens[&Role::Admin], "", "調査票.xlsx", SHEET)).await.json();
    format!("sheet:{}", added["sheet_id"].as_str().unwrap())
}

/// The sheet filled out: company, corporate number, and every open answer cell with a mark.
fn filled(name: &str, number: &str, mark: &str) -> Vec<u8> {
    let book = read_book(SHEET).unwrap();
    let layout = sheets::layout(&book, &sheets::SheetWords::shipped().unwrap(), &[]);
    let entry =
        |sheet: usize, (row, column): (u32, u32), text: &str| Entry { sheet, row, column, text: text.to_owned(), number: true, over: true };
    let mut all: Vec<Entry> = layout.questions().filter(|(_, q)| !q.fixed).map(|(t, q)| entry(t.sheet, q.answer, mark)).collect();
    for cell in &layout.company {
        let known = [(CompanyField::Name, name), (CompanyField::CorporateNumber, number), (CompanyField::Person, "石垣 花子")];
        let Some((_, text)) = known.into_iter().find(|(field, _)| *field == cell.field) else { continue };
        all.push(entry(cell.sheet, (cell.row, cell.column), text));
    }
    all.retain(|e| !e.text.is_empty());
    fill(SHEET, &all, false).unwrap().bytes
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

impl World {
    /// Puts a file in and has it read; where all files of the wave stand, by name.
    async fn puts_in(&self, wave: &str, name: &str, bytes: &[u8]) -> Vec<(String, String)> {
        let path = format!("/api/v1/supplier-waves/{wave}/replies");
        let added = self.send(upload_api(&path, &self.a.tokens[&Role::Admin], "", name, bytes)).await;
        assert_eq!(added.status, 200, "{}", added.body);
        work(self).await;
        self.report(wave).await
    }

    async fn report(&self, wave: &str) -> Vec<(String, String)> {
        let path = format!("/api/v1/supplier-waves/{wave}/replies");
        let all = self.api("GET", &path, &self.a.tokens[&Role::Admin], Value::Null).await.json();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        all["files"].as_array().unwrap().iter().map(|f| (text(&f["name"]), text(&f["state"]))).collect()
    }

    /// What the buyer reads of a request: item, answer, words.
    async fn reply(&self, request: &str) -> Vec<(String, String, String)> {
        let path = format!("/api/v1/supplier-requests/{request}/reply");
        let all = self.api("GET", &path, &self.a.tokens[&Role::Admin], Value::Null).await.json();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        all["answers"].as_array().into_iter().flatten().map(|a| (text(&a["item"]), text(&a["answer"]), text(&a["text"]))).collect()
    }

    /// A browser that gave its code.
    async fn guest_in(&self, request: &str) -> String {
        let (token, code) = handed(self, "a-admin", request).await;
        self.enters(&token, &code).await
    }

    /// A file from a browser without an account.
    async fn guest_brings(&self, cookie: &str, bytes: &[u8]) -> Answer {
        let mut request: Request<Body> = upload_body("/reply/sheet", "", "", "調査票.xlsx", bytes);
        request.headers_mut().insert("cookie", format!("ishigaki_reply={cookie}").parse().unwrap());
        self.send(request).await
    }
}

const NAMES: [(&str, &str); 4] = [("架空精機", ""), ("石垣精工", ""), ("東海架空電子", ""), ("無口工業", "")];

/// A mixture of workbook, link and API ends on one board; each file is one line.
#[tokio::test]
async fn a_folder_of_replies_is_read_back_into_the_same_board() {
    for w in worlds().await {
        let set = own_sheet(&w).await;
        let Sent { wave, requests } = sent(&w, &set, &NAMES).await;
        // One answers in the workbook of its link: it comes with the number in its name and the company in it.
        let cookie = w.guest_in(&requests[0].0).await;
        let book = w.guest("GET", "/reply/sheet", &cookie, &[]).await;
        assert!(book.header("content-disposition").contains(&requests[0].1), "{}", book.header("content-disposition"));
        assert!(read_book(&book.bytes).unwrap().sheets[0].rows.iter().flatten().any(|c| c == "架空精機"));
        assert_eq!(w.guest_brings(&cookie, &zip(&[("x", b"x")])).await.status, 422, "no workbook");
        assert_eq!(
            w.guest_brings(&cookie, "No.,確認項目,回答（○／×）\n1,別の質問ですか,○\n".as_bytes()).await.status,
            422,
            "another sheet"
        );
        let read = w.guest_brings(&cookie, &filled("架空精機", "", "○")).await;
        assert_eq!(read.status, 303, "{}", read.body);
        assert!(w.reply(&requests[0].0).await.is_empty(), "a draft is nobody else's");
        let form = w.guest("GET", "/reply/form", &cookie, &[]).await.body;
        assert!(form.contains("46 問のうち 46 問") || form.contains("47 問のうち 47 問"), "{form}");
        assert_eq!(w.guest("POST", "/reply/form", &cookie, &[("go", "send"), ("person", "花子")]).await.status, 303);
        // Two come by mail, beside much that is none.
        let other = format!("調査票_{}.xlsx", requests[2].1);
        let files: Vec<(&str, Vec<u8>)> = vec![
            ("返信/石垣/回答.xlsx", filled("株式会社石垣精工", "", "×")),
            (&other, filled("", "", "○")),
            ("返信/誰か.xlsx", filled("知らない会社", "", "○")),
            ("返信/議事録.docx", zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")])),
            ("返信/別の票.csv", "No.,確認項目,回答（○／×）\n1,別の質問ですか,○\n".as_bytes().to_vec()),
            ("返信/白紙.xlsx", filled("無口工業", "", "")),
            ("__MACOSX/._回答.xlsx", b"x".to_vec()),
        ];
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
        let all = w.puts_in(&wave, "返信.zip", &zip(&files)).await;
        let states: Vec<(&str, &str)> = all.iter().map(|(n, s)| (n.strip_prefix("返信.zip/").unwrap_or(n), s.as_str())).collect();
        let expected = [
            ("返信.zip", "opened"),
            ("返信/別の票.csv", "other"),
            ("返信/白紙.xlsx", "empty"),
            ("返信/石垣/回答.xlsx", "taken"),
            ("返信/議事録.docx", "unreadable"),
            ("返信/誰か.xlsx", "unknown"),
            (other.as_str(), "taken"),
        ];
        for one in expected {
            assert!(states.contains(&one), "{one:?} in {states:?}");
        }
        assert_eq!(states.len(), expected.len());
        let answers = w.reply(&requests[1].0).await;
        assert!(answers.len() > 40 && answers.iter().all(|(_, a, _)| a == "none" || a == "written"), "{answers:?}");
        // The same again, and another answer of who answered by link.
        let again = w.puts_in(&wave, "石垣精工.xlsx", &filled("石垣精工", "", "×")).await;
        assert!(again.contains(&("石垣精工.xlsx".to_owned(), "same".to_owned())), "{again:?}");
        let late = w.puts_in(&wave, "架空精機.xlsx", &filled("架空精機", "", "×")).await;
        assert!(late.contains(&("架空精機.xlsx".to_owned(), "answered".to_owned())), "{late:?}");
        assert!(w.reply(&requests[0].0).await.iter().any(|(_, a, _)| a == "done"), "the reply by link stays");
        settle_by_hand(&w, &wave, &requests).await;
        let session = w.sign_in("a-admin").await;
        let board = w.get(&format!("/suppliers/waves/{wave}/board?state=submitted"), &session).await.body;
        assert!(NAMES.iter().all(|(name, _)| board.contains(name)), "all are on one board");
        assert!(w.get(&format!("/suppliers/requests/{}", requests[1].0), &session).await.body.contains("Excelの回答を読み取りました"));
    }
}

/// Whose a file is said by hand, an answer replaced, the list cleared away.
async fn settle_by_hand(w: &World, wave: &str, requests: &[(String, String)]) {
    let session = w.sign_in("a-admin").await;
    let path = format!("/suppliers/waves/{wave}/replies");
    let api = w.api("GET", &format!("/api/v1/supplier-waves/{wave}/replies"), &w.a.tokens[&Role::Admin], Value::Null).await.json();
    let id = |end: &str| {
        let mut all = api["files"].as_array().unwrap().iter();
        all.find(|f| f["name"].as_str().unwrap().ends_with(end)).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let unknown = format!("{path}/{}", id("誰か.xlsx"));
    assert_eq!(w.post(&unknown, &session, &[("whose", "いない会社")]).await.status, 422);
    assert_eq!(w.post(&unknown, &session, &[("whose", &requests[3].1)]).await.status, 303);
    assert_eq!(w.post(&unknown, &session, &[("whose", &requests[3].1)]).await.status, 404, "once");
    assert!(w.reply(&requests[3].0).await.iter().any(|(_, a, _)| a == "done"));
    assert_eq!(w.post(&format!("{path}/{}", id("架空精機.xlsx")), &session, &[]).await.status, 303);
    assert!(w.reply(&requests[0].0).await.iter().all(|(_, a, _)| a != "done"), "replaced");
    let csv = w.get(&format!("{path}.csv"), &session).await.body;
    assert!(csv.contains("議事録.docx") && csv.contains("Excelのファイルではありません"), "{csv}");
    assert_eq!(w.post(&format!("{path}/go"), &session, &[("go", "clear")]).await.status, 303);
    assert!(w.report(wave).await.is_empty());
}

/// The workbook made here goes out with lists and comes back; stopped reading goes on.
#[tokio::test]
async fn the_yearly_questions_go_out_and_come_back_as_a_workbook() {
    for w in worlds().await {
        let Sent { wave, requests } = sent(&w, "yearly", &[("架空精機", ""), ("石垣精工", "")]).await;
        let cookie = w.guest_in(&requests[0].0).await;
        let book = w.guest("GET", "/reply/sheet", &cookie, &[]).await.bytes;
        let (layout, marks) = marked(&book);
        assert_eq!(layout.questions().count(), 11);
        let session = w.sign_in("a-admin").await;
        let path = format!("/suppliers/waves/{wave}/replies");
        assert_eq!(w.send(upload_body(&path, &session, "", "a.xlsx", &marks)).await.status, 303);
        assert_eq!(w.post(&format!("{path}/go"), &session, &[("go", "stop")]).await.status, 303);
        work(&w).await;
        assert_eq!(w.report(&wave).await, [("a.xlsx".to_owned(), "stopped".to_owned())]);
        assert_eq!(w.post(&format!("{path}/go"), &session, &[("go", "resume")]).await.status, 303);
        work(&w).await;
        assert_eq!(w.report(&wave).await, [("a.xlsx".to_owned(), "taken".to_owned())]);
        let reply = w.reply(&requests[0].0).await;
        let of = |item: &str| reply.iter().find(|(i, ..)| i == item).map(|(_, a, t)| (a.as_str(), t.as_str())).unwrap();
        assert_eq!((of("policy"), of("drill"), of("digital")), (("planned", "来年3月まで"), ("none", ""), ("written", "工作機械3台")));
        // The supplier goes on from what was read.
        let form = w.guest("GET", "/reply/form", &w.guest_in(&requests[0].0).await, &[]).await.body;
        assert!(form.contains("来年3月まで"));
        assert_eq!(w.send(upload_body(&path, &session, "", "", b"")).await.status, 422, "a file is needed");
    }
}

/// A workbook made here with answers in it.
fn marked(book: &[u8]) -> (sheets::Layout, Vec<u8>) {
    let read = read_book(book).unwrap();
    let layout = sheets::layout(&read, &sheets::SheetWords::shipped().unwrap(), &[]);
    let mut all = Vec::new();
    for (table, asked) in layout.questions() {
        let text = match asked.text.as_str() {
            t if t.contains("方針") => "対策中（期限を書く）",
            t if t.contains("訓練") => "未実施",
            t if t.contains("使い方") => "工作機械3台",
            t if t.contains("困って") => "人が足りない",
            _ => "実施",
        };
        let entry =
            |(row, column): (u32, u32), text: &str| Entry { sheet: 0, row, column, text: text.to_owned(), number: false, over: true };
        all.push(entry(asked.answer, text));
        if text.starts_with("対策中") {
            all.push(entry((asked.row, table.columns.remark.unwrap()), "来年3月まで"));
        }
    }
    let bytes = fill(book, &all, false).unwrap().bytes;
    (layout, bytes)
}

/// An organisation with an account answers by API; its facts answer a sheet's questions.
#[tokio::test]
async fn a_program_answers_what_its_organisation_is_asked() {
    for w in worlds().await {
        let Sent { requests, .. } = sent(&w, "yearly", &[("B社", "")]).await;
        let (token, request) = (w.b.tokens[&Role::Admin].clone(), &requests[0].0);
        assert_eq!(w.api("GET", "/api/v1/asked", &token, Value::Null).await.json(), json!([]), "nobody is linked yet");
        let cookie = w.guest_in(request).await;
        let there = w.sign_in("b-admin").await;
        let claim = Request::builder()
            .method("POST")
            .uri("/reply/claim")
            .header("cookie", format!("ishigaki={there}; ishigaki_reply={cookie}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let claimed = w.send(claim.body(Body::from(format!("_csrf={}", web::form_token(&there)))).unwrap()).await;
        assert_eq!(claimed.status, 303, "{}", claimed.body);
        let asked = w.api("GET", "/api/v1/asked", &token, Value::Null).await.json();
        let questions = asked[0]["questions"].as_array().unwrap();
        assert_eq!((asked[0]["request_id"].as_str(), questions.len()), (Some(request.as_str()), 11));
        let path = format!("/api/v1/asked/{request}/reply");
        let some = json!({ "person": "B社 情報係", "answers": [{ "item": "policy", "answer": "done", "text": "" }] });
        assert_eq!(w.api("PUT", &path, &token, some).await.status, 422, "the others are open");
        let answer = |q: &Value| json!({ "item": q["item"], "answer": "done", "text": "あり" });
        let all = json!({ "person": "B社 情報係", "answers": questions.iter().map(answer).collect::<Vec<_>>() });
        let sent = w.api("PUT", &path, &token, all.clone()).await;
        assert_eq!((sent.status, sent.json()), (200, json!(1)), "{}", sent.body);
        assert_eq!(w.reply(request).await.len(), 11);
        assert_eq!(w.api("PUT", &path, &token, all.clone()).await.status, 409, "it was sent");
        assert_eq!(w.api("PUT", &path, &w.a.tokens[&Role::Admin], all).await.status, 404, "the buyer does not answer for it");
    }
}
