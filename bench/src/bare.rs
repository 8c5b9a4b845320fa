//! The bare limit: minimal programs that do the same durable work on the same data, as processes of their own.
//!
//! They leave out everything that is not the row's work (permissions, validation, events, rate limits), and nothing that
//! is: pages have the same members, counts are exact, what is answered is committed.

mod counts;
pub(crate) mod hash;
mod page;
pub(crate) mod postgres;
mod server;
pub(crate) mod sqlite;
mod token;
pub(crate) mod writes;

pub(crate) use counts::Since;
pub(crate) use token::issue as issue_token;

use anyhow::{Context, Result, bail};
use std::time::Duration;

/// Runs the program that the arguments name. Not for people: the rows start it.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["pages-sqlite", file, listen] => server::serve_sqlite(file, listen.parse()?),
        ["pages-postgres", url, listen] => server::serve_postgres(url, listen.parse()?),
        ["writes", file, callers, warm_up, length] => {
            let limit = writes::measure(file.as_ref(), callers.parse()?, milliseconds(warm_up)?, milliseconds(length)?)?;
            println!("{}", serde_json::to_string(&limit)?);
            Ok(())
        }
        _ => bail!("there is no bare program for {arguments:?}"),
    }
}

fn milliseconds(text: &str) -> Result<Duration> {
    text.parse().map(Duration::from_millis).with_context(|| format!("`{text}` are no milliseconds"))
}
