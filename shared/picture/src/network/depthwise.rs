//! Depthwise convolution: each channel is convolved with a small square of weights of its own (ONNX `Conv` with as many
//! groups as channels).
//!
//! rten does it one number at a time. Here several of a row's sums are kept in registers while all weights go by: why and
//! for how long is in `docs/decisions/0021-depthwise.md`.

use std::array::from_fn;

use rten_onnx::onnx::NodeProto;
use rten_tensor::prelude::*;
use rten_tensor::{Tensor, TensorView};

use crate::network::graph::{Constants, integers};

/// Sums that are kept at once in a wide row, and in a narrow one.
const WIDE: usize = 16;
const NARROW: usize = 8;

/// One such convolution.
#[derive(Debug)]
pub(crate) struct Depthwise {
    /// Weights on a side of a channel's square: 3 or 5.
    side: usize,
    /// Places of the input from one of the output to the next: 1 or 2.
    stride: usize,
    /// Places of nothing above and to the left, then below and to the right.
    before: [usize; 2],
    after: [usize; 2],
    /// Channel by channel, row by row.
    weights: Vec<f32>,
    /// One of each channel.
    biases: Vec<f32>,
}

impl Depthwise {
    /// The convolution that a node describes; `None` when it is none of this kind, and rten's.
    pub(crate) fn read(node: &NodeProto, constants: &Constants) -> Option<Self> {
        if node.op_type.as_deref() != Some("Conv") || node.input.len() != 3 {
            return None;
        }
        let (shape, weights) = constants.numbers(&node.input[1])?;
        let (_, biases) = constants.numbers(&node.input[2])?;
        let &[channels, 1, side @ (3 | 5), width] = shape.as_slice() else { return None };
        let same =
            |name, value| integers(node, name).is_none_or(|numbers| numbers.iter().all(|n| *n == value));
        let groups = integers(node, "group") == Some(vec![channels]);
        let stride = integers(node, "strides").map_or(Some(1), |strides| match strides.as_slice() {
            [down @ (1 | 2), across] if down == across => Some(*down),
            _ => None,
        })?;
        let pads = integers(node, "pads").unwrap_or_else(|| vec![0; 4]);
        let &[top, left, bottom, right] = pads.as_slice() else { return None };
        let fit = groups && width == side && same("dilations", 1) && biases.len() == channels;
        let named = node.attribute.iter().any(|attribute| attribute.name.as_deref() == Some("auto_pad"));
        (fit && !named).then_some(Self {
            side,
            stride,
            before: [top, left],
            after: [bottom, right],
            weights,
            biases,
        })
    }

    /// The convolution of one picture, by channel, row and column; `None` when it has other channels or is too small.
    pub(crate) fn run(&self, input: &TensorView<f32>) -> Option<Tensor<f32>> {
        let &[1, channels, height, width] = input.shape() else { return None };
        if channels != self.biases.len() || height == 0 || width == 0 {
            return None;
        }
        let input = input.to_contiguous();
        let planes = input.data().chunks_exact(height * width);
        let mut canvas = Canvas::new(self, [height, width])?;
        let [rows, columns] = canvas.places;
        let mut output = vec![0.0; channels * rows * columns];
        let weights = self.weights.chunks_exact(self.side * self.side);
        let channels_of = planes.zip(weights).zip(&self.biases).zip(output.chunks_exact_mut(rows * columns));
        for (((plane, weights), bias), sums) in channels_of {
            canvas.fill(plane);
            match (self.side, columns < WIDE) {
                (3, false) => canvas.convolve::<3, WIDE>(weights, *bias, sums),
                (3, true) => canvas.convolve::<3, NARROW>(weights, *bias, sums),
                (_, false) => canvas.convolve::<5, WIDE>(weights, *bias, sums),
                (_, true) => canvas.convolve::<5, NARROW>(weights, *bias, sums),
            }
        }
        Tensor::try_from_data(&[1, channels, rows, columns], output).ok()
    }
}

/// One channel of the input with nothing around it.
///
/// A row has the columns that a weight of the first phase meets, then those of the second: with a stride of two the even and
/// the odd ones. So what one weight is multiplied with always lies side by side.
struct Canvas {
    numbers: Vec<f32>,
    stride: usize,
    /// Columns of one phase, with room for the sums that go beyond the last place.
    phase: usize,
    /// The input's columns.
    width: usize,
    /// Rows above it, and columns of each phase to its left.
    above: usize,
    left: usize,
    /// Columns, counted over all phases, from the left edge to the first weight.
    shift: usize,
    /// The output's rows and columns.
    places: [usize; 2],
}

