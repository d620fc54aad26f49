//! The two networks: compiled in, loaded when first asked for, run on one core.
//!
//! Origin, licence and conversion: `models/README.md`. A network that cannot be loaded or run is a fault of the build; it gives no
//! answer, and nothing is read, which is never an opinion on anybody.

use std::sync::OnceLock;

use rten::{Model, RunOptions};
use rten_tensor::{Tensor, TensorView};

use image::RgbImage;

/// A network and where it is kept once it is loaded.
pub(crate) struct Network {
    bytes: &'static [u8],
    loaded: OnceLock<Option<Model>>,
}

/// Which pixels belong to the middle of a line of text: differentiable binarization (Liao and others, 2020), PP-OCRv4.
pub(crate) static DETECTION: Network = Network::new(include_bytes!("../models/detection.onnx"));

/// Which character stands where in a strip of 48 pixels' height: SVTR (Du and others, 2022), PP-OCRv4.
pub(crate) static RECOGNITION: Network = Network::new(include_bytes!("../models/recognition.onnx"));

impl Network {
    const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, loaded: OnceLock::new() }
    }

    /// Runs on one picture, after which `padding` columns of nothing are laid: both networks want colours from -1 to 1, blue first,
    /// and a plane for each.
    pub(crate) fn run(&self, picture: &RgbImage, padding: u32) -> Option<Tensor<f32>> {
        let model = self.loaded.get_or_init(|| Model::load_static_slice(self.bytes).ok()).as_ref()?;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let stride = width + padding as usize;
        let mut planes = vec![0.0_f32; 3 * height * stride];
        for (plane, channel) in planes.chunks_exact_mut((height * stride).max(1)).zip([2, 1, 0]) {
            for (row, pixels) in plane.chunks_exact_mut(stride.max(1)).zip(picture.rows()) {
                for (value, pixel) in row.iter_mut().zip(pixels) {
                    *value = f32::from(pixel.0[channel]) / 127.5 - 1.0;
                }
            }
        }
        let input = TensorView::try_from_data(&[1, 3, height, stride][..], &planes[..]).ok()?;
        let options = RunOptions::default().with_thread_pool(Some(picture::one_core()));
        model.run_one(input.into(), Some(options)).ok()?.try_into().ok()
    }
}
