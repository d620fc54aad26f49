use domain::identity::{IdType, IdentityNumber};
use domain::mobile::Mobile;
use domain::name::PersonName;
use domain::password::{Password, PasswordContext, PasswordError, PasswordPolicy, TypedPassword};
use proptest::prelude::*;

use crate::{check, code};

fn parse(input: &str, about: &PasswordContext<'_>) -> Result<Password, PasswordError> {
    Password::parse(&TypedPassword::new(input), about)
}

fn judge(input: &str) -> &'static str {
    let id_number = IdentityNumber::restore(IdType::Ric, "11010119900307002X".to_owned());
    let mobile = Mobile::restore("13800001234".to_owned());
    let name = PersonName::restore("吕小明".to_owned());
    let about = PasswordContext { id_number: Some(&id_number), mobile: Some(&mobile), name: Some(&name) };
    code(parse(input, &about))
}

#[test]
fn passwords_say_what_is_wrong() {
    let long = "Ab1-".repeat(16) + "x";
    let cases = [
        ("Kite-7\tmoon", "password.CONTROL_CHAR"),
        ("Kite-7x", "password.TOO_SHORT"),
        (long.as_str(), "password.TOO_LONG"),
        ("P@ssw0rd", "password.COMMON"),
        ("kitemoon", "password.WEAK"),
        ("kitemoon77", "password.WEAK"),
        ("kitemoonsunday", "password.WEAK"),
        ("kitemoonsundays", "OK"),
        ("Passw0rd!", "password.GUESSABLE"),
        ("Kite-moon", "OK"),
        ("风筝月亮kite7", "OK"),
        ("x11010119900307002X", "password.PERSONAL"),
        ("Kite-07002x", "password.PERSONAL"),
        ("Kite-19900307", "password.PERSONAL"),
        ("Kite-13800001234", "password.PERSONAL"),
        ("Kite-LvXiaoMing7", "password.PERSONAL"),
    ];
    check(PasswordError::ALL, &cases, |input| judge(input));
}

#[test]
fn without_a_context_nothing_is_personal() {
    let nobody = PasswordContext::default();
    assert_eq!(code(parse("Kite-13800001234", &nobody)), "OK");
}

#[test]
fn latin_names_count_by_their_letters() {
    let name = PersonName::restore("O'NEIL MARY".to_owned());
    let about = PasswordContext { name: Some(&name), ..PasswordContext::default() };
    assert_eq!(code(parse("x-OneilMary-7", &about)), "password.PERSONAL");
    assert_eq!(code(parse("x-Oneil-Joe-7", &about)), "OK");
}

#[test]
fn the_composition_is_a_setting() {
    let policy = PasswordPolicy { min_classes: 4, ..PasswordPolicy::default() };
    let nobody = PasswordContext::default();
    assert_eq!(
        code(Password::parse_with(policy, &TypedPassword::new("Kite-moon"), &nobody)),
        "password.WEAK"
    );
    assert_eq!(code(Password::parse_with(policy, &TypedPassword::new("Kite-moon7"), &nobody)), "OK");
}

#[test]
fn what_is_typed_is_the_same_password_from_every_keyboard() {
    let same = [
        "Kite-é 7 moon",
        "Kite-e\u{301} 7 moon",
        "Kite-é\u{3000}7 moon",
        "Kite-é\u{A0}7\u{2028}moon",
        " Kite-é 7 moon",
        "Kite-é 7 moon ",
        "\u{3000}Kite-é 7 moon\u{3000}\u{3000}",
        "Kite-é 7 moon\r\n",
        "\u{FEFF}Kite-é 7 moon\u{200B} ",
    ];
    for input in same {
        assert!(TypedPassword::new(input) == TypedPassword::new(same[0]), "{input:?}");
        assert!(judge(input) == "OK", "{input:?}");
    }
    for other in ["kite-é 7 moon", "Kite-e 7 moon", "Kite-é  7 moon", "Ｋite-é 7 moon", "Kite-é7 moon"] {
        assert!(TypedPassword::new(other) != TypedPassword::new(same[0]), "{other:?}");
    }
    assert_eq!(judge("Kite-7x  "), "password.TOO_SHORT", "what is trimmed does not count");
}

#[test]
fn a_password_stays_out_of_logs() {
    let typed = TypedPassword::new(" Kite-e\u{301} 7 moon ");
    let password = Password::parse(&typed, &PasswordContext::default()).unwrap();
    assert_eq!(password.expose(), "Kite-é 7 moon");
    assert!(*password.typed() == typed);
    assert_eq!(format!("{password:?} {password}"), "Password(redacted) redacted");
    assert_eq!(format!("{typed:?} {typed}"), "TypedPassword(redacted) redacted");
}

/// The places that read a password: all of them by the type that normalises it.
#[test]
fn every_place_reads_a_password_as_it_was_typed() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut reads = Vec::new();
    let mut folders =
        ["shared", "functions", "infra/admin"].map(|folder| format!("{root}/{folder}")).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().replace(&format!("{root}/"), "");
            if path.is_dir() && !name.ends_with("/tests") && !name.ends_with("/target") {
                folders.push(path.to_string_lossy().into_owned());
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let found = text.lines().filter(|line| {
                    line.contains("form.") && (line.contains("\"password") || line.contains("Password\""))
                });
                let found = found.filter(|line| !line.contains("form.fault"));
                reads.extend(found.map(|line| format!("{name}: {}", line.trim())));
            }
        }
    }
    reads.sort_unstable();
    let expected = [
        "shared/applicant/src/login.rs: form.text(\"password\", |text| {",
        "shared/domain/src/person.rs: let first = form.raw(\"password\").map(TypedPassword::new);",
        "shared/domain/src/person.rs: let second = form.raw(\"passwordConfirmation\").map(TypedPassword::new);",
    ];
    assert_eq!(reads, expected, "log-in and closing; registration and reset; their confirmation");
}

