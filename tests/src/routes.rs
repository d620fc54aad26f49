//! Every route of `docs/api.md` as a method; the chapters are the document's.

use serde_json::{Value, json};

use crate::client::Client;
use crate::people::SmsCode;
use crate::response::Response;

/// Getting in.
impl Client {
    /// Asks for a picture code.
    pub async fn captcha(&self) -> Response {
        self.send("POST", "/v1/captchas").await
    }

    /// Asks for an SMS code to register with.
    pub async fn sms_code(&self, mobile: &str, captcha: &str, answer: &str) -> Response {
        self.sms_code_for("registration", mobile, captcha, answer).await
    }

    /// Asks for an SMS code for some purpose.
    pub async fn sms_code_for(&self, purpose: &str, mobile: &str, captcha: &str, answer: &str) -> Response {
        let body =
            json!({"mobile": mobile, "purpose": purpose, "captchaId": captcha, "captchaAnswer": answer});
        self.send_json("POST", "/v1/sms-codes", &body).await
    }

    /// Registers; the body is [`crate::Person::registration`] or a spoilt copy of it.
    pub async fn register(&self, body: &Value) -> Response {
        self.send_json("POST", "/v1/registrations", body).await
    }

    /// Sets another password; the body is [`crate::Person::reset`] or a spoilt copy of it.
    pub async fn reset_password(&self, body: &Value) -> Response {
        self.send_json("POST", "/v1/password-resets", body).await
    }

    /// Logs in, without remembering anything.
    pub async fn log_in(&self, kind: &str, account: &str, password: &str, captcha: (&str, &str)) -> Response {
        let body = json!({
            "account": account, "password": password, "as": kind,
            "captchaId": captcha.0, "captchaAnswer": captcha.1,
        });
        self.send_json("POST", "/v1/sessions", &body).await
    }

    /// Asks for a new access token by the cookie.
    pub async fn refresh(&self) -> Response {
        self.send("POST", "/v1/sessions/refresh").await
    }

    /// Ends the session of the cookie.
    pub async fn log_out(&self) -> Response {
        self.send("DELETE", "/v1/sessions/current").await
    }
}

/// The caller's own data.
impl Client {
    /// Who the caller is.
    pub async fn me(&self) -> Response {
        self.send("GET", "/v1/me").await
    }

    /// Asks for another phone, by the codes that the old one and the new one got.
    pub async fn change_mobile(&self, current: &SmsCode, mobile: &str, new: &SmsCode) -> Response {
        let body = json!({
            "currentSmsCodeId": current.id, "currentSmsCode": current.digits, "mobile": mobile,
            "smsCodeId": new.id, "smsCode": new.digits,
        });
        self.send_json("PUT", "/v1/me/mobile", &body).await
    }

    /// Closes the account.
    pub async fn close_account(&self, password: &str, captcha: (&str, &str)) -> Response {
        let body = json!({"password": password, "captchaId": captcha.0, "captchaAnswer": captcha.1});
        self.send_json("DELETE", "/v1/me", &body).await
    }

    /// Asks for a copy of everything.
    pub async fn request_export(&self) -> Response {
        self.send("POST", "/v1/me/exports").await
    }

    /// How far the copy has come.
    pub async fn export(&self, id: &str) -> Response {
        self.send("GET", &format!("/v1/me/exports/{id}")).await
    }

    /// What the caller was told, newest first.
    pub async fn notifications(&self) -> Response {
        self.send("GET", "/v1/me/notifications?limit=100").await
    }

    /// Marks a notice as read.
    pub async fn read_notification(&self, id: &str) -> Response {
        self.send("PUT", &format!("/v1/me/notifications/{id}/read")).await
    }
}

/// Pictures.
impl Client {
    /// Announces a picture and gets the form to send it with.
    pub async fn announce_upload(&self, purpose: &str, media_type: &str, bytes: usize) -> Response {
        let body = json!({"purpose": purpose, "mediaType": media_type, "bytes": bytes});
        self.send_json("POST", "/v1/uploads", &body).await
    }

