//! `web::route` — route tables. A route is method, path, name, what one must hold, and a
//! handler; nothing else in the house adds a route. API routes take their schemas from the
//! handler's own signature.

use std::pin::Pin;
use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use kernel::Permission;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body::{Call, Upload, json};
use crate::cx::Cx;
use crate::problem::Problem;

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: anybody may call it.
    Nobody,
    /// Somebody signed in.
    SignedIn,
    /// A role that holds this permission.
    May(Permission),
}

/// What kind of answer a route gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page or a form's target.
    Page,
    /// A form with files.
    Upload,
    /// JSON.
    Api,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;

/// What reaches a handler.
pub(crate) enum Input {
    /// A body read within its limit.
    Read(Call, Vec<u8>),
    /// A body with files, still flowing.
    Flowing(Call, Upload),
}

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One row of a route table.
#[derive(Clone)]
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path with `{names}`.
    pub path: &'static str,
    /// `<noun>_<verb>`, the same in handler, use case and texts.
    pub name: &'static str,
    /// What the caller must hold.
    pub need: Need,
    /// What it answers.
    pub kind: Kind,
    /// Schemas of an API route's input and output.
    pub schemas: Option<(SchemaOf, SchemaOf)>,
    /// Most bytes of an upload, where it may be more than elsewhere.
    pub(crate) room_bytes: u64,
    pub(crate) handler: Arc<dyn Fn(Cx, Input) -> Answer + Send + Sync>,
}

impl Route {
    /// The route with room for so many bytes of files, where that is more than the instance allows elsewhere.
    #[must_use]
    pub fn with_room(self, room_bytes: u64) -> Self {
        Self { room_bytes, ..self }
    }

    /// Whether programs call it: they come with a token, and problems are told as JSON.
    #[must_use]
    pub fn is_api(&self) -> bool {
        self.kind == Kind::Api || self.path.starts_with("/api/")
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.method, self.path, self.name)
    }
}

/// A page, or the target of a form.
pub fn page<F, R>(method: Method, path: &'static str, name: &'static str, need: Need, handler: F) -> Route
where
    F: Fn(Cx, Call) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    let handler = move |cx, input| -> Answer {
        let (Input::Read(call, _) | Input::Flowing(call, _)) = input;
        Box::pin(handler(cx, call))
    };
    Route { method, path, name, need, kind: Kind::Page, schemas: None, room_bytes: 0, handler: Arc::new(handler) }
}

/// The target of a form with files.
pub fn upload<F, R>(path: &'static str, name: &'static str, need: Need, handler: F) -> Route
where
    F: Fn(Cx, Call, Upload) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    let handler = move |cx, input| -> Answer {
        match input {
            Input::Flowing(call, upload) => Box::pin(handler(cx, call, upload)),
            Input::Read(..) => Box::pin(async { Err(Problem::new(kernel::Code::MediaType)) }),
        }
    };
    Route { method: Method::POST, path, name, need, kind: Kind::Upload, schemas: None, room_bytes: 0, handler: Arc::new(handler) }
}

/// A route that takes files from programs: a form with files in, JSON out.
pub fn upload_api<Out, F, R>(path: &'static str, name: &'static str, need: Need, handler: F) -> Route
where
    Out: Serialize + JsonSchema + 'static,
    F: Fn(Cx, Call, Upload) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Out, Problem>> + Send + 'static,
{
    let handler = Arc::new(handler);
    let answer = move |cx, call, upload| {
        let handler = Arc::clone(&handler);
        async move { Ok(crate::page::json_response(&handler(cx, call, upload).await?)) }
    };
    let schemas: (SchemaOf, SchemaOf) = (SchemaGenerator::subschema_for::<()>, SchemaGenerator::subschema_for::<Out>);
    Route { schemas: Some(schemas), ..upload(path, name, need, answer) }
}

/// A file that programs fetch with a token.
pub fn api_file<F, R>(path: &'static str, name: &'static str, need: Need, handler: F) -> Route
where
    F: Fn(Cx, Call) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    let schemas: (SchemaOf, SchemaOf) = (SchemaGenerator::subschema_for::<()>, SchemaGenerator::subschema_for::<serde_json::Value>);
    Route { kind: Kind::Api, schemas: Some(schemas), ..page(Method::GET, path, name, need, handler) }
}

/// A JSON route; input and output types are the handler's.
pub fn api<In, Out, F, R>(method: Method, path: &'static str, name: &'static str, need: Need, handler: F) -> Route
where
    In: DeserializeOwned + JsonSchema + Send + 'static,
    Out: Serialize + JsonSchema + 'static,
    F: Fn(Cx, Call, In) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Out, Problem>> + Send + 'static,
{
    let handler = Arc::new(handler);
    let answer = move |cx, input| -> Answer {
        let handler = Arc::clone(&handler);
        Box::pin(async move {
            let Input::Read(call, bytes) = input else { return Err(Problem::new(kernel::Code::MediaType)) };
            let out = handler(cx, call, json::<In>(&bytes)?).await?;
            Ok(crate::page::json_response(&out))
        })
    };
    let schemas: (SchemaOf, SchemaOf) = (SchemaGenerator::subschema_for::<In>, SchemaGenerator::subschema_for::<Out>);
    Route { method, path, name, need, kind: Kind::Api, schemas: Some(schemas), room_bytes: 0, handler: Arc::new(answer) }
}
