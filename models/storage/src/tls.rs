//! TLS of HTTP clients.

use rustls::crypto::{CryptoProvider, ring};

/// Mozilla's root certificates in DER, which are trusted beside the system's: a container image may
/// have none.
pub fn bundled_roots() -> impl Iterator<Item = &'static [u8]> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(AsRef::as_ref)
}

/// Sets the cryptography that HTTP clients of this process use; it must precede the first client.
pub fn install_crypto_provider() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have installed it since, which is as good.
        let _ = ring::default_provider().install_default();
    }
}
