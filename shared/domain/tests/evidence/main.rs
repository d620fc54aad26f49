//! 证件比对: what was read on a card beside what an account says, case by case, and what holds for any reading.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

mod properties;
mod validity;

use domain::evidence::{
    CardSide, Claim, Confidence, EmblemSide, Evidence, Field, FieldComparison, Flag, PortraitSide, Printed,
    Read, Validity, Verdict, compare_card, differing, is_readable,
};
use domain::identity::{IdType, IdentityNumber};
use domain::messages::{Lang, text};
use domain::name::PersonName;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 24);
const NUMBER: &str = "11010519491231002X";

fn confidence(percent: u8) -> Confidence {
    Confidence::of_share(f32::from(percent) / 100.0 + 0.001)
}

#[expect(clippy::unnecessary_wraps, reason = "fields of a side may be absent")]
fn printed(text: &str, percent: u8) -> Option<Read<Printed>> {
    Some(Read { value: Printed::new(text.to_owned()), confidence: confidence(percent) })
}

fn portrait(name: &str, number: &str) -> PortraitSide {
    PortraitSide {
        name: printed(name, 97),
        birth: Some(Read { value: date(1949, 12, 31), confidence: confidence(98) }),
        address: printed("北京市朝阳区样本路1号", 95),
        number: printed(number, 99),
    }
}

fn emblem(validity: &str, percent: u8) -> EmblemSide {
    let validity = Validity::parse(validity).unwrap();
    EmblemSide {
        authority: printed("北京市公安局朝阳分局", 96),
        validity: Some(Read { value: validity, confidence: confidence(percent) }),
    }
}

fn good_emblem() -> CardSide {
    CardSide::Emblem(emblem("2020.01.01-长期", 99))
}

/// The evidence on an account of that name and number.
fn judged(name: &str, number: &str, front: PortraitSide, back: &CardSide) -> Evidence {
    let number = IdentityNumber::restore(IdType::Ric, number.to_owned());
    let name = PersonName::restore(name.to_owned());
    let claim = Claim { number: &number, name: &name };
    compare_card(claim, [&CardSide::Portrait(front), back], TODAY, |character| character != '䶮')
}

fn of(evidence: &Evidence, field: Field) -> FieldComparison {
    *evidence.fields.iter().find(|opinion| opinion.field == field).unwrap()
}

fn verdict(evidence: &Evidence, field: Field) -> Verdict {
    of(evidence, field).verdict
}

/// What is said of a name that was typed and read.
fn name(typed: &str, read: &str) -> Verdict {
    verdict(&judged(typed, NUMBER, portrait(read, NUMBER), &good_emblem()), Field::Name)
}

/// What is said of a number that was typed and read.
fn number(typed: &str, read: &str) -> Verdict {
    verdict(&judged("张伟", typed, portrait("张伟", read), &good_emblem()), Field::Number)
}

#[test]
fn a_card_that_says_what_was_typed_has_nothing_against_it() {
    let evidence = judged("张伟", NUMBER, portrait("张伟", NUMBER), &good_emblem());
    let verdicts = evidence.fields.iter().map(|opinion| (opinion.field, opinion.verdict));
    assert_eq!(
        verdicts.collect::<Vec<_>>(),
        [
            (Field::Name, Verdict::Same),
            (Field::Number, Verdict::Same),
            (Field::Address, Verdict::Shown),
            (Field::Authority, Verdict::Shown),
            (Field::Validity, Verdict::Shown),
        ]
    );
    assert_eq!(evidence.flags, []);
    assert_eq!(of(&evidence, Field::Name).confidence.unwrap().percent(), 97);
}

#[test]
fn names_are_compared_as_the_rule_for_names_writes_them() {
    assert_eq!(name("张伟", "张 伟").clone(), Verdict::Similar { differing: 1 });
    assert_eq!(name("尼格买提·热合曼", "尼格买提•热合曼"), Verdict::Same);
    assert_eq!(name("尼格买提·热合曼", "尼格买提．热合曼"), Verdict::Same);
    // A compatibility ideograph and the character that it is a form of (NFC).
    assert_eq!(name("張\u{F9D1}", "張六"), Verdict::Same);
    assert_eq!(name("张伟", "张\u{200B}伟"), Verdict::Same);
}