#[test]
fn what_is_guessed_first_is_refused() {
    let refused = [
        // repetitions and rows
        "aaaaaaaaaaaaaaa",
        "1234567890123456",
        "bbbbbbbbbbbbbbbbbbbb",
        "abcabcabcabcabc",
        "121212121212121212",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "098765432109876543",
        "zzzzzzzzzzzzzzzZ1",
        "Aaaaaaaa1!",
        "Abcd1234!",
        "Abc123456!",
        "Qwerty123!",
        "Qwer1234!",
        "Asdfgh123!",
        "1qaz2wsx3edcA",
        "!QAZ2wsx#EDC",
        // words with the usual additions
        "Passw0rd!",
        "P@ssw0rd1",
        "P@ssword2026!",
        "Welcome123!",
        "Admin@123456",
        "Iloveyou1314!",
        "Summer2026!",
        "Football1!",
        "Letmein123!",
        "Dragon2024#",
        "Monkey123!!",
        // Chinese words
        "Woaini520!",
        "Woaini1314!",
        "Wodemima123!",
        "Beijing2026!",
        "Beijing2008!",
        "Shanghai@123",
        "Zhongguo123!",
        "Kuaiji2026!",
        "Nihao123!",
        "Wangyi163!",
        "Zhangwei1990!",
        "Wangfang520!",
        "Zhangpeng520!",
        "Lixiaolong1!",
        "Xiaoming123!",
        "Baoming2026!",
        "W0aini520!",
        "Be1jing2026!",
        "Facai888!",
        "Taobao123.",
        "Qingdao@2026",
        "Nihao-5201314",
        "5201314Aini!",
        "Woaiwojia1314",
        // the person's own
        "Xiaoming0307!",
        "Lxm199003!",
        "Lv-1990-0307",
        "Mingxiao@1234",
        "13800001234138000",
    ];
    let taken: Vec<_> = refused
        .iter()
        .filter(|input| {
            !matches!(judge(input), "password.GUESSABLE" | "password.COMMON" | "password.PERSONAL")
        })
        .collect();
    assert!(taken.is_empty(), "{taken:?}");
}

#[test]
fn long_phrases_and_random_characters_are_taken() {
    let good = [
        "correct horse battery staple",
        "Quiet-harbour-7",
        "Brand-new-Pfad 77",
        "Kite-moon7",
        "Kite-moon",
        "kitemoonsundays",
        "风筝月亮kite7",
        "今天的月亮像一只风筝飞得很高啊",
        "purple lantern over quiet harbour",
        "wo xihuan zai xihu bian he longjing",
        "woxihuanzaixihubianhelongjingcha",
        "xK9$mQ2p",
        "tQ7manX2",
        "aB3dEf9k",
        "Lamp&Otter&Brick",
        "Zebra7umbrella",
        "T4pe-worm-Glue",
    ];
    let refused: Vec<_> =
        good.iter().map(|input| (input, judge(input))).filter(|(_, said)| *said != "OK").collect();
    assert!(refused.is_empty(), "{refused:?}");
}

/// Eight of 72 characters at random, of three kinds, are refused twice in a hundred times at most: where chance wrote words.
#[test]
fn random_characters_are_taken() {
    const CHARS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*-_";
    let mut state = 42_u64;
    let mut next = || {
        // Knuth, MMIX.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(CHARS[usize::try_from(state >> 33).unwrap() % CHARS.len()])
    };
    let made: Vec<String> = (0..1_000).map(|_| (0..8).map(|_| next()).collect()).collect();
    let of_three_kinds: Vec<_> = made.iter().filter(|text| judge(text) != "password.WEAK").collect();
    let refused: Vec<_> = of_three_kinds.iter().filter(|text| judge(text) != "OK").collect();
    assert!(of_three_kinds.len() > 500 && refused.len() * 50 <= of_three_kinds.len(), "{refused:?}");
}

proptest! {
    #[test]
    fn typing_is_normalised_once(text in "\\PC{0,40}|[ \u{3000}\u{301}e\u{200B}\u{FEFF}\n가-힣ᄀ-ᇿ]{0,12}") {
        let typed = TypedPassword::new(&text);
        prop_assert!(TypedPassword::new(typed.expose()) == typed, "{:?}", typed.expose());
        prop_assert!(typed.expose().chars().count() <= text.chars().count() * 3);
    }

    #[test]
    fn whatever_is_typed_is_judged_in_time(text in "\\PC{0,2000}|[a1@!]{64}|(aA){1,32}|([0-9]{1,4}[-/.]){1,12}") {
        let started = std::time::Instant::now();
        judge(&text);
        prop_assert!(started.elapsed().as_secs() < 5);
    }
}

#[test]
fn the_list_of_common_passwords_is_lower_case_and_without_repeats() {
    let list = include_str!("../../../../infra/reference/common-passwords.txt");
    let words: Vec<_> = list.lines().filter(|line| !line.starts_with("# ")).collect();
    assert!(words.len() > 300);
    for pair in words.windows(2) {
        assert!(pair[0] < pair[1], "{pair:?}");
    }
    for word in words {
        assert!(word.len() >= 8 && word.to_lowercase() == word && word.trim() == word, "{word:?}");
        assert_eq!(judge(word), "password.COMMON", "{word}");
    }
}
