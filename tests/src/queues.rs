//! The queue of audit entries that applicants are told of.

use aws_sdk_sqs::types::QueueAttributeName as Attribute;

use crate::stack::Stack;
use crate::wait;

/// Sends entries as the relay does.
pub async fn send_notifications(stack: &Stack, bodies: &[String]) {
    let client = stack.sqs().await;
    for body in bodies {
        let send = client.send_message().queue_url(&stack.notifications).message_body(body);
        let _ = send.send().await.expect("the queue takes a message");
    }
}

/// Waits until nothing is left in the queue and nobody works on anything of it.
pub async fn drained(stack: &Stack) {
    let client = stack.sqs().await;
    let is_empty = async || {
        let get = client.get_queue_attributes().queue_url(&stack.notifications);
        let get = get.attribute_names(Attribute::All);
        let attributes = get.send().await.expect("the queue can be asked").attributes.unwrap_or_default();
        let count = |name: Attribute| {
            attributes.get(&name).and_then(|count| count.parse::<u64>().ok()).unwrap_or_default()
        };
        let counted = [
            Attribute::ApproximateNumberOfMessages,
            Attribute::ApproximateNumberOfMessagesDelayed,
            Attribute::ApproximateNumberOfMessagesNotVisible,
        ];
        counted.map(count).iter().all(|count| *count == 0).then_some(())
    };
    wait::until("the queue of notifications to be empty", wait::SOON, is_empty).await;
}
