use std::collections::BTreeSet;

use domain::collection::department::DepartmentId;
use domain::divisions::{Division, DivisionError, JSON, Level, children};
use domain::fault::Code;
use serde_json::Value;

use crate::{check, code};

fn division(code: &str) -> Division {
    Division::parse(code).unwrap()
}

#[test]
fn only_counties_can_be_chosen() {
    let cases = [
        ("110101", "OK"),
        ("441900", "OK"),
        ("110000", "division.NOT_COUNTY"),
        ("320500", "division.NOT_COUNTY"),
        ("710000", "division.NOT_COUNTY"),
        ("999999", "division.UNKNOWN"),
        ("653228", "OK"),
        ("133100", "OK"),
        ("500157", "OK"),
        ("500112", "division.CLOSED"),
        ("460321", "division.CLOSED"),
        ("", "division.UNKNOWN"),
    ];
    check(DivisionError::ALL, &cases, |input| code(Division::parse_county(input)));
}

#[test]
fn a_county_knows_what_is_above_it() {
    let county = division("320583");
    assert_eq!(county.level(), Level::County);
    assert_eq!(county.city(), Some(division("320500")));
    assert_eq!(county.parent(), county.city());
    assert_eq!(county.province(), division("320000"));
    assert_eq!(county.province().parent(), None);
    assert_eq!(county.province().city(), None);
    assert_eq!(county.full_zh(), "江苏省苏州市昆山市");
    assert_eq!(division("110101").full_zh(), "北京市东城区");
    assert_eq!(division("441900").full_zh(), "广东省东莞市");
    assert_eq!((county.province().zh(), county.province().en()), ("江苏省", "Jiangsu"));
}

#[test]
fn a_division_contains_itself_and_what_lies_below() {
    let (province, city, county) = (division("320000"), division("320500"), division("320583"));
    assert!(province.contains(county) && city.contains(county) && county.contains(county));
    assert!(!county.contains(city) && !city.contains(province));
    assert!(!division("320100").contains(county) && !division("330000").contains(county));
    assert!(division("441900").contains(division("441900")));
    assert!(division("440000").contains(division("441900")));
}

#[test]
fn the_tree_is_walked_from_the_provinces_to_every_county() {
    let provinces: Vec<_> = children(None).unwrap().collect();
    assert_eq!(provinces.len(), 34);
    let mut counties = 0;
    for province in provinces {
        assert_eq!(province.level(), Level::Province);
        for city in children(Some(province.code())).unwrap() {
            assert_eq!((city.level(), city.province()), (Level::City, province));
            let mut below = children(Some(city.code())).unwrap().peekable();
            assert!(below.peek().is_some(), "{city:?} has no county");
            for county in below {
                counties += 1;
                assert_eq!((Division::parse(county.code()), county.level()), (Ok(county), Level::County));
                assert!(province.contains(county) && city.contains(county));
            }
        }
    }
    let file: Value = serde_json::from_str(JSON).unwrap();
    assert_eq!(counties, file["meta"]["counts"]["county_level"], "as the file's own counts say");
    assert_eq!(children(Some("110101")).unwrap().count(), 0);
    assert!(children(Some("999999")).is_none());
}

