"""Golden numbers of whole training runs: a dozen of Keras's own steps of small models.

Made with Keras 3.15 on TensorFlow 2.21 (`pip install keras tensorflow-cpu numpy`):
    python makeTraining.py
writes training.json and schedules.json.
"""

import json

import keras
import numpy as np

STEPS = 12
ROWS = 24
random = np.random.default_rng(11)


def numbers(array):
    return [float(f"{value:.9g}") for value in np.asarray(array, "float64").ravel()]


TABLE = np.round(random.normal(size=(ROWS, 4)), 3).astype("float32")
IMAGES = np.round(random.uniform(size=(ROWS, 4, 4, 2)), 3).astype("float32")
CLASSES = random.integers(0, 3, size=ROWS).astype("int32")
BINARY = random.integers(0, 2, size=ROWS).astype("int32")
TARGETS = np.round(TABLE[:, :2] * 0.5 + random.normal(size=(ROWS, 2)) * 0.2, 3).astype("float32")
SAMPLE_WEIGHTS = np.round(random.uniform(0, 2, size=ROWS), 2)
# Batches of 10, 10 and the last, smaller one.
BATCHES = [list(range(from_, min(from_ + 10, ROWS))) for _ in range(4) for from_ in range(0, ROWS, 10)]

R = keras.regularizers
REGULARIZERS = {"l1": R.L1, "l2": R.L2, "l1l2": R.L1L2}


def regularizer(spec):
    return spec and REGULARIZERS[spec["type"]](**{name: value for name, value in spec.items() if name != "type"})


def make_layer(spec):
    kind, frozen = spec["kind"], spec.get("frozen", False)
    if kind == "dense":
        layer = keras.layers.Dense(
            spec["units"],
            activation=spec.get("activation"),
            use_bias=spec.get("useBias", True),
            kernel_regularizer=regularizer(spec.get("kernel")),
            bias_regularizer=regularizer(spec.get("bias")),
            activity_regularizer=regularizer(spec.get("activity")),
        )
    elif kind == "conv2d":
        layer = keras.layers.Conv2D(spec["filters"], spec["kernelSize"], use_bias=spec.get("useBias", True))
    elif kind == "flatten":
        layer = keras.layers.Flatten()
    elif kind == "activation":
        layer = keras.layers.Activation(spec["activation"])
    elif kind == "batchNormalization":
        layer = keras.layers.BatchNormalization(
            momentum=spec.get("momentum", 0.99), scale=spec.get("scale", True), center=spec.get("center", True)
        )
    layer.trainable = not frozen
    return layer


LOSSES = {
    "categoricalCrossentropy": lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "binaryCrossentropy": lambda: keras.losses.BinaryCrossentropy(from_logits=True),
    "meanSquaredError": lambda: keras.losses.MeanSquaredError(),
}
OPTIMIZERS = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adagrad": keras.optimizers.Adagrad,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
}
NAMES = {
    "learningRate": "learning_rate",
    "clipValue": "clipvalue",
    "clipNorm": "clipnorm",
    "globalClipNorm": "global_clipnorm",
    "weightDecay": "weight_decay",
}
S = keras.optimizers.schedules
SCHEDULES = {
    "exponentialDecay": lambda s: S.ExponentialDecay(s["initial"], s["steps"], s["rate"], s.get("staircase", False)),
    "inverseTimeDecay": lambda s: S.InverseTimeDecay(s["initial"], s["steps"], s["rate"], s.get("staircase", False)),
    "piecewiseConstant": lambda s: S.PiecewiseConstantDecay(s["boundaries"], s["values"]),
    "polynomialDecay": lambda s: S.PolynomialDecay(s["initial"], s["steps"], s.get("end", 1e-4), s.get("power", 1.0)),
    "cosineDecay": lambda s: S.CosineDecay(
        s["initial"],
        s["steps"],
        alpha=s.get("alpha", 0.0),
        warmup_target=s.get("warmupTarget"),
        warmup_steps=s.get("warmupSteps", 0),
    ),
}


def make_optimizer(config, accumulate_steps=None):
    options = {"gradient_accumulation_steps": accumulate_steps} | {NAMES.get(name, name): value for name, value in config.items() if name != "type"}
    if isinstance(config["learningRate"], dict):
        options["learning_rate"] = SCHEDULES[config["learningRate"]["type"]](config["learningRate"])
    return OPTIMIZERS[config["type"]](**options)


