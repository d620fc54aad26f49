//! A model, run by rten but for its depthwise convolutions and enlargements, which are run here.
//!
//! The model is cut where they are. What is before the first is one model for rten, what is between the first and the
//! second another, and so on; a value that a later part needs is an output of the part that makes it.

mod depthwise;
mod enlargement;
mod graph;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_onnx::onnx::{GraphProto, ModelProto, NodeProto, ValueInfoProto};
use rten_tensor::prelude::*;
use rten_tensor::{Tensor, TensorView};

use self::depthwise::Depthwise;
use self::graph::Constants;

/// A pool of one thread. A function has about one core; where there are no threads (WebAssembly) the pool is
/// empty and the caller's own is used.
pub fn one_core() -> Arc<ThreadPool> {
    static POOL: OnceLock<Arc<ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| Arc::new(ThreadPool::with_num_threads(1))).clone()
}

/// A model that can be run.
pub(crate) struct Network {
    parts: Vec<Part>,
    /// The name of what goes in.
    input: String,
    /// The names of what comes out.
    wanted: Vec<String>,
}

/// What is run at once.
struct Part {
    /// For rten; `None` when nothing is between two that are run here.
    piece: Option<Piece>,
    /// What comes after it; `None` at the end.
    joint: Option<Joint>,
    /// Values that no later part asks for.
    done: Vec<String>,
}

/// What is run here, and the names of what it takes and gives.
struct Joint {
    own: Own,
    from: String,
    to: String,
}

/// What rten is slow at.
enum Own {
    Depthwise(Depthwise),
    Enlargement,
}

impl Own {
    fn read(node: &NodeProto, constants: &Constants) -> Option<Self> {
        let depthwise = Depthwise::read(node, constants).map(Self::Depthwise);
        depthwise.or_else(|| enlargement::fits(node, constants).then_some(Self::Enlargement))
    }

    fn run(&self, input: &TensorView<f32>) -> Option<Tensor<f32>> {
        match self {
            Self::Depthwise(depthwise) => depthwise.run(input),
            Self::Enlargement => enlargement::run(input),
        }
    }
}

/// A part of a model as a model of its own.
struct Piece {
    model: Model,
    /// Values by their numbers in that model, and their names in the whole one.
    takes: Vec<(NodeId, String)>,
    gives: Vec<(NodeId, String)>,
}

impl Network {
    /// Reads a model with one input. It will answer its outputs and the values called `inner`, in this order. `None` when it is no
    /// model that can be run.
    pub(crate) fn load(bytes: &[u8], inner: &[&str]) -> Option<Self> {
        let mut model = ModelProto::parse_buf(bytes).ok()?;
        let graph = model.graph.take()?;
        let constants = Constants::of(graph.initializer);
        let names = |values: Vec<ValueInfoProto>| values.into_iter().filter_map(|value| value.name);
        let input = names(graph.input).find(|name| constants.get(name).is_none())?;
        let wanted: Vec<String> =
            names(graph.output).chain(inner.iter().map(|name| (*name).to_owned())).collect();
        let mut last_use: HashMap<&str, usize> = HashMap::new();
        for (at, node) in graph.node.iter().enumerate() {
            last_use.extend(node.input.iter().map(|name| (name.as_str(), at)));
        }
        last_use.extend(wanted.iter().map(|name| (name.as_str(), usize::MAX)));
        let cutter = Cutter { frame: &model, constants: &constants, last_use };
        let mut parts = Vec::new();
        let mut begun = 0;
        for (at, node) in graph.node.iter().enumerate() {
            if let Some(own) = Own::read(node, &constants) {
                let (from, to) = (node.input.first()?.clone(), node.output.first()?.clone());
                let joint = Joint { own, from, to };
                parts.push(cutter.part(&graph.node[begun..at], at, Some(joint))?);
                begun = at + 1;
            }
        }
        parts.push(cutter.part(&graph.node[begun..], graph.node.len(), None)?);
        Some(Self { parts, input, wanted })
    }

    /// How many operations are run here.
    #[cfg(test)]
    pub(crate) fn own(&self) -> usize {
        self.parts.iter().filter(|part| part.joint.is_some()).count()
    }

