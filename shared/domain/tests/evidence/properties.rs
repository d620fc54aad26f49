//! What holds for any reading.

use domain::evidence::{
    CardSide, Confidence, Evidence, Field, PortraitSide, Read, Validity, Verdict, differing,
};
use proptest::prelude::*;

use crate::{NUMBER, TODAY, confidence, good_emblem, judged, of, portrait, printed};

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[0-9X]{0,20}", "[\u{4E00}-\u{4E10}·]{0,6}"]
}

proptest! {
    #[test]
    fn the_distance_is_one(one in texts(), two in texts(), three in texts()) {
        prop_assert_eq!(differing(&one, &one), 0);
        prop_assert_eq!(differing(&one, &two), differing(&two, &one));
        prop_assert_eq!(differing(&one, &two) == 0, one == two);
        prop_assert!(differing(&one, &three) <= differing(&one, &two) + differing(&two, &three));
        let [short, long] = [&one, &two].map(|text| text.chars().count());
        prop_assert!((short.abs_diff(long)..=short.max(long)).contains(&differing(&one, &two)));
    }

    #[test]
    fn a_number_is_said_to_be_the_same_only_if_it_is(read in texts(), percent in 0..=100_u8) {
        let front = PortraitSide { number: printed(&read, percent), ..portrait("张伟", "") };
        let evidence = judged("张伟", NUMBER, front, &good_emblem());
        let opinion = of(&evidence, Field::Number);
        prop_assert_eq!(opinion.verdict == Verdict::Same, read == NUMBER);
        if let Verdict::Similar { differing: count } | Verdict::Different { differing: count } = opinion.verdict {
            prop_assert_eq!(usize::from(count), differing(NUMBER, &read).min(255));
            prop_assert!(percent >= 50);
        }
    }

    #[test]
    fn whatever_was_read_each_field_is_told_once_and_kept(
        name in texts(), number in texts(), percent in 0..=100_u8, typed in "[\u{4E00}-\u{4E10}]{2,4}"
    ) {
        let front = PortraitSide { name: printed(&name, percent), number: printed(&number, percent), ..PortraitSide::default() };
        let evidence = judged(&typed, NUMBER, front, &CardSide::Nothing);
        prop_assert_eq!(evidence.fields.iter().map(|opinion| opinion.field).collect::<Vec<_>>(), Field::ALL);
        let kept: Evidence = serde_json::from_value(serde_json::to_value(&evidence).unwrap()).unwrap();
        prop_assert_eq!(kept, evidence);
    }

    #[test]
    fn a_validity_is_read_again_as_it_is_written(text in "20[0-9]{2}\\.[01][0-9]\\.[0-3][0-9][-一]?(20[0-9]{2}\\.[01][0-9]\\.[0-3][0-9]|长期)") {
        if let Some(validity) = Validity::parse(&text) {
            prop_assert_eq!(Validity::parse(&validity.to_string()), Some(validity));
            prop_assert!(validity.until.is_none_or(|until| until > validity.from));
            let _ = (validity.standing(TODAY), validity.is_of_a_lawful_term());
        }
    }

    #[test]
    fn confidence_is_a_percentage_of_whatever(share in any::<f32>()) {
        prop_assert!(Confidence::of_share(share).percent() <= 100);
    }
}

#[test]
fn a_reading_is_as_sure_as_it_says() {
    assert_eq!(Read { value: (), confidence: confidence(42) }.confidence.percent(), 42);
    assert_eq!(Confidence::of_share(f32::NAN).percent(), 0);
}
