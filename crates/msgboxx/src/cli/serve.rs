//! `msgboxx serve`: everything in one process.

use super::lock::lock;
use super::say;
use crate::app::{App, open_store};
use crate::config::{Settings, SimulatorMode};
use crate::provision::{FirstSignIn, first_run};
use crate::simulated::{self, Numbers};
use crate::{http, jobs, metrics, router};
use anyhow::Context;
use msgboxx_simulator::{SimulatorClock, SimulatorHandle};
use msgboxx_store::Store;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long everything may take to stop; the operator was promised 25 s.
const STOP_TIMEOUT: Duration = Duration::from_secs(24);

pub(super) async fn run(mut settings: Settings) -> anyhow::Result<ExitCode> {
    settings.make_directories()?;
    let _lock = lock(&settings.database)?;
    let listener = http::listen(settings.listen).with_context(|| format!("cannot listen on {} (MSGBOXX_LISTEN)", settings.listen))?;
    settings.listens_on(listener.local_addr()?);
    let clock = simulated::business_clock(&settings).await;
    let (store, _) = open_store(&settings, &clock).await?;
    let has_phone = simulated::is_inside(&settings, &store).await?;
    let inside = if has_phone { start_simulator(&settings, &store, clock.simulated().clone()).await? } else { None };
    let app = Arc::new(App::new(settings, store, clock).await?);
    let first = first_run(&app.store, &app.keys, &app.passwords, &app.settings).await.context("the empty database cannot be filled")?;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    // Before anything is sent: a number that the simulator does not know yet would be refused.
    let simulator = match inside {
        Some(simulator) => Some(follow(&app, simulator).await?),
        None => None,
    };
    jobs::start(&app, &tasks, &stop).await.context("the workers cannot be started")?;
    tasks.spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move { simulated::follow_clock(&app.settings, &app.store, &app.clock, &stop).await }
    });
    serve_metrics(&app, &tasks, &stop)?;
    let server = tokio::spawn(http::serve(listener, router::router(app.clone()), stop.clone()));
    print_addresses(&app.settings, has_phone, first.as_ref());
    asked_to_stop().await;
    tracing::info!("stopping");
    stop.cancel();
    tasks.close();
    let stopped = async {
        drop(server.await);
        tasks.wait().await;
        // Last, since calls that were under way are still answered by it.
        if let Some((simulator, task)) = simulator {
            simulator.cancel();
            drop(task.await);
        }
    };
    if tokio::time::timeout(STOP_TIMEOUT, stopped).await.is_err() {
        tracing::warn!("stopped before everything under way had ended: it goes on at the next start");
    }
    Ok(ExitCode::SUCCESS)
}

/// The simulator inside; none when one that runs alone already answers for this database.
async fn start_simulator(settings: &Settings, store: &Store, clock: SimulatorClock) -> anyhow::Result<Option<SimulatorHandle>> {
    let address = settings.simulator.listen;
    let listener = match http::listen(address) {
        Ok(listener) => listener,
        Err(_) if settings.simulator.mode == SimulatorMode::Auto && simulated::is_elsewhere(settings, store).await => {
            tracing::info!(%address, "a simulator that runs alone is used");
            return Ok(None);
        }
        Err(error) => {
            return Err(error).with_context(|| {
                format!("the simulator cannot listen on {address}: set MSGBOXX_SIMULATOR_LISTEN to a free one, or MSGBOXX_SIMULATOR=off")
            });
        }
    };
    let server = format!("http://{}", reachable(settings.listen));
    Ok(Some(simulated::start(settings, &server, listener, clock, Numbers::default()).await?))
}

/// On an address of its own, if the settings name one.
fn serve_metrics(app: &Arc<App>, tasks: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<()> {
    metrics::install();
    if let Some(address) = app.settings.metrics_listen {
        let listener = http::listen(address).with_context(|| format!("cannot listen on {address} (MSGBOXX_METRICS_LISTEN)"))?;
        tasks.spawn(http::serve(listener, metrics::own_router(app.clone()), stop.clone()));
    }
    Ok(())
}

/// Tells the simulator its numbers, now and until it is stopped.
async fn follow(app: &Arc<App>, simulator: SimulatorHandle) -> anyhow::Result<(CancellationToken, JoinHandle<()>)> {
    simulated::serve_database(&app.store, &app.keys, &simulator).await.context("the simulator's accounts cannot be read")?;
    let (app, stop) = (app.clone(), CancellationToken::new());
    let stopped = stop.clone();
    let task = tokio::spawn(async move {
        simulated::follow_database(&app.store, &app.keys, &simulator, &stopped).await;
        simulator.shutdown().await;
    });
    Ok((stop, task))
}

/// An address that listens everywhere is reached through the loopback interface.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn print_addresses(settings: &Settings, has_phone: bool, first: Option<&FirstSignIn>) {
    say(format_args!("web inbox           {}/app/", settings.public_url));
    say(format_args!("API docs            {}/docs", settings.public_url));
    if has_phone {
        say(format_args!("simulator's phone   {}/", settings.simulator.url));
    }
    if let Some(first) = first {
        let password = first.made_up_password.as_ref().map_or("as set in MSGBOXX_ADMIN_PASSWORD", |password| password.expose());
        say(format_args!("administrator       {}", first.email));
        say(format_args!("password            {password}"));
    }
}

/// Returns when the process is asked to end: SIGTERM, or Ctrl-C.
pub(super) async fn asked_to_stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
