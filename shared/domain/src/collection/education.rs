//! 教育经历, a row of the education page (domain specification, section 8).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{About, UploadUse, named_uploads, upload_id};
use crate::{
    certificate::{DegreeCertificateNo, EducationCertificateNo},
    codes::{Degree, EducationLevel, StudyMode},
    fault::{Code, Faults, Pointer},
    form::{Form, TOO_FEW},
    free_text::Text,
    ids::{EducationId, UploadId},
    period::{Period, PeriodError, PeriodKind, YearMonth, as_stored},
    upload::Purpose,
};

/// Most pictures of certificates in one row (ours): education, degree, and recognition of an overseas one.
const MAX_CERTIFICATES: usize = 3;

/// An education whose certificate was obtained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Education {
    /// The row's id.
    pub id: EducationId,
    /// 培养方式.
    pub study_mode: StudyMode,
    /// 学校名称.
    pub school: Text<2, 100>,
    /// 学历.
    pub level: EducationLevel,
    /// 学位, which may be 无学位.
    pub degree: Degree,
    /// 所学专业.
    pub major: Text<1, 60>,
    /// 入学时间 and 毕业时间.
    #[serde(flatten)]
    pub period: Period,
    /// 学历证书编号.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub education_certificate_no: Option<EducationCertificateNo>,
    /// 学位证书编号.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub degree_certificate_no: Option<DegreeCertificateNo>,
    /// 教育部留学服务中心认证书编号.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub overseas_certificate_no: Option<Text<4, 40>>,
    /// Pictures of the certificates.
    pub certificates: Vec<UploadId>,
}

impl Education {
    /// Reads a row.
    pub fn parse(id: EducationId, body: &Value, about: &About) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let study_mode = form.text("studyMode", StudyMode::parse);
            let school = form.text("school", Text::parse);
            let level = form.text("level", EducationLevel::parse);
            let degree = form.text("degree", Degree::parse);
            let major = form.text("major", Text::parse);
            let period = read_period(form, PeriodKind::Education, about, None);
            let numbers = read_certificate_numbers(form, study_mode, level, degree, period, about);
            let certificates = form.texts("certificates", MAX_CERTIFICATES, upload_id);
            // 大专 and above are proved by a picture (domain specification, section 20).
            if certificates.as_ref().is_some_and(Vec::is_empty)
                && level.is_some_and(EducationLevel::is_college_or_above)
            {
                form.fault("certificates", TOO_FEW);
            }
            let (education_certificate_no, degree_certificate_no, overseas_certificate_no) = numbers?;
            Some(Self {
                id,
                study_mode: study_mode?,
                school: school?,
                level: level?,
                degree: degree?,
                major: major?,
                period: period?,
                education_certificate_no,
                degree_certificate_no,
                overseas_certificate_no,
                certificates: certificates?,
            })
        })
    }

    /// The pictures of the row at `at`.
    pub fn uploads(&self, at: &Pointer) -> Vec<UploadUse> {
        Self::named_uploads(&json!(self), at)
    }

    /// The pictures that a body of the row names, whatever else is wrong with it.
    pub fn named_uploads(body: &Value, at: &Pointer) -> Vec<UploadUse> {
        named_uploads(body, at, &[("certificates", Purpose::EducationCertificate)])
    }
}

/// Whether there may be a degree without an education: 单证, a master's or doctor's degree of someone who studied beside
/// work and has no graduation certificate (domain specification, section 8).
fn may_be_degree_only(level: EducationLevel, degree: Degree) -> bool {
    level.is_postgraduate() && matches!(degree.group(), "2" | "3")
}

impl Education {
    /// Whether the row is one of a degree only (单证): the number of an education is not given.
    pub(super) fn is_degree_only(&self) -> bool {
        !self.study_mode.is_overseas()
            && self.education_certificate_no.is_none()
            && may_be_degree_only(self.level, self.degree)
    }
}

