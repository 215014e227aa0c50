//! `products::provider::file_show` — the files a provider serves: to everybody, and to those signed in with a token.

use askama::Template;
use kernel::{Unscoped, sha256_hex, sha512_hex};
use serde_json::Value;
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, json_response, text_response};

use crate::provider::feed::{LABELS, Place, category, changes, index, metadata, rolie, service};
use crate::provider::store::{OPENPGP_PUBLIC, PUBLICATION_BODY, PUBLICATION_SEEN, PUBLISHERS, PublicationRow, PublisherRow};

/// What a maker published is there for others; what each may see is decided by its label.
const PUBLISHED: Unscoped =
    Unscoped::because("a published document is read by others; its label and the grants of its product say by whom");

/// Days for which `security.txt` holds.
const SECURITY_TXT_DAYS: i64 = 180;

async fn publisher(tx: &mut Tx, organisation: &str) -> Result<PublisherRow, Problem> {
    let all: Vec<PublisherRow> = tx.all(&PUBLISHED, PUBLISHERS, params![organisation]).await?;
    all.into_iter().find(|p| p.organisation_id == organisation).ok_or_else(Problem::not_found)
}

fn place(cx: &Cx, organisation: &str) -> Place {
    Place { root: cx.app.config.public_url.clone(), organisation: organisation.to_owned() }
}

/// Who looks; empty if nobody is signed in.
fn viewer(cx: &Cx) -> String {
    cx.scope().map(|scope| scope.id().to_string()).unwrap_or_default()
}

async fn seen(cx: &Cx, tx: &mut Tx, organisation: &str, label: &str) -> Result<Vec<PublicationRow>, Problem> {
    let values = params![organisation, label, viewer(cx), cx.now().day().to_string()];
    Ok(tx.all(&PUBLISHED, PUBLICATION_SEEN, values).await?)
}

async fn metadata_of(cx: &Cx, tx: &mut Tx, of: &PublisherRow) -> Result<Value, Problem> {
    let keys: Vec<(String, String)> = tx.all(&PUBLISHED, OPENPGP_PUBLIC, params![&of.organisation_id]).await?;
    let keys: Vec<String> = keys.into_iter().map(|(fingerprint, _)| fingerprint).collect();
    Ok(metadata(&place(cx, &of.organisation_id), &of.name, &of.changed_at, &keys))
}

/// `GET /csaf/{organisation}/{name}`
pub(crate) async fn provider(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let of = publisher(&mut tx, call.part("organisation")).await?;
    let place = place(&cx, &of.organisation_id);
    match call.part("name") {
        "provider-metadata.json" => Ok(json_response(&metadata_of(&cx, &mut tx, &of).await?)),
        "service.json" => Ok(json_response(&service(&place))),
        "category.json" => Ok(json_response(&category())),
        "openpgp.asc" => {
            let keys: Vec<(String, String)> = tx.all(&PUBLISHED, OPENPGP_PUBLIC, params![&of.organisation_id]).await?;
            Ok(text_response(keys.into_iter().map(|(_, key)| key).collect()))
        }
        "white" => folder(&cx, &mut tx, &of, "").await,
        _ => Err(Problem::not_found()),
    }
}

#[derive(Template)]
#[template(path = "publication_list.html")]
pub(crate) struct PublicationListPage {
    p: Page,
    publisher: String,
    year: String,
    all: Vec<PublicationRow>,
    /// The address of the folder, without a slash at the end.
    folder: String,
}

impl Sampled for PublicationListPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let page =
            |year: &str, all| Self {
                p: p.clone(), publisher: "石垣精工".into(), year: year.into(), all, folder: "/csaf/1/white".into()
            };
        vec![("empty", page("2025", vec![])), ("filled", page("", vec![PublicationRow::sample()]))]
    }
}

/// The folder of what is for everybody, or one year of it, as a page.
async fn folder(cx: &Cx, tx: &mut Tx, of: &PublisherRow, year: &str) -> Result<Response, Problem> {
    let mut all = seen(cx, tx, &of.organisation_id, "WHITE").await?;
    all.retain(|row| year.is_empty() || row.year == year);
    let folder = format!("/csaf/{}/white", of.organisation_id);
    let page = PublicationListPage { p: Page::new(cx), publisher: of.name.clone(), year: year.to_owned(), all, folder };
    Ok(page.p.clone().render(&page))
}

