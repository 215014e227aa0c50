//! Evidence files: what is taken, what is refused, how it goes out.

use axum::body::Body;
use axum::http::Request;

use crate::harness::worlds;

/// A form with a file, as browsers send it.
pub(crate) fn upload_body(path: &str, session: &str, site: &str, name: &str, bytes: &[u8]) -> Request<Body> {
    upload_with(path, session, ("site_id", site), (name, bytes))
}

/// The same with another field beside the file.
pub(crate) fn upload_with(path: &str, session: &str, beside: (&str, &str), (name, bytes): (&str, &[u8])) -> Request<Body> {
    let token = web::form_token(session);
    let mut body = Vec::new();
    for (field, value) in [("_csrf", token.as_str()), beside] {
        body.extend_from_slice(format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(
        format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        )
        .as_bytes(),
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    Request::builder()
        .method("POST")
        .uri(path)
        .header("cookie", format!("ishigaki={session}"))
        .header("content-type", "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap()
}

/// The same from a program, with its token.
pub(crate) fn upload_api(path: &str, token: &str, site: &str, name: &str, bytes: &[u8]) -> Request<Body> {
    let mut request = upload_body(path, "", site, name, bytes);
    request.headers_mut().remove("cookie");
    if !token.is_empty() {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    request
}

#[tokio::test]
async fn programs_add_list_fetch_and_remove_files() {
    for w in worlds().await {
        let token = &w.a.tokens[&kernel::Role::Staff];
        let added = w.send(upload_api("/api/v1/facts/backup.taken/documents", token, "", "控え.txt", b"proof")).await;
        assert_eq!(added.status, 200, "{}", added.body);
        let id = added.json()["document_id"].as_str().unwrap().to_owned();
        let list = w.api("GET", "/api/v1/facts/backup.taken/documents", token, serde_json::Value::Null).await.json();
        assert_eq!(list[0]["file_name"], "控え.txt");
        let path = format!("/api/v1/documents/{id}");
        assert_eq!(w.api("GET", &path, token, serde_json::Value::Null).await.body, "proof");
        let refused = w.send(upload_api("/api/v1/facts/backup.taken/documents", token, "", "a.png", b"MZ")).await;
        assert_eq!((refused.status, refused.json()["code"].as_str().unwrap()), (415, "file_type"));
        assert_eq!(w.api("DELETE", &path, token, serde_json::Value::Null).await.status, 200);
        assert_eq!(w.api("GET", &path, token, serde_json::Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn a_file_goes_out_as_a_download_under_its_name() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        let added = w.send(upload_body("/facts/backup.taken/documents", &session, "", "../方針.pdf", b"%PDF-1.7 x")).await;
        assert_eq!(added.status, 303, "{}", added.body);
        let page = w.get("/facts/backup.taken", &session).await.body;
        let id = page.split("/documents/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let file = w.get(&format!("/documents/{id}"), &session).await;
        assert_eq!((file.status, file.body.as_str()), (200, "%PDF-1.7 x"));
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%96%B9%E9%87%9D.pdf");
        assert!(file.header("content-security-policy").contains("sandbox"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_program_named_as_a_picture_is_refused_and_not_kept() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        let answer = w.send(upload_body("/facts/backup.taken/documents", &session, "", "photo.png", b"MZ\x90\x00")).await;
        assert_eq!(answer.status, 415);
        assert!(answer.body.contains("このファイルは証跡にできません"));
        assert!(!w.get("/facts/backup.taken", &session).await.body.contains("photo.png"));
    }
}

#[tokio::test]
async fn two_gigabytes_are_refused_before_they_are_read() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        let request = Request::builder()
            .method("POST")
            .uri("/facts/backup.taken/documents")
            .header("cookie", format!("ishigaki={session}"))
            .header("content-type", "multipart/form-data; boundary=b")
            .header("sec-fetch-site", "same-origin")
            .header("content-length", "2147483648")
            .body(Body::from("never more than this"))
            .unwrap();
        let answer = w.send(request).await;
        assert_eq!(answer.status, 413);
        assert!(answer.body.contains("20MBまで"));
        let large = vec![b'x'; 21 * 1024 * 1024];
        let answer = w.send(upload_body("/facts/backup.taken/documents", &session, "", "a.txt", &large)).await;
        assert_eq!(answer.status, 413, "also without a declared length");
    }
}

#[tokio::test]
async fn equal_files_share_their_bytes_until_the_last_goes() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        for key in ["backup.taken", "backup.plan"] {
            w.send(upload_body(&format!("/facts/{key}/documents"), &session, "", "same.txt", b"same")).await;
        }
        let id = async |key: &str| {
            w.get(&format!("/facts/{key}"), &session)
                .await
                .body
                .split("/documents/")
                .nth(1)
                .map(|t| t.split('"').next().unwrap().to_owned())
        };
        let (one, two) = (id("backup.taken").await.unwrap(), id("backup.plan").await.unwrap());
        assert_eq!(w.post(&format!("/documents/{one}/remove"), &session, &[]).await.status, 303);
        assert_eq!(w.get(&format!("/documents/{two}"), &session).await.body, "same");
        assert_eq!(w.post(&format!("/documents/{two}/remove"), &session, &[]).await.status, 303);
        let blobs: Vec<_> = walk(&w.test.folder.path().join("blobs"));
        assert!(blobs.is_empty(), "{blobs:?}");
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flat_map(|e| {
            let path = e.unwrap().path();
            if path.is_dir() { walk(&path) } else { vec![path] }
        })
        .collect()
}