#[test]
fn one_character_of_a_name_may_be_a_slip_and_of_a_long_one_a_quarter() {
    assert_eq!(name("张伟", "张玮"), Verdict::Similar { differing: 1 });
    assert_eq!(name("张伟", "王芳"), Verdict::Different { differing: 2 });
    assert_eq!(name("欧阳雪梅", "欧阳雪"), Verdict::Similar { differing: 1 });
    assert_eq!(name("尼格买提·热合曼", "尼格买堤热合曼"), Verdict::Similar { differing: 2 });
    assert_eq!(name("尼格买提·热合曼", "尼格买堤热哈曼"), Verdict::Different { differing: 3 });
}

#[test]
fn a_character_that_the_program_cannot_read_is_no_difference_to_be_wondered_at() {
    let evidence = judged("张䶮", NUMBER, portrait("张", NUMBER), &good_emblem());
    assert_eq!(verdict(&evidence, Field::Name), Verdict::Similar { differing: 1 });
    assert_eq!(evidence.flags, [Flag::RareCharacter]);
    // A known one is allowed to differ as well.
    assert_eq!(name("张小䶮", "张晓"), Verdict::Similar { differing: 2 });
    assert_eq!(name("张小䶮", "王晓"), Verdict::Different { differing: 3 });
}

#[test]
fn two_characters_of_a_number_may_be_a_slip() {
    assert_eq!(number(NUMBER, NUMBER), Verdict::Same);
    assert_eq!(number(NUMBER, "11010519491231003X"), Verdict::Similar { differing: 1 });
    assert_eq!(number(NUMBER, "11010519491230102X"), Verdict::Similar { differing: 2 });
    assert_eq!(number(NUMBER, "1101051949123100"), Verdict::Similar { differing: 2 });
    assert_eq!(number(NUMBER, "440305199001011234"), Verdict::Different { differing: 11 });
}

#[test]
fn what_was_hardly_read_says_nothing_unless_it_is_the_same() {
    let unsure = |read: &str| PortraitSide { name: printed(read, 40), ..portrait("", NUMBER) };
    let evidence = judged("张伟", NUMBER, unsure("张玮"), &good_emblem());
    assert_eq!(verdict(&evidence, Field::Name), Verdict::Unread);
    assert_eq!(of(&evidence, Field::Name).confidence.unwrap().percent(), 40);
    let evidence = judged("张伟", NUMBER, unsure("张伟"), &good_emblem());
    assert_eq!(verdict(&evidence, Field::Name), Verdict::Same);
    let evidence = judged("张伟", NUMBER, PortraitSide::default(), &good_emblem());
    assert_eq!(
        of(&evidence, Field::Number),
        FieldComparison { field: Field::Number, verdict: Verdict::Unread, confidence: None }
    );
}

#[test]
fn a_number_that_is_none_and_a_birth_that_is_not_the_numbers_are_told_when_they_were_read_surely() {
    let flags = |front: PortraitSide| judged("张伟", NUMBER, front, &good_emblem()).flags;
    let wrong = "110105194912310021";
    assert_eq!(flags(portrait("张伟", wrong)), [Flag::Checksum]);
    assert_eq!(flags(portrait("张伟", "110105194913310021")), [Flag::Checksum], "no such month");
    assert_eq!(flags(PortraitSide { number: printed(wrong, 89), ..portrait("张伟", "") }), []);
    let born = |day, percent| {
        let birth = Some(Read { value: date(1949, 12, day), confidence: confidence(percent) });
        flags(PortraitSide { birth, ..portrait("张伟", NUMBER) })
    };
    assert_eq!(born(30, 98), [Flag::BirthDiffers]);
    assert_eq!(born(30, 60), []);
    assert_eq!(born(31, 98), []);
}

