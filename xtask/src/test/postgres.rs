//! A private PostgreSQL server in a temporary folder, for one run of the tests.
//!
//! It trades durability for speed, which nothing that is tested on it may rely on. PostgreSQL refuses to run as root, so as
//! root it runs as the account that Debian's package made.

use crate::shell;
use crate::test::tools;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SUPERUSER: &str = "msgboxx";
/// Nobody else on this machine shall get in; it guards nothing for longer than the run.
const PASSWORD: &str = "for-this-test-run-only";
const FOLDER_PREFIX: &str = "msgboxx-test-postgres-";
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=128MB",
    "log_min_messages=warning",
];

/// The running server; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    server: Child,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts a server and waits until it answers.
    pub(crate) fn start(programs: &Path) -> Result<Self> {
        remove_abandoned_folders();
        let folder = std::env::temp_dir().join(format!("{FOLDER_PREFIX}{}", std::process::id()));
        let user = if tools::is_root()? { Some("postgres") } else { None };
        create_cluster(programs, &folder, user).context("cannot create a PostgreSQL cluster")?;
        let port = free_port()?;
        let mut command = shell::tied(programs.join("postgres"), user);
        command.arg("-D").arg(folder.join("data")).arg("-k").arg(&folder).arg("-p").arg(port.to_string());
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        let log = File::create(folder.join("log"))?;
        let server = command.current_dir(&folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut postgres = Self { server, programs: programs.to_owned(), folder, port };
        postgres.wait_until_ready()?;
        Ok(postgres)
    }

    /// Address of the server, as a user who may create databases.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Creates an empty database and returns its address.
    pub(crate) fn create_database(&self, name: &str) -> Result<String> {
        shell::run_quietly(self.client("createdb").arg(name))?;
        Ok(self.url_of(name))
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["--host=127.0.0.1", "--username", SUPERUSER]).arg(format!("--port={}", self.port)).env("PGPASSWORD", PASSWORD);
        command
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        while shell::run_quietly(&mut self.client("pg_isready")).is_err() {
            if self.server.try_wait()?.is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start: {log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the folder is swept by the next run.
        if shell::signal("INT", self.server.id()).is_ok() {
            let _ = self.server.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn create_cluster(programs: &Path, folder: &Path, user: Option<&str>) -> Result<()> {
    fs::create_dir(folder)?;
    let password = folder.join("password");
    fs::write(&password, PASSWORD)?;
    if let Some(user) = user {
        shell::run_quietly(Command::new("chown").arg("-R").arg(user).arg(folder))?;
    }
    let mut command = shell::tied(programs.join("initdb"), user);
    command.args(["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--username", SUPERUSER]);
    command.arg("--pwfile").arg(password).arg("--pgdata").arg(folder.join("data"));
    shell::run_quietly(&mut command)
}

/// A port of the loopback address that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Removes what runs left behind that were killed: their folder is named after a process that is no more.
fn remove_abandoned_folders() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX));
        if process.is_some_and(|process| Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
