//! `products::worksheet` — what a product team notes down about a product: how far its component list goes, what is agreed
//! about it, and the check items of the SBOM guide. Questions, options and clauses are data (`rules/product-sheets.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kernel::{Code, Event, EventKind, Lang, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Cx, FieldError, Problem};

use crate::product_show::find;
use crate::store::{WORKSHEET_ADD, WORKSHEET_LIST, WorksheetRow};

const SHIPPED: &str = include_str!("../../../rules/product-sheets.toml");

/// Longest note, in characters.
const NOTE_MAX: usize = 2000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    format: u32,
    sheet: Vec<Worksheet>,
}

/// A text in both languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Both {
    ja: String,
    en: String,
}

impl Both {
    pub(crate) fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// A sheet of questions about a product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Worksheet {
    pub(crate) id: String,
    pub(crate) title: Both,
    pub(crate) lead: Both,
    /// What may be written beside each answer.
    pub(crate) notes: Vec<String>,
    /// Options of every item that has none of its own.
    #[serde(default)]
    options: Vec<Choice>,
    pub(crate) item: Vec<Item>,
    #[serde(default)]
    pub(crate) example: Vec<Example>,
}

/// A question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) title: Both,
    #[serde(default)]
    options: Vec<Choice>,
}

/// An answer that may be chosen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) key: String,
    pub(crate) title: Both,
    /// The clause it stands for; `{maker}`, `{buyer}` and `{product}` are filled in.
    pub(crate) clause: Option<Both>,
}

/// Answers for a kind of product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub(crate) title: Both,
    pub(crate) choices: BTreeMap<String, String>,
}

/// What is said of one item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ItemAnswer {
    /// Key of the option; empty if none is chosen.
    pub(crate) choice: String,
    /// Notes by their name.
    pub(crate) notes: BTreeMap<String, String>,
}

/// Answers by key of the item.
pub(crate) type Answers = BTreeMap<String, ItemAnswer>;

impl Worksheet {
    /// The options of an item.
    pub(crate) fn options<'a>(&'a self, item: &'a Item) -> &'a [Choice] {
        if item.options.is_empty() { &self.options } else { &item.options }
    }
}

/// The sheets that come with the program; read once.
///
/// # Errors
/// The file that comes with the program is broken.
pub(crate) fn sheets() -> Result<&'static [Worksheet], Problem> {
    static ALL: LazyLock<Result<Vec<Worksheet>, String>> = LazyLock::new(|| {
        let file: RuleFile = toml::from_str(SHIPPED).map_err(|e| e.to_string())?;
        if file.format == 1 { Ok(file.sheet) } else { Err("another format than 1".to_owned()) }
    });
    ALL.as_deref().map_err(|e| Problem::new(Code::Internal).because(e.as_str()))
}

/// A sheet by its id.
///
/// # Errors
/// [`Code::NotFound`]
pub(crate) fn sheet(id: &str) -> Result<&'static Worksheet, Problem> {
    sheets()?.iter().find(|s| s.id == id).ok_or_else(Problem::not_found)
}

impl WorksheetRow {
    pub(crate) fn answers(&self) -> Answers {
        serde_json::from_str(&self.answers).unwrap_or_default()
    }
}

/// Every revision of a sheet about a product, the newest first.
///
/// # Errors
/// The store's.
pub(crate) async fn revisions(tx: &mut Tx, scope: &Scope, (product, sheet): (&str, &str)) -> Result<Vec<WorksheetRow>, Problem> {
    Ok(tx.all(scope, WORKSHEET_LIST, params![product, sheet]).await?)
}

/// Keeps a new revision; the same as before is none.
///
/// # Errors
/// [`Code::Invalid`] for a note that is too long or an option there is not; [`Code::NotFound`]; the store's.
pub(crate) async fn worksheet_change(cx: &Cx, scope: &Scope, (product, sheet): (&str, &Worksheet), given: &Answers) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut kept = Answers::new();
    for item in &sheet.item {
        let Some(answer) = given.get(&item.key) else { continue };
        if !answer.choice.is_empty() && !sheet.options(item).iter().any(|o| o.key == answer.choice) {
            errors.push(FieldError { field: format!("c-{}", item.key), text: cx.t("worksheet.wrong.choice") });
        }
        let notes = answer.notes.iter().map(|(name, text)| (name.clone(), text.trim().to_owned()));
        let notes: BTreeMap<String, String> = notes.filter(|(name, text)| sheet.notes.contains(name) && !text.is_empty()).collect();
        for (name, _) in notes.iter().filter(|(_, text)| text.chars().count() > NOTE_MAX) {
            errors.push(FieldError { field: format!("n-{name}-{}", item.key), text: cx.t("decision.wrong.long") });
        }
        let answer = ItemAnswer { choice: answer.choice.clone(), notes };
        if answer != ItemAnswer::default() {
            kept.insert(item.key.clone(), answer);
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let mut tx = cx.write().await?;
    find(&mut tx, scope, product).await?;
    let before = revisions(&mut tx, scope, (product, &sheet.id)).await?.into_iter().next();
    if before.as_ref().map(WorksheetRow::answers).unwrap_or_default() == kept {
        return Ok(());
    }
    let revision = before.map_or(1, |b| b.revision + 1);
    let answers = serde_json::to_string(&kept).unwrap_or_default();
    tx.run(scope, WORKSHEET_ADD, params![product, &sheet.id, revision, answers, cx.now(), scope.person()]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::WorksheetChanged, product).with("sheet", &sheet.id)).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sheets_are_whole() {
        let all = sheets().map_err(|p| p.cause).unwrap();
        let counts: Vec<(&str, usize)> = all.iter().map(|s| (s.id.as_str(), s.item.len())).collect();
        assert_eq!(counts, [("scope", 7), ("annex", 9), ("check", 23)]);
        for sheet in all {
            let keys: std::collections::BTreeSet<&str> = sheet.item.iter().map(|i| i.key.as_str()).collect();
            assert_eq!(keys.len(), sheet.item.len(), "{} names an item twice", sheet.id);
            for item in &sheet.item {
                assert!(!sheet.options(item).is_empty(), "{} {}", sheet.id, item.key);
                let whole = sheet.options(item).iter().all(|o| (sheet.id == "annex") == o.clause.is_some());
                assert!(whole, "{} {}: a clause is missing, or stands where none belongs", sheet.id, item.key);
            }
            for (key, choice) in sheet.example.iter().flat_map(|e| &e.choices) {
                let item = sheet.item.iter().find(|i| i.key == *key).unwrap();
                assert!(sheet.options(item).iter().any(|o| o.key == *choice), "{key} {choice}");
            }
            assert!(sheet.example.iter().all(|e| e.choices.len() == sheet.item.len()));
        }
    }
}
