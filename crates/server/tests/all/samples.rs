//! Every template × sample × language equals what is committed under `samples/pages` of its
//! crate; reviewers read what people will see.

use std::path::Path;

use kernel::{Lang, OrganisationId, PersonId, Role, Scope, SeededRng};
use web::{Page, Signed};

use crate::harness::worlds;

#[tokio::test]
async fn every_page_sample_is_the_committed_one() {
    let w = worlds().await.remove(0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rng = SeededRng::new(1);
    for lang in Lang::ALL {
        let scope = Scope::granted(OrganisationId::new(&*w.clock, &rng), PersonId::new(&*w.clock, &rng), Role::Admin);
        let mut cx = w.cx();
        cx.lang = *lang;
        cx.signed =
            Some(Signed { scope, person_name: "総務 花子".into(), organisation_name: "石垣精工".into(), proven_at: cx.now() });
        let page = Page::new(&cx);
        let rooms = [
            ("web", web::samples(&page)),
            ("people", people::samples(&page)),
            ("schemes", schemes::samples(&page)),
            ("evidence", evidence::samples(&page)),
            ("assess", assess::samples(&page)),
            ("drills", drills::samples(&page)),
            ("register", register::samples(&page)),
            ("suppliers", suppliers::samples(&page)),
            ("checksheets", checksheets::samples(&page)),
            ("products", products::samples(&page)),
        ];
        for (room, samples) in rooms {
            for (template, text) in samples {
                assert!(text.contains("<h1>") && !text.contains("does not render"), "{room} {template}");
                let keys: Vec<&str> = text.split(['>', '<', '"']).filter(|t| looks_like_a_key(t)).collect();
                assert!(keys.is_empty(), "{room} {template} {lang} shows bare keys: {keys:?}");
                testkit::golden(&root.join(room).join(format!("samples/pages/{template}.{lang}.html")), &text);
            }
        }
    }
}

/// `home.title`: a text key that found no text.
fn looks_like_a_key(text: &str) -> bool {
    let starts = [
        "home.",
        "sheet.",
        "export.",
        "intake.",
        "appeal.",
        "bulk.",
        "assessment.",
        "standing.",
        "why.",
        "must.",
        "change.",
        "comparison.",
        "practice.",
        "question.",
        "axis.",
        "kept.",
        "state.",
        "target.",
        "crosswalk.",
        "version.",
        "moved.",
        "peer.",
        "reference.",
        "lesson.",
        "certificate.",
        "department.",
        "unconfirmed.",
        "confidence.",
        "official.",
        "own.",
        "register.",
        "entry.",
        "star.",
        "statistic.",
        "application.",
        "verify.",
        "prefecture.",
        "audit.",
        "declaration.",
        "criterion.",
        "answer.",
        "unit.",
        "fact.",
        "scheme.",
        "organisation.",
        "person.",
        "session.",
        "account.",
        "member.",
        "choice.",
        "form.",
        "error.",
        "event.",
        "ledger.",
        "role.",
        "industry.",
        "second.",
        "password.",
        "claim.",
        "shell.",
        "nav.",
        "supplier.",
        "class.",
        "list.",
        "link.",
        "wave.",
        "report.",
        "help.",
        "tier.",
        "survey.",
        "guard.",
        "board.",
        "heat.",
        "request.",
        "reply.",
        "asked.",
        "message.",
        "feedback.",
        "letter.",
        "impact.",
        "chain.",
        "weak.",
        "confidence.",
    ];
    let known_fact = text.contains("password.min") || text.contains("password.rules");
    let file = text.contains(".toml") || text.contains(".xlsx");
    !known_fact && !file && starts.iter().any(|s| text.starts_with(s)) && !text.contains(' ')
}
