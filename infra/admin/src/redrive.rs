//! Giving what failed another chance: what lies in the dead-letter queues is run again.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt::{self, Write},
};

use clap::Args;
use ports::{
    PortError,
    redrive::{Batch, Letter, ReadLetters, SendAgain},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Runs again what failed.
#[derive(Debug, Args)]
pub(crate) struct Redrive {
    /// Only these queues, by their names in the template, such as `IdCardDeadLetters`; all without one
    queues: Vec<String>,
}

/// A dead-letter queue, as the stack's output `DeadLetters` names it.
#[derive(Debug, Deserialize)]
struct Queue {
    /// Its URL.
    url: String,
    /// The URL of the queue whose messages failed; none for a queue into which functions fail.
    from: Option<String>,
}

/// The dead-letter queues by their names.
#[derive(Debug)]
pub(crate) struct Queues(BTreeMap<String, Queue>);

/// The setting is not what the stack puts out.
#[derive(Debug, thiserror::Error)]
#[error("DEAD_LETTERS is not the stack's output of that name: {0}")]
pub(crate) struct Malformed(#[from] serde_json::Error);

/// There is no such queue.
#[derive(Debug, thiserror::Error)]
#[error("there is no dead-letter queue of the name {name}; there are {known}")]
struct Unknown {
    name: String,
    known: String,
}

/// Something is still there.
#[derive(Debug, thiserror::Error)]
#[error("not everything could be run again; what could not stays in its queue\n{0}")]
struct Left(String);

impl Queues {
    /// Reads the stack's output.
    pub(crate) fn parse(output: &str) -> Result<Self, Malformed> {
        Ok(Self(serde_json::from_str(output)?))
    }

    fn named(&self, names: &[String]) -> Result<Vec<(&str, &Queue)>, Unknown> {
        if names.is_empty() {
            return Ok(self.0.iter().map(|(name, queue)| (name.as_str(), queue)).collect());
        }
        let queue = |name: &String| {
            let found = self.0.get_key_value(name).map(|(name, queue)| (name.as_str(), queue));
            let known = || self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            found.ok_or_else(|| Unknown { name: name.clone(), known: known() })
        };
        names.iter().map(queue).collect()
    }
}

/// Why a letter stays where it is.
#[derive(Debug)]
enum Stays {
    /// No form of a letter that is known.
    Strange,
    /// The stream has its records no longer.
    Late,
    /// The function failed again.
    Failed,
    /// Something did not answer.
    Port(PortError),
}

impl fmt::Display for Stays {
    /// Never what the letter says: it may be about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strange => f.write_str("a letter of a form that is not known"),
            Self::Late => f.write_str("its records are gone from the stream, which keeps them for 24 hours"),
            Self::Failed => f.write_str("the function failed again; its log says why"),
            Self::Port(error) => write!(f, "{error:?}"),
        }
    }
}

