//! Why a file did not come, whether to ask again, and what a person is told.

use msgboxx_cloud_api::SendFailure;
use msgboxx_cloud_api::client::DownloadFailure;
use msgboxx_model::{Failure, MessageKind};

/// A file that WhatsApp says it does not have, or that differs from what was announced, is asked for
/// so often: the first answer may be a moment's.
const TRIES: i64 = 6;

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// WhatsApp does not have it.
    Gone,
    /// It is larger than we take.
    TooLarge {
        /// What we take, in bytes.
        most: u64,
    },
    /// It is not what the message says it is.
    WrongType {
        /// What the message says.
        kind: MessageKind,
    },
    /// It is not what WhatsApp announced.
    Corrupt,
    /// WhatsApp cannot be asked, or does not answer as it should.
    Unreachable(String),
    /// We could not keep it.
    NotKept(String),
}

impl Trouble {
    /// The host said nothing for too long.
    pub fn silent() -> Self {
        Self::Unreachable("its host was silent".to_owned())
    }

    /// Whether asking again is of no use after so many attempts.
    pub fn is_final(&self, attempts: i64) -> bool {
        match self {
            Self::TooLarge { .. } | Self::WrongType { .. } => true,
            Self::Gone | Self::Corrupt => attempts >= TRIES,
            Self::Unreachable(_) | Self::NotKept(_) => false,
        }
    }

    /// What is kept, and told when it is final.
    pub fn failure(&self) -> Failure {
        let (code, detail) = match self {
            Self::Gone => ("file_gone", "WhatsApp does not have the file any more. Ask the customer to send it again.".to_owned()),
            Self::TooLarge { most } => {
                ("file_too_large", format!("The file is larger than {} MB. Ask the customer to send a smaller one.", most >> 20))
            }
            Self::WrongType { kind } => {
                ("file_wrong_type", format!("The content of the file is not of the type {kind}, so it was not kept."))
            }
            Self::Corrupt => ("file_corrupt", "What WhatsApp handed out differs from what it had announced.".to_owned()),
            Self::Unreachable(why) => ("file_unreachable", format!("WhatsApp did not hand out the file: {why}")),
            Self::NotKept(why) => ("file_not_kept", format!("The file could not be stored: {why}")),
        };
        Failure { code: code.to_owned(), detail }
    }

    /// The same, once WhatsApp has forgotten the file.
    pub fn at_the_end(&self) -> Failure {
        let last = self.failure().detail;
        let detail = format!("The file could not be fetched within the seven days that WhatsApp keeps it. {last}");
        Failure { code: "file_expired".to_owned(), detail }
    }
}

impl From<SendFailure> for Trouble {
    fn from(failure: SendFailure) -> Self {
        /// Unknown or forgotten id, and a file that WhatsApp itself could not get.
        const GONE: [i64; 2] = [100, 131_052];
        match failure.graph_error() {
            Some(error) if GONE.contains(&error.code) => Self::Gone,
            _ => Self::Unreachable(failure.to_string()),
        }
    }
}

impl From<DownloadFailure> for Trouble {
    fn from(failure: DownloadFailure) -> Self {
        match failure {
            DownloadFailure::Refused(404 | 410) => Self::Gone,
            DownloadFailure::TooLarge { most } => Self::TooLarge { most },
            other => Self::Unreachable(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_get_better_ends_at_once_and_what_may_does_not() {
        let large = Trouble::TooLarge { most: 25 << 20 };
        assert!(large.is_final(1) && large.failure().detail.contains("25 MB"));
        assert!(Trouble::WrongType { kind: MessageKind::Image }.is_final(1));
        assert!(!Trouble::Gone.is_final(5) && Trouble::Gone.is_final(6));
        assert!(!Trouble::silent().is_final(i64::MAX) && !Trouble::NotKept(String::new()).is_final(i64::MAX));
        assert!(Trouble::silent().at_the_end().detail.contains("silent"));
    }

    #[test]
    fn a_refused_address_may_mean_that_the_file_is_gone() {
        assert_eq!(Trouble::from(DownloadFailure::Refused(404)), Trouble::Gone);
        assert!(matches!(Trouble::from(DownloadFailure::Refused(302)), Trouble::Unreachable(_)));
        let token = SendFailure::Answered {
            error: msgboxx_cloud_api::GraphError { code: 190, ..msgboxx_cloud_api::GraphError::default() },
            http_status: 401,
        };
        assert!(matches!(Trouble::from(token), Trouble::Unreachable(_)));
    }
}
