//! web — the page shell and everything pages and the JSON API share: route tables, request
//! context, forms, problem answers, texts, charts as SVG, security headers. The only room
//! that knows the web server. Knows no domain.

mod assets;
mod body;
mod chart;
mod cx;
mod form;
mod guard;
mod notice;
mod openapi;
mod page;
mod problem;
mod route;
mod sample;
mod samples;
mod serve;
mod texts;

pub use assets::routes as asset_routes;
pub use body::{Call, Form, Upload, file_name};
pub use chart::{Bar, Line, RADAR_LINES_MAX, Rung, Span, Stone, bars, columns, ladder, qr, radar, spans};
pub use cx::{App, Config, Cx, Gate, GateFuture, Resume, Signed, network_block};
pub use form::{FieldError, Fields};
pub use guard::{form_token, local_path, session_cookie, set_guest_cookie, set_session_cookie};
pub use notice::{Notice, NoticeFuture, Notices};
pub use openapi::document as openapi_document;
pub use page::{
    Page, Shell, bytes_response, csv_cell, csv_response, download, file_response, json_response, json_text_response, percent, redirect,
    svg_response, text_response, workbook_response,
};
pub use problem::Problem;
pub use route::{Kind, Need, Route, api, api_file, page, upload, upload_api};
pub use sample::{Sampled, render_samples};
pub use samples::samples;
pub use serve::router;
pub use texts::{TEXTS, Texts};

pub use axum::http::{Method, StatusCode};
pub use axum::response::Response;
