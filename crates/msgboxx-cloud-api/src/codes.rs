//! What each of WhatsApp's error codes means for us: try again, give up, or ask a person.
//!
//! Pure tables, in `codes/`; the sentences are what an agent reads, so they say what happened and
//! what to do, without codes. Source: Meta's "Error codes" page; where Meta gives no advice the
//! choice is ours and errs on the side of not writing to a customer twice.

mod channel;
mod content;
mod pace;

use std::time::Duration;

/// What to do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Try again later. The message waits for [`Action::wait`], which grows with its own failed tries;
    /// everything else of the scope waits for `after` only, or one customer could hold up a number.
    Retry {
        /// What has to wait.
        scope: Scope,
        /// How long the scope waits, and the message before its first new try.
        after: Duration,
        /// How many new tries make sense; none: as many as the message's deadline allows.
        tries: Option<u32>,
    },
    /// This message cannot arrive as it is. Everything else goes on.
    Discard,
    /// Nothing of this scope can be sent until a person has put something right; keep what waits.
    AskPerson {
        /// What has to wait.
        scope: Scope,
    },
}

/// How far an error reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This message only, or the one call that is no message.
    Message,
    /// This number's messages to this customer.
    Pair,
    /// Everything that this number sends.
    Number,
    /// Everything that this access token and its WABA's numbers send: the business account with Meta.
    Account,
    /// The WhatsApp Business Account: all its numbers and templates.
    Waba,
}

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub action: Action,
    /// What happened and what to do, for an agent.
    pub sentence: &'static str,
}

/// One row of the table: a code and what it means.
pub type Row = (i64, Advice);

/// No wait between two tries of a growing series exceeds this, unless it begins with more.
const LONGEST_GROWN_WAIT: Duration = Duration::from_mins(15);

/// A series that begins with so much goes on growing, up to [`LONGEST_WAIT`].
const SLOW: Duration = Duration::from_hours(24);
const LONGEST_WAIT: Duration = Duration::from_hours(7 * 24);

/// Advice for an unknown code that Graph itself calls transient.
pub const TRANSIENT: Advice =
    Advice { action: retry(Scope::Message, 5, Some(5)), sentence: "WhatsApp had a passing problem. The message is tried again." };

const UNKNOWN: Advice = Advice {
    action: Action::Discard,
    sentence: "WhatsApp refused the message for a reason that msgboxx does not know. The details say more.",
};

const PERMISSION: Advice = Advice {
    action: Action::AskPerson { scope: Scope::Account },
    sentence: "The access token lacks a permission. An administrator has to grant it in Meta's business settings.",
};

impl Action {
    /// How long to wait before the next try, after so many failed ones (at least 1); none: do not try again.
    ///
    /// Without jitter, which the caller adds. For a pair the wait grows fourfold each time, as Meta
    /// advises, otherwise twofold; growth ends at fifteen minutes, or at a week where the first wait is a day or more.
    pub fn wait(&self, failed_tries: u32) -> Option<Duration> {
        let Self::Retry { scope, after, tries } = *self else { return None };
        if tries.is_some_and(|tries| failed_tries > tries) {
            return None;
        }
        let factor: u32 = if scope == Scope::Pair { 4 } else { 2 };
        let grown = after.saturating_mul(factor.saturating_pow(failed_tries.saturating_sub(1)));
        let longest = if after >= SLOW { LONGEST_WAIT } else { LONGEST_GROWN_WAIT.max(after) };
        Some(grown.min(longest))
    }
}

/// What the code means; an unknown one gets advice that harms nobody.
pub fn advice(code: i64) -> Advice {
    lookup(code).unwrap_or(UNKNOWN)
}

/// Is there advice made for this code?
pub fn is_known(code: i64) -> bool {
    lookup(code).is_some()
}

/// Every single code in the tables with its advice; ranges (200–299, groups, calls) are not among them.
pub fn all() -> impl Iterator<Item = &'static Row> {
    channel::ROWS.iter().chain(pace::ROWS).chain(content::ROWS)
}

fn lookup(code: i64) -> Option<Advice> {
    let row = all().find(|(known, _)| *known == code);
    row.map(|(_, advice)| *advice).or(match code {
        200..=299 => Some(PERMISSION),
        131_201..=131_215 => Some(content::GROUPS),
        138_000..=138_018 => Some(content::CALLS),
        147_001..=147_005 => Some(content::USERNAMES),
        _ => None,
    })
}

const fn retry(scope: Scope, seconds: u64, tries: Option<u32>) -> Action {
    Action::Retry { scope, after: Duration::from_secs(seconds), tries }
}

const fn row(code: i64, action: Action, sentence: &'static str) -> Row {
    (code, Advice { action, sentence })
}

#[cfg(test)]
mod tests;
