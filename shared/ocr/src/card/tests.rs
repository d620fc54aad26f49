//! Lines as they may come from a card, and what becomes of them.

use domain::evidence::{Printed, Read};

use super::rows::Rows;
use super::{emblem, portrait};
use crate::line::{Character, Gaps, Line};
use crate::place::Place;

/// A line 40 pixels high whose characters are as wide, its upper left corner at a place.
fn line(text: &str, (left, top): (f64, f64)) -> Line {
    let count = f64::from(u32::try_from(text.chars().count()).unwrap());
    let characters = (0_u32..).zip(text.chars()).map(|(place, value)| Character {
        value,
        confidence: 0.98,
        at: (f64::from(place) + 0.5) / count,
        gaps: Gaps::default(),
        digits: [(if value.is_ascii_digit() || value == 'X' { value } else { '0' }, 0.98), ('7', 0.02)],
    });
    let half = count * 20.0;
    let place = Place { centre: (left + half, top + 20.0), along: (half, 0.0), across: (0.0, 20.0) };
    Line::new(place, characters.collect())
}

const NUMBER: &str = "11010519491231002X";

fn card() -> Vec<Line> {
    vec![
        line("公民身份号码", (60.0, 540.0)),
        line(NUMBER, (330.0, 538.0)),
        line("北京市朝阳区样本路", (170.0, 300.0)),
        line("1号院", (170.0, 346.0)),
        line("1949年12月31日", (170.0, 225.0)),
        line("民族汉", (268.0, 150.0)),
        line("男", (170.0, 152.0)),
        line("张小明", (170.0, 80.0)),
        line("姓名", (60.0, 84.0)),
        line("性别", (60.0, 155.0)),
        line("出生", (60.0, 228.0)),
        line("住址", (60.0, 303.0)),
        line("样本", (800.0, 410.0)),
    ]
}

fn front(lines: Vec<Line>) -> portrait::Found {
    portrait::Found::of(&Rows::of(lines))
}

fn text(read: Option<&Read<Printed>>) -> &str {
    read.map_or("", |read| read.value.expose())
}

fn without(text: &str) -> Vec<Line> {
    let mut lines = card();
    lines.retain(|line| line.text() != text);
    lines
}

fn with(was: &str, is: &str) -> Vec<Line> {
    let mut lines = without(was);
    let at = card().into_iter().find(|line| line.text() == was).unwrap().place.corners()[0];
    lines.push(line(is, at));
    lines
}

#[test]
fn fields_follow_their_labels() {
    let found = front(card());
    assert_eq!(found.marks, 5);
    assert_eq!(text(found.side.name.as_ref()), "张小明");
    assert_eq!(text(found.side.address.as_ref()), "北京市朝阳区样本路1号院");
    assert_eq!(text(found.side.number.as_ref()), NUMBER);
    assert_eq!(found.side.birth.unwrap().value.to_string(), "1949-12-31");
}

#[test]
fn it_does_not_matter_which_way_the_card_lies() {
    for degrees in [90.0_f64, 180.0, 270.0, 17.0, -40.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let turn = |(x, y): (f64, f64)| (x * cos - y * sin, x * sin + y * cos);
        let mut lines = card();
        for line in &mut lines {
            let Place { centre, along, across } = line.place;
            line.place = Place { centre: turn(centre), along: turn(along), across: turn(across) };
        }
        let found = front(lines);
        assert_eq!(text(found.side.name.as_ref()), "张小明", "{degrees}");
        assert_eq!(text(found.side.address.as_ref()), "北京市朝阳区样本路1号院", "{degrees}");
    }
}

#[test]
fn a_label_and_its_value_may_be_one_line_or_the_label_half_lost() {
    let mut lines = without("姓名");
    lines.retain(|line| line.text() != "张小明");
    lines.push(line("姓名张小明", (60.0, 84.0)));
    assert_eq!(text(front(lines).side.name.as_ref()), "张小明");
    assert_eq!(text(front(with("姓名", "姓各")).side.name.as_ref()), "张小明");
    assert_eq!(text(front(with("姓名", "姓")).side.name.as_ref()), "张小明");
    assert_eq!(text(front(with("住址", "住扯")).side.address.as_ref()), "北京市朝阳区样本路1号院");
}

#[test]
fn a_field_without_its_label_is_known_by_what_is_around_it() {
    assert_eq!(text(front(without("姓名")).side.name.as_ref()), "张小明");
    assert_eq!(text(front(without("住址")).side.address.as_ref()), "北京市朝阳区样本路1号院");
    assert_eq!(text(front(without("公民身份号码")).side.number.as_ref()), NUMBER);
    // The second character of a name is no label.
    let mut lines = with("张小明", "王名扬");
    lines.retain(|line| line.text() != "姓名");
    assert_eq!(text(front(lines).side.name.as_ref()), "王名扬");
    // What is above may be anything where nothing says which row is which.
    let mut lines = without("姓名");
    lines.retain(|line| !line.text().contains('别') && !line.text().contains("民族"));
    assert_eq!(front(lines).side.name, None);
}

