"""Writes models as Keras saves them, what they predict, and HDF5 files that must be refused, for packages/models.

python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python makeKeras.py
"""

import io
import json
import os
import zipfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy
from keras import layers, regularizers

FOLDER = Path(__file__).parent
random = numpy.random.default_rng(20260107)


def functional():
    """Branches of one shape, made in another order than they are joined, and everything that regularizes."""
    inputs = keras.Input((4,), name="in")
    late = layers.Dense(3, activation="relu", name="late", kernel_regularizer=regularizers.L2(0.01))
    early = layers.Dense(3, activation="tanh", name="early", activity_regularizer=regularizers.L1(0.1))
    x = early(inputs)
    y = late(inputs)
    x = layers.Concatenate(name="joined")([y, x, inputs])
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    x = layers.Dense(5, name="wide", kernel_regularizer=regularizers.L1L2(0.1, 0.2), kernel_initializer="he_normal")(x)
    x = layers.Activation("elu", name="elu")(x)
    return keras.Model(inputs, layers.Dense(3, activation="softmax", name="out")(x), name="functional")


def images():
    return keras.Sequential(
        [
            keras.Input((9, 8, 2)),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.BatchNormalization(scale=False),
            layers.MaxPooling2D(2),
            layers.Conv2D(4, (2, 3), strides=(1, 2), use_bias=False),
            layers.BatchNormalization(),
            layers.UpSampling2D(2),
            layers.ZeroPadding2D(1),
            layers.AveragePooling2D(2, padding="same"),
            layers.ReLU(max_value=6.0),
            layers.Flatten(),
            layers.Dense(6, activation="sigmoid"),
            layers.Reshape((2, 3)),
            layers.Softmax(),
            layers.ActivityRegularization(0.1, 0.2),
        ],
        name="images",
    )


def texts():
    inputs = keras.Input((10,), dtype="int32")
    x = layers.Embedding(20, 4)(inputs)
    x = layers.Conv1D(4, 3, padding="same", activation="silu")(x)
    y = layers.Conv1D(4, 3, dilation_rate=2, padding="same")(x)
    x = layers.Add()([x, y])
    x = layers.MaxPooling1D(2)(x)
    x = layers.Multiply()([layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)])
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x), name="texts")


def save_golden(name, model, inputs):
    model.set_weights([random.uniform(0.1, 1, w.shape) - (0 if "variance" in v.path else 0.5) for v, w in zip(model.weights, model.get_weights())])
    model.save(FOLDER / f"{name}.keras")
    model.save(FOLDER / f"{name}.h5")
    outputs = model.predict(inputs, verbose=0)
    golden = {
        "keras": keras.__version__,
        "inputs": {"shape": inputs.shape, "data": inputs.ravel().tolist()},
        "outputs": {"shape": outputs.shape, "data": outputs.ravel().tolist()},
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(golden) + "\n")


save_golden("functional", functional(), random.normal(size=(5, 4)).astype("float32"))
save_golden("images", images(), random.normal(size=(3, 9, 8, 2)).astype("float32"))
save_golden("texts", texts(), random.integers(0, 20, (4, 10)).astype("int32"))

# A model of one layer, whose file is then changed to claim or hide something.
small = keras.Sequential([keras.Input((2,)), layers.Dense(3, name="dense")], name="small")
KERNEL = "model_weights/dense/small/dense/kernel"


def save_hostile(name, change):
    path = FOLDER / f"hostile-{name}.h5"
    small.save(path)
    with h5py.File(path, "r+") as file:
        change(file)


def replaced(**options):
    def change(file):
        del file[KERNEL]
        file.create_dataset(KERNEL, **options)

    return change


def linked(link):
    def change(file):
        del file[KERNEL]
        file[KERNEL] = link

    return change


def empty_contiguous(file):
    """Four terabytes that were never written."""
    del file[KERNEL]
    space = h5py.h5s.create_simple((1 << 20, 1 << 20))
    h5py.h5d.create(file.id, KERNEL.encode(), h5py.h5t.IEEE_F32LE, space)


save_hostile("external-link", linked(h5py.ExternalLink("/etc/passwd", "/x")))
save_hostile("soft-link", linked(h5py.SoftLink("/model_weights/dense/small/dense/bias")))
save_hostile("four-terabytes", empty_contiguous)
save_hostile("chunks-of-four-terabytes", replaced(shape=(1 << 20, 1 << 20), dtype="<f4", chunks=(1024, 1024)))
save_hostile("compressed", replaced(data=numpy.zeros((2, 3), "<f4"), compression="gzip"))
save_hostile("external-data", replaced(shape=(2, 3), dtype="<f4", external=[("/etc/passwd", 0, 24)]))
save_hostile("whole-numbers", replaced(data=numpy.zeros((2, 3), "<i4")))
save_hostile("other-shape", replaced(data=numpy.zeros((3, 2), "<f4")))
save_hostile("big-endian", replaced(data=numpy.zeros((2, 3), ">f4")))


def lambda_config(file):
    config = json.loads(file.attrs["model_config"])
    config["config"]["layers"][1] = {"class_name": "Lambda", "config": {"name": "dense", "function": "print(1)"}}
    file.attrs["model_config"] = json.dumps(config)


save_hostile("lambda", lambda_config)

# As earlier versions of Keras 3 wrote it: groups do not say which layer they are.
with zipfile.ZipFile(FOLDER / "functional.keras") as old, zipfile.ZipFile(FOLDER / "functional-unnamed.keras", "w") as new:
    for entry in old.infolist():
        content = io.BytesIO(old.read(entry))
        if entry.filename.endswith(".h5"):
            with h5py.File(content, "r+") as file:
                for group in file["layers"].values():
                    group["vars"].attrs.pop("name")
        new.writestr(entry, content.getvalue())

# The newest layout that h5py writes, with the same weights.
with h5py.File(FOLDER / "functional.h5") as old, h5py.File(FOLDER / "functional-latest.h5", "w", libver="latest") as new:
    for name in old:
        old.copy(name, new)
    new.attrs["model_config"] = old.attrs["model_config"]
