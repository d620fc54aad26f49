//! Whole forms, checked before they are written to a file.

use domain::{
    case::State,
    certificate::EducationCertificateNo,
    codes::{
        self, AccountingPost, AccountingTitle, CollectionScope, Degree, EducationLevel, Industry, StudyMode,
        UnitType,
    },
    collection::{
        AccountingExperience, Collection, DepartmentChoice, Education, Employment, Scope,
        department::{Basis, DepartmentId},
    },
    divisions::Division,
    free_text::Text,
    ids::{EducationId, EmploymentId, ExperienceId},
    name::PersonName,
    period::{Period, PeriodKind},
    phone::WorkPhone,
    uscc::Uscc,
};
use jiff::civil::date;
use proptest::prelude::*;
use ulid::Ulid;

use crate::{
    Form, content,
    fonts::Faces,
    form,
    sample::{EMPLOYERS, Sample},
    sheet::{BOTTOM, HEIGHT, MARGIN, Op, WIDTH},
};

fn pages(input: &Form<'_>) -> Vec<Vec<Op>> {
    content::lay_out(input, &Faces::open(input.further_face).unwrap(), None).unwrap()
}

/// All texts of a form in drawing order, without white space.
fn text(input: &Form<'_>) -> String {
    let pages = pages(input);
    let texts =
        pages.iter().flatten().map(|op| if let Op::Text { text, .. } = op { text.as_str() } else { "" });
    texts.flat_map(|text| text.split_whitespace().collect::<Vec<_>>()).collect()
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn all_values_are_printed() {
    let sample = Sample::new("𠮷田·〇明", 12);
    let text = text(&sample.form());
    for employer in EMPLOYERS {
        assert!(text.contains(&compact(employer)), "{employer}");
    }
    for part in [
        "姓名𠮷田·〇明",
        "居民身份证",
        "1990-01-01",
        "女",
        "会计人员（从事会计工作）",
        "2016-05-20至2036-05-20",
        "助理会计师（初级）",
        "11013050001234",
        "北京工商大学",
        "100111201205000123",
        "Z1003432019000321",
        "北京市东城区财政局会计科",
        "工作单位所在地",
        "010-64031118",
        "√承诺所提供信息真实有效",
        "勾选时间：2026-11-2416:07:55",
        "第1次",
        "待审核",
        "打印时间：2026-11-2509:30",
        "江苏省苏州市昆山市",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn identity_number_and_phone_are_masked() {
    let sample = Sample::new("王小明", 1);
    let text = text(&sample.form());
    assert!(text.contains("110***********002X") && text.contains("138****1234"));
    assert!(
        !text.contains(sample.identity.number.expose()) && !text.contains(sample.identity.mobile.expose())
    );
}

#[test]
fn every_page_has_its_number_and_the_case_id() {
    let sample = Sample::new("王小明", 12);
    let input = sample.form();
    let all = pages(&input);
    assert!((4..=6).contains(&all.len()), "{} pages", all.len());
    for (index, page) in all.iter().enumerate() {
        let has =
            |wanted: &str| page.iter().any(|op| matches!(op, Op::Text { text, .. } if text.contains(wanted)));
        assert!(has(&format!("第 {} 页 / 共 {} 页", index + 1, all.len())));
        assert!(has(&input.case.to_string()));
    }
}

#[test]
fn draft_is_marked_and_has_no_declaration() {
    let sample = Sample::new("王小明", 0);
    let input = sample.draft();
    let text = text(&input);
    assert!(text.contains("尚未提交") && text.contains("尚未勾选") && !text.contains('√'));
    assert!(form(&input).unwrap().len() > form(&sample.form()).unwrap().len() / 2);
}

#[test]
fn empty_draft_can_be_printed() {
    let mut sample = Sample::new("王小明", 0);
    sample.collection = Collection::default();
    let input = Form { department: None, photo: None, ..sample.draft() };
    assert!(text(&input).matches("尚未填写").count() >= 5);
    assert!(form(&input).is_ok());
}

/// A text of arbitrary characters, or a plain one of that length if those are not allowed.
fn any_text<const MIN: usize, const MAX: usize>() -> impl Strategy<Value = Text<MIN, MAX>> {
    let plain = prop_oneof![
        prop::collection::vec(any::<char>(), MIN..=MAX).prop_map(String::from_iter),
        (prop::sample::select(vec!['W', '，', '国', '\u{2A6D6}', '（']), MIN..=MAX)
            .prop_map(|(c, count)| c.to_string().repeat(count)),
        prop::collection::vec("[一-龥]\n|[a-z ]", MIN..=MAX).prop_map(|parts| parts.concat()),
    ];
    plain.prop_map(|text| {
        let cut: String = text.chars().take(MAX).collect();
        Text::parse(&cut).or_else(|_| Text::parse(&"长".repeat(MAX))).unwrap()
    })
}

fn any_code<T>(
    table: &'static str,
    parse: fn(&str) -> Result<T, codes::CodeError>,
) -> impl Strategy<Value = T>
where
    T: std::fmt::Debug,
{
    let codes: Vec<_> = codes::table(table).unwrap().iter().filter(|entry| entry.selectable).collect();
    prop::sample::select(codes).prop_map(move |entry| parse(&entry.code).unwrap())
}

fn any_period() -> impl Strategy<Value = Period> {
    (1970..2020, 1..13, 0..7, prop::bool::ANY).prop_map(|(year, month, years, open)| {
        let end = if open { "至今".to_owned() } else { format!("{}-12", year + years) };
        let start = format!("{year}-{month:02}");
        let as_of = date(2026, 11, 24);
        Period::parse(PeriodKind::Work, None, Some(&start), Some(&end), as_of, None).unwrap()
    })
}

fn any_experience() -> impl Strategy<Value = AccountingExperience> {
    let posts = prop::collection::vec(any_code("accounting_posts", AccountingPost::parse), 1..12);
    let title = prop::option::of(any_code("accounting_titles", AccountingTitle::parse));
    (any_period(), posts, any_text(), title).prop_map(|(period, posts, duties, title)| AccountingExperience {
        id: ExperienceId::new(Ulid(1)),
        period,
        posts,
        duties,
        title,
        title_since: title.map(|_| period.start()),
    })
}

fn any_employment() -> impl Strategy<Value = Employment> {
    let page = (
        any_period(),
        any_text(),
        any_text(),
        any_code("unit_types", UnitType::parse),
        any_code("industries", Industry::parse),
        prop::sample::select(vec!["110101", "320583"]),
        prop::option::of(Just("91350100M000100Y43")),
    );
    (page, any::<bool>(), prop::collection::vec(any_experience(), 0..21)).prop_map(
        |(page, has_accounting, rows)| {
            let (period, employer, address, unit_type, industry, division, uscc) = page;
            Employment {
                id: EmploymentId::new(Ulid(1)),
                period,
                employer,
                uscc: uscc.map(|uscc| Uscc::parse(uscc).unwrap()),
                unit_type,
                industry,
                division: Division::parse(division).unwrap(),
                address,
                phone: WorkPhone::parse("010-65123456").unwrap(),
                has_accounting,
                proof: None,
                accounting_experiences: rows,
            }
        },
    )
}

fn any_education() -> impl Strategy<Value = Education> {
    (
        any_period(),
        any_code("study_modes", StudyMode::parse),
        any_text(),
        any_code("education_levels", EducationLevel::parse),
        any_code("degrees", Degree::parse),
        any_text(),
        prop::option::of(any_text()),
    )
        .prop_map(|(period, study_mode, school, level, degree, major, overseas_certificate_no)| {
            Education {
                id: EducationId::new(Ulid(1)),
                study_mode,
                school,
                level,
                degree,
                major,
                period,
                education_certificate_no: EducationCertificateNo::parse(
                    &"第一二三四五六七八九十".repeat(3),
                    1990,
                    "21",
                    date(2026, 11, 24),
                )
                .ok(),
                degree_certificate_no: None,
                overseas_certificate_no,
                certificates: Vec::new(),
            }
        })
}

fn any_collection() -> impl Strategy<Value = Collection> {
    (
        prop::option::of(any_code("collection_scopes", CollectionScope::parse)),
        prop::collection::vec(any_education(), 0..16),
        prop::collection::vec(any_employment(), 0..10),
        any::<bool>(),
    )
        .prop_map(|(scope, educations, employments, has_department)| Collection {
            scope: scope.map(|scope| Scope { scope }),
            basic: Sample::new("王", 0).collection.basic,
            educations,
            employments,
            department: has_department.then(|| DepartmentChoice {
                department_id: DepartmentId::parse("110101-1").unwrap(),
                basis: Basis::School,
            }),
        })
}

/// Everything is within the page, and rows end above the foot.
fn stays_on_the_page(pages: &[Vec<Op>], faces: &Faces<'_>) -> Result<(), TestCaseError> {
    for op in pages.iter().flatten() {
        match op {
            Op::Text { x, y, size, style, text } => {
                let end = x + faces.width(*style, text) * size;
                prop_assert!(*x >= MARGIN - 0.1 && end <= WIDTH - MARGIN + 0.1, "{text} from {x} to {end}");
                prop_assert!(*y > 20.0 && *y < HEIGHT - 20.0);
            }
            Op::Rect { x, y, width, height, .. } => {
                prop_assert!(*x >= MARGIN - 0.1 && x + width <= WIDTH - MARGIN + 0.1);
                prop_assert!(*height == 0.0 || y + height <= BOTTOM + 0.1, "{y} and {height}");
            }
            Op::Photo { .. } | Op::Modules { .. } => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_collection_can_be_printed(
        collection in any_collection(),
        name in prop::collection::vec(any::<char>(), 0..51).prop_map(String::from_iter),
        state in prop::sample::select(State::ALL.to_vec()),
        long in ".{0,400}",
    ) {
        let mut sample = Sample::new("王小明", 0);
        sample.collection = collection;
        sample.identity.name = PersonName::restore(name);
        sample.department.name = long.clone();
        sample.department.address = "很".repeat(400);
        sample.department.phone = long;
        let input = Form { state, ..sample.form() };
        stays_on_the_page(&pages(&input), &Faces::open(None).unwrap())?;
        let pdf = form(&input);
        prop_assert!(pdf.is_ok_and(|pdf| pdf.starts_with(b"%PDF-1.7")));
    }
}
