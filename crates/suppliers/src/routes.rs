//! `suppliers::routes` — the only place this domain's routes are written.

use kernel::Permission::{SupplierDecide, SupplierEdit, SupplierRead};
use web::Need::May;
use web::{Method, Route, api, page, upload, upload_api};

use crate::{chain_show, impact_show, link_edit, link_show, list_show, rule_edit, supplier_edit, supplier_list, supplier_show};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/suppliers", "supplier_list", May(SupplierRead), supplier_list::page),
        page(Method::GET, "/suppliers.csv", "supplier_export", May(SupplierRead), supplier_list::csv),
        page(Method::GET, "/suppliers.xlsx", "supplier_workbook", May(SupplierRead), supplier_list::workbook),
        page(Method::POST, "/suppliers/answers", "supplier_answer", May(SupplierEdit), supplier_list::send_answers),
        page(Method::GET, "/suppliers/new", "supplier_new", May(SupplierEdit), supplier_show::page),
        page(Method::POST, "/suppliers", "supplier_add", May(SupplierEdit), supplier_edit::send_add),
        page(Method::GET, "/suppliers/lists", "list_list", May(SupplierEdit), list_show::list),
        upload("/suppliers/lists", "list_add", May(SupplierEdit), list_show::send),
        page(Method::GET, "/suppliers/lists/{id}", "list_show", May(SupplierEdit), list_show::page),
        page(Method::GET, "/suppliers/lists/{id}/errors.csv", "list_errors", May(SupplierEdit), list_show::errors),
        page(Method::POST, "/suppliers/lists/{id}/take", "list_take", May(SupplierEdit), list_show::send_take),
        page(Method::POST, "/suppliers/lists/{id}/undo", "list_undo", May(SupplierEdit), list_show::send_undo),
        page(Method::POST, "/suppliers/lists/{id}/drop", "list_drop", May(SupplierEdit), list_show::send_drop),
        upload_api("/api/v1/supplier-lists", "list_add_api", May(SupplierEdit), list_show::api_draft),
        api(Method::POST, "/api/v1/supplier-lists/{id}/take", "list_take_api", May(SupplierEdit), list_show::api_take),
        page(Method::GET, "/suppliers/rules", "rule_show", May(SupplierRead), rule_edit::page),
        page(Method::POST, "/suppliers/rules", "rule_edit", May(SupplierEdit), rule_edit::send),
        api(Method::PUT, "/api/v1/supplier-rules", "rule_edit_api", May(SupplierEdit), rule_edit::api),
        page(Method::GET, "/suppliers/chain", "chain_show", May(SupplierRead), chain_show::page),
        page(Method::GET, "/suppliers/weak", "weak_show", May(SupplierRead), chain_show::weak),
        api(Method::GET, "/api/v1/supplier-weak-points", "weak_show_api", May(SupplierRead), chain_show::api_weak),
        page(Method::GET, "/suppliers/{id}/links", "link_show", May(SupplierRead), link_show::page),
        page(Method::POST, "/suppliers/{id}/links", "link_add", May(SupplierEdit), link_edit::send),
        page(Method::POST, "/suppliers/links/{id}", "link_change", May(SupplierEdit), link_edit::send_change),
        page(Method::POST, "/suppliers/links/{id}/end", "link_end", May(SupplierEdit), link_edit::send_end),
        api(Method::POST, "/api/v1/supplier-links", "link_add_api", May(SupplierEdit), link_edit::api_add),
        page(Method::POST, "/suppliers/{id}/merge", "supplier_merge", May(SupplierEdit), link_edit::send_merge),
        page(Method::GET, "/suppliers/{id}/impact", "impact_show", May(SupplierRead), impact_show::page),
        api(Method::GET, "/api/v1/suppliers/{id}/impact", "impact_show_api", May(SupplierRead), impact_show::api),
        page(Method::GET, "/suppliers/{id}", "supplier_show", May(SupplierRead), supplier_show::page),
        page(Method::POST, "/suppliers/{id}", "supplier_edit", May(SupplierEdit), supplier_edit::send),
        page(Method::POST, "/suppliers/{id}/state", "supplier_end", May(SupplierEdit), supplier_edit::send_state),
        page(Method::POST, "/suppliers/{id}/concern", "supplier_judge", May(SupplierEdit), supplier_edit::send_concern),
        page(Method::POST, "/suppliers/{id}/decision", "supplier_decide", May(SupplierDecide), supplier_edit::send_decision),
        api(Method::GET, "/api/v1/suppliers", "supplier_list_api", May(SupplierRead), supplier_list::api),
        api(Method::POST, "/api/v1/suppliers", "supplier_add_api", May(SupplierEdit), supplier_edit::api_add),
        api(Method::GET, "/api/v1/suppliers/{id}", "supplier_show_api", May(SupplierRead), supplier_show::api),
        api(Method::PUT, "/api/v1/suppliers/{id}/concern", "supplier_judge_api", May(SupplierEdit), supplier_edit::api_concern),
        api(Method::PUT, "/api/v1/suppliers/{id}/decision", "supplier_decide_api", May(SupplierDecide), supplier_edit::api_decision),
    ]
}
