"""Makes the models of shared/ocr/models anew from the package rapidocr-onnxruntime 1.4.4 (Apache-2.0).

usage: ocr.py [OUT], with Python 3.11 and
    pip install onnx==1.16.2 numpy==1.26.4
    pip install --no-deps rapidocr-onnxruntime==1.4.4

The package carries PP-OCRv4's detection and recognition of text as ONNX. Two things are done to them: weights are stored
with 16 bits instead of 32, which halves the files, and are widened again when they are loaded (all arithmetic stays in 32 bits); and the
characters that the recognition knows go from the model's metadata to a file of their own, one a line.
Prints for each file its size and SHA-256, and how far the outputs are from the package's own where onnxruntime is installed.
"""
import hashlib
import importlib.util
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PACKAGE = importlib.util.find_spec("rapidocr_onnxruntime")
if PACKAGE is None or PACKAGE.origin is None:
    sys.exit("rapidocr-onnxruntime 1.4.4 is not installed")
SOURCES = Path(PACKAGE.origin).parent / "models"
MODELS = {"detection": "ch_PP-OCRv4_det_infer.onnx", "recognition": "ch_PP-OCRv4_rec_infer.onnx"}
# Weights with fewer numbers stay as they are: biases and constants, of which there are many and which weigh nothing.
LEAST = 256
# A size that either network takes, for the comparison.
SIZES = {"detection": (1, 3, 320, 640), "recognition": (1, 3, 48, 320)}


def narrowed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its weights in 16 bits, each followed by a cast to 32."""
    nodes = []
    for node in model.graph.node:
        value = next((attribute.t for attribute in node.attribute if attribute.name == "value"), None)
        if node.op_type == "Constant" and value is not None and value.data_type == TensorProto.FLOAT:
            weights = numpy_helper.to_array(value)
            if weights.size >= LEAST:
                name = node.output[0]
                model.graph.initializer.append(numpy_helper.from_array(weights.astype(np.float16), f"{name}_half"))
                nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
                continue
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.metadata_props[:]
    return model


def characters(model: onnx.ModelProto) -> list[str]:
    """What the recognition's outputs stand for, after the first, which is none, and before the last, which is a space."""
    known = next(entry.value for entry in model.metadata_props if entry.key == "character")
    return known.splitlines()


def difference(name: str, before: bytes, after: bytes) -> str:
    """How far the outputs of two models are apart on the same noise."""
    try:
        import onnxruntime
    except ImportError:
        return "not compared without onnxruntime"
    outputs = []
    for model in (before, after):
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        pixels = np.random.default_rng(1).random(SIZES[name], np.float32) * 2 - 1
        outputs.append(session.run(None, {session.get_inputs()[0].name: pixels})[0])
    return f"outputs differ by {float(np.abs(outputs[0] - outputs[1]).max()):.1e} at most"


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "ocr" / "models"
    for name, source in MODELS.items():
        original = (SOURCES / source).read_bytes()
        model = onnx.load_from_string(original)
        if name == "recognition":
            known = characters(model)
            (out / "characters.txt").write_text("\n".join(known) + "\n", encoding="utf-8")
            print("characters.txt", len(known))
        small = narrowed(model).SerializeToString()
        onnx.checker.check_model(onnx.load_from_string(small))
        (out / f"{name}.onnx").write_bytes(small)
        print(f"{name}.onnx", len(small), hashlib.sha256(small).hexdigest(), difference(name, original, small))


if __name__ == "__main__":
    main()
