//! How the demonstration looks: chapters, one aligned line a step, dots while it waits.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::time::{Duration, Instant};

use journey::{Response, wait};

/// Prints the steps and counts them.
pub struct Show {
    started: Instant,
    steps: Cell<u32>,
    chapter: RefCell<String>,
}

impl Default for Show {
    fn default() -> Self {
        Self { started: Instant::now(), steps: Cell::new(0), chapter: RefCell::default() }
    }
}

impl Show {
    /// Begins a chapter.
    pub fn chapter(&self, title: &str) {
        println!("\n[{:>5.1} s] {title}", self.started.elapsed().as_secs_f64());
        title.clone_into(&mut self.chapter.borrow_mut());
    }

    /// The last line of a journey that broke off.
    pub fn broke_off(&self, why: &str) {
        println!("\ndemo: failed after {} steps in \"{}\": {why}", self.steps.get(), self.chapter.borrow());
    }

    /// Prints a request with its outcome, and gives the answer on when it is the one expected.
    pub fn step(&self, answer: Response, status: u16, result: impl FnOnce(&Response) -> String) -> Response {
        let line = readable(&answer.request_line);
        let said = answer.text.lines().next().unwrap_or("nothing said");
        assert!(
            answer.status != 0 && answer.status < 500,
            "{line} ended with {} ({said}). A function was probably stopped in the middle: run the demo again, \
             it begins with a new person",
            answer.status,
        );
        let answer = answer.expect(status);
        if answer.retried {
            println!("  {line}: no answer at first, asked once more");
        }
        let result = result(&answer);
        self.line(
            &line,
            &format!("→ {}", answer.status),
            &format!("{} ms", answer.elapsed.as_millis()),
            &result,
        );
        answer
    }

    /// Prints something that took its time and is no request to the API.
    pub fn timed(&self, what: &str, since: Instant, result: &str) {
        self.line(what, "", &format!("{} ms", since.elapsed().as_millis()), result);
    }

    /// Prints a detail of the step before.
    pub fn note(&self, what: &str, result: &str) {
        self.line(&format!("     {what}"), "", "", result);
    }

    /// Waits for a condition and shows a dot a second.
    pub async fn wait<T>(&self, what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
        self.wait_long(what, wait::SOON, probe).await
    }

    /// The same, for what a person must do.
    pub async fn wait_long<T>(
        &self,
        what: &str,
        limit: Duration,
        probe: impl AsyncFnMut() -> Option<T>,
    ) -> T {
        let (mut looks, mut dots) = (0_u32, 0_u32);
        let tick = || {
            looks += 1;
            if looks.is_multiple_of(10) {
                dots += 1;
                print!(".");
                // Nothing is lost when a dot cannot be shown.
                let _ = std::io::stdout().flush();
            }
        };
        let found = wait::try_until(what, limit, tick, probe).await;
        if dots > 0 {
            println!();
        }
        found.unwrap_or_else(|late| panic!("{late}"))
    }

    /// The last line.
    pub fn end(&self) {
        let seconds = self.started.elapsed().as_secs_f64();
        println!("\napproved: {} steps in {seconds:.1} s", self.steps.get());
    }

    fn line(&self, what: &str, outcome: &str, time: &str, result: &str) {
        self.steps.set(self.steps.get() + u32::from(!time.is_empty()));
        println!("  {what:<66} {outcome:<6}{time:>9}  {}", readable(result));
    }
}

/// The text with long ids cut to their last characters and the storage service's address left out.
pub fn readable(text: &str) -> String {
    if text.starts_with("POST http") {
        return "POST the form's address at the storage service".to_owned();
    }
    let mut out = String::new();
    let mut word = String::new();
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_uppercase() || letter.is_ascii_digit() {
            word.push(letter);
            continue;
        }
        if word.len() >= 20 {
            out.push('…');
            out.push_str(&word[word.len() - 4..]);
        } else {
            out.push_str(&word);
        }
        word.clear();
        out.push(letter);
    }
    out.truncate(out.len() - 1);
    out
}
