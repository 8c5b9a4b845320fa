//! The API accounts with their secrets opened, kept for at most a second.
//!
//! `apply` may change accounts beside a running server; a second is how long that may go unnoticed.

use crate::secrets::{InstallationKey, Place, Secret};
use aws_lc_rs::digest;
use msgboxx_cloud_api::client::Credentials;
use msgboxx_cloud_api::signature;
use msgboxx_model::{ApiAccountId, OrganisationId};
use msgboxx_store::{AccountRoute, Store, StoreError, Tx};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

const KEPT_FOR: Duration = Duration::from_millis(900);
/// How often at most somebody without a valid signature can make us read them again.
const FRESH_FOR: Duration = Duration::from_millis(50);

/// One account with what opens it.
pub struct Account {
    /// As it is stored.
    pub route: AccountRoute,
    /// Who may post in its name.
    pub app_secret: Secret,
    /// What WhatsApp proves itself with when the webhook is set up.
    pub verify_token: Secret,
    /// Names the app secret without giving it away.
    pub secret_fingerprint: String,
    access_token: Secret,
}

impl Account {
    /// What a call of the Cloud API needs; a simulated account's address is the simulator's.
    pub fn credentials(&self, simulator_url: &str) -> Credentials {
        let route = &self.route;
        Credentials {
            base_url: if route.base_url.is_empty() { simulator_url.to_owned() } else { route.base_url.clone() },
            api_version: route.api_version.clone(),
            phone_number_id: route.phone_number_id.clone(),
            business_account_id: route.business_account_id.clone(),
            access_token: self.access_token.expose().to_owned(),
        }
    }
}

/// All accounts at one moment.
#[derive(Default)]
pub struct Accounts {
    all: Vec<Arc<Account>>,
    by_phone_number_id: HashMap<String, usize>,
}

impl Accounts {
    /// Every account.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.all.iter()
    }

    /// The account that WhatsApp knows by this id of its number.
    pub fn with_phone_number_id(&self, id: &str) -> Option<&Arc<Account>> {
        self.by_phone_number_id.get(id).map(|index| &self.all[*index])
    }

    /// The accounts of a WhatsApp business account.
    pub fn of_business_account<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Arc<Account>> {
        self.all.iter().filter(move |account| account.route.business_account_id == id)
    }

    /// The account of an organisation.
    pub fn account(&self, organisation: OrganisationId, id: ApiAccountId) -> Option<&Arc<Account>> {
        self.all.iter().find(|a| a.route.organisation_id == organisation && a.route.api_account_id == id)
    }

    /// Whether an account has this verify token; how much of it is right cannot be told from the time it takes.
    pub fn knows_verify_token(&self, token: &str) -> bool {
        let hash = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
        let asked = hash(token);
        self.all.iter().any(|account| hash(account.verify_token.expose()).as_ref() == asked.as_ref())
    }

    /// Which app secret signed these bytes, by its fingerprint.
    pub fn signer(&self, signature_header: &str, body: &[u8]) -> Option<&str> {
        let mut tried: Vec<&str> = Vec::new();
        self.all.iter().find_map(|account| {
            if tried.contains(&account.secret_fingerprint.as_str()) {
                return None;
            }
            tried.push(&account.secret_fingerprint);
            signature::verify(signature_header, account.app_secret.expose(), body).then_some(account.secret_fingerprint.as_str())
        })
    }
}

/// The accounts of the installation, read again when they are older than a second.
pub struct AccountDirectory {
    store: Store,
    keys: InstallationKey,
    kept: RwLock<Option<(Instant, Arc<Accounts>)>>,
}

impl AccountDirectory {
    /// Reads nothing yet.
    pub fn new(store: Store, keys: InstallationKey) -> Self {
        Self { store, keys, kept: RwLock::new(None) }
    }

    /// The accounts as they were within the last second.
    pub async fn accounts(&self) -> Result<Arc<Accounts>, StoreError> {
        self.no_older_than(KEPT_FOR).await
    }

    /// The accounts as they were a moment ago: for a caller whom the kept ones do not explain.
    pub async fn fresh(&self) -> Result<Arc<Accounts>, StoreError> {
        self.no_older_than(FRESH_FOR).await
    }

    async fn no_older_than(&self, age: Duration) -> Result<Arc<Accounts>, StoreError> {
        if let Some((read_at, accounts)) = &*self.kept.read().unwrap_or_else(PoisonError::into_inner)
            && read_at.elapsed() < age
        {
            return Ok(accounts.clone());
        }
        self.read_again().await
    }

    /// The accounts as they are now.
    pub async fn read_again(&self) -> Result<Arc<Accounts>, StoreError> {
        let read_at = Instant::now();
        let routes = self.store.read(async |tx: &mut Tx<'_>| tx.account_routes().await).await?;
        let all: Vec<_> = routes.into_iter().filter_map(|route| self.open(route)).map(Arc::new).collect();
        let by_phone_number_id = all.iter().enumerate().map(|(i, a)| (a.route.phone_number_id.clone(), i)).collect();
        let accounts = Arc::new(Accounts { all, by_phone_number_id });
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((read_at, accounts.clone()));
        Ok(accounts)
    }

    fn open(&self, route: AccountRoute) -> Option<Account> {
        let secret = |column, sealed: &[u8]| {
            let place = Place::of("api_accounts", column, route.organisation_id, route.api_account_id);
            self.keys.open(&place, sealed).inspect_err(|error| {
                tracing::error!(account = %route.api_account_id, column, %error, "failed to open a secret");
            })
        };
        let app_secret = secret("app_secret_sealed", &route.app_secret_sealed).ok()?;
        Some(Account {
            secret_fingerprint: fingerprint(&app_secret),
            verify_token: secret("verify_token_sealed", &route.verify_token_sealed).ok()?,
            access_token: secret("access_token_sealed", &route.access_token_sealed).ok()?,
            app_secret,
            route,
        })
    }
}

fn fingerprint(secret: &Secret) -> String {
    let hash = digest::digest(&digest::SHA256, secret.expose().as_bytes());
    let (first, _) = hash.as_ref().split_at(8);
    first.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)).to_string()
}
