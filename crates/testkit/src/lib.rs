//! testkit — what tests share: fresh databases of both engines, temporary folders, and the
//! comparison of page samples with their committed form. Never part of the binary.

use std::path::{Path, PathBuf};

use store::{Migration, Store};

/// A folder that is removed when dropped.
#[derive(Debug)]
pub struct TempFolder(PathBuf);

impl TempFolder {
    /// Makes an empty folder whose name starts with `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("ishigaki-{name}-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap_or_default();
        Self(path)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

/// A fresh, migrated database of one engine.
#[derive(Debug)]
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// Its folder.
    pub folder: TempFolder,
    /// The database's address on PostgreSQL.
    pub url: Option<String>,
}

/// A fresh database of each engine. Without `ISHIGAKI_TEST_POSTGRES` (which `cargo xtask test`
/// sets) PostgreSQL is left out: loudly on a laptop, as a failure in CI.
///
/// # Panics
/// If a database cannot be made, or in CI without PostgreSQL.
pub async fn stores(migrations: &[Migration]) -> Vec<TestStore> {
    let mut stores = Vec::new();
    let clock = kernel::FixedClock::at("2026-11-21T00:00:00Z").unwrap_or_else(|e| panic_with(&e.to_string()));
    let folder = TempFolder::new("sqlite");
    let store = Store::open_sqlite(folder.path()).await.unwrap_or_else(|e| panic_with(&e.to_string()));
    stores.push(TestStore { store, folder, url: None });
    match std::env::var("ISHIGAKI_TEST_POSTGRES") {
        Ok(base) => {
            let folder = TempFolder::new("postgres");
            let url = fresh_database(&base).await;
            let store = Store::open_postgres(&url, folder.path()).await.unwrap_or_else(|e| panic_with(&e.to_string()));
            stores.push(TestStore { store, folder, url: Some(url) });
        }
        Err(_) if std::env::var("CI").is_ok() => panic_with("CI without PostgreSQL: run the tests by `cargo xtask test`"),
        Err(_) => note("LEFT OUT: PostgreSQL. Run `cargo xtask test` to test both engines."),
    }
    for test in &stores {
        test.store.migrate(migrations, &clock).await.unwrap_or_else(|e| panic_with(&e.to_string()));
    }
    stores
}

/// Makes a database with a name of its own and returns its address.
///
/// # Panics
/// If the server does not answer.
pub async fn fresh_database(base: &str) -> String {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let name = format!("t{}_{n}", std::process::id());
    store::create_database(base, &name).await.unwrap_or_else(|e| panic_with(&e.to_string()));
    let (start, _) = base.rsplit_once('/').unwrap_or((base, ""));
    format!("{start}/{name}")
}

/// Stops a test with a message.
#[expect(clippy::panic, reason = "a test helper fails by panicking")]
fn panic_with(text: &str) -> ! {
    panic!("{text}")
}

/// Tells the person who runs the tests something they must see.
#[expect(clippy::print_stderr, reason = "a left-out engine must be seen")]
pub fn note(text: &str) {
    eprintln!("{text}");
}

/// Compares `content` with the committed file, or writes it when `ISHIGAKI_GENERATE` is set
/// (by `cargo xtask generate`).
///
/// # Panics
/// If they differ.
pub fn golden(path: &Path, content: &str) {
    if std::env::var_os("ISHIGAKI_GENERATE").is_some() {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).unwrap_or_default();
        }
        std::fs::write(path, content).unwrap_or_default();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == content, "{} differs; run `cargo xtask generate` and review the change", path.display());
}
