//! Runs the shared test vectors: files of cases, each with an input and what the rule must make of it.
//!
//! Used by the tests and by `examples/vectors.rs`.

use std::path::Path;

use domain::certificate::{DegreeCertificateNo, DegreeLayout, EducationCertificateNo, EducationLayout};
use domain::eligibility::{self, Education, Ineligible};
use domain::fault::Code;
use domain::identity::{ForeignCard, IdType, IdentityNumber, Region};
use domain::mobile::Mobile;
use domain::name::PersonName;
use domain::period::{Period, PeriodEnd, PeriodKind, YearMonth};
use domain::upload::{Format, Purpose};
use domain::uscc::Uscc;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

/// A file of vectors.
#[derive(Deserialize)]
struct File {
    validator: String,
    as_of: Date,
    count: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    input: Value,
    valid: bool,
    reason: String,
    normalized: Option<Value>,
    derived: Option<Value>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default, rename = "note")]
    _note: String,
}

/// What came of a file.
#[derive(Default)]
pub struct Report {
    /// Cases that came out as they should.
    pub passed: usize,
    /// The others, each with what was found and what was expected.
    pub misses: Vec<String>,
}

/// What our rules say about one input.
struct Outcome {
    reason: &'static str,
    normalized: Value,
    derived: Option<Value>,
    warnings: Vec<String>,
}

/// Runs the file `name.json` of a folder.
pub fn run(folder: &Path, name: &str) -> Result<Report, String> {
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: File = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    if file.count != file.cases.len() || file.cases.is_empty() {
        return Err(format!("{}: {} cases, {} announced", path.display(), file.cases.len(), file.count));
    }
    let mut report = Report::default();
    for case in &file.cases {
        match check(&file, case) {
            Ok(()) => report.passed += 1,
            Err(miss) => report.misses.push(format!("{}: {miss}", case.id)),
        }
    }
    Ok(report)
}

fn check(file: &File, case: &Case) -> Result<(), String> {
    let found = judge(&file.validator, &case.input, file.as_of).ok_or("input not understood")?;
    let reason = (found.reason == "OK", found.reason);
    if reason != (case.valid, case.reason.as_str()) {
        return Err(format!("{} instead of {} for {}", found.reason, case.reason, case.input));
    }
    let expected = case.normalized.clone().unwrap_or_default();
    if expected != found.normalized {
        return Err(format!("normalised to {} instead of {expected}", found.normalized));
    }
    // why: only eligibility derives something for refusals as well.
    if let Some(expected) = &case.derived
        && Some(expected) != found.derived.as_ref()
    {
        return Err(format!("derived {:?} instead of {expected}", found.derived));
    }
    if case.warnings != found.warnings {
        return Err(format!("warned of {:?} instead of {:?}", found.warnings, case.warnings));
    }
    Ok(())
}

fn accepted(normalized: impl Into<Value>, derived: Value) -> Outcome {
    Outcome { reason: "OK", normalized: normalized.into(), derived: Some(derived), warnings: vec![] }
}

fn refused(error: impl Into<Code>) -> Outcome {
    let code: Code = error.into();
    let reason = code.0.split_once('.').map_or(code.0, |(_, reason)| reason);
    Outcome { reason, normalized: Value::Null, derived: None, warnings: vec![] }
}

fn outcome<T, E: Into<Code>>(result: Result<T, E>, accept: impl FnOnce(T) -> Outcome) -> Outcome {
    result.map_or_else(refused, accept)
}

/// Applies a rule; nothing when the rule or the shape of its input is unknown here.
fn judge(validator: &str, input: &Value, as_of: Date) -> Option<Outcome> {
    Some(match validator {
        "resident_id" => identity(IdType::Ric, input.as_str()?, as_of),
        "hkmo_residence_permit" => identity(IdType::Hmrp, input.as_str()?, as_of),
        "tw_residence_permit" => identity(IdType::Twrp, input.as_str()?, as_of),
        "hkmo_permit" => identity(IdType::Hmp, input.as_str()?, as_of),
        "tw_permit" => identity(IdType::Twp, input.as_str()?, as_of),
        "foreign_permanent_resident" => identity(IdType::Fpr, input.as_str()?, as_of),
        "mobile" => outcome(Mobile::parse(input.as_str()?), |mobile| {
            accepted(mobile.expose(), json!({ "masked": mobile.masked() }))
        }),
        "name" => name(input)?,
        "uscc" => uscc(input.as_str()?),
        "edu_cert_no" => education_certificate(input, as_of)?,
        "degree_cert_no" => degree_certificate(input, as_of)?,
        "time_range" => time_range(input, as_of)?,
        "attachment" => attachment(input)?,
        "eligibility_intermediate" => eligibility(input, as_of)?,
        _ => return None,
    })
}

fn identity(id_type: IdType, input: &str, as_of: Date) -> Outcome {
    outcome(IdentityNumber::parse(id_type, input, as_of), |number| {
        let mut derived = json!({});
        if let Some(permit) = number.hkmo_permit() {
            let region = match permit.region {
                Region::HongKong => "HK",
                Region::Macao => "MO",
            };
            derived = json!({ "holder": permit.holder, "region": region, "replacement": permit.replacement });
        }
        if let (Some(birth), Some(sex)) = (number.birth_date(), number.sex()) {
            derived = json!({ "birth_date": birth, "sex": sex });
        }
        if let Some(area) = number.area() {
            derived["area"] = json!(area);
        }
        match number.foreign_card() {
            Some(ForeignCard::Numeric { province, country }) => {
                derived["generation"] = json!("18");
                derived["country_numeric"] = json!(country);
                derived["province"] = json!(province);
            }
            Some(ForeignCard::Alphabetic { country, birth }) => {
                derived = json!({ "generation": "15", "country": country, "birth_yymmdd": birth });
            }
            None => {}
        }
        accepted(number.expose(), derived)
    })
}

