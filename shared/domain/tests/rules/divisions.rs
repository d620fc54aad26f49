use domain::divisions::{Division, DivisionError, Level, children};

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
                assert_eq!(Division::parse_county(county.code()), Ok(county));
                assert!(province.contains(county) && city.contains(county));
            }
        }
    }
    assert_eq!(counties, 2978, "as the file's own counts say");
    assert_eq!(children(Some("110101")).unwrap().count(), 0);
    assert!(children(Some("999999")).is_none());
}

#[test]
fn a_division_is_stored_as_its_code() {
    assert_eq!(serde_json::to_string(&division("441900")).unwrap(), r#""441900""#);
    let read: Division = serde_json::from_str(r#""441900""#).unwrap();
    assert_eq!((read, read.level()), (division("441900"), Level::County));
    assert!(serde_json::from_str::<Division>(r#""44""#).is_err());
}
