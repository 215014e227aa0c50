//! `web::body` — what a handler receives: path parts, query, and a body read within its limit.
//! A form's token is checked before the handler sees anything.

use std::collections::BTreeMap;

use axum::extract::multipart::Multipart;
use kernel::Code;
use serde::de::DeserializeOwned;

use crate::cx::Cx;
use crate::form::FieldError;
use crate::problem::Problem;

/// A decoded form or query: names with their values in sent order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Decodes `a=1&b=2`.
    #[must_use]
    pub fn decode(text: &str) -> Self {
        Self(serde_urlencoded::from_str(text).unwrap_or_default())
    }

    /// Encodes again, without the token.
    #[must_use]
    pub fn encode(&self) -> String {
        let fields: Vec<_> = self.0.iter().filter(|(name, _)| name != "_csrf").collect();
        serde_urlencoded::to_string(fields).unwrap_or_default()
    }

    /// The first value of a name, trimmed; empty if absent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// All values of a name.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.trim()).collect()
    }

    /// Names and values in sent order.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The same with one value replaced, for links that keep a list's filters.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs: Vec<_> = self.0.iter().filter(|(n, v)| n != name && !v.is_empty()).cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Self(pairs)
    }
}

impl From<Vec<(String, String)>> for Form {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

/// A request's input.
#[derive(Debug, Default)]
pub struct Call {
    /// Parts of the path by name.
    pub path: BTreeMap<String, String>,
    /// The query.
    pub query: Form,
    /// The form; empty for other bodies.
    pub form: Form,
}

impl Call {
    /// A part of the path.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A part of the path as an id. Text that is no id is simply not there.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn id<T: TryFrom<String>>(&self, name: &str) -> Result<T, Problem> {
        T::try_from(self.part(name).to_owned()).map_err(|_| Problem::not_found())
    }
}

/// Reads a JSON body into its type; unknown fields and wrong types are named.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text: &[u8] = if bytes.is_empty() { b"null" } else { bytes };
    serde_json::from_slice(text).map_err(|e| Problem::new(Code::Invalid).with_detail(e.to_string()))
}

/// A form with files; its token was checked before.
#[derive(Debug)]
pub struct Upload {
    pub(crate) multipart: Multipart,
}

impl Upload {
    /// All fields within a limit each: name, file name (empty for plain fields) and bytes.
    ///
    /// # Errors
    /// As [`Upload::field`].
    pub async fn fields(mut self, limit_bytes: usize) -> Result<Vec<(String, String, Vec<u8>)>, Problem> {
        let mut fields = Vec::new();
        while let Some(field) = self.field(limit_bytes).await? {
            fields.push(field);
        }
        Ok(fields)
    }

    /// The next field within a limit: name, file name (empty for plain fields) and bytes.
    ///
    /// # Errors
    /// [`Code::TooLarge`] for a field beyond the limit; as [`Upload::next`].
    pub async fn field(&mut self, limit_bytes: usize) -> Result<Option<(String, String, Vec<u8>)>, Problem> {
        let Some(mut field) = self.next().await? else { return Ok(None) };
        let (name, file) = (field.name().unwrap_or("").to_owned(), field.file_name().unwrap_or("").to_owned());
        let mut bytes = Vec::new();
        while let Some(chunk) = Self::chunk(&mut field).await? {
            if bytes.len() + chunk.len() > limit_bytes {
                return Err(Problem::new(Code::TooLarge));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some((name, file, bytes)))
    }

    /// The file of the field `file`: its name without folders, and its bytes.
    ///
    /// # Errors
    /// [`Code::Invalid`] if none was chosen; as [`Upload::fields`].
    pub async fn file(self, cx: &Cx, limit_bytes: usize) -> Result<(String, Vec<u8>), Problem> {
        let fields = self.fields(limit_bytes).await?;
        let file = fields.into_iter().find(|(name, file, bytes)| name == "file" && !file.is_empty() && !bytes.is_empty());
        let wrong = || Problem::invalid(vec![FieldError { field: "file".to_owned(), text: cx.t("upload.wrong.none") }]);
        file.map(|(_, name, bytes)| (file_name(&name), bytes)).ok_or_else(wrong)
    }

    /// The next field.
    ///
    /// # Errors
    /// [`Code::TooLarge`] or [`Code::Invalid`] if the body breaks off.
    async fn next(&mut self) -> Result<Option<axum::extract::multipart::Field<'_>>, Problem> {
        self.multipart.next_field().await.map_err(|e| broken(&e))
    }

    /// The next piece of a field's content.
    ///
    /// # Errors
    /// As [`Upload::next`].
    async fn chunk(field: &mut axum::extract::multipart::Field<'_>) -> Result<Option<Vec<u8>>, Problem> {
        field.chunk().await.map(|c| c.map(|b| b.to_vec())).map_err(|e| broken(&e))
    }
}

/// The name of a file as it is kept and shown: without folders and control characters, at most 120 characters.
#[must_use]
pub fn file_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or("").chars().filter(|c| !c.is_control()).take(120).collect()
}

pub(crate) fn broken(error: &axum::extract::multipart::MultipartError) -> Problem {
    let code = if error.status().as_u16() == 413 { Code::TooLarge } else { Code::Invalid };
    Problem::new(code).because(error.to_string())
}
