"""Golden numbers of the optimizers: 20 steps of Keras's own over fixed gradients.

Made with Keras 3.15 on TensorFlow 2.21 (`pip install keras tensorflow-cpu numpy`):
    python makeOptimizers.py > optimizers.json
"""

import json

import keras
import numpy as np

STEPS = 20
CASES = [
    {"type": "sgd", "learningRate": 0.1, "momentum": 0.0, "nesterov": False},
    {"type": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": False},
    {"type": "sgd", "learningRate": 0.05, "momentum": 0.9, "nesterov": True},
    {"type": "adam", "learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
    {"type": "adam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3},
]


def make(config):
    if config["type"] == "sgd":
        return keras.optimizers.SGD(config["learningRate"], momentum=config["momentum"], nesterov=config["nesterov"])
    return keras.optimizers.Adam(
        config["learningRate"], beta_1=config["beta1"], beta_2=config["beta2"], epsilon=config["epsilon"]
    )


random = np.random.default_rng(7)
initial = random.normal(size=(2, 3)).astype("float32")
gradients = (random.normal(size=(STEPS, 2, 3)) * 10.0 ** random.integers(-6, 1, size=(STEPS, 2, 3))).astype("float32")
cases = []
for config in CASES:
    weight = keras.Variable(initial)
    optimizer = make(config)
    optimizer.build([weight])
    after = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        after.append(np.asarray(weight.value).ravel().astype(float).tolist())
    cases.append({"config": config, "after": after})

print(
    json.dumps(
        {
            "madeBy": f"Keras {keras.__version__}, {keras.backend.backend()}",
            "shape": [2, 3],
            "initial": initial.ravel().astype(float).tolist(),
            "gradients": gradients.reshape(STEPS, -1).astype(float).tolist(),
            "cases": cases,
        }
    )
)