impl Canvas {
    fn new(depthwise: &Depthwise, [height, width]: [usize; 2]) -> Option<Self> {
        let Depthwise { side, stride, before: [top, left], after: [bottom, right], .. } = *depthwise;
        let places = |inner: usize| Some(inner.checked_sub(side)? / stride + 1);
        let places = [places(top + height + bottom)?, places(left + width + right)?];
        // why: the input begins in the first phase, whatever is to its left.
        let left_of_phase = left.div_ceil(stride);
        let phase = left_of_phase + (width + right).div_ceil(stride) + side + WIDE;
        let numbers = vec![0.0; (top + height + bottom) * phase * stride];
        let shift = left_of_phase * stride - left;
        Some(Self { numbers, stride, phase, width, above: top, left: left_of_phase, shift, places })
    }

    /// Puts another channel in.
    fn fill(&mut self, plane: &[f32]) {
        let rows = self.numbers.chunks_exact_mut(self.phase * self.stride).skip(self.above);
        for (row, line) in rows.zip(plane.chunks_exact(self.width)) {
            if self.stride == 1 {
                row[self.left..][..self.width].copy_from_slice(line);
                continue;
            }
            let (even, odd) = row.split_at_mut(self.phase);
            let (even, odd) = (&mut even[self.left..], &mut odd[self.left..]);
            for ((pair, even), odd) in line.chunks_exact(2).zip(even.iter_mut()).zip(odd) {
                (*even, *odd) = (pair[0], pair[1]);
            }
            if let [last] = line.chunks_exact(2).remainder() {
                even[self.width / 2] = *last;
            }
        }
    }

