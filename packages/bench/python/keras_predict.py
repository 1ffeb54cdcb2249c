"""Keras on TensorFlow predicting arrays in memory with `predict`, `batchSize` samples at a time.

Settings: `jit`, whether XLA compiles the forward pass.
"""

from keras_fit import build
import keras

from job import answer, read_job, sample_data, time_passes


def main():
    job = read_job()
    keras.utils.set_random_seed(job["seed"])
    inputs, _ = sample_data(job)
    logits = build(job["model"])
    model = keras.Model(logits.inputs, keras.layers.Activation("softmax")(logits.output))
    model.compile(jit_compile=job["settings"]["jit"])

    def predict():
        return model.predict(inputs, batch_size=job["batchSize"], verbose=0)

    warm_up, best = time_passes(job, predict)
    answer(best_epoch_seconds=best, steps=1, warm_up_seconds=warm_up, parameters=model.count_params())


main()
