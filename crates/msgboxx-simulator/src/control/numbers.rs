//! `GET /simulator/numbers`: the business numbers with what any Cloud API client needs to use them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use crate::shared::Shared;

pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    let identities = shared.world().identities();
    let numbers: Vec<_> = identities
        .iter()
        .map(|identity| {
            json!({"phone_number_id": identity.phone_number_id, "business_account_id": identity.business_account_id,
                "display_phone_number": identity.display_phone_number, "name": identity.name, "access_token": identity.access_token,
                "app_secret": identity.app_secret, "verify_token": identity.verify_token})
        })
        .collect();
    super::items(numbers)
}
