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

/// Never certain: the guide does not name the rule, or what is measured is too loose.
const NEVER: f64 = f64::INFINITY;

/// Signs of blur: how much a further blur leaves, and the fineness of detail, around the eyes.
/// From `bench/pictures/fit_blur.py`.
pub(crate) const BLUR_SIGNS: Logistic<2> = Logistic { bias: -3.915, weights: [20.412, -11.951] };

/// How likely the face is blurred.
pub(crate) const BLUR: Bound = Bound { doubtful: 0.4, certain: 0.85 };

/// Degrees of turn, from depth and outline.
pub(crate) const TURNED: Bound = Bound { doubtful: 12.0, certain: 18.0 };

/// Degrees of bend.
pub(crate) const PITCH: Bound = Bound { doubtful: 16.0, certain: 23.0 };

/// Degrees of tilt.
pub(crate) const ROLL: Bound = Bound { doubtful: 8.5, certain: 13.5 };

/// The part of the face's points outside the picture.
pub(crate) const CUT: Bound = Bound { doubtful: 0.01, certain: 0.05 };

/// Openness of the less open eye.
pub(crate) const EYES_OPEN: Bound = Bound { doubtful: 0.14, certain: -NEVER };

/// How likely hair hangs over a brow.
pub(crate) const FRINGE: Bound = Bound { doubtful: 0.4, certain: 0.75 };

/// How likely glasses are worn.
pub(crate) const GLASSES: Bound = Bound { doubtful: 0.25, certain: 0.8 };

/// How likely something is worn on the head.
pub(crate) const HAT: Bound = Bound { doubtful: 0.5, certain: 0.95 };

/// How sure the mesh is of a face.
pub(crate) const PRESENCE: Bound = Bound { doubtful: 0.6, certain: 0.2 };

/// The width of the second face as a share of the first's.
pub(crate) const SECOND_FACE: Bound = Bound { doubtful: 0.3, certain: 0.45 };

/// From forehead to chin, as a share of the picture's height.
pub(crate) const FAR: Bound = Bound { doubtful: 0.25, certain: 0.15 };

/// The same, when the face fills the picture.
pub(crate) const NEAR: Bound = Bound { doubtful: 0.75, certain: NEVER };

/// From the middle of the picture to the point between the eyes, as a share of the width.
pub(crate) const ASIDE: Bound = Bound { doubtful: 0.15, certain: NEVER };

/// The luma above which the brightest twentieth of the face lies, of 255.
pub(crate) const DARK: Bound = Bound { doubtful: 75.0, certain: 40.0 };

/// The part of the face that is white.
pub(crate) const BURNT: Bound = Bound { doubtful: 0.35, certain: NEVER };

/// The logarithm of one cheek's luma over the other's.
pub(crate) const UNEVEN: Bound = Bound { doubtful: 0.8, certain: NEVER };

/// The deviation of the background's colour, of 255.
pub(crate) const BACKDROP: Bound = Bound { doubtful: 45.0, certain: NEVER };

/// The mean difference between a pixel's colours, of 255.
pub(crate) const GREY: Bound = Bound { doubtful: 3.0, certain: -NEVER };
