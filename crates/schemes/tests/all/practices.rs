//! The stories: counted, complete, found in the words of the person who has the worry, ranked
//! by fit, and no sentence of the source document among them.

use kernel::Lang;
use schemes::{Catalog, Practice, PracticeKind, Reader, ranked, search};

fn of(catalog: &Catalog, kind: PracticeKind) -> Vec<&Practice> {
    catalog.practices().iter().filter(|p| p.kind == kind).collect()
}

#[test]
fn every_story_of_the_collection_is_there() {
    let catalog = Catalog::shipped().unwrap();
    // Sections 1 to 10 of the collection: 3, 1, 3, 2, 6, 3, 6, 2, 2, 3.
    assert_eq!(of(&catalog, PracticeKind::Practice).len(), 31);
    assert_eq!(of(&catalog, PracticeKind::Worry).len(), 18);
    assert_eq!(of(&catalog, PracticeKind::Mini).len(), 6);
    for directive in 1..=10 {
        let what = format!("csm-3/d{directive}");
        assert!(catalog.practices().iter().any(|p| p.serves(&what)), "{what}");
    }
    for (id, form) in [("3-2", "education"), ("5-2", "split"), ("9-2", "survey")] {
        assert!(catalog.practice(id).unwrap().written.form.iter().any(|f| f.id == form), "{id}");
    }
}

#[test]
fn a_worry_is_found_in_its_owners_words() {
    let catalog = Catalog::shipped().unwrap();
    for (text, id) in [
        ("社員があやしいメールを開いても報告しない", "worry-9"),
        ("取引先が対策に協力してくれません", "worry-14"),
        ("クラウドを使っていいかIT部門では判断できない", "worry-12"),
        ("ランサムウェアが怖い、止まりたくない", "worry-16"),
        ("在宅勤務の決まりがない", "worry-18"),
        ("工場のセキュリティをどの部署がやるか", "worry-17"),
        ("海外の工場の意識が低くて困る", "worry-3"),
        ("内部不正で秘密を持ち出されないか心配", "worry-7"),
        ("予算が取れない", "3-1"),
        ("担当者が辞めたら分かる人がいない", "7-4"),
    ] {
        let found = search(catalog.practices().iter(), text, Lang::Ja);
        let place = found.iter().position(|p| p.written.id == id);
        assert!(place.is_some_and(|n| n < 3), "{text}: {:?}", found.iter().map(|p| &p.written.id).collect::<Vec<_>>());
    }
    assert!(search(catalog.practices().iter(), "zzzz qqqq", Lang::Ja).is_empty());
    let english = search(catalog.practices().iter(), "ransomware must not stop us", Lang::En);
    assert_eq!(english.first().unwrap().written.id, "worry-16");
}

#[test]
fn near_companies_come_first_and_say_why() {
    let catalog = Catalog::shipped().unwrap();
    let reader = Reader { employees: 400, sector: "E".into() };
    let list = ranked(catalog.practices().iter().filter(|p| p.serves("csm-3/d5")), &reader);
    let first = list.first().unwrap();
    let fit = first.fit(&reader);
    assert!(fit.sector && fit.size, "{}", first.written.id);
    let fits: Vec<u8> = list.iter().map(|p| u8::from(p.fit(&reader).sector) + u8::from(p.fit(&reader).size)).collect();
    assert!(fits.is_sorted_by(|a, b| a >= b), "{fits:?}");
}

/// Collects every text of a data file.
fn strings(value: &toml::Value, out: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => out.push(text.clone()),
        toml::Value::Array(list) => list.iter().for_each(|v| strings(v, out)),
        toml::Value::Table(table) => table.values().for_each(|v| strings(v, out)),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) | toml::Value::Datetime(_) => {}
    }
}

fn files(folder: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "toml") {
            out.push(path);
        }
    }
}

/// Runs of this many characters (white space apart) may not stand in a source document.
const RUN: usize = 40;

fn bare(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn no_sentence_of_the_source_documents_stands_in_our_texts() {
    let root = crate::shipped::root();
    let seeds = root.join("../shared/seeds");
    let Ok(entries) = std::fs::read_dir(&seeds) else {
        testkit::note("LEFT OUT: comparison with the source documents, because they are not beside this checkout.");
        return;
    };
    let mut runs: std::collections::BTreeSet<u64> = std::collections::BTreeSet::new();
    let hash = |run: &[char]| {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    let mut documents = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "txt") {
            documents += 1;
            runs.extend(bare(&std::fs::read_to_string(&path).unwrap()).windows(RUN).map(hash));
        }
    }
    assert!(documents >= 5);
    let mut paths = Vec::new();
    for folder in ["facts", "schemes", "practices", "crosswalks", "lessons"] {
        files(&root.join(folder), &mut paths);
    }
    for path in paths {
        let value: toml::Value = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut texts = Vec::new();
        strings(&value, &mut texts);
        // An address is a fact, not a sentence.
        for text in texts.into_iter().filter(|t| !t.starts_with("http")) {
            let taken = bare(&text).windows(RUN).find(|run| runs.contains(&hash(run))).map(|run| run.iter().collect::<String>());
            assert_eq!(taken, None, "{}", path.display());
        }
    }
    testkit::note(&format!("compared our texts with {documents} source documents"));
}
