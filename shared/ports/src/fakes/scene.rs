//! People, pages and pictures that a test starts with.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test must fail if its scene cannot be set up"
)]

use domain::{
    case::{Actor, Case, CaseFile, Command, Decision, Submission, desk::Reviewer},
    collection::{
        About, AccountingExperience, Basic, Collection, DepartmentChoice, Education, Employment, Scope,
        department::{Department, DepartmentId},
    },
    divisions::Division,
    identity::{IdType, IdentityNumber},
    ids::{
        AccountId, CaptchaId, CaseId, CaseKind, EducationId, EmploymentId, ExperienceId, ReviewerId,
        SmsCodeId, UploadId,
    },
    mobile::Mobile,
    name::PersonName,
    password::TypedPassword,
    person::{CONSENT_VERSION, Identity, SmsPurpose},
    real_name::OnlineRequest,
    upload::{Format, Purpose, Verdict},
};
use jiff::SignedDuration;

use super::{Fakes, PlainKeys};
use crate::{
    Clock, PortResult, Random,
    accounts::Username,
    cases::{Basis, LoadCase, SaveChange, SaveDraft, SaveSubmission},
    codes::SentSmsCode,
    people::Account,
    pictures::{Judged, PixelSize, Progress, Upload},
    secrets::{Tag, TagPurpose},
};

/// 东城区, the county of all tests.
pub const COUNTY: &str = "110101";

/// The first applicant's phone; the others have the following numbers.
pub const MOBILE: &str = "13800001234";

/// The answer of every captcha.
pub const CAPTCHA_ANSWER: &str = "A3K7P";

/// The password of every user.
pub const PASSWORD: &str = "Kite-moon7";

/// A password as a user types it.
pub fn typed(password: &str) -> TypedPassword {
    TypedPassword::new(password)
}

/// Request bodies of an applicant who makes no mistakes.
pub mod body {
    use serde_json::{Value, json};

    use super::{CONSENT_VERSION, MOBILE, PASSWORD, SmsCodeId, UploadId};

    /// A registration with that SMS code.
    pub fn registration((id, code): (SmsCodeId, &str)) -> Value {
        json!({
            "idType": "RIC", "idNumber": "110101199003070011", "name": "吕小明", "mobile": MOBILE,
            "password": PASSWORD, "passwordConfirmation": PASSWORD, "smsCodeId": id, "smsCode": code,
            "consentVersion": CONSENT_VERSION,
        })
    }

    /// A password reset for the same applicant with that SMS code.
    pub fn reset(code: (SmsCodeId, &str), password: &str) -> Value {
        let mut body = registration(code);
        (body["password"], body["passwordConfirmation"]) = (password.into(), password.into());
        if let Some(members) = body.as_object_mut() {
            members.remove("consentVersion");
        }
        body
    }

    /// 基本信息, with those pictures: the photo and both sides of the identity card.
    pub fn basic([photo, front, back]: [UploadId; 3]) -> Value {
        json!({
            "photo": photo, "idPortrait": front, "idEmblem": back, "idValidFrom": "2020-02-29",
            "idValidTo": "2040-02-29",
        })
    }

    /// 教育经历, with that certificate.
    pub fn education(certificate: UploadId) -> Value {
        json!({
            "studyMode": "1", "school": "北京大学", "level": "21", "degree": "4", "major": "会计学",
            "start": "2008-09", "end": "2012-07", "educationCertificateNo": "100011201205000001",
            "degreeCertificateNo": "1000142012000001", "certificates": [certificate],
        })
    }

    /// 工作经历, with that proof.
    pub fn employment(proof: UploadId) -> Value {
        json!({
            "start": "2012-07", "end": "至今", "employer": "北京某某有限公司", "uscc": "91110101MA0123456B",
            "unitType": "33", "industry": "C", "division": super::COUNTY, "address": "东四大街1号",
            "phone": "010-65251234", "hasAccounting": true, "proof": proof,
        })
    }

