//! The shared vectors: a folder outside the repository, told by `BAOMING_SHARED`.

use std::path::PathBuf;

use crate::runner;

fn folder() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has no Config")]
    let shared = std::env::var("BAOMING_SHARED");
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    PathBuf::from(shared.unwrap_or_else(|_| beside.to_owned())).join("vectors")
}

#[track_caller]
fn all_pass(validator: &str) {
    let folder = folder();
    if !folder.is_dir() {
        eprintln!("skipped: shared vectors not found at {}", folder.display());
        return;
    }
    let report = runner::run(&folder, validator).unwrap();
    assert!(report.misses.is_empty(), "{} passed, but:\n{}", report.passed, report.misses.join("\n"));
}

macro_rules! vectors {
    ($($validator:ident)+) => { $(
        #[test]
        fn $validator() {
            all_pass(stringify!($validator));
        }
    )+ };
}

vectors! {
    attachment degree_cert_no edu_cert_no eligibility_intermediate foreign_permanent_resident hkmo_permit
    hkmo_residence_permit mobile name resident_id time_range tw_permit tw_residence_permit uscc
}
