//! `products::routes` — the only place this domain's routes are written.

use kernel::Permission::{ProductEdit, ProductRead};
use web::Need::May;
use web::{Method, Route, api, page, upload, upload_api};

use crate::{decision_show, product_list, product_show, product_take, release_show, vex_show};

/// Room for a component list beside the form around it, in bytes.
const ROOM_BYTES: u64 = (sbom::DOCUMENT_MAX_BYTES as u64) + (1 << 20);

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/products", "product_list", May(ProductRead), product_list::page),
        page(Method::POST, "/products", "product_add", May(ProductEdit), product_list::send),
        page(Method::GET, "/products/{id}", "product_show", May(ProductRead), product_show::page),
        upload("/products/{id}/releases", "product_take", May(ProductEdit), product_take::send).with_room(ROOM_BYTES),
        page(Method::POST, "/products/{id}/drop", "product_drop", May(ProductEdit), product_show::send_drop),
        page(Method::GET, "/products/releases/{id}", "release_show", May(ProductRead), release_show::page),
        page(Method::GET, "/products/releases/{id}/file", "release_file", May(ProductRead), release_show::file),
        page(Method::GET, "/products/releases/{id}/decision", "decision_show", May(ProductRead), decision_show::page),
        page(Method::POST, "/products/releases/{id}/decision", "decision_make", May(ProductEdit), decision_show::send),
        page(Method::GET, "/products/releases/{id}/vex", "vex_export", May(ProductRead), vex_show::file),
        page(Method::POST, "/products/releases/{id}/drop", "release_drop", May(ProductEdit), release_show::send_drop),
        api(Method::GET, "/api/v1/products", "product_list_api", May(ProductRead), product_list::api),
        api(Method::POST, "/api/v1/products", "product_add_api", May(ProductEdit), product_list::api_add),
        upload_api("/api/v1/products/{id}/releases", "product_take_api", May(ProductEdit), product_take::api).with_room(ROOM_BYTES),
        api(Method::GET, "/api/v1/products/releases/{id}", "release_show_api", May(ProductRead), release_show::api),
    ]
}
