//! When collections are taken: the provinces' windows and departments, as the administrator's command sets them
//! and as applicants meet them. A window is a whole province's, so that each test has a province of its own.

use std::path::PathBuf;

use journey::admin::{admin, command, done, refused};
use journey::scenario::comment;
use journey::stack::COUNTY;
use journey::windows::{self, HOUR, Province, Window, now};
use journey::{Applicant, Client, Draft, Response, Reviewer, Stack, pages, table};
use serde_json::{Value, json};

/// A file of departments.
fn file(name: &str, lines: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("baoming-{}-{name}.csv", std::process::id()));
    std::fs::write(&path, format!("id,name,address,phone,hours\n{lines}\n")).expect("a file can be written");
    path
}

/// The arguments that set a window.
fn setting<'a>(province: &'a Province, opens: &'a str, closes: &'a str) -> Vec<&'a str> {
    let times = ["set-window", province.code, "--exam-year", "2030", "--opens", opens, "--closes", closes];
    [&times[..], &["--by", "tests", "--reason", "windows.rs"]].concat()
}

/// A complete draft for the department of that province, which has no window yet.
async fn draft_in(stack: &Stack, province: &Province) -> (Applicant, Draft) {
    province.without_window(stack).await;
    province.with_department(stack).await;
    let (applicant, draft) = Applicant::with_draft(stack).await;
    choose(&applicant, province).await;
    (applicant, draft)
}

async fn choose(applicant: &Applicant, province: &Province) {
    let choice = pages::spoilt(&pages::department(), "departmentId", json!(province.department()));
    let _ = applicant.api.put_page("department", &choice).await.expect(200);
}

/// Fails unless the submission is refused with the window's dates, and nothing is written.
async fn assert_outside(stack: &Stack, applicant: &Applicant, window: &Window) {
    let stored = async || {
        let mut items = table::items(stack, applicant.ulid()).await;
        // What was done before is counted, told, read on cards, indexed and waited for, in its own time.
        let later = ["NOTICE#", "EVIDENCE#", "MATERIALS#", "WAIT#"];
        let is_later = |sk: &String| later.iter().any(|prefix| sk.starts_with(prefix));
        items.retain(|item| !item["sk"].as_s().is_ok_and(is_later));
        for item in &mut items {
            item.remove("counted");
        }
        items.sort_by_key(|item| item["sk"].as_s().cloned().unwrap_or_default());
        items
    };
    let before = stored().await;
    let refused = applicant.api.submit().await.problem(403, "outside-window");
    assert_eq!(refused.str("/opensAt"), windows::text(window.opens));
    assert_eq!(refused.str("/closesAt"), windows::text(window.closes));
    assert_eq!(refused.str("/correctionsUntil"), windows::text(window.corrections_until()));
    assert_eq!(stored().await, before, "a refused submission wrote something");
}

/// The windows that a province is shown with.
async fn shown(api: &Client, province: &Province) -> Vec<Value> {
    api.windows(Some(province.code)).await.expect(200).list("/items").to_vec()
}

#[tokio::test]
async fn a_province_takes_collections_within_its_window_and_always_without_one() {
    const PROVINCE: Province = Province { code: "340000", county: "340102" };
    let stack = Stack::required();
    let (applicant, _) = draft_in(&stack, &PROVINCE).await;
    let api = &applicant.api;
    assert_eq!(shown(api, &PROVINCE).await, Vec::<Value>::new());
    let _ = api.submit().await.expect(201);
    let _ = api.withdraw().await.expect(200);

    let later = Window { opens: now() + HOUR, closes: now() + 2 * HOUR, ..Window::open() };
    for shut in [later, Window::closed(), Window { grace_seconds: 7_200, ..Window::closed() }] {
        PROVINCE.set(&stack, &shut).await;
        // One that was taken back is new, and has no grace.
        assert_outside(&stack, &applicant, &shut).await;
        assert_eq!(shown(api, &PROVINCE).await[0]["open"], false);
    }
    let open = Window { grace_seconds: 60, ..Window::open() };
    PROVINCE.set(&stack, &open).await;
    let item = json!({
        "province": PROVINCE.code, "examYear": 2030, "open": true,
        "opensAt": windows::text(open.opens), "closesAt": windows::text(open.closes),
        "correctionsUntil": windows::text(open.closes + 60_000),
    });
    assert_eq!(shown(api, &PROVINCE).await, [item]);
    assert_eq!(api.eligibility(None).await.number("/examYear"), 2030, "the window's examination is meant");
    let _ = api.submit().await.expect(201);
    // Taking back is not handing in.
    PROVINCE.set(&stack, &Window::closed()).await;
    let _ = api.withdraw_late().await.expect(200);
    PROVINCE.without_window(&stack).await;
}

