//! Numbers that stand the rules' check digits and belong to nobody we know of.

/// A resident identity number (GB 11643): area, birth date as `YYYYMMDD`, sequence, check character.
pub fn resident_id(area: &str, birth: &str, sequence: u16) -> String {
    let body = format!("{area}{birth}{sequence:03}");
    format!("{body}{}", resident_check(&body))
}

/// The same number with another check character, which makes it wrong.
pub fn with_wrong_check(resident_id: &str) -> String {
    let (body, check) = resident_id.split_at(17);
    let other = if check == "1" { '2' } else { '1' };
    format!("{body}{other}")
}

/// ISO 7064 MOD 11-2.
fn resident_check(body: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// A unified social credit code (GB 32100) of an enterprise registered in `area`.
pub fn credit_code(area: &str) -> String {
    let organisation: String = (0..8).map(|_| char::from(b'0' + fastrand::u8(0..10))).collect();
    let body = format!("91{area}{organisation}{}", organisation_check(&organisation));
    format!("{body}{}", credit_check(&body))
}

/// The same code with another check character, which makes it wrong.
pub fn with_wrong_credit_check(code: &str) -> String {
    let (body, check) = code.split_at(17);
    let other = if check == "1" { '2' } else { '1' };
    format!("{body}{other}")
}

/// GB 11714, over digits only.
fn organisation_check(digits: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        digits.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    char::from(b"0X987654321"[(sum % 11) as usize])
}

/// Weights are the powers of three modulo 31; the alphabet leaves out I, O, S, V and Z.
fn credit_check(body: &str) -> char {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |letter: u8| ALPHABET.iter().position(|&known| known == letter).unwrap_or(0);
    let (sum, _) =
        body.bytes().fold((0, 1), |(sum, weight), letter| (sum + value(letter) * weight, weight * 3 % 31));
    char::from(ALPHABET[(31 - sum % 31) % 31])
}

/// A certificate number of an ordinary university's graduates at bachelor level (18 digits).
pub fn education_certificate(year: u16) -> String {
    format!("100021{year}05{:06}", fastrand::u32(1..1_000_000))
}

/// A certificate number of a bachelor's degree (16 digits).
pub fn degree_certificate(year: u16) -> String {
    format!("100024{year}{:06}", fastrand::u32(1..1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_are_those_of_numbers_published_with_the_standards() {
        assert_eq!(resident_id("110105", "19491231", 2), "11010519491231002X");
        assert_eq!(organisation_check("70948396"), 'X');
        assert_eq!(credit_check("9165010270948396X"), 'T');
    }

    #[test]
    fn a_spoilt_number_differs_in_its_last_character_only() {
        let good = resident_id("110101", "19900101", 7);
        let bad = with_wrong_check(&good);
        assert_eq!(good[..17], bad[..17]);
        assert_ne!(good, bad);
        let good = credit_code("110101");
        assert_ne!(good, with_wrong_credit_check(&good));
    }
}
