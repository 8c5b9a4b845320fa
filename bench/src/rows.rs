//! The rows of the scoreboard, each in a file of its own.

mod memory;
mod pages;
mod query;
mod sign_in;
mod start;
mod subject;
mod writes;

use crate::dataset::Library;
use crate::engine::Engine;
use crate::machine::{Circumstances, data_folder};
use crate::options::Options;
use crate::postgres::Postgres;
use crate::product::Product;
use crate::report::{Figure, Report};
use anyhow::{Context, Result, bail};

/// What every row needs.
struct Bench<'a> {
    options: &'a Options,
    product: &'a Product,
    data_sets: Library<'a>,
    report: Report,
}

/// Measures what was asked for and prints it.
///
/// # Errors
/// When a row cannot be measured. A goal that is missed is no error.
pub(crate) fn run(options: &Options) -> Result<()> {
    std::fs::create_dir_all(data_folder())?;
    let product = Product::find(options)?;
    let postgres = if needs_postgres(options) { Postgres::start()? } else { None };
    let has_postgres = postgres.is_some();
    let mut bench = Bench { options, product: &product, data_sets: Library::new(&product, postgres.as_ref()), report: Report::default() };
    for engine in [Engine::Sqlite, Engine::Postgres].into_iter().filter(|engine| options.wants(*engine)) {
        if engine == Engine::Postgres && needs_postgres(options) && !has_postgres {
            if options.insists_on(engine) {
                bail!("PostgreSQL is not installed");
            }
            bench.report.note("PostgreSQL is not installed: its rows were left out.");
            continue;
        }
        bench.measure(engine)?;
    }
    let circumstances = Circumstances::look(&data_folder());
    println!("\n{}", circumstances.line());
    if options.quick {
        println!("Small data and one short round: this shows that nothing is broken, and says nothing about speed.");
    }
    println!("\n{}", bench.report.table());
    match &options.json {
        Some(file) => bench.report.write_json(file, &circumstances, options.quick),
        None => Ok(()),
    }
}

/// Only the rows about pages are measured on both databases.
fn needs_postgres(options: &Options) -> bool {
    options.wants(Engine::Postgres) && options.rows().iter().any(|row| [1, 2, 3].contains(row))
}

impl Bench<'_> {
    fn measure(&mut self, engine: Engine) -> Result<()> {
        let rows = self.options.rows();
        let is_wanted = |row: u8| rows.contains(&row);
        if is_wanted(1) || is_wanted(2) {
            pages::measure(self, engine).with_context(|| format!("rows 1 and 2 on {engine}"))?;
        }
        if is_wanted(3) {
            query::measure(self, engine).with_context(|| format!("row 3 on {engine}"))?;
        }
        if engine == Engine::Postgres {
            return Ok(());
        }
        if is_wanted(4) {
            writes::measure(self).context("row 4")?;
        }
        if is_wanted(11) {
            memory::measure(self).context("row 11")?;
        }
        if is_wanted(12) {
            start::measure(self).context("row 12")?;
        }
        if is_wanted(13) {
            let bytes = std::fs::metadata(&self.product.binary).context("row 13")?.len();
            let mib = f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0;
            self.report.add(Figure::new(13, None, "the binary", "MB", vec![mib]).at_most(20.0));
        }
        if is_wanted(14) {
            sign_in::measure(self).context("row 14")?;
        }
        Ok(())
    }
}
