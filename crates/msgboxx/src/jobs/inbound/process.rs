//! One post of WhatsApp, part by part. A part that is not understood is set aside by itself.

use crate::account_health;
use crate::accounts::{Account, Accounts};
use crate::inbox::receive::{Receiver, receive};
use crate::inbox::status;
use crate::jobs::inbound::number_news;
use msgboxx_cloud_api::webhook::{ChangeValue, Part, What, parse};
use msgboxx_model::Instant;
use msgboxx_model::opt_out::OptOutWords;
use msgboxx_store::{LedgerEntry, StoreError, Tx};
use std::sync::Arc;

/// How many parts were dealt with, one way or the other: together all that were there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Done as they say.
    pub processed: u64,
    /// Kept for a person.
    pub quarantined: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.processed += other.processed;
        self.quarantined += other.quarantined;
    }
}

/// Does what a post says and marks it processed. A post that is a single part shares its fate.
pub async fn process(tx: &mut Tx<'_>, accounts: &Accounts, words: &OptOutWords, post: &LedgerEntry) -> Result<Tally, StoreError> {
    let parts = match parse(&post.body) {
        Ok(envelope) => envelope.into_parts(),
        Err(error) => {
            tx.post_quarantined(post.id, &error.to_string()).await?;
            return Ok(Tally { processed: 0, quarantined: 1 });
        }
    };
    let mut tally = Tally::default();
    for (number, part) in parts.iter().enumerate() {
        let done = Work { tx, accounts, words, post }.part(part).await?;
        let Err(reason) = done else {
            tally.processed += 1;
            continue;
        };
        tally.quarantined += 1;
        if parts.len() == 1 {
            tx.post_quarantined(post.id, &reason).await?;
            return Ok(tally);
        }
        tx.keep_part(post, number, &alone(part)?, Some(&reason)).await?;
    }
    tx.post_processed(post.id).await?;
    Ok(tally)
}

/// Makes an entry of its own of each part of a post that cannot be processed as a whole, so that the trouble stays with the part
/// that makes it; false when there is nothing to take apart.
pub async fn take_apart(tx: &mut Tx<'_>, post: &LedgerEntry) -> Result<bool, StoreError> {
    let parts = parse(&post.body).map(msgboxx_cloud_api::webhook::Envelope::into_parts).unwrap_or_default();
    if parts.len() < 2 {
        return Ok(false);
    }
    for (number, part) in parts.iter().enumerate() {
        tx.keep_part(post, number, &alone(part)?, None).await?;
    }
    tx.post_processed(post.id).await?;
    Ok(true)
}

fn alone(part: &Part) -> Result<Vec<u8>, StoreError> {
    part.to_call().map_err(|error| StoreError::Statement(format!("a part of a post cannot be kept by itself: {error}")))
}

/// The account that a number's id belongs to, if its app secret is the one that signed.
pub fn account_of<'a>(accounts: &'a Accounts, phone_number_id: Option<&str>, signer: &str) -> Result<&'a Arc<Account>, String> {
    let number = phone_number_id.unwrap_or_default();
    let account = accounts.with_phone_number_id(number).filter(|account| account.secret_fingerprint == signer);
    account.ok_or_else(|| format!("no account with the phone number id {number:?} has the secret that signed this"))
}

struct Work<'a, 'c> {
    tx: &'a mut Tx<'c>,
    accounts: &'a Accounts,
    words: &'a OptOutWords,
    post: &'a LedgerEntry,
}

impl Work<'_, '_> {
    /// Does what a part says; the inner error is why it is set aside.
    async fn part(&mut self, part: &Part) -> Result<Result<(), String>, StoreError> {
        match &part.what {
            What::Message { phone_number_id, message, author } => {
                let account = match self.account(phone_number_id.as_deref()) {
                    Ok(account) => account,
                    Err(reason) => return Ok(Err(reason)),
                };
                let (organisation, api_account) = (account.route.organisation_id, account.route.api_account_id);
                let to = Receiver { organisation, api_account, opt_out_words: self.words };
                return receive(self.tx, to, message, author.as_ref(), part.raw.get()).await;
            }
            What::Status { phone_number_id, status } => match self.account(phone_number_id.as_deref()) {
                Ok(account) => status::report(self.tx, account.route.organisation_id, account.route.api_account_id, status).await?,
                Err(reason) => return Ok(Err(reason)),
            },
            What::Change { change, .. } if !matches!(change.value, ChangeValue::Account(_)) => return self.of_number(&change.value).await,
            What::Change { business_account, at_seconds, change } => {
                let at = at_seconds.map(|seconds| Instant::from_micros(seconds.saturating_mul(1_000_000)));
                return self.change(business_account, &change.value, at).await;
            }
            What::Unreadable(reason) => return Ok(Err(reason.clone())),
        }
        Ok(Ok(()))
    }

    fn account(&self, phone_number_id: Option<&str>) -> Result<Arc<Account>, String> {
        account_of(self.accounts, phone_number_id, &self.post.secret_fingerprint).cloned()
    }

    async fn of_number(&mut self, change: &ChangeValue) -> Result<Result<(), String>, StoreError> {
        let account = match self.account(change.phone_number_id()) {
            Ok(account) => account,
            Err(reason) => return Ok(Err(reason)),
        };
        let (organisation, api_account) = (account.route.organisation_id, account.route.api_account_id);
        number_news::take_in(self.tx, Receiver { organisation, api_account, opt_out_words: self.words }, change).await
    }

    async fn change(
        &mut self,
        business_account: &str,
        change: &ChangeValue,
        at: Option<Instant>,
    ) -> Result<Result<(), String>, StoreError> {
        let is_signer = |account: &&Arc<Account>| account.secret_fingerprint == self.post.secret_fingerprint;
        let accounts: Vec<_> = self.accounts.of_business_account(business_account).filter(is_signer).cloned().collect();
        if accounts.is_empty() {
            return Ok(Err(format!("no account of the business account {business_account:?} has the secret that signed this")));
        }
        if let ChangeValue::Account(event) = change {
            account_health::hear(self.tx, &accounts, event, at.unwrap_or(self.post.received_at)).await?;
        }
        Ok(Ok(()))
    }
}
