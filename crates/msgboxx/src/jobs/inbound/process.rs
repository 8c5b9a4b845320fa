//! One post of WhatsApp, part by part. A part that is not understood is quarantined by itself.

use crate::account_health;
use crate::accounts::{Account, Accounts};
use crate::inbox::receive::{Receiver, receive};
use crate::inbox::status;
use msgboxx_cloud_api::webhook::{AccountEvent, Change, ChangeValue, Entry, Item, Messages, parse};
use msgboxx_model::Instant;
use msgboxx_model::opt_out::OptOutWords;
use msgboxx_store::{LedgerEntry, StoreError, Tx};

/// Does what a post says and marks it processed.
pub async fn process(tx: &mut Tx<'_>, accounts: &Accounts, words: &OptOutWords, post: &LedgerEntry) -> Result<(), StoreError> {
    let envelope = match parse(&post.body) {
        Ok(envelope) => envelope,
        Err(error) => return tx.post_quarantined(post.id, &error.to_string()).await,
    };
    let mut work = Work { tx, accounts, words, post };
    for entry in envelope.entries {
        work.entry(entry).await?;
    }
    tx.post_processed(post.id).await
}

struct Work<'a, 'c> {
    tx: &'a mut Tx<'c>,
    accounts: &'a Accounts,
    words: &'a OptOutWords,
    post: &'a LedgerEntry,
}

impl Work<'_, '_> {
    async fn entry(&mut self, entry: Item<Entry>) -> Result<(), StoreError> {
        let Some(entry) = self.understood(entry).await? else { return Ok(()) };
        let at = entry.time.map(|seconds| Instant::from_micros(seconds.saturating_mul(1_000_000)));
        for change in entry.changes {
            let raw = change.raw.get().to_owned();
            let Some(Change { value, .. }) = self.understood(change).await? else { continue };
            match value {
                ChangeValue::Messages(messages) => self.messages(*messages, &raw).await?,
                ChangeValue::Account(event) => self.account_event(&entry.id, Some(event), at, &raw).await?,
                _ => self.account_event(&entry.id, None, at, &raw).await?,
            }
        }
        Ok(())
    }

    /// The parsed part, or nothing after it went into quarantine.
    async fn understood<T>(&mut self, item: Item<T>) -> Result<Option<T>, StoreError> {
        match item.parsed {
            Ok(parsed) => Ok(Some(parsed)),
            Err(error) => {
                self.quarantine(item.raw.get(), &error.to_string()).await?;
                Ok(None)
            }
        }
    }

    async fn quarantine(&mut self, raw: &str, reason: &str) -> Result<(), StoreError> {
        tracing::warn!(post = %self.post.id, reason, "quarantined a part of a post");
        self.tx.quarantine_part(self.post, raw.as_bytes(), reason).await
    }

    async fn messages(&mut self, messages: Messages, raw: &str) -> Result<(), StoreError> {
        let number = messages.phone_number_id.clone().unwrap_or_default();
        let Some(account) = self.accounts.with_phone_number_id(&number).filter(|a| self.is_signer(a)).cloned() else {
            return self.quarantine(raw, &format!("no account with the phone number id {number:?} has the secret that signed this")).await;
        };
        let (organisation, api_account) = (account.route.organisation_id, account.route.api_account_id);
        let to = Receiver { organisation, api_account, opt_out_words: self.words };
        for item in &messages.messages {
            match &item.parsed {
                Ok(message) => receive(self.tx, to, message, messages.author_of(message), item.raw.get()).await?,
                Err(error) => self.quarantine(item.raw.get(), &error.to_string()).await?,
            }
        }
        for item in &messages.statuses {
            match &item.parsed {
                Ok(report) => status::report(self.tx, organisation, api_account, report).await?,
                Err(error) => self.quarantine(item.raw.get(), &error.to_string()).await?,
            }
        }
        Ok(())
    }

    async fn account_event(
        &mut self,
        business_account: &str,
        event: Option<AccountEvent>,
        at: Option<Instant>,
        raw: &str,
    ) -> Result<(), StoreError> {
        let accounts: Vec<_> = self.accounts.of_business_account(business_account).filter(|a| self.is_signer(a)).cloned().collect();
        if accounts.is_empty() {
            let reason = format!("no account of the business account {business_account:?} has the secret that signed this");
            return self.quarantine(raw, &reason).await;
        }
        let Some(event) = event else { return Ok(()) };
        account_health::hear(self.tx, &accounts, &event, at.unwrap_or(self.post.received_at)).await
    }

    fn is_signer(&self, account: &Account) -> bool {
        account.secret_fingerprint == self.post.secret_fingerprint
    }
}
