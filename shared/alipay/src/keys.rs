//! RSA2, that is `SHA256withRSA`: PKCS #1 v1.5, with keys of 2,048 bits or more (domain specification, section 18).
//!
//! Uses aws-lc-rs, which the TLS of the AWS SDK already links: its private-key operations are constant-time.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};

/// Our key.
pub(crate) struct PrivateKey(KeyPair);

/// Alipay's key.
pub(crate) struct PublicKey(UnparsedPublicKey<Vec<u8>>);

/// Decodes a key in Base64, with or without line breaks and PEM lines.
fn der(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    BASE64_STANDARD.decode(lines.collect::<String>()).ok()
}

impl PrivateKey {
    /// Parses a key in PKCS #8, or in PKCS #1, which Alipay's tool creates for languages other than Java.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let der = der(text)?;
        KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der)).ok().map(Self)
    }

    /// Returns the signature of a text, in Base64.
    pub(crate) fn sign(&self, text: &str) -> Option<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
        Some(BASE64_STANDARD.encode(signature))
    }
}

impl PublicKey {
    /// Parses a key: the `SubjectPublicKeyInfo` that Alipay displays, or the `RSAPublicKey` in it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(Self(UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der(text)?)))
    }

    /// Whether `signature`, in Base64, is the signature of the text with this key.
    pub(crate) fn verifies(&self, text: &str, signature: &str) -> bool {
        let signature = BASE64_STANDARD.decode(signature);
        signature.is_ok_and(|signature| self.0.verify(text.as_bytes(), &signature).is_ok())
    }
}
