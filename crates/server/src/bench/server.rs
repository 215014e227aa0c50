//! `server::bench::server` — the measured server: this binary as a child process on a fresh
//! folder and, on `PostgreSQL`, a fresh database.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::client::Client;
use super::measure::Watch;
use crate::serve::Place;
use crate::system::OsRng;

/// A fresh place that is removed when dropped.
pub(super) struct BenchPlace(pub(super) Place);

impl BenchPlace {
    pub(super) async fn fresh(postgres: Option<&str>) -> Result<Self, String> {
        let name = format!("bench_{}", kernel::random_token(&OsRng, 6));
        let data: PathBuf = std::env::temp_dir().join(format!("ishigaki-{name}"));
        let database = match postgres {
            Some(base) => {
                store::create_database(base, &name).await.map_err(|e| e.to_string())?;
                Some(format!("{}/{name}", base.rsplit_once('/').map_or(base, |(start, _)| start)))
            }
            None => None,
        };
        Ok(Self(Place { data, database }))
    }
}

impl Drop for BenchPlace {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0.data).unwrap_or_default();
    }
}

/// A running child.
pub(super) struct Measured {
    child: Child,
    pub(super) address: String,
    /// From the start of the process to the first 200.
    pub(super) ready: Duration,
}

impl Measured {
    pub(super) async fn start(place: &Place) -> Result<Self, String> {
        let binary = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut command = Command::new(binary);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--register-limit", "0", "--data"])
            .arg(&place.data)
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        command.env_remove("ISHIGAKI_DATABASE");
        if let Some(url) = &place.database {
            command.args(["--database", url]);
        }
        let watch = Watch::start();
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let out = child.stdout.take().ok_or("no output of the measured server")?;
        let line = BufReader::new(out).lines().next_line().await.map_err(|e| e.to_string())?;
        let address = line.as_deref().and_then(|l| l.split("http://").nth(1)).ok_or("the measured server did not start")?.trim().to_owned();
        Client::connect(&address, "").await?.good("GET", "/health", "").await?;
        Ok(Self { child, address, ready: watch.stop() })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    pub(super) async fn stop(mut self) -> Result<(), String> {
        self.child.kill().await.map_err(|e| e.to_string())
    }
}
