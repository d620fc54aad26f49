//! People at a point of their way: registered, verified, with a full draft, handed in; and reviewers.
//!
//! Every step asserts its status, so that a test which starts from here fails at the step that broke.

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::admin::{admin, done};
use crate::client::Client;
use crate::pages;
use crate::people::{Person, SmsCode};
use crate::pictures::{Picture, filled_form, honest};
use crate::response::Response;
use crate::stack::{COUNTY, Stack, Staff};
use crate::{outbox, table, wait};

/// Somebody with an account, logged in.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// Who they are.
    pub person: Person,
    /// The id that registration gave.
    pub account_id: String,
    /// Their session.
    pub api: Client,
}

/// What an applicant filled in, by the ids that came back.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The case's id.
    pub case: String,
    /// The uploads of the basic page: photo, portrait side, emblem side.
    pub basic: [String; 3],
    /// The upload of the certificate.
    pub certificate: String,
    /// The upload of the proof.
    pub proof: String,
    /// The education row.
    pub education: String,
    /// The employment row.
    pub employment: String,
    /// The period of accounting work in it.
    pub experience: String,
}

/// A reviewer, logged in.
#[derive(Clone, Debug)]
pub struct Reviewer {
    /// The division whose cases they see.
    pub division: String,
    /// Their session.
    pub api: Client,
}

/// Asks for a picture code and reads its answer.
pub async fn solved_captcha(stack: &Stack, api: &Client) -> (String, String) {
    static FRESH: OnceCell<()> = OnceCell::const_new();
    FRESH.get_or_init(|| table::forget_addresses(stack)).await;
    let mut captcha = api.captcha().await;
    if captcha.status == 429 {
        table::forget_addresses(stack).await;
        captcha = api.captcha().await;
    }
    let captcha = captcha.expect(201);
    let id = captcha.str("/captchaId").to_owned();
    let answer = outbox::captcha_answer(stack, &id).await;
    (id, answer)
}

/// Asks for an SMS code to register with, and reads it.
pub async fn received_sms(stack: &Stack, api: &Client, mobile: &str) -> SmsCode {
    received_sms_for(stack, api, "registration", mobile).await
}

/// Asks for an SMS code for some purpose, and reads it.
pub async fn received_sms_for(stack: &Stack, api: &Client, purpose: &str, mobile: &str) -> SmsCode {
    let (captcha, answer) = solved_captcha(stack, api).await;
    let earlier = outbox::sms_sent_at(stack, mobile).await;
    let sent = api.sms_code_for(purpose, mobile, &captcha, &answer).await.expect(202);
    let digits = outbox::sms_code_after(stack, mobile, &earlier).await;
    SmsCode { id: sent.str("/smsCodeId").to_owned(), digits }
}

/// The consent text's version that stands now.
pub async fn consent(api: &Client) -> String {
    api.reference("consents").await.expect(200).str("/version").to_owned()
}

/// The version of the consent to pictures of one's face that stands now.
pub async fn face_consent(api: &Client) -> String {
    api.me().await.expect(200).str("/biometrics/version").to_owned()
}

/// One try to log in, with a fresh picture code.
pub async fn log_in(stack: &Stack, api: &Client, kind: &str, account: &str, password: &str) -> Response {
    let (captcha, answer) = solved_captcha(stack, api).await;
    api.log_in(kind, account, password, (&captcha, &answer)).await
}

impl Applicant {
    /// Somebody new with an account, logged in, who agreed to pictures of their face; not yet verified.
    pub async fn registered(stack: &Stack) -> Self {
        Self::registered_as(stack, Person::random()).await
    }

    /// The same of a person, whoever else has their identity number.
    pub async fn registered_as(stack: &Stack, person: Person) -> Self {
        let mut api = Client::new(stack);
        let code = received_sms(stack, &api, &person.mobile).await;
        let answer = api.register(&person.registration(&code, &consent(&api).await)).await.expect(201);
        let session = log_in(stack, &api, "applicant", &person.mobile, &person.password).await.expect(201);
        api.remember(&session);
        let _ = api.put_consent(&face_consent(&api).await).await.expect(200);
        Self { person, account_id: answer.str("/accountId").to_owned(), api }
    }

