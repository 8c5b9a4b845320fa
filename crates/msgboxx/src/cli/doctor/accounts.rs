//! The API accounts that are not on the built-in simulator: does WhatsApp know them, and does it reach us?

use super::Findings;
use crate::accounts::{Account, AccountDirectory};
use crate::config::Settings;
use crate::provision::entries::is_real;
use crate::secrets::InstallationKey;
use crate::tls;
use msgboxx_cloud_api::client::{Client, Credentials};
use msgboxx_cloud_api::signature;
use msgboxx_cloud_api::webhook::Verification;
use msgboxx_store::Store;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);
/// A post of WhatsApp about nothing: signed, it is taken and changes nothing.
const EMPTY_POST: &str = r#"{"object":"whatsapp_business_account","entry":[]}"#;

pub(super) async fn check(findings: &mut Findings, settings: &Settings, store: &Store, keys: &InstallationKey, only: Option<&str>) {
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
    let inspection = Inspection { settings, cloud: Client::new(http.clone()), http };
    for account in chosen {
        inspection.inspect(findings, account).await;
    }
}

/// Accounts whose secrets do not open are left out of the directory.
async fn check_secrets(findings: &mut Findings, store: &Store, opened: usize) {
    match store.read(async |tx: &mut msgboxx_store::Tx<'_>| tx.account_routes().await).await {
        Ok(routes) if routes.len() > opened => {
            findings.broken("keys", format!("the secrets of {} API accounts do not open with this key", routes.len() - opened));
        }
        Ok(_) => {}
        Err(error) => findings.broken("accounts", error),
    }
}

struct Inspection<'a> {
    settings: &'a Settings,
    cloud: Client,
    http: reqwest::Client,
}

impl Inspection<'_> {
    async fn inspect(&self, findings: &mut Findings, account: &Account) {
        let what = format!("account {:?}", account.route.name);
        if account.route.paused_at.is_some() {
            findings.broken(&what, "sending is paused, because WhatsApp refused the account");
        }
        if account.route.is_simulated {
            return findings.fine(&what, "lives on the simulator");
        }
        let credentials = account.credentials(self.settings.simulator.url.as_str());
        findings.went(&what, self.number(account, &credentials).await);
        findings.went(&what, self.subscription(&credentials).await);
        if is_real(&account.route.base_url) && !self.settings.public_url.as_str().starts_with("https://") {
            findings.broken(&what, format!("WhatsApp calls https addresses only, and MSGBOXX_PUBLIC_URL is {}", self.settings.public_url));
        }
        findings.went(&what, self.verification(account).await);
        findings.went(&what, self.signature(account).await);
    }

    /// Token and number.
    async fn number(&self, account: &Account, credentials: &Credentials) -> Result<String, String> {
        let number = self.cloud.phone_number(credentials).await;
        let number = number.map_err(|error| format!("token or number: {error}"))?;
        let shown: String = number.display_phone_number.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        if !shown.is_empty() && shown != account.route.phone_number.digits() {
            return Err(format!("number: phone_number_id belongs to +{shown}, not to {}", account.route.phone_number));
        }
        match number.status.as_deref() {
            None | Some("CONNECTED") => Ok("token and number: WhatsApp knows them".to_owned()),
            Some(status) => Err(format!("number: its status is {status}, and only CONNECTED numbers can send")),
        }
    }

    async fn subscription(&self, credentials: &Credentials) -> Result<String, String> {
        match self.cloud.subscribed_apps(credentials).await {
            Ok(apps) if apps.is_empty() => {
                Err("webhook subscription: no app receives what customers write; subscribe yours to the WABA".to_owned())
            }
            Ok(apps) => Ok(format!("webhook subscription: {} apps receive what customers write", apps.len())),
            Err(error) => Err(format!("webhook subscription: {error}")),
        }
    }

    /// Calls our own webhook as WhatsApp does when it is set up.
    async fn verification(&self, account: &Account) -> Result<String, String> {
        let question = Verification { verify_token: account.verify_token.expose().to_owned(), challenge: "doctor".to_owned() };
        let mut url = self.webhook()?;
        url.set_query(Some(&question.to_query()));
        let shown = self.settings.public_url.as_str();
        let answer =
            self.http.get(url).send().await.map_err(|_| format!("webhook: nobody answers at {shown}: is msgboxx serve running?"))?;
        match answer.text().await.as_deref() {
            Ok("doctor") => Ok(format!("webhook: {shown} answers with the verify token")),
            _ => Err(format!("webhook: {shown} does not answer as msgboxx with this verify token does")),
        }
    }

    /// Posts to our own webhook, signed as WhatsApp signs.
    async fn signature(&self, account: &Account) -> Result<String, String> {
        let signed = signature::sign(account.app_secret.expose(), EMPTY_POST.as_bytes());
        let post =
            self.http.post(self.webhook()?).header(signature::HEADER, signed).header("content-type", "application/json").body(EMPTY_POST);
        let answer = post.send().await.map_err(|_| "signature: nobody answers".to_owned())?;
        match answer.status().as_u16() {
            200 => Ok("signature: what is signed with the app secret is taken".to_owned()),
            401 => Err("signature: what is signed with the app secret is refused: another database answers there".to_owned()),
            status => Err(format!("signature: the webhook answers {status}")),
        }
    }

    fn webhook(&self) -> Result<url::Url, String> {
        url::Url::parse(&format!("{}/whatsapp/webhook", self.settings.public_url)).map_err(|error| error.to_string())
    }
}
