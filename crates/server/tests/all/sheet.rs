//! The words `sheet inspect|fill` on every fixture and on hostile files; what independent readers see of a filled
//! workbook.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kernel::Role;
use serde_json::{Value, json};
use testkit::TempFolder;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::files::upload_api;
use crate::harness::worlds;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/sheets");
const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/facts/scs-3-met.toml");

/// Workbooks that are filled out in place.
const BOOKS: [&str; 5] = ["jidousha.xlsx", "denki.xlsx", "kikai.xlsx", "kikai-libreoffice.xlsx", "denki-macro.xlsm"];

fn sheet(args: &[&str]) -> Output {
    let empty = TempFolder::new("sheet-data");
    let data = empty.path().display().to_string();
    Command::new(env!("CARGO_BIN_EXE_ishigaki")).arg("sheet").args(args).args(["--data", &data, "--json"]).output().unwrap()
}

fn json_of(out: &Output) -> Value {
    assert!(out.status.code().is_some_and(|c| c < 2), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

/// The questions of a workbook as they were written into it.
fn written(sheet: &str) -> Vec<String> {
    let all = std::fs::read_to_string(fixture("fresh.tsv")).unwrap();
    all.lines().map(|l| l.split('\t').collect::<Vec<_>>()).filter(|l| l[0] == sheet).map(|l| l[4].to_owned()).collect()
}

fn fill(name: &str, folder: &Path, more: &[&str]) -> (PathBuf, Value) {
    let out = folder.join(name);
    let (file, to) = (fixture(name), out.display().to_string());
    let mut args = vec!["fill", &file, "--facts", FACTS, "-o", &to, "--day", "2026-11-21"];
    args.extend(more);
    (out, json_of(&sheet(&args)))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn every_fixture_is_understood() {
    for (name, own, answer, choices) in [
        ("jidousha.xlsx", "jidousha", "F", vec!["2", "1", "0", "－"]),
        ("denki.xlsx", "denki", "C", vec!["○", "△", "×", "－"]),
        ("denki.xls", "denki", "C", vec!["○", "△", "×", "-"]),
        ("denki-sjis.csv", "denki", "C", vec!["○", "×"]),
        ("denki-macro.xlsm", "denki", "C", vec!["○", "△", "×", "－"]),
        ("kikai.xlsx", "kikai", "H", vec!["有", "一部有", "無", "対象外"]),
        ("kikai-libreoffice.xlsx", "kikai", "H", vec!["有", "一部有", "無", "対象外"]),
    ] {
        let found = json_of(&sheet(&["inspect", &fixture(name)]));
        let table = &found["tables"][0];
        assert_eq!((found["tables"].as_array().unwrap().len(), table["answer_column"].as_str()), (1, Some(answer)), "{name}");
        let questions: Vec<String> = table["questions"].as_array().unwrap().iter().map(|q| text(&q["text"])).collect();
        assert_eq!(questions, written(own), "{name}");
        let scale: Vec<String> = table["scale"]["choices"].as_array().unwrap().iter().map(|c| text(&c["text"])).collect();
        assert_eq!(scale, choices, "{name}");
        assert!(table["scale"]["choices"].as_array().unwrap().iter().all(|c| c["meaning"].is_string()), "{name}");
        assert!(found["matched_count"].as_u64().unwrap() * 3 > found["question_count"].as_u64().unwrap() * 2, "{name}");
    }
    let squared = sheet(&["inspect", &fixture("hougan.xlsx")]);
    assert_eq!((squared.status.code(), &json_of(&squared)["squared"]), (Some(1), &json!(["様式第1号"])));
}

/// Parts of a package by name.
fn parts(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let all = (0..archive.len()).map(|n| {
        let mut entry = archive.by_index(n).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.name().unwrap().into_owned(), bytes)
    });
    all.collect()
}

#[test]
fn outside_the_answers_a_filled_workbook_is_byte_for_byte_the_same() {
    let folder = TempFolder::new("sheet-fill");
    for name in BOOKS {
        let (out, told) = fill(name, folder.path(), &[]);
        let changed: Vec<String> = told["changed"].as_array().unwrap().iter().map(|c| text(&c[0])).collect();
        let (before, after) = (parts(Path::new(&fixture(name))), parts(&out));
        assert_eq!(before.iter().map(|(n, _)| n).collect::<Vec<_>>(), after.iter().map(|(n, _)| n).collect::<Vec<_>>(), "{name}");
        for ((part, old), (_, new)) in before.iter().zip(&after) {
            assert_eq!(old != new, changed.contains(part), "{name} {part}");
        }
        // Of a changed sheet, what is not in an answer cell is the same text.
        let filled: Vec<String> = told["filled"].as_array().unwrap().iter().map(|f| text(&f["cell"])).collect();
        assert!(filled.len() > 15, "{name} {}", filled.len());
        for ((part, old), (_, new)) in before.iter().zip(&after).filter(|((p, _), _)| p.contains("worksheets/") && changed.contains(p)) {
            let cells = |xml: &[u8]| without_cells(std::str::from_utf8(xml).unwrap(), &filled);
            assert_eq!(cells(old), cells(new), "{name} {part}");
        }
        let open = told["open"].as_array().unwrap();
        assert_eq!(told["question_count"].as_u64().unwrap(), (filled.len() + open.len()) as u64);
        assert!(open.iter().all(|o| o["why"].is_string()));
    }
}

/// XML without the cells named.
fn without_cells(xml: &str, cells: &[String]) -> String {
    let mut out = xml.to_owned();
    for cell in cells {
        let Some(from) = out.find(&format!("<c r=\"{cell}\"")) else { continue };
        let rest = &out[from..];
        let end = rest.find('>').unwrap();
        let to = if rest[..end].ends_with('/') { end + 1 } else { rest.find("</c>").unwrap() + 4 };
        out.replace_range(from..from + to, "");
    }
    out
}

#[test]
fn macros_leave_only_where_somebody_says_so() {
    let folder = TempFolder::new("sheet-macro");
    let (kept, _) = fill("denki-macro.xlsm", folder.path(), &[]);
    assert!(parts(&kept).iter().any(|(n, _)| n == "xl/vbaProject.bin"));
    let (out, told) = fill("denki-macro.xlsm", folder.path(), &["--drop-macros"]);
    let all = parts(&out);
    assert!(!all.iter().any(|(n, bytes)| n.contains("vba") || String::from_utf8_lossy(bytes).contains("vbaProject")));
    assert!(all.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains("spreadsheetml.sheet.main+xml")));
    let reasons: Vec<String> = told["changed"].as_array().unwrap().iter().map(|c| text(&c[1])).collect();
    assert_eq!(reasons, ["answers", "macro_removed", "macro_unnamed", "macro_unnamed"]);
}

#[test]
fn files_that_cannot_be_filled_in_place_become_new_workbooks() {
    let folder = TempFolder::new("sheet-new");
    for name in ["denki.xls", "denki-sjis.csv"] {
        let (out, told) = fill(name, folder.path(), &[]);
        assert_eq!(told["rewritten"], true);
        let again = folder.path().join("again.xlsx");
        std::fs::rename(&out, &again).unwrap();
        let found = json_of(&sheet(&["inspect", &again.display().to_string()]));
        let given = found["tables"][0]["questions"].as_array().unwrap().iter().filter(|q| q["given"] == "○").count();
        assert!(given > 20, "{name}: {given}");
    }
}

/// Independent readers: `openpyxl` compares everything outside the answers, `LibreOffice` opens the file and shows the
/// answers. Where openpyxl is not there the test says so and the run's head has said it too.
#[test]
fn other_programs_see_the_same_workbook_with_the_answers() {
    let folder = TempFolder::new("sheet-readers");
    for name in BOOKS {
        let (out, told) = fill(name, folder.path(), &[]);
        let mut answers = serde_json::Map::new();
        for f in told["filled"].as_array().unwrap() {
            let own = answers.entry(text(&f["sheet"])).or_insert_with(|| json!({}));
            own[text(&f["cell"])] = f["text"].clone();
        }
        let list = folder.path().join("answers.json");
        std::fs::write(&list, serde_json::to_vec(&answers).unwrap()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sheets/compare.py");
        match std::env::var_os("ISHIGAKI_TEST_PYTHON") {
            Some(python) => {
                let seen = Command::new(python).arg(script).arg(fixture(name)).arg(&out).arg(&list).output().unwrap();
                let said = String::from_utf8_lossy(&seen.stdout).into_owned() + &String::from_utf8_lossy(&seen.stderr);
                assert!(seen.status.success(), "{name}: {said}");
            }
            None => testkit::note("LEFT OUT: openpyxl. Run `cargo xtask test` to install it."),
        }
        office(&folder, name, &out, &told);
    }
}

/// Has `LibreOffice` write every sheet as text, before and after: only answers, and formulas over them, differ.
fn office(folder: &TempFolder, name: &str, out: &Path, told: &Value) {
    let show = |file: &Path, to: &Path| {
        let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
        let profile = format!("-env:UserInstallation=file://{}", folder.path().join("office").display());
        let mut office = Command::new("soffice");
        office.args([&profile, "--headless", "--convert-to", filter, "--outdir"]).arg(to).arg(file);
        let done = office.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let mut all: Vec<String> = Vec::new();
        let mut files: Vec<_> = std::fs::read_dir(to).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for file in files {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).unwrap();
            all.extend(reader.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()));
        }
        all
    };
    let (one, other) = (folder.path().join(format!("{name}-before")), folder.path().join(format!("{name}-after")));
    let (before, after) = (show(Path::new(&fixture(name)), &one), show(out, &other));
    assert_eq!(before.len(), after.len(), "{name}");
    let differ = before.iter().zip(&after).filter(|(a, b)| a != b).count();
    let filled = told["filled"].as_array().unwrap().len();
    // The car sheet adds the points up: one formula a question, and the sum.
    let formulas = if name == "jidousha.xlsx" { filled + 1 } else { 0 };
    assert!((filled..=filled + formulas).contains(&differ), "{name}: {filled} filled, {differ} differ");
}