    /// 会计专业工作经历.
    pub fn experience() -> Value {
        json!({"start": "2013-01", "end": "2015-12", "posts": ["01"], "duties": "记账，报税"})
    }

    /// 会计管理部门.
    pub fn department() -> Value {
        json!({"departmentId": "110101-1", "basis": "workplace"})
    }
}

/// A resident identity number with the birthday 7 March 1990 (GB 11643, with its check character).
fn resident_id(sequence: u16) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("{COUNTY}19900307{sequence:03}");
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize);
    check.map_or_else(String::new, |check| format!("{body}{check}"))
}

/// The division of [`COUNTY`].
fn county() -> Division {
    Division::parse(COUNTY).expect("a county")
}

impl Fakes {
    /// The identity of the applicant with that number. Number 1 is the applicant of [`body::registration`].
    pub fn identity(&self, number: u16) -> Identity {
        let today = self.clock.now().date();
        let first: u64 = MOBILE.parse().expect("digits");
        Identity {
            number: IdentityNumber::parse(IdType::Ric, &resident_id(number), today).expect("a number"),
            name: PersonName::parse("吕小明", IdType::Ric).expect("a name"),
            mobile: Mobile::parse(&(first + u64::from(number) - 1).to_string()).expect("a phone"),
        }
    }

    /// An applicant with an account.
    pub fn applicant(&self, number: u16) -> AccountId {
        let (id, who) = (AccountId::new(self.chance.ulid()), self.identity(number));
        let identity = PlainKeys::tag_of(TagPurpose::Identity, &who.number.holder_key());
        let mobile = PlainKeys::tag_of(TagPurpose::Mobile, who.mobile.expose());
        let mut stored = self.table.look();
        stored.numbers.entry(identity.clone()).or_default().registrants.insert(id);
        stored.mobiles.insert(mobile.clone(), id);
        let account = Account {
            id,
            id_type: IdType::Ric,
            sealed: PlainKeys::sealed(id, &who),
            identity,
            mobile,
            consent_version: CONSENT_VERSION.to_owned(),
            biometrics: domain::consent::Biometrics::default().given(self.clock.now()),
        };
        stored.accounts.insert(id, account);
        self.users.add(Username::Applicant(id), PASSWORD);
        id
    }

    /// Another account, with the phone of the applicant with that number, registered with `owner`'s identity number
    /// under another name.
    pub fn registered_too(&self, owner: AccountId, number: u16) -> AccountId {
        let id = self.applicant(number);
        let mut stored = self.table.look();
        let tag = stored.accounts[&owner].identity.clone();
        if let Some(account) = stored.accounts.get_mut(&id) {
            let own = std::mem::replace(&mut account.identity, tag.clone());
            stored.numbers.remove(&own);
        }
        stored.numbers.entry(tag).or_default().registrants.insert(id);
        id
    }

    /// An accepted picture.
    pub fn picture(&self, owner: AccountId, purpose: Purpose) -> UploadId {
        let judgement = Judged {
            verdict: Verdict::Accepted,
            rules_run: Vec::new(),
            findings: Vec::new(),
            bytes: 30_000,
            width: Some(600),
            height: Some(800),
            sha256: None,
            clean: Some(PixelSize { width: 300, height: 400 }),
            likeness: None,
        };
        self.upload(owner, purpose, Progress::Judged { version_id: "1".to_owned(), judgement })
    }

    /// A picture with that progress.
    pub fn upload(&self, owner: AccountId, purpose: Purpose, progress: Progress) -> UploadId {
        let (id, now) = (UploadId::new(self.chance.ulid()), self.clock.now());
        let (format, expires_at) = (Format::Jpeg, now.after(SignedDuration::from_mins(10)));
        let upload = Upload { id, owner, purpose, format, created_at: now, expires_at, progress };
        self.table.look().uploads.insert((owner, id), upload);
        id
    }

