//! WhatsApp from the other side: what happens there, and what it posts.

use super::{ACCOUNT, TestApp};
use axum::body::Body;
use http::Method;
use msgboxx::accounts::Account;
use msgboxx_cloud_api::client::Credentials;
use msgboxx_cloud_api::signature;
use msgboxx_model::AccountHealth;
use msgboxx_store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

impl TestApp {
    /// The account of most tests, as it is stored now.
    pub(crate) async fn account(&self) -> Arc<Account> {
        let accounts = self.app.accounts.read_again().await.expect("the accounts can be read");
        accounts.iter().find(|account| account.route.api_account_id.to_string() == ACCOUNT).expect("the account").clone()
    }

    /// What opens that account at WhatsApp.
    pub(crate) async fn credentials(&self) -> Credentials {
        self.account().await.credentials(&self.app.simulator_url)
    }

    /// Changes how the account's number behaves.
    pub(crate) async fn number_becomes(&self, settings: &Value) {
        let mut settings = settings.clone();
        settings["phone_number_id"] = json!(self.credentials().await.phone_number_id);
        let url = format!("{}/simulator/settings", self.simulator);
        let answer = self.http.post(url).json(&settings).send().await.expect("the simulator answers");
        assert_eq!(answer.status(), 200);
    }

    /// WhatsApp posts news of the account's business account, which happened now.
    pub(crate) async fn whatsapp_posts(&self, field: &str, value: &Value) {
        let account = self.account().await;
        let entry = json!({"id": account.route.business_account_id, "time": self.app.clock.now().as_seconds(),
            "changes": [{"field": field, "value": value}]});
        let body = json!({"object": "whatsapp_business_account", "entry": [entry]}).to_string();
        let signed = signature::sign(account.app_secret.expose(), body.as_bytes());
        let answer = self.stranger().send(Method::POST, "/whatsapp/webhook", &[(signature::HEADER, &signed)], Body::from(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// What is known of the account.
    pub(crate) async fn health(&self) -> AccountHealth {
        let route = &self.account().await.route;
        let (organisation, account) = (route.organisation_id, route.api_account_id);
        let read = async move |tx: &mut Tx<'_>| tx.account_health(organisation, account).await;
        self.app.store.read(read).await.expect("the health can be read")
    }

    /// Returns once the workers have looked at the account for the first time.
    pub(crate) async fn first_check(&self) {
        self.eventually("the first check", async || self.health().await.templates_listed_at).await;
    }

    /// The names of all events of the organisation that begin so, in order.
    pub(crate) async fn events(&self, beginning: &str) -> Vec<String> {
        let organisation = self.account().await.route.organisation_id;
        let read = async move |tx: &mut Tx<'_>| tx.events_after(organisation, 0, 1_000).await;
        let events = self.app.store.read(read).await.expect("the log can be read");
        events.into_iter().map(|event| event.name).filter(|name| name.starts_with(beginning)).collect()
    }
}
