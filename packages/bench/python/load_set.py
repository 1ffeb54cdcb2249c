"""Loads one set with a peer's loader: `load_set.py keras|keras-text|torchvision SET DATA PREPARED`; the answer is one line of JSON."""

import gzip
import json
import sys
import time
from pathlib import Path

import numpy as np


def keras_loader(name, prepared):
    """`load_data` of Keras, with the path of a file in place of its download; texts are padded as ours are."""
    import importlib

    import keras

    module = importlib.import_module(f"keras.src.datasets.{name.replace('-', '_')}")
    module.get_file = lambda fname, **_: str(prepared / ("keras" if name.startswith("cifar") else fname))
    if name != "imdb":
        return module.load_data

    def load():
        (x_train, y_train), (x_test, y_test) = module.load_data(num_words=10_000)
        pad = keras.utils.pad_sequences
        return (pad(x_train, maxlen=500), y_train), (pad(x_test, maxlen=500), y_test)

    return load


def keras_text_loader(data):
    """Keras's layer for texts, fitted to the training part, on the files that ours reads."""
    import keras

    def load():
        parts = []
        for part in ["train", "test"]:
            texts, labels = [], []
            for label, side in enumerate(["neg", "pos"]):
                lines = gzip.decompress((data / f"{part}-{side}.tsv.gz").read_bytes()).decode().split("\n")[:-1]
                texts += [line.split("\t", 1)[1] for line in lines]
                labels += [label] * len(lines)
            parts.append((texts, np.array(labels)))
        layer = keras.layers.TextVectorization(max_tokens=10_000, output_sequence_length=500)
        layer.adapt(parts[0][0], batch_size=1024)
        batches = lambda texts: [np.asarray(layer(texts[i : i + 1024])) for i in range(0, len(texts), 1024)]
        return [(np.concatenate(batches(texts)), labels) for texts, labels in parts]

    return load


def torchvision_loader(name, prepared):
    from torchvision import datasets
    from torchvision.datasets import cifar, utils

    # The files were packed anew: their MD5 is worked out as ever, but not compared.
    cifar.check_integrity = lambda path, _: bool(utils.calculate_md5(path))
    kinds = {
        "mnist": datasets.MNIST,
        "fashion-mnist": datasets.FashionMNIST,
        "cifar10": datasets.CIFAR10,
        "cifar100": datasets.CIFAR100,
    }

    root = prepared / "torchvision" if name.startswith("cifar") else prepared

    def load():
        parts = [kinds[name](root, train=train) for train in [True, False]]
        return [(part.data, part.targets) for part in parts]

    return load


def memory_bytes(field):
    """`VmRSS` is what the process holds now, `VmHWM` the most since the last reset."""
    lines = Path("/proc/self/status").read_text().split("\n")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def main(loader, name, data, prepared):
    data, prepared = Path(data) / name, Path(prepared) / name
    if loader == "keras":
        load = keras_loader(name, prepared)
    elif loader == "keras-text":
        load = keras_text_loader(data)
    else:
        load = torchvision_loader(name, prepared)
    Path("/proc/self/clear_refs").write_text("5")
    before = memory_bytes("VmRSS")
    start = time.perf_counter()
    parts = load()
    seconds = time.perf_counter() - start
    peak = memory_bytes("VmHWM") - before
    size = sum(np.asarray(array).nbytes for part in parts for array in part)
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "bytes": size, "samples": sum(len(part[0]) for part in parts)}))


main(*sys.argv[1:])
