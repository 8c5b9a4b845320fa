//! Running other programs: shown before they run, named when they fail.
//!
//! Everything runs in the root of the repository. A server started through [`tied`] does not outlive this process, however
//! it ends.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// Cargo's build folder, wherever the person who builds wants it.
#[expect(clippy::disallowed_methods, reason = "the place of the build folder is cargo's own setting")]
pub(crate) fn build_folder() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The folder for tools that the tests fetch; part of the build folder, so `cargo clean` removes it.
pub(crate) fn tools_folder() -> PathBuf {
    build_folder().join("test-tools")
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs a command with this process's own streams, and says whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    succeeds_in(root(), command)
}

/// The same in another folder.
pub(crate) fn succeeds_in(folder: &Path, command: &mut Command) -> Result<bool> {
    eprintln!("$ {}", shown(command));
    let status = command.current_dir(folder).status().with_context(|| format!("cannot run `{}`", shown(command)))?;
    Ok(status.success())
}

/// Runs a command with this process's own streams; failing is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    if !succeeds(command)? {
        bail!("`{}` failed", shown(command));
    }
    Ok(())
}

/// What a command prints to standard output; failing is an error that carries what it printed to standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.current_dir(root()).output().with_context(|| format!("cannot run `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed something that is not UTF-8", shown(command)))
}

/// Whether a program is there and answers to `--version`.
pub(crate) fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A command for a server that the kernel interrupts when this process is gone, also by Ctrl-C, a panic or `kill -9`;
/// optionally as another user.
pub(crate) fn tied(program: impl AsRef<Path>, user: Option<&str>) -> Command {
    if !is_installed("setpriv") {
        return Command::new(program.as_ref());
    }
    let mut command = Command::new("setpriv");
    if let Some(user) = user {
        command.arg("--reuid").arg(user).arg("--regid").arg(user).arg("--init-groups");
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program.as_ref());
    command
}

/// Sends a signal, `TERM` or `INT`.
pub(crate) fn signal(name: &str, process: u32) -> Result<()> {
    // The shell's own `kill`: a small system may have no program of that name.
    run_quietly(Command::new("sh").arg("-c").arg(format!("kill -{name} {process}")))
}

/// Runs a command that is not worth showing; failing is an error.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}