#[tokio::test]
async fn what_arrives_before_the_closing_is_taken_and_nothing_after_it() {
    const PROVINCE: Province = Province { code: "350000", county: "350102" };
    let stack = Stack::required();
    let (applicant, _) = draft_in(&stack, &PROVINCE).await;
    let closes = now() + 2_000;
    PROVINCE.set(&stack, &Window { closes, ..Window::open() }).await;
    let mut taken = 0;
    loop {
        let sent = now();
        let answer = applicant.api.submit().await;
        let answered = now();
        if answer.status != 201 {
            let _ = answer.problem(403, "outside-window");
            assert!(answered >= closes, "refused {} ms before the closing", closes - answered);
            break;
        }
        assert!(sent < closes, "taken {} ms after the closing", sent - closes);
        let _ = applicant.api.withdraw_late().await.expect(200);
        taken += 1;
    }
    assert!(taken > 0, "nothing was taken while the window was open");
    PROVINCE.without_window(&stack).await;
}

#[tokio::test]
async fn a_returned_collection_may_be_handed_in_within_the_grace_and_not_after_it() {
    const PROVINCE: Province = Province { code: "360000", county: "360102" };
    let stack = Stack::required();
    PROVINCE.without_window(&stack).await;
    PROVINCE.with_department(&stack).await;
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let comments = [comment("/department/departmentId", "DEPT_WRONG", "请选择单位所在地")];
    reviewer.send_back(&draft.case, &comments).await;
    choose(&applicant, &PROVINCE).await;

    // Until half an hour ago, and until in an hour.
    let over = Window { grace_seconds: 1_800, ..Window::closed() };
    PROVINCE.set(&stack, &over).await;
    assert_outside(&stack, &applicant, &over).await;
    let early = Window { opens: now() + HOUR, closes: now() + 2 * HOUR, ..Window::open() };
    PROVINCE.set(&stack, &early).await;
    assert_outside(&stack, &applicant, &early).await;
    PROVINCE.set(&stack, &Window { grace_seconds: 7_200, ..Window::closed() }).await;
    assert_eq!(shown(&applicant.api, &PROVINCE).await[0]["open"], false, "new ones are not taken");
    let receipt = applicant.api.submit().await.expect(201);
    assert_eq!((receipt.str("/state"), receipt.number("/round")), ("RESUBMITTED", 2));
    // Taken back it is a returned one again, and still has its grace.
    assert_eq!(applicant.api.withdraw().await.expect(200).str("/state"), "RETURNED");
    assert_eq!(applicant.api.submit().await.expect(201).str("/state"), "RESUBMITTED");
    PROVINCE.without_window(&stack).await;
}

