//! Prints the name and the text of every SMS, as a provider that keeps templates must have them.

fn main() {
    for (name, text) in domain::sms::templates() {
        println!("{name}\t{text}");
    }
}
