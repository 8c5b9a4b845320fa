//! `msgboxx migrate`.

use super::say;
use crate::app::open_store;
use crate::config::Settings;
use crate::simulated::business_clock;
use std::process::ExitCode;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    settings.make_directories()?;
    let (_, applied) = open_store(settings, &business_clock(settings).await).await?;
    for name in &applied {
        say(format_args!("applied {name}"));
    }
    say("the schema is up to date");
    Ok(ExitCode::SUCCESS)
}
