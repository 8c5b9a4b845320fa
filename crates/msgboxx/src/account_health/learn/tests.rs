use super::*;
use msgboxx_cloud_api::client::{HealthError, HealthOfEntity, SubscribedApp};
use msgboxx_cloud_api::error::GraphError;

const DAY: i64 = 86_400;

fn now() -> Instant {
    instant_of(100 * DAY)
}

fn number(quality: &str, throughput: &str) -> Look {
    let number = PhoneNumber {
        quality_rating: Some(quality.to_owned()),
        throughput: Some(throughput.to_owned()),
        messaging_limit: Some("TIER_2K".to_owned()),
        ..PhoneNumber::default()
    };
    Look { number: Ok(number), apps: Some(Ok(vec![SubscribedApp::default()])), is_on_business_app: None, token: None, health: None }
}

fn failed(failure: SendFailure) -> Look {
    Look { number: Err(failure), apps: None, ..number("GREEN", "STANDARD") }
}

fn answered(code: i64) -> SendFailure {
    SendFailure::Answered { error: GraphError { code, ..GraphError::default() }, http_status: 401 }
}

#[test]
fn the_throughput_decides_the_pace_unless_the_number_is_shared_with_the_app() {
    let standard = learn(&AccountHealth::default(), &number("GREEN", "STANDARD"), now());
    assert_eq!(messages_per_second(&standard), Some(80));
    let high = learn(&standard, &number("GREEN", "HIGH"), now());
    assert_eq!(messages_per_second(&high), Some(1_000));
    let shared = learn(&high, &Look { is_on_business_app: Some(true), ..number("GREEN", "HIGH") }, now());
    assert_eq!(messages_per_second(&shared), Some(20));
    assert_eq!(messages_per_second(&AccountHealth::default()), None);
}

#[test]
fn a_refused_token_is_known_until_whatsapp_takes_one_again() {
    let well = learn(&AccountHealth::default(), &number("GREEN", "STANDARD"), now());
    let refused = learn(&well, &failed(answered(190)), now());
    assert_eq!(refused.token, Some(TokenState::Refused));
    assert_eq!(refused.quality, well.quality, "what was known stays");
    assert!(refused.failure.is_some());
    let again = learn(&refused, &number("GREEN", "STANDARD"), now());
    assert_eq!((again.token, again.failure), (Some(TokenState::Valid), None));
}

#[test]
fn silence_says_nothing_about_the_token() {
    let well = learn(&AccountHealth::default(), &number("GREEN", "STANDARD"), now());
    let silent = learn(&well, &failed(SendFailure::NotTaken { why: "no connection".to_owned() }), now());
    assert_eq!(silent.token, Some(TokenState::Valid));
    assert!(silent.news_since(&well).is_empty());
}

#[test]
fn a_token_that_ends_within_a_week_is_told_in_time() {
    let token = |days: i64| Some(TokenInfo { is_valid: true, expires_at: Some((100 + days) * DAY), ..TokenInfo::default() });
    let state = |days| learn(&AccountHealth::default(), &Look { token: token(days), ..number("GREEN", "STANDARD") }, now()).token;
    assert_eq!(state(8), Some(TokenState::Valid));
    assert_eq!(state(6), Some(TokenState::Expiring));
}

#[test]
fn a_missing_subscription_is_known() {
    let look = Look { apps: Some(Ok(Vec::new())), ..number("GREEN", "STANDARD") };
    assert_eq!(learn(&AccountHealth::default(), &look, now()).is_subscribed, Some(false));
}

#[test]
fn what_blocks_the_number_is_kept_in_whatsapps_words() {
    let error = HealthError {
        code: Some(141_006),
        description: Some("No payment method.".to_owned()),
        possible_solution: Some("Add one.".to_owned()),
    };
    let entity = HealthOfEntity {
        entity_type: Some("WABA".to_owned()),
        id: None,
        can_send: CanSend::Blocked,
        errors: vec![error],
        additional_info: Vec::new(),
    };
    let look = Look { health: Some(Health { can_send: CanSend::Blocked, entities: vec![entity] }), ..number("GREEN", "STANDARD") };
    let known = learn(&AccountHealth::default(), &look, now());
    assert_eq!(known.obstacle.as_deref(), Some("No payment method. Add one."));
}

#[test]
fn a_restriction_ends_when_whatsapp_says_so_but_not_while_its_check_may_lag_behind() {
    let available = Look { health: Some(Health { can_send: CanSend::Available, entities: Vec::new() }), ..number("GREEN", "STANDARD") };
    let restricted = AccountHealth { restriction: Some("no".to_owned()), restriction_at: Some(now()), ..AccountHealth::default() };
    assert!(learn(&restricted, &available, now().plus(Duration::from_mins(10))).restriction.is_some());
    assert_eq!(learn(&restricted, &available, now().plus(Duration::from_hours(2))).restriction, None);
}
