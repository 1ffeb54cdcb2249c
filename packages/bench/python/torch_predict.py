"""PyTorch predicting arrays in memory in `inference_mode`, `batchSize` samples at a time.

Settings: as in torch_train.py, without `loader`.
"""

import torch

from job import answer, read_job, time_passes
from torch_train import Model, count_parameters, load_tensors


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

    warm_up, best = time_passes(job, predict)
    answer(best_epoch_seconds=best, steps=1, warm_up_seconds=warm_up, parameters=count_parameters(model))


main()