/// A list of the documents under a label, by its file name; none if it is another name.
async fn list(cx: &Cx, organisation: &str, label: &str, name: &str) -> Result<Option<Response>, Problem> {
    let mut tx = cx.read().await?;
    let of = publisher(&mut tx, organisation).await?;
    let all = seen(cx, &mut tx, organisation, label).await?;
    Ok(match name {
        "feed.json" => Some(json_response(&rolie(&place(cx, organisation), label, &all, &of.changed_at))),
        "index.txt" => Some(text_response(index(&all))),
        "changes.csv" => Some(text_response(changes(&all))),
        _ => None,
    })
}

/// A document, its checksums or its signature.
async fn document(cx: &Cx, call: &Call, label: &str) -> Result<Response, Problem> {
    let (year, name) = (call.part("year"), call.part("name"));
    let end = [".sha256", ".sha512", ".asc"].into_iter().find(|end| name.ends_with(end)).unwrap_or("");
    let file = name.strip_suffix(end).unwrap_or(name);
    let values = params![call.part("organisation"), label, viewer(cx), cx.now().day().to_string(), year, file];
    let found: Option<(String, String)> = cx.read().await?.one(&PUBLISHED, PUBLICATION_BODY, values).await?;
    let (body, signature) = found.ok_or_else(Problem::not_found)?;
    Ok(match end {
        ".sha256" => text_response(format!("{}  {file}\n", sha256_hex(body.as_bytes()))),
        ".sha512" => text_response(format!("{}  {file}\n", sha512_hex(body.as_bytes()))),
        ".asc" => text_response(signature),
        _ => web::json_text_response(body),
    })
}

/// `GET /csaf/{organisation}/white/{name}`: a list, or a year as a page.
pub(crate) async fn white_list(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (organisation, name) = (call.part("organisation"), call.part("name"));
    if let Some(found) = list(&cx, organisation, "WHITE", name).await? {
        return Ok(found);
    }
    if name.len() != 4 || !name.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::not_found());
    }
    let mut tx = cx.read().await?;
    let of = publisher(&mut tx, organisation).await?;
    folder(&cx, &mut tx, &of, name).await
}

/// `GET /csaf/{organisation}/white/{year}/{name}`
pub(crate) async fn white_file(cx: Cx, call: Call) -> Result<Response, Problem> {
    document(&cx, &call, "WHITE").await
}

/// The label a path names, of those that ask for a token.
fn label(call: &Call) -> Result<&'static str, Problem> {
    let wanted = call.part("tlp").to_uppercase();
    LABELS.into_iter().find(|label| *label == wanted && *label != "WHITE").ok_or_else(Problem::not_found)
}

/// `GET /api/v1/csaf/{organisation}/{tlp}/{name}`
pub(crate) async fn kept_list(cx: Cx, call: Call) -> Result<Response, Problem> {
    let found = list(&cx, call.part("organisation"), label(&call)?, call.part("name")).await?;
    found.ok_or_else(Problem::not_found)
}

/// `GET /api/v1/csaf/{organisation}/{tlp}/{year}/{name}`
pub(crate) async fn kept_file(cx: Cx, call: Call) -> Result<Response, Problem> {
    document(&cx, &call, label(&call)?).await
}

/// `GET /.well-known/csaf/provider-metadata.json`: there where one maker publishes; of several each has its own address.
pub(crate) async fn well_known(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let all: Vec<PublisherRow> = tx.all(&PUBLISHED, PUBLISHERS, params![""]).await?;
    match all.as_slice() {
        [one] => Ok(json_response(&metadata_of(&cx, &mut tx, one).await?)),
        _ => Err(Problem::not_found()),
    }
}

/// `GET /.well-known/security.txt` (RFC 9116); there where the operator names a contact.
pub(crate) async fn security_txt(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let config = &cx.app.config;
    if config.security_contact.is_empty() {
        return Err(Problem::not_found());
    }
    let all: Vec<PublisherRow> = cx.read().await?.all(&PUBLISHED, PUBLISHERS, params![""]).await?;
    let expires = format!("{}T00:00:00Z", cx.now().day().plus_days(SECURITY_TXT_DAYS));
    let mut lines = vec![format!("Contact: {}", config.security_contact), format!("Expires: {expires}")];
    lines.push("Preferred-Languages: ja, en".to_owned());
    lines.push(format!("Canonical: {}/.well-known/security.txt", config.public_url));
    lines.extend(all.iter().map(|p| format!("CSAF: {}", place(&cx, &p.organisation_id).at("provider-metadata.json"))));
    Ok(text_response(lines.join("\n") + "\n"))
}