/// A package from parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A fixture with one part more, or another.
fn with_part(name: &str, bytes: &[u8]) -> Vec<u8> {
    let all = parts(Path::new(&fixture("denki.xlsx")));
    let mut parts: Vec<(&str, &[u8])> = all.iter().map(|(n, b)| (n.as_str(), b.as_slice())).filter(|(n, _)| *n != name).collect();
    parts.push((name, bytes));
    package(&parts)
}

fn hostile() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    const SHEET: &str = "xl/worksheets/sheet1.xml";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheet = |inner: &str| with_part(SHEET, format!("<worksheet xmlns=\"{MAIN}\">{inner}</worksheet>").as_bytes());
    let zeros = vec![b' '; 200 << 20];
    let wide = "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
    let rows = (1..=20_000).map(|r| format!("<row r=\"{r}\"><c r=\"GR{r}\"><v>1</v></c></row>")).collect::<Vec<_>>().concat();
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    let entity_sheet = format!(
        "{entities}<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&c;</t></is></c></row></sheetData></worksheet>"
    );
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    locked.extend([0; 2_000]);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    locked.extend([0; 2_000]);
    let mut broken_old = locked[..8].to_vec();
    broken_old.extend([0xFF; 5_000]);
    vec![
        ("zip bomb", with_part("xl/sharedStrings.xml", &zeros), Some("too large")),
        ("spaces in a workbook", sheet(&" ".repeat(200 << 20)), Some("too large")),
        ("spaces in a file", zeros, Some("too large")),
        ("entity bomb", with_part(SHEET, entity_sheet.as_bytes()), Some("not a readable")),
        ("17 billion cells", sheet(wide), None),
        ("empty places", sheet(&format!("<sheetData>{rows}</sheetData>")), Some("too large")),
        ("broken XML", sheet("<sheetData><row"), Some("not a readable")),
        ("nested XML", sheet(&deep), Some("not a readable")),
        ("with a password", locked, Some("has a password")),
        ("renamed zip", package(&[("readme.txt", b"hello")]), Some("no workbook")),
        ("a document", package(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")]), Some("no workbook")),
        ("broken old workbook", broken_old, Some("not a readable")),
        ("half a workbook", std::fs::read(fixture("denki.xlsx")).unwrap()[..4_000].to_vec(), Some("not a readable")),
        ("outside its folder", package(&[("[Content_Types].xml", b"<Types/>"), ("../x", b"x")]), Some("not a readable")),
    ]
}

#[test]
fn hostile_files_are_refused_clearly() {
    let folder = TempFolder::new("sheet-hostile");
    for (name, bytes, line) in hostile() {
        let file = folder.path().join("hostile.xlsx");
        std::fs::write(&file, bytes).unwrap();
        let out = sheet(&["inspect", &file.display().to_string()]);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        match line {
            Some(line) => {
                assert_eq!(out.status.code(), Some(2), "{name}: {said}");
                assert!(said.contains(line) && said.trim_end().lines().count() == 1, "{name}: {said}");
            }
            None => assert_eq!(out.status.code(), Some(1), "{name}: {said}"),
        }
    }
}

/// The page's work on both engines: facts draft, people correct, the file comes back, nothing stays when it is removed.
#[tokio::test]
async fn a_sheet_is_drafted_corrected_and_comes_back_filled() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let session = w.sign_in("a-staff").await;
        let bytes = std::fs::read(fixture("denki.xlsx")).unwrap();
        let added = w.send(upload_api("/api/v1/sheets", &token, "", "C:\\受信\\調査票.xlsx", &bytes)).await.json();
        assert_eq!((&added["question_count"], &added["draft_count"], &added["file_name"]), (&json!(47), &json!(0), &json!("調査票.xlsx")));
        let path = format!("/sheets/{}", text(&added["sheet_id"]));
        let api = format!("/api/v1{path}");
        let facts = [("f-governance.officer_assigned", "done"), ("f-governance.policy", "none"), ("f-training.awareness", "")];
        assert_eq!(w.post(&format!("{path}/facts"), &session, &facts).await.status, 303);
        let drafted = w.api("GET", &api, &token, Value::Null).await.json();
        assert_eq!((&drafted["draft_count"], &drafted["questions"][0]["draft"]), (&json!(1), &json!("○")), "the policy is not asked here");
        let revision = drafted["revision"].to_string();
        let answers = [("revision", revision.as_str()), ("page", "1"), ("a-0", "○"), ("a-1", "○"), ("a-2", "×"), ("a-99", "○")];
        assert_eq!(w.post(&path, &session, &answers).await.status, 303);
        let own = w.api("GET", &api, &token, Value::Null).await.json();
        let said: Vec<&Value> = (0..3).map(|n| &own["questions"][n]["own"]).collect();
        assert_eq!(said, [&Value::Null, &Value::Null, &json!("×")], "the draft is nobody's own, and a hidden row is left");
        let late = [("revision", revision.as_str()), ("page", "1"), ("a-2", "△")];
        assert_eq!(w.post(&path, &session, &late).await.status, 409, "somebody saved since");
        let back = sheets::read_book(&w.post(&format!("{path}/file"), &session, &[]).await.bytes).unwrap();
        let cell = |row: u32, column: u32| back.sheets[0].at(row, column);
        assert_eq!((cell(7, 2), cell(8, 2), cell(9, 2), cell(1, 1)), ("○", "", "×", "A社"));
        assert_eq!(w.post(&format!("{path}/drop"), &session, &[]).await.status, 303);
        assert_eq!(w.api("GET", &api, &token, Value::Null).await.status, 404);
    }
}