#[test]
fn a_division_is_stored_as_its_code() {
    assert_eq!(serde_json::to_string(&division("441900")).unwrap(), r#""441900""#);
    let read: Division = serde_json::from_str(r#""441900""#).unwrap();
    assert_eq!((read, read.level()), (division("441900"), Level::County));
    for none in [r#""44""#, r#""44190x""#, r#""""#] {
        assert!(serde_json::from_str::<Division>(none).is_err(), "{none}");
    }
}

#[test]
fn new_divisions_are_in_the_tree() {
    for (code, name) in [
        ("460302", "海南省三沙市西沙区"),
        ("460303", "海南省三沙市南沙区"),
        ("500157", "重庆市两江新区"),
        ("540481", "西藏自治区林芝市米林市"),
        ("540581", "西藏自治区山南市错那市"),
        ("653132", "新疆维吾尔自治区喀什地区岑岭县"),
        ("653228", "新疆维吾尔自治区和田地区和康县"),
        ("653229", "新疆维吾尔自治区和田地区和安县"),
        ("659012", "新疆维吾尔自治区白杨市"),
        ("659013", "新疆维吾尔自治区草湖市"),
        ("133100", "河北省雄安新区"),
    ] {
        assert_eq!(Division::parse_county(code).unwrap().full_zh(), name);
    }
    assert_eq!(
        division("130632").full_zh(),
        "河北省保定市安新县",
        "雄安 is a zone, and not above its counties"
    );
}

#[test]
fn a_closed_division_is_read_and_not_chosen() {
    let (closed, successor) = (division("500112"), division("500157"));
    assert_eq!(closed.full_zh(), "重庆市渝北区");
    assert!(!closed.is_selectable() && successor.is_selectable());
    assert_eq!(closed.closed_since().unwrap().to_string(), "2025-11-06");
    assert_eq!((closed.successor(), successor.successor()), (Some(successor), None));
    assert_eq!(Division::parse_selectable("500112"), Err(DivisionError::Closed));
    let read: Division = serde_json::from_str(r#""500112""#).unwrap();
    assert_eq!((read, read.level(), read.province()), (closed, Level::County, division("500000")));
    assert!(children(Some("500100")).unwrap().any(|child| child == closed));
    assert!(successor.answers_for(closed) && successor.follows(closed) && closed.follows(closed));
    assert!(!successor.contains(closed) && !closed.answers_for(successor) && !closed.follows(successor));
    assert!(!division("500109").answers_for(closed), "one division takes over");
}

#[test]
fn a_code_that_is_not_in_the_table_does_not_make_what_is_stored_unreadable() {
    let read: Division = serde_json::from_str(r#""653299""#).unwrap();
    assert_eq!((read.code(), read.zh(), read.level()), ("653299", "653299", Level::County));
    assert_eq!(read.province(), division("650000"));
    assert!(division("653200").contains(read) && !read.is_selectable());
    assert_eq!((read.closed_since(), read.successor()), (None, None));
    assert_eq!(serde_json::to_string(&read).unwrap(), r#""653299""#);
    assert_eq!(serde_json::from_str::<Division>(r#""653299""#).unwrap(), read);
    assert_eq!(Division::parse("653299"), Err(DivisionError::Unknown), "nobody can choose it");
    assert_eq!(DepartmentId::parse("653299-1"), Err(Code("department.UNKNOWN")));
    let id: DepartmentId = serde_json::from_str(r#""653299-1""#).unwrap();
    assert_eq!((id.division, id.to_string().as_str()), (read, "653299-1"));
    assert!(serde_json::from_str::<Division>(r#""009999""#).unwrap().parent().is_none());
}

#[test]
fn a_department_of_a_closed_division_is_not_chosen() {
    assert_eq!(DepartmentId::parse_selectable("500112-1"), Err(Code("department.CLOSED")));
    assert!(DepartmentId::parse_selectable("500157-1").is_ok() && DepartmentId::parse("500112-1").is_ok());
}

/// What the yearly update has to keep: see `docs/operations.md`.
#[test]
fn the_table_has_the_shape_that_codes_are_stored_by() {
    let file: Value = serde_json::from_str(JSON).unwrap();
    let mut rows: Vec<(&Value, Option<&Value>, usize)> = Vec::new();
    let mut todo: Vec<_> =
        file["items"].as_array().unwrap().iter().map(|row| (row, None::<&Value>, 0)).collect();
    while let Some((row, above, level)) = todo.pop() {
        rows.push((row, above, level));
        let below = row["children"].as_array().into_iter().flatten();
        todo.extend(below.map(|child| (child, Some(row), level + 1)));
    }
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let is_han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let mut codes = BTreeSet::new();
    for (row, above, level) in &rows {
        let code = text(row, "code");
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{row}");
        assert!(*level < 3, "{code} lies below a county");
        let own_county = above.is_some_and(|above| above["code"] == row["code"]);
        assert!(codes.insert(code.clone()) || *level > 0, "{code} is there twice");
        if let Some(above) = above {
            let digits = if *level == 1 { 2 } else { 4 };
            let outside = !own_county && code[..digits] != text(above, "code")[..digits];
            // 重庆's 县 are numbered 5002, 自治区直辖县级 6590: each below a heading of its own digits.
            assert!(!outside, "{code} lies below {}", above["code"]);
        }
        let zh = text(row, "zh");
        assert!(!zh.is_empty() && zh.chars().all(is_han), "{code}: {zh}");
        let en = text(row, "en");
        assert!(
            !en.is_empty() && en.chars().all(|c| c.is_ascii_alphabetic() || " '".contains(c)),
            "{code}: {en}"
        );
        let closed = row.get("closed").map(|_| text(row, "closed").parse::<jiff::civil::Date>().unwrap());
        assert!(
            closed.is_some() || row.get("successor").is_none(),
            "{code} has a successor and is not closed"
        );
        if closed.is_some() {
            assert_eq!(*level, 2, "{code}: only counties are closed so far");
            let successor = text(row, "successor");
            let heir = successor.is_empty() || Division::parse_county(&successor).is_ok();
            assert!(heir, "{code}: {successor} is no county that can be chosen");
        }
    }
    let siblings = |parent: &str| {
        let names: Vec<_> =
            children(Some(parent)).unwrap().filter(|child| child.is_selectable()).map(Division::zh).collect();
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "two of the same name below {parent}");
    };
    for (row, ..) in &rows {
        siblings(&text(row, "code"));
    }

    let counts = &file["meta"]["counts"];
    let is = |name: &str, count: usize| assert_eq!(counts[name], count, "{name}");
    let of = |level: usize| rows.iter().filter(move |(.., at)| *at == level).map(|(row, ..)| *row);
    is("provinces", of(0).count());
    is("city_level", of(1).count());
    is("county_level", of(2).count());
    is("of_which_closed", of(2).filter(|row| row.get("closed").is_some()).count());
    is("of_which_functional_zones", of(2).filter(|row| row["functional_zone"] == true).count());
    for change in file["meta"]["changes"].as_array().unwrap() {
        assert!(text(change, "since").parse::<jiff::civil::Date>().is_ok(), "{change}");
        assert!(!text(change, "zh").is_empty() && !text(change, "source").is_empty(), "{change}");
        let codes = change["codes"].as_array().unwrap();
        assert!(codes.iter().all(|code| Division::parse(code.as_str().unwrap()).is_ok()), "{change}");
    }
    assert!(text(&file["meta"], "as_of").parse::<jiff::civil::Date>().is_ok());
}

/// `codes.txt` has every code that the table ever had; a new one is added with `BAOMING_ADD_CODES=1`.
#[test]
fn no_code_ever_leaves_the_table() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/division_codes.txt");
    let known: BTreeSet<String> =
        std::fs::read_to_string(file).unwrap().split_whitespace().map(str::to_owned).collect();
    let provinces = children(None).unwrap();
    let codes: BTreeSet<String> =
        provinces.flat_map(Division::with_those_below).map(|division| division.code().to_owned()).collect();
    let gone: Vec<_> = known.difference(&codes).collect();
    assert!(gone.is_empty(), "{gone:?} left the table: close them instead, cases are stored with them");
    if std::env::var_os("BAOMING_ADD_CODES").is_some() {
        let lines: Vec<_> = codes.iter().map(String::as_str).collect();
        std::fs::write(file, lines.chunks(20).map(|line| line.join(" ") + "\n").collect::<String>()).unwrap();
    } else {
        let new: Vec<_> = codes.difference(&known).collect();
        assert!(new.is_empty(), "{new:?} are new: run this test with BAOMING_ADD_CODES=1");
    }
}
