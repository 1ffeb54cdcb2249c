"""Writes what Keras draws initial weights from: mean, deviation, least and greatest of many draws, for packages/models.

python -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0 && venv/bin/python makeInitializers.py
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy
from keras import initializers

SHAPES = {"dense": (300, 200), "convolution": (3, 3, 60, 110), "texts": (3, 160, 120), "embedding": (4000, 16), "one unit": (60000, 1)}
INITIALIZERS = {
    "glorotUniform": initializers.GlorotUniform,
    "glorotNormal": initializers.GlorotNormal,
    "heUniform": initializers.HeUniform,
    "heNormal": initializers.HeNormal,
    "leCunUniform": initializers.LecunUniform,
    "leCunNormal": initializers.LecunNormal,
    "randomUniform": initializers.RandomUniform,
    "randomNormal": initializers.RandomNormal,
    "truncatedNormal": initializers.TruncatedNormal,
}

draws = []
for name, initializer in INITIALIZERS.items():
    for place, shape in SHAPES.items():
        values = numpy.asarray(initializer(seed=1)(shape), "float64")
        facts = {"mean": values.mean(), "deviation": values.std(), "minimum": values.min(), "maximum": values.max()}
        draws.append({"initializer": name, "place": place, "shape": shape, **{key: float(f"{value:.6g}") for key, value in facts.items()}})
golden = {"keras": keras.__version__, "draws": draws}
(Path(__file__).parent / "initializers.json").write_text(json.dumps(golden, indent=1) + "\n")