    /// A request for verification with its pictures.
    pub fn real_name_request(&self, owner: AccountId) -> OnlineRequest {
        OnlineRequest {
            id_front: self.picture(owner, Purpose::IdFront),
            id_back: Some(self.picture(owner, Purpose::IdBack)),
            id_holding: self.picture(owner, Purpose::IdHolding),
            division: county(),
        }
    }

    /// A verified applicant.
    pub async fn verified(&self, number: u16) -> AccountId {
        let owner = self.applicant(number);
        let case = self.asked_to_be_verified(owner).await;
        let reviewer = Actor::Reviewer(ReviewerId::new(self.chance.ulid()));
        for command in [Command::Claim, Command::Decide(Decision::Approve)] {
            self.follow(case, &command, &reviewer).await;
        }
        owner
    }

    /// The submitted request of an applicant for verification by the county.
    pub async fn asked_to_be_verified(&self, owner: AccountId) -> CaseId {
        let case = Case::draft(CaseId { kind: CaseKind::RealName, owner }, self.clock.now());
        let request = self.real_name_request(owner);
        self.hand_in(&case, &request).await.expect("submitted");
        case.id
    }

    async fn hand_in(&self, case: &Case, pages: &(impl serde::Serialize + Sync)) -> PortResult<()> {
        let by = Actor::Applicant(case.id.owner);
        let submission = Command::Submit(Submission { division: county(), flagged: false });
        let change = case.apply(&submission, &by, self.clock.now()).expect("allowed");
        self.table.save_submission(&change, pages, &Basis::default()).await
    }

    /// Applies and saves a command that is allowed; returns the case after it.
    pub async fn follow(&self, id: CaseId, command: &Command, by: &Actor) -> Case {
        let case = self.table.load_case(id).await.expect("no failure").expect("a case");
        let change = case.apply(command, by, self.clock.now()).expect("allowed");
        self.table.save_change(&change).await.expect("saved");
        change.after
    }

    /// The county's department.
    pub fn department(&self) -> DepartmentId {
        self.department_of("110101-1")
    }

    /// The department with that id.
    pub fn department_of(&self, id: &str) -> DepartmentId {
        let id = DepartmentId::parse(id).expect("an id");
        let department = Department {
            id,
            division: id.division,
            name: "东城区财政局会计科".to_owned(),
            address: "东城区示例街2号".to_owned(),
            phone: "010-64000000".to_owned(),
            hours: "工作日 9:00-17:00".to_owned(),
        };
        self.table.look().departments.insert(id.to_string(), department);
        id
    }

    /// The complete pages of an accountant.
    pub fn pages(&self, owner: AccountId) -> Collection {
        let now = self.clock.now().date();
        let birth_date = self.identity(1).number.birth_date();
        let about = About { as_of: now, id_type: IdType::Ric, birth_date, birth_from_number: true };
        let picture = |purpose| self.picture(owner, purpose);
        let basic = [picture(Purpose::Photo), picture(Purpose::IdFront), picture(Purpose::IdBack)];
        let education = body::education(picture(Purpose::EducationCertificate));
        let employment = body::employment(picture(Purpose::WorkProof));
        let row = EmploymentId::new(self.chance.ulid());
        let mut employment = Employment::parse(row, &employment, &about).expect("an employment");
        let row = ExperienceId::new(self.chance.ulid());
        let experience = AccountingExperience::parse(row, &body::experience(), &about, &employment);
        employment.add_experience(experience.expect("an experience")).expect("room");
        let row = EducationId::new(self.chance.ulid());
        Collection {
            scope: Some(
                Scope::parse(&serde_json::json!({"scope": "1", "noticeRead": true})).expect("a scope"),
            ),
            basic: Some(Basic::parse(&body::basic(basic), &about).expect("a page")),
            educations: vec![Education::parse(row, &education, &about).expect("an education")],
            employments: vec![employment],
            department: Some(DepartmentChoice::parse(&body::department()).expect("a department")),
        }
    }

