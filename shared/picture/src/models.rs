//! The models of faces and hands: compiled in, loaded when first asked for, run on one core.
//!
//! Origin, licence and conversion: `models/README.md`. A model that cannot be loaded or run is a fault of the
//! build; it gives no answer, and the rules say that nothing could be seen, which is never an acceptance.

use std::sync::OnceLock;

use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use crate::network::Network;

/// A model and where it is kept once it is loaded.
struct Lazy {
    bytes: &'static [u8],
    /// Values inside it that are wanted besides its outputs.
    inner: &'static [&'static str],
    loaded: OnceLock<Option<Network>>,
}

impl Lazy {
    const fn new(bytes: &'static [u8], inner: &'static [&'static str]) -> Self {
        Self { bytes, inner, loaded: OnceLock::new() }
    }

    /// Runs on one square picture of `side` pixels in three channels; the outputs in the model's order, then what is wanted
    /// of its inside.
    fn run(&self, side: usize, pixels: Vec<f32>) -> Option<Vec<Vec<f32>>> {
        let network = self.loaded.get_or_init(|| Network::load(self.bytes, self.inner)).as_ref()?;
        let input = Tensor::try_from_data(&[1, side, side, 3][..], pixels).ok()?;
        Some(network.run(input)?.into_iter().map(|output| output.to_vec()).collect())
    }
}

static DETECTOR: Lazy = Lazy::new(include_bytes!("../models/face_detection_short_range.onnx"), &[]);
static MESH: Lazy = Lazy::new(include_bytes!("../models/face_landmark.onnx"), &[]);
static PERSON: Lazy = Lazy::new(include_bytes!("../models/selfie_segmentation.onnx"), &[SEEN_NODE]);

static HAND: Lazy = Lazy::new(include_bytes!("../models/palm_detection.onnx"), &[]);

/// Pixels on a side of what the palm detector sees.
pub(crate) const HAND_SIDE: usize = 192;
/// Pixels on a side of what the detector sees.
pub(crate) const DETECTOR_SIDE: usize = 128;
/// Pixels on a side of what the mesh sees.
pub(crate) const MESH_SIDE: usize = 192;
/// Pixels on a side of what the segmentation sees and answers.
pub(crate) const PERSON_SIDE: usize = 256;

/// `BlazeFace`: for each of 896 anchors 16 numbers, and a score. Colours from -1 to 1.
pub(crate) fn detect(pixels: Vec<f32>) -> Option<(Vec<f32>, Vec<f32>)> {
    let outputs = DETECTOR.run(DETECTOR_SIDE, pixels)?;
    let [boxes, scores] = <[Vec<f32>; 2]>::try_from(outputs).ok()?;
    (boxes.len() == 896 * 16 && scores.len() == 896).then_some((boxes, scores))
}

/// The face mesh: 468 points of three coordinates in pixels of the input, and the logit of there being a face.
/// Colours from 0 to 1.
pub(crate) fn mesh(pixels: Vec<f32>) -> Option<(Vec<f32>, f32)> {
    let outputs = MESH.run(MESH_SIDE, pixels)?;
    let points = outputs.iter().find(|output| output.len() == 468 * 3)?.clone();
    let presence = outputs.iter().find(|output| output.len() == 1)?[0];
    Some((points, presence))
}

/// The node of the segmentation at which it knows most about what it sees, before it draws the outline.
const SEEN_NODE: &str = "multiply_6";
/// Channels of that node.
pub(crate) const SEEN_CHANNELS: usize = 128;
/// Cells on a side of each channel.
pub(crate) const SEEN_SIDE: usize = 16;

/// Selfie segmentation: for each pixel how likely it shows a person, 0 to 1; and what it sees there, channel by
/// channel and row by row. Colours from 0 to 1.
pub(crate) fn person(pixels: Vec<f32>) -> Option<(Vec<f32>, Vec<f32>)> {
    let outputs = PERSON.run(PERSON_SIDE, pixels)?;
    let [share, seen] = <[Vec<f32>; 2]>::try_from(outputs).ok()?;
    let sizes =
        share.len() == PERSON_SIDE * PERSON_SIDE && seen.len() == SEEN_CHANNELS * SEEN_SIDE * SEEN_SIDE;
    sizes.then_some((share, seen))
}

/// Palm detection: for each of 2,016 anchors the logit of there being a hand. Colours from 0 to 1.
pub(crate) fn hands(pixels: Vec<f32>) -> Option<Vec<f32>> {
    HAND.run(HAND_SIDE, pixels)?.into_iter().find(|output| output.len() == 2_016)
}

#[cfg(test)]
mod tests {
    use rten::{Model, RunOptions};

    use super::*;
    use crate::network::one_core;

    /// A model's outputs as rten alone has them.
    fn whole(lazy: &Lazy, input: &Tensor<f32>) -> Vec<Vec<f32>> {
        let model = Model::load(lazy.bytes.to_vec()).expect("a model");
        let mut wanted = model.output_ids().to_vec();
        wanted.extend(lazy.inner.iter().map(|name| model.find_node(name).expect("a node of that name")));
        let inputs = vec![(model.input_ids()[0], input.view().into())];
        let options = RunOptions::default().with_thread_pool(Some(one_core()));
        let outputs = model.run(inputs, &wanted, Some(options)).expect("it runs");
        outputs.into_iter().map(|value| Tensor::<f32>::try_from(value).expect("floats").to_vec()).collect()
    }

    #[test]
    fn a_model_in_parts_answers_what_it_answers_as_a_whole() {
        let models =
            [(&DETECTOR, DETECTOR_SIDE), (&MESH, MESH_SIDE), (&PERSON, PERSON_SIDE), (&HAND, HAND_SIDE)];
        for (lazy, side) in models {
            // A gradient with a disc: something to see, and not the same in any two rows or columns.
            let pixels: Vec<f32> = (0..side * side * 3)
                .map(|at| {
                    let (x, y) = (at / 3 % side, at / 3 / side);
                    let disc = x.abs_diff(side / 2).pow(2) + y.abs_diff(side / 3).pow(2) < side * side / 9;
                    let channel = at % 3 * side / 4;
                    #[expect(clippy::cast_precision_loss, reason = "sides are 256 at most")]
                    let shade = (x + 2 * y + channel) as f32 / (4 * side) as f32;
                    if disc { 1.0 - shade } else { shade }
                })
                .collect();
            let input = Tensor::from_data(&[1, side, side, 3][..], pixels.clone());
            let (expected, outputs) = (whole(lazy, &input), lazy.run(side, pixels).expect("it runs"));
            assert_eq!(outputs.len(), expected.len());
            for (one, two) in outputs.iter().zip(&expected) {
                assert_eq!(one.len(), two.len());
                let most = two.iter().fold(1.0_f32, |most, value| most.max(value.abs()));
                let off = one.iter().zip(two).fold(0.0_f32, |off, (one, two)| off.max((one - two).abs()));
                assert!(off < 1e-4 * most, "{off} of {most} at a side of {side}");
            }
        }
    }

    #[test]
    fn models_are_cut_where_rten_is_slow() {
        for (lazy, own) in [(&DETECTOR, 16), (&MESH, 20), (&PERSON, 14), (&HAND, 25)] {
            assert_eq!(Network::load(lazy.bytes, lazy.inner).map(|network| network.own()), Some(own));
        }
    }

    #[test]
    fn too_few_numbers_have_no_answer() {
        assert!(DETECTOR.run(DETECTOR_SIDE, vec![0.0; 12]).is_none());
        assert!(detect(vec![0.0; 12]).is_none());
    }
}
