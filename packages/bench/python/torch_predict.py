"""PyTorch predicting arrays in memory in `inference_mode`, `batchSize` samples at a time.

Settings: as in torch_train.py, without `loader`.
"""

import time

import torch

from job import answer, read_job
from torch_train import Model, load_tensors


def main():
    job = read_job()
    torch.manual_seed(job["seed"])
    settings, batch_size = job["settings"], job["batchSize"]
    if settings["threads"] > 0:
        torch.set_num_threads(settings["threads"])
    x, _ = load_tensors(job)
    model = Model(job["model"]).eval()
    if settings["channelsLast"]:
        model = model.to(memory_format=torch.channels_last)
    forward = torch.compile(model) if settings["compile"] else model

    @torch.inference_mode()
    def predict():
        return torch.cat([forward(x[begin : begin + batch_size]).softmax(1) for begin in range(0, len(x), batch_size)])

    begin = time.perf_counter()
    predict()
    start = time.perf_counter()
    best, done = float("inf"), 0
    while done < job["minimumEpochs"] or time.perf_counter() - start < job["seconds"]:
        pass_begin = time.perf_counter()
        predict()
        best = min(best, time.perf_counter() - pass_begin)
        done += 1
    parameters = sum(p.numel() for p in model.parameters()) + sum(b.numel() for b in model.buffers() if b.ndim > 0)
    answer(best_epoch_seconds=best, steps=1, warm_up_seconds=start - begin, parameters=parameters)


main()