    /// What became of a picture.
    pub async fn upload(&self, id: &str) -> Response {
        self.send("GET", &format!("/v1/uploads/{id}")).await
    }

    /// Makes one picture of several.
    pub async fn merge_uploads(&self, purpose: &str, uploads: &[&str]) -> Response {
        self.send_json("POST", "/v1/uploads/merges", &json!({"purpose": purpose, "uploads": uploads})).await
    }
}

/// Real-name verification.
impl Client {
    /// Where the verification stands.
    pub async fn real_name(&self) -> Response {
        self.send("GET", "/v1/real-name").await
    }

    /// Begins an attempt with Alipay, or shows the one that runs.
    pub async fn begin_alipay(&self, body: &Value) -> Response {
        self.send_json("POST", "/v1/real-name/alipay", body).await
    }

    /// What became of an attempt with Alipay.
    pub async fn alipay(&self, id: &str) -> Response {
        self.send("GET", &format!("/v1/real-name/alipay/{id}")).await
    }

    /// The same, after the phone's browser came back.
    pub async fn alipay_after_return(&self, id: &str) -> Response {
        self.send("GET", &format!("/v1/real-name/alipay/{id}?returned=true")).await
    }

    /// Asks a county's department to verify by three pictures.
    pub async fn request_real_name(&self, body: &Value) -> Response {
        self.send_json("POST", "/v1/real-name/online", body).await
    }
}

/// The collection.
impl Client {
    /// The whole draft.
    pub async fn collection(&self) -> Response {
        self.send("GET", "/v1/collection").await
    }

    /// Writes the page `scope`, `basic` or `department`.
    pub async fn put_page(&self, page: &str, body: &Value) -> Response {
        self.send_json("PUT", &format!("/v1/collection/{page}"), body).await
    }

    /// Adds a row of `educations` or `employments`.
    pub async fn add_row(&self, list: &str, body: &Value) -> Response {
        self.send_json("POST", &format!("/v1/collection/{list}"), body).await
    }

    /// Reads a row of `educations` or `employments`.
    pub async fn row(&self, list: &str, id: &str) -> Response {
        self.send("GET", &format!("/v1/collection/{list}/{id}")).await
    }

    /// Replaces a row of `educations` or `employments`.
    pub async fn put_row(&self, list: &str, id: &str, body: &Value) -> Response {
        self.send_json("PUT", &format!("/v1/collection/{list}/{id}"), body).await
    }

    /// Deletes a row of `educations` or `employments`.
    pub async fn delete_row(&self, list: &str, id: &str) -> Response {
        self.send("DELETE", &format!("/v1/collection/{list}/{id}")).await
    }

    /// Adds a period of accounting work to an employment.
    pub async fn add_experience(&self, employment: &str, body: &Value) -> Response {
        self.send_json("POST", &experiences(employment), body).await
    }

    /// Reads a period of accounting work.
    pub async fn experience(&self, employment: &str, id: &str) -> Response {
        self.send("GET", &format!("{}/{id}", experiences(employment))).await
    }

    /// Replaces a period of accounting work.
    pub async fn put_experience(&self, employment: &str, id: &str, body: &Value) -> Response {
        self.send_json("PUT", &format!("{}/{id}", experiences(employment)), body).await
    }

    /// Deletes a period of accounting work.
    pub async fn delete_experience(&self, employment: &str, id: &str) -> Response {
        self.send("DELETE", &format!("{}/{id}", experiences(employment))).await
    }

    /// Hands the draft in.
    pub async fn submit(&self) -> Response {
        self.send_json("POST", "/v1/collection/submission", &json!({"declared": true})).await
    }

    /// Takes the draft back.
    pub async fn withdraw(&self) -> Response {
        self.send("DELETE", "/v1/collection/submission").await
    }

