//! TLS towards other servers: one set-up for every client of the program.
//!
//! The machine's list of authorities, hundreds of files, is read at the first handshake and not at the
//! start: who only talks to a simulator never needs it.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::sync::{Arc, LazyLock, OnceLock};

static CONFIGURATION: LazyLock<ClientConfig> = LazyLock::new(|| {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(SystemAuthorities { provider: provider.clone(), verifier: OnceLock::new() });
    let mut configuration = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows the usual versions of TLS")
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    configuration
});

/// The beginning of every client: it trusts whom the machine trusts.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().tls_backend_preconfigured(CONFIGURATION.clone())
}

/// Checks certificates against the authorities that the machine trusts.
#[derive(Debug)]
struct SystemAuthorities {
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Result<Arc<WebPkiServerVerifier>, Error>>,
}

impl SystemAuthorities {
    fn verifier(&self) -> Result<&WebPkiServerVerifier, Error> {
        let verifier = self.verifier.get_or_init(|| {
            let mut authorities = RootCertStore::empty();
            authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            // Without a single authority nothing is trusted, and a handshake says so.
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(authorities), self.provider.clone());
            builder.build().map_err(|_| Error::InvalidCertificate(CertificateError::UnknownIssuer))
        });
        verifier.as_deref().map_err(Clone::clone)
    }
}

impl ServerCertVerifier for SystemAuthorities {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier()?.verify_server_cert(certificate, intermediates, name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_authority_vouches_for_is_refused() {
        let authorities = SystemAuthorities { provider: Arc::new(aws_lc_rs::default_provider()), verifier: OnceLock::new() };
        let name = ServerName::try_from("graph.facebook.com").expect("a name");
        let verified = authorities.verify_server_cert(&CertificateDer::from(vec![0; 64]), &[], &name, &[], UnixTime::now());
        assert!(verified.is_err());
    }

    #[test]
    fn a_client_can_be_built() {
        assert!(client().build().is_ok());
    }
}
