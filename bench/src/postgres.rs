//! A private PostgreSQL that keeps its word: nothing is traded for speed, since durable work is what is measured.
//!
//! Its cluster stays between runs, as the data sets in it do. PostgreSQL refuses to run as root, so as root it runs as the
//! account that Debian's package made.

use crate::machine::data_folder;
use crate::program::{free_address, signal};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SUPERUSER: &str = "msgboxx";
/// It guards nothing but measurements; it keeps others on this machine out.
const PASSWORD: &str = "for-measurements-only";
const START_TIMEOUT: Duration = Duration::from_mins(2);
/// Where Debian keeps PostgreSQL's programs, one folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Beside the memory, all is PostgreSQL's default; what a commit means is written down although it is the default, too.
const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "shared_buffers=1GB",
    "max_wal_size=8GB",
    "checkpoint_timeout=15min",
    "log_min_messages=warning",
];

/// The running server; dropping it stops it.
pub(crate) struct Postgres {
    server: Child,
    programs: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts it; `None` when PostgreSQL is not installed.
    pub(crate) fn start() -> Result<Option<Self>> {
        let Some((version, programs)) = installed() else { return Ok(None) };
        let folder = data_folder().join(format!("postgres-{version}"));
        let user = is_root().then_some("postgres");
        if !folder.join("data/PG_VERSION").exists() {
            create_cluster(&programs, &folder, user).context("cannot create a PostgreSQL cluster")?;
        }
        let port = free_address()?.port();
        let mut command = as_user(&programs.join("postgres"), user);
        command.arg("-D").arg(folder.join("data")).arg("-k").arg(&folder).arg("-p").arg(port.to_string());
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        let log = File::create(folder.join("log"))?;
        let server = command.current_dir(&folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut postgres = Self { server, programs, port };
        postgres.wait_until_ready(&folder)?;
        Ok(Some(postgres))
    }

    /// Address of a database on it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    fn wait_until_ready(&mut self, folder: &Path) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        let mut probe = Command::new(self.programs.join("pg_isready"));
        probe.args(["--quiet", "--host=127.0.0.1"]).arg(format!("--port={}", self.port));
        while !probe.status()?.success() {
            if self.server.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("PostgreSQL did not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Nothing can be done about a failure; the cluster recovers when it is started again.
        if signal("INT", self.server.id()).is_ok() {
            drop(self.server.wait());
        }
    }
}

/// The newest version that is installed, and the folder of its programs.
fn installed() -> Option<(u32, PathBuf)> {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let versions = versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))));
    versions.filter(|(_, programs)| programs.join("initdb").exists()).max().or_else(on_path)
}

fn on_path() -> Option<(u32, PathBuf)> {
    let ask = |question: &str| {
        let output = Command::new("pg_config").arg(question).output().ok()?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    let version = ask("--version")?;
    let digits: String = version.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let programs = PathBuf::from(ask("--bindir")?);
    programs.join("initdb").exists().then_some((digits.parse().ok()?, programs))
}

fn create_cluster(programs: &Path, folder: &Path, user: Option<&str>) -> Result<()> {
    // What is left of an attempt that was cut short.
    drop(fs::remove_dir_all(folder));
    fs::create_dir_all(folder)?;
    let password = folder.join("password");
    fs::write(&password, PASSWORD)?;
    if let Some(user) = user {
        run(Command::new("chown").arg("-R").arg(user).arg(folder))?;
    }
    let mut command = as_user(&programs.join("initdb"), user);
    command.args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--username", SUPERUSER]);
    run(command.arg("--pwfile").arg(password).arg("--pgdata").arg(folder.join("data")).current_dir(folder))
}

/// The program as another user; the kernel interrupts it when this process is gone.
fn as_user(program: &Path, user: Option<&str>) -> Command {
    let Some(user) = user else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", user, "--init-groups", "--pdeathsig", "INT", "--"]).arg(program);
    command
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
