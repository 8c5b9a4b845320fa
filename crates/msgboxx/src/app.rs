//! What the running program consists of: built once, shared by every door and worker.

use crate::accounts::AccountDirectory;
use crate::alias_uses::AliasUses;
use crate::auth::access::AccessCache;
use crate::auth::password::Passwords;
use crate::auth::throttle::SignInThrottle;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::config::Settings;
use crate::installation;
use crate::rate_limit::RateLimit;
use crate::secrets::{self, InstallationKey};
use crate::simulated::resume_clock;
use crate::tls;
use crate::wake::Wake;
use anyhow::Context;
use msgboxx_store::{Store, StoreSettings};
use std::time::Duration;

/// How long a TCP connection to WhatsApp may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The application.
pub struct App {
    /// The database.
    pub store: Store,
    /// How it is to run.
    pub settings: Settings,
    /// The business clock.
    pub clock: Clock,
    /// What encrypts stored secrets.
    pub keys: InstallationKey,
    /// Issues and verifies access tokens.
    pub tokens: Tokens,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// How often passwords may be guessed.
    pub throttle: SignInThrottle,
    /// What sessions may do.
    pub access: AccessCache,
    /// How often the API may be called.
    pub rate_limit: RateLimit,
    /// Who relies on documented misspellings.
    pub alias_uses: AliasUses,
    /// The API accounts with their secrets.
    pub accounts: AccountDirectory,
    /// The way to WhatsApp.
    pub cloud: msgboxx_cloud_api::client::Client,
    /// Where accounts without an address of their own are: the simulator.
    pub simulator_url: String,
    /// Bells for the workers.
    pub wake: Wake,
    /// This process among several.
    pub node: String,
}

impl App {
    /// Puts the application together over a database whose schema is up to date.
    ///
    /// # Errors
    /// When the secret key is missing or is not the one that this installation was made with.
    pub async fn new(settings: Settings, store: Store, clock: Clock) -> anyhow::Result<Self> {
        let (keys, _) = secrets::load(&settings)?;
        installation::check_key(&store, &keys).await?;
        let tokens = installation::tokens(&store, &keys, settings.token_life).await?;
        let http = tls::client()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("msgboxx/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("the HTTP client cannot be built")?;
        Ok(Self {
            accounts: AccountDirectory::new(store.clone(), keys.clone()),
            passwords: Passwords::start().context("the threads that hash passwords cannot be started")?,
            throttle: SignInThrottle::default(),
            access: AccessCache::default(),
            rate_limit: RateLimit::new(settings.rate_limit),
            alias_uses: AliasUses::default(),
            cloud: msgboxx_cloud_api::client::Client::new(http),
            simulator_url: settings.simulator.url.as_str().to_owned(),
            wake: Wake::default(),
            node: uuid::Uuid::new_v4().to_string(),
            store,
            settings,
            clock,
            keys,
            tokens,
        })
    }
}

/// Opens the database and brings its schema up to date; answers the names of the migrations that ran.
///
/// # Errors
/// When it cannot be reached, opened or changed.
pub async fn open_store(settings: &Settings, clock: &Clock) -> anyhow::Result<(Store, Vec<String>)> {
    let store = connect(settings, clock).await?;
    let applied = store.migrate().await.context("the schema cannot be brought up to date")?;
    resume_clock(settings, &store, clock).await.context("how far ahead the clock was cannot be read")?;
    Ok((store, applied))
}

/// Opens the database and leaves its schema as it is.
///
/// # Errors
/// When it cannot be reached or opened.
pub async fn connect(settings: &Settings, clock: &Clock) -> anyhow::Result<Store> {
    let store = StoreSettings {
        database: settings.database.clone(),
        postgres_connections: settings.database_connections,
        statement_cache: settings.statement_cache,
        clock: clock.as_source(),
    };
    Store::open(store).await.context("the database cannot be opened")
}
