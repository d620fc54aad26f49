"""Makes the models of faces and hands of shared/picture/models anew from the package mediapipe 0.10.21 (Apache-2.0).

usage: convert.py [OUT], with Python 3.11 and
    pip install tensorflow-cpu==2.15.1 onnx==1.16.2 numpy==1.26.4 protobuf==4.25.3 flatbuffers requests six
    pip install --no-deps mediapipe==0.10.21 tf2onnx==1.16.1
The second line without dependencies: the two ask for different protobufs. tf2onnx works with 4.25.3, and mediapipe is only
a folder of models here. Afterwards prints for each model how far its outputs are from those of the model that was there
before, if there was one and onnxruntime is installed (1.18.1 was used).

The package carries them as TensorFlow Lite; tf2onnx turns them into ONNX. The segmentation uses two operations that ONNX
does not have under these names, which are replaced by ones that it has. Then what costs time for nothing is taken out: turns
of the channels, and convolutions of places that enlarging has just made.
"""
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

PACKAGE = importlib.util.find_spec("mediapipe")
if PACKAGE is None or PACKAGE.origin is None:
    sys.exit("mediapipe 0.10.21 is not installed")
MODULES = Path(PACKAGE.origin).parent / "modules"
MODELS = {
    "face_detection_short_range": MODULES / "face_detection" / "face_detection_short_range.tflite",
    "palm_detection": MODULES / "palm_detection" / "palm_detection_lite.tflite",
    "face_landmark": MODULES / "face_landmark" / "face_landmark.tflite",
    "selfie_segmentation": MODULES / "selfie_segmentation" / "selfie_segmentation.tflite",
}


def convert(source: Path, target: Path) -> None:
    """TensorFlow Lite to ONNX."""
    command = [sys.executable, "-m", "tf2onnx.convert", "--tflite", str(source), "--output", str(target), "--opset", "13"]
    subprocess.run(command, check=True)


def with_known_operations(model: onnx.ModelProto) -> onnx.ModelProto:
    """HardSwish as x * HardSigmoid(x), and MediaPipe's transposed convolution with bias as ONNX's own."""
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type == "HardSwish":
            value, out = node.input[0], node.output[0]
            nodes.append(helper.make_node("HardSigmoid", [value], [f"{out}_gate"], alpha=1 / 6, beta=0.5))
            nodes.append(helper.make_node("Mul", [value, f"{out}_gate"], [out]))
        elif "Transpose" in node.op_type and node.op_type != "Transpose":
            value, kernel, bias = node.input[:3]
            out = node.output[0]
            # Output, height, width, input becomes input, output, height, width.
            turned = np.ascontiguousarray(numpy_helper.to_array(tensors[kernel]).transpose(3, 0, 1, 2))
            tensors[kernel].CopyFrom(numpy_helper.from_array(turned, kernel))
            nodes.append(helper.make_node("Transpose", [value], [f"{out}_in"], perm=[0, 3, 1, 2]))
            nodes.append(helper.make_node("ConvTranspose", [f"{out}_in", kernel, bias], [f"{out}_out"], strides=[2, 2], kernel_shape=[2, 2]))
            nodes.append(helper.make_node("Transpose", [f"{out}_out"], [out], perm=[0, 2, 3, 1]))
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    foreign = [entry for entry in model.opset_import if entry.domain not in ("", "ai.onnx")]
    for entry in foreign:
        model.opset_import.remove(entry)
    return model


# Operations that look at one number at a time, or at two of the same place.
PLACEWISE = {"Add", "HardSigmoid", "Mul", "Relu", "Sigmoid"}
LAST, FIRST = [0, 2, 3, 1], [0, 3, 1, 2]


def turns(node: onnx.NodeProto, order: list[int]) -> bool:
    return node.op_type == "Transpose" and list(node.attribute[0].ints) == order


def channels_first(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without the turns to channels last and back around what does not care where channels are."""
    graph = model.graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    by_output = {node.output[0]: node for node in graph.node}
    outputs, after = {output.name for output in graph.output}, {}
    for node in graph.node:
        for name in node.input:
            after.setdefault(name, []).append(node)
    renamed, gone = {}, []
    for turn in [node for node in graph.node if turns(node, LAST)]:
        inner, ends, wait = [], [], [turn.output[0]]
        while wait:
            name = wait.pop()
            followers = after.get(name, [])
            fit = name not in outputs and all(turns(node, FIRST) or node.op_type in PLACEWISE for node in followers)
            if not fit:
                break
            ends += [node for node in followers if turns(node, FIRST)]
            fresh = [node for node in followers if node.op_type in PLACEWISE and node not in inner]
            inner += fresh
            wait += [node.output[0] for node in fresh]
        else:
            reached = {turn.output[0], *(node.output[0] for node in inner)}
            shapers = [by_output.get(name) for node in inner for name in node.input if name not in reached]
            # One number for each channel, turned by giving it another shape: it can stay as it was.
            if not all(node is not None and node.op_type == "Reshape" and tensors[node.input[1]][:3].tolist() == [1, 1, 1] for node in shapers):
                continue
            renamed[turn.output[0]] = turn.input[0]
            renamed.update({node.output[0]: node.input[0] for node in ends + shapers})
            gone += [turn, *ends, *shapers]
    nodes = [node for node in graph.node if node not in gone]
    for node in nodes:
        for at, name in enumerate(node.input):
            while name in renamed:
                name = renamed[name]
            node.input[at] = name
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in used]:
        graph.initializer.remove(tensor)
    return model


def narrow_first(model: onnx.ModelProto) -> onnx.ModelProto:
    """A convolution of 1 x 1 before the enlargement that it follows: enlarging mixes places and the convolution channels, so
    that the order does not matter to the result, and there are fewer places before, and fewer channels after."""
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    nodes = list(graph.node)
    for wide in [node for node in nodes if node.op_type == "Resize"]:
        followers = [node for node in nodes if wide.output[0] in node.input]
        if len(followers) != 1 or followers[0].op_type != "Conv" or list(tensors[followers[0].input[1]].dims[2:]) != [1, 1]:
            continue
        narrow = followers[0]
        source, out = wide.input[0], narrow.output[0]
        narrow.input[0], narrow.output[0] = source, f"{out}_narrow"
        wide.input[0], wide.output[0] = f"{out}_narrow", out
        one, two = nodes.index(wide), nodes.index(narrow)
        nodes[one], nodes[two] = narrow, wide
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def difference(before: bytes, after: bytes) -> str:
    """How far the outputs of two models are apart on the same noise."""
    if before == after:
        return "the same bytes"
    try:
        import onnxruntime
    except ImportError:
        return "other bytes; not compared without onnxruntime"
    outputs = []
    for model in (before, after):
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        wanted = session.get_inputs()[0]
        pixels = np.random.default_rng(1).random([size if isinstance(size, int) else 1 for size in wanted.shape], np.float32)
        outputs.append(session.run(None, {wanted.name: pixels}))
    return f"other bytes, outputs differ by {max(float(np.abs(one - two).max()) for one, two in zip(*outputs)):.1e} at most"


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "picture" / "models"
    for name, source in MODELS.items():
        target = out / f"{name}.onnx"
        before = target.read_bytes() if target.exists() else None
        convert(source, target)
        onnx.save(narrow_first(channels_first(with_known_operations(onnx.load(target)))), target)
        print(target.name, target.stat().st_size, "new" if before is None else difference(before, target.read_bytes()))


if __name__ == "__main__":
    main()
