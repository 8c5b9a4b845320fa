//! Signed addresses of files: whoever has one can fetch the file for an hour, without a token.
//!
//! The signature covers organisation, file and end. The end is rounded up to ten minutes, so that
//! whoever reads a message twice gets one address and their cache keeps the file.

use crate::clock::Clock;
use crate::secrets::InstallationKey;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use msgboxx_model::{Instant, MediaId, MediaState, Message, OrganisationId};
use std::time::Duration;

/// What the key is derived for.
const PURPOSE: &str = "media links 1";
/// An address is good for this long at least.
const LIFE: Duration = Duration::from_hours(1);
const STEP_SECONDS: i64 = 600;

/// Makes and checks addresses. Cheap to clone.
#[derive(Clone)]
pub struct MediaLinks {
    key: hmac::Key,
    public_url: String,
    clock: Clock,
}

/// What an address claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim<'a> {
    /// Whose file it is.
    pub(super) organisation: OrganisationId,
    /// The end, in Unix seconds.
    pub(super) expires: i64,
    /// The signature, in base64.
    pub(super) signature: &'a str,
}

impl MediaLinks {
    /// Addresses under the public address of this installation.
    pub fn new(keys: &InstallationKey, public_url: &str, clock: Clock) -> Self {
        Self { key: keys.derive(PURPOSE), public_url: public_url.to_owned(), clock }
    }

    /// Where the file of a message can be fetched now; empty when it has none that is there.
    pub fn of(&self, organisation: OrganisationId, message: &Message) -> String {
        match &message.file {
            Some(file) if file.state == MediaState::Stored => self.to(organisation, file.id),
            _ => String::new(),
        }
    }

    fn to(&self, organisation: OrganisationId, id: MediaId) -> String {
        let soonest = self.clock.now().plus(LIFE).as_seconds();
        let expires = soonest + (STEP_SECONDS - soonest.rem_euclid(STEP_SECONDS));
        let signature = hmac::sign(&self.key, &signed_text(organisation, id, expires));
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        format!("{}/media/{id}?organisation={organisation}&expires={expires}&signature={signature}", self.public_url)
    }

    /// Whose file it is and until when it may be kept, if the signature is ours and its hour has not passed.
    pub(super) fn check(&self, id: MediaId, claim: &Claim<'_>) -> Option<(OrganisationId, Duration)> {
        let signature = URL_SAFE_NO_PAD.decode(claim.signature).ok()?;
        hmac::verify(&self.key, &signed_text(claim.organisation, id, claim.expires), &signature).ok()?;
        let left = Instant::from_seconds(claim.expires).saturating_since(self.clock.now());
        (!left.is_zero()).then_some((claim.organisation, left))
    }
}

/// All parts have one length or only digits, so that no two texts are the same.
fn signed_text(organisation: OrganisationId, id: MediaId, expires: i64) -> Vec<u8> {
    format!("{organisation} {id} {expires}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use msgboxx_simulator::SimulatorClock;
    use uuid::Uuid;

    const ID: MediaId = MediaId(Uuid::from_u128(7));
    const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));

    fn links(clock: &Clock) -> MediaLinks {
        let key = InstallationKey::from_base64("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").expect("a key");
        MediaLinks::new(&key, "https://inbox.example.org", clock.clone())
    }

    fn claim(address: &str) -> Claim<'_> {
        let (_, query) = address.split_once('?').expect("a query");
        let of = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).expect("it is there");
        Claim {
            organisation: OrganisationId(of("organisation").parse().expect("an id")),
            expires: of("expires").parse().expect("a number"),
            signature: of("signature"),
        }
    }

    #[test]
    fn an_address_is_absolute_and_good_for_an_hour_and_not_for_two() {
        let clock = Clock::new(SimulatorClock::new());
        let address = links(&clock).to(ORGANISATION, ID);
        assert!(address.starts_with("https://inbox.example.org/media/00000000-0000-0000-0000-000000000007?"), "{address}");
        let (found, left) = links(&clock).check(ID, &claim(&address)).expect("it is good");
        assert_eq!(found, ORGANISATION);
        assert!((3_590..=4_200).contains(&left.as_secs()), "{left:?}");
        clock.simulated().advance(3_590);
        assert!(links(&clock).check(ID, &claim(&address)).is_some());
        clock.simulated().advance(620);
        assert!(links(&clock).check(ID, &claim(&address)).is_none());
    }

    #[test]
    fn nothing_in_an_address_can_be_changed() {
        let clock = Clock::new(SimulatorClock::new());
        let links = links(&clock);
        let address = links.to(ORGANISATION, ID);
        let good = claim(&address);
        assert!(links.check(ID, &good).is_some());
        assert!(links.check(MediaId(Uuid::from_u128(8)), &good).is_none());
        assert!(links.check(ID, &Claim { organisation: OrganisationId(Uuid::from_u128(2)), ..good }).is_none());
        assert!(links.check(ID, &Claim { expires: good.expires + 1, ..good }).is_none());
        let signature = URL_SAFE_NO_PAD.decode(good.signature).expect("base64");
        for bit in 0..signature.len() * 8 {
            let mut changed = signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(links.check(ID, &Claim { signature: &URL_SAFE_NO_PAD.encode(changed), ..good }).is_none(), "bit {bit}");
        }
        for length in 0..signature.len() {
            assert!(links.check(ID, &Claim { signature: &URL_SAFE_NO_PAD.encode(&signature[..length]), ..good }).is_none());
        }
        let other = InstallationKey::from_base64(InstallationKey::generate().expose()).expect("a key");
        assert!(MediaLinks::new(&other, "", clock.clone()).check(ID, &good).is_none());
    }
}