#[test]
fn a_point_between_the_parts_of_a_name_is_one_however_it_was_read() {
    for read in ["热娜·艾力", "热娜.艾力", "热娜-艾力", "热娜：艾力"] {
        assert_eq!(text(front(with("张小明", read)).side.name.as_ref()), "热娜·艾力", "{read}");
    }
    assert_eq!(text(front(with("张小明", "张小明.")).side.name.as_ref()), "张小明");
    assert_eq!(front(with("张小明", "张")).side.name, None);
}

#[test]
fn a_gap_in_a_name_casts_doubt_on_it() {
    let sure = |lines| front(lines).side.name.unwrap().confidence;
    assert_eq!(sure(card()).percent(), 98);
    // Three characters' room, of which the last was passed over.
    let mut gap = line("张小明", (170.0, 80.0));
    gap.characters.pop();
    let mut lines = without("张小明");
    lines.push(Line::new(gap.place, gap.characters));
    assert_eq!(sure(lines).percent(), 40);
    // The room between a label and its value is none.
    let mut wide = line("姓名　张小明", (60.0, 84.0));
    wide.characters.remove(2);
    let mut lines = without("姓名");
    lines.retain(|line| line.text() != "张小明");
    lines.push(Line::new(wide.place, wide.characters));
    assert_eq!(sure(lines).percent(), 98);
}

#[test]
fn a_number_that_checks_is_surer_and_one_unsure_digit_is_mended() {
    let number = |digits: &[(usize, [(char, f32); 2])], text: &str| {
        let mut changed = line(text, (330.0, 538.0));
        for (place, ranked) in digits {
            changed.characters[*place].digits = *ranked;
            changed.characters[*place].confidence = ranked[0].1;
        }
        let mut lines = without(NUMBER);
        lines.push(changed);
        front(lines).side.number.unwrap()
    };
    let sound = number(&[(3, [('1', 0.6), ('7', 0.3)])], NUMBER);
    assert_eq!((sound.value.expose(), sound.confidence.percent()), (NUMBER, 96));
    let mended = number(&[(3, [('7', 0.6), ('1', 0.3)])], "11070519491231002X");
    assert_eq!((mended.value.expose(), mended.confidence.percent()), (NUMBER, 60));
    // A digit that was read surely is not put in doubt, and two are not either.
    let kept = number(&[(3, [('7', 0.97), ('1', 0.02)])], "11070519491231002X");
    assert_eq!((kept.value.expose(), kept.confidence.percent()), ("11070519491231002X", 97));
    let letters = number(&[(1, [('1', 0.4), ('7', 0.1)])], "1I010519491231002X");
    assert_eq!((letters.value.expose(), letters.confidence.is_high()), (NUMBER, true));
    let short = number(&[], "1101051949123100");
    assert_eq!((short.value.expose(), short.confidence.percent()), ("1101051949123100", 50));
}

#[test]
fn the_other_side_says_who_issued_it_and_until_when() {
    let read = |authority: &str, period: &str| {
        let lines = vec![
            line("居民身份证", (330.0, 200.0)),
            line(authority, (250.0, 460.0)),
            line(period, (250.0, 540.0)),
        ];
        let found = emblem::Found::of(&Rows::of(lines));
        let validity = found.side.validity.map(|read| (read.value.to_string(), read.confidence.is_high()));
        (text(found.side.authority.as_ref()).to_owned(), validity, found.marks)
    };
    let period = |text: &str, high| Some((text.to_owned(), high));
    assert_eq!(
        read("签发机关样本县公安局", "有效期限2015.03.02-2035.03.02"),
        ("样本县公安局".to_owned(), period("2015.03.02-2035.03.02", true), 3)
    );
    assert_eq!(
        read("样本县公安局", "2015.03.02-长期"),
        ("样本县公安局".to_owned(), period("2015.03.02-长期", true), 2)
    );
    let unusual = read("签发机关样本县公安局", "有效期限2015.03.02-2085.03.02").1;
    assert_eq!(unusual, period("2015.03.02-2085.03.02", false), "a three was read as an eight");
    assert_eq!(read("签发机关样本县公安局", "有效期限2015.03.02").1, None);
    assert_eq!(emblem::Found::of(&Rows::of(card())).marks, 0);
}
