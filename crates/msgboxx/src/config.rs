//! The settings, typed and checked.
//!
//! They come from flags, then the environment, then a file, then `config.default.toml`, which also
//! documents them. Nothing else reads the environment. Secrets are types that do not print.

pub mod catalog;
mod environment;
mod layers;
mod text;
mod values;

pub use environment::Environment;
pub use layers::Flags;
pub use values::{AllowedTarget, BaseUrl, ClockSource, LogFormat, MediaLocation, SimulatorMode, Timing};

use crate::secrets::Secret;
use anyhow::Context;
use ipnet::IpNet;
use layers::{Layers, Mistake};
use msgboxx_store::Database;
use std::fmt;
use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How this process is to run.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    /// Where the public API and the web inbox answer.
    pub listen: SocketAddr,
    /// How others reach this server.
    pub public_url: BaseUrl,
    /// Proxies whose `Forwarded` and `X-Forwarded-For` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins allowed by CORS, as browsers send them.
    pub cors_origins: Vec<String>,
    /// Which database.
    pub database: Database,
    /// PostgreSQL connections for writing; chosen from the cores when absent.
    pub database_connections: Option<usize>,
    /// Whether prepared statements are kept on PostgreSQL.
    pub statement_cache: bool,
    /// SQLite file, media, keys, the simulator's ledger.
    pub data_dir: PathBuf,
    /// Where media are kept.
    pub media: MediaLocation,
    /// The variables `AWS_…`, for media on S3.
    pub aws: Vec<(String, Secret)>,
    /// The key that encrypts stored secrets, in base64.
    pub secret_key: Option<Secret>,
    /// A file that holds it instead.
    pub secret_key_file: Option<PathBuf>,
    /// The simulator.
    pub simulator: SimulatorSettings,
    /// The business clock.
    pub clock: ClockSource,
    /// The first administrator of an empty database.
    pub admin_email: String,
    /// Their password; a random one when absent.
    pub admin_password: Option<Secret>,
    /// Whether an empty database gets a demonstration organisation.
    pub demo: bool,
    /// Webhook targets allowed although they are not public https.
    pub webhook_allow: Vec<AllowedTarget>,
    /// API requests a minute for one calling application of one organisation; 0 is no limit.
    pub rate_limit: u32,
    /// How long an access token lives.
    pub token_life: Duration,
    /// Whether the token endpoint requires `X-Calling-Application`.
    pub require_calling_application: bool,
    /// Whether contacts can be deleted.
    pub contact_deletion: bool,
    /// Where `/metrics` answers; on the listen address, to loopback only, when absent.
    pub metrics_listen: Option<SocketAddr>,
    /// Outgoing mail, with its password.
    pub smtp_url: Option<Secret>,
    /// Logging.
    pub log: LogSettings,
}

/// The simulator's part of the settings.
#[derive(Debug, Clone)]
pub struct SimulatorSettings {
    /// When `serve` runs it inside.
    pub mode: SimulatorMode,
    /// Where it answers.
    pub listen: SocketAddr,
    /// Where `serve` reaches it.
    pub url: BaseUrl,
    /// Its pace.
    pub timing: Timing,
}

/// The log's part of the settings.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// Levels by module.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
}

/// What is wrong with the settings, one line each.
#[derive(Debug)]
pub struct SettingsError(Vec<Mistake>);

impl SettingsError {
    /// Whether everything that is wrong was given on the command line.
    pub fn is_usage(&self) -> bool {
        self.0.iter().all(|mistake| mistake.is_usage)
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<&str> = self.0.iter().map(|mistake| mistake.text.as_str()).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Reads every layer. `file` is the one named on the command line.
    ///
    /// # Errors
    /// Names each setting that is wrong, where it was given, and why.
    pub fn read(flags: &Flags, environment: &Environment, file: Option<&Path>) -> Result<Self, SettingsError> {
        let layers = Layers::gather(flags, environment, file).map_err(SettingsError)?;
        let mut reader = Reader { layers, mistakes: Vec::new() };
        let aws = environment.beginning_with("AWS_");
        let settings = reader.settings().map(|settings| Self { aws, ..settings });
        settings.filter(|_| reader.mistakes.is_empty()).ok_or(SettingsError(reader.mistakes))
    }

    /// Makes the data directory, readable by its owner only, and the SQLite file's.
    ///
    /// # Errors
    /// When a directory cannot be made.
    pub fn make_directories(&self) -> anyhow::Result<()> {
        let make = |directory: &Path| {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
            made.with_context(|| format!("the directory {} cannot be made", directory.display()))
        };
        make(&self.data_dir)?;
        match &self.database {
            Database::Sqlite(file) => file.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), make),
            Database::Postgres(_) => Ok(()),
        }
    }

    /// Takes note of the address that the system gave when any port was asked for.
    pub fn listens_on(&mut self, address: SocketAddr) {
        if self.public_url == BaseUrl::http(self.listen) {
            self.public_url = BaseUrl::http(address);
        }
        self.listen = address;
    }
}

