//! The shared vectors: folders outside the repository, told by `BAOMING_SHARED`.
//!
//! `vectors` has what the domain specification says; `cases/vectors` what real people typed and was read wrongly before.

use std::path::PathBuf;

use crate::runner;

fn folder(name: &str) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has no Config")]
    let shared = std::env::var("BAOMING_SHARED");
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    PathBuf::from(shared.unwrap_or_else(|_| beside.to_owned())).join(name)
}

#[track_caller]
fn all_pass(validator: &str) {
    for name in ["vectors", "cases/vectors"] {
        let folder = folder(name);
        if !folder.is_dir() {
            eprintln!("skipped: shared vectors not found at {}", folder.display());
            continue;
        }
        if !folder.join(format!("{validator}.json")).is_file() && name != "vectors" {
            continue;
        }
        let report = runner::run(&folder, validator).unwrap();
        assert!(report.misses.is_empty(), "{} passed, but:\n{}", report.passed, report.misses.join("\n"));
    }
}

#[test]
fn no_file_of_vectors_is_left_out() {
    for name in ["vectors", "cases/vectors"] {
        let Ok(files) = std::fs::read_dir(folder(name)) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            assert!(stem == "index" || VALIDATORS.contains(&stem), "{}", path.display());
        }
    }
}

macro_rules! vectors {
    ($($validator:ident)+) => {
        const VALIDATORS: &[&str] = &[$(stringify!($validator)),+];
        $(
            #[test]
            fn $validator() {
                all_pass(stringify!($validator));
            }
        )+
    };
}

vectors! {
    attachment degree_cert_no edu_cert_no eligibility_intermediate foreign_permanent_resident hkmo_permit
    hkmo_residence_permit mobile name resident_id time_range tw_permit tw_residence_permit uscc
}
