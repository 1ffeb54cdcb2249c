"""Writes the golden numbers that packages/metrics is compared with.

python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make-metrics.py
NaN is written as null. The numbers depend on the seed below and on the versions in requirements.txt alone.
"""

import json
import math
import warnings
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy.stats import binomtest
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

FOLDER = Path(__file__).parent
VERSIONS = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__, "scipy": scipy.__version__}
random = numpy.random.default_rng(20260102)
warnings.simplefilter("ignore")


def plain(value):
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(member) for member in value]
    if isinstance(value, numpy.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def save(name, cases):
    text = ",\n".join("  " + json.dumps(plain(case), ensure_ascii=True) for case in cases)
    (FOLDER / name).write_text('{\n"madeBy": ' + json.dumps(VERSIONS) + ',\n"cases": [\n' + text + "\n]\n}\n")


def classification_case(name, true, predicted, names, zero_division=0.0, labels=None, digits=2):
    chosen = list(range(len(names))) if labels is None else labels
    common = {"labels": chosen, "zero_division": zero_division}

    def scores(average):
        return precision_recall_fscore_support(true, predicted, average=average, **common)

    return {
        "name": name,
        "true": true,
        "predicted": predicted,
        "classNames": names,
        "zeroDivision": zero_division,
        "labels": labels,
        "digits": digits,
        "accuracy": accuracy_score(true, predicted),
        "perClass": scores(None),
        "micro": scores("micro")[:3],
        "macro": scores("macro")[:3],
        "weighted": scores("weighted")[:3],
        "matrices": matrices(true, predicted, len(names)) if len(names) <= 20 else None,
        "text": classification_report(
            true, predicted, target_names=[names[k] for k in chosen], digits=digits, **common
        ),
    }


def matrices(true, predicted, classes):
    ours_to_theirs = {"counts": None, "true": "true", "predicted": "pred", "all": "all"}
    return {
        ours: confusion_matrix(true, predicted, labels=range(classes), normalize=theirs)
        for ours, theirs in ours_to_theirs.items()
    }


def random_pair(count, classes, accuracy):
    true = random.integers(0, classes, count)
    guesses = random.integers(0, classes, count)
    return true, numpy.where(random.random(count) < accuracy, true, guesses)


def numbered(classes):
    return [str(k) for k in range(classes)]


def classification_cases():
    for classes, count in [(2, 40), (3, 60), (5, 80), (10, 200), (10, 201), (20, 300), (150, 600)]:
        true, predicted = random_pair(count, classes, 0.8)
        yield classification_case(f"random, {classes} classes", true, predicted, numbered(classes))
    for zero_division in [0.0, 1.0, math.nan]:
        told = f"zero division {zero_division}"
        gap_true, gap_predicted = [0, 0, 2, 2, 4], [0, 1, 2, 0, 4]
        yield classification_case(f"classes without samples or predictions, {told}", gap_true, gap_predicted, numbered(6), zero_division)
        yield classification_case(f"one class of one, {told}", [0, 0, 0], [0, 0, 0], ["only"], zero_division)
        yield classification_case(f"one class of three, {told}", [1, 1], [1, 1], numbered(3), zero_division)
        yield classification_case(f"nothing right, {told}", [0, 0, 1], [1, 2, 2], numbered(4), zero_division)
        yield classification_case(f"a subset without samples, {told}", [0, 0, 1], [0, 2, 1], numbered(4), zero_division, [2, 3])
        yield classification_case(f"a subset that nobody met, {told}", [0, 1], [1, 1], numbered(4), zero_division, [2, 3])
    # 5 of 8, 1 of 8 and the like lie exactly between two decimals: Python rounds them to the even one.
    for right in range(1, 16, 2):
        true = [0] * 16 + [1] * 16
        predicted = [0] * right + [1] * (16 - right) + [1] * 16
        for digits in [0, 1, 2, 3]:
            yield classification_case(f"{right} of 16, {digits} digits", true, predicted, ["a", "b"], digits=digits)
    true, predicted = random_pair(64, 8, 0.6)
    yield classification_case("8 classes, 64 samples", true, predicted, numbered(8), digits=4)
    yield classification_case("a subset in another order", true, predicted, numbered(8), labels=[5, 1])
    yield classification_case("all classes in another order", true, predicted, numbered(8), labels=[7, 6, 5, 4, 3, 2, 1, 0])
    names = ["\U0001f600 smile", "a name longer than any heading", "ñandú", "", "e\u0301", "__proto__", "constructor", "b"]
    yield classification_case("names that are hard to align", true, predicted, names)
    yield classification_case("many digits", true, predicted, numbered(8), digits=15)


def probability_cases():
    for classes, count, kind in [(3, 12, "random"), (5, 40, "ties"), (10, 100, "random"), (10, 100, "ties"), (20, 50, "float32")]:
        scores = random.random((count, classes)) ** 3 + 1e-9
        if kind == "ties":
            scores = random.integers(1, 4, (count, classes)).astype(float)
        probabilities = scores / scores.sum(axis=1, keepdims=True)
        if kind == "float32":
            probabilities = probabilities.astype(numpy.float32)
        yield probability_case(f"{kind}, {classes} classes", random.integers(0, classes, count), probabilities)
    certain = numpy.eye(4)[[0, 1, 2, 3, 3]]
    yield probability_case("certain and right", [0, 1, 2, 3, 3], certain)
    yield probability_case("certain and wrong", [1, 1, 2, 3, 0], certain)
    yield probability_case("certain and wrong, float32", [1, 1, 2, 3, 0], certain.astype(numpy.float32))


def probability_case(name, true, probabilities):
    classes = probabilities.shape[1]
    return {
        "name": name,
        "true": true,
        "classes": classes,
        "float32": probabilities.dtype == numpy.float32,
        "probabilities": probabilities.ravel(),
        "predictions": probabilities.argmax(axis=1),
        "logLoss": log_loss(true, y_proba=probabilities, labels=range(classes)),
        "topK": [top_k_accuracy_score(true, probabilities, k=k, labels=range(classes)) for k in range(1, classes + 1)],
    }


def interval_cases():
    for correct, total in [(0, 1), (1, 1), (0, 10), (10, 10), (5, 8), (9530, 10000), (9999, 10000), (1135, 10000), (59000, 60000)]:
        for confidence in [0.5, 0.9, 0.95, 0.99, 0.999999]:
            interval = binomtest(correct, total).proportion_ci(confidence, method="wilson")
            yield {"correct": correct, "total": total, "confidence": confidence, "low": interval.low, "high": interval.high}


def spread_cases():
    for values in [[0.95, 0.96, 0.97], [1e9, 1e9 + 1, 1e9 + 2], [0.1] * 9, random.random(8), random.random(37), random.random(1000)]:
        values = numpy.array(values)
        yield {"values": values, "mean": values.mean(), "std": values.std(ddof=1), "min": values.min(), "max": values.max()}


save("classification.json", classification_cases())
save("probabilities.json", probability_cases())
save("intervals.json", interval_cases())
save("spread.json", spread_cases())
