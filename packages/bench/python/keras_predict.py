"""Keras on TensorFlow predicting arrays in memory with `predict`, `batchSize` samples at a time.

Settings: `jit`, whether XLA compiles the forward pass.
"""

import time

from keras_fit import build
import keras

from job import answer, read_job, sample_data


def main():
    job = read_job()
    keras.utils.set_random_seed(job["seed"])
    inputs, _ = sample_data(job)
    logits = build(job["model"])
    model = keras.Model(logits.inputs, keras.layers.Activation("softmax")(logits.output))
    model.compile(jit_compile=job["settings"]["jit"])

    def predict():
        return model.predict(inputs, batch_size=job["batchSize"], verbose=0)

    begin = time.perf_counter()
    predict()
    start = time.perf_counter()
    best, done = float("inf"), 0
    while done < job["minimumEpochs"] or time.perf_counter() - start < job["seconds"]:
        pass_begin = time.perf_counter()
        predict()
        best = min(best, time.perf_counter() - pass_begin)
        done += 1
    answer(best_epoch_seconds=best, steps=1, warm_up_seconds=start - begin, parameters=model.count_params())


main()
