//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

/// Long enough for a function to start cold on a busy machine and read a picture.
pub const SOON: Duration = Duration::from_secs(40);

const POLL: Duration = Duration::from_millis(100);

/// What `probe` finds, asked again and again; ends the test with what was waited for when `limit` passes.
pub async fn until<T>(what: &str, limit: Duration, probe: impl AsyncFnMut() -> Option<T>) -> T {
    let found = try_until(what, limit, || (), probe).await;
    found.unwrap_or_else(|late| panic!("{late}"))
}

/// As [`until`], for callers that go on after a failure and want to show that they wait: `tick` runs
/// before each further look.
pub async fn try_until<T>(
    what: &str,
    limit: Duration,
    mut tick: impl FnMut(),
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> Result<T, String> {
    let started = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return Ok(found);
        }
        if started.elapsed() > limit {
            return Err(format!("waited {} s in vain for {what}", limit.as_secs()));
        }
        tick();
        tokio::time::sleep(POLL).await;
    }
}
