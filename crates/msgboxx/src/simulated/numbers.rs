//! The business numbers that a simulator serves: from the database, or from a provisioning file.

use crate::config::Settings;
use crate::provision::ProvisioningFile;
use crate::provision::entries::{AccountEntry, OrganisationEntry, TemplateEntry, WhatsappEntry, is_real};
use crate::secrets::{InstallationKey, Place};
use msgboxx_model::{Template, TemplateStatus};
use msgboxx_simulator::{BusinessNumber, SimTemplate};
use msgboxx_store::{AccountRoute, Store, StoreError, Tx};
use std::collections::BTreeSet;

/// What a simulator is told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Numbers {
    /// The numbers it serves.
    pub served: Vec<BusinessNumber>,
    /// Whether any account is on WhatsApp itself; then time stays what it is.
    pub is_any_real: bool,
}

impl Numbers {
    /// Every account without an address of its own, with its templates.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_database(store: &Store, keys: &InstallationKey) -> Result<Self, StoreError> {
        let (routes, templates) = store
            .read(async |tx: &mut Tx<'_>| {
                let routes = tx.account_routes().await?;
                let simulated = routes.iter().filter(|route| route.is_simulated);
                let organisations: BTreeSet<_> = simulated.map(|route| route.organisation_id).collect();
                let mut templates = Vec::new();
                for organisation in organisations {
                    templates.extend(tx.templates(organisation).await?);
                }
                Ok::<_, StoreError>((routes, templates))
            })
            .await?;
        let served = routes.iter().filter(|route| route.is_simulated).filter_map(|route| number(keys, route, &templates));
        Ok(Self { served: served.collect(), is_any_real: routes.iter().any(|route| is_real(&route.base_url)) })
    }
}

fn number(keys: &InstallationKey, route: &AccountRoute, templates: &[Template]) -> Option<BusinessNumber> {
    let secret = |column, sealed: &[u8]| {
        let place = Place::of("api_accounts", column, route.organisation_id, route.api_account_id);
        Some(keys.open(&place, sealed).ok()?.expose().to_owned())
    };
    let own = templates.iter().filter(|template| template.api_account_id == route.api_account_id);
    Some(BusinessNumber {
        phone_number_id: route.phone_number_id.clone(),
        business_account_id: route.business_account_id.clone(),
        display_phone_number: route.phone_number.as_str().to_owned(),
        name: route.name.clone(),
        access_token: secret("access_token_sealed", &route.access_token_sealed)?,
        app_secret: secret("app_secret_sealed", &route.app_secret_sealed)?,
        verify_token: secret("verify_token_sealed", &route.verify_token_sealed)?,
        templates: own.map(stored_template).collect(),
    })
}

fn stored_template(template: &Template) -> SimTemplate {
    SimTemplate {
        id: template.id.to_string(),
        name: template.name.clone(),
        language: template.language.clone(),
        category: template.category.as_str().to_owned(),
        status: template.status.as_str().to_owned(),
        components: serde_json::from_str(&template.components).unwrap_or_default(),
        parameter_format: template.parameter_format.as_str().to_owned(),
    }
}

/// The accounts of a file whose address is the simulator's.
pub fn numbers_of_file(file: &ProvisioningFile, settings: &Settings) -> Numbers {
    let mut numbers = Numbers::default();
    for organisation in &file.organisations {
        for account in &organisation.api_accounts {
            let Some(whatsapp) = &account.whatsapp else { continue };
            numbers.is_any_real |= whatsapp.is_real();
            if is_own_address(&whatsapp.base_url, settings) {
                numbers.served.push(number_of_entry(organisation, account, whatsapp));
            }
        }
    }
    numbers
}

fn is_own_address(base_url: &str, settings: &Settings) -> bool {
    let origin = url::Url::parse(base_url).map(|url| url.origin().ascii_serialization());
    origin.is_ok_and(|origin| origin == settings.simulator.url.as_str() || origin == format!("http://{}", settings.simulator.listen))
}

fn number_of_entry(organisation: &OrganisationEntry, account: &AccountEntry, whatsapp: &WhatsappEntry) -> BusinessNumber {
    let own = organisation.templates.iter().filter(|template| template.api_account.value == account.name.value);
    BusinessNumber {
        phone_number_id: whatsapp.phone_number_id.value.clone(),
        business_account_id: whatsapp.business_account_id.clone(),
        display_phone_number: account.phone_number.value.as_str().to_owned(),
        name: account.name.value.clone(),
        access_token: whatsapp.access_token.expose().to_owned(),
        app_secret: whatsapp.app_secret.expose().to_owned(),
        verify_token: whatsapp.verify_token.expose().to_owned(),
        templates: own.map(template_of_entry).collect(),
    }
}

fn template_of_entry(entry: &TemplateEntry) -> SimTemplate {
    SimTemplate {
        id: entry.id.as_ref().map_or_else(|| format!("{}.{}", entry.name.value, entry.language), |id| id.value.to_string()),
        name: entry.name.value.clone(),
        language: entry.language.clone(),
        category: entry.category.as_str().to_owned(),
        status: entry.status.as_ref().map_or(TemplateStatus::Approved, |status| status.value).as_str().to_owned(),
        components: serde_json::from_str(&entry.components).unwrap_or_default(),
        parameter_format: entry.parameter_format.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Flags};
    use std::path::Path;

    #[test]
    fn of_a_file_those_accounts_are_served_whose_address_is_the_simulators() {
        let account = |name: &str, digit: u8, url: &str| {
            format!(
                "[[organisation.api_account]]\nname = \"{name}\"\nphone_number = \"+44770090000{digit}\"\n[organisation.api_account.whatsapp]\n\
                 base_url = \"{url}\"\nphone_number_id = \"{digit}\"\nbusiness_account_id = \"9\"\naccess_token = \"a\"\napp_secret = \"b\"\n\
                 verify_token = \"c\"\n"
            )
        };
        let text = format!(
            "[[organisation]]\nname = \"A\"\n{}{}{}",
            account("Ours", 1, "http://127.0.0.1:8081/"),
            account("Elsewhere", 2, "http://127.0.0.1:9999"),
            account("Real", 3, "https://graph.facebook.com")
        );
        let file = crate::provision::read(&text, Path::new("x.toml"), &|_| None).expect("a good file");
        let settings = Settings::read(&Flags::new(), &Environment::default(), None).expect("the defaults");
        let numbers = numbers_of_file(&file, &settings);
        assert_eq!(numbers.served.iter().map(|number| number.name.as_str()).collect::<Vec<_>>(), ["Ours"]);
        assert!(numbers.is_any_real, "time must not be moved");
    }
}
