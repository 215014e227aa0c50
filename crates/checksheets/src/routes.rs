//! `checksheets::routes` — the only place this domain's routes are written.

use kernel::Permission::{FactRead, FactState};
use web::Need::May;
use web::{Method, Route, api, page, upload, upload_api};

use crate::{mapping_share, sheet_add, sheet_answer, sheet_compare, sheet_list, sheet_print, sheet_show, sheet_take};

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
        page(Method::GET, "/sheets/{id}/changes", "sheet_compare", May(FactRead), sheet_compare::page),
        page(Method::POST, "/sheets/{id}/repeat", "sheet_repeat", May(FactState), sheet_compare::send_repeat),
        page(Method::GET, "/sheets/{id}/print", "sheet_print", May(FactRead), sheet_print::page),
        page(Method::POST, "/sheets/{id}/file", "sheet_take", May(FactState), sheet_take::send),
        page(Method::POST, "/sheets/{id}/drop", "sheet_drop", May(FactState), sheet_take::send_drop),
        page(Method::GET, "/sheets/{id}/mapping.toml", "mapping_export", May(FactRead), mapping_share::export),
        upload("/sheets/mappings", "mapping_take", May(FactState), mapping_share::send),
        upload_api("/api/v1/sheets", "sheet_add_api", May(FactState), sheet_add::api),
        api(Method::GET, "/api/v1/sheets/{id}", "sheet_show_api", May(FactRead), sheet_show::api),
    ]
}
