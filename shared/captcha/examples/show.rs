//! Writes three picture codes into the current folder, to be looked at.

fn main() -> std::io::Result<()> {
    for seed in 1..=3 {
        let answer = captcha::answer(seed);
        std::fs::write(format!("{answer}.png"), captcha::draw(&answer, seed))?;
    }
    Ok(())
}
