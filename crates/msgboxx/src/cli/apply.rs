//! `msgboxx apply FILE.toml`.

use super::say;
use crate::app::{App, open_store};
use crate::config::{Environment, Settings};
use crate::provision::{self, Mistake, ProvisionError, ProvisioningFile};
use crate::simulated::business_clock;
use anyhow::{Context, bail};
use std::path::Path;
use std::process::ExitCode;

pub(super) async fn run(settings: &Settings, environment: &Environment, path: &Path) -> anyhow::Result<ExitCode> {
    let file = read(environment, path)?;
    settings.make_directories()?;
    let clock = business_clock(settings).await;
    let (store, _) = open_store(settings, &clock).await?;
    let app = App::new(settings.clone(), store, clock).await?;
    match provision::apply(&app.store, &app.keys, &app.passwords, file).await {
        Ok(report) => say(report),
        Err(ProvisionError::Mistakes(mistakes)) => return refuse(path, &mistakes),
        Err(error) => return Err(error).context("nothing was changed"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The file's entries; its mistakes as one error.
pub(super) fn read(environment: &Environment, path: &Path) -> anyhow::Result<ProvisioningFile> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let read = provision::read(&text, path, &|name| environment.get(name).map(str::to_owned));
    read.or_else(|mistakes| refuse(path, &mistakes))
}

fn refuse<T>(path: &Path, mistakes: &[Mistake]) -> anyhow::Result<T> {
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{}:{}: {}", path.display(), mistake.line, mistake.reason)).collect();
    bail!("{} cannot be applied, nothing was changed\n{}", path.display(), lines.join("\n"))
}
