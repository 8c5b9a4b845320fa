//! The programs that the tests need beside Rust: found, or installed where that can be done without asking.
//!
//! Debian's packages are installed when we are root (a CI machine, a container); a person is told what to type.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps PostgreSQL's programs, one folder for each version.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

/// The folder with `initdb` and `postgres`.
pub(crate) fn postgres_programs() -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    install(&["postgresql"])?;
    find_postgres().context("PostgreSQL was installed, but its `initdb` is not to be found")
}

fn find_postgres() -> Option<PathBuf> {
    let on_path = shell::output(Command::new("pg_config").arg("--bindir")).map(|folder| PathBuf::from(folder.trim()));
    let versions = fs::read_dir(DEBIAN_POSTGRES).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> =
        versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))).collect();
    versions.sort();
    let newest_first = versions.into_iter().rev().map(|(_, folder)| folder);
    newest_first.chain(on_path).find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// Makes sure that `node` can be run.
pub(crate) fn ensure_node() -> Result<()> {
    if shell::is_installed("node") { Ok(()) } else { install(&["nodejs"]) }
}

/// The packages that a lock file pins, in the build folder under a name; returns their `node_modules`.
pub(crate) fn node_packages(manifests: &Path, name: &str) -> Result<PathBuf> {
    let folder = shell::tools_folder().join(name);
    let (lock, installed) = (manifests.join("package-lock.json"), folder.join("installed.json"));
    let wanted = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    if !fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        if !shell::is_installed("npm") {
            install(&["npm"])?;
        }
        fs::create_dir_all(&folder)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(manifests.join(name), folder.join(name))?;
        }
        let mut command = Command::new("npm");
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]);
        if !shell::succeeds_in(&folder, &mut command)? {
            bail!("`{}` failed in {}", shell::shown(&command), folder.display());
        }
        // Written last: an installation that was cut short is made again.
        fs::write(installed, wanted)?;
    }
    Ok(folder.join("node_modules"))
}

/// A Python environment in the build folder that holds exactly the pinned requirements; returns its `bin` folder.
pub(crate) fn python_environment(requirements: &Path) -> Result<PathBuf> {
    let environment = shell::tools_folder().join("python");
    let bin = environment.join("bin");
    let wanted = fs::read_to_string(requirements).with_context(|| format!("cannot read {}", requirements.display()))?;
    let installed = environment.join("requirements.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(bin);
    }
    let create = || shell::succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment));
    if !matches!(create(), Ok(true)) {
        install(&["python3", "python3-venv"])?;
        if !create()? {
            bail!("no Python environment could be made in {}", environment.display());
        }
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    shell::run(Command::new(bin.join("python")).args(pip).arg(requirements))?;
    // Written last: an installation that was cut short is made again.
    fs::write(installed, wanted)?;
    Ok(bin)
}

fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_root()? || !shell::is_installed("apt-get") {
        bail!("the tests need {names}: `sudo apt-get install {names}` on Debian, or your system's packages of that kind");
    }
    shell::run(Command::new("apt-get").args(["-qq", "update"]))?;
    let mut command = Command::new("apt-get");
    command.args(["-qq", "install", "--yes", "--no-install-recommends"]).args(packages);
    shell::run(command.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether this process may do anything on this machine.
pub(crate) fn is_root() -> Result<bool> {
    Ok(shell::output(Command::new("id").arg("-u"))?.trim() == "0")
}
