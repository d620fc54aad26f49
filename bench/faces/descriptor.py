"""The face descriptor of the npm package @vladmandic/face-api as ONNX: dlib's face_recognition_resnet_model_v1 in 8 bits.

usage: descriptor.py PACKAGE OUT.onnx, with onnx 1.16.2 and numpy; PACKAGE is the unpacked package (1.7.15).

For measuring only (rates.py): the product carries no such model, see docs/decisions/0018-face-comparison.md. Input: faces
of 150 x 150 in RGB, less the mean colour, divided by 256, channels first. Output: 128 numbers.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def weights(package: Path) -> dict[str, np.ndarray]:
    """The package's tensors; most are bytes with a scale and an offset."""
    manifest = json.loads((package / "model" / "face_recognition_model-weights_manifest.json").read_text())[0]
    raw, at, tensors = (package / "model" / "face_recognition_model.bin").read_bytes(), 0, {}
    for entry in manifest["weights"]:
        count, coded = int(np.prod(entry["shape"])), entry.get("quantization")
        values = np.frombuffer(raw, np.uint8 if coded else "<f4", count, at).astype(np.float32)
        at += count * (1 if coded else 4)
        tensors[entry["name"]] = (values * coded["scale"] + coded["min"] if coded else values).reshape(entry["shape"])
    return tensors


class Graph:
    """Nodes and constants of the network."""

    def __init__(self, tensors: dict[str, np.ndarray]) -> None:
        self.tensors, self.nodes, self.constants, self.side, self.channels = tensors, [], [], 150, 3

    def constant(self, values: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def conv(self, value: str, layer: str, stride: int, pad: int, relu: bool) -> str:
        """A convolution with the scale that follows it worked in."""
        scale = self.tensors[f"{layer}/scale/weights"]
        kernel = self.tensors[f"{layer}/conv/filters"].transpose(3, 2, 0, 1) * scale[:, None, None, None]
        bias = self.tensors[f"{layer}/conv/bias"] * scale + self.tensors[f"{layer}/scale/biases"]
        out = self.node("Conv", value, self.constant(kernel), self.constant(bias), strides=[stride] * 2, pads=[pad] * 4)
        return self.node("Relu", out) if relu else out

    def block(self, value: str, name: str, down: bool) -> str:
        """Two convolutions beside the value itself; going down, the value is pooled and gets empty channels."""
        out = self.conv(self.conv(value, f"{name}/conv1", 2 if down else 1, 0 if down else 1, True), f"{name}/conv2", 1, 1, False)
        if down:
            half, grown = self.side // 2, self.tensors[f"{name}/conv2/scale/weights"].size
            short = half - ((self.side - 3) // 2 + 1)
            value = self.node("AveragePool", value, kernel_shape=[2, 2], strides=[2, 2])
            if short:
                out = self.node("Pad", out, self.constant(np.array([0, 0, 0, 0, 0, 0, short, short], np.int64)))
            if grown != self.channels:
                value = self.node("Pad", value, self.constant(np.array([0, 0, 0, 0, 0, grown - self.channels, 0, 0], np.int64)))
            self.side, self.channels = half, grown
        return self.node("Relu", self.node("Add", value, out))


def main(package: Path, out: Path) -> None:
    graph = Graph(weights(package))
    value = graph.conv("faces", "conv32_down", 2, 0, True)
    value = graph.node("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    graph.side, graph.channels = 35, 32
    for width, more in ((32, 3), (64, 3), (128, 2), (256, 2)):
        if width > 32:
            value = graph.block(value, f"conv{width}_down", True)
        for number in range(1, more + 1):
            value = graph.block(value, f"conv{width}_{number}", False)
    value = graph.node("Flatten", graph.node("GlobalAveragePool", graph.block(value, "conv256_down_out", True)))
    value = graph.node("MatMul", value, graph.constant(graph.tensors["fc"].astype(np.float32)))
    ends = [helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 3, 150, 150])], [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["n", 128])]
    model = helper.make_model(helper.make_graph(graph.nodes, "descriptor", *ends, graph.constants), opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
