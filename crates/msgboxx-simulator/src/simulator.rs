//! Starting and stopping the simulator.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::SimulatorClock;
use crate::config::{BusinessNumber, SimulatorConfig};
use crate::delivery::update::Update;
use crate::delivery::{self, Delivery};
use crate::ledger::{Extent, Ledger, reader};
use crate::server;
use crate::shared::Shared;
use crate::world::World;
use crate::world::effect::Effect;

/// The simulator; see [`Simulator::start`].
#[derive(Debug, Clone, Copy)]
pub struct Simulator;

/// Why the simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The ledger or its folder cannot be read or written.
    #[error("the simulator's ledger {path}: {source}")]
    Ledger {
        /// Which file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The listener has no address.
    #[error("the simulator's listener: {0}")]
    Listener(std::io::Error),
    /// The HTTP client for webhooks cannot be built.
    #[error("the simulator's webhook client: {0}")]
    WebhookClient(#[from] reqwest::Error),
}

/// A running simulator. Dropping it stops it as a kill would: what was accepted stays in the ledger.
#[derive(Debug)]
pub struct SimulatorHandle {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// How long calls under way may take to end.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(5);

/// What reading the ledger found.
struct Rebuilt {
    world: World,
    extent: Extent,
    unacknowledged: BTreeMap<u64, Update>,
    clock_seconds: u64,
}

impl Simulator {
    /// Rebuilds everything from the ledger, then serves HTTP on the listener. Webhooks are posted with a client that `http` begins.
    ///
    /// # Errors
    /// If the ledger cannot be read or written.
    pub async fn start(
        config: SimulatorConfig,
        listener: TcpListener,
        http: reqwest::ClientBuilder,
    ) -> Result<SimulatorHandle, SimulatorError> {
        let address = listener.local_addr().map_err(SimulatorError::Listener)?;
        let http = http
            .user_agent("facebookexternalua")
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(delivery::CONNECT_TIMEOUT)
            .build()?;
        let ledger_path = config.ledger.clone();
        let failed = |source| SimulatorError::Ledger { path: config.ledger.display().to_string(), source };
        let (numbers, timing, now) = (config.numbers.clone(), config.timing, config.clock.now_micros());
        let opened = tokio::task::spawn_blocking(move || {
            if let Some(folder) = ledger_path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
            let mut world = World::new(timing, StdRng::from_os_rng());
            world.set_numbers(numbers, now);
            let rebuilt = rebuild(&ledger_path, world, now)?;
            let ledger = Ledger::open(&ledger_path, rebuilt.extent.clone())?;
            Ok((rebuilt, ledger))
        });
        let (rebuilt, ledger) = opened.await.map_err(std::io::Error::other).and_then(|opened| opened).map_err(failed)?;
        if config.allow_clock {
            config.clock.be_ahead_by(i64::try_from(rebuilt.clock_seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000));
        }
        let shared = Arc::new(Shared {
            clock: config.clock,
            ledger,
            delivery: Delivery::new(),
            http,
            public_url: config.public_url.trim_end_matches('/').to_owned(),
            webhook_url: config.webhook_url,
            media_folder: media_folder(&config.ledger),
            is_clock_allowed: AtomicBool::new(config.allow_clock),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            state: Mutex::new(rebuilt.world),
        });
        delivery::start(&shared);
        delivery::tell(&shared, rebuilt.unacknowledged.into_values().collect());
        shared.spawn_to_end(server::serve(Arc::clone(&shared), listener));
        Ok(SimulatorHandle { address, shared })
    }
}

fn media_folder(ledger: &Path) -> std::path::PathBuf {
    ledger.with_file_name("simulator-media")
}

/// Applies every effect of the ledger to the world, in order.
fn rebuild(path: &Path, mut world: World, now: i64) -> std::io::Result<Rebuilt> {
    let mut unacknowledged = BTreeMap::new();
    let mut clock_seconds: u64 = 0;
    let extent = reader::replay(path, |recorded| {
        let Some(effect) = recorded.effect else { return };
        let request = recorded.request.map_or("null", |request| request.get());
        let told = world.apply(&effect, request, now);
        unacknowledged.extend(told.into_iter().map(|update| (update.id, update)));
        match effect {
            Effect::Acknowledged { updates } => {
                for update in updates.iter().filter_map(|id| unacknowledged.remove(id)) {
                    world.note_delivered(&update, now);
                }
            }
            Effect::Clock { seconds } => clock_seconds = clock_seconds.saturating_add(seconds),
            _ => {}
        }
    })?;
    Ok(Rebuilt { world, extent, unacknowledged, clock_seconds })
}

impl SimulatorHandle {
    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its clock.
    pub fn clock(&self) -> &SimulatorClock {
        &self.shared.clock
    }

    /// Says which numbers it serves from now on; call it again whenever accounts or templates change.
    ///
    /// Templates made through the Graph API stay, and phones keep their messages.
    pub fn set_numbers(&self, numbers: Vec<BusinessNumber>) {
        self.shared.world().set_numbers(numbers, self.shared.clock.now_micros());
        delivery::wake_lanes(&self.shared);
    }

    /// Says whether `POST /simulator/clock` may move the clock from now on.
    pub fn set_clock_allowed(&self, allowed: bool) {
        self.shared.is_clock_allowed.store(allowed, Ordering::Release);
    }

    /// Stops accepting calls, answers those under way and closes the ledger.
    pub async fn shutdown(self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(SHUTDOWN_PATIENCE, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!("calls to the simulator were still under way when it stopped");
        }
        let shared = Arc::clone(&self.shared);
        // It ends once everything queued is written; a panic in there has been logged.
        let _ = tokio::task::spawn_blocking(move || shared.ledger.close()).await;
    }
}

impl Drop for SimulatorHandle {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}
