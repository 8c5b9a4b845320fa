//! Row 12: from starting the program to the first page for somebody who is signed in.

use super::Bench;
use super::subject::{Period, Subject};
use crate::dataset::DataSet;
use crate::engine::Engine;
use crate::http::{self, Caller};
use crate::program::Program;
use crate::report::Figure;
use crate::samples::Samples;
use anyhow::{Context, Result};
use std::thread;
use std::time::{Duration, Instant};

/// Starts in a round.
const TIMES: usize = 7;
const PATIENCE: Duration = Duration::from_secs(30);
/// What the scoreboard asks for.
const MILLISECONDS: f64 = 40.0;

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<()> {
    let set = bench.data_sets.data_set(Engine::Sqlite, bench.options.large())?;
    let tokens = [Subject::Bare.token(bench.product, &set)?, Subject::Msgboxx.token(bench.product, &set)?];
    let (mut bare, mut msgboxx) = (Vec::new(), Vec::new());
    for round in 0..bench.options.rounds() {
        for subject in Subject::in_turn(round) {
            let token = &tokens[usize::from(subject == Subject::Msgboxx)];
            let starts = (0..TIMES).map(|_| start(bench, subject, &set, token)).collect::<Result<Samples>>();
            let rounds = if subject == Subject::Msgboxx { &mut msgboxx } else { &mut bare };
            rounds.push(starts?.p50());
        }
    }
    let figure = Figure::new(12, Engine::Sqlite, "exec to the first page", "ms", msgboxx);
    bench.report.add(figure.beside_bare(bare).at_most(MILLISECONDS));
    Ok(())
}

/// Starts once and asks until there is a page.
fn start(bench: &Bench<'_>, subject: Subject, set: &DataSet, token: &str) -> Result<Duration> {
    let (command, listen) = subject.serve(bench.product, set)?;
    let request = http::get(&Period::History.path(1), token);
    let begun = Instant::now();
    let server = Program::spawn(command, listen, &set.installation.folder.join("serve.log"))?;
    loop {
        let answer = Caller::connect(listen).and_then(|mut caller| caller.ask_for(200, &request).map(drop));
        let took = begun.elapsed();
        match answer {
            Ok(()) => {
                server.stop()?;
                return Ok(took);
            }
            Err(error) if took > PATIENCE => return Err(error).context("the first page never came"),
            Err(_) => thread::sleep(Duration::from_micros(200)),
        }
    }
}
