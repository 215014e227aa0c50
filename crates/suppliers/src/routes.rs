//! `suppliers::routes` — the only place this domain's routes are written.

use kernel::Permission::{SupplierAnswer, SupplierDecide, SupplierEdit, SupplierRead};
use web::Need::{May, Nobody};
use web::{Method, Route, api, page, upload, upload_api};

use crate::{
    asked_answer, board_show, chain_show, help_show, impact_show, intake_show, link_edit, link_show, list_show, reply_edit, reply_enter,
    reply_sheet, report_show, request_show, rule_edit, supplier_edit, supplier_list, supplier_show, survey_edit, tier_edit, wave_edit,
};

use crate::intake_show::ROOM_BYTES;

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = buyer();
    all.extend(supplier());
    all
}

/// What a buyer does.
fn buyer() -> Vec<Route> {
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
        page(Method::GET, "/suppliers/waves", "wave_list", May(SupplierRead), wave_edit::list),
        page(Method::POST, "/suppliers/waves", "wave_add", May(SupplierEdit), wave_edit::send_add),
        page(Method::GET, "/suppliers/waves/{id}", "wave_show", May(SupplierRead), wave_edit::page),
        page(Method::POST, "/suppliers/waves/{id}", "wave_send", May(SupplierEdit), wave_edit::send),
        page(Method::POST, "/suppliers/waves/{id}/drop", "wave_drop", May(SupplierEdit), wave_edit::send_drop),
        page(Method::POST, "/suppliers/waves/{id}/close", "wave_close", May(SupplierEdit), wave_edit::send_close),
        page(Method::GET, "/suppliers/waves/{id}/board", "board_show", May(SupplierRead), board_show::page),
        page(Method::GET, "/suppliers/waves/{id}/heat", "heat_show", May(SupplierRead), board_show::heat),
        page(Method::GET, "/suppliers/waves/{id}/heat.xlsx", "heat_workbook", May(SupplierRead), board_show::workbook),
        page(Method::GET, "/suppliers/waves/{id}/replies", "intake_show", May(SupplierRead), intake_show::page),
        page(Method::GET, "/suppliers/waves/{id}/replies.csv", "intake_export", May(SupplierRead), intake_show::csv),
        upload("/suppliers/waves/{id}/replies", "intake_add", May(SupplierEdit), intake_show::send).with_room(ROOM_BYTES),
        page(Method::POST, "/suppliers/waves/{id}/replies/go", "intake_go", May(SupplierEdit), intake_show::send_go),
        page(Method::POST, "/suppliers/waves/{id}/replies/{intake}", "intake_whose", May(SupplierEdit), intake_show::send_whose),
        upload_api("/api/v1/supplier-waves/{id}/replies", "intake_add_api", May(SupplierEdit), intake_show::api_add).with_room(ROOM_BYTES),
        api(Method::GET, "/api/v1/supplier-waves/{id}/replies", "intake_show_api", May(SupplierRead), intake_show::api),
        api(Method::GET, "/api/v1/supplier-waves", "wave_list_api", May(SupplierRead), wave_edit::api_list),
        api(Method::POST, "/api/v1/supplier-waves", "wave_add_api", May(SupplierEdit), wave_edit::api_add),
        api(Method::POST, "/api/v1/supplier-waves/{id}/send", "wave_send_api", May(SupplierEdit), wave_edit::api_send),
        api(Method::GET, "/api/v1/supplier-waves/{id}/board", "board_show_api", May(SupplierRead), board_show::api),
        page(Method::GET, "/suppliers/requests/{id}", "request_show", May(SupplierRead), request_show::page),
        page(Method::POST, "/suppliers/requests/{id}/message", "request_ask", May(SupplierEdit), request_show::send_message),
        page(Method::POST, "/suppliers/requests/{id}/confirm", "request_confirm", May(SupplierEdit), request_show::send_confirm),
        page(Method::POST, "/suppliers/requests/{id}/return", "request_return", May(SupplierEdit), request_show::send_return),
        page(Method::POST, "/suppliers/requests/{id}/doors", "request_shut", May(SupplierEdit), request_show::send_shut),
        page(Method::POST, "/suppliers/requests/{id}/hand", "request_hand", May(SupplierEdit), request_show::send_hand),
        page(Method::POST, "/suppliers/requests/{id}/contact", "request_contact", May(SupplierEdit), request_show::send_contact),
        page(Method::POST, "/suppliers/requests/{id}/feedback", "request_feedback", May(SupplierEdit), request_show::send_feedback),
        api(Method::GET, "/api/v1/supplier-requests/{id}/reply", "request_reply_api", May(SupplierRead), request_show::api_reply),
        api(Method::POST, "/api/v1/supplier-requests/{id}/messages", "request_ask_api", May(SupplierEdit), request_show::api_message),
        page(Method::GET, "/suppliers/help", "help_show", May(SupplierRead), help_show::page),
        page(Method::POST, "/suppliers/help/{id}", "help_answer", May(SupplierEdit), help_show::send_answer),
        page(Method::POST, "/suppliers/seminars", "seminar_edit", May(SupplierEdit), help_show::send_seminar),
        page(Method::POST, "/suppliers/requests/{id}/tier", "request_tier", May(SupplierEdit), tier_edit::send_take),
        page(Method::GET, "/suppliers/report", "report_show", May(SupplierRead), report_show::page),
        page(Method::GET, "/suppliers/report.xlsx", "report_workbook", May(SupplierRead), report_show::workbook),
        api(Method::GET, "/api/v1/supplier-report", "report_show_api", May(SupplierRead), report_show::api),
        page(Method::GET, "/suppliers/survey", "survey_show", May(SupplierRead), survey_edit::page),
        page(Method::POST, "/suppliers/survey", "survey_send", May(SupplierEdit), survey_edit::send),
        page(Method::GET, "/suppliers/survey.xlsx", "survey_workbook", May(SupplierRead), survey_edit::workbook),
        page(Method::POST, "/suppliers/departments", "survey_tell", May(SupplierEdit), survey_edit::send_department),
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

/// What whoever is asked does, with an account or without.
fn supplier() -> Vec<Route> {
    vec![
        page(Method::GET, "/reply", "reply_number", Nobody, reply_enter::by_hand),
        page(Method::POST, "/reply", "reply_meet", Nobody, reply_enter::send_number),
        page(Method::POST, "/reply/code", "reply_code", Nobody, reply_enter::send_code),
        page(Method::POST, "/reply/enter", "reply_enter", Nobody, reply_enter::send_enter),
        page(Method::GET, "/reply/form", "reply_show", Nobody, reply_edit::page),
        page(Method::POST, "/reply/form", "reply_send", Nobody, reply_edit::send),
        page(Method::POST, "/reply/message", "reply_say", Nobody, reply_edit::send_message),
        page(Method::POST, "/reply/contact", "reply_contact", Nobody, reply_edit::send_contact),
        page(Method::POST, "/reply/delegate", "reply_delegate", Nobody, reply_edit::send_delegate),
        page(Method::GET, "/reply/sheet", "reply_workbook", Nobody, reply_sheet::send_out),
        upload("/reply/sheet", "reply_read", Nobody, reply_sheet::send),
        upload("/reply/files", "reply_file", Nobody, reply_edit::send_file),
        page(Method::POST, "/reply/withdraw", "reply_withdraw", Nobody, reply_edit::send_withdraw),
        page(Method::POST, "/reply/leave", "reply_leave", Nobody, reply_enter::send_leave),
        page(Method::POST, "/reply/claim", "reply_claim", May(SupplierAnswer), reply_enter::send_claim),
        page(Method::POST, "/reply/facts", "reply_fill", May(SupplierAnswer), reply_edit::send_facts),
        page(Method::GET, "/reply/help", "help_guest", Nobody, help_show::guest),
        page(Method::POST, "/reply/help", "help_ask", Nobody, help_show::guest_send),
        page(Method::GET, "/reply/chain", "tier_show", Nobody, tier_edit::page),
        page(Method::POST, "/reply/chain", "tier_tell", Nobody, tier_edit::send),
        page(Method::GET, "/reply/{token}", "reply_link", Nobody, reply_enter::by_link),
        page(Method::GET, "/asked", "asked_list", May(SupplierAnswer), reply_enter::asked),
        api(Method::GET, "/api/v1/asked", "asked_list_api", May(SupplierAnswer), asked_answer::api_list),
        api(Method::PUT, "/api/v1/asked/{id}/reply", "asked_answer_api", May(SupplierAnswer), asked_answer::api),
        page(Method::POST, "/asked/{id}/open", "asked_open", May(SupplierAnswer), reply_enter::send_open),
    ]
}
