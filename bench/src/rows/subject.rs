//! Who is measured: msgboxx or the bare limit, as a server on a data set that answers pages of messages.

use crate::bare;
use crate::dataset::{ACCOUNT, DataSet};
use crate::engine::Engine;
use crate::http::{self, Caller};
use crate::load::{Answers, Load};
use crate::options::Options;
use crate::product::Product;
use crate::program::{Program, free_address, processor_time};
use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::process::Command;

/// Callers at once, as the limit was first measured with.
pub(super) const CALLERS: usize = 32;

/// Who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Bare,
    Msgboxx,
}

impl Subject {
    /// Both, first the one that was second in the round before.
    pub(super) fn in_turn(round: u32) -> [Subject; 2] {
        if round.is_multiple_of(2) { [Self::Bare, Self::Msgboxx] } else { [Self::Msgboxx, Self::Bare] }
    }

    /// Its server's command on a free address.
    pub(super) fn serve(self, product: &Product, set: &DataSet) -> Result<(Command, SocketAddr)> {
        if self == Self::Msgboxx {
            return product.serve(&set.installation);
        }
        let listen = free_address()?;
        let mut command = bare_command()?;
        match set.engine {
            Engine::Sqlite => command.arg("pages-sqlite").arg(set.file()),
            Engine::Postgres => command.arg("pages-postgres").arg(&set.installation.database),
        };
        command.arg(listen.to_string());
        Ok((command, listen))
    }

    /// Starts its server and waits until it is ready.
    pub(super) fn start(self, product: &Product, set: &DataSet) -> Result<Program> {
        let (command, listen) = self.serve(product, set)?;
        Program::start(command, listen, &set.installation.folder.join("serve.log"))
    }

    /// A token that it accepts for as long as a run takes.
    pub(super) fn token(self, product: &Product, set: &DataSet) -> Result<String> {
        match self {
            Self::Bare => bare::issue_token(),
            Self::Msgboxx => product.token(&set.installation),
        }
    }
}

/// This program as a bare limit, in a process of its own.
pub(super) fn bare_command() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare");
    Ok(command)
}

/// Over which time messages are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Period {
    History,
    Day,
}

impl Period {
    pub(super) const BOTH: [Self; 2] = [Self::History, Self::Day];

    /// For people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::History => "whole history",
            Self::Day => "24 hours",
        }
    }

    /// The list's address.
    pub(super) fn path(self, page: u32) -> String {
        let since = if self == Self::History { "&fromDate=2000-01-01" } else { "" };
        let page = if page == 1 { String::new() } else { format!("&page={page}") };
        format!("/message?apiAccountId={ACCOUNT}{since}{page}")
    }
}

/// The load of row 1.
pub(super) fn load_pages(server: &Program, token: &str, period: Period, options: &Options) -> Result<Answers> {
    let load = Load { address: server.address, callers: CALLERS, warm_up: options.warm_up(), length: options.reading(), wanted: 200 };
    let request = http::get(&period.path(1), token);
    load.run(|_| |bytes: &mut Vec<u8>| bytes.extend_from_slice(&request))
}

/// Runs a load, and says beside its answers how much processor time the server took for each, in milliseconds.
pub(super) fn with_cost(server: &Program, load: impl FnOnce() -> Result<Answers>) -> Result<(Answers, f64)> {
    let before = processor_time(server.id())?;
    let answers = load()?;
    let took = processor_time(server.id())? - before;
    let each = took / f64::from(u32::try_from(answers.answered)?);
    Ok((answers, each))
}

/// What is to be the same in both subjects' answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Glance {
    pub(super) items: usize,
    pub(super) record_count: i64,
    pub(super) bytes: usize,
    members: Vec<String>,
}

/// Looks at one page before anything is measured.
pub(super) fn glance(server: SocketAddr, token: &str, period: Period) -> Result<Glance> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Paging {
        record_count: i64,
    }
    #[derive(Deserialize)]
    struct Page {
        items: Vec<Map<String, Value>>,
        paging: Paging,
    }
    let mut caller = Caller::connect(server)?;
    let body = caller.ask_for(200, &http::get(&period.path(1), token))?;
    let page: Page = serde_json::from_slice(body)?;
    let Some(first) = page.items.first() else { bail!("a page is empty") };
    let mut members: Vec<String> = first.keys().cloned().collect();
    members.sort();
    Ok(Glance { items: page.items.len(), record_count: page.paging.record_count, bytes: body.len(), members })
}

impl Glance {
    /// Whether the other answer is the same work: the same members, and the same count but for the moment between them.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        const MOMENT: u64 = 30;
        self.items == other.items && self.members == other.members && self.record_count.abs_diff(other.record_count) <= MOMENT
    }
}
