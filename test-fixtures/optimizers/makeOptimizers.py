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
    {"type": "rmsprop", "learningRate": 0.01, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    {"type": "rmsprop", "learningRate": 0.01, "rho": 0.8, "momentum": 0.5, "epsilon": 1e-3, "centered": True},
    {"type": "adagrad", "learningRate": 0.05, "initialAccumulatorValue": 0.1, "epsilon": 1e-7},
    {"type": "adam", "learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
    {"type": "adam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3},
    {"type": "adamw", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "weightDecay": 0.1},
]
CLASSES = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adagrad": keras.optimizers.Adagrad,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
}
NAMES = {
    "learningRate": "learning_rate",
    "beta1": "beta_1",
    "beta2": "beta_2",
    "weightDecay": "weight_decay",
    "initialAccumulatorValue": "initial_accumulator_value",
}


def make(config):
    options = {NAMES.get(name, name): value for name, value in config.items() if name != "type"}
    return CLASSES[config["type"]](**options)


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
