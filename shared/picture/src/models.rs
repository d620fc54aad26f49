//! The models of faces and hands: compiled in, loaded when first asked for, run on one core.
//!
//! Origin, licence and conversion: `models/README.md`. A model that cannot be loaded or run is a fault of the
//! build; it gives no answer, and the rules say that nothing could be seen, which is never an acceptance.

use std::sync::{Arc, OnceLock};

use rten::{Model, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{Tensor, TensorView};

/// A model and where it is kept once it is loaded.
struct Lazy {
    bytes: &'static [u8],
    loaded: OnceLock<Option<Model>>,
}

impl Lazy {
    const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, loaded: OnceLock::new() }
    }

    /// Runs on one square picture of `side` pixels in three channels; the outputs in the model's order, then those of
    /// inner nodes.
    fn run(&self, side: usize, pixels: &[f32], inner: &[&str]) -> Option<Vec<Vec<f32>>> {
        let model = self.loaded.get_or_init(|| Model::load_static_slice(self.bytes).ok()).as_ref()?;
        let input = TensorView::try_from_data(&[1, side, side, 3][..], pixels).ok()?;
        let options = RunOptions::default().with_thread_pool(Some(one_core()));
        let inputs = vec![(*model.input_ids().first()?, input.into())];
        let mut wanted = model.output_ids().to_vec();
        for name in inner {
            wanted.push(model.find_node(name)?);
        }
        let outputs = model.run(inputs, &wanted, Some(options)).ok()?;
        let flat = |output| Tensor::<f32>::try_from(output).ok().map(|tensor: Tensor<f32>| tensor.to_vec());
        outputs.into_iter().map(flat).collect()
    }
}

/// A pool of one thread. A function has about one core; where there are no threads (WebAssembly) the pool is
/// empty and the caller's own is used.
pub fn one_core() -> Arc<ThreadPool> {
    static POOL: OnceLock<Arc<ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| Arc::new(ThreadPool::with_num_threads(1))).clone()
}

static DETECTOR: Lazy = Lazy::new(include_bytes!("../models/face_detection_short_range.onnx"));
static MESH: Lazy = Lazy::new(include_bytes!("../models/face_landmark.onnx"));
static PERSON: Lazy = Lazy::new(include_bytes!("../models/selfie_segmentation.onnx"));

static HAND: Lazy = Lazy::new(include_bytes!("../models/palm_detection.onnx"));

/// Pixels on a side of what the palm detector sees.
pub(crate) const HAND_SIDE: usize = 192;
/// Pixels on a side of what the detector sees.
pub(crate) const DETECTOR_SIDE: usize = 128;
/// Pixels on a side of what the mesh sees.
pub(crate) const MESH_SIDE: usize = 192;
/// Pixels on a side of what the segmentation sees and answers.
pub(crate) const PERSON_SIDE: usize = 256;

/// `BlazeFace`: for each of 896 anchors 16 numbers, and a score. Colours from -1 to 1.
pub(crate) fn detect(pixels: &[f32]) -> Option<(Vec<f32>, Vec<f32>)> {
    let outputs = DETECTOR.run(DETECTOR_SIDE, pixels, &[])?;
    let [boxes, scores] = <[Vec<f32>; 2]>::try_from(outputs).ok()?;
    (boxes.len() == 896 * 16 && scores.len() == 896).then_some((boxes, scores))
}

/// The face mesh: 468 points of three coordinates in pixels of the input, and the logit of there being a face.
/// Colours from 0 to 1.
pub(crate) fn mesh(pixels: &[f32]) -> Option<(Vec<f32>, f32)> {
    let outputs = MESH.run(MESH_SIDE, pixels, &[])?;
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
pub(crate) fn person(pixels: &[f32]) -> Option<(Vec<f32>, Vec<f32>)> {
    let outputs = PERSON.run(PERSON_SIDE, pixels, &[SEEN_NODE])?;
    let [share, seen] = <[Vec<f32>; 2]>::try_from(outputs).ok()?;
    let sizes =
        share.len() == PERSON_SIDE * PERSON_SIDE && seen.len() == SEEN_CHANNELS * SEEN_SIDE * SEEN_SIDE;
    sizes.then_some((share, seen))
}

/// Palm detection: for each of 2,016 anchors the logit of there being a hand. Colours from 0 to 1.
pub(crate) fn hands(pixels: &[f32]) -> Option<Vec<f32>> {
    HAND.run(HAND_SIDE, pixels, &[])?.into_iter().find(|output| output.len() == 2_016)
}
