//! server — the binary: command words, the list of domains, wiring between them, the
//! listener and the background worker. No rules of any domain.

pub mod bench;
pub mod cli;
mod demo;
mod demo_chain;
mod demo_products;
mod domains;
mod openapi;
mod organisation;
mod oscal;
mod product;
mod product_watch;
mod register;
mod sbom;
mod serve;
mod sheet;
mod supplier;
mod system;
mod wiring;
mod worker;

pub use demo::{DemoLogin, fill as demo_fill};
pub use domains::{migrations, routes, sql, texts};
pub use serve::{Place, listen, load_catalog, open_app, open_store, serve_until};
pub use system::{OsRng, SystemClock};
pub use wiring::build_app;
pub use worker::{send_once, work_once};
