"""Makes the models of faces and hands of shared/picture/models anew from the package mediapipe 0.10.21 (Apache-2.0).

usage: convert.py [OUT], with Python 3.11 and
    pip install tensorflow-cpu==2.15.1 onnx==1.16.2 numpy==1.26.4 protobuf==4.25.3 flatbuffers requests six
    pip install --no-deps mediapipe==0.10.21 tf2onnx==1.16.1
The second line without dependencies: the two ask for different protobufs. tf2onnx works with 4.25.3, and mediapipe is only
a folder of models here. Afterwards prints for each model how far its outputs are from those of the model that was there
before, if there was one and onnxruntime is installed (1.18.1 was used).

The package carries them as TensorFlow Lite; tf2onnx turns them into ONNX. The segmentation uses two operations that ONNX
does not have under these names, which are replaced by ones that it has.
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
        onnx.save(with_known_operations(onnx.load(target)), target)
        print(target.name, target.stat().st_size, "new" if before is None else difference(before, target.read_bytes()))


if __name__ == "__main__":
    main()
