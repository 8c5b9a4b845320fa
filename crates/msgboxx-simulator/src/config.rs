//! What the simulator is told from outside: where it writes, whom it calls, which numbers it serves.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::Value;

use crate::clock::SimulatorClock;

/// How the simulator runs.
#[derive(Debug, Clone)]
pub struct SimulatorConfig {
    /// The ledger, `simulator-ledger.jsonl`; made if it is not there. Media lie in a folder beside it.
    pub ledger: PathBuf,
    /// Where others reach the simulator, without a trailing slash; it stands in media addresses and cursors.
    pub public_url: String,
    /// Where webhooks go, for example `http://127.0.0.1:8080/whatsapp/webhook`.
    pub webhook_url: String,
    /// The pace of numbers that were not told another.
    pub timing: Timing,
    /// The clock, shared with the host program.
    pub clock: SimulatorClock,
    /// May `POST /simulator/clock` move the clock? Not when any account of the host is real.
    pub allow_clock: bool,
    /// The numbers to begin with; see [`crate::SimulatorHandle::set_numbers`].
    pub numbers: Vec<BusinessNumber>,
}

/// How soon a message is reported sent, delivered and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    /// As fast as possible.
    Instant,
    /// All within two seconds.
    #[default]
    Brisk,
    /// As on real phones: seconds to hours, some never.
    Realistic,
}

impl Timing {
    /// The word for it in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Brisk => "brisk",
            Self::Realistic => "realistic",
        }
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is none of `instant`, `brisk` and `realistic`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("timing is one of instant, brisk and realistic")]
pub struct UnknownTiming;

impl FromStr for Timing {
    type Err = UnknownTiming;

    fn from_str(word: &str) -> Result<Self, UnknownTiming> {
        match word {
            "instant" => Ok(Self::Instant),
            "brisk" => Ok(Self::Brisk),
            "realistic" => Ok(Self::Realistic),
            _ => Err(UnknownTiming),
        }
    }
}

/// One business number that the simulator plays WhatsApp for.
#[derive(Clone, PartialEq)]
pub struct BusinessNumber {
    /// The number's id.
    pub phone_number_id: String,
    /// The id of the WABA that it belongs to; several numbers may share one.
    pub business_account_id: String,
    /// The number with its `+`.
    pub display_phone_number: String,
    /// The name that customers see.
    pub name: String,
    /// The bearer token that its callers use.
    pub access_token: String,
    /// What its webhooks are signed with.
    pub app_secret: String,
    /// What a webhook address has to know when it is verified.
    pub verify_token: String,
    /// The templates that the host provides; more can be made through the Graph API.
    pub templates: Vec<SimTemplate>,
}

/// One language of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct SimTemplate {
    /// Its id. Graph shows digits: one that has others is shown as digits that follow from it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its language code, for example `en_GB`.
    pub language: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// `APPROVED`, `PENDING`, `REJECTED` …, in any case of letters.
    pub status: String,
    /// The array of components as in the Cloud API.
    pub components: Value,
    /// `POSITIONAL` or `NAMED`.
    pub parameter_format: String,
}

impl fmt::Debug for BusinessNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusinessNumber")
            .field("phone_number_id", &self.phone_number_id)
            .field("business_account_id", &self.business_account_id)
            .field("display_phone_number", &self.display_phone_number)
            .field("name", &self.name)
            .field("templates", &self.templates.len())
            .finish_non_exhaustive()
    }
}
