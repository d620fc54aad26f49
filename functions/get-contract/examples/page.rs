//! Prints the page, to be looked at: `cargo run -q -p get-contract --example page > target/docs.html`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(get_contract::page().as_bytes())
}