    /// What comes out; `None` when the input's shape is none that the model can take.
    pub(crate) fn run(&self, input: Tensor<f32>) -> Option<Vec<Tensor<f32>>> {
        // why: within the pool once; each part would else wait for the pool's thread to wake.
        one_core().run(|| {
            let mut values = HashMap::from([(self.input.as_str(), input)]);
            for part in &self.parts {
                if let Some(piece) = &part.piece {
                    values.extend(piece.run(&values)?);
                }
                if let Some(Joint { own, from, to }) = &part.joint {
                    let made = own.run(&values.get(from.as_str())?.view())?;
                    values.insert(to, made);
                }
                for name in &part.done {
                    values.remove(name.as_str());
                }
            }
            self.wanted.iter().map(|name| values.remove(name.as_str())).collect()
        })
    }
}

impl Piece {
    fn run(&self, values: &HashMap<&str, Tensor<f32>>) -> Option<Vec<(&str, Tensor<f32>)>> {
        let taken = self.takes.iter().map(|(id, name)| Some((*id, values.get(name.as_str())?.view().into())));
        let ids: Vec<NodeId> = self.gives.iter().map(|(id, _)| *id).collect();
        let options = RunOptions::default().with_thread_pool(Some(one_core()));
        let given = self.model.run(taken.collect::<Option<_>>()?, &ids, Some(options)).ok()?;
        self.gives
            .iter()
            .zip(given)
            .map(|((_, name), value)| Some((name.as_str(), value.try_into().ok()?)))
            .collect()
    }
}

/// What is known of a whole model when it is cut.
struct Cutter<'a> {
    /// The model without its graph.
    frame: &'a ModelProto,
    constants: &'a Constants,
    /// The last node that takes a value, by the value's name.
    last_use: HashMap<&'a str, usize>,
}

impl Cutter<'_> {
    /// The part that has these nodes; `end` is the number of the node after them, which may be one that is run here.
    fn part(&self, nodes: &[NodeProto], end: usize, joint: Option<Joint>) -> Option<Part> {
        let made: HashSet<&String> = nodes.iter().flat_map(|node| &node.output).collect();
        let used: HashSet<&String> =
            nodes.iter().flat_map(|node| &node.input).filter(|name| !name.is_empty()).collect();
        let is_taken = |name: &&String| !made.contains(name) && self.constants.get(name).is_none();
        let takes: Vec<&String> = used.iter().copied().filter(is_taken).collect();
        let last = |name: &str| self.last_use.get(name).copied().unwrap_or(0);
        let gives: Vec<&String> = made.iter().copied().filter(|name| last(name) >= end).collect();
        let between = joint.iter().flat_map(|joint| [&joint.from, &joint.to]);
        let over = takes.iter().chain(&gives).copied().chain(between).filter(|name| last(name) <= end);
        let done = over.cloned().collect();
        let piece = if nodes.is_empty() { None } else { Some(self.piece(nodes, &used, &takes, &gives)?) };
        Some(Part { piece, joint, done })
    }

    fn piece(
        &self,
        nodes: &[NodeProto],
        used: &HashSet<&String>,
        takes: &[&String],
        gives: &[&String],
    ) -> Option<Piece> {
        let values = |names: &[&String]| {
            names.iter().map(|name| ValueInfoProto { name: Some((*name).clone()), r#type: None }).collect()
        };
        let graph = GraphProto {
            node: nodes.to_vec(),
            initializer: used.iter().filter_map(|name| self.constants.get(name)).cloned().collect(),
            input: values(takes),
            output: values(gives),
            value_info: Vec::new(),
        };
        let model = ModelProto {
            ir_version: self.frame.ir_version,
            opset_import: self.frame.opset_import.clone(),
            graph: Some(graph),
            ..ModelProto::default()
        };
        let model = Model::load(model.write_buf().ok()?).ok()?;
        let ids = |names: &[&String]| -> Option<Vec<(NodeId, String)>> {
            names.iter().map(|name| Some((model.find_node(name)?, (*name).clone()))).collect()
        };
        let (takes, gives) = (ids(takes)?, ids(gives)?);
        Some(Piece { model, takes, gives })
    }
}
