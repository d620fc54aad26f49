//! Writes three captchas to the current folder, for inspection.

fn main() -> std::io::Result<()> {
    for seed in 1..=3 {
        let answer = captcha::answer(seed);
        std::fs::write(format!("{answer}.png"), captcha::draw(&answer, seed))?;
    }
    Ok(())
}