#[tokio::test]
async fn a_province_may_refuse_collections_that_meet_no_condition() {
    const PROVINCE: Province = Province { code: "370000", county: "370102" };
    let stack = Stack::required();
    let (applicant, draft) = draft_in(&stack, &PROVINCE).await;
    let api = &applicant.api;
    let eligibility = async || api.eligibility(None).await.expect(200);
    let advice = eligibility().await;
    assert_eq!((&advice.body["eligible"], &advice.body["enforced"]), (&json!(false), &json!(false)));
    assert_eq!(api.readiness().await.body["ready"], true);

    PROVINCE.set(&stack, &Window { enforced: true, ..Window::open() }).await;
    assert_eq!(eligibility().await.body["enforced"], true);
    let errors = |answer: &Response| answer.faults().into_iter().collect::<Vec<_>>();
    let refused = api.submit().await.problem(422, "not-ready");
    let expected = [(String::new(), "eligibility_intermediate.YEARS_SHORT".to_owned())];
    assert_eq!((errors(&refused), errors(&api.readiness().await)), (expected.to_vec(), expected.to_vec()));
    // A closed window is told first: nothing that the applicant mends would help.
    PROVINCE.set(&stack, &Window { enforced: true, ..Window::closed() }).await;
    let _ = api.submit().await.problem(403, "outside-window");

    PROVINCE.set(&stack, &Window { enforced: true, ..Window::open() }).await;
    let more = pages::later_experience(&applicant.person);
    let _ = api.add_experience(&draft.employment, &more).await.expect(201);
    assert_eq!(eligibility().await.str("/condition"), "2");
    let _ = api.submit().await.expect(201);
    PROVINCE.without_window(&stack).await;
}

#[tokio::test]
async fn windows_are_listed_by_province_for_anybody() {
    const PROVINCES: [Province; 2] =
        [Province { code: "430000", county: "430102" }, Province { code: "420000", county: "420102" }];
    let stack = Stack::required();
    let api = Client::new(&stack);
    for province in &PROVINCES {
        province.set(&stack, &Window::open()).await;
    }
    let all = api.windows(None).await.expect(200);
    let codes: Vec<&str> = all.list("/items").iter().filter_map(|item| item["province"].as_str()).collect();
    assert!(codes.is_sorted() && ["420000", "430000"].iter().all(|code| codes.contains(code)), "{codes:?}");
    assert_eq!(shown(&api, &PROVINCES[0]).await.len(), 1);
    for province in &PROVINCES {
        province.without_window(&stack).await;
    }
    assert_eq!(shown(&api, &PROVINCES[0]).await.len(), 0);
    for wrong in ["990000", "430102", "430100", "43", "wrong", "4300000"] {
        let answer = api.windows(Some(wrong)).await.problem(422, "invalid-request");
        answer.assert_faulty(&["/province"]);
    }
}

