//! What is asked of a model's description.

use std::collections::HashMap;

use rten_onnx::onnx::{DataType, NodeProto, TensorProto};

/// The numbers that a model has learned, by name.
pub(crate) struct Constants(HashMap<String, TensorProto>);

impl Constants {
    pub(crate) fn of(tensors: Vec<TensorProto>) -> Self {
        Self(tensors.into_iter().filter_map(|tensor| Some((tensor.name.clone()?, tensor))).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&TensorProto> {
        self.0.get(name)
    }

    /// The shape and the numbers of one, if they are floating-point numbers of four bytes.
    pub(crate) fn numbers(&self, name: &str) -> Option<(Vec<usize>, Vec<f32>)> {
        let tensor = self.get(name).filter(|tensor| matches!(tensor.data_type, Some(DataType::FLOAT)))?;
        let shape: Vec<usize> =
            tensor.dims.iter().map(|side| usize::try_from(*side).ok()).collect::<Option<_>>()?;
        let numbers = match &tensor.raw_data {
            Some(raw) => raw.borrow().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            None => tensor.float_data.clone(),
        };
        (numbers.len() == shape.iter().product::<usize>()).then_some((shape, numbers))
    }
}

/// A node's attribute of one or several whole numbers, none of them below 0; `None` when it has none of that name.
pub(crate) fn integers(node: &NodeProto, name: &str) -> Option<Vec<usize>> {
    let attribute = node.attribute.iter().find(|attribute| attribute.name.as_deref() == Some(name))?;
    let numbers = attribute.i.iter().chain(&attribute.ints);
    numbers.map(|number| usize::try_from(*number).ok()).collect()
}

/// Descriptions for tests.
#[cfg(test)]
pub(crate) mod kit {
    use rten_onnx::onnx::{AttributeProto, DataType, TensorProto};

    pub(crate) fn attribute(name: &str, numbers: &[usize]) -> AttributeProto {
        let ints = numbers.iter().map(|number| i64::try_from(*number).unwrap_or(i64::MAX)).collect();
        AttributeProto { name: Some(name.to_owned()), ints, ..AttributeProto::default() }
    }

    pub(crate) fn constant(name: &str, shape: &[usize], numbers: &[f32]) -> TensorProto {
        TensorProto {
            name: Some(name.to_owned()),
            dims: shape.iter().map(|side| i64::try_from(*side).unwrap_or(i64::MAX)).collect(),
            data_type: Some(DataType::FLOAT),
            float_data: numbers.to_vec(),
            ..TensorProto::default()
        }
    }

    /// Numbers that look like none in particular.
    pub(crate) fn noise(count: usize) -> Vec<f32> {
        (0..count).map(|at| f32::from(u8::try_from(at * 37 % 101).unwrap_or(0)) / 50.0 - 1.0).collect()
    }
}
