use domain::certificate::{
    DegreeCertificateError, DegreeCertificateNo, EducationCertificateError, EducationCertificateNo,
};

use crate::{TODAY, check, code};

#[test]
fn education_numbers_say_what_is_wrong() {
    let cases = [
        (("-", 2012, "21"), "edu_cert_no.EMPTY"),
        (("（99）毕字第12号", 1999, "21"), "OK"),
        (("毕字#12", 1999, "21"), "edu_cert_no.FREE_FORMAT"),
        (("123", 2012, "41"), "edu_cert_no.FREE_FORMAT"),
        (("10001120120500001X", 2012, "21"), "edu_cert_no.CHARSET"),
        (("1000112012050001", 2012, "21"), "edu_cert_no.LENGTH"),
        (("100011200405000 01", 2004, "21"), "edu_cert_no.LENGTH"),
        (("100011200305000 01", 2003, "21"), "OK"),
        (("100012201205000001", 2012, "21"), "edu_cert_no.KIND"),
        (("100011200005000001", 2001, "21"), "edu_cert_no.YEAR"),
        (("100011202705000001", 2026, "21"), "edu_cert_no.YEAR"),
        (("100011201203000001", 2012, "21"), "edu_cert_no.LEVEL"),
        (("100011201206000001", 2012, "21"), "edu_cert_no.LEVEL_MISMATCH"),
        (("100011201204000001", 2012, "11"), "edu_cert_no.LEVEL_MISMATCH"),
        (("100011201204000001", 2012, "21"), "OK"),
        (("100011201205000001", 2014, "21"), "edu_cert_no.YEAR_MISMATCH"),
        (("100011201205000001", 2013, "21"), "OK"),
        (("100011201205000000", 2012, "21"), "edu_cert_no.SERIAL_ZERO"),
        (("65320102031212345", 2012, "31"), "OK"),
    ];
    check(EducationCertificateError::ALL, &cases, |&(number, year, level)| {
        code(EducationCertificateNo::parse(number, year, level, TODAY))
    });
}

#[test]
fn degree_numbers_say_what_is_wrong() {
    let cases = [
        (("", 2015, "4"), "degree_cert_no.EMPTY"),
        (("（99）学字第12号", 1999, "4"), "OK"),
        (("学字【12】", 1999, "4"), "degree_cert_no.FREE_FORMAT"),
        (("1000142015学0001", 2015, "4"), "degree_cert_no.CHARSET"),
        (("100014201500000X", 2015, "4"), "degree_cert_no.CHARSET"),
        (("A1000142015000001", 2015, "4"), "degree_cert_no.PREFIX"),
        (("C10001420150001", 2015, "4"), "degree_cert_no.LENGTH"),
        (("CC1000142015000001", 2015, "4"), "degree_cert_no.LENGTH"),
        (("1000142015H00001", 2015, "4"), "degree_cert_no.LETTER11"),
        (("1000152015000001", 2015, "4"), "degree_cert_no.LEVEL"),
        (("1000132015000001", 2015, "4"), "degree_cert_no.LEVEL_MISMATCH"),
        (("1000142004000001", 2006, "4"), "degree_cert_no.YEAR"),
        (("1000142027000001", 2026, "4"), "degree_cert_no.YEAR"),
        (("1000142015000001", 2017, "4"), "degree_cert_no.YEAR_MISMATCH"),
        (("C1000132015000001", 2015, "3"), "degree_cert_no.PREFIX_LEVEL"),
        (("T1000142015000001", 2015, "4"), "degree_cert_no.PREFIX_LEVEL"),
        (("Q1000122015000001", 2015, "2"), "degree_cert_no.PREFIX_LEVEL"),
        (("1000142015E00000", 2015, "4"), "degree_cert_no.SERIAL_ZERO"),
        (("1000142015e00001", 2015, "4"), "OK"),
        (("Z1000132015J00001", 2015, "3"), "OK"),
        (("1000142015000001", 2015, "4"), "OK"),
    ];
    check(DegreeCertificateError::ALL, &cases, |&(number, year, group)| {
        code(DegreeCertificateNo::parse(number, year, group, TODAY))
    });
}

#[test]
fn stored_numbers_are_text() {
    let number = DegreeCertificateNo::parse("1000142015000001", 2015, "4", TODAY).unwrap();
    let stored = serde_json::to_string(&number).unwrap();
    assert_eq!(stored, r#""1000142015000001""#);
    assert_eq!(serde_json::from_str::<DegreeCertificateNo>(&stored).unwrap(), number);
}
