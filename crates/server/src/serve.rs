//! `server::serve` — opening an instance, and listening. Prints one address; stops cleanly.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{Clock, Rng};
use people::FirstCode;
use schemes::Catalog;
use store::Store;
use tokio::net::TcpListener;
use web::{App, Config, Cx};

use crate::system::{OsRng, SystemClock};

/// Where an instance keeps its data.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder of files, and of the SQLite database.
    pub data: PathBuf,
    /// A PostgreSQL address; none for SQLite.
    pub database: Option<String>,
}

/// Opens and migrates the database of a place, making the folder if needed.
///
/// # Errors
/// One line for the operator.
pub async fn open_store(place: &Place, clock: &dyn Clock) -> Result<Store, String> {
    tokio::fs::create_dir_all(&place.data).await.map_err(|e| format!("cannot make the folder {}: {e}", place.data.display()))?;
    let opened = match &place.database {
        Some(url) => Store::open_postgres(url, &place.data).await,
        None => Store::open_sqlite(&place.data).await,
    };
    let store = opened.map_err(|e| explain("cannot open the database", &e))?;
    store.migrate(&crate::migrations(), clock).await.map_err(|e| explain("cannot prepare the database", &e))?;
    store.blobs().sweep().await.map_err(|e| explain("cannot tidy the evidence folder", &e))?;
    Ok(store)
}

fn explain(what: &str, error: &dyn std::error::Error) -> String {
    let mut text = format!("{what}: {error}");
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text.replace('\n', " ")
}

/// The shipped schemes, and those the operator put into `DATA/schemes/<family>/<id>/<version>`.
///
/// # Errors
/// One line naming the file that does not fit.
pub fn load_catalog(data: &Path) -> Result<Catalog, String> {
    let mut catalog = Catalog::shipped().map_err(|e| e.to_string())?;
    let levels = |path: PathBuf| std::fs::read_dir(path).into_iter().flatten().filter_map(|e| Some(e.ok()?.path()));
    let mut folders: Vec<PathBuf> = levels(data.join("schemes")).flat_map(levels).flat_map(levels).filter(|p| p.is_dir()).collect();
    folders.sort();
    for folder in folders {
        catalog.add_scheme(&folder.display().to_string(), &read_scheme(&folder)).map_err(|e| e.to_string())?;
    }
    Ok(catalog)
}

/// The files of one version's folder that are there.
pub(crate) fn read_scheme(folder: &Path) -> BTreeMap<String, String> {
    let names = ["scheme.toml", "texts/ja.toml", "texts/en.toml", "cases.toml", "register.toml"];
    names.iter().filter_map(|n| Some(((*n).to_owned(), std::fs::read_to_string(folder.join(n)).ok()?))).collect()
}

/// Opens an instance with the machine's clock and randomness.
///
/// # Errors
/// One line for the operator, such as a scheme version that changed.
pub async fn open_app(place: &Place, config: Config, first_code: FirstCode) -> Result<Arc<App>, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let rng: Arc<dyn Rng> = Arc::new(OsRng);
    let store = open_store(place, &*clock).await?;
    let catalog = load_catalog(&place.data)?;
    schemes::versions_register(&store, &catalog, &*clock).await.map_err(|e| e.to_string())?;
    let app = crate::build_app(store, catalog, config, clock, rng, first_code)?;
    let own = |name: &'static str| Some((name.to_owned(), std::fs::read_to_string(place.data.join("rules").join(name)).ok()?));
    let own: BTreeMap<String, String> = suppliers::Data::names().filter_map(own).collect();
    if !own.is_empty() {
        Cx::without_request(&app, None).part::<suppliers::Data>().map_err(|p| p.cause)?.replace(&own)?;
    }
    Ok(app)
}

/// Listens on an address; port 0 takes a free one. The address that people use follows from it unless one is given.
///
/// # Errors
/// One line for the operator, such as an address in use.
pub async fn listen(listen: &str, public_url: Option<String>) -> Result<(TcpListener, String), String> {
    let listener = TcpListener::bind(listen).await.map_err(|e| format!("cannot listen on {listen}: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    Ok((listener, public_url.unwrap_or_else(|| format!("http://{address}"))))
}

/// Serves until `stop` resolves; `ready` gets the address in use.
///
/// # Errors
/// One line for the operator.
pub async fn serve_until(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), String> {
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let router = web::router(&app, &crate::routes());
    let worker = tokio::spawn(crate::worker::run(Arc::clone(&app)));
    ready(address);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop).await;
    worker.abort();
    app.store.close().await;
    served.map_err(|e| e.to_string())
}

/// Resolves on Ctrl-C or a request to terminate.
pub(crate) async fn asked_to_stop() {
    let terminate = async {
        #[cfg(unix)]
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

/// Whether anybody has an account yet.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn is_claimed(app: &Arc<App>) -> Result<bool, String> {
    let cx = Cx::without_request(app, None);
    let mut tx = cx.read().await.map_err(|e| e.cause)?;
    people::instance_is_claimed(&mut tx).await.map_err(|e| e.cause)
}
