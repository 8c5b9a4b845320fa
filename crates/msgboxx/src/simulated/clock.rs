//! Following the clock of a simulator that runs in another process.

use crate::clock::Clock;
use crate::config::{ClockSource, Settings};
use crate::tls;
use msgboxx_simulator::SimulatorClock;
use serde::Deserialize;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const POLL: Duration = Duration::from_millis(250);
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Shown {
    offset_micros: i64,
}

/// The clock that the settings mean, as far ahead as it is now.
pub async fn business_clock(settings: &Settings) -> Clock {
    let simulated = SimulatorClock::new();
    if settings.clock == ClockSource::Simulator
        && let Err(error) = look(&client(), settings, &simulated).await
    {
        tracing::warn!(%error, "the simulator does not show its clock yet: the system's time counts");
    }
    Clock::new(simulated)
}

/// Follows the simulator's clock until stopped, if the settings say so.
pub async fn follow_clock(settings: &Settings, clock: &Clock, stop: &CancellationToken) {
    if settings.clock != ClockSource::Simulator {
        return;
    }
    let client = client();
    loop {
        if let Err(error) = look(&client, settings, clock.simulated()).await {
            tracing::debug!(%error, "the simulator does not show its clock");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

async fn look(client: &reqwest::Client, settings: &Settings, clock: &SimulatorClock) -> reqwest::Result<()> {
    let url = format!("{}/simulator/clock", settings.simulator.url);
    let shown: Shown = client.get(url).send().await?.error_for_status()?.json().await?;
    clock.be_ahead_by(shown.offset_micros);
    Ok(())
}

pub(super) fn client() -> reqwest::Client {
    tls::client().timeout(TIMEOUT).no_proxy().build().expect("a plain client can be built")
}
