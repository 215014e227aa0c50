//! `schemes::facts_file` — one company's facts as TOML: `key = value`. For the command line
//! and for the worked examples of schemes. Format: docs/guide/facts-file.md.

use kernel::Day;

use crate::catalog::Catalog;
use crate::evaluate::Facts;
use crate::fact_type::FactKind;
use crate::value::{Answer, Statement};

/// Why a facts file cannot be read: one line, naming the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FactsFileError(pub String);

/// Reads a facts file. Keys may be written in quotes (`"a.b" = …`) or dotted (`a.b = …`, `[a]`).
///
/// # Errors
/// [`FactsFileError`] names the line or key and, for an unknown key, the nearest known one.
pub fn read_facts(text: &str, catalog: &Catalog) -> Result<Facts, FactsFileError> {
    let table: toml::Table = toml::from_str(text).map_err(|e| FactsFileError(e.to_string().trim().replace('\n', " ")))?;
    read_table(&table, catalog)
}

/// Reads facts from a table.
///
/// # Errors
/// As [`read_facts`].
pub fn read_table(table: &toml::Table, catalog: &Catalog) -> Result<Facts, FactsFileError> {
    let mut facts = Facts::new();
    for (key, value) in table {
        let topic = value.as_table().filter(|t| !t.contains_key("value") && !catalog.types().contains_key(key));
        if let Some(topic) = topic {
            for (name, value) in topic {
                add(&mut facts, &format!("{key}.{name}"), value, catalog)?;
            }
        } else {
            add(&mut facts, key, value, catalog)?;
        }
    }
    Ok(facts)
}

fn add(facts: &mut Facts, key: &str, value: &toml::Value, catalog: &Catalog) -> Result<(), FactsFileError> {
    let fail = |text: String| Err(FactsFileError(text));
    let (value, review_by) = match value.as_table() {
        Some(table) => {
            if let Some(other) = table.keys().find(|k| !matches!(k.as_str(), "value" | "review_by")) {
                // A deeper dotted key, or a misspelt field: both are named as an unknown fact.
                catalog.read_answer(&format!("{key}.{other}"), "unknown").map_err(FactsFileError)?;
            }
            let Some(value) = table.get("value") else { return fail(format!("{key}: value is missing")) };
            let review = table.get("review_by").map(text_of).transpose().map_err(|e| FactsFileError(format!("{key}: {e}")))?;
            let review = review.map(|t| Day::parse(&t)).transpose();
            (value, review.map_err(|e| FactsFileError(format!("{key}: review_by: {e}")))?)
        }
        None => (value, None),
    };
    let text = text_of(value).map_err(|e| FactsFileError(format!("{key}: {e}")))?;
    let answer = catalog.read_answer(key, &text).map_err(FactsFileError)?;
    fits(key, value, &answer, catalog)?;
    facts.insert(key.to_owned(), Statement { answer, review_by });
    Ok(())
}

/// A number must be written as a number and a flag as a flag, so that typing errors show.
fn fits(key: &str, value: &toml::Value, answer: &Answer, catalog: &Catalog) -> Result<(), FactsFileError> {
    let Some(fact) = catalog.fact(key) else { return Ok(()) };
    let written = value.type_str();
    let word = !matches!(answer, Answer::Given(_));
    let ok = match fact.kind() {
        FactKind::Number => matches!(value, toml::Value::Integer(_) | toml::Value::Float(_)) || word,
        FactKind::YesNo => matches!(value, toml::Value::Boolean(_)) || word,
        FactKind::Set => matches!(value, toml::Value::Array(_)) || word,
        FactKind::Date => matches!(value, toml::Value::Datetime(_) | toml::Value::String(_)),
        FactKind::Practice | FactKind::Choice | FactKind::Text => matches!(value, toml::Value::String(_)),
    };
    if ok { Ok(()) } else { Err(FactsFileError(format!("{key}: expected {}, found {written}", fact.kind()))) }
}

fn text_of(value: &toml::Value) -> Result<String, String> {
    Ok(match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        toml::Value::Datetime(day) => day.to_string(),
        toml::Value::Array(items) => {
            let parts = items.iter().map(|i| i.as_str().ok_or("a list holds option names in quotes"));
            parts.collect::<Result<Vec<_>, _>>()?.join(",")
        }
        toml::Value::Table(_) => return Err("a table is not a value".to_owned()),
    })
}
