"""The job that a contestant gets as JSON on standard input, its data, and the answer: one line of JSON."""

import json
import resource
import sys
import time

import numpy as np


def read_job():
    return json.load(sys.stdin)


def sample_data(job):
    """Inputs `[N, ...]`, channels last and ready for the model (pixels in [0, 1]), and labels `[N]`."""
    model = job["model"]
    rng = np.random.default_rng(job["seed"])
    shape = (model["samples"], *model["inputShape"])
    last = model["layers"][-1]
    classes = max(last["units"], 2) if last["type"] == "dense" else 2
    labels = rng.integers(0, classes, model["samples"], dtype=np.int32)
    if model["input"] == "ids":
        vocabulary = next(layer["vocabulary"] for layer in model["layers"] if layer["type"] == "embedding")
        return rng.integers(0, vocabulary, shape, dtype=np.int32), labels
    return rng.random(shape, dtype=np.float32), labels


def reconstructs(job):
    """Whether the model is to give its input back, as an autoencoder does."""
    return job["model"]["layers"][-1]["type"] != "dense"


def time_passes(job, run):
    """Seconds of the first call of `run`, which warms up, and of the best one after it."""
    begin = time.perf_counter()
    run()
    start = time.perf_counter()
    best, done = float("inf"), 0
    while done < job["minimumEpochs"] or time.perf_counter() - start < job["seconds"]:
        pass_begin = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - pass_begin)
        done += 1
    return start - begin, best


def answer(*, best_epoch_seconds, steps, warm_up_seconds, parameters):
    measurement = {
        "msPerStep": best_epoch_seconds / steps * 1000,
        "warmUpSeconds": warm_up_seconds,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "parameters": parameters,
    }
    print(json.dumps(measurement), flush=True)
