"""Keras on TensorFlow, trained with `fit` on arrays in memory.

Settings: `jit`, whether XLA compiles the step; `stepsPerExecution`, how many steps one call of the graph runs; `precision`, `mixed` for
the policy `mixed_bfloat16`.
"""

import os
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
from keras import layers

from job import answer, read_job, reconstructs, sample_data


def build(model):
    inputs = x = keras.Input(model["inputShape"], dtype="int32" if model["input"] == "ids" else "float32")
    named = {"input": inputs}
    for spec in model["layers"]:
        if spec["type"] == "concatenate":
            x = layers.Concatenate()([x, named[spec["with"]]])
        else:
            x = build_layer(spec)(x)
        if "name" in spec:
            named[spec["name"]] = x
    return keras.Model(inputs, x)


def build_layer(spec):
    activation = spec.get("activation")
    match spec["type"]:
        case "dense":
            return layers.Dense(spec["units"], activation=activation)
        case "conv2d":
            return layers.Conv2D(
                spec["filters"],
                spec["size"],
                strides=spec.get("strides", 1),
                padding=spec.get("padding", "valid"),
                activation=activation,
            )
        case "conv1d":
            return layers.Conv1D(spec["filters"], spec["size"], padding="same", activation=activation)
        case "maxPool2d":
            return layers.MaxPooling2D(spec["size"], strides=spec.get("strides"))
        case "maxPool1d":
            return layers.MaxPooling1D(spec["size"])
        case "upSample2d":
            return layers.UpSampling2D(spec["size"])
        case "embedding":
            return layers.Embedding(spec["vocabulary"], spec["units"])
        case "batchNorm":
            return layers.BatchNormalization()
        case "dropout":
            return layers.Dropout(spec["rate"])
        case "flatten":
            return layers.Flatten()
    raise ValueError(f"no such layer: {spec['type']}")


LOSSES = {
    "categoricalCrossentropy": lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "binaryCrossentropy": lambda: keras.losses.BinaryCrossentropy(from_logits=True),
    "meanSquaredError": lambda: keras.losses.MeanSquaredError(),
}

METRICS = {
    "categoricalCrossentropy": lambda: [keras.metrics.SparseCategoricalAccuracy()],
    "binaryCrossentropy": lambda: [keras.metrics.BinaryAccuracy(threshold=0.0)],
    "meanSquaredError": lambda: [],
}

OPTIMIZERS = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD, "adagrad": keras.optimizers.Adagrad}


class EpochTimer(keras.callbacks.Callback):
    """Keeps the best epoch after the first, which warms up, and stops when the time is over."""

    def __init__(self, job):
        super().__init__()
        self.seconds = job["seconds"]
        self.minimum = job["minimumEpochs"]
        self.best = float("inf")

    def on_train_begin(self, logs=None):
        self.train_begin = time.perf_counter()

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        now = time.perf_counter()
        if epoch == 0:
            self.warm_up, self.start = now - self.train_begin, now
            return
        self.best = min(self.best, now - self.begin)
        if epoch >= self.minimum and now - self.start > self.seconds:
            self.model.stop_training = True


def main():
    job = read_job()
    keras.utils.set_random_seed(job["seed"])
    spec, settings = job["model"], job["settings"]
    if settings["precision"] == "mixed":
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    inputs, labels = sample_data(job)
    targets = inputs if reconstructs(job) else labels
    weights = spec.get("classWeights")

    model = build(spec)
    optimizer = spec["optimizer"]
    model.compile(
        optimizer=OPTIMIZERS[optimizer["type"]](optimizer["learningRate"]),
        loss=LOSSES[spec["loss"]](),
        metrics=METRICS[spec["loss"]](),
        jit_compile=settings["jit"],
        steps_per_execution=settings["stepsPerExecution"],
    )
    timer = EpochTimer(job)
    model.fit(
        inputs,
        targets,
        batch_size=job["batchSize"],
        epochs=1_000_000,
        shuffle=True,
        verbose=0,
        class_weight=dict(enumerate(weights)) if weights else None,
        callbacks=[timer],
    )
    answer(
        best_epoch_seconds=timer.best,
        steps=spec["samples"] // job["batchSize"],
        warm_up_seconds=timer.warm_up,
        parameters=model.count_params(),
    )


if __name__ == "__main__":
    main()