    /// Somebody new whose real name the county verified.
    pub async fn verified(stack: &Stack) -> Self {
        let applicant = Self::registered(stack).await;
        let _ = applicant.request_real_name(stack).await.expect(201);
        let reviewer = Reviewer::of(stack, COUNTY).await;
        reviewer.find("real-name", &applicant.real_name_case()).await;
        reviewer.approve(&applicant.real_name_case()).await;
        assert_eq!(applicant.api.real_name().await.expect(200).str("/state"), "VERIFIED");
        applicant
    }

    /// Somebody new with a draft that lacks nothing.
    pub async fn with_draft(stack: &Stack) -> (Self, Draft) {
        let applicant = Self::verified(stack).await;
        let draft = applicant.fill_in(stack).await;
        (applicant, draft)
    }

    /// Somebody new whose collection waits for a reviewer.
    pub async fn submitted(stack: &Stack) -> (Self, Draft) {
        let (applicant, draft) = Self::with_draft(stack).await;
        let _ = applicant.api.submit().await.expect(201);
        (applicant, draft)
    }

    /// The part of the ids that names this person.
    pub fn ulid(&self) -> &str {
        self.account_id.strip_prefix("acc_").expect("account ids begin with acc_")
    }

    /// The id of this person's verification case.
    pub fn real_name_case(&self) -> String {
        format!("real-name-{}", self.ulid())
    }

    /// The notice of that kind about a case of that kind, once it is in the inbox: its id, and all of it.
    pub async fn notification(&self, about: &str, kind: &str) -> (String, Value) {
        let is_it = |notification: &&Value| notification["about"] == about && notification["kind"] == kind;
        let told = async || {
            let inbox = self.api.notifications().await.expect(200);
            inbox.list("/items").iter().find(is_it).cloned()
        };
        let notification = wait::until(&format!("the notice {kind} of {about}"), wait::SOON, told).await;
        (notification["notificationId"].as_str().expect("a notice has an id").to_owned(), notification)
    }

    /// Sends a picture and waits until it may be used.
    pub async fn usable(&self, picture: Picture) -> String {
        let purpose = picture.purpose;
        let verdict = self.judged(picture).await;
        assert!(
            matches!(verdict.str("/state"), "accepted" | "flagged"),
            "the {purpose} fixture: {}",
            verdict.text
        );
        verdict.str("/uploadId").to_owned()
    }

    /// Sends a picture and waits for the verdict.
    pub async fn judged(&self, picture: Picture) -> Response {
        let upload = self.announced(&picture).await;
        let form = filled_form(&upload.body["form"], picture.bytes, honest);
        let sent = self.api.send_form(upload.str("/form/url"), form).await;
        assert!(sent.is_success(), "the storage service answered {}: {}", sent.status, sent.text);
        self.verdict(upload.str("/uploadId")).await
    }

    /// Announces a picture as the JPEG that it is.
    pub async fn announced(&self, picture: &Picture) -> Response {
        self.api.announce_upload(picture.purpose, "image/jpeg", picture.bytes.len()).await.expect(201)
    }

    /// The upload's answer once it is judged.
    pub async fn verdict(&self, upload: &str) -> Response {
        let judged = async || {
            let answer = self.api.upload(upload).await.expect(200);
            (!matches!(answer.str("/state"), "pending" | "checking")).then_some(answer)
        };
        wait::until(&format!("a verdict on {upload}"), wait::SOON, judged).await
    }

    /// Sends the three pictures and asks the county to verify.
    pub async fn request_real_name(&self, stack: &Stack) -> Response {
        self.request_real_name_in(stack, COUNTY).await
    }

    /// The same, to be checked in a county.
    pub async fn request_real_name_in(&self, stack: &Stack, county: &str) -> Response {
        let (front, back, holding) = tokio::join!(
            self.usable(Picture::id_front(stack)),
            self.usable(Picture::id_back(stack)),
            self.usable(Picture::id_holding(stack)),
        );
        let body = json!({"idFront": front, "idBack": back, "idHolding": holding, "division": county});
        self.api.request_real_name(&body).await
    }

