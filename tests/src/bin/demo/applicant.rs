//! What the candidate does.

use std::time::Instant;

use journey::people::SmsCode;
use journey::pictures::{Picture, filled_form, honest};
use journey::stack::COUNTY;
use journey::{Applicant, Client, Draft, Person, Response, Stack, outbox, pages};
use serde_json::{Value, json};

use crate::show::Show;

/// A picture code: asked for, and read as a person would read the picture.
pub async fn captcha(stack: &Stack, show: &Show, api: &Client) -> (String, String) {
    let answer =
        show.step(api.captcha().await, 201, |answer| format!("picture code {}", answer.str("/captchaId")));
    let (id, since) = (answer.str("/captchaId").to_owned(), Instant::now());
    let solved = outbox::captcha_answer(stack, &id).await;
    show.timed(
        "     read from the outbox, which exists on the emulator only",
        since,
        &format!("{} characters", solved.len()),
    );
    (id, solved)
}

/// 注册: picture code, SMS code, account.
pub async fn register(stack: &Stack, show: &Show) -> Applicant {
    show.chapter("注册 Registration");
    let (person, mut api) = (Person::random(), Client::new(stack));
    api.retry_reads = true;
    let consents = api.reference("consents").await;
    let consents = show.step(consents, 200, |answer| format!("consent text {}", answer.str("/version")));
    let (id, solved) = captcha(stack, show, &api).await;
    let sent = api.sms_code(&person.mobile, &id, &solved).await;
    let sent = show.step(sent, 202, |answer| {
        format!("SMS to {}, good until {}", masked(&person.mobile), clock(answer.str("/expiresAt")))
    });
    let since = Instant::now();
    let digits = outbox::sms_code(stack, &person.mobile).await;
    let code = SmsCode { id: sent.str("/smsCodeId").to_owned(), digits };
    show.timed("     SMS read from the outbox", since, "a code of six digits");
    let answer = api.register(&person.registration(&code, consents.str("/version"))).await;
    let answer = show.step(answer, 201, |answer| format!("{} is {}", person.name, answer.str("/accountId")));
    Applicant { person, account_id: answer.str("/accountId").to_owned(), api }
}

/// 登录: by identity number and password, with a picture code.
pub async fn log_in(stack: &Stack, show: &Show, applicant: &mut Applicant) {
    show.chapter("登录 Login");
    let (id, solved) = captcha(stack, show, &applicant.api).await;
    let person = &applicant.person;
    let session =
        applicant.api.log_in("applicant", &person.id_number, &person.password, (&id, &solved)).await;
    let session =
        show.step(session, 201, |answer| format!("access token for {} s", answer.number("/expiresIn")));
    applicant.api.remember(&session);

    show.chapter("单独同意 Consent to pictures of one's face");
    let version = show
        .step(applicant.api.me().await, 200, |answer| format!("text {}", answer.str("/biometrics/version")))
        .str("/biometrics/version")
        .to_owned();
    let given = applicant.api.put_consent(&version).await;
    show.step(given, 200, |answer| format!("in force: {}", answer.body["inForce"]));
}

/// 实名认证: three pictures and a county.
pub async fn request_real_name(stack: &Stack, show: &Show, applicant: &Applicant) {
    show.chapter("实名认证 Real-name verification");
    let front = upload(show, applicant, Picture::id_front(stack)).await;
    let back = upload(show, applicant, Picture::id_back(stack)).await;
    let holding = upload(show, applicant, Picture::id_holding(stack)).await;
    let id = |upload: &Response| upload.str("/uploadId").to_owned();
    let body =
        json!({"idFront": id(&front), "idBack": id(&back), "idHolding": id(&holding), "division": COUNTY});
    let asked = applicant.api.request_real_name(&body).await;
    show.step(asked, 201, |answer| format!("{} in {COUNTY}", answer.str("/state")));
    show.step(applicant.api.collection().await, 403, |answer| {
        format!("not before that: {}", answer.str("/code"))
    });
}