def run(case):
    data = IMAGES if case.get("data") == "images" else TABLE
    loss = case["loss"]
    labels = {"categoricalCrossentropy": CLASSES, "binaryCrossentropy": BINARY, "meanSquaredError": TARGETS}[loss]
    model = keras.Sequential([keras.Input(data.shape[1:])] + [make_layer(spec) for spec in case["layers"]])
    for weight in model.weights:
        if "moving" in weight.name or "gamma" in weight.name:
            weight.assign(1 + np.round(random.uniform(0, 0.5, size=weight.shape), 3))
        else:
            weight.assign(np.round(random.normal(size=weight.shape) * 0.5, 3))
    ordered = lambda: model.trainable_variables + model.non_trainable_variables
    initial = [numbers(weight.value) for weight in ordered()]
    class_weights, per_sample = case.get("classWeights"), case.get("sampleWeights", False)
    # Keras has no class weights together with sample weights; the product is what one means.
    weights = np.ones(ROWS)
    if class_weights:
        weights = weights * np.asarray(class_weights)[labels]
    if per_sample:
        weights = weights * SAMPLE_WEIGHTS
    optimizer = make_optimizer(case["optimizer"], case.get("accumulateSteps"))
    model.compile(optimizer=optimizer, loss=LOSSES[loss]())
    losses = []
    for rows in BATCHES:
        y = labels[rows].reshape(len(rows), -1) if loss == "binaryCrossentropy" else labels[rows]
        model.reset_metrics()
        if class_weights and not per_sample:
            own = {"class_weight": dict(enumerate(class_weights))}
        elif per_sample:
            own = {"sample_weight": weights[rows]}
        else:
            own = {}
        losses.append(float(np.asarray(model.train_on_batch(data[rows], y, **own))))
    return {**case, "initial": initial, "losses": numbers(losses), "final": [numbers(weight.value) for weight in ordered()]}


SGD = {"type": "sgd", "learningRate": 0.1}
PLAIN = [{"kind": "dense", "units": 5, "activation": "tanh"}, {"kind": "dense", "units": 3}]
CCE = {"loss": "categoricalCrossentropy", "optimizer": SGD, "layers": PLAIN}


def classifying(name, first=(), **changes):
    return {"name": name, **CCE, "layers": [*first, {"kind": "dense", "units": 3}], **changes}


def regularized(name, **members):
    return classifying(name, [{"kind": "dense", "units": 5, "activation": "tanh", **members}])


def normalized(name, **members):
    return classifying(name, [{"kind": "dense", "units": 4, "useBias": False}, {"kind": "batchNormalization", "momentum": 0.9, **members}])


