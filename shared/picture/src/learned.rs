//! What was learned from pictures: for some rules a small network looks at the cells of a portrait, for hats one layer
//! at what the segmentation sees of the head.
//!
//! A network has one hidden layer. Its weights lie in `models/<rule>.weights` as little-endian 32-bit numbers: each
//! hidden unit's weights, the units' biases, the output's weights and its bias. `bench/pictures/fit.py` learns and
//! writes them; nothing is learned here.

use crate::face::Portrait;
use crate::face::grid::Grid;
use crate::face::head;

/// Hidden units of a network.
const UNITS: usize = 36;

/// A rule that was learned.
pub(crate) struct Learned {
    /// The rule's name.
    pub(crate) name: &'static str,
    /// Where it looks.
    pub(crate) grid: Grid,
    weights: &'static [u8],
}

/// Eyes, nose bridge and temples.
pub(crate) const GLASSES: Learned = Learned {
    name: "glasses",
    grid: Grid { cell: 8, top: 128, rows: 13, columns: 11 },
    weights: include_bytes!("../models/glasses.weights"),
};

/// From the hairline to below the brows.
pub(crate) const FRINGE: Learned = Learned {
    name: "fringe",
    grid: Grid { cell: 8, top: 88, rows: 12, columns: 10 },
    weights: include_bytes!("../models/fringe.weights"),
};

/// All of them.
pub(crate) const ALL: [Learned; 2] = [GLASSES, FRINGE];

// A file of another length was learned from other cells.
const _: () = {
    let mut number = 0;
    while number < ALL.len() {
        assert!(ALL[number].weights.len() == 4 * (UNITS * (ALL[number].grid.len() + 2) + 1));
        number += 1;
    }
    assert!(HAT.len() == 4 * (head::NUMBERS + 1));
};

/// Weights of a head's numbers, then the bias.
const HAT: &[u8] = include_bytes!("../models/hat.weights");

/// How likely something is worn on the head, 0 to 1; none when the head was not seen.
pub(crate) fn hat(head: &[f32]) -> Option<f64> {
    if head.len() != head::NUMBERS {
        return None;
    }
    Some(squashed(weighed(HAT, head) + number(HAT, head.len())))
}

/// A number of a file of weights.
fn number(weights: &[u8], at: usize) -> f32 {
    weights.get(4 * at..).and_then(<[u8]>::first_chunk).map_or(0.0, |four| f32::from_le_bytes(*four))
}

/// The sum of numbers, each times its weight. In lanes, so that the compiler reckons with several at once.
fn weighed(weights: &[u8], numbers: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0_f32; LANES];
    let (weights, _) = weights.as_chunks::<4>();
    let weights = &weights[..numbers.len()];
    for (weights, numbers) in weights.chunks(LANES).zip(numbers.chunks(LANES)) {
        for ((sum, weight), number) in sums.iter_mut().zip(weights).zip(numbers) {
            *sum += f32::from_le_bytes(*weight) * number;
        }
    }
    sums.iter().sum()
}

fn squashed(sum: f32) -> f64 {
    1.0 / (1.0 + f64::from(-sum).exp())
}

impl Learned {
    /// How likely the rule is broken, 0 to 1.
    pub(crate) fn probability(&self, portrait: &Portrait) -> f64 {
        let cells = self.grid.of(portrait);
        let number = |at: usize| number(self.weights, at);
        let (biases, outputs) = (UNITS * cells.len(), UNITS * (cells.len() + 1));
        let mut sum = number(outputs + UNITS);
        for unit in 0..UNITS {
            let first = unit * cells.len();
            let weighed = weighed(&self.weights[4 * first..], &cells);
            sum += (weighed + number(biases + unit)).max(0.0) * number(outputs + unit);
        }
        squashed(sum)
    }
}
