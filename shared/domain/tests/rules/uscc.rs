use domain::uscc::{Uscc, UsccError, UsccWarning};

use crate::{check, code};

/// Appends the check character, computed from the weights as GB 32100-2015 prints them.
pub(crate) fn with_check(body: &str) -> String {
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let sum: usize = body.chars().zip(WEIGHTS).map(|(c, weight)| ALPHABET.find(c).unwrap() * weight).sum();
    format!("{body}{}", &ALPHABET[(31 - sum % 31) % 31..][..1])
}

#[test]
fn codes_say_what_is_wrong() {
    let mut cases: Vec<_> = [
        ("", "uscc.EMPTY"),
        ("110000012345678", "uscc.OLD_REG_NO_15"),
        ("A10000012345678", "uscc.LENGTH"),
        ("12345678-9", "uscc.OLD_ORG_CODE_9"),
        ("9111", "uscc.LENGTH"),
        ("91110101MA01234O5X", "uscc.CHARSET"),
        ("91110101MA0123456文", "uscc.CHARSET"),
    ]
    .map(|(input, code)| (input.to_owned(), code))
    .to_vec();
    cases.extend(
        [
            ("B1110101MA0123456", "uscc.REG_DEPT"),
            ("94110101MA0123456", "uscc.ORG_KIND"),
            ("Y2110101MA0123456", "uscc.ORG_KIND"),
            ("91160101MA0123456", "uscc.AREA"),
            ("9111010AMA0123456", "uscc.AREA"),
            ("91100001MA0123456", "uscc.AREA"),
            ("91100000MA0123456", "OK"),
            ("91110101MA0123456", "OK"),
            ("N2110101MA0123456", "OK"),
            ("35110101MA0123456", "OK"),
            ("G1610000713522976", "OK"),
        ]
        .map(|(body, code)| (with_check(body), code)),
    );
    let right = with_check("91110101MA0123456");
    cases.push((right.replace("MA01", "MA10"), "uscc.CHECKSUM"));
    cases.push((format!(" {}-{} ", &right[..8].to_lowercase(), &right[8..]), "OK"));
    check(UsccError::ALL, &cases, |input| code(Uscc::parse(input)));
}

#[test]
fn each_department_registers_its_own_kinds() {
    // GB 32100-2015 table 2, amendment 1 and what was added since, a row for each department.
    let rows = [
        ("1", "1239"),
        ("2", "19"),
        ("3", "1234569"),
        ("4", "19"),
        ("5", "12359"),
        ("6", "129"),
        ("7", "129"),
        ("8", "129"),
        ("9", "1239"),
        ("A", "19"),
        ("G", "19"),
        ("J", "19"),
        ("N", "1239"),
        ("Q", "1239"),
        ("Y", "1"),
    ];
    for (department, kinds) in rows {
        for kind in "0123456789ABCDEFGHJKLMNPQRTUWXY".chars() {
            let result = Uscc::parse(&with_check(&format!("{department}{kind}110101MA0123456")));
            let expected = if kinds.contains(kind) { "OK" } else { "uscc.ORG_KIND" };
            assert_eq!(code(result), expected, "{department}{kind}");
        }
    }
}

#[test]
fn the_organisation_code_inside_is_only_warned_of() {
    // GB 11714's own example: D2143569 has the check character X. The next from a weighted sum by hand:
    // 1·3+2·7+3·9+4·10+5·5+6·8+7·4+8·2 = 201 = 18·11+3, so 8; with 9 in the last place it is 203, so 6.
    for (organisation, warned) in
        [("D2143569X", false), ("D21435690", true), ("123456788", false), ("123456796", false)]
    {
        let uscc = Uscc::parse(&with_check(&format!("91110101{organisation}"))).unwrap();
        assert_eq!(uscc.organisation_code(), organisation);
        let expected = if warned { vec![UsccWarning::OrgCodeCheck] } else { vec![] };
        assert_eq!(uscc.warnings(), expected, "{organisation}");
    }
}

#[test]
fn a_code_is_stored_as_text_and_checked_when_read() {
    let code = with_check("91110101MA0123456");
    let uscc: Uscc = serde_json::from_value(code.to_lowercase().into()).unwrap();
    assert_eq!(serde_json::to_value(&uscc).unwrap(), code);
    assert!(serde_json::from_str::<Uscc>(r#""911101""#).is_err());
}

#[test]
fn offices_of_overseas_organisations_have_codes() {
    // org-id register, list CN-USCI.
    for code in ["G1610000713522976L", "G1330000MCW06863XQ", "G11100007178352756"] {
        assert_eq!(Uscc::parse(code).unwrap().as_str(), code);
    }
}
