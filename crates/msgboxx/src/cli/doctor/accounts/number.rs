//! What WhatsApp's answers mean for the operator: token, number, quality, limits.

use crate::account_health::{EXPIRES_SOON, Look, is_refused_token};
use crate::accounts::Account;
use crate::cli::doctor::Findings;
use msgboxx_cloud_api::client::{CanSend, Health, PhoneNumber, SHARED_NUMBER_RATE, TokenInfo};
use msgboxx_cloud_api::error::SendFailure;
use msgboxx_model::Instant;

/// What a token must be good for.
const PERMISSIONS: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];

pub(super) fn report(findings: &mut Findings, what: &str, account: &Account, look: &Look, now: Instant) {
    let number = match &look.number {
        Ok(number) => number,
        Err(failure) => return findings.broken(what, refusal(failure)),
    };
    report_token(findings, what, look.token.as_ref(), now);
    findings.went(what, connection(account, number));
    report_quality(findings, what, number);
    findings.fine(what, limit(number));
    findings.fine(what, throughput(number, look.is_on_business_app == Some(true)));
    report_name(findings, what, number);
    if let Some(health) = &look.health {
        report_obstacles(findings, what, health);
    }
}

/// Why WhatsApp did not tell about the number, and what to do.
fn refusal(failure: &SendFailure) -> String {
    let said = failure.graph_error().map_or_else(|| failure.to_string(), |error| error.advice().sentence.to_owned());
    if is_refused_token(failure) {
        return "token: WhatsApp refuses it, it has expired or was revoked: make a new one in Meta's business settings and apply it; \
                what waits is sent then"
            .to_owned();
    }
    match failure {
        SendFailure::Answered { .. } => format!("number: {said} Check phone_number_id and the token's permissions"),
        SendFailure::NotTaken { .. } | SendFailure::Unknown { .. } => format!("WhatsApp does not answer: {said}"),
    }
}

fn report_token(findings: &mut Findings, what: &str, token: Option<&TokenInfo>, now: Instant) {
    let Some(token) = token else { return findings.fine(what, "token: WhatsApp takes it; it does not say until when") };
    let missing: Vec<&str> =
        PERMISSIONS.into_iter().filter(|name| !token.scopes.is_empty() && token.scopes.iter().all(|scope| scope != name)).collect();
    if !missing.is_empty() {
        findings.broken(what, format!("token: it lacks the permission {}: make one that has it", missing.join(" and ")));
    }
    let ends = [token.expires_at, token.data_access_expires_at].into_iter().flatten().min();
    match ends.map(|seconds| Instant::from_micros(seconds.saturating_mul(1_000_000))) {
        None => findings.fine(what, "token: WhatsApp takes it, and it never expires"),
        Some(ends) if ends < now.plus(EXPIRES_SOON) => {
            findings.note(what, format!("token: it expires at {}: make one that does not expire, and apply it", ends.to_millis_text()));
        }
        Some(ends) => findings.fine(what, format!("token: WhatsApp takes it until {}", ends.to_millis_text())),
    }
}

fn connection(account: &Account, number: &PhoneNumber) -> Result<String, String> {
    let shown: String = number.display_phone_number.iter().flat_map(|text| text.chars()).filter(char::is_ascii_digit).collect();
    if !shown.is_empty() && shown != account.route.phone_number.digits() {
        return Err(format!("number: phone_number_id belongs to +{shown}, not to {}", account.route.phone_number));
    }
    match number.status.as_deref() {
        None | Some("CONNECTED") => Ok(format!("number: {} is connected", account.route.phone_number)),
        Some(status) => {
            Err(format!("number: its status is {status}, and only CONNECTED numbers can send: register it in WhatsApp Manager"))
        }
    }
}

fn report_quality(findings: &mut Findings, what: &str, number: &PhoneNumber) {
    match number.quality_rating.as_deref() {
        Some("GREEN") => findings.fine(what, "quality: GREEN"),
        Some("YELLOW") => findings.note(what, "quality: YELLOW: customers begin to block or report what you send"),
        Some("RED") => findings.note(what, "quality: RED: send less marketing, or WhatsApp will limit the number"),
        _ => findings.fine(what, "quality: not rated yet"),
    }
}

fn limit(number: &PhoneNumber) -> String {
    match (number.customers_a_day(), number.messaging_limit.as_deref()) {
        (Some(customers), _) => format!("limit: templates to {customers} different customers in 24 hours"),
        (None, Some(tier)) => format!("limit: templates to any number of customers ({tier})"),
        (None, None) => "limit: WhatsApp does not say it".to_owned(),
    }
}

fn throughput(number: &PhoneNumber, is_on_business_app: bool) -> String {
    if is_on_business_app {
        return format!("throughput: {SHARED_NUMBER_RATE} messages a second, since the number is used in the WhatsApp Business app too");
    }
    number
        .messages_per_second()
        .map_or_else(|| "throughput: WhatsApp does not say it".to_owned(), |messages| format!("throughput: {messages} messages a second"))
}

fn report_name(findings: &mut Findings, what: &str, number: &PhoneNumber) {
    let name = number.verified_name.as_deref().unwrap_or_default();
    match number.name_status.as_deref() {
        Some(status @ ("DECLINED" | "REJECTED" | "EXPIRED")) => {
            findings.note(what, format!("name: {name:?} is {status}: ask for another one in WhatsApp Manager"));
        }
        Some("PENDING_REVIEW") => findings.note(what, format!("name: {name:?} is being reviewed")),
        _ => findings.fine(what, format!("name: customers see {name:?}")),
    }
}

fn report_obstacles(findings: &mut Findings, what: &str, health: &Health) {
    for entity in &health.entities {
        let kind = entity.entity_type.as_deref().unwrap_or("something");
        let errors = entity.errors.iter().map(|error| {
            format!("{} {}", error.description.as_deref().unwrap_or_default(), error.possible_solution.as_deref().unwrap_or_default())
        });
        let why: Vec<String> = errors.chain(entity.additional_info.iter().cloned()).collect();
        match entity.can_send {
            CanSend::Blocked => findings.broken(what, format!("sending: blocked by {kind}: {}", why.join(" "))),
            CanSend::Limited => findings.note(what, format!("sending: limited by {kind}: {}", why.join(" "))),
            CanSend::Available | CanSend::Other(_) => {}
        }
    }
}