    /// The same, when the window is closed or about to close and the applicant knows it.
    pub async fn withdraw_late(&self) -> Response {
        self.send("DELETE", "/v1/collection/submission?afterWindowClosed=true").await
    }

    /// What still stands between the draft and its submission, and what looks odd.
    pub async fn readiness(&self) -> Response {
        self.send("GET", "/v1/collection/readiness").await
    }

    /// Which of the examination's conditions is met: that of a year, or of the next one.
    pub async fn eligibility(&self, exam_year: Option<u64>) -> Response {
        let query = exam_year.map(|year| format!("?examYear={year}")).unwrap_or_default();
        self.send("GET", &format!("/v1/collection/eligibility{query}")).await
    }

    /// Begins to change what is in force.
    pub async fn amend(&self) -> Response {
        self.send("POST", "/v1/collection/amendment").await
    }

    /// Leaves what is in force as it is.
    pub async fn discard_change(&self) -> Response {
        self.send("DELETE", "/v1/collection/amendment").await
    }

    /// Asks for another department.
    pub async fn ask_transfer(&self, department: &str, reason: &str) -> Response {
        let body = json!({"departmentId": department, "reason": reason});
        self.send_json("POST", "/v1/collection/transfer", &body).await
    }

    /// Asks for it no more.
    pub async fn cancel_transfer(&self) -> Response {
        self.send("DELETE", "/v1/collection/transfer").await
    }

    /// Where the collection stands.
    pub async fn status(&self) -> Response {
        self.send("GET", "/v1/collection/status").await
    }
}

/// The review desk.
impl Client {
    /// The statistics of a division and of those directly below it.
    pub async fn statistics(&self, kind: &str, division: &str) -> Response {
        self.send("GET", &format!("/v1/review/statistics?kind={kind}&division={division}")).await
    }

    /// One page of the queue.
    pub async fn queue(&self, kind: &str, limit: u32, cursor: Option<&str>) -> Response {
        let escaped = |cursor: &str| {
            cursor.replace('%', "%25").replace('+', "%2B").replace('&', "%26").replace('#', "%23")
        };
        let cursor = cursor.map(|cursor| format!("&cursor={}", escaped(cursor))).unwrap_or_default();
        self.send("GET", &format!("/v1/review/queue?kind={kind}&limit={limit}{cursor}")).await
    }

    /// One page of the queue of a division.
    pub async fn queue_of(&self, division: &str) -> Response {
        self.send("GET", &format!("/v1/review/queue?division={division}&limit=100")).await
    }

    /// Takes the next case of a kind for thirty minutes.
    pub async fn next_case(&self, kind: &str) -> Response {
        self.send("POST", &format!("/v1/review/queue/next?kind={kind}")).await
    }

    /// Takes a case for thirty minutes.
    pub async fn claim(&self, case: &str) -> Response {
        self.send("POST", &format!("/v1/review/cases/{case}/claim")).await
    }

    /// Gives a case back.
    pub async fn release(&self, case: &str) -> Response {
        self.send("DELETE", &format!("/v1/review/cases/{case}/claim")).await
    }

    /// The case with its pictures.
    pub async fn case(&self, case: &str) -> Response {
        self.send("GET", &format!("/v1/review/cases/{case}")).await
    }

    /// Gives a case to the reviewer of that name.
    pub async fn reassign(&self, case: &str, to: &str, reason: &str) -> Response {
        let body = json!({"to": to, "reason": reason});
        self.send_json("PUT", &format!("/v1/review/cases/{case}/claim"), &body).await
    }

    /// Takes a decision back.
    pub async fn undo(&self, case: &str) -> Response {
        self.send("DELETE", &format!("/v1/review/cases/{case}/decision")).await
    }

    /// Has a case decided once more.
    pub async fn reopen(&self, case: &str, reason: &str) -> Response {
        let body = json!({"reason": reason});
        self.send_json("POST", &format!("/v1/review/cases/{case}/reopening"), &body).await
    }

