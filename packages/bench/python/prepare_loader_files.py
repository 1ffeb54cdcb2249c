"""Writes the sets of a data folder in the formats that the peers' loaders read: `prepare_loader_files.py DATA TARGET set …`."""

import gzip
import json
import pickle
import shutil
import sys
from pathlib import Path

import numpy as np

IDX_FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
SEPARATORS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def idx_set(source, target, torchvision_folder):
    """Keras reads the gzipped files, or an npz of them; torchvision the unpacked ones."""
    raw = target / torchvision_folder / "raw"
    raw.mkdir(parents=True)
    arrays = []
    for name in IDX_FILES:
        packed = source / f"{name}.gz"
        content = gzip.decompress(packed.read_bytes())
        (raw / name).write_bytes(content)
        shutil.copy(packed, target)
        arrays.append(np.frombuffer(content, np.uint8, offset=16 if "images" in name else 8))
    x_train, y_train, x_test, y_test = arrays
    images = {"x_train": x_train.reshape(-1, 28, 28), "x_test": x_test.reshape(-1, 28, 28)}
    np.savez_compressed(target / "mnist.npz", y_train=y_train, y_test=y_test, **images)


def cifar_set(source, target, folder, *, files, label_keys, meta):
    """Both peers read pickles of rows of planes and lists of labels; what Python 2 wrote, Keras takes for bytes, torchvision for text."""
    for peer, key_of in [("keras", str.encode), ("torchvision", str)]:
        (target / peer / folder).mkdir(parents=True)
        for name, origin in files.items():
            records = np.fromfile(source / origin, np.uint8).reshape(-1, len(label_keys) + 3072)
            batch = {key_of(key): records[:, i].tolist() for i, key in enumerate(label_keys)}
            batch[key_of("data")] = records[:, len(label_keys) :].copy()
            with open(target / peer / folder / name, "wb") as file:
                pickle.dump(batch, file, protocol=4)
        with open(target / peer / folder / meta[0], "wb") as file:
            pickle.dump({meta[1]: []}, file, protocol=4)


def imdb_set(source, target):
    """Keras reads lists of word ranks that were made before."""
    target.mkdir()
    ranks = json.loads((source / "imdb_word_index.json").read_text())
    table = str.maketrans({character: " " for character in SEPARATORS} | {chr(65 + i): chr(97 + i) for i in range(26)})
    arrays = {}
    for part in ["train", "test"]:
        lists, labels = [], []
        for label, side in enumerate(["neg", "pos"]):
            lines = gzip.decompress((source / f"{part}-{side}.tsv.gz").read_bytes()).decode().split("\n")[:-1]
            texts = [line.split("\t", 1)[1] for line in lines]
            lists += [[ranks[word] for word in text.translate(table).split(" ") if word in ranks] for text in texts]
            labels += [label] * len(texts)
        arrays[f"x_{part}"] = np.array(lists, dtype="object")
        arrays[f"y_{part}"] = np.array(labels)
    np.savez_compressed(target / "imdb.npz", **arrays)


def main(data, target, *names):
    data, target = Path(data), Path(target)
    for name in names:
        source = data / name
        if name == "mnist":
            idx_set(source, target / name, "MNIST")
        elif name == "fashion-mnist":
            idx_set(source, target / name, "FashionMNIST")
        elif name == "cifar10":
            files = {f"data_batch_{i}": f"data_batch_{i}.bin" for i in range(1, 6)} | {"test_batch": "test_batch.bin"}
            meta = ("batches.meta", "label_names")
            cifar_set(source, target / name, "cifar-10-batches-py", files=files, label_keys=["labels"], meta=meta)
        elif name == "cifar100":
            keys = ["coarse_labels", "fine_labels"]
            files = {"train": "train.bin", "test": "test.bin"}
            meta = ("meta", "fine_label_names")
            cifar_set(source, target / name, "cifar-100-python", files=files, label_keys=keys, meta=meta)
        elif name == "imdb":
            imdb_set(source, target / name)


main(*sys.argv[1:])
