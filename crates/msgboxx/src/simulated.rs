//! The simulator as this program runs it: which numbers it plays WhatsApp for, and whose clock counts.

mod clock;
mod elsewhere;
mod numbers;

pub use clock::{business_clock, follow_clock, resume_clock};
pub use elsewhere::is_elsewhere;
pub use numbers::{Numbers, numbers_of_file};

use crate::config::{Settings, SimulatorMode, Timing};
use crate::provision::entries::is_real;
use crate::secrets::InstallationKey;
use msgboxx_simulator::{Simulator, SimulatorClock, SimulatorConfig, SimulatorError, SimulatorHandle};
use msgboxx_store::{Store, StoreError, Tx};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How soon accounts and templates that somebody changed are served.
const POLL: Duration = Duration::from_millis(500);

/// Starts it. `server` is the address of the server whose webhook it calls, without a slash at the end.
///
/// # Errors
/// When its ledger cannot be read or written.
pub async fn start(
    settings: &Settings,
    server: &str,
    listener: TcpListener,
    clock: SimulatorClock,
    numbers: Numbers,
) -> Result<SimulatorHandle, SimulatorError> {
    let config = SimulatorConfig {
        ledger: settings.data_dir.join("simulator-ledger.jsonl"),
        public_url: settings.simulator.url.as_str().to_owned(),
        webhook_url: format!("{server}/whatsapp/webhook"),
        timing: match settings.simulator.timing {
            Timing::Brisk => msgboxx_simulator::Timing::Brisk,
            Timing::Realistic => msgboxx_simulator::Timing::Realistic,
            Timing::Instant => msgboxx_simulator::Timing::Instant,
        },
        clock,
        allow_clock: !numbers.is_any_real,
        numbers: numbers.served,
    };
    Simulator::start(config, listener, crate::tls::client()).await
}

/// Whether `serve` runs the simulator inside.
///
/// # Errors
/// When the database does not answer.
pub async fn is_inside(settings: &Settings, store: &Store) -> Result<bool, StoreError> {
    match settings.simulator.mode {
        SimulatorMode::On => Ok(true),
        SimulatorMode::Off => Ok(false),
        SimulatorMode::Auto => {
            let routes = store.read(async |tx: &mut Tx<'_>| tx.account_routes().await).await?;
            Ok(store.is_sqlite() && !routes.iter().any(|route| is_real(&route.base_url)))
        }
    }
}

/// Gives the simulator the numbers that the database has now.
///
/// # Errors
/// When the database does not answer.
pub async fn serve_database(store: &Store, keys: &InstallationKey, simulator: &SimulatorHandle) -> Result<(), StoreError> {
    let numbers = Numbers::of_database(store, keys).await?;
    simulator.set_clock_allowed(!numbers.is_any_real);
    simulator.set_numbers(numbers.served);
    Ok(())
}

/// Keeps the simulator's numbers as the database has them, until stopped.
pub async fn follow_database(store: &Store, keys: &InstallationKey, simulator: &SimulatorHandle, stop: &CancellationToken) {
    let mut served = None;
    loop {
        match Numbers::of_database(store, keys).await {
            Ok(numbers) if served.as_ref() != Some(&numbers) => {
                simulator.set_clock_allowed(!numbers.is_any_real);
                simulator.set_numbers(numbers.served.clone());
                served = Some(numbers);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "failed to read the simulator's accounts"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(POLL) => {}
        }
    }
}
