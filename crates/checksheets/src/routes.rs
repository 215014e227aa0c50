//! `checksheets::routes` — the only place this domain's routes are written.

use kernel::Permission::{FactRead, FactState};
use web::Need::May;
use web::{Method, Route, api, page, upload, upload_api};

use crate::{sheet_add, sheet_answer, sheet_list, sheet_show};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/sheets", "sheet_list", May(FactRead), sheet_list::page),
        upload("/sheets", "sheet_add", May(FactState), sheet_add::send),
        page(Method::GET, "/sheets/{id}", "sheet_show", May(FactRead), sheet_show::page),
        page(Method::POST, "/sheets/{id}", "sheet_answer", May(FactState), sheet_answer::send),
        page(Method::POST, "/sheets/{id}/columns", "sheet_correct", May(FactState), sheet_add::send_columns),
        page(Method::POST, "/sheets/{id}/facts", "sheet_state", May(FactState), sheet_answer::send_facts),
        page(Method::GET, "/sheets/{id}/file", "sheet_file", May(FactRead), sheet_answer::file),
        page(Method::POST, "/sheets/{id}/drop", "sheet_drop", May(FactState), sheet_answer::send_drop),
        upload_api("/api/v1/sheets", "sheet_add_api", May(FactState), sheet_add::api),
        api(Method::GET, "/api/v1/sheets/{id}", "sheet_show_api", May(FactRead), sheet_show::api),
    ]
}
