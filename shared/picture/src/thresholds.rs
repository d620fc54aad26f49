//! Every number that decides, and the statistics that chose it.

use std::ops::RangeInclusive;

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
        let beyond = |threshold: f64| {
            if self.certain >= self.doubtful { value >= threshold } else { value <= threshold }
        };
        if beyond(self.certain) {
            Some((Certainty::Certain, self.certain))
        } else if beyond(self.doubtful) {
            Some((Certainty::Doubtful, self.doubtful))
        } else {
            None
        }
    }

    /// The same bound for those who are never refused for it.
    pub(crate) fn only_doubtful(self) -> Self {
        let certain = if self.certain >= self.doubtful { NEVER } else { -NEVER };
        Self { certain, ..self }
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
/// Fitted on 2,008 pictures of 601 people in the public domain, 804 of them blurred on purpose.
pub(crate) const BLUR_SIGNS: Logistic<2> = Logistic { bias: -9.967, weights: [32.763, -11.017] };

/// How likely the face is blurred. Of the same pictures, each asked of a model that had not seen the person: of 804 drawn
/// blurs 84 are below 0.97 and 11 below 0.4, most of them short motions; of 1,204 sharp pictures 14 are above 0.4 and none
/// above 0.85. Certain begins later still, since snapshots of small faces are softer than portraits from a studio.
pub(crate) const BLUR: Bound = Bound { doubtful: 0.4, certain: 0.97 };

/// Degrees of turn, from depth and outline. Of 231 photographs labelled frontal, half measure 2.3 at most, one in fifty
/// 13.7 or more, two 19.8; of 73 labelled not frontal three quarters measure 6 or more (others are bent or tilted). Of
/// 585 frontal portraits none is refused by this, bend or tilt, and 23 are doubtful.
pub(crate) const TURNED: Bound = Bound { doubtful: 13.0, certain: 19.0 };

/// Degrees of bend. Of the same frontal photographs one in fifty measures 16 or more and the most 20.9; few photographs
/// were bent further, so that certain begins late.
pub(crate) const PITCH: Bound = Bound { doubtful: 18.0, certain: 24.0 };

/// Degrees of tilt. Of the same frontal photographs one in fifty measures 11 or more; portraits turned on purpose by 15
/// degrees measure 12.4 to 17.6. With these three, 5 of the 231 are refused and 16 doubtful (21 before), and 4 of the 73
/// pass as before.
pub(crate) const ROLL: Bound = Bound { doubtful: 10.0, certain: 13.5 };

/// The part of the face's points outside the picture: 0.12 and 0.19 on two faces cut in half, at most 0.01 on others.
pub(crate) const CUT: Bound = Bound { doubtful: 0.01, certain: 0.05 };

/// Openness of the less open eye: closed eyes measure 0.15 at most, the narrowest twentieth of open ones 0.195.
/// Never certain, so that nobody is refused for narrow eyes.
pub(crate) const EYES_OPEN: Bound = Bound { doubtful: 0.14, certain: -NEVER };

/// How likely hair hangs over a brow. Of 617 people, each asked of a network that had not seen the person: of 982 pictures
/// with a fringe, almost all drawn, 8 are below 0.2 and 20 below 0.8; of 2,253 good pictures 52 are above 0.2 and 5 above
/// 0.8, most of them drawn hair that ends just before the brows.
pub(crate) const FRINGE: Bound = Bound { doubtful: 0.2, certain: 0.8 };

/// How likely glasses are worn. Of the same people, asked likewise: of 122 photographs with glasses none is below 0.1 and
/// one below 0.8; of 1,810 drawn pictures 7 and 93 (half rims, thin rims); of 3,828 good pictures 95 are above 0.1 and 3
/// above 0.8.
pub(crate) const GLASSES: Bound = Bound { doubtful: 0.1, certain: 0.8 };

/// How likely something is worn on the head. Of the same people, asked likewise: of 2,118 drawn hats 2 are below 0.2 and
/// 209 below 0.9; of 3,535 bare heads 75 are above 0.2 and none above 0.9. Real hats score lower than drawn ones, so that
/// doubtful begins early.
pub(crate) const HAT: Bound = Bound { doubtful: 0.2, certain: 0.9 };

/// How sure the mesh must be of a face for anything to be measured; below it there is none.
pub(crate) const LEAST_PRESENCE: f64 = 0.2;

/// How sure the mesh is of a face.
pub(crate) const PRESENCE: Bound = Bound { doubtful: 0.6, certain: -NEVER };

/// The width of the second face as a share of the first's. A bystander far behind is below a third. Ours.
pub(crate) const SECOND_FACE: Bound = Bound { doubtful: 0.3, certain: 0.45 };

/// How sure the mesh must be of a second face for a refusal. The model's authors use 0.5.
pub(crate) const SECOND_PRESENCE: f64 = 0.5;

/// From forehead to chin, as a share of the picture's height: about 0.4 to 0.5 on ID photos. Ours.
pub(crate) const FAR: Bound = Bound { doubtful: 0.25, certain: 0.15 };

/// The same, when the face fills the picture. Ours.
pub(crate) const NEAR: Bound = Bound { doubtful: 0.75, certain: NEVER };

/// From the middle of the picture to the point between the eyes, as a share of the width. Ours.
pub(crate) const ASIDE: Bound = Bound { doubtful: 0.15, certain: NEVER };

/// The luma above which the brightest twentieth of the face lies, of 255. Ours; the darkest skin in good light is above
/// 100.
pub(crate) const DARK: Bound = Bound { doubtful: 75.0, certain: 40.0 };

/// The part of the face that is white. Ours.
pub(crate) const BURNT: Bound = Bound { doubtful: 0.35, certain: NEVER };

/// The logarithm of one cheek's luma over the other's: 0.8 is more than twice as bright. Ours.
pub(crate) const UNEVEN: Bound = Bound { doubtful: 0.8, certain: NEVER };

/// The deviation of the background's colour, of 255: about 6 in studios, 59 in clutter. The middle is left to walls with
/// shadows.
pub(crate) const BACKDROP: Bound = Bound { doubtful: 45.0, certain: NEVER };

/// The mean difference between a pixel's colours, of 255. Exactly 0 without colour; faint toning stays below 3. Ours.
pub(crate) const GREY: Bound = Bound { doubtful: 3.0, certain: -NEVER };

/// How far one frequency stands out, in powers of e. Of 874 official portraits one measures 2.06 and half 1.12 at most, the 87
/// pictures of the shared set 1.75 at most; of 60 portraits that were laid on a drawn screen and photographed by arithmetic
/// half measure 5.1 and more, and a fifth, out of focus, hardly more than portraits do.
pub(crate) const SCREEN: Bound = Bound { doubtful: 2.2, certain: NEVER };

/// Width of the edges of strokes in heights of a line of text. Strokes of common characters are an eighth of the height
/// apart: edges three times as wide leave no paper between them. Drawn pages and cards measure 0.07 to 0.18, blurred ones
/// 0.33 and more.
pub(crate) const STROKES: Bound = Bound { doubtful: 0.22, certain: 0.36 };

/// Luma of paper, of 255: 193 and more on good drawn pictures, 36 to 88 on dark ones.
pub(crate) const PAPER: Bound = Bound { doubtful: 95.0, certain: 55.0 };

/// Share of the card or page that is one blown patch: none on good drawn pictures, 0.028 and more with glare.
pub(crate) const GLARE: Bound = Bound { doubtful: 0.006, certain: 0.06 };

/// Luma, of 255, from which a sensor or JPEG tells nothing more.
pub(crate) const BLOWN: u8 = 252;

/// Median luma beyond which blown patches cannot be told from white paper.
pub(crate) const WHITE_PAPER: f64 = 235.0;

/// Height of a line of text in pixels. Twelve dots are the smallest Chinese screen font; at nine, characters of ten strokes
/// and more cannot be told apart by anybody.
pub(crate) const TEXT: Bound = Bound { doubtful: 13.0, certain: 9.0 };

/// Pieces of lines from which it is text for sure. A drawn page has some hundreds.
pub(crate) const ENOUGH_TEXT: usize = 100;

/// Length over which a card runs along the picture's border, in lengths of its shorter side.
pub(crate) const CUT_OFF: Bound = Bound { doubtful: 0.12, certain: 0.5 };

/// Long side by short side of an ID-1 card is 85.60 by 53.98 mm, 1.586 (ISO/IEC 7810). What perspective and a loose
/// outline make of it.
pub(crate) const CARD: RangeInclusive<f64> = 1.36..=1.84;

/// The same, of a card whose picture is nothing but the card. A page of A4 has 1.414.
pub(crate) const CARD_ALONE: RangeInclusive<f64> = 1.48..=1.72;

/// Share of red where the emblem is, from which it is one.
pub(crate) const EMBLEM: f64 = 0.10;

/// Share of dark pixels where the portrait is, from which there is one.
pub(crate) const PORTRAIT: f64 = 0.20;

/// Least and most height of a line of text on a card in lengths of the card: 1.9 mm and 5.7 mm of 85.6 mm.
pub(crate) const CARD_TEXT: [f64; 2] = [1.0 / 45.0, 1.0 / 15.0];

/// Height of a line on a card whose text is not to be found, in lengths of the card: 4.3 mm, which is more than any line but
/// the title of the emblem side has.
pub(crate) const BLURRED_CARD_TEXT: f64 = 1.0 / 20.0;

/// How sure the palm detector is of a hand. Of the shared set's photographs six show hands, five of which measure 0.72
/// and more; of eighteen others one is above 0.7.
pub(crate) const HAND: Bound = Bound { doubtful: 0.7, certain: -NEVER };

/// Least and most length of a card that is held, in widths of the face as the detector sees it (about 150 mm): 85.6 mm at the
/// face's distance from the camera are 0.57, and a hand reaches forward.
pub(crate) const HELD_CARD: [f64; 2] = [0.35, 1.8];