    /// The applicant's collection, complete and saved at version 1, and the department that it names.
    pub async fn draft(&self, owner: AccountId) -> CaseFile<Collection> {
        self.department();
        let case = Case::draft(CaseId { kind: CaseKind::Collection, owner }, self.clock.now());
        let filed = CaseFile { case: Case { version: 1, ..case }, pages: self.pages(owner) };
        self.table.save_draft(&filed).await.expect("saved");
        filed
    }

    /// A verified applicant whose collection is submitted, at version 2.
    pub async fn submitted(&self, number: u16) -> CaseId {
        let owner = self.verified(number).await;
        let filed = self.draft(owner).await;
        self.hand_in(&filed.case, &filed.pages).await.expect("submitted");
        filed.case.id
    }

    /// The pages of that case.
    fn pages_of(&self, id: CaseId) -> (Case, serde_json::Value) {
        let stored = self.table.look();
        let found = &stored.cases[&id];
        (found.case.clone(), found.pages.clone())
    }

    /// Resubmits a returned case without changes.
    pub async fn hand_in_again(&self, id: CaseId) {
        let (case, pages) = self.pages_of(id);
        self.hand_in(&case, &pages).await.expect("submitted");
    }

    /// Resubmits a returned case with another school in the first education; returns the school before and after.
    pub async fn hand_in_with_school(&self, id: CaseId, school: &str) -> (String, String) {
        let (case, mut pages) = self.pages_of(id);
        let before = pages["educations"][0]["school"].as_str().expect("a school").to_owned();
        pages["educations"][0]["school"] = school.into();
        self.hand_in(&case, &pages).await.expect("submitted");
        (before, school.to_owned())
    }

    /// A reviewer of that division, with an account name and [`PASSWORD`].
    pub fn reviewer(&self, division: &str) -> Reviewer {
        let (id, division) = (ReviewerId::new(self.chance.ulid()), Division::parse(division));
        let division = division.expect("a division");
        let reviewer = Reviewer {
            id,
            division,
            active: true,
            supervisor: false,
            delegations: Vec::new(),
            own_account: None,
        };
        let mut stored = self.table.look();
        stored.staff.insert(format!("staff-{}", division.code()), id);
        stored.reviewers.insert(id, reviewer.clone());
        self.users.add(Username::Reviewer(id), PASSWORD);
        reviewer
    }

    /// A captcha with the answer [`CAPTCHA_ANSWER`].
    pub fn captcha(&self) -> CaptchaId {
        let id = CaptchaId::new(self.chance.ulid());
        let answer = PlainKeys::tag_of(TagPurpose::Captcha, &format!("{id}:{CAPTCHA_ANSWER}"));
        let expires = self.clock.now().after(SignedDuration::from_mins(5));
        self.table.look().captchas.insert(id, (answer, expires));
        id
    }

    /// The code `004217` for a phone, and its id.
    pub fn sms_code(&self, purpose: SmsPurpose, mobile: &str) -> (SmsCodeId, &'static str) {
        let id = SmsCodeId::new(self.chance.ulid());
        self.sms_code_for(id, purpose, mobile);
        (id, "004217")
    }

    /// Saves the code `004217` for a phone under that id.
    pub fn sms_code_for(&self, id: SmsCodeId, purpose: SmsPurpose, mobile: &str) {
        let mobile = PlainKeys::tag_of(TagPurpose::Mobile, mobile);
        let code = Self::sms_tag(id, &mobile, "004217");
        let expires = self.clock.now().after(SignedDuration::from_mins(5));
        let sent = SentSmsCode { id, purpose, mobile, code, expires };
        self.table.look().sms_codes.insert(id, (sent, 0));
    }

    /// The tag under which a code sent to a phone is stored.
    pub fn sms_tag(id: SmsCodeId, mobile: &Tag, code: &str) -> Tag {
        PlainKeys::tag_of(TagPurpose::SmsCode, &format!("{id}:{}:{code}", mobile.as_str()))
    }
}
