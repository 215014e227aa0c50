//! `web::problem` — every answer that is not a success: a stable code, what is wrong, how to
//! mend it. A page for people, `application/problem+json` for machines. Causes go to the log
//! once, here, never to the reader.

use axum::response::{IntoResponse as _, Response};
use kernel::Code;
use schemars::JsonSchema;
use serde::Serialize;
use store::{BlobError, StoreError};

use crate::cx::Cx;
use crate::form::FieldError;

/// A refusal or failure.
#[derive(Debug, thiserror::Error)]
#[error("{code}")]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// What does not fit, by field. Texts are in the reader's language.
    pub fields: Vec<FieldError>,
    /// One more sentence for the reader, in the reader's language.
    pub detail: String,
    /// The cause, for the log.
    pub cause: String,
}

/// The body for machines.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProblemBody {
    /// The stable code.
    pub code: Code,
    /// HTTP status.
    pub status: u16,
    /// What is wrong.
    pub title: String,
    /// How to mend it.
    pub detail: String,
    /// By field.
    pub fields: Vec<FieldError>,
}

impl Problem {
    /// A problem with this code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, fields: Vec::new(), detail: String::new(), cause: String::new() }
    }

    /// Nothing there, or not for this organisation: the two are not told apart.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// Input that does not fit.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Code::Invalid) }
    }

    /// Adds a sentence for the reader.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds the cause, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    pub(crate) fn body(&self, cx: &Cx) -> ProblemBody {
        let text = |part: &str| cx.t(&format!("error.{}.{part}", self.code));
        let detail = if self.detail.is_empty() { text("mend") } else { self.detail.clone() };
        ProblemBody { code: self.code, status: self.code.status(), title: text("title"), detail, fields: self.fields.clone() }
    }

    pub(crate) fn log(&self, cx: &Cx) {
        if self.code.status() >= 500 {
            tracing::error!(code = %self.code, path = cx.path, cause = self.cause, "request.failed");
        } else {
            tracing::debug!(code = %self.code, path = cx.path, cause = self.cause, "request.refused");
        }
    }

    pub(crate) fn json(&self, cx: &Cx) -> Response {
        self.log(cx);
        let status = axum::http::StatusCode::from_u16(self.code.status()).unwrap_or_default();
        let body = serde_json::to_string(&self.body(cx)).unwrap_or_default();
        (status, [("content-type", "application/problem+json")], body).into_response()
    }
}

/// The chain of causes of an error as one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Stale => Code::Stale,
            StoreError::Conflict => Code::Conflict,
            StoreError::DiskFull => Code::DiskFull,
            StoreError::Busy => Code::Busy,
            StoreError::Inconsistent { .. } | StoreError::Unrecorded | StoreError::Migration(_) | StoreError::Engine(_) => Code::Internal,
        };
        Self::new(code).because(chain(&error))
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        let code = match &error {
            BlobError::TooLarge { .. } => Code::TooLarge,
            BlobError::DiskFull => Code::DiskFull,
            BlobError::Damaged(_) | BlobError::Io(_) => Code::Internal,
        };
        Self::new(code).because(chain(&error))
    }
}
