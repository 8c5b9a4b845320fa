//! Errors of the account, the number or the token: nothing can be sent until a person acts.

use super::Scope::{Account, Number, Waba};
use super::{Action, Row, row};

const fn ask(scope: super::Scope) -> Action {
    Action::AskPerson { scope }
}

pub(super) const ROWS: &[Row] = &[
    row(0, ask(Account), "WhatsApp does not accept the access token. An administrator has to enter a new one."),
    row(3, ask(Account), "The Meta app may not do this. An administrator has to check the app's permissions."),
    row(10, ask(Account), "The Meta app may not do this. An administrator has to grant the permission or renew the token."),
    row(
        33,
        ask(Number),
        "WhatsApp does not know the number, or the access token may not see it. An administrator has to check the ids and the token.",
    ),
    row(104, ask(Account), "WhatsApp asks for an access token. An administrator has to enter one."),
    row(190, ask(Account), "The access token has expired or was revoked. An administrator has to enter a new one; nothing is lost."),
    row(368, ask(Waba), "Meta has restricted the business account for breaking its policy. An administrator has to see to it."),
    row(131_005, ask(Account), "The access token may not use this number. An administrator has to grant the permission."),
    row(131_031, ask(Waba), "Meta has locked the business account. An administrator has to see to it in Meta's business settings."),
    row(131_037, ask(Number), "The number needs an approved display name before it may send. An administrator has to see to it."),
    row(131_042, ask(Waba), "Meta reports a payment problem. An administrator has to check the payment method."),
    row(131_045, ask(Number), "The number's registration is broken. An administrator has to register it again."),
    row(131_063, ask(Waba), "Marketing templates are switched off for this account. An administrator can allow them again."),
    row(131_064, ask(Waba), "Meta limits the account because templates were in the wrong category. The limit ends by itself."),
    row(133_000, ask(Number), "An earlier deregistration of the number did not finish. An administrator has to repeat it."),
    row(133_005, ask(Number), "The two-step PIN is wrong. An administrator has to register the number with the right one."),
    row(133_006, ask(Number), "The number has to be verified again before it can be registered."),
    row(133_008, ask(Number), "The PIN was guessed too often. Wait before registering the number again."),
    row(133_009, ask(Number), "The PIN was entered too quickly. Wait before registering the number again."),
    row(133_010, ask(Number), "The number is not registered with WhatsApp. An administrator has to register it."),
    row(139_200, ask(Waba), "Meta has blocked sending without a template for this account. Use an approved template."),
];