fn name(input: &Value) -> Option<Outcome> {
    let id_type = IdType::parse(input["id_type"].as_str()?).ok()?;
    Some(outcome(PersonName::parse(input["name"].as_str()?, id_type), |name| {
        let name = name.expose();
        let script = if name.contains(domain::name::is_han) { "han" } else { "latin" };
        accepted(name, json!({ "script": script, "chars": name.chars().count() }))
    }))
}

fn uscc(input: &str) -> Outcome {
    outcome(Uscc::parse(input), |uscc| {
        let derived = json!({
            "dept": uscc.department(),
            "kind": uscc.kind(),
            "area": uscc.area(),
            "org_code": uscc.organisation_code(),
        });
        let warnings = uscc.warnings().iter().map(|warning| warning.reason().to_owned()).collect();
        Outcome { warnings, ..accepted(uscc.as_str(), derived) }
    })
}

fn education_certificate(input: &Value, as_of: Date) -> Option<Outcome> {
    let grad_year = i16::try_from(input["grad_year"].as_i64()?).ok()?;
    let (number, level) = (input["number"].as_str()?, input["level"].as_str()?);
    Some(outcome(EducationCertificateNo::parse(number, grad_year, level, as_of), |number| {
        let derived = match number.layout() {
            EducationLayout::Registered { school, kind, year, level, serial } => json!({
                "format": format!("he_{}", serial.len() + 12),
                "school": school,
                "kind": kind,
                "year": year,
                "level": level,
            }),
            EducationLayout::SelfStudy => json!({ "format": "self_study_17" }),
            EducationLayout::Free => json!({ "format": "free" }),
        };
        accepted(number.as_str(), derived)
    }))
}

fn degree_certificate(input: &Value, as_of: Date) -> Option<Outcome> {
    let award_year = i16::try_from(input["award_year"].as_i64()?).ok()?;
    let (number, group) = (input["number"].as_str()?, input["group"].as_str()?);
    Some(outcome(DegreeCertificateNo::parse(number, award_year, group, as_of), |number| {
        let derived = match number.layout() {
            DegreeLayout::Registered { prefix, unit, level, year, letter11, .. } => json!({
                "prefix": prefix,
                "unit": unit,
                "level": level,
                "year": year,
                "letter11": letter11,
            }),
            DegreeLayout::Free => json!({ "format": "free" }),
        };
        accepted(number.as_str(), derived)
    }))
}

fn time_range(input: &Value, as_of: Date) -> Option<Outcome> {
    let kind = match input["kind"].as_str()? {
        "work" => PeriodKind::Work,
        "education" => PeriodKind::Education,
        _ => return None,
    };
    let birth = input["birth"].as_str()?.parse().ok()?;
    let parent: Option<Period> = match input.get("parent") {
        Some(parent) => Some(Period::deserialize(parent).ok()?),
        None => None,
    };
    let (start, end) = (input["start"].as_str(), input["end"].as_str());
    Some(outcome(Period::parse(kind, Some(birth), start, end, as_of, parent.as_ref()), |period| {
        let months = period.months_inclusive(as_of);
        let present = period.end() == PeriodEnd::Present;
        accepted(json!(period), json!({ "months_inclusive": months, "present": present }))
    }))
}

fn attachment(input: &Value) -> Option<Outcome> {
    let purpose = match input["kind"].as_str()? {
        "photo" => Purpose::Photo,
        "id_portrait" => Purpose::IdFront,
        "id_emblem" => Purpose::IdBack,
        "handheld" => Purpose::IdHolding,
        "work_proof" => Purpose::WorkProof,
        // The other kinds are certificates, for which we have one purpose.
        _ => Purpose::EducationCertificate,
    };
    let format = Format::from_media_type(&format!("image/{}", input["format"].as_str()?));
    let pixels = |side: &str| u32::try_from(input[side].as_u64()?).ok();
    let (bytes, width, height) = (input["bytes"].as_u64()?, pixels("width")?, pixels("height")?);
    let limits = purpose.limits();
    let result = limits.check_file(format, bytes).and_then(|()| limits.check_pixels(width, height));
    Some(outcome(result, |()| accepted(Value::Null, json!({}))))
}

fn eligibility(input: &Value, as_of: Date) -> Option<Outcome> {
    let exam_year = i16::try_from(input["exam_year"].as_i64()?).ok()?;
    let educations: Vec<_> = input["education"].as_array()?.iter().map(education).collect::<Option<_>>()?;
    let work: Vec<Period> = Deserialize::deserialize(&input["work"]).ok()?;
    let other = input["other_intermediate"].as_bool()?;
    Some(match eligibility::intermediate(exam_year, &educations, &work, other, as_of.into()) {
        Ok(met) => accepted(Value::Null, json!({ "condition": met.condition.code(), "months": met.months })),
        Err(error @ Ineligible::NoQualifyingEducation) => refused(error),
        Err(error @ Ineligible::YearsShort { condition, months }) => Outcome {
            derived: Some(json!({
                "best_condition": condition.code(),
                "months": months,
                "months_needed": condition.months_needed(),
            })),
            ..refused(error)
        },
    })
}

fn education(row: &Value) -> Option<Education<'_>> {
    Some(Education {
        level: row["level"].as_str()?,
        degree: row["degree"].as_str()?,
        end: YearMonth::parse(row["end"].as_str()?).ok()?,
        graduated: row["status"] == "graduated",
    })
}