    /// The sums for all places, `LANES` of a row at once.
    fn convolve<const SIDE: usize, const LANES: usize>(&self, weights: &[f32], bias: f32, sums: &mut [f32]) {
        let row = self.phase * self.stride;
        let offsets: [usize; SIDE] = from_fn(|across| {
            let column = across + self.shift;
            column % self.stride * self.phase + column / self.stride
        });
        let lanes = |y: usize, x: usize| {
            let mut lanes = [bias; LANES];
            let mut weights = weights.iter();
            for down in 0..SIDE {
                let start = (y * self.stride + down) * row + x;
                for (offset, weight) in offsets.iter().zip(weights.by_ref()) {
                    let numbers = &self.numbers[start + offset..][..LANES];
                    lanes.iter_mut().zip(numbers).for_each(|(lane, number)| *lane += weight * number);
                }
            }
            lanes
        };
        for (y, line) in sums.chunks_exact_mut(self.places[1]).enumerate() {
            let (places, rest) = line.as_chunks_mut::<LANES>();
            let whole = places.len() * LANES;
            places.iter_mut().enumerate().for_each(|(at, place)| *place = lanes(y, at * LANES));
            if !rest.is_empty() {
                rest.copy_from_slice(&lanes(y, whole)[..rest.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::network::graph::kit::{attribute, constant, noise};

    /// A convolution as a model describes it.
    #[derive(Clone, Debug)]
    struct Described {
        channels: usize,
        side: usize,
        stride: usize,
        pads: [usize; 4],
    }

    impl Described {
        fn node(&self) -> NodeProto {
            NodeProto {
                op_type: Some("Conv".to_owned()),
                input: ["input", "weights", "biases"].map(str::to_owned).to_vec(),
                output: vec!["output".to_owned()],
                attribute: vec![
                    attribute("group", &[self.channels]),
                    attribute("strides", &[self.stride; 2]),
                    attribute("pads", &self.pads),
                ],
                ..NodeProto::default()
            }
        }

        fn constants(&self) -> Constants {
            let shape = [self.channels, 1, self.side, self.side];
            let weights = constant("weights", &shape, &noise(shape.iter().product()));
            Constants::of(vec![weights, constant("biases", &[self.channels], &noise(self.channels))])
        }

        fn read(&self) -> Option<Depthwise> {
            Depthwise::read(&self.node(), &self.constants())
        }

        /// The sums as the definition has them.
        fn sums(&self, input: &[f32], [height, width]: [usize; 2]) -> Vec<f32> {
            let ([top, left, bottom, right], side) = (self.pads, self.side);
            let (weights, biases) = (noise(self.channels * side * side), noise(self.channels));
            let count = |inner: usize| (inner - side) / self.stride + 1;
            let mut sums = Vec::new();
            for channel in 0..self.channels {
                for y in 0..count(top + height + bottom) {
                    for x in 0..count(left + width + right) {
                        let mut sum = biases[channel];
                        for (down, across) in
                            (0..side).flat_map(|down| (0..side).map(move |across| (down, across)))
                        {
                            let (row, column) = (y * self.stride + down, x * self.stride + across);
                            if (top..top + height).contains(&row) && (left..left + width).contains(&column) {
                                let number = input[(channel * height + row - top) * width + column - left];
                                sum += number * weights[(channel * side + down) * side + across];
                            }
                        }
                        sums.push(sum);
                    }
                }
            }
            sums
        }
    }

    proptest! {
        #[test]
        fn sums_are_those_of_the_definition(
            channels in 2_usize..4, side in prop::sample::select(vec![3_usize, 5]), stride in 1_usize..3,
            pads in prop::array::uniform4(0_usize..4), height in 1_usize..20, width in 1_usize..40,
        ) {
            let described = Described { channels, side, stride, pads };
            let input = noise(channels * height * width);
            let tensor = Tensor::from_data(&[1, channels, height, width], input.clone());
            let output = described.read().expect("one of this kind").run(&tensor.view());
            let fits = pads[0] + height + pads[2] >= side && pads[1] + width + pads[3] >= side;
            prop_assert_eq!(output.is_some(), fits);
            if let Some(output) = output {
                let expected = described.sums(&input, [height, width]);
                let output = output.to_vec();
                prop_assert_eq!(output.len(), expected.len());
                for (one, two) in output.iter().zip(&expected) {
                    prop_assert!((one - two).abs() < 1e-4, "{} instead of {}", one, two);
                }
            }
        }
    }

    #[test]
    fn what_is_of_another_kind_is_left_alone() {
        let described = Described { channels: 4, side: 3, stride: 1, pads: [1; 4] };
        assert!(described.read().is_some());
        assert!(Described { side: 7, ..described.clone() }.read().is_none(), "a larger square");
        assert!(Described { stride: 3, ..described.clone() }.read().is_none(), "a longer stride");
        let read = |change: &dyn Fn(&mut NodeProto)| {
            let mut node = described.node();
            change(&mut node);
            Depthwise::read(&node, &described.constants())
        };
        assert!(
            read(&|node| node.attribute[0] = attribute("group", &[2])).is_none(),
            "two channels in a group"
        );
        assert!(read(&|node| node.attribute[1] = attribute("strides", &[1, 2])).is_none(), "two strides");
        assert!(read(&|node| node.attribute[2] = attribute("pads", &[1, 1])).is_none(), "two pads");
        assert!(read(&|node| node.attribute.push(attribute("dilations", &[2, 2]))).is_none(), "dilated");
        assert!(read(&|node| node.attribute.push(attribute("auto_pad", &[]))).is_none(), "padded by a rule");
        assert!(read(&|node| node.op_type = Some("ConvTranspose".to_owned())).is_none(), "transposed");
        assert!(read(&|node| node.input.truncate(2)).is_none(), "without biases");
        assert!(
            read(&|node| node.input[1] = "made".to_owned()).is_none(),
            "weights that are made by another node"
        );
    }

    #[test]
    fn a_picture_with_other_channels_has_no_answer() {
        let described = Described { channels: 4, side: 3, stride: 1, pads: [1; 4] };
        let depthwise = described.read().expect("one of this kind");
        assert!(depthwise.run(&Tensor::<f32>::zeros(&[1, 3, 8, 8]).view()).is_none());
        assert!(depthwise.run(&Tensor::<f32>::zeros(&[2, 4, 8, 8]).view()).is_none());
        assert!(depthwise.run(&Tensor::<f32>::zeros(&[4, 8, 8]).view()).is_none());
        assert!(depthwise.run(&Tensor::<f32>::zeros(&[1, 4, 0, 8]).view()).is_none());
    }
}
