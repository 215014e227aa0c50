//! Good and bad samples of scheme files: one bad file per rule, named after it, with the
//! message a person would see.

use std::fs;

use schemes::{CaseFile, Catalog, Scheme, SchemeFile, SchemeFolder, SchemeTexts, TopicFile};

use crate::shipped::{read_folder, root};

fn samples() -> std::path::PathBuf {
    root().join("crates/schemes/samples")
}

fn valid() -> SchemeFolder {
    read_folder(&samples().join("valid/small"))
}

#[test]
fn the_valid_sample_is_accepted_with_its_cases() {
    let catalog = Catalog::shipped().unwrap();
    let (scheme, _) = Scheme::read(&valid(), &catalog).unwrap();
    let wrong = schemes::run_cases(&scheme, &valid(), &catalog).unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Each invalid sample is a list of replacements on the valid one: `file`, `replace`, `by`, `says`.
#[test]
fn every_invalid_sample_is_refused_for_its_own_reason() {
    let catalog = Catalog::shipped().unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(samples().join("invalid")).unwrap() {
        let path = entry.unwrap().path();
        let sample: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let get = |k: &str| sample[k].as_str().unwrap();
        let mut folder = valid();
        let text = folder.get_mut(get("file")).unwrap();
        assert!(text.contains(get("replace")), "{}: nothing to replace", path.display());
        *text = text.replacen(get("replace"), get("by"), 1);
        let error = Scheme::read(&folder, &catalog).map(|_| ()).expect_err(&path.display().to_string()).to_string();
        assert!(error.contains(get("says")), "{}: {error}", path.display());
        seen += 1;
    }
    assert!(seen >= 14, "{seen}");
}

#[test]
fn shipped_files_fit_the_committed_json_schemas() {
    let check = |name: &str, schema: schemars::Schema| {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = root().join("schemes/schema").join(name);
        if std::env::var_os("ISHIGAKI_GENERATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap_or_default() == text, "{name} differs; run `cargo xtask generate`");
        jsonschema::validator_for(&serde_json::to_value(schema).unwrap()).unwrap()
    };
    let scheme = check("scheme-1.schema.json", schemars::schema_for!(SchemeFile));
    let texts = check("texts-1.schema.json", schemars::schema_for!(SchemeTexts));
    let cases = check("cases-1.schema.json", schemars::schema_for!(CaseFile));
    let facts = check("facts-1.schema.json", schemars::schema_for!(TopicFile));
    let mut files = 0;
    let mut fits = |validator: &jsonschema::Validator, path: &std::path::Path| {
        let value: toml::Value = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let json = serde_json::to_value(value).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        files += 1;
    };
    for entry in fs::read_dir(root().join("facts")).unwrap() {
        fits(&facts, &entry.unwrap().path());
    }
    for folder in ["scs/scs-3/1.0.0", "security-action/security-action-2/3.1.0"] {
        let folder = root().join("schemes").join(folder);
        fits(&scheme, &folder.join("scheme.toml"));
        fits(&texts, &folder.join("texts/ja.toml"));
        fits(&cases, &folder.join("cases.toml"));
    }
    assert!(files > 20);
}

#[test]
fn a_misspelt_fact_is_named_with_its_nearest() {
    let catalog = Catalog::shipped().unwrap();
    let error = schemes::read_facts("\"password.min_lenght\" = 8", &catalog).unwrap_err().to_string();
    assert_eq!(error, "unknown fact password.min_lenght; did you mean password.min_length?");
}

#[test]
fn a_fact_of_the_wrong_type_is_named_as_such() {
    let catalog = Catalog::shipped().unwrap();
    for (text, says) in [
        ("password.min_length = \"long\"", "password.min_length: \"long\" is not a number"),
        ("password.min_length = \"8\"", "password.min_length: expected number, found string"),
        ("password.mixed_characters = \"yes\"", "password.mixed_characters: expected yes_no, found string"),
        ("governance.policy = \"maybe\"", "governance.policy: \"maybe\" is not one of: done, partial, none, unknown, not_applicable"),
        ("password.min_length = 900", "password.min_length: 900 is outside 0 to 128"),
        ("training.reviewed_on = \"soon\"", "training.reviewed_on: \"soon\" is not a date such as 2026-11-21"),
        ("asset.pc_inventory = [1]", "asset.pc_inventory: a list holds option names in quotes"),
    ] {
        assert_eq!(schemes::read_facts(text, &catalog).unwrap_err().to_string(), says);
    }
}

/// A maturity scheme over fact types of its own: two groups, steps 1 to 5.
fn maturity() -> Catalog {
    let step = |name: &str| {
        format!(
            "[[fact]]\nkey = \"m.{name}\"\ntype = \"number\"\nunit = \"step\"\nmin = 1\nmax = 5\nminutes = 10\nja = {{ label = \"段階\", question = \"段階は\" }}\nen = {{ label = \"step\", question = \"which step\" }}\n"
        )
    };
    let own = "{ status = \"unverified\", source = \"OWN\", date = \"not dated\" }";
    let facts = format!(
        "topic = \"m\"\norder = 1\nprovenance = {own}\nja = {{ title = \"m\" }}\nen = {{ title = \"m\" }}\n{}{}{}",
        step("a"),
        step("b"),
        step("c")
    );
    let criterion = |id: &str, group: &str| {
        format!(
            "[[requirement]]\nid = \"{id}\"\ngroup = \"{group}\"\n[[requirement.criterion]]\nid = \"{id}\"\nrule = {{ fact = \"m.{id}\", at_least = 3 }}\nlevel = \"m.{id}\"\n"
        )
    };
    let scheme = format!(
        "format = 1\nid = \"m\"\nversion = \"1.0.0\"\npublished = \"not dated\"\noperator = \"x\"\nlicence = \"Apache-2.0\"\nsubject = \"organisation\"\naward = {{ level = \"M\", by = \"self_declaration\", provenance = {own} }}\nprovenance = {own}\ngroups = [\"one\", \"two\"]\n[scoring]\nkind = \"maturity_mean\"\nlowest = 1\nhighest = 5\nreached = 3\nbands = [{{ id = \"good\", from = 300 }}, {{ id = \"weak\", from = 0 }}]\n[sources]\nOWN = {{ title = \"x\" }}\n{}{}{}",
        criterion("a", "one"),
        criterion("b", "one"),
        criterion("c", "two"),
    );
    let texts = "title = \"m\"\nsummary = \"m\"\nhow = \"m\"\ngroup = { one = \"1\", two = \"2\" }\nrequirement = { a = \"a\", b = \"b\", c = \"c\" }\nband = { good = \"g\", weak = \"w\" }\n";
    let files = [
        ("facts/m.toml", facts.as_str()),
        ("schemes/f/m/1.0.0/scheme.toml", scheme.as_str()),
        ("schemes/f/m/1.0.0/texts/ja.toml", texts),
        ("schemes/f/m/1.0.0/texts/en.toml", texts),
    ];
    Catalog::load(files.into_iter()).unwrap()
}

#[test]
fn maturity_is_the_mean_of_the_groups_means() {
    let catalog = maturity();
    let scheme = catalog.scheme("m", None).unwrap();
    let score = |text: &str| {
        let facts = schemes::read_facts(text, &catalog).unwrap();
        let today = kernel::Day::parse("2026-11-21").unwrap();
        let standings: Vec<schemes::Standing> = scheme.criteria().map(|c| schemes::standing(c, &facts, today)).collect();
        schemes::score(scheme, &standings, &schemes::steps(scheme, &facts))
    };
    let full = score("[m]\na = 3\nb = 4\nc = 2");
    assert_eq!((full.value, full.groups["one"], full.groups["two"], full.band.as_deref()), (275, 350, 200, Some("weak")));
    let partly = score("[m]\na = 4\nb = \"unknown\"");
    assert_eq!((partly.value, partly.groups.len()), (400, 1), "what is not known lowers nothing");
    assert_eq!(score("").band, None, "nothing stated gives no band");
}