#[tokio::test]
async fn departments_are_shown_first_and_written_when_told_all_or_none() {
    const PROVINCE: Province = Province { code: "330000", county: "330106" };
    let stack = Stack::required();
    let api = Client::new(&stack);
    let import = |lines: &str, further: &[&str]| {
        let file = file("departments", lines);
        admin(&stack, &[&["departments", file.to_str().expect("a plain path")], further].concat())
    };
    let names = async || {
        let answer = api.departments(PROVINCE.county).await.expect(200);
        let names = answer.list("/items").iter().filter_map(|item| item["name"].as_str());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    PROVINCE.without_department(&stack).await;
    let line = "330106-1,甲局会计处,\"示例街1号,二楼\",0571-12345678,工作日 9:00-17:00";
    let planned = done(&import(line, &[]));
    for part in ["+ 330106-1 甲局会计处", "address: 示例街1号,二楼", "1 would be written"] {
        assert!(planned.contains(part), "{part} is not in {planned}");
    }
    assert_eq!(names().await, Vec::<String>::new(), "a dry run wrote something");
    assert!(done(&import(line, &["--apply"])).contains("1 written"));
    assert_eq!(names().await, ["甲局会计处"]);
    assert!(done(&import(line, &["--apply"])).contains("0 written"), "the same file is no change");

    let renamed = line.replace("甲局", "乙局");
    let planned = done(&import(&renamed, &[]));
    assert!(planned.contains("~ 330106-1") && planned.contains("name: 甲局会计处 → 乙局会计处"), "{planned}");
    assert!(!planned.contains("address"), "what does not differ is shown: {planned}");
    let faulty = [
        ("330106,没有编号,a,b,c", "line 3, column 1 (id): no department's id: 330106"),
        ("330199-1,没有这个县,a,b,c", "line 3, column 1 (id): no department's id: 330199-1"),
        ("330106-2,没有电话,a,,c", "line 3, column 4 (phone): phone is empty"),
        ("330106-1,又一次,a,b,c", "line 3, column 1 (id): 330106-1 is named twice"),
        ("330106-2,少一列,a,b", "line 3, column 5 (hours): hours is empty"),
    ];
    for (second, why) in faulty {
        let told = refused(&import(&format!("{renamed}\n{second}"), &["--apply"]));
        assert!(told.contains(why), "{why} is not in {told}");
        assert_eq!(names().await, ["甲局会计处"], "half a file was written");
    }
    assert!(done(&import(&renamed, &["--apply"])).contains("1 written"));
    assert_eq!(names().await, ["乙局会计处"]);
    PROVINCE.without_department(&stack).await;
}

#[tokio::test]
async fn a_window_is_set_and_extended_with_who_and_why() {
    const PROVINCE: Province = Province { code: "440000", county: "440103" };
    const OPENS: &str = "2020-01-01T00:00:00+08:00";
    const CLOSES: &str = "2020-02-01T00:00:00+08:00";
    const LATER: &str = "2099-01-01T00:00:00Z";
    let stack = Stack::required();
    let (applicant, _) = draft_in(&stack, &PROVINCE).await;
    let extend = |closes: &str| {
        let signed = ["--closes", closes, "--by", "李明", "--reason", "系统故障"];
        admin(&stack, &[&["extend-window", PROVINCE.code][..], &signed].concat())
    };
    assert!(refused(&extend(LATER)).contains("no window to extend"));
    assert!(refused(&admin(&stack, &setting(&PROVINCE, CLOSES, OPENS))).contains("before it opens"));
    assert!(refused(&admin(&stack, &setting(&PROVINCE, OPENS, OPENS))).contains("before it opens"));
    assert!(refused(&admin(&stack, &setting(&PROVINCE, "soon", CLOSES))).contains("RFC 3339"));
    let county = Province { code: PROVINCE.county, ..PROVINCE };
    let _ = refused(&admin(&stack, &setting(&county, OPENS, CLOSES)));
    let unsigned = &setting(&PROVINCE, OPENS, CLOSES)[..8];
    assert!(refused(&admin(&stack, unsigned)).contains("--reason"));
    assert_eq!(PROVINCE.history(&stack).await.len(), 0, "a refused change was kept");

    let told = done(&admin(&stack, &setting(&PROVINCE, OPENS, CLOSES)));
    assert!(told.contains("corrections until 2020-02-11T00:00:00.000+08:00"), "{told}");
    let closed = applicant.api.submit().await.problem(403, "outside-window");
    assert_eq!(closed.str("/closesAt"), "2020-02-01T00:00:00.000+08:00");
    for early in ["2020-01-15T00:00:00+08:00", CLOSES, "2020-01-31T16:00:00Z"] {
        assert!(refused(&extend(early)).contains("not later than 2020-02-01"), "{early}");
    }
    let _ = done(&extend(LATER));
    assert!(done(&admin(&stack, &["windows"])).contains("closes 2099-01-01T08:00:00.000+08:00"));
    let _ = applicant.api.submit().await.expect(201);

    let history = PROVINCE.history(&stack).await;
    let text = |of: &table::Item, name: &str| of[name].as_s().cloned().unwrap_or_default();
    let closing = |of: &table::Item, name: &str| of[name].as_m().ok().map(|window| text(window, "closesAt"));
    let [set, extended] = &history[..] else { panic!("{} changes are kept", history.len()) };
    assert_eq!((text(set, "by"), text(set, "reason")), ("tests".to_owned(), "windows.rs".to_owned()));
    assert_eq!((text(extended, "by"), text(extended, "reason")), ("李明".to_owned(), "系统故障".to_owned()));
    assert_eq!((closing(set, "before"), closing(set, "after")), (None, closing(extended, "before")));
    assert_eq!(closing(extended, "after").as_deref(), Some("2099-01-01T08:00:00.000+08:00"));
    PROVINCE.without_window(&stack).await;
}

#[tokio::test]
async fn of_administrators_who_change_the_same_window_at_once_each_sees_what_the_others_did() {
    const PROVINCE: Province = Province { code: "450000", county: "450102" };
    let stack = Stack::required();
    PROVINCE.without_window(&stack).await;
    let (mut done, closings) = (0, (10..28).map(|day| format!("2030-01-{day}T00:00:00+08:00")));
    for closings in closings.collect::<Vec<_>>().chunks(6) {
        let start = |closes: &String| {
            let arguments = setting(&PROVINCE, "2030-01-01T00:00:00+08:00", closes);
            command(&stack, &arguments).spawn().expect("the administrator's command runs")
        };
        let running: Vec<_> = closings.iter().map(start).collect();
        for process in running {
            let output = process.wait_with_output().expect("the command ends");
            done += usize::from(output.status.success());
            if !output.status.success() {
                let why = String::from_utf8_lossy(&output.stderr);
                assert!(why.contains("somebody else changed the window just now"), "{why}");
            }
        }
    }
    // Whoever did not know of the window as it was has changed nothing: the history is one chain.
    let history = PROVINCE.history(&stack).await;
    assert_eq!(history.len(), done);
    for pair in history.windows(2) {
        assert_eq!(pair[0]["after"], pair[1]["before"]);
    }
    let api = Client::new(&stack);
    let last = history[done - 1]["after"].as_m().expect("a window is a map");
    assert_eq!(
        shown(&api, &PROVINCE).await[0]["closesAt"].as_str(),
        last["closesAt"].as_s().ok().map(String::as_str)
    );
    PROVINCE.without_window(&stack).await;
}

#[tokio::test]
async fn withdrawing_after_the_window_closed_has_to_be_confirmed() {
    const PROVINCE: Province = Province { code: "460000", county: "460105" };
    const SUBMISSION: &str = "/v1/collection/submission";
    let stack = Stack::required();
    let (applicant, _) = draft_in(&stack, &PROVINCE).await;
    let api = &applicant.api;
    PROVINCE.set(&stack, &Window::open()).await;
    let _ = api.submit().await.expect(201);
    let _ = api.withdraw().await.expect(200);
    let _ = api.submit().await.expect(201);

    // Within ten minutes of the end there is no time to submit again; a grace is for what was returned.
    let soon = Window { closes: now() + 540_000, ..Window::open() };
    for late in [soon, Window::closed(), Window { grace_seconds: 7_200, ..Window::closed() }] {
        PROVINCE.set(&stack, &late).await;
        for refused in [api.withdraw().await, api.delete_consent().await] {
            let refused = refused.problem(409, "confirmation-required");
            assert_eq!(refused.str("/closesAt"), windows::text(late.closes));
            assert_eq!(refused.str("/correctionsUntil"), windows::text(late.corrections_until()));
        }
    }
    let unclear = api.send("DELETE", &format!("{SUBMISSION}?afterWindowClosed=perhaps")).await;
    unclear.problem(422, "invalid-request").assert_fault("/afterWindowClosed", "form.TYPE");
    let _ = api.send("DELETE", &format!("{SUBMISSION}?afterWindowClosed=false")).await.expect(409);
    assert_eq!(api.status().await.expect(200).str("/state"), "SUBMITTED", "nothing was changed");
    let confirmed = api.withdraw_late().await.expect(200);
    assert_eq!(confirmed.str("/state"), "DRAFT");
    let _ = api.submit().await.problem(403, "outside-window");
    PROVINCE.without_window(&stack).await;
    PROVINCE.without_department(&stack).await;
}
