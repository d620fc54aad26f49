//! Prints the contract, which is checked in as `docs/openapi.json`; with `reasons` the table that `docs/api.md` ends with.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let text = match std::env::args().nth(1).as_deref() {
        Some("reasons") => openapi::reasons(),
        _ => openapi::text(),
    };
    std::io::stdout().write_all(text.as_bytes())
}
