//! Following the clock of a simulator that runs in another process.

use crate::clock::Clock;
use crate::config::{ClockSource, Settings};
use crate::tls;
use msgboxx_simulator::SimulatorClock;
use msgboxx_store::{Store, StoreError, Tx};
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
        tracing::warn!(%error, "the simulator does not show its clock yet: time goes on from where it was");
    }
    Clock::new(simulated)
}

/// Sets a clock at least as far ahead as it ever was: the simulator may be down, and business time never goes back.
///
/// # Errors
/// When the database does not answer.
pub async fn resume_clock(settings: &Settings, store: &Store, clock: &Clock) -> Result<(), StoreError> {
    if settings.clock == ClockSource::Simulator {
        let offset = store.read(async |tx: &mut Tx<'_>| tx.clock_offset().await).await?;
        clock.simulated().be_ahead_by(offset);
    }
    Ok(())
}

/// Follows the simulator's clock until stopped, if the settings say so, and notes how far ahead it is.
pub async fn follow_clock(settings: &Settings, store: &Store, clock: &Clock, stop: &CancellationToken) {
    if settings.clock != ClockSource::Simulator {
        return;
    }
    let (client, mut noted) = (client(), 0);
    loop {
        if let Err(error) = look(&client, settings, clock.simulated()).await {
            tracing::debug!(%error, "the simulator does not show its clock");
        }
        let offset = clock.simulated().offset_micros();
        if offset > noted {
            match store.write(async move |tx: &mut Tx<'_>| tx.set_clock_offset(offset).await).await {
                Ok(()) => noted = offset,
                Err(error) => tracing::warn!(%error, "failed to note how far ahead the clock is"),
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Flags};
    use crate::testing::{TestDatabase, on_both_engines};

    const DAY: i64 = 86_400_000_000;

    on_both_engines!(time_goes_on_from_where_it_was_though_the_simulator_is_down);

    async fn time_goes_on_from_where_it_was_though_the_simulator_is_down(database: &TestDatabase) {
        let settings = |clock: &str| {
            // Nobody listens there.
            let environment = Environment::from([("MSGBOXX_CLOCK", clock), ("MSGBOXX_SIMULATOR_URL", "http://127.0.0.1:9")]);
            Settings::read(&Flags::new(), &environment, None).expect("the settings are right")
        };
        let (stop, last) = (CancellationToken::new(), Clock::new(SimulatorClock::new()));
        last.simulated().be_ahead_by(DAY);
        stop.cancel();
        follow_clock(&settings("simulator"), &database.store, &last, &stop).await;
        for (kind, offset) in [("simulator", DAY), ("system", 0)] {
            let clock = business_clock(&settings(kind)).await;
            resume_clock(&settings(kind), &database.store, &clock).await.expect("the database answers");
            assert_eq!(clock.simulated().offset_micros(), offset, "{kind}");
        }
    }
}
