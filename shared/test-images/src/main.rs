//! `cargo run -p specimen -- OUT_DIR [SEED]` writes all specimens and their `MANIFEST.md`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use domain::upload::Verdict;
use sha2::{Digest, Sha256};
use test_images::Specimen;

const HEAD: &str = "# Pictures for tests and the demo

Written by `cargo run -p specimen -- tests/fixtures/pictures`; do not edit by hand. `photo-good.jpg` and
`photo-blurred.jpg` are its inputs, all else is made. Everything here is in the public domain (NASA) or drawn
for this project (Apache-2.0; letters from GNU Unifont, OFL-1.1). No real person's data is shown, and the
number on the card has an area code that does not exist.

| file | purpose | expected | origin | licence | sha256 |
|---|---|---|---|---|---|
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: specimen OUT_DIR [SEED]")?);
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    fs::create_dir_all(&folder)?;
    let mut manifest = HEAD.to_owned();
    for specimen in test_images::all(seed)? {
        fs::write(folder.join(specimen.name), &specimen.bytes)?;
        writeln!(manifest, "{}", row(&specimen))?;
    }
    fs::write(folder.join("MANIFEST.md"), manifest)?;
    Ok(())
}

fn row(Specimen { name, bytes, origin, licence, purpose, verdict, code }: &Specimen) -> String {
    let verdict = match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Flagged => "flagged",
        Verdict::Refused => "refused",
    };
    let expected = [verdict, code.unwrap_or_default()].join(" ");
    let sha256 = format!("{:x}", Sha256::digest(bytes));
    format!("| {name} | {} | {} | {origin} | {licence} | {sha256} |", purpose.as_str(), expected.trim_end())
}
