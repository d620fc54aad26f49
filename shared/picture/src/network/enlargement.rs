//! Enlargement to twice the size, linear between the middles of places (ONNX `Resize`, `linear`, `half_pixel`).
//!
//! A new row is three quarters of the old one that it lies in and one quarter of the old one that is nearer; so is a column.

use rten_onnx::onnx::NodeProto;
use rten_tensor::prelude::*;
use rten_tensor::{Tensor, TensorView};

use crate::network::graph::Constants;

/// Whether a node is an enlargement of this kind; others are rten's.
pub(crate) fn fits(node: &NodeProto, constants: &Constants) -> bool {
    let [_, _, scales] = node.input.as_slice() else { return false };
    let is = |name: &str, value: &str| {
        let mut named = node.attribute.iter().filter(|attribute| attribute.name.as_deref() == Some(name));
        named.next().and_then(|attribute| attribute.s.as_deref()) == Some(value)
    };
    let linear = node.op_type.as_deref() == Some("Resize")
        && is("mode", "linear")
        && is("coordinate_transformation_mode", "half_pixel");
    linear && constants.numbers(scales).is_some_and(|(_, scales)| scales == [1.0, 1.0, 2.0, 2.0])
}

/// One picture, by channel, row and column, at twice the size; `None` when it is none.
pub(crate) fn run(input: &TensorView<f32>) -> Option<Tensor<f32>> {
    let &[1, channels, height, width] = input.shape() else { return None };
    if height == 0 || width == 0 {
        return None;
    }
    let input = input.to_contiguous();
    let mut output = vec![0.0; channels * height * width * 4];
    let planes = input.data().chunks_exact(height * width);
    for (plane, large) in planes.zip(output.chunks_exact_mut(height * width * 4)) {
        let row = |y: usize| &plane[y * width..][..width];
        let mut line = vec![0.0; width];
        for (y, large) in large.chunks_exact_mut(2 * width).enumerate() {
            let here = y / 2;
            let nearer = if y % 2 == 0 { here.saturating_sub(1) } else { (here + 1).min(height - 1) };
            for ((line, here), nearer) in line.iter_mut().zip(row(here)).zip(row(nearer)) {
                *line = 0.75 * here + 0.25 * nearer;
            }
            // Two columns lie between the middles of two old ones; the first and the last have none beside them.
            for (pair, between) in line.windows(2).zip(large[1..].as_chunks_mut::<2>().0) {
                *between = [0.75 * pair[0] + 0.25 * pair[1], 0.25 * pair[0] + 0.75 * pair[1]];
            }
            (large[0], large[2 * width - 1]) = (line[0], line[width - 1]);
        }
    }
    Tensor::try_from_data(&[1, channels, 2 * height, 2 * width], output).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rten_onnx::onnx::AttributeProto;

    use super::*;
    use crate::network::graph::kit::{constant, noise};

    fn named(name: &str, value: &str) -> AttributeProto {
        AttributeProto { name: Some(name.to_owned()), s: Some(value.to_owned()), ..AttributeProto::default() }
    }

    fn node() -> NodeProto {
        NodeProto {
            op_type: Some("Resize".to_owned()),
            input: ["input", "", "scales"].map(str::to_owned).to_vec(),
            attribute: vec![named("mode", "linear"), named("coordinate_transformation_mode", "half_pixel")],
            ..NodeProto::default()
        }
    }

    fn by(scales: [f32; 4]) -> Constants {
        Constants::of(vec![constant("scales", &[4], &scales)])
    }

    proptest! {
        #[test]
        fn places_are_between_those_around_them(channels in 1_usize..4, height in 1_usize..12, width in 1_usize..12) {
            let old = noise(channels * height * width);
            let tensor = Tensor::from_data(&[1, channels, height, width], old.clone());
            let large = run(&tensor.view()).expect("a picture");
            prop_assert_eq!(large.shape(), &[1, channels, 2 * height, 2 * width]);
            // Where the middle of a new place lies among the old ones, and the two that it is between.
            let between = |new: usize, of: usize| {
                let quarter = f32::from(u8::from(new.is_multiple_of(2))) / 2.0 + 0.25;
                let first = new.div_ceil(2);
                (first.saturating_sub(1), first.min(of - 1), quarter)
            };
            for (at, value) in large.to_vec().into_iter().enumerate() {
                let (x, rest) = (at % (2 * width), at / (2 * width));
                let (y, channel) = (rest % (2 * height), rest / (2 * height));
                let (left, right, across) = between(x, width);
                let (above, below, down) = between(y, height);
                let old = |row: usize, column: usize| old[(channel * height + row) * width + column];
                let upper = old(above, left) * (1.0 - across) + old(above, right) * across;
                let lower = old(below, left) * (1.0 - across) + old(below, right) * across;
                let expected = upper * (1.0 - down) + lower * down;
                prop_assert!((value - expected).abs() < 1e-5, "{} instead of {}", value, expected);
            }
        }
    }

    #[test]
    fn what_is_of_another_kind_is_left_alone() {
        let twice = by([1.0, 1.0, 2.0, 2.0]);
        assert!(fits(&node(), &twice));
        assert!(!fits(&node(), &by([1.0, 1.0, 3.0, 3.0])), "three times");
        assert!(!fits(&node(), &Constants::of(Vec::new())), "scales that are made by another node");
        let changed = |change: &dyn Fn(&mut NodeProto)| {
            let mut node = node();
            change(&mut node);
            fits(&node, &twice)
        };
        assert!(!changed(&|node| node.attribute[0] = named("mode", "nearest")), "the nearest place");
        assert!(!changed(&|node| node.attribute.truncate(1)), "between other middles");
        assert!(!changed(&|node| node.input.push("sizes".to_owned())), "by sizes");
        assert!(!changed(&|node| node.op_type = Some("Upsample".to_owned())), "another operation");
    }

    #[test]
    fn what_is_no_picture_has_no_answer() {
        assert!(run(&Tensor::<f32>::zeros(&[2, 4, 8, 8]).view()).is_none());
        assert!(run(&Tensor::<f32>::zeros(&[1, 4, 0, 8]).view()).is_none());
        assert!(run(&Tensor::<f32>::zeros(&[4, 8, 8]).view()).is_none());
    }
}