/// The five pages of the collection; gives what was filled in.
pub async fn fill_in(stack: &Stack, show: &Show, applicant: &Applicant) -> Draft {
    let (api, person) = (&applicant.api, &applicant.person);
    let version = |answer: &Response| format!("version {}", answer.number("/version"));
    show.chapter("采集范围 Scope");
    show.step(api.real_name().await, 200, |answer| answer.str("/state").to_owned());
    show.step(api.put_page("scope", &pages::scope()).await, 200, version);

    show.chapter("基本信息 Basic information");
    let refused = upload(show, applicant, Picture::small_photo(stack)).await;
    for finding in refused.list("/findings") {
        let measured = format!("{} against {}", finding["value"], finding["threshold"]);
        show.note("why it was refused", &format!("{} ({measured})", text(&finding["message"])));
    }
    let mut basic = [const { String::new() }; 3];
    let pictures = [Picture::photo(stack), Picture::id_front(stack), Picture::id_back(stack)];
    for (id, picture) in basic.iter_mut().zip(pictures) {
        upload(show, applicant, picture).await.str("/uploadId").clone_into(id);
    }
    let [photo, front, back] = &basic;
    show.step(api.put_page("basic", &pages::basic(photo, front, back)).await, 200, version);

    show.chapter("教育经历 Education");
    let certificate = upload(show, applicant, Picture::certificate(stack)).await.str("/uploadId").to_owned();
    let education = api.add_row("educations", &pages::education(person, &certificate)).await;
    let education = show.step(education, 201, |answer| {
        format!("{}, {}", answer.str("/education/school"), answer.str("/education/major"))
    });

    show.chapter("工作经历 Employment and accounting work");
    let proof = upload(show, applicant, Picture::work_proof(stack)).await.str("/uploadId").to_owned();
    let employment = api.add_row("employments", &pages::employment(person, &proof)).await;
    let employment = show.step(employment, 201, |answer| answer.str("/employment/employer").to_owned());
    let employment = employment.str("/employment/id").to_owned();
    let experience = api.add_experience(&employment, &pages::experience(person)).await;
    let experience =
        show.step(experience, 201, |answer| answer.str("/accountingExperience/duties").to_owned());

    show.chapter("会计管理部门 Department");
    let departments = api.departments(COUNTY).await;
    show.step(departments, 200, |answer| format!("{} in {COUNTY}", answer.list("/items").len()));
    show.step(api.put_page("department", &pages::department()).await, 200, version);
    let draft = show.step(api.collection().await, 200, |answer| {
        format!("{} {}, version {}", answer.str("/caseId"), answer.str("/state"), answer.number("/version"))
    });
    Draft {
        case: draft.str("/caseId").to_owned(),
        basic,
        certificate,
        proof,
        education: education.str("/education/id").to_owned(),
        employment,
        experience: experience.str("/accountingExperience/id").to_owned(),
    }
}

/// 提交审核: the promise, and where it stands.
pub async fn submit(show: &Show, applicant: &Applicant) {
    show.chapter("提交审核 Submission");
    show.step(applicant.api.submit().await, 201, |answer| {
        format!("{}, round {}, due {}", answer.str("/state"), answer.number("/round"), answer.str("/dueAt"))
    });
    show.step(applicant.api.status().await, 200, |answer| {
        format!("{} at {}", answer.str("/stateText"), answer.str("/department/name"))
    });
}

/// 修改: both comments, read and followed, and the case handed in again.
pub async fn correct(show: &Show, applicant: &Applicant, draft: &Draft) {
    show.chapter("修改 The applicant follows the comments");
    let (api, person) = (&applicant.api, &applicant.person);
    let status = show.step(api.status().await, 200, |answer| {
        format!("{}: {}", answer.str("/state"), answer.str("/opinion"))
    });
    for comment in status.list("/comments") {
        let said = format!("{}: {}", text(&comment["reason"]), text(&comment["text"]));
        show.note(&format!("at {}", text(&comment["pointer"])), &said);
    }
    let education =
        pages::spoilt(&pages::education(person, &draft.certificate), "school", json!("中央财经大学"));
    let row = api.put_row("educations", &draft.education, &education).await;
    show.step(row, 200, |answer| answer.str("/education/school").to_owned());
    let employment = pages::employment(person, &draft.proof);
    let employment = pages::spoilt(&employment, "employer", json!("北京东城示例精密制造有限公司"));
    let row = api.put_row("employments", &draft.employment, &employment).await;
    show.step(row, 200, |answer| answer.str("/employment/employer").to_owned());
    show.step(api.submit().await, 201, |answer| {
        format!("{}, round {}", answer.str("/state"), answer.number("/round"))
    });
}

/// 审核告知: the result with its history.
pub async fn result(show: &Show, applicant: &Applicant) {
    show.chapter("审核告知 Result");
    let status = applicant.api.status().await;
    let status =
        show.step(status, 200, |answer| format!("{} {}", answer.str("/state"), answer.str("/stateText")));
    for entry in status.list("/history") {
        let what = format!("{:<14} {}", text(&entry["event"]), clock(text(&entry["at"])));
        show.note(&what, &format!("{}, version {}", text(&entry["state"]), entry["version"]));
    }
    assert_eq!(status.str("/state"), "APPROVED");
}

/// Announces a picture, sends it and waits for the verdict.
async fn upload(show: &Show, applicant: &Applicant, picture: Picture) -> Response {
    let (purpose, bytes) = (picture.purpose, picture.bytes.len());
    let announced = applicant.api.announce_upload(purpose, "image/jpeg", bytes).await;
    let announced =
        show.step(announced, 201, |answer| format!("{purpose}, {bytes} bytes: {}", answer.str("/uploadId")));
    let form = filled_form(&announced.body["form"], picture.bytes, honest);
    let sent = applicant.api.send_form(announced.str("/form/url"), form).await;
    show.step(sent, 204, |_| "in quarantine".to_owned());
    let id = announced.str("/uploadId");
    let what = format!("a verdict on the {purpose}");
    let verdict = show.wait(&what, async || {
        let answer = applicant.api.upload(id).await;
        (!matches!(answer.body["state"].as_str(), Some("pending" | "checking"))).then_some(answer)
    });
    show.step(verdict.await, 200, |answer| {
        format!("{} {purpose}, {} finding(s)", answer.str("/state"), answer.list("/findings").len())
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

/// The time of day in an RFC 3339 time.
fn clock(time: &str) -> &str {
    time.get(11..19).unwrap_or(time)
}

fn masked(mobile: &str) -> String {
    format!("{}****{}", &mobile[..3], &mobile[7..])
}