impl From<PortError> for Stays {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

/// What failed, as its letter tells.
#[derive(Debug, PartialEq)]
enum Failure {
    /// A call that nobody waited for: of S3, or of a schedule.
    Call { function: String, event: Value },
    /// A batch of a table's stream.
    Batch { function: String, batch: Batch },
}

impl Failure {
    /// Reads what Lambda writes about a call or a batch that failed (Lambda Developer Guide, "Capturing records of Lambda
    /// asynchronous invocations" and "Retaining discarded records for a DynamoDB event source").
    fn read(body: &str) -> Option<Self> {
        let letter: Value = serde_json::from_str(body).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let function = text(&letter["requestContext"]["functionArn"])?;
        if let Some(event) = letter.get("requestPayload") {
            return Some(Self::Call { function, event: event.clone() });
        }
        let place = letter.get("DDBStreamBatchInfo")?;
        let batch = Batch {
            stream: text(&place["streamArn"])?,
            shard: text(&place["shardId"])?,
            first: text(&place["startSequenceNumber"])?,
            last: text(&place["endSequenceNumber"])?,
        };
        Some(Self::Batch { function, batch })
    }
}

/// Shows how many letters lie in each queue.
pub(crate) async fn count(queues: &Queues, letters: &impl ReadLetters) -> Result<String, Box<dyn Error>> {
    let mut report = String::new();
    for (name, queue) in queues.named(&[])? {
        writeln!(report, "{:>7}  {name}", letters.count_letters(&queue.url).await?)?;
    }
    Ok(report)
}

/// Runs again what lies in the queues, each letter once: a letter is deleted only after it was accepted, and whatever is
/// wrong with one, the others get their turn.
pub(crate) async fn redrive(
    queues: &Queues,
    aws: &(impl ReadLetters + SendAgain),
    redrive: &Redrive,
) -> Result<String, Box<dyn Error>> {
    let (mut report, mut stayed) = (String::new(), 0);
    for (name, queue) in queues.named(&redrive.queues)? {
        let drained = drain(name, queue, aws).await?;
        let stay = drained.stay.len();
        stayed += stay;
        let stay = if stay == 0 { String::new() } else { format!(", {stay} stay") };
        writeln!(report, "{name}: {} run again{stay}", drained.again)?;
    }
    if stayed == 0 { Ok(report) } else { Err(Left(report).into()) }
}

#[derive(Default)]
struct Drained {
    again: usize,
    stay: Vec<Letter>,
}

impl Drained {
    fn count(&self) -> usize {
        self.again + self.stay.len()
    }
}

/// As many letters as lay there at the beginning: what fails again comes back, and must not be run for ever.
async fn drain(
    name: &str,
    queue: &Queue,
    aws: &(impl ReadLetters + SendAgain),
) -> Result<Drained, PortError> {
    let waiting = aws.count_letters(&queue.url).await?;
    let mut drained = Drained::default();
    while drained.count() < waiting {
        let letters = aws.receive_letters(&queue.url).await?;
        if letters.is_empty() {
            break;
        }
        for letter in letters {
            match again(queue, &letter, aws).await {
                Ok(()) => drained.again += 1,
                Err(why) => {
                    eprintln!("admin: {name}: {why}");
                    drained.stay.push(letter);
                }
            }
        }
        eprintln!("{name}: {} of {waiting}", drained.count());
    }
    // Only now, or the same would be received again and again.
    for letter in &drained.stay {
        aws.release_letter(&queue.url, letter).await?;
    }
    Ok(drained)
}

async fn again(queue: &Queue, letter: &Letter, aws: &(impl ReadLetters + SendAgain)) -> Result<(), Stays> {
    match &queue.from {
        Some(from) => aws.send_back(from, &letter.body).await?,
        None => match Failure::read(&letter.body).ok_or(Stays::Strange)? {
            Failure::Call { function, event } => aws.call_later(&function, &event).await?,
            Failure::Batch { function, batch } => {
                let records = aws.read_batch(&batch).await?;
                if records.is_empty() {
                    return Err(Stays::Late);
                }
                if !aws.call_now(&function, &json!({"Records": records})).await? {
                    return Err(Stays::Failed);
                }
            }
        },
    }
    // If this fails it is run once more: every function bears that.
    Ok(aws.delete_letter(&queue.url, letter).await?)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use ports::PortResult;

    use super::*;

    /// Queues by their URLs, and what was run again.
    #[derive(Default)]
    struct Fake {
        waiting: Mutex<Vec<(&'static str, Letter)>>,
        hidden: Mutex<Vec<(&'static str, Letter)>>,
        done: Mutex<Vec<String>>,
        /// The kind of call that fails.
        fails: &'static str,
        /// Whether the function handles what it is given.
        handles: bool,
        records: Vec<Value>,
    }

    impl Fake {
        fn holding(letters: &[(&'static str, String)]) -> Self {
            let letters = letters.iter().enumerate().map(|(place, (queue, body))| {
                (*queue, Letter { receipt: place.to_string(), body: body.clone() })
            });
            let records = vec![json!({"eventName": "INSERT"})];
            Self { waiting: Mutex::new(letters.collect()), handles: true, records, ..Self::default() }
        }

        fn did(&self, kind: &str, what: String) -> PortResult<()> {
            if self.fails == kind {
                return Err(PortError::Unavailable(kind.into()));
            }
            self.done.lock().unwrap().push(what);
            Ok(())
        }

        fn left(&self) -> usize {
            assert!(self.hidden.lock().unwrap().is_empty(), "a letter that stays is not hidden");
            self.waiting.lock().unwrap().len()
        }
    }

    impl ReadLetters for Fake {
        async fn count_letters(&self, queue: &str) -> PortResult<usize> {
            Ok(self.waiting.lock().unwrap().iter().filter(|(of, _)| *of == queue).count())
        }

        async fn receive_letters(&self, queue: &str) -> PortResult<Vec<Letter>> {
            let mut waiting = self.waiting.lock().unwrap();
            let (found, others): (Vec<_>, Vec<_>) = waiting.drain(..).partition(|(of, _)| *of == queue);
            *waiting = others;
            waiting.extend(found.iter().skip(2).cloned());
            let found: Vec<_> = found.into_iter().take(2).collect();
            self.hidden.lock().unwrap().extend(found.clone());
            Ok(found.into_iter().map(|(_, letter)| letter).collect())
        }

        async fn release_letter(&self, _: &str, letter: &Letter) -> PortResult<()> {
            let mut hidden = self.hidden.lock().unwrap();
            let place = hidden.iter().position(|(_, it)| it == letter).unwrap();
            self.waiting.lock().unwrap().push(hidden.remove(place));
            Ok(())
        }

        async fn delete_letter(&self, _: &str, letter: &Letter) -> PortResult<()> {
            self.did("delete", format!("deleted {}", letter.receipt))?;
            self.hidden.lock().unwrap().retain(|(_, it)| it != letter);
            Ok(())
        }
    }

    impl SendAgain for Fake {
        async fn send_back(&self, queue: &str, body: &str) -> PortResult<()> {
            self.did("send", format!("{queue} {body}"))
        }

        async fn call_later(&self, function: &str, event: &Value) -> PortResult<()> {
            self.did("later", format!("{function} {event}"))
        }

        async fn call_now(&self, function: &str, event: &Value) -> PortResult<bool> {
            self.did("now", format!("{function} {event}"))?;
            Ok(self.handles)
        }

        async fn read_batch(&self, batch: &Batch) -> PortResult<Vec<Value>> {
            self.did("read", format!("{}/{} {} to {}", batch.stream, batch.shard, batch.first, batch.last))?;
            Ok(self.records.clone())
        }
    }

    fn queues() -> Queues {
        let output = r#"{"Calls": {"url": "calls"}, "Writes": {"url": "writes"}, "Cards": {"url": "dead", "from": "cards"}}"#;
        Queues::parse(output).unwrap()
    }

    fn call() -> (&'static str, String) {
        (
            "calls",
            r#"{"requestContext": {"functionArn": "check"}, "requestPayload": {"Records": []}}"#.to_owned(),
        )
    }

    fn batch() -> (&'static str, String) {
        let place = json!({"streamArn": "stream", "shardId": "shard", "startSequenceNumber": "1", "endSequenceNumber": "7"});
        (
            "writes",
            json!({"requestContext": {"functionArn": "fan-out-stream"}, "DDBStreamBatchInfo": place})
                .to_string(),
        )
    }

    fn message(body: &str) -> (&'static str, String) {
        ("dead", body.to_owned())
    }

    const ALL: Redrive = Redrive { queues: Vec::new() };

    #[tokio::test]
    async fn each_kind_of_letter_is_run_again_in_its_own_way() {
        let fake = Fake::holding(&[call(), batch(), message("a"), message("b"), message("c")]);
        assert_eq!(
            count(&queues(), &fake).await.unwrap(),
            "      1  Calls\n      3  Cards\n      1  Writes\n"
        );
        let report = redrive(&queues(), &fake, &ALL).await.unwrap();
        assert_eq!(report, "Calls: 1 run again\nCards: 3 run again\nWrites: 1 run again\n");
        assert_eq!(fake.left(), 0);
        let done = fake.done.lock().unwrap();
        assert_eq!(done[..2], [r#"check {"Records":[]}"#, "deleted 0"]);
        assert_eq!(done[2..8], ["cards a", "deleted 2", "cards b", "deleted 3", "cards c", "deleted 4"]);
        assert_eq!(
            done[8..],
            ["stream/shard 1 to 7", r#"fan-out-stream {"Records":[{"eventName":"INSERT"}]}"#, "deleted 1"]
        );
    }

    #[tokio::test]
    async fn only_the_queues_that_are_named() {
        let fake = Fake::holding(&[call(), message("a")]);
        let only = Redrive { queues: vec!["Cards".to_owned()] };
        assert_eq!(redrive(&queues(), &fake, &only).await.unwrap(), "Cards: 1 run again\n");
        assert_eq!(fake.left(), 1);
        let strange = Redrive { queues: vec!["Kards".to_owned()] };
        let error = redrive(&queues(), &fake, &strange).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no dead-letter queue of the name Kards; there are Calls, Cards, Writes"
        );
    }

    #[tokio::test]
    async fn whatever_fails_the_letter_stays_and_is_told() {
        for fails in ["send", "later", "read", "now", "delete"] {
            let fake = Fake { fails, ..Fake::holding(&[call(), batch(), message("a")]) };
            let error = redrive(&queues(), &fake, &ALL).await.unwrap_err().to_string();
            let stay = if fails == "delete" { 3 } else { 1 };
            assert_eq!(
                (fake.left(), error.matches("0 run again, 1 stay").count()),
                (stay, stay),
                "{fails}: {error}"
            );
        }
    }

    #[tokio::test]
    async fn what_fails_again_comes_too_late_or_cannot_be_read_stays() {
        let again = Fake { handles: false, ..Fake::holding(&[batch()]) };
        assert!(redrive(&queues(), &again, &ALL).await.is_err());
        let late = Fake { records: Vec::new(), ..Fake::holding(&[batch()]) };
        assert!(redrive(&queues(), &late, &ALL).await.is_err());
        let strange = Fake::holding(&[("calls", "{}".to_owned()), ("calls", "?".to_owned()), call()]);
        let error = redrive(&queues(), &strange, &ALL).await.unwrap_err().to_string();
        assert!(error.contains("Calls: 1 run again, 2 stay"), "whatever is wrong with one: {error}");
        assert_eq!((again.left(), late.left(), strange.left()), (1, 1, 2));
    }
}