BINARY_CASE = {
    "loss": "binaryCrossentropy",
    "optimizer": SGD,
    "layers": [{"kind": "dense", "units": 4, "activation": "relu"}, {"kind": "dense", "units": 1}],
}
REGRESSION = {
    "loss": "meanSquaredError",
    "optimizer": SGD,
    "layers": [{"kind": "dense", "units": 4, "activation": "sigmoid"}, {"kind": "dense", "units": 2}],
}
CASES = [
    {"name": "categorical cross-entropy", **CCE},
    {"name": "binary cross-entropy", **BINARY_CASE},
    {"name": "squared error", **REGRESSION},
    {"name": "momentum", **CCE, "optimizer": {**SGD, "momentum": 0.9}},
    {"name": "Nesterov", **CCE, "optimizer": {**SGD, "momentum": 0.9, "nesterov": True}},
    {"name": "momentum under a schedule", **CCE, "optimizer": {"type": "sgd", "momentum": 0.9, "learningRate": {"type": "exponentialDecay", "initial": 0.2, "steps": 3, "rate": 0.5}}},
    {"name": "RMSprop", **CCE, "optimizer": {"type": "rmsprop", "learningRate": 0.01}},
    {"name": "RMSprop with momentum, centered", **CCE, "optimizer": {"type": "rmsprop", "learningRate": 0.01, "momentum": 0.5, "centered": True, "epsilon": 1e-3}},
    {"name": "Adagrad", **CCE, "optimizer": {"type": "adagrad", "learningRate": 0.1}},
    {"name": "Adam", **CCE, "optimizer": {"type": "adam", "learningRate": 0.01}},
    {"name": "AdamW, biases too", **CCE, "optimizer": {"type": "adamw", "learningRate": 0.01, "weightDecay": 0.2}},
    {"name": "AdamW under a schedule", **CCE, "optimizer": {"type": "adamw", "weightDecay": 0.2, "learningRate": {"type": "piecewiseConstant", "boundaries": [2, 5], "values": [0.05, 0.02, 0.01]}}},
    {"name": "clipping by value", **CCE, "optimizer": {**SGD, "clipValue": 0.02}},
    {"name": "clipping by norm", **CCE, "optimizer": {**SGD, "clipNorm": 0.1}},
    {"name": "clipping by global norm", **CCE, "optimizer": {**SGD, "globalClipNorm": 0.2}},
    {"name": "accumulated gradients", **CCE, "optimizer": {"type": "adam", "learningRate": 0.01}, "accumulateSteps": 3},
    regularized("L1 on the kernel", kernel={"type": "l1", "l1": 0.01}),
    regularized("L2 on the kernel", kernel={"type": "l2", "l2": 0.02}),
    regularized("L1L2 on the kernel", kernel={"type": "l1l2", "l1": 0.01, "l2": 0.02}),
    regularized("L1 on the bias", bias={"type": "l1", "l1": 0.01}),
    regularized("L2 on the bias", bias={"type": "l2", "l2": 0.05}),
    regularized("L1L2 on the bias", bias={"type": "l1l2", "l1": 0.01, "l2": 0.02}),
    regularized("L1 on the activity", activity={"type": "l1", "l1": 0.01}),
    regularized("L2 on the activity", activity={"type": "l2", "l2": 0.02}),
    regularized("L1L2 on the activity", activity={"type": "l1l2", "l1": 0.01, "l2": 0.02}),
    {"name": "class weights", **CCE, "classWeights": [1, 3, 0.5]},
    {"name": "sample weights", **CCE, "sampleWeights": True},
    {"name": "class and sample weights beside a penalty", **regularized("", kernel={"type": "l2", "l2": 0.05}), "classWeights": [1, 3, 0.5], "sampleWeights": True},
    {"name": "class weights under binary cross-entropy", **BINARY_CASE, "classWeights": [1, 4]},
    {"name": "sample weights under squared error", **REGRESSION, "sampleWeights": True},
    normalized("batch normalization"),
    normalized("batch normalization without scale", scale=False),
    normalized("batch normalization without center", center=False),
    normalized("batch normalization without scale and center", scale=False, center=False),
    normalized("frozen batch normalization", frozen=True),
    classifying("batch normalization of images", [{"kind": "conv2d", "filters": 3, "kernelSize": 2, "useBias": False}, {"kind": "batchNormalization", "momentum": 0.8}, {"kind": "activation", "activation": "relu"}, {"kind": "flatten"}], data="images"),
    classifying("a frozen dense layer", [{"kind": "dense", "units": 5, "activation": "tanh", "frozen": True}]),
]
for case in CASES:
    case["name"] = case["name"] or "class and sample weights beside a penalty"
MADE_BY = f"Keras {keras.__version__}, {keras.backend.backend()}"


def write(name, content):
    with open(name, "w") as file:
        file.write(json.dumps({"madeBy": MADE_BY, **content}, separators=(",", ":")) + "\n")


write(
    "training.json",
    {
        "table": {"shape": list(TABLE.shape), "values": numbers(TABLE)},
        "images": {"shape": list(IMAGES.shape), "values": numbers(IMAGES)},
        "classes": CLASSES.tolist(),
        "binary": BINARY.tolist(),
        "targets": {"shape": list(TARGETS.shape), "values": numbers(TARGETS)},
        "sampleWeights": numbers(SAMPLE_WEIGHTS),
        "batches": BATCHES,
        "cases": [run(case) for case in CASES],
    },
)
UPDATES = [0, 1, 2, 3, 4, 5, 9, 10, 11, 20, 31, 100]
PLANS = [
    {"type": "exponentialDecay", "initial": 0.1, "steps": 10, "rate": 0.5},
    {"type": "exponentialDecay", "initial": 0.1, "steps": 4, "rate": 0.9, "staircase": True},
    {"type": "inverseTimeDecay", "initial": 0.1, "steps": 10, "rate": 0.5},
    {"type": "inverseTimeDecay", "initial": 0.1, "steps": 3, "rate": 2.0, "staircase": True},
    {"type": "piecewiseConstant", "boundaries": [2, 10], "values": [1.0, 0.5, 0.1]},
    {"type": "polynomialDecay", "initial": 0.1, "steps": 20},
    {"type": "polynomialDecay", "initial": 0.1, "steps": 10, "end": 0.01, "power": 2.0},
    {"type": "cosineDecay", "initial": 0.1, "steps": 20},
    {"type": "cosineDecay", "initial": 0.1, "steps": 30, "alpha": 0.1},
    {"type": "cosineDecay", "initial": 0.0, "steps": 20, "alpha": 0.05, "warmupTarget": 0.2, "warmupSteps": 4},
]
write(
    "schedules.json",
    {
        "updates": UPDATES,
        "cases": [{"schedule": plan, "rates": [float(np.asarray(SCHEDULES[plan["type"]](plan)(update))) for update in UPDATES]} for plan in PLANS],
    },
)
