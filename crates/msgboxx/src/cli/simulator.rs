//! `msgboxx simulator [FILE.toml]`: the simulator alone, so that it outlives the server.

use super::apply;
use super::say;
use super::serve::asked_to_stop;
use crate::app::{App, open_store};
use crate::clock::Clock;
use crate::config::{Environment, Settings};
use crate::http;
use crate::simulated::{self, Numbers, numbers_of_file, start};
use anyhow::Context;
use msgboxx_simulator::SimulatorClock;
use std::path::Path;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

pub(super) async fn run(settings: &Settings, environment: &Environment, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let file = file.map(|path| apply::read(environment, path)).transpose()?;
    settings.make_directories()?;
    let listener = http::listen(settings.simulator.listen)
        .with_context(|| format!("the simulator cannot listen on {} (MSGBOXX_SIMULATOR_LISTEN)", settings.simulator.listen))?;
    let clock = SimulatorClock::new();
    let public_url = settings.public_url.as_str();
    let stop = CancellationToken::new();
    let handle = if let Some(file) = file {
        let handle = start(settings, public_url, listener, clock, numbers_of_file(&file, settings)).await?;
        say(format_args!("simulator's phone   {}/", settings.simulator.url));
        asked_to_stop().await;
        handle
    } else {
        let business_clock = Clock::new(clock.clone());
        let (store, _) = open_store(settings, &business_clock).await?;
        let app = App::new(settings.clone(), store, business_clock).await?;
        // Known before the first call is answered: a number that is not would be refused, and its account paused.
        let numbers = Numbers::of_database(&app.store, &app.keys).await?;
        let handle = start(settings, public_url, listener, clock, numbers).await?;
        say(format_args!("simulator's phone   {}/", settings.simulator.url));
        tokio::select! {
            never = simulated::follow_database(&app.store, &app.keys, &handle, &stop) => never,
            () = asked_to_stop() => {}
        }
        handle
    };
    handle.shutdown().await;
    Ok(ExitCode::SUCCESS)
}
