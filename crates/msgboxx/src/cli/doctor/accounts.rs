//! The API accounts: does WhatsApp know them, may they send, and does WhatsApp reach us?
//!
//! One line for each question, with what to do where something is wrong.

mod clock;
mod number;
mod webhook;

use super::Findings;
use crate::account_health::look;
use crate::accounts::{Account, AccountDirectory};
use crate::clock::Clock;
use crate::config::Settings;
use crate::secrets::InstallationKey;
use crate::tls;
use msgboxx_cloud_api::client::{Client, Credentials};
use msgboxx_cloud_api::error::SendFailure;
use msgboxx_model::TemplateStatus;
use msgboxx_store::{Store, StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn check(
    findings: &mut Findings,
    settings: &Settings,
    store: &Store,
    keys: &InstallationKey,
    clock: &Clock,
    only: Option<&str>,
) {
    let accounts = match AccountDirectory::new(store.clone(), keys.clone()).read_again().await {
        Ok(accounts) => accounts,
        Err(error) => return findings.broken("accounts", error),
    };
    check_secrets(findings, store, accounts.iter().count()).await;
    let chosen: Vec<&Arc<Account>> = accounts.iter().filter(|account| only.is_none_or(|name| account.route.name == name)).collect();
    if let Some(name) = only.filter(|_| chosen.is_empty()) {
        findings.broken("accounts", format!("there is no API account {name:?}"));
    }
    let http = tls::client().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build();
    let http = http.expect("a plain client can be built");
    let cloud = Client::new(http.clone()).with_timeout(TIMEOUT);
    let inspection = Inspection { settings, store, clock, cloud, http };
    for account in chosen {
        inspection.inspect(findings, account).await;
    }
}

/// Accounts whose secrets do not open are left out of the directory.
async fn check_secrets(findings: &mut Findings, store: &Store, opened: usize) {
    match store.read(async |tx: &mut Tx<'_>| tx.account_routes().await).await {
        Ok(routes) if routes.len() > opened => {
            findings.broken("keys", format!("the secrets of {} API accounts do not open with this key", routes.len() - opened));
        }
        Ok(_) => {}
        Err(error) => findings.broken("accounts", error),
    }
}

struct Inspection<'a> {
    settings: &'a Settings,
    store: &'a Store,
    clock: &'a Clock,
    cloud: Client,
    http: reqwest::Client,
}

impl Inspection<'_> {
    async fn inspect(&self, findings: &mut Findings, account: &Account) {
        let what = format!("account {:?}", account.route.name);
        let credentials = account.credentials(self.settings.simulator.url.as_str());
        if account.route.is_simulated {
            findings.fine(&what, format!("lives on the simulator at {}", credentials.base_url));
        }
        if let Err(error) = self.kept(findings, &what, account).await {
            findings.broken(&what, error);
        }
        let look = look(&self.cloud, &credentials).await;
        if account.route.is_simulated && matches!(look.number, Err(SendFailure::NotTaken { .. })) {
            return findings.note(&what, "the simulator does not run now: start msgboxx serve, or msgboxx simulator, to check the rest");
        }
        number::report(findings, &what, account, &look, self.clock.outside());
        webhook::report_subscription(findings, &what, &look, self.settings, account.route.is_simulated);
        webhook::report_address(findings, &what, self.settings, account);
        findings.went(&what, webhook::verification(&self.http, self.settings, account).await);
        findings.went(&what, webhook::signature(&self.http, self.settings, account).await);
        self.clock_skew(findings, &what, &credentials).await;
    }

    /// What the running server knows: whether it sends, what is restricted, when WhatsApp wrote last, which templates can be sent.
    async fn kept(&self, findings: &mut Findings, what: &str, account: &Account) -> Result<(), StoreError> {
        let (organisation, id) = (account.route.organisation_id, account.route.api_account_id);
        let read = async move |tx: &mut Tx<'_>| {
            let (reason, health) = (tx.pause_reason(organisation, id).await?, tx.account_health(organisation, id).await?);
            let templates = tx.templates(organisation).await?;
            let own = templates.into_iter().filter(move |template| template.api_account_id == id);
            Ok::<_, StoreError>((reason, health, own.map(|template| template.status).collect::<Vec<_>>()))
        };
        let (reason, health, templates) = self.store.read(read).await?;
        if let Some(reason) = reason {
            findings.broken(what, format!("sending is paused and goes on by itself once this is put right: {reason}"));
        }
        if let Some(restriction) = health.restriction {
            findings.broken(what, format!("restrictions: {restriction} Look at the account in Meta's Business Support"));
        }
        if let Some(alert) = health.alert {
            findings.note(what, format!("alert: {alert}"));
        }
        match health.last_webhook_at {
            Some(at) => findings.fine(what, format!("last webhook: WhatsApp wrote at {}", at.to_millis_text())),
            None => findings.note(what, "last webhook: none has been seen yet"),
        }
        let usable = templates.iter().filter(|status| **status == TemplateStatus::Approved).count();
        findings.fine(what, format!("templates: {usable} of {} can be sent", templates.len()));
        Ok(())
    }

    async fn clock_skew(&self, findings: &mut Findings, what: &str, credentials: &Credentials) {
        match clock::skew(&self.http, &credentials.base_url, self.clock).await {
            None => findings.note(what, "clock: WhatsApp's answer does not show the time"),
            Some(skew) if skew < clock::HARMLESS => findings.fine(what, "clock: it agrees with WhatsApp's"),
            Some(skew) if skew < clock::HARMFUL => {
                findings.note(what, format!("clock: it is {} s off WhatsApp's: switch time synchronisation on", skew.as_secs()));
            }
            Some(skew) => {
                let text = format!("clock: it is {} s off WhatsApp's, so windows close at the wrong time", skew.as_secs());
                findings.broken(what, format!("{text}: switch time synchronisation on"));
            }
        }
    }
}