/// Reads one setting after the other and keeps what is wrong, so that all of it is reported at once.
struct Reader {
    layers: Layers,
    mistakes: Vec<Mistake>,
}

impl Reader {
    /// The value of a setting; the inner option is absent when it was not given.
    #[expect(clippy::option_option, reason = "absent and wrong are different, and only here")]
    fn optional<T, E: fmt::Display>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Result<T, E>) -> Option<Option<T>> {
        let Some(given) = self.layers.given(key) else { return Some(None) };
        match read(given.text.trim()) {
            Ok(value) => Some(Some(value)),
            Err(reason) => {
                self.mistakes.push(given.mistake(reason));
                None
            }
        }
    }

    /// The value of a setting that has a default.
    fn value<T, E: fmt::Display>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        self.optional(key, read).flatten()
    }

    /// The items of a list setting.
    fn list<T>(&mut self, key: &'static str, read: impl Fn(&str) -> Result<T, &'static str>) -> Option<Vec<T>> {
        Some(self.optional(key, |text| values::list(text, read))?.unwrap_or_default())
    }

    /// Every setting; a wrong one is noted and read past, so that later ones are looked at as well.
    fn settings(&mut self) -> Option<Settings> {
        let listen = self.value("listen", values::address);
        let public_url = self.optional("public_url", BaseUrl::parse);
        let trusted_proxies = self.list("trusted_proxies", values::network);
        let cors_origins = self.list("cors_origins", values::origin);
        let data_dir = self.value("data_dir", str::parse::<PathBuf>);
        let database = self.optional("database_url", str::parse::<Database>);
        let database_connections = self.optional("database_connections", |text| values::number(text, 1, 1000));
        let statement_cache = self.value("statement_cache", values::is_on);
        let media = self.optional("media_url", values::media);
        let secret_key = self.optional("secret_key", str::parse::<Secret>);
        let secret_key_file = self.optional("secret_key_file", str::parse::<PathBuf>);
        let simulator = self.simulator();
        let clock = self.value("clock", values::clock_source);
        let admin_email = self.value("admin_email", email);
        let admin_password = self.optional("admin_password", str::parse::<Secret>);
        let demo = self.value("demo", values::is_on);
        let webhook_allow = self.list("webhook_allow", values::allowed_target);
        let rate_limit = self.value("rate_limit", |text| values::number(text, 0, u32::MAX));
        let token_minutes = self.value("token_minutes", |text| values::number(text, 1, 525_600));
        let require_calling_application = self.value("require_calling_application", values::is_on);
        let contact_deletion = self.value("contact_deletion", values::is_on);
        let metrics_listen = self.optional("metrics_listen", values::address);
        let smtp_url = self.optional("smtp_url", |text| values::smtp(text).map(Secret::new));
        let log = self.log();
        let (listen, data_dir) = (listen?, data_dir?);
        Some(Settings {
            listen,
            public_url: public_url?.unwrap_or_else(|| BaseUrl::http(listen)),
            trusted_proxies: trusted_proxies?,
            cors_origins: cors_origins?,
            database: database?.unwrap_or_else(|| Database::Sqlite(data_dir.join("msgboxx.db"))),
            database_connections: database_connections?.map(|number| number as usize),
            statement_cache: statement_cache?,
            media: media?.unwrap_or_else(|| MediaLocation::Directory(data_dir.join("media"))),
            aws: Vec::new(),
            data_dir,
            secret_key: secret_key?,
            secret_key_file: secret_key_file?,
            simulator: simulator?,
            clock: clock?,
            admin_email: admin_email?,
            admin_password: admin_password?,
            demo: demo?,
            webhook_allow: webhook_allow?,
            rate_limit: rate_limit?,
            token_life: Duration::from_secs(60 * u64::from(token_minutes?)),
            require_calling_application: require_calling_application?,
            contact_deletion: contact_deletion?,
            metrics_listen: metrics_listen?,
            smtp_url: smtp_url?,
            log: log?,
        })
    }

    fn log(&mut self) -> Option<LogSettings> {
        let (filter, format) = (self.value("log", values::log_filter), self.value("log_format", values::log_format));
        Some(LogSettings { filter: filter?, format: format? })
    }

    fn simulator(&mut self) -> Option<SimulatorSettings> {
        let mode = self.value("simulator", values::simulator_mode);
        let listen = self.value("simulator_listen", values::address);
        let url = self.optional("simulator_url", BaseUrl::parse);
        let timing = self.value("simulator_timing", values::timing);
        let listen = listen?;
        Some(SimulatorSettings { mode: mode?, listen, url: url?.unwrap_or_else(|| BaseUrl::http(listen)), timing: timing? })
    }
}

fn email(text: &str) -> Result<String, &'static str> {
    if crate::provision::is_email(text) { Ok(text.to_owned()) } else { Err("must be an e-mail address") }
}

#[cfg(test)]
mod tests;
