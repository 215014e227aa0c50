//! `register::routes` — the only place this domain's routes are written.

use kernel::Permission::{StarApply, StarDeclare, StarExamine, StarOperate, StarRead};
use web::Need::{May, Nobody};
use web::{Method, Route, api, page, upload};

use crate::{
    appeal, application_edit, application_show, bulk_show, certificate_show, desk_show, entry_search, entry_show, examination_edit,
    examination_show, log_show, star_list, statistic_show, verify_show,
};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/register", "entry_search", Nobody, entry_search::page),
        page(Method::GET, "/register/entries/{number}", "entry_show", Nobody, entry_show::page),
        page(Method::GET, "/register/entries/{number}/qr.svg", "entry_qr", Nobody, entry_show::qr),
        page(Method::GET, "/register/entries/{number}/star", "entry_star", Nobody, entry_show::star),
        page(Method::GET, "/register/entries/{number}/proof", "entry_proof", Nobody, entry_show::proof),
        page(Method::GET, "/register/files", "bulk_show", Nobody, bulk_show::page),
        page(Method::GET, "/register/files/{name}", "bulk_file", Nobody, bulk_show::file),
        api(Method::GET, "/api/v1/register-files", "bulk_show_api", Nobody, bulk_show::api),
        page(Method::GET, "/register/statistics", "statistic_show", Nobody, statistic_show::page),
        page(Method::GET, "/register/statistics.csv", "statistic_export", Nobody, statistic_show::csv),
        api(Method::GET, "/api/v1/register-statistics", "statistic_show_api", Nobody, statistic_show::api),
        page(Method::GET, "/register/verify", "verify_show", Nobody, verify_show::page),
        upload("/register/verify", "verify_send", Nobody, verify_show::send),
        page(Method::GET, "/register/keys", "key_list", Nobody, log_show::key_list),
        page(Method::GET, "/register/status", "status_show", Nobody, log_show::status),
        page(Method::GET, "/register/log/checkpoint", "checkpoint_show", Nobody, log_show::checkpoint_show),
        page(Method::GET, "/register/log/consistency", "consistency_show", Nobody, log_show::consistency_show),
        page(Method::GET, "/register/log/tile/{level}/{*tile}", "tile_show", Nobody, log_show::tile_show),
        page(Method::GET, "/stars", "star_list", May(StarRead), star_list::page),
        page(Method::POST, "/stars", "application_start", May(StarApply), star_list::send),
        page(Method::POST, "/stars/{number}/end", "star_end", May(StarApply), star_list::end),
        page(Method::POST, "/stars/{number}/appeal", "appeal_make", May(StarApply), appeal::send),
        api(Method::POST, "/api/v1/stars/{number}/appeal", "appeal_make_api", May(StarApply), appeal::api),
        page(Method::GET, "/stars/{number}/certificate", "star_certificate", May(StarRead), certificate_show::page),
        page(Method::GET, "/applications/{id}", "application_show", May(StarRead), application_show::page),
        page(Method::POST, "/applications/{id}", "application_save", May(StarApply), application_edit::send),
        page(Method::POST, "/applications/{id}/declare", "application_declare", May(StarDeclare), application_edit::send_declaration),
        page(Method::GET, "/applications/{id}/pack.csv", "application_pack", May(StarRead), application_show::pack),
        page(Method::POST, "/applications/{id}/ask", "application_ask", May(StarApply), application_edit::send_ask),
        page(Method::POST, "/applications/{id}/answers", "application_answer", May(StarApply), application_edit::send_answers),
        page(Method::POST, "/applications/{id}/again", "application_again", May(StarApply), application_edit::send_again),
        page(Method::POST, "/applications/{id}/withdraw", "application_withdraw", May(StarApply), application_edit::withdraw),
        api(Method::GET, "/api/v1/stars", "star_list_api", May(StarRead), star_list::api),
        api(Method::POST, "/api/v1/stars", "application_start_api", May(StarApply), star_list::api_start),
        api(Method::GET, "/api/v1/applications/{id}", "application_show_api", May(StarRead), application_show::api),
        api(Method::POST, "/api/v1/applications/{id}/declare", "application_declare_api", May(StarDeclare), application_edit::api_declare),
        api(Method::POST, "/api/v1/applications/{id}/ask", "application_ask_api", May(StarApply), application_edit::api_ask),
        page(Method::GET, "/examinations", "examination_list", May(StarExamine), examination_show::list),
        page(Method::GET, "/examinations/{id}", "examination_show", May(StarExamine), examination_show::page),
        page(Method::GET, "/examinations/{id}/documents/{document}", "examination_document", May(StarExamine), examination_show::document),
        page(Method::POST, "/examinations/{id}/take", "examination_take", May(StarExamine), examination_edit::send_take),
        page(Method::POST, "/examinations/{id}/decline", "examination_decline", May(StarExamine), examination_edit::send_decline),
        page(Method::POST, "/examinations/{id}/looks", "examination_look", May(StarExamine), examination_edit::send_looks),
        page(Method::POST, "/examinations/{id}/record", "examination_record", May(StarExamine), examination_edit::send_record),
        page(Method::POST, "/examinations/{id}/end", "examination_end", May(StarExamine), examination_edit::send_end),
        api(Method::GET, "/api/v1/examinations", "examination_list_api", May(StarExamine), examination_show::api_list),
        api(Method::GET, "/api/v1/examinations/{id}", "examination_show_api", May(StarExamine), examination_show::api),
        api(Method::PUT, "/api/v1/examinations/{id}/looks", "examination_look_api", May(StarExamine), examination_edit::api_looks),
        api(Method::POST, "/api/v1/examinations/{id}/end", "examination_end_api", May(StarExamine), examination_edit::api_end),
        page(Method::GET, "/register-desk", "desk_show", May(StarOperate), desk_show::page),
        page(Method::POST, "/register-desk/designations", "desk_designate", May(StarOperate), desk_show::send_designation),
        page(Method::POST, "/register-desk/designations/{id}/end", "designation_end", May(StarOperate), desk_show::send_end),
        page(Method::POST, "/register-desk/entries", "desk_state", May(StarOperate), desk_show::send_state),
        page(Method::POST, "/register-desk/appeals/{id}", "appeal_answer", May(StarOperate), appeal::send_answer),
        api(Method::POST, "/api/v1/register-desk/appeals/{id}", "appeal_answer_api", May(StarOperate), appeal::api_answer),
        page(Method::POST, "/examinations/{id}/sample", "examination_sample", May(StarExamine), examination_edit::send_sample),
        api(Method::GET, "/api/v1/register-desk", "desk_show_api", May(StarOperate), desk_show::api),
        api(Method::POST, "/api/v1/register-desk/designations", "desk_designate_api", May(StarOperate), desk_show::api_designate),
        api(Method::POST, "/api/v1/register-desk/entries/{number}", "desk_state_api", May(StarOperate), desk_show::api_state),
        api(Method::GET, "/api/v1/register", "entry_search_api", Nobody, entry_search::api),
        api(Method::GET, "/api/v1/register/{number}", "entry_show_api", Nobody, entry_show::api),
        api(Method::POST, "/api/v1/register/verify", "verify_api", Nobody, verify_show::api),
    ]
}
