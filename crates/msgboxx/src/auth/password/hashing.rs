//! Argon2id itself, on memory that is kept between passwords.

use super::Verdict;
use crate::secrets::{Secret, random};
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;

/// OWASP's floor: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// One thread's memory.
#[derive(Default)]
pub(super) struct Hasher {
    blocks: Vec<Block>,
}

impl Hasher {
    pub(super) fn hash(&mut self, password: &Secret) -> String {
        let salt = random::<SALT_BYTES>();
        let output = self.output(&current(), Algorithm::Argon2id, Version::V0x13, password, &salt);
        phc(&salt, &output).to_string()
    }

    /// Frees the memory until it is needed again.
    pub(super) fn give_back(&mut self) {
        self.blocks = Vec::new();
    }

    pub(super) fn verify(&mut self, password: &Secret, stored: Option<&str>) -> Verdict {
        let parsed = stored.and_then(|text| PasswordHash::new(text).ok());
        let Some((hash, parts)) = parsed.and_then(|hash| Parts::of(&hash).map(|parts| (hash, parts))) else {
            // The same work as for a stored hash, so that time does not tell who exists.
            self.output(&current(), Algorithm::Argon2id, Version::V0x13, password, &random::<SALT_BYTES>());
            return Verdict::Wrong;
        };
        let output = self.output(&parts.params, parts.algorithm, parts.version, password, &parts.salt);
        if verify_slices_are_equal(&output, &parts.output).is_err() {
            return Verdict::Wrong;
        }
        let is_current = phc(&parts.salt, &output).to_string() == hash.to_string();
        Verdict::Right { rehashed: (!is_current).then(|| self.hash(password)) }
    }

    /// Parameters are ours or were checked when they were parsed, so only memory could fail, and it is reserved here.
    fn output(&mut self, params: &Params, algorithm: Algorithm, version: Version, password: &Secret, salt: &[u8]) -> Vec<u8> {
        let needed = params.block_count();
        if self.blocks.len() < needed {
            self.blocks.resize(needed, Block::default());
        }
        let mut output = vec![0; params.output_len().unwrap_or(OUTPUT_BYTES)];
        Argon2::new(algorithm, version, params.clone())
            .hash_password_into_with_memory(password.expose().as_bytes(), salt, &mut output, &mut self.blocks[..needed])
            .expect("the parameters and the salt were checked");
        output
    }
}

/// What a stored hash says.
struct Parts {
    params: Params,
    algorithm: Algorithm,
    version: Version,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Parts {
    /// None when a part is missing or not Argon2's, or when it asks for absurdly much memory.
    fn of(hash: &PasswordHash) -> Option<Self> {
        let params = Params::try_from(hash).ok()?;
        let version = hash.version.map_or(Some(Version::V0x13), |version| Version::try_from(version).ok())?;
        let (salt, output) = (hash.salt?.to_vec(), hash.hash?.as_bytes().to_vec());
        let is_sane = params.m_cost() <= 16 * MEMORY_KIB && params.t_cost() <= 16 && salt.len() >= argon2::MIN_SALT_LEN;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        is_sane.then_some(Self { params, algorithm, version, salt, output })
    }
}

fn current() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES)).expect("the constants are valid parameters")
}

fn phc(salt: &[u8], output: &[u8]) -> PasswordHash {
    PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&current()).expect("the constants are valid parameters"),
        salt: Salt::new(salt).ok(),
        hash: Output::new(output).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_hash_says_how_it_was_made() {
        let hash = Hasher::default().hash(&secret("password"));
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[test]
    fn a_hash_with_other_parameters_is_replaced_when_the_password_is_right() {
        // From the reference implementation: argon2id, m=65536, t=2, p=1, "password", "somesalt".
        let old = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let mut hasher = Hasher::default();
        assert_eq!(hasher.verify(&secret("passwort"), Some(old)), Verdict::Wrong);
        let Verdict::Right { rehashed: Some(new) } = hasher.verify(&secret("password"), Some(old)) else {
            panic!("the right password, to be stored anew");
        };
        assert_eq!(hasher.verify(&secret("password"), Some(&new)), Verdict::Right { rehashed: None });
    }

    #[test]
    fn a_stored_hash_cannot_ask_for_absurdly_much_memory() {
        let greedy = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let mut hasher = Hasher::default();
        assert_eq!(hasher.verify(&secret("password"), Some(greedy)), Verdict::Wrong);
        assert_eq!(hasher.blocks.len(), current().block_count());
    }

    #[test]
    fn equal_passwords_have_different_hashes() {
        let mut hasher = Hasher::default();
        assert_ne!(hasher.hash(&secret("password")), hasher.hash(&secret("password")));
    }
}
