//! Row 14: sign-ins, alone and 16 at once beside the load of row 1.

use super::Bench;
use super::subject::{Period, Subject, load_pages};
use crate::bare::hash;
use crate::engine::Engine;
use crate::http::Caller;
use crate::load::{Answers, Load};
use crate::product::sign_in_request;
use crate::program::{Program, anonymous_memory};
use crate::report::Figure;
use crate::samples::Samples;
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const AT_ONCE: usize = 16;
/// Sign-ins one after the other, in a round.
const ALONE: usize = 30;
/// What the scoreboard asks for.
const ALONE_RATIO: f64 = 1.2;
const P99_RATIO: f64 = 2.0;
const HASH_MIB: f64 = 19.0;
const SPARE_MIB: f64 = 10.0;

#[derive(Default)]
struct Rounds {
    hash: Vec<f64>,
    alone: Vec<f64>,
    calm: Vec<f64>,
    storm: Vec<f64>,
    in_storm: Vec<f64>,
    per_second: Vec<f64>,
    memory: Vec<f64>,
}

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<()> {
    let set = bench.data_sets.data_set(Engine::Sqlite, bench.options.large())?;
    let token = Subject::Msgboxx.token(bench.product, &set)?;
    let mut rounds = Rounds::default();
    for _ in 0..bench.options.rounds() {
        let server = Subject::Msgboxx.start(bench.product, &set)?;
        let mut calm = load_pages(&server, &token, Period::History, bench.options)?;
        rounds.calm.push(calm.latencies.p99());
        let before = anonymous_memory(server.id())?;
        rounds.hash.push(hash::measure(ALONE)?.p50());
        rounds.alone.push(alone(server.address)?.p50());
        let most = storm(bench, &server, &token, &mut rounds)?;
        rounds.memory.push(most - before);
        server.stop()?;
    }
    report(bench, rounds);
    Ok(())
}

fn alone(server: SocketAddr) -> Result<Samples> {
    let (mut caller, request) = (Caller::connect(server)?, sign_in_request());
    let mut sign_in = || {
        let start = Instant::now();
        caller.ask_for(200, &request).map(|_| start.elapsed())
    };
    sign_in()?;
    (0..ALONE).map(|_| sign_in()).collect()
}

/// Both at once; answers the most memory that the server had meanwhile, in MiB.
fn storm(bench: &Bench<'_>, server: &Program, token: &str, rounds: &mut Rounds) -> Result<f64> {
    let is_over = AtomicBool::new(false);
    let length = bench.options.warm_up() + bench.options.reading();
    let (pages, sign_ins, most) = thread::scope(|scope| {
        let most = scope.spawn(|| most_memory(server.id(), &is_over));
        let sign_ins = scope.spawn(|| sign_in_at_once(server.address, length));
        let pages = load_pages(server, token, Period::History, bench.options);
        let sign_ins = sign_ins.join();
        is_over.store(true, Ordering::Relaxed);
        (pages, sign_ins, most.join())
    });
    let mut sign_ins = sign_ins.ok().context("the sign-ins panicked")??;
    rounds.storm.push(pages?.latencies.p99());
    rounds.in_storm.push(sign_ins.latencies.p50());
    rounds.per_second.push(sign_ins.per_second);
    most.ok().context("the watcher panicked")?
}

/// Sixteen people sign in at once, again and again.
pub(super) fn sign_in_at_once(server: SocketAddr, length: Duration) -> Result<Answers> {
    let request = sign_in_request();
    let load = Load { address: server, callers: AT_ONCE, warm_up: Duration::ZERO, length, wanted: 200 };
    load.run(|_| |bytes: &mut Vec<u8>| bytes.extend_from_slice(&request))
}

fn most_memory(process: u32, is_over: &AtomicBool) -> Result<f64> {
    let mut most = 0.0;
    while !is_over.load(Ordering::Relaxed) {
        most = anonymous_memory(process)?.max(most);
        thread::sleep(Duration::from_millis(20));
    }
    Ok(most)
}

fn report(bench: &mut Bench<'_>, rounds: Rounds) {
    let new = |what: &str, unit, values| Figure::new(14, Engine::Sqlite, what, unit, values);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let most_memory = f64::from(u32::try_from(cores).unwrap_or(1)) * HASH_MIB + SPARE_MIB;
    bench.report.add(new("sign-in, alone, p50", "ms", rounds.alone).beside("hash", rounds.hash).ratio_at_most(ALONE_RATIO));
    bench.report.add(new("page beside 16 sign-ins, p99", "ms", rounds.storm).beside("without", rounds.calm).ratio_at_most(P99_RATIO));
    bench.report.add(new("sign-in among 16 beside pages, p50", "ms", rounds.in_storm));
    bench.report.add(new("sign-ins beside pages", "1/s", rounds.per_second));
    bench.report.add(new("memory that 16 sign-ins add", "MiB", rounds.memory).at_most(most_memory));
}