#[test]
fn sides_that_were_exchanged_are_told_and_read_all_the_same() {
    let number = IdentityNumber::restore(IdType::Ric, NUMBER.to_owned());
    let name = PersonName::restore("张伟".to_owned());
    let claim = Claim { number: &number, name: &name };
    let [front, back] =
        [CardSide::Portrait(portrait("张伟", NUMBER)), CardSide::Emblem(emblem("2015.03.02-2025.03.02", 99))];
    let compare_card =
        |front: &CardSide, back: &CardSide| compare_card(claim, [front, back], TODAY, |_| true);
    let swapped = compare_card(&back, &front);
    assert_eq!(swapped.flags, [Flag::SidesSwapped, Flag::Expired]);
    assert_eq!(swapped.fields, compare_card(&front, &back).fields);
    // The same side twice is another thing.
    assert_eq!(compare_card(&front, &front).flags, [Flag::NoEmblemSide]);
    assert_eq!(compare_card(&back, &back).flags, [Flag::NoPortraitSide, Flag::Expired]);
    let nothing = compare_card(&CardSide::Nothing, &CardSide::Nothing);
    assert_eq!(nothing.flags, [Flag::NoPortraitSide, Flag::NoEmblemSide]);
    assert!(nothing.fields.iter().all(|opinion| opinion.verdict == Verdict::Unread));
}

#[test]
fn only_cards_of_the_resident_cards_layout_are_read() {
    let readable: Vec<_> = IdType::ALL.into_iter().filter(|id_type| is_readable(*id_type)).collect();
    assert_eq!(readable, [IdType::Ric, IdType::Hmrp, IdType::Twrp]);
    for id_type in IdType::ALL.into_iter().filter(|id_type| !is_readable(*id_type)) {
        let number = IdentityNumber::restore(id_type, NUMBER.to_owned());
        let name = PersonName::restore("张伟".to_owned());
        let claim = Claim { number: &number, name: &name };
        let side = CardSide::Portrait(portrait("张伟", NUMBER));
        let evidence = compare_card(claim, [&side, &side], TODAY, |_| true);
        assert_eq!(evidence, Evidence { fields: Vec::new(), flags: vec![Flag::KindNotRead] });
    }
}

#[test]
fn the_distance_is_the_fewest_changes() {
    for (one, other, expected) in [
        ("", "", 0),
        ("", "张伟", 2),
        ("张伟", "伟", 1),
        ("kitten", "sitting", 3),
        ("ab", "ba", 2),
        ("110105", "110150", 2),
    ] {
        assert_eq!(differing(one, other), expected, "{one} {other}");
    }
}

#[test]
fn every_verdict_and_flag_has_a_text_in_both_languages() {
    let general = [Lang::Zh, Lang::En].map(|lang| text("no.such.code", lang));
    let flags = Flag::ALL.iter().map(|flag| domain::fault::Code::from(*flag).0);
    for code in flags.chain(Verdict::ALL.iter().map(|verdict| verdict.code().0)) {
        let texts = [Lang::Zh, Lang::En].map(|lang| text(code, lang));
        assert!(texts[0] != general[0] && texts[1] != general[1], "{code} has no text");
    }
}

#[test]
fn evidence_is_kept_as_it_was_and_names_nobody() {
    let evidence = judged("张䶮", NUMBER, portrait("张玮", NUMBER), &good_emblem());
    let json = serde_json::to_value(&evidence).unwrap();
    assert_eq!(
        json["fields"][0],
        serde_json::json!({"field": "name", "verdict": "similar", "differing": 1, "confidence": 97})
    );
    assert_eq!(json["flags"], serde_json::json!(["RARE_CHARACTER"]));
    assert_eq!(serde_json::from_value::<Evidence>(json.clone()).unwrap(), evidence);
    assert!(!json.to_string().contains('张') && !json.to_string().contains(NUMBER));
    assert!(serde_json::from_str::<Flag>("\"NO_SUCH\"").is_err());
    let debug = format!("{:?}", portrait("张玮", NUMBER));
    assert!(!debug.contains('玮') && !debug.contains(NUMBER), "{debug}");
}
