//! Prints the page, to be looked at: `cargo run -q -p get-openapi --example page > target/docs.html`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(get_openapi::page().as_bytes())
}