/// A table of questions with what was answered by hand, as a CSV file.
fn table(rows: &[(&str, &str)]) -> Vec<u8> {
    let line = |(n, (question, answer)): (usize, &(&str, &str))| format!("{},{question},{answer}\n", n + 1);
    let rows: Vec<String> = rows.iter().enumerate().map(line).collect();
    format!("会社名,,部署,\nNo.,確認項目,回答（○／△／×）\n{}", rows.concat()).into_bytes()
}

const ASKED: [&str; 4] =
    ["情報セキュリティ責任者を任命していますか", "従業員に教育を行っていますか", "月の石を磨いていますか", "夜空の星を数えていますか"];

/// The next year: what differs is told, last year's answers are taken over, what stands there is replaced when asked.
#[tokio::test]
async fn the_next_year_takes_an_hour_less() {
    for w in worlds().await {
        let token = w.a.tokens[&Role::Staff].clone();
        let session = w.sign_in("a-staff").await;
        let add = async |rows: &[(&str, &str)]| {
            let added = w.send(upload_api("/api/v1/sheets", &token, "", "調査票.csv", &table(rows))).await.json();
            (format!("/sheets/{}", text(&added["sheet_id"])), added)
        };
        let (first, _) = add(&[(ASKED[0], "○"), (ASKED[1], ""), (ASKED[2], "")]).await;
        assert_eq!(w.get(&format!("{first}/changes"), &session).await.status, 404, "nothing to compare with");
        assert_eq!(w.post(&first, &session, &[("a-1", "△"), ("a-2", "×"), ("c-1", "総務部")]).await.status, 303);
        let taken = w.post(&format!("{first}/file"), &session, &[]).await;
        let book = sheets::read_book(&taken.bytes).unwrap();
        assert_eq!((book.sheets[0].at(0, 1), book.sheets[0].at(0, 3), book.sheets[0].at(3, 2)), ("A社", "総務部", "△"));
        // What was sent counts, not what is typed afterwards.
        assert_eq!(w.post(&first, &session, &[("a-1", "○")]).await.status, 303);
        let (second, added) = add(&[(ASKED[0], "×"), (ASKED[2], ""), (ASKED[3], ""), (ASKED[1], "")]).await;
        let last: Vec<String> = added["questions"].as_array().unwrap().iter().map(|q| text(&q["last"])).collect();
        assert_eq!(last, ["○", "×", "", "△"]);
        let changes = w.get(&format!("{second}/changes"), &session).await.body;
        for words in ["前回と違うところが4問", "新しい質問", "今回はまだ空欄", "答えが変わった"] {
            assert!(changes.contains(words), "{words}");
        }
        assert_eq!(w.post(&format!("{second}/repeat"), &session, &[]).await.status, 303);
        let api = format!("/api/v1{second}");
        let own: Vec<Value> = w.api("GET", &api, &token, Value::Null).await.json()["questions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|q| q["own"].clone())
            .collect();
        assert_eq!(own, [Value::Null, json!("×"), Value::Null, json!("△")], "what stands there is not replaced");
        // By hand it is; and what was typed into the file is proposed as a fact.
        assert!(w.get(&second, &session).await.body.contains("name=\"f-governance.officer_assigned\" value=\"none\""));
        assert_eq!(w.post(&second, &session, &[("a-0", "△")]).await.status, 303);
        let print = w.get(&format!("{second}/print"), &session).await.body;
        assert!(print.contains("4問のうち3問に答えがあります"), "{print}");
        let book = sheets::read_book(&w.post(&format!("{second}/file"), &session, &[]).await.bytes).unwrap();
        assert_eq!((2..6).map(|row| book.sheets[0].at(row, 2)).collect::<Vec<_>>(), ["△", "×", "", "△"]);
    }
}

/// Which fact answers: said by people, used for the next sheet, shared without the question's text.
#[tokio::test]
async fn what_people_say_of_questions_can_be_shared() {
    for w in worlds().await {
        let (token, other) = (w.a.tokens[&Role::Staff].clone(), w.b.tokens[&Role::Admin].clone());
        let session = w.sign_in("a-staff").await;
        let bytes = table(&[(ASKED[2], ""), (ASKED[3], ""), (ASKED[1], "")]);
        let add = async |token: &str| w.send(upload_api("/api/v1/sheets", token, "", "表.csv", &bytes)).await.json();
        let path = format!("/sheets/{}", text(&add(&token).await["sheet_id"]));
        let wrong = w.post(&path, &session, &[("m-0", "no.such_fact")]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let said = [("m-0", "backup.taken"), ("m-2", "-")];
        assert_eq!(w.post(&path, &session, &said).await.status, 303);
        w.state("backup.taken", "done").await;
        let mine = add(&token).await;
        assert_eq!((&mine["questions"][0]["draft"], &mine["questions"][0]["matched_by"]), (&json!("○"), &json!("people")));
        assert_eq!(mine["questions"][2]["why"], "outside");
        let file = w.get(&format!("{path}/mapping.toml"), &session).await.body;
        assert!(file.contains("backup.taken") && ASKED.iter().chain(&["表.csv"]).all(|q| !file.contains(q)), "{file}");
        // Another company, before and after it takes the file in.
        assert_eq!(add(&other).await["questions"][0]["fact"], "");
        let there = w.sign_in("b-admin").await;
        let upload = |bytes: &[u8]| crate::files::upload_body("/sheets/mappings", &there, "", "mapping.toml", bytes);
        let taken = w.send(upload(file.as_bytes())).await;
        assert!(taken.status == 200 && taken.body.contains("2問の対応を取り込みました"), "{}", taken.body);
        let theirs = add(&other).await;
        assert_eq!((&theirs["questions"][0]["fact"], &theirs["questions"][2]["why"]), (&json!("backup.taken"), &json!("outside")));
        // A question that two facts answer together is shared with both.
        let known = table(&[("事故のときの動き方と元に戻す手順がありますか", "")]);
        let known = w.send(upload_api("/api/v1/sheets", &token, "", "表.csv", &known)).await.json();
        let both = w.get(&format!("/sheets/{}/mapping.toml", text(&known["sheet_id"])), &session).await.body;
        assert!(both.contains("incident.procedure") && both.contains("backup.restore_procedure"), "{both}");
        for bad in ["format = 2", "format = 1\n[[question]]\nfacts = [\"x.y\"]", "=", "\u{1f}"] {
            assert_eq!(w.send(upload(bad.as_bytes())).await.status, 422, "{bad}");
        }
    }
}

/// Sheets many know: the eight questions, the eleven topics, our own exports.
#[test]
fn known_sheets_are_recognised() {
    let folder = TempFolder::new("sheet-known");
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/sheets");
    for (id, count) in [("practice-9-1", 8), ("practice-9-2", 11)] {
        let file = std::fs::read_to_string(format!("{rules}/{id}.toml")).unwrap();
        let texts: Vec<&str> = file.lines().filter_map(|l| l.strip_prefix("text = \"")?.strip_suffix('"')).collect();
        let path = folder.path().join(format!("{id}.csv"));
        std::fs::write(&path, table(&texts.iter().map(|t| (*t, "")).collect::<Vec<_>>())).unwrap();
        let found = json_of(&sheet(&["inspect", &path.display().to_string()]));
        assert_eq!((&found["known"], &found["question_count"]), (&json!(id), &json!(count)));
        let questions = found["tables"][0]["questions"].as_array().unwrap();
        let known = |q: &Value| q["matched"].is_null() || q["matched"]["by"] == "known";
        assert!(questions.iter().all(known), "{id}");
    }
}

/// Our own exports come back: numbers are the scheme's, whatever else is written there.
#[tokio::test]
async fn an_exported_assessment_is_known_when_it_comes_back() {
    let folder = TempFolder::new("sheet-export");
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Admin];
        w.state("backup.taken", "done").await;
        let session = w.sign_in("a-admin").await;
        let all = w.api("GET", "/api/v1/assessments", token, Value::Null).await.json();
        for (scheme, id) in [("security-action-2", "ishigaki-25"), ("scs-3", "ishigaki-star3")] {
            let one = all.as_array().unwrap().iter().find(|a| a["scheme"] == scheme).unwrap();
            let path = format!("/assessments/{}/answers.xlsx", text(&one["assessment_id"]));
            let file = folder.path().join(format!("{id}.xlsx"));
            std::fs::write(&file, w.bytes(&path, &session).await).unwrap();
            let found = json_of(&sheet(&["inspect", &file.display().to_string()]));
            assert_eq!((&found["known"], &found["matched_count"]), (&json!(id), &found["question_count"]), "{scheme}");
            let questions = found["tables"][0]["questions"].as_array().unwrap();
            assert!(questions.iter().all(|q| text(&q["criterion"]).starts_with(scheme)), "{scheme}");
            // One fact of many decides some of the 25, and none of the other's.
            assert_eq!(questions.iter().any(|q| q["given"] != ""), id == "ishigaki-25", "{scheme}");
        }
    }
}
