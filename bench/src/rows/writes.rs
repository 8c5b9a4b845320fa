//! Row 4: `POST /message` by 64 callers, each answer durable.

use super::Bench;
use super::subject::{Subject, bare_command, with_cost};
use crate::bare::writes::WriteLimit;
use crate::dataset::{ACCOUNT, DataSet};
use crate::engine::Engine;
use crate::http;
use crate::load::{Answers, Load};
use crate::options::Options;
use crate::program::Program;
use crate::report::Figure;
use anyhow::{Context, Result, bail};
use std::process::Stdio;
use std::time::Duration;
use uuid::Uuid;

const CALLERS: usize = 64;
const TEXT: &str = "Thank you, that is all we need. Your order leaves the house this afternoon.";
/// What the scoreboard asks for.
const RATE: f64 = 0.60;
const P99_MILLISECONDS: f64 = 20.0;
const WORST_MILLISECONDS: f64 = 60.0;

#[derive(Default)]
struct Rounds {
    per_second: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    worst: Vec<f64>,
    cost: Vec<f64>,
}

impl Rounds {
    fn push(&mut self, limit: &WriteLimit) {
        self.per_second.push(limit.per_second);
        self.p50.push(limit.p50);
        self.p99.push(limit.p99);
        self.worst.push(limit.worst);
        self.cost.push(limit.cost);
    }
}

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<()> {
    let set = bench.data_sets.data_set(Engine::Sqlite, bench.options.middle())?;
    let token = Subject::Msgboxx.token(bench.product, &set)?;
    let contacts = set.contacts()?;
    let (mut bare, mut msgboxx) = (Rounds::default(), Rounds::default());
    for round in 0..bench.options.rounds() {
        for subject in Subject::in_turn(round) {
            let copy = set.copy()?;
            match subject {
                Subject::Bare => bare.push(&measure_bare(&copy, bench.options)?),
                Subject::Msgboxx => msgboxx.push(&measure_msgboxx(bench, &copy, &token, &contacts)?),
            }
            copy.discard()?;
        }
    }
    let figure = |what: &str, unit, of: fn(&Rounds) -> &Vec<f64>| {
        Figure::new(4, Engine::Sqlite, format!("POST /message{what}"), unit, of(&msgboxx).clone()).beside_bare(of(&bare).clone())
    };
    bench.report.add(figure("", "1/s", |rounds| &rounds.per_second).ratio_at_least(RATE));
    bench.report.add(figure(", p50", "ms", |rounds| &rounds.p50));
    bench.report.add(figure(", the writing process's processor time", "ms", |rounds| &rounds.cost));
    bench.report.add(figure(", p99", "ms", |rounds| &rounds.p99).at_most(P99_MILLISECONDS));
    bench.report.add(figure(", worst of all rounds", "ms", |rounds| &rounds.worst).worst().at_most(WORST_MILLISECONDS));
    Ok(())
}

fn measure_bare(set: &DataSet, options: &Options) -> Result<WriteLimit> {
    let milliseconds = |duration: Duration| duration.as_millis().to_string();
    let mut command = bare_command()?;
    command.arg("writes").arg(set.file()).arg(CALLERS.to_string());
    command.arg(milliseconds(options.warm_up())).arg(milliseconds(options.writing())).stderr(Stdio::inherit());
    let output = command.output()?;
    if !output.status.success() {
        bail!("the bare limit failed");
    }
    serde_json::from_slice(&output.stdout).context("the bare limit's answer")
}

fn measure_msgboxx(bench: &Bench<'_>, set: &DataSet, token: &str, contacts: &[Uuid]) -> Result<WriteLimit> {
    let server = Subject::Msgboxx.start(bench.product, set)?;
    let (mut answers, cost) = with_cost(&server, || post_messages(&server, token, contacts, bench.options))?;
    server.stop()?;
    let latencies = &mut answers.latencies;
    Ok(WriteLimit { per_second: answers.per_second, p50: latencies.p50(), p99: latencies.p99(), worst: latencies.worst(), cost })
}

/// The load of this row: each message to another contact, as the bare limit does it.
pub(super) fn post_messages(server: &Program, token: &str, contacts: &[Uuid], options: &Options) -> Result<Answers> {
    let load = Load { address: server.address, callers: CALLERS, warm_up: options.warm_up(), length: options.writing(), wanted: 201 };
    let headers = http::bearer(token);
    load.run(|caller| {
        let (headers, mut turn) = (&headers, caller);
        move |bytes: &mut Vec<u8>| {
            turn = (turn + 7919) % contacts.len();
            let body = format!(r#"{{"apiAccountId":"{ACCOUNT}","contactId":"{}","message":"{TEXT}"}}"#, contacts[turn]);
            bytes.extend_from_slice(&http::post("/message", headers, &body));
        }
    })
}
