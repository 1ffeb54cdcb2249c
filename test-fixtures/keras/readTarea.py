"""Has Keras read tarea.keras, which packages/models wrote, and adds to tarea.json what it found and predicts.

Run it in the environment of makeKeras.py, after writeTarea.mjs.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy

FOLDER = Path(__file__).parent
model = keras.saving.load_model(FOLDER / "tarea.keras")
inputs = numpy.random.default_rng(1).normal(size=(3, *model.input_shape[1:])).astype("float32")
outputs = model.predict(inputs, verbose=0)
golden = json.loads((FOLDER / "tarea.json").read_text())
golden |= {
    "keras": keras.__version__,
    "h5py": h5py.__version__,
    "name": model.name,
    "layers": [[layer.name, layer.__class__.__name__, layer.count_params()] for layer in model.layers],
    "losses": len(model.losses),
    "inputs": {"shape": inputs.shape, "data": inputs.ravel().tolist()},
    "outputs": {"shape": outputs.shape, "data": outputs.ravel().tolist()},
}
(FOLDER / "tarea.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
