//! The administrator's command, as an administrator runs it.

use std::process::{Command, Output, Stdio};

use crate::Stack;

/// The command against the stack.
pub fn command(stack: &Stack, arguments: &[&str]) -> Command {
    let mut binary = std::env::current_exe().expect("a test knows where it runs");
    binary.pop();
    // Tests lie one folder below the programs.
    if binary.ends_with("deps") {
        binary.pop();
    }
    binary.push("admin");
    assert!(binary.is_file(), "{} was not built with the workspace", binary.display());
    let mut command = Command::new(binary);
    command.env("TABLE_NAME", &stack.table).env("USER_POOL_ID", &stack.user_pool);
    command.env("DEAD_LETTERS", &stack.dead_letters);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What came of it.
pub fn admin(stack: &Stack, arguments: &[&str]) -> Output {
    command(stack, arguments).output().expect("the administrator's command runs")
}

/// What it reported.
#[track_caller]
pub fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Why it did nothing.
#[track_caller]
pub fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}
