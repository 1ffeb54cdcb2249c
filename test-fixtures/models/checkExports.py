"""Loads what writeExports.mjs wrote in Keras, TensorFlow, ONNX Runtime and safetensors, and compares their predictions with ours.

python -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0 onnx==1.23.2 onnxruntime safetensors
node test-fixtures/models/writeExports.mjs FOLDER && venv/bin/python test-fixtures/models/checkExports.py FOLDER
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy
import onnx
import onnxruntime
import tensorflow
from safetensors.numpy import load_file

TOLERANCE = 1e-5


def keras_predictions(folder, inputs):
    model = keras.saving.load_model(folder / "model.keras")
    stored = load_file(folder / "model.safetensors")
    ours = sorted((a.shape, a.tobytes()) for a in stored.values())
    theirs = sorted((w.shape, w.astype("float32").tobytes()) for w in model.get_weights())
    assert ours == theirs, "the weights of the safetensors file are not those of the Keras file"
    return model.predict(inputs, verbose=0)


def onnx_predictions(folder, inputs):
    onnx.checker.check_model(str(folder / "model.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
    return session.run(None, {session.get_inputs()[0].name: inputs})[0]


def saved_model_predictions(folder, inputs):
    signature = tensorflow.saved_model.load(str(folder / "savedmodel")).signatures["serving_default"]
    ((_, outputs),) = signature(**{"input": tensorflow.constant(inputs)}).items()
    return outputs.numpy()


failed = 0
for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if (path / "golden.json").exists()):
    golden = json.loads((folder / "golden.json").read_text())
    inputs = numpy.fromfile(folder / "inputs.bin", "<f4").reshape(golden["inputShape"])
    expected = numpy.fromfile(folder / "outputs.bin", "<f4").reshape(golden["outputShape"])
    for read in (keras_predictions, onnx_predictions, saved_model_predictions):
        try:
            received = read(folder, inputs)
            difference = float(numpy.abs(received - expected).max())
            fault = None if received.shape == expected.shape and difference < TOLERANCE else "DIFFERS"
        except Exception as error:  # Every reader is tried, and every fault is shown.
            difference, fault = float("nan"), f"FAILS: {error}"[:600]
        failed += fault is not None
        print(f"{folder.name:16} {read.__name__:24} {difference:.1e} {fault or 'ok'}", flush=True)
print(f"{failed} failed")
sys.exit(1 if failed else 0)
