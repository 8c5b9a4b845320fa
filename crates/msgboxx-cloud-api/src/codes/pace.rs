//! Errors that pass by themselves: too fast, overloaded, in maintenance.

use super::Scope::{Account, Message, Number, Pair, Waba};
use super::{Row, retry, row};

pub(super) const ROWS: &[Row] = &[
    row(1, retry(Message, 10, Some(2)), "WhatsApp could not handle the call. The message is tried again."),
    row(2, retry(Number, 5, None), "WhatsApp is overloaded for the moment. The message is sent as soon as it recovers."),
    row(4, retry(Account, 120, None), "The app has called WhatsApp too often. Sending goes on in a few minutes."),
    row(17, retry(Account, 120, None), "The app's user has called WhatsApp too often. Sending goes on in a few minutes."),
    row(32, retry(Account, 120, None), "The app has called WhatsApp too often. Sending goes on in a few minutes."),
    row(613, retry(Account, 120, None), "The app has called WhatsApp too often. Sending goes on in a few minutes."),
    row(80_007, retry(Waba, 120, None), "The business account has called WhatsApp too often. Sending goes on in a few minutes."),
    row(130_429, retry(Number, 1, None), "The number sends faster than WhatsApp allows. The message follows in a moment."),
    row(131_000, retry(Message, 10, Some(4)), "Something went wrong at WhatsApp. The message is tried a few more times."),
    row(131_016, retry(Number, 5, None), "WhatsApp is not available for the moment. The message is sent as soon as it recovers."),
    row(
        131_048,
        retry(Number, 7200, None),
        "Customers have blocked or reported this number, and WhatsApp slows it down. Sending goes on in some hours; pause campaigns.",
    ),
    row(
        131_049,
        retry(Message, 86_400, Some(3)),
        "WhatsApp held the message back because this customer gets much marketing. It makes no sense to try before tomorrow.",
    ),
    row(131_056, retry(Pair, 4, None), "Too many messages to this customer in a short time. The message follows shortly."),
    row(131_057, retry(Number, 60, None), "WhatsApp is upgrading the number. Sending goes on in about a minute."),
    row(132_069, retry(Message, 3600, Some(3)), "WhatsApp slows down this flow for the moment. The message follows later."),
    row(133_004, retry(Number, 10, None), "WhatsApp is not available for the moment. The message is sent as soon as it recovers."),
    row(133_015, retry(Message, 300, Some(3)), "The number was deleted a moment ago. It can be registered again in five minutes."),
    row(133_016, retry(Message, 259_200, Some(1)), "The number was registered too often. It can be registered again in three days."),
    row(134_101, retry(Message, 600, Some(3)), "The template is still being prepared at WhatsApp. The message follows within minutes."),
];
