//! Row 11: memory of one process, idle and after it has read, written and signed people in.

use super::Bench;
use super::sign_in::sign_in_at_once;
use super::subject::{Period, Subject, load_pages};
use super::writes::post_messages;
use crate::engine::Engine;
use crate::program::anonymous_memory;
use crate::report::Figure;
use anyhow::Result;
use std::thread;
use std::time::Duration;

/// What the scoreboard asks for.
const IDLE_MIB: f64 = 25.0;
const LOADED_MIB: f64 = 120.0;

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<()> {
    let set = bench.data_sets.data_set(Engine::Sqlite, bench.options.middle())?;
    let token = Subject::Msgboxx.token(bench.product, &set)?;
    let rest = Duration::from_millis(if bench.options.quick { 500 } else { 5000 });
    let (mut idle, mut loaded, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.rounds() {
        let copy = set.copy()?;
        let server = Subject::Msgboxx.start(bench.product, &copy)?;
        thread::sleep(rest);
        idle.push(anonymous_memory(server.id())?);
        for period in Period::BOTH {
            load_pages(&server, &token, period, bench.options)?;
        }
        post_messages(&server, &token, &copy.contacts()?, bench.options)?;
        sign_in_at_once(server.address, bench.options.reading())?;
        thread::sleep(rest);
        loaded.push(anonymous_memory(server.id())?);
        server.stop()?;
        copy.discard()?;
        let server = Subject::Bare.start(bench.product, &set)?;
        load_pages(&server, &Subject::Bare.token(bench.product, &set)?, Period::History, bench.options)?;
        bare.push(anonymous_memory(server.id())?);
        server.stop()?;
    }
    bench.report.add(Figure::new(11, Engine::Sqlite, "memory (RssAnon), idle", "MiB", idle).at_most(IDLE_MIB));
    let loaded = Figure::new(11, Engine::Sqlite, "memory (RssAnon), after reading, writing and sign-ins", "MiB", loaded);
    bench.report.add(loaded.beside("B, after reading", bare).at_most(LOADED_MIB));
    Ok(())
}
