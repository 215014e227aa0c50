//! `web::form` — what a form says about its fields: messages beside each field and once more
//! in the summary on top. Nothing typed is lost when something does not fit.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

/// One field that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// What is wrong and how to mend it, in the reader's language.
    pub text: String,
}

/// Messages by field, for templates.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<FieldError>);

impl Fields {
    /// Adds a message.
    pub fn add(&mut self, field: &str, text: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), text: text.into() });
    }

    /// Whether everything fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How a page with them is answered: as well if everything fits, else as unprocessable.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The first message of a field, or empty.
    #[must_use]
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}