    /// Fills in all pages.
    pub async fn fill_in(&self, stack: &Stack) -> Draft {
        let (photo, front, back, certificate, proof) = tokio::join!(
            self.usable(Picture::photo(stack)),
            self.usable(Picture::id_front(stack)),
            self.usable(Picture::id_back(stack)),
            self.usable(Picture::certificate(stack)),
            self.usable(Picture::work_proof(stack)),
        );
        let (api, person) = (&self.api, &self.person);
        let _ = api.put_page("scope", &pages::scope()).await.expect(200);
        let _ = api.put_page("basic", &pages::basic(&photo, &front, &back)).await.expect(200);
        let education = api.add_row("educations", &pages::education(person, &certificate)).await.expect(201);
        let employment = api.add_row("employments", &pages::employment(person, &proof)).await.expect(201);
        let employment = employment.str("/employment/id").to_owned();
        let experience = api.add_experience(&employment, &pages::experience(person)).await.expect(201);
        let _ = api.put_page("department", &pages::department()).await.expect(200);
        Draft {
            case: api.collection().await.expect(200).str("/caseId").to_owned(),
            basic: [photo, front, back],
            certificate,
            proof,
            education: education.str("/education/id").to_owned(),
            employment,
            experience: experience.str("/accountingExperience/id").to_owned(),
        }
    }
}

impl Reviewer {
    /// Somebody of a division who holds no case: tests run side by side, and each reviewer may claim only a few.
    pub async fn of(stack: &Stack, division: &str) -> Self {
        Self::hired(stack, division, &[]).await.0
    }

    /// The session of a seeded reviewer.
    pub async fn log_in(stack: &Stack, staff: &Staff) -> Self {
        let mut api = Client::new(stack);
        let session = log_in(stack, &api, "reviewer", &staff.account, &staff.password).await.expect(201);
        api.remember(&session);
        Self { division: staff.division.clone(), api }
    }

    /// Somebody new in that division, as the administrator's command adds them, with `further` options; and their account name.
    pub async fn hired(stack: &Stack, division: &str, further: &[&str]) -> (Self, String) {
        let account = format!("hired-{}", fastrand::u64(..));
        let command =
            ["add-reviewer", &account, "--division", division, "--by", "tests", "--reason", "a test"];
        let report = done(&admin(stack, &[&command[..], further].concat()));
        let password = report.trim().rsplit(' ').next().expect("a password").to_owned();
        let staff = Staff { account: account.clone(), password, division: division.to_owned() };
        (Self::log_in(stack, &staff).await, account)
    }

    /// The case in the queue as it is now, looked for on all its pages.
    pub async fn in_queue(&self, kind: &str, case: &str) -> Option<Value> {
        let mut cursor: Option<String> = None;
        loop {
            let page = self.api.queue(kind, 100, cursor.as_deref()).await.expect(200);
            if let Some(item) = page.list("/items").iter().find(|item| item["caseId"] == case) {
                return Some(item.clone());
            }
            cursor = Some(page.body["next"].as_str()?.to_owned());
        }
    }

    /// Waits until the case is in the queue.
    pub async fn find(&self, kind: &str, case: &str) -> Value {
        let what = format!("{case} in the queue of {}", self.division);
        wait::until(&what, wait::SOON, async || self.in_queue(kind, case).await).await
    }

    /// Waits until the case is no longer in the queue.
    pub async fn miss(&self, kind: &str, case: &str) {
        let what = format!("{case} to leave the queue of {}", self.division);
        wait::until(&what, wait::SOON, async || self.in_queue(kind, case).await.is_none().then_some(()))
            .await;
    }

    /// Claims a case and opens it; gives the version to decide on.
    pub async fn take(&self, case: &str) -> u64 {
        let _ = self.api.claim(case).await.expect(200);
        self.api.case(case).await.expect(200).number("/version")
    }

    /// Claims, opens and approves a case.
    pub async fn approve(&self, case: &str) {
        let version = self.take(case).await;
        let _ = self.api.decide(case, &approval(version)).await.expect(200);
    }

    /// Claims, opens and returns a case with these comments.
    pub async fn send_back(&self, case: &str, comments: &[Value]) {
        let version = self.take(case).await;
        let _ = self.api.decide(case, &returned(version, comments)).await.expect(200);
    }
}

/// The body of an approval.
pub fn approval(version: u64) -> Value {
    json!({"version": version, "decision": "approve", "opinion": null, "comments": []})
}

/// The body of a return.
pub fn returned(version: u64, comments: &[Value]) -> Value {
    let opinion = "请按批注修改后重新提交。";
    json!({"version": version, "decision": "return", "opinion": opinion, "comments": comments})
}

/// A comment that points at a field.
pub fn comment(pointer: &str, reason: &str, text: &str) -> Value {
    json!({"pointer": pointer, "reasonCode": reason, "text": text})
}
