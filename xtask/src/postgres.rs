//! `xtask::postgres` — a private `PostgreSQL` for the tests: own folder, own port, gone afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{output, run_quiet};

/// A running server; stopped and removed when dropped.
pub(crate) struct Postgres {
    folder: PathBuf,
    bin: PathBuf,
    pub(crate) url: String,
}

/// Where Debian keeps `initdb`, newest version first.
fn find() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut paths: Vec<PathBuf> = versions.filter_map(|e| Some(e.ok()?.path().join("bin"))).filter(|p| p.join("initdb").exists()).collect();
    paths.sort();
    paths.pop()
}

/// PostgreSQL refuses to run as root, so root runs it as the user `postgres`.
fn command(bin: &Path, program: &str, args: &[&str]) -> Command {
    let path = bin.join(program);
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if is_root { Command::new("runuser") } else { Command::new(&path) };
    if is_root {
        command.args(["-u", "postgres", "--"]).arg(&path);
    }
    command.args(args);
    command
}

impl Postgres {
    /// Starts a fresh server.
    pub(crate) fn start() -> Result<Self, String> {
        let bin = find().ok_or("PostgreSQL is not installed")?;
        let folder = std::env::temp_dir().join(format!("ishigaki-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        run_quiet(Command::new("chmod").arg("777").arg(&folder))?;
        let data = folder.join("data").display().to_string();
        run_quiet(&mut command(&bin, "initdb", &["-D", &data, "-A", "trust", "-U", "ishigaki", "--locale=C", "--encoding=UTF8"]))?;
        let port = 20_000 + std::process::id() % 20_000;
        let socket = folder.display().to_string();
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={socket} -c max_connections=400");
        let log = folder.join("log").display().to_string();
        run_quiet(&mut command(&bin, "pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &options, "start"]))?;
        Ok(Self { url: format!("postgres://ishigaki@127.0.0.1:{port}/postgres"), folder, bin })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.join("data").display().to_string();
        run_quiet(&mut command(&self.bin, "pg_ctl", &["-D", &data, "-m", "immediate", "stop"])).unwrap_or_default();
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}
