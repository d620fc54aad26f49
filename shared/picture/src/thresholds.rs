//! Every number that decides, and the figures that chose it.

use domain::upload::Certainty;

/// From where on a measure is doubtful, and from where on certain. When `certain` is the smaller of the two,
/// less is worse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    doubtful: f64,
    certain: f64,
}

impl Bound {
    /// How sure a finding of this value is, and the threshold that it passed.
    pub(crate) fn judge(self, value: f64) -> Option<(Certainty, f64)> {
        let beyond =
            |threshold: f64| if self.certain >= self.doubtful { value >= threshold } else { value <= threshold };
        if beyond(self.certain) {
            Some((Certainty::Certain, self.certain))
        } else if beyond(self.doubtful) {
            Some((Certainty::Doubtful, self.doubtful))
        } else {
            None
        }
    }
}

/// Several weak signs as one probability: a logistic model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logistic<const N: usize> {
    bias: f64,
    weights: [f64; N],
}

impl<const N: usize> Logistic<N> {
    /// How likely the rule is broken, 0 to 1.
    pub(crate) fn probability(&self, signs: [f64; N]) -> f64 {
        let sum: f64 = self.weights.iter().zip(signs).map(|(weight, sign)| weight * sign).sum();
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }
}

/// Degrees of yaw, pitch and roll.
pub(crate) const YAW: Bound = Bound { doubtful: 12.0, certain: 18.0 };
/// See [`YAW`].
pub(crate) const PITCH: Bound = Bound { doubtful: 14.0, certain: 20.0 };
/// See [`YAW`].
pub(crate) const ROLL: Bound = Bound { doubtful: 7.0, certain: 12.0 };
/// Eye openness.
pub(crate) const EYES_OPEN: Bound = Bound { doubtful: 0.17, certain: -1.0 };
