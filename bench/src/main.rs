//! Measures msgboxx beside the bare limit of the parts that it is made of, alternately, in one run: `cargo xtask bench`.
//!
//! The bare limit is a minimal program that does the same durable work on the same data; it lives here as `bench bare …`
//! and runs as a process of its own. What counts is the ratio of the medians: absolute figures belong to one machine and
//! one hour, and nothing here asserts one.

mod bare;
mod dataset;
mod engine;
mod http;
mod load;
mod machine;
mod options;
mod postgres;
mod product;
mod program;
mod report;
mod rows;
mod samples;

use clap::Parser;
use options::Options;
use std::process::ExitCode;

/// The product's allocator, so that the limit is not held back by another one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let ended = match arguments.get(1).map(String::as_str) {
        Some("bare") => bare::run(&arguments[2..]),
        _ => rows::run(&Options::parse()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
