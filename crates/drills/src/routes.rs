//! `drills::routes` — the only place this domain's routes are written.

use kernel::Permission::{AccountEdit, PersonRead};
use web::Need::May;
use web::{Method, Route, api, page};

use crate::{certificate_show, department_list, lesson_list, lesson_show};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/lessons", "lesson_list", May(AccountEdit), lesson_list::page),
        page(Method::POST, "/lessons/department", "department_choose", May(AccountEdit), lesson_list::department),
        page(Method::GET, "/lessons/certificate", "certificate_show", May(AccountEdit), certificate_show::page),
        page(Method::GET, "/lessons/results", "department_list", May(PersonRead), department_list::page),
        page(Method::GET, "/lessons/{id}", "lesson_show", May(AccountEdit), lesson_show::page),
        page(Method::POST, "/lessons/{id}", "lesson_take", May(AccountEdit), lesson_show::send),
        api(Method::GET, "/api/v1/lessons", "lesson_list_api", May(AccountEdit), lesson_list::api),
        api(Method::GET, "/api/v1/lessons/results", "department_list_api", May(PersonRead), department_list::api),
    ]
}
