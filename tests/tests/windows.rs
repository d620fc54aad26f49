//! Collection windows and departments, as the administrator's command sets them and applicants meet them.

use std::path::PathBuf;
use std::process::{Command, Output};

use journey::{Applicant, Stack, pages};
use serde_json::{Value, json};

/// A province that no other test hands anything in to, and a county of it.
const PROVINCE: &str = "330000";
const DEPARTMENT: &str = "330106-1";

/// Runs the administrator's command against the stack's table.
fn admin(stack: &Stack, arguments: &[&str]) -> Output {
    let mut binary = std::env::current_exe().expect("a test knows where it runs");
    binary.pop();
    binary.set_file_name("admin");
    let run = Command::new(&binary).env("TABLE_NAME", &stack.table).args(arguments).output();
    run.unwrap_or_else(|error| panic!("{} was not built with the workspace: {error}", binary.display()))
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(name: &str, lines: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("baoming-{}-{name}.csv", std::process::id()));
    std::fs::write(&path, format!("id,name,address,phone,hours\n{lines}\n")).expect("a file can be written");
    path
}

fn set_window(stack: &Stack, opens: &str, closes: &str) -> Output {
    let [by, reason] = [["--by", "tests"], ["--reason", "windows.rs"]];
    let times = ["--exam-year", "2027", "--opens", opens, "--closes", closes];
    admin(stack, &[&["set-window", PROVINCE][..], &times, &by, &reason].concat())
}

/// One test, since a window is a whole province's.
#[tokio::test]
async fn a_province_takes_collections_within_its_window_only() {
    let stack = Stack::required();
    let good = file("good", &format!("{DEPARTMENT},示例局会计处,示例街1号,0571-12345678,工作日 9:00-17:00"));
    let path = good.to_str().expect("a plain path");
    let shown = done(&admin(&stack, &["departments", path]));
    if shown.contains('+') {
        assert!(shown.contains("1 would be written"), "{shown}");
        let applicant = Applicant::verified(&stack).await;
        let choice = pages::spoilt(&pages::department(), "departmentId", json!(DEPARTMENT));
        let unknown = applicant.api.put_page("department", &choice).await.problem(422, "invalid-request");
        unknown.assert_fault("/departmentId", "department.UNKNOWN");
    }
    let _ = done(&admin(&stack, &["departments", path, "--apply"]));
    assert!(done(&admin(&stack, &["departments", path])).contains("0 would be written"));
    let bad = file("bad", &format!("{DEPARTMENT},另一局,示例街1号,1,2\n330106,没有编号,a,b,c"));
    let why = refused(&admin(&stack, &["departments", bad.to_str().expect("a plain path"), "--apply"]));
    assert!(why.contains("line 3: no department's id: 330106"), "{why}");
    assert!(
        done(&admin(&stack, &["departments", path])).contains("0 would be written"),
        "half a file was written"
    );

    let (applicant, _) = Applicant::with_draft(&stack).await;
    let choice = pages::spoilt(&pages::department(), "departmentId", json!(DEPARTMENT));
    let _ = applicant.api.put_page("department", &choice).await.expect(200);
    let version = applicant.api.collection().await.number("/version");

    let past = ("2020-01-01T00:00:00+08:00", "2020-02-01T00:00:00+08:00");
    let _ = done(&set_window(&stack, past.0, past.1));
    let closed = applicant.api.submit().await.problem(403, "outside-window");
    assert_eq!(closed.str("/opensAt"), "2020-01-01T00:00:00.000+08:00");
    assert_eq!(closed.str("/closesAt"), "2020-02-01T00:00:00.000+08:00");
    assert_eq!(
        applicant.api.collection().await.number("/version"),
        version,
        "a refused submission wrote something"
    );
    let listed = applicant.api.anonymous().send("GET", &format!("/v1/windows?province={PROVINCE}")).await;
    let listed = listed.expect(200);
    assert_eq!((listed.list("/items").len(), &listed.body["items"][0]["open"]), (1, &Value::Bool(false)));

    let future = ("2999-01-01T00:00:00+08:00", "2999-02-01T00:00:00+08:00");
    let _ = done(&set_window(&stack, future.0, future.1));
    let _ = applicant.api.submit().await.problem(403, "outside-window");

    let _ = done(&set_window(&stack, past.0, past.1));
    let extend = |closes: &str| {
        admin(
            &stack,
            &["extend-window", PROVINCE, "--closes", closes, "--by", "tests", "--reason", "windows.rs"],
        )
    };
    assert!(refused(&extend("2020-01-15T00:00:00+08:00")).contains("not later"));
    let _ = done(&extend("2999-01-01T00:00:00+08:00"));
    assert_eq!(applicant.api.submit().await.expect(201).str("/state"), "SUBMITTED");
    assert!(refused(&set_window(&stack, future.1, future.0)).contains("before it opens"));

    let nowhere =
        applicant.api.send("GET", "/v1/windows?province=110101").await.problem(422, "invalid-request");
    nowhere.assert_faulty(&["/province"]);
}
