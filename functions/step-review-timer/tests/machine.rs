//! The state machine and the transition table know the same states and the same commands of the clock.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use std::collections::BTreeSet;

use domain::{
    case::{CommandName, Role, State, transition},
    ids::CaseKind,
};
use saphyr::{LoadableYamlNode, Yaml};

const MACHINE: &str = include_str!("../../../infra/review.asl.yaml");

fn machine() -> Yaml<'static> {
    Yaml::load_from_str(MACHINE).unwrap().remove(0)
}

/// The text at that member, or nothing.
fn text(node: &Yaml<'_>, member: &str) -> String {
    node.as_mapping_get(member).and_then(Yaml::as_str).unwrap_or_default().to_owned()
}

/// The machine's states: name, type, and the action that it asks for.
fn states() -> Vec<(String, String, Option<String>)> {
    let machine = machine();
    let states = machine.as_mapping_get("States").and_then(Yaml::as_mapping).unwrap();
    let states = states.iter().map(|(name, state)| {
        let payload = state.as_mapping_get("Parameters").and_then(|node| node.as_mapping_get("Payload"));
        let action = payload.map(|payload| text(payload, "action"));
        (name.as_str().unwrap().to_owned(), text(state, "Type"), action)
    });
    states.collect()
}

fn commands_of_the_clock() -> Vec<CommandName> {
    CommandName::ALL.iter().copied().filter(|command| command.role() == Role::Clock).collect()
}

#[test]
fn each_command_of_the_clock_has_a_step_and_a_wait_after_it() {
    let commands = commands_of_the_clock();
    let of =
        |action: &str| states().into_iter().filter(|(_, _, asked)| asked.as_deref() == Some(action)).count();
    for command in &commands {
        assert_eq!(of(&format!("{command:?}").to_lowercase()), 1, "{command:?}");
    }
    assert_eq!(of("wait"), 1 + commands.len(), "one before the first, and one after each");
    let tasks = states().iter().filter(|(_, kind, _)| kind == "Task").count();
    assert_eq!(tasks, 1 + 2 * commands.len(), "no other step");
    let ends: Vec<String> =
        states().into_iter().filter(|(_, kind, _)| kind != "Task").map(|(name, ..)| name).collect();
    assert_eq!(ends, ["Forgotten", "Decided"]);
}

#[test]
fn the_machine_waits_in_the_states_in_which_the_clock_may_act_and_ends_in_all_others() {
    let comment = text(&machine(), "Comment");
    let (waits, ends) = comment.split_once(';').unwrap();
    let named = |text: &str| -> BTreeSet<String> {
        let words =
            text.split([' ', ',']).filter(|word| word.chars().filter(char::is_ascii_uppercase).count() > 1);
        words.map(str::to_owned).collect()
    };
    let may_act = |state: State| {
        let allows = |command: &CommandName| {
            transition::next(CaseKind::Collection, state, *command, Role::Clock).is_some()
        };
        commands_of_the_clock().iter().all(allows)
    };
    let (open, closed): (Vec<State>, Vec<State>) = State::ALL.into_iter().partition(|state| may_act(*state));
    let codes =
        |states: &[State]| states.iter().map(|state| state.code().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(named(waits), codes(&open));
    assert_eq!(named(ends), codes(&closed));
    for state in State::ALL {
        assert_eq!(state.is_open(), open.contains(&state), "{state:?}: what the steps take for open");
    }
}