/// A year before certificates were registered: their numbers are free text.
const UNREGISTERED: i16 = 0;

type CertificateNumbers = (Option<EducationCertificateNo>, Option<DegreeCertificateNo>, Option<Text<4, 40>>);

/// Which numbers there must be: both kinds for a domestic education with a degree, the recognition's for
/// an overseas one from 本科 up (guide, step six).
fn read_certificate_numbers(
    form: &mut Form<'_>,
    study_mode: Option<StudyMode>,
    level: Option<EducationLevel>,
    degree: Option<Degree>,
    period: Option<Period>,
    about: &About,
) -> Option<CertificateNumbers> {
    let overseas = study_mode.map(StudyMode::is_overseas);
    // Only what was registered in this country follows its numbering; anything else is free text, and so is a
    // number beside fields that are at fault themselves: those are to be mended first.
    let year = period
        .filter(|_| overseas == Some(false))
        .map_or(UNREGISTERED, |period| period.end().month_or(about.as_of.into()).year());
    let level_code = level.map_or("", EducationLevel::code);
    let education = form.optional_text("educationCertificateNo", |text| {
        EducationCertificateNo::parse(text, year, level_code, about.as_of)
    });
    let group = degree.map_or("", Degree::group);
    let degree_no = form.optional_text("degreeCertificateNo", |text| {
        DegreeCertificateNo::parse(
            text,
            if group.is_empty() { UNREGISTERED } else { year },
            group,
            about.as_of,
        )
    });
    let recognition = form.optional_text("overseasCertificateNo", Text::parse_number);

    let degree_only = level.zip(degree).is_some_and(|(level, degree)| may_be_degree_only(level, degree));
    let has_degree_no = matches!(degree_no, Some(Some(_)));
    if overseas == Some(false) && education == Some(None) && !(degree_only && has_degree_no) {
        form.fault("educationCertificateNo", Code("education.CERT_NO_REQUIRED"));
    }
    if overseas == Some(false) && degree.is_some_and(|degree| !degree.is_none()) && degree_no == Some(None) {
        form.fault("degreeCertificateNo", Code("education.DEGREE_CERT_NO_REQUIRED"));
    }
    let needs_recognition = overseas == Some(true) && level.is_some_and(EducationLevel::is_bachelor_or_above);
    if needs_recognition && recognition == Some(None) {
        form.fault("overseasCertificateNo", Code("education.CSCSE_REQUIRED"));
    }
    Some((education?, degree_no?, recognition?))
}

/// Reads `start` and `end`; each is judged for itself first, so that faults of both are noted at once.
pub(super) fn read_period(
    form: &mut Form<'_>,
    kind: PeriodKind,
    about: &About,
    parent: Option<&Period>,
) -> Option<Period> {
    let this_month = YearMonth::from(about.as_of).to_string();
    let parse =
        |start, end| Period::parse(kind, about.birth_date, Some(start), Some(end), about.as_of, parent);

    let (start, end) = (form.raw("start").map(as_stored), form.raw("end").map(as_stored));
    let (start, end) = (start.as_deref(), end.as_deref());
    let start_fault = start.and_then(|start| parse(start, &this_month).err()).filter(|error| {
        matches!(error, PeriodError::StartEmpty | PeriodError::StartFormat | PeriodError::StartFuture)
    });
    let end_fault = end.and_then(|end| parse(&this_month, end).err()).filter(|error| {
        use PeriodError::{EndEmpty, EndFormat, EndFuture, EndPresentNotAllowed};
        matches!(error, EndEmpty | EndFormat | EndFuture | EndPresentNotAllowed)
    });
    let faults: Vec<_> = start_fault.into_iter().chain(end_fault).collect();
    let period =
        if faults.is_empty() { parse(start?, end?).map_err(|error| vec![error]) } else { Err(faults) };
    period.map_err(|faults| faults.into_iter().for_each(|error| form.fault(error.field(), error))).ok()
}