    /// Lets a reviewer log in again.
    pub async fn lift_lock(&self, account: &str) -> Response {
        self.send("DELETE", &format!("/v1/review/reviewers/{account}/lock")).await
    }

    /// Answers a transfer: `release`, `accept` or `refuse`.
    pub async fn answer_transfer(&self, case: &str, body: &Value) -> Response {
        self.send_json("POST", &format!("/v1/review/cases/{case}/transfer"), body).await
    }

    /// Approves a selection of cases, each at a version, in the background.
    pub async fn approve_selection(&self, cases: &[(&str, u64)]) -> Response {
        let cases = cases.iter().map(|(case, version)| json!({"caseId": case, "version": version}));
        let body = json!({"cases": cases.collect::<Vec<_>>()});
        self.send_json("POST", "/v1/review/approvals", &body).await
    }

    /// How far a selection has come.
    pub async fn selection(&self, id: &str) -> Response {
        self.send("GET", &format!("/v1/review/approvals/{id}")).await
    }

    /// Cancels a selection.
    pub async fn cancel_selection(&self, id: &str) -> Response {
        self.send("DELETE", &format!("/v1/review/approvals/{id}")).await
    }

    /// Agrees to pictures of the caller's face, by the text of that version.
    pub async fn put_consent(&self, version: &str) -> Response {
        self.send_json("PUT", "/v1/me/consents/biometrics", &json!({"version": version})).await
    }

    /// Takes that back.
    pub async fn delete_consent(&self) -> Response {
        self.send("DELETE", "/v1/me/consents/biometrics").await
    }

    /// Asks for a list as a file.
    pub async fn request_case_list(&self, body: &Value) -> Response {
        self.send_json("POST", "/v1/review/exports", body).await
    }

    /// The lists that the caller asked for.
    pub async fn case_lists(&self) -> Response {
        self.send("GET", "/v1/review/exports").await
    }

    /// How far a list's file has come.
    pub async fn case_list(&self, id: &str) -> Response {
        self.send("GET", &format!("/v1/review/exports/{id}")).await
    }

    /// One of the lists of the caller's division, with more of a query.
    pub async fn list_cases(&self, query: &str) -> Response {
        self.send("GET", &format!("/v1/review/queue?{query}")).await
    }

    /// Decides a case.
    pub async fn decide(&self, case: &str, body: &Value) -> Response {
        self.send_json("POST", &format!("/v1/review/cases/{case}/decision"), body).await
    }
}

/// Reference.
impl Client {
    /// A code table.
    pub async fn reference(&self, table: &str) -> Response {
        self.send("GET", &format!("/v1/reference/{table}")).await
    }

    /// A code table, unless it is still the one with that entity tag.
    pub async fn reference_unless(&self, table: &str, tags: &str) -> Response {
        self.with_header("if-none-match", tags).reference(table).await
    }

    /// When the provinces take collections, or one of them.
    pub async fn windows(&self, province: Option<&str>) -> Response {
        let query = province.map(|province| format!("?province={province}")).unwrap_or_default();
        self.send("GET", &format!("/v1/windows{query}")).await
    }

    /// The contract.
    pub async fn contract(&self) -> Response {
        self.send("GET", "/v1/openapi.json").await
    }

    /// The contract as a page.
    pub async fn contract_page(&self) -> Response {
        self.send("GET", "/v1/docs").await
    }

    /// The divisions below `parent`, or the provinces.
    pub async fn divisions(&self, parent: Option<&str>) -> Response {
        let query = parent.map(|parent| format!("?parent={parent}")).unwrap_or_default();
        self.send("GET", &format!("/v1/reference/divisions{query}")).await
    }

    /// The departments of a division.
    pub async fn departments(&self, division: &str) -> Response {
        self.send("GET", &format!("/v1/departments?division={division}")).await
    }
}

fn experiences(employment: &str) -> String {
    format!("/v1/collection/employments/{employment}/accounting-experiences")
}
