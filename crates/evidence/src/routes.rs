//! `evidence::routes` — the only place this domain's routes are written.

use kernel::Permission::{FactRead, FactState};
use web::Need::May;
use web::{Method, Route, api, page, upload, upload_api};

use crate::{document_edit, fact_export, fact_history, fact_import, fact_list, fact_state};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/facts", "fact_list", May(FactRead), fact_list::page),
        page(Method::GET, "/facts/check", "fact_check", May(FactRead), fact_list::check),
        page(Method::GET, "/facts.csv", "fact_export", May(FactRead), fact_export::page),
        page(Method::GET, "/facts/{key}", "fact_show", May(FactRead), fact_state::page),
        page(Method::POST, "/facts/{key}", "fact_state", May(FactState), fact_state::send),
        page(Method::GET, "/facts/{key}/history", "fact_history", May(FactRead), fact_history::page),
        page(Method::POST, "/facts/{key}/withdraw", "fact_withdraw", May(FactState), fact_state::withdraw),
        upload("/facts/{key}/documents", "document_add", May(FactState), document_edit::add),
        page(Method::GET, "/documents/{id}", "document_show", May(FactRead), document_edit::page),
        page(Method::POST, "/documents/{id}/remove", "document_remove", May(FactState), document_edit::remove),
        api(Method::GET, "/api/v1/facts", "fact_list_api", May(FactRead), fact_list::api),
        api(Method::POST, "/api/v1/facts", "fact_import_api", May(FactState), fact_import::api),
        api(Method::GET, "/api/v1/facts/{key}", "fact_show_api", May(FactRead), fact_state::api_show),
        api(Method::PUT, "/api/v1/facts/{key}", "fact_state_api", May(FactState), fact_state::api),
        api(Method::DELETE, "/api/v1/facts/{key}", "fact_withdraw_api", May(FactState), fact_state::api_withdraw),
        upload_api("/api/v1/facts/{key}/documents", "document_add_api", May(FactState), document_edit::api_add),
        api(Method::GET, "/api/v1/facts/{key}/documents", "document_list_api", May(FactRead), document_edit::api_list),
        page(Method::GET, "/api/v1/documents/{id}", "document_show_api", May(FactRead), document_edit::page),
        api(Method::DELETE, "/api/v1/documents/{id}", "document_remove_api", May(FactState), document_edit::api_remove),
        api(Method::GET, "/api/v1/facts/{key}/history", "fact_history_api", May(FactRead), fact_history::api),
    ]
}
