//! Rows 1 and 2: a page of a hundred messages out of few and out of many.

use super::Bench;
use super::subject::{Glance, Period, Subject, glance, load_pages, with_cost};
use crate::dataset::DataSet;
use crate::engine::Engine;
use crate::options::Options;
use crate::report::Figure;
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// What the scoreboard asks of row 1.
const RATE_ON_SQLITE: f64 = 0.85;
const RATE_ON_POSTGRES: f64 = 0.80;
const P99: f64 = 1.3;
/// And of row 2.
const GROWTH: f64 = 1.15;

/// One data set with everybody's tokens for it.
struct Target {
    set: DataSet,
    is_large: bool,
    tokens: BTreeMap<Subject, String>,
}

/// Who, on the large set or not, over which time.
type Key = (Subject, bool, Period);

/// A value for each round.
#[derive(Default)]
struct Rounds {
    per_second: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    cost: Vec<f64>,
}

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Result<()> {
    let rows = bench.options.rows();
    let mut sizes = vec![(bench.options.large(), true)];
    if rows.contains(&2) {
        sizes.insert(0, (Options::SMALL, false));
    }
    let targets = sizes.into_iter().map(|(messages, is_large)| target(bench, engine, messages, is_large));
    let targets = targets.collect::<Result<Vec<_>>>()?;
    let mut measured: BTreeMap<Key, Rounds> = BTreeMap::new();
    for round in 0..bench.options.rounds() {
        for target in &targets {
            measure_once(bench, target, round, &mut measured)?;
        }
    }
    for period in Period::BOTH {
        if rows.contains(&1) {
            report_row_1(bench, engine, period, &measured);
        }
        if rows.contains(&2) {
            report_row_2(bench, engine, period, &measured);
        }
    }
    Ok(())
}

fn target(bench: &mut Bench<'_>, engine: Engine, messages: u64, is_large: bool) -> Result<Target> {
    let set = bench.data_sets.data_set(engine, messages)?;
    let tokens = [Subject::Bare, Subject::Msgboxx].into_iter().map(|subject| Ok((subject, subject.token(bench.product, &set)?)));
    Ok(Target { tokens: tokens.collect::<Result<_>>()?, set, is_large })
}

/// One round on one data set: each subject's server is started, loaded, stopped.
fn measure_once(bench: &mut Bench<'_>, target: &Target, round: u32, measured: &mut BTreeMap<Key, Rounds>) -> Result<()> {
    let mut glances: BTreeMap<Period, Glance> = BTreeMap::new();
    for subject in Subject::in_turn(round) {
        let token = &target.tokens[&subject];
        let server = subject.start(bench.product, &target.set)?;
        for period in Period::BOTH {
            let seen = glance(server.address, token, period)?;
            if let Some(other) = glances.insert(period, seen).filter(|other| !other.is_like(&glances[&period])) {
                bail!("the two do not answer the same: {other:?} and {:?}", glances[&period]);
            }
            let (mut answers, cost) = with_cost(&server, || load_pages(&server, token, period, bench.options))?;
            let rounds = measured.entry((subject, target.is_large, period)).or_default();
            rounds.per_second.push(answers.per_second);
            rounds.p50.push(answers.latencies.p50());
            rounds.p99.push(answers.latencies.p99());
            rounds.cost.push(cost);
        }
        server.stop()?;
    }
    if round == 0 && target.is_large {
        let page = &glances[&Period::History];
        bench.report.note(format!(
            "{}: a page of {} messages out of {} is {} bytes.",
            target.set.engine, page.items, page.record_count, page.bytes
        ));
    }
    Ok(())
}

fn report_row_1(bench: &mut Bench<'_>, engine: Engine, period: Period, measured: &BTreeMap<Key, Rounds>) {
    let (bare, msgboxx) = (&measured[&(Subject::Bare, true, period)], &measured[&(Subject::Msgboxx, true, period)]);
    let rate = if engine == Engine::Sqlite { RATE_ON_SQLITE } else { RATE_ON_POSTGRES };
    let name = period.name();
    let figure = |what: &str, unit, of: fn(&Rounds) -> &Vec<f64>| {
        Figure::new(1, engine, format!("page, {name}{what}"), unit, of(msgboxx).clone()).beside_bare(of(bare).clone())
    };
    bench.report.add(figure("", "1/s", |rounds| &rounds.per_second).ratio_at_least(rate));
    bench.report.add(figure(", p50", "ms", |rounds| &rounds.p50));
    bench.report.add(figure(", the server's processor time", "ms", |rounds| &rounds.cost));
    bench.report.add(figure(", p99", "ms", |rounds| &rounds.p99).ratio_at_most(P99));
}

fn report_row_2(bench: &mut Bench<'_>, engine: Engine, period: Period, measured: &BTreeMap<Key, Rounds>) {
    for (subject, name) in [(Subject::Msgboxx, "page"), (Subject::Bare, "page of B")] {
        let p50 = |is_large: bool| measured[&(subject, is_large, period)].p50.clone();
        let what = format!("{name}, {}, p50, large beside small", period.name());
        let figure = Figure::new(2, engine, what, "ms", p50(true)).beside("small", p50(false));
        bench.report.add(if subject == Subject::Msgboxx { figure.ratio_at_most(GROWTH) } else { figure });
    }
}
