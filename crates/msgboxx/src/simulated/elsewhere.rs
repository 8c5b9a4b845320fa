//! Whether what answers at the simulator's address is a simulator that runs alone for this database.

use super::clock::client;
use crate::config::Settings;
use msgboxx_store::{AccountRoute, Store, Tx};
use serde::Deserialize;
use std::collections::HashSet;
use std::time::Duration;

/// One that has just started may not have read the database yet.
const LOOKS: u32 = 12;
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Deserialize)]
struct Numbers {
    items: Vec<Number>,
}

#[derive(Deserialize)]
struct Number {
    phone_number_id: String,
}

/// Whether it serves every account of ours that needs it, and nobody else's.
pub async fn is_elsewhere(settings: &Settings, store: &Store) -> bool {
    let url = format!("{}/simulator/numbers", settings.simulator.url);
    for look in 0..LOOKS {
        if look > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let Ok(answer) = client().get(&url).send().await else { return false };
        let Ok(numbers) = answer.json::<Numbers>().await else { return false };
        let Ok(routes) = store.read(async |tx: &mut Tx<'_>| tx.account_routes().await).await else { return false };
        if is_for(&numbers, &routes) {
            return true;
        }
    }
    false
}

fn is_for(numbers: &Numbers, routes: &[AccountRoute]) -> bool {
    let served: HashSet<&str> = numbers.items.iter().map(|number| number.phone_number_id.as_str()).collect();
    let ours: HashSet<&str> = routes.iter().map(|route| route.phone_number_id.as_str()).collect();
    let mut simulated = routes.iter().filter(|route| route.is_simulated);
    served.is_subset(&ours) && simulated.all(|route| served.contains(route.phone_number_id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use msgboxx_model::{ApiAccountId, MobileNumber, OrganisationId};
    use uuid::Uuid;

    fn route(phone_number_id: &str, is_simulated: bool) -> AccountRoute {
        AccountRoute {
            organisation_id: OrganisationId(Uuid::nil()),
            api_account_id: ApiAccountId(Uuid::nil()),
            name: String::new(),
            phone_number: MobileNumber::from_stored("+447700900001".to_owned()),
            is_simulated,
            base_url: String::new(),
            api_version: String::new(),
            phone_number_id: phone_number_id.to_owned(),
            business_account_id: String::new(),
            access_token_sealed: Vec::new(),
            app_secret_sealed: Vec::new(),
            verify_token_sealed: Vec::new(),
            messages_per_second: 80,
            paused_at: None,
        }
    }

    fn numbers(ids: &[&str]) -> Numbers {
        Numbers { items: ids.iter().map(|id| Number { phone_number_id: (*id).to_owned() }).collect() }
    }

    #[test]
    fn a_simulator_for_another_database_is_not_ours() {
        assert!(!is_for(&numbers(&["1"]), &[]), "we have no account yet, and it serves somebody's");
        assert!(!is_for(&numbers(&["1"]), &[route("2", true)]));
        assert!(!is_for(&numbers(&[]), &[route("2", true)]), "nobody would answer our account");
    }

    #[test]
    fn a_simulator_of_our_accounts_is_ours_whether_they_name_its_address_or_not() {
        assert!(is_for(&numbers(&["1"]), &[route("1", true)]));
        assert!(is_for(&numbers(&["1"]), &[route("1", false), route("2", false)]));
        assert!(is_for(&numbers(&[]), &[]));
    }
}
