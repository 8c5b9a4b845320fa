//! How the verbs' refusals are told to clients: the one place where domain errors become statuses.

use super::problem::{Code, Problem};
use crate::broadcasts::{BroadcastError, FillError};
use crate::contacts::{AddresseeError, ContactError};
use crate::inbox::assign::AssignError;
use crate::inbox::reply::ReplyError;
use crate::webhooks::replay::ReplayError;
use crate::webhooks::subscribe::SubscribeError;

/// An id in the body that means nothing to this caller.
fn unknown(member: &str) -> Problem {
    let message = "does not exist";
    Problem::new(Code::UnknownReference).detail(format!("{member} {message}")).blaming(member, message)
}

fn invalid(code: Code, member: &str, message: &str) -> Problem {
    Problem::new(code).detail(format!("{member} {message}")).blaming(member, message)
}

impl From<ContactError> for Problem {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::Unknown => Code::NotFound.into(),
            ContactError::UnknownApiAccount => unknown("apiAccountId"),
            ContactError::Duplicate(id) => {
                Problem::new(Code::DuplicateContact).blaming("mobileNumber", "already used by another contact").existing("contactId", id)
            }
            ContactError::NumberRequired => invalid(Code::MissingMember, "mobileNumber", "cannot be emptied"),
            ContactError::OtherContact => invalid(Code::IdMismatch, "contactId", "differs from the id in the path"),
            ContactError::OtherApiAccount => invalid(Code::ImmutableMember, "apiAccountId", "cannot be changed"),
            ContactError::Store(error) => error.into(),
        }
    }
}

impl From<AddresseeError> for Problem {
    fn from(error: AddresseeError) -> Self {
        match error {
            AddresseeError::UnknownApiAccount => unknown("apiAccountId"),
            AddresseeError::UnknownContact => unknown("contactId"),
            AddresseeError::OtherApiAccount => {
                Problem::new(Code::ContactNotInApiAccount).blaming("contactId", "belongs to another api account")
            }
            AddresseeError::Store(error) => error.into(),
        }
    }
}

impl From<ReplyError> for Problem {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Addressee(error) => error.into(),
            ReplyError::WindowClosed => Code::SessionWindowClosed.into(),
            ReplyError::Store(error) => error.into(),
        }
    }
}

impl From<BroadcastError> for Problem {
    fn from(error: BroadcastError) -> Self {
        match error {
            BroadcastError::Addressee(error) => error.into(),
            BroadcastError::UnknownTemplate => unknown("templateId"),
            BroadcastError::TemplateNotUsable(why) => {
                Problem::new(Code::TemplateNotUsable).detail(format!("The template {why}")).blaming("templateId", &why)
            }
            BroadcastError::Unsubscribed => Problem::new(Code::ContactUnsubscribed).blaming("contactId", "has unsubscribed"),
            BroadcastError::Fill(error) => error.into(),
            BroadcastError::Store(error) => error.into(),
        }
    }
}

impl From<FillError> for Problem {
    fn from(error: FillError) -> Self {
        match error {
            FillError::Mismatch(position) => {
                invalid(Code::TemplateMismatch, "message", &format!("differs from the template's text at character {position}"))
            }
            FillError::ParametersRequired => Code::TemplateParametersRequired.into(),
            FillError::Empty => invalid(Code::MissingMember, "message", "is required"),
            FillError::WrongValues(member, message) => invalid(Code::InvalidMember, member, &message),
            FillError::Unsupported => {
                Problem::new(Code::TemplateNotUsable).blaming("templateId", "has parts that cannot be filled in through the API")
            }
        }
    }
}

impl From<AssignError> for Problem {
    fn from(error: AssignError) -> Self {
        let cannot_answer = "does not exist, or has no access to the conversation's api account";
        match error {
            AssignError::Unknown => Code::NotFound.into(),
            AssignError::UserAndTeam => Problem::new(Code::AssignUserOrTeam).blaming("teamId", "must be empty when a userId is given"),
            AssignError::InvalidUser => invalid(Code::InvalidAssignee, "userId", cannot_answer),
            AssignError::InvalidTeam => invalid(Code::InvalidAssignee, "teamId", cannot_answer),
            AssignError::Store(error) => error.into(),
        }
    }
}

impl From<SubscribeError> for Problem {
    fn from(error: SubscribeError) -> Self {
        match error {
            SubscribeError::Unknown => Code::NotFound.into(),
            SubscribeError::Target(refusal) => invalid(Code::TargetNotAllowed, "targetUrl", &format!("cannot be used: {refusal}")),
            SubscribeError::Duplicate(id) => {
                Problem::new(Code::DuplicateWebhook).blaming("targetUrl", "receives events of this type already").existing("webhookId", id)
            }
            SubscribeError::Store(error) => error.into(),
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Unknown => Code::NotFound.into(),
            ReplayError::UnknownDelivery => unknown("deliveryId"),
            ReplayError::Off => Code::WebhookDisabled.into(),
            ReplayError::Store(error) => error.into(),
        }
    }
}
