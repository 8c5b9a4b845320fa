//! The commands: what is typed, what is printed, and the exit status.
//!
//! Answers go to standard output, logs and complaints to standard error. 0 is done, 1 failed, 2
//! wrong usage. Every setting is also a flag; flags come from the catalogue of settings.

mod apply;
mod doctor;
mod ledger;
mod lock;
mod migrate;
mod openapi;
mod process;
mod serve;
mod simulator;

use crate::config::catalog::settings;
use crate::config::{Environment, Flags, Settings, SettingsError};
use crate::logging;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: u8 = 2;
/// How long what still runs may take after a command is done.
const RUNTIME_STOP: Duration = Duration::from_secs(1);

/// The WhatsApp Business shared inbox and messaging platform.
#[derive(Debug, Parser)]
#[command(name = "msgboxx", version)]
struct Cli {
    /// Settings file, instead of msgboxx.toml in the working directory.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs everything: public API, web inbox, workers (the default).
    Serve,
    /// Provisions what a file says; a second run changes only what differs.
    Apply {
        /// The provisioning file.
        file: PathBuf,
    },
    /// Runs the WhatsApp simulator alone, so that it outlives the server.
    Simulator {
        /// A provisioning file: serve its accounts whose address is the simulator's. Without one, the database's.
        file: Option<PathBuf>,
    },
    /// Brings the schema up to date and exits.
    Migrate,
    /// Checks settings, database, disk, clock, keys and accounts, and says in words what is wrong.
    Doctor {
        /// Only this API account, by name.
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
    },
    /// Lists, shows and repeats what WhatsApp posted.
    Ledger {
        #[command(subcommand)]
        action: ledger::Action,
    },
    /// Prints the OpenAPI document.
    #[command(hide = true)]
    Openapi,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE));
        }
    };
    let cli = Cli::from_arg_matches(&matches).expect("the arguments were declared by this type");
    let environment = Environment::of_process();
    let read = Settings::read(&flags(&matches), &environment, cli.config.as_deref());
    let settings = match read {
        Ok(settings) => settings,
        Err(error) => return wrong_settings(&error),
    };
    logging::start(&settings.log);
    process::prepare();
    match run(cli.command.unwrap_or(Command::Serve), settings, &environment) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("msgboxx: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, settings: Settings, environment: &Environment) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(settings).await,
            Command::Apply { file } => apply::run(&settings, environment, &file).await,
            Command::Simulator { file } => simulator::run(&settings, environment, file.as_deref()).await,
            Command::Migrate => migrate::run(&settings).await,
            Command::Ledger { action } => ledger::run(&settings, action).await,
            Command::Openapi => openapi::run(),
            Command::Doctor { account } => doctor::run(&settings, account.as_deref()).await,
        }
    });
    runtime.shutdown_timeout(RUNTIME_STOP);
    code
}

fn wrong_settings(error: &SettingsError) -> ExitCode {
    eprintln!("msgboxx: the settings are wrong");
    eprintln!("{error}");
    if error.is_usage() { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
}

/// Prints an answer. Whoever has stopped reading (`| head`) does not make the command fail.
fn say(answer: impl Display) {
    drop(writeln!(std::io::stdout(), "{answer}"));
}

/// The declared commands, and a flag for each setting.
fn command() -> clap::Command {
    settings().iter().fold(Cli::command(), |command, setting| {
        let default = if setting.default.is_empty() { String::new() } else { format!(" [default: {}]", setting.default) };
        let help = format!("{}\n[env: {}]{default}", setting.about, setting.variable);
        let flag = Arg::new(setting.key).long(setting.flag.as_str()).value_name("VALUE").help(help);
        command.arg(flag.help_heading("Settings").global(true))
    })
}

fn flags(matches: &ArgMatches) -> Flags {
    let given = |key: &'static str| matches.get_one::<String>(key).map(|value| (key.to_owned(), value.clone()));
    settings().iter().filter_map(|setting| given(setting.key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<ArgMatches, u8> {
        let all = std::iter::once(&"msgboxx").chain(arguments);
        command().try_get_matches_from(all).map_err(|error| u8::try_from(error.exit_code()).unwrap_or(u8::MAX))
    }

    #[test]
    fn the_declared_commands_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn help_lists_every_setting_with_its_variable_and_default() {
        let help = command().render_long_help().to_string();
        for setting in settings() {
            assert!(help.contains(&format!("--{} ", setting.flag)) && help.contains(&format!("[env: {}]", setting.variable)), "{help}");
        }
        assert!(help.contains("[default: 127.0.0.1:8080]") && !help.contains("openapi"));
    }

    #[test]
    fn a_setting_may_stand_before_and_after_the_command() {
        for arguments in [["--listen", "127.0.0.1:1", "migrate"], ["migrate", "--listen", "127.0.0.1:1"]] {
            let matches = parse(&arguments).expect("understood");
            assert_eq!(flags(&matches).get("listen").map(String::as_str), Some("127.0.0.1:1"));
        }
    }

    #[test]
    fn wrong_usage_exits_with_2_and_help_with_0() {
        for arguments in [
            &["nonsense"][..],
            &["--nonsense"],
            &["apply"],
            &["serve", "x"],
            &["--listen"],
            &["doctor", "--account"],
            &["ledger"],
            &["ledger", "show"],
            &["ledger", "show", "x"],
            &["ledger", "list", "--state", "lost"],
        ] {
            assert_eq!(parse(arguments).err(), Some(2), "{arguments:?}");
        }
        assert_eq!((parse(&["--help"]).err(), parse(&["--version"]).err()), (Some(0), Some(0)));
    }
}
