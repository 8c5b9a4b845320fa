//! Customers who always fail in a named way: `+1 555 010 0001` to `+1 555 010 0009`.

/// What is special about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reserved {
    /// Not on WhatsApp: fails later with 131026.
    NotOnWhatsApp,
    /// Refused at once with 130429.
    RateLimited,
    /// Refused at once with 131056.
    PairLimited,
    /// Fails later with 131049.
    MarketingCap,
    /// Has blocked the business: 131050 for marketing, otherwise 131026.
    Blocked,
    /// Answered after twenty seconds.
    SlowAnswer,
    /// Taken and never reported.
    Silent,
    /// Reported twice and out of order.
    Noisy,
    /// Taken, and the answer lost.
    LostAnswer,
}

/// How long `+1 555 010 0006` lets its caller wait.
pub(crate) const SLOW_ANSWER_SECONDS: u64 = 20;

impl Reserved {
    /// What is special about the customer with these digits, if anything.
    pub(crate) fn of(digits: &str) -> Option<Self> {
        Some(match digits.strip_prefix("1555010000")? {
            "1" => Self::NotOnWhatsApp,
            "2" => Self::RateLimited,
            "3" => Self::PairLimited,
            "4" => Self::MarketingCap,
            "5" => Self::Blocked,
            "6" => Self::SlowAnswer,
            "7" => Self::Silent,
            "8" => Self::Noisy,
            "9" => Self::LostAnswer,
            _ => return None,
        })
    }

    /// The error that refuses a send at once.
    pub(crate) fn refusal(self) -> Option<i64> {
        match self {
            Self::RateLimited => Some(130_429),
            Self::PairLimited => Some(131_056),
            _ => None,
        }
    }

    /// The error that a taken message ends in.
    pub(crate) fn later_failure(self, is_marketing: bool) -> Option<i64> {
        match self {
            Self::MarketingCap => Some(131_049),
            Self::Blocked if is_marketing => Some(131_050),
            Self::NotOnWhatsApp | Self::Blocked => Some(131_026),
            _ => None,
        }
    }
}
