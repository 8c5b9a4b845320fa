//! Where and of what a measurement was taken: without it a figure says nothing.

use msgboxx_model::Instant;
use serde::Serialize;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The machine and the source that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Circumstances {
    at: String,
    /// Abbreviated; with `+` when the checkout has changes of its own.
    commit: String,
    processor: String,
    cores: usize,
    memory_mib: u64,
    kernel: String,
    /// Durable writes of 8 KiB a second, one after the other, where the data sets are.
    syncs_per_second: u64,
}

impl Circumstances {
    /// Looks around; what cannot be learnt is empty. Syncs are tried out in `folder`.
    pub(crate) fn look(folder: &Path) -> Self {
        Self {
            at: now().to_millis_text(),
            commit: commit(),
            processor: line_of("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_mib: line_of("/proc/meminfo", "MemTotal").split(' ').next().and_then(|kib| kib.parse().ok()).unwrap_or(0u64) / 1024,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            syncs_per_second: syncs_per_second(&folder.join("sync-probe")).unwrap_or(0),
        }
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        format!(
            "{} on {}, {} cores, {} MiB, Linux {}, {} durable 8 KiB writes/s, {}",
            self.commit, self.processor, self.cores, self.memory_mib, self.kernel, self.syncs_per_second, self.at
        )
    }
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place here that asks the machine for the time")]
pub(crate) fn now() -> Instant {
    Instant::from_system_time(std::time::SystemTime::now())
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository")
}

/// Where data sets are kept: part of the build folder, so `cargo clean` removes them.
pub(crate) fn data_folder() -> PathBuf {
    root().join("target/bench-data")
}

fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(root()).output().ok().filter(|output| output.status.success());
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "unknown".to_owned() };
    let is_changed = git(&["status", "--porcelain"]).is_none_or(|changes| !changes.is_empty());
    if is_changed { commit + "+" } else { commit }
}

fn line_of(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == name));
    line.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

fn syncs_per_second(file: &Path) -> std::io::Result<u64> {
    const LENGTH: Duration = Duration::from_millis(300);
    let mut probe = fs::File::create(file)?;
    let (block, start, mut syncs) = ([0; 8192], std::time::Instant::now(), 0);
    while start.elapsed() < LENGTH {
        probe.seek(SeekFrom::Start(0))?;
        probe.write_all(&block)?;
        probe.sync_data()?;
        syncs += 1;
    }
    fs::remove_file(file)?;
    Ok(syncs * 1000 / u64::try_from(LENGTH.as_millis()).unwrap_or(1))
}
