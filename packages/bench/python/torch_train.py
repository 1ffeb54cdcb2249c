"""PyTorch on arrays in memory, with the usual training loop.

Settings: `loader`, batches from a DataLoader or cut out of tensors in memory; `compile`, whether `torch.compile` compiles the
forward and backward pass; `channelsLast`, the memory layout of images; `threads` per operation, 0 for PyTorch's own choice. The
optimizers are the fused ones. `precision`: `mixed` runs the forward pass under autocast to bfloat16.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from job import answer, read_job, reconstructs, sample_data, time_passes


class Model(nn.Module):
    """Layers one after the other, channels first; `Concatenate` also takes the output of an earlier one."""

    def __init__(self, spec):
        super().__init__()
        self.specs = spec["layers"]
        # Sizes of one sample, with the channels first: [C, H, W], [C, T] or [D].
        *sizes, channels = spec["inputShape"]
        shape = [channels, *sizes]
        self.layers = nn.ModuleList()
        named = {"input": shape}
        for layer in self.specs:
            module, shape = build_layer(layer, shape, named)
            self.layers.append(module)
            if "name" in layer:
                named[layer["name"]] = shape

    def forward(self, x):
        named = {"input": x}
        for spec, layer in zip(self.specs, self.layers):
            x = torch.cat([x, named[spec["with"]]], dim=1) if spec["type"] == "concatenate" else layer(x)
            if "name" in spec:
                named[spec["name"]] = x
        return x


def build_layer(spec, shape, named):
    """The layer for inputs `[B, *shape]`, with its activation, and the shape of its output."""
    match spec["type"]:
        case "dense":
            return activated(nn.Linear(shape[0], spec["units"]), spec), [spec["units"]]
        case "conv2d":
            strides, padding = spec.get("strides", 1), spec.get("padding", "valid")
            layer = nn.Conv2d(shape[0], spec["filters"], spec["size"], strides, padding)
            sizes = shape[1:] if padding == "same" else [(size - spec["size"]) // strides + 1 for size in shape[1:]]
            return activated(layer, spec), [spec["filters"], *sizes]
        case "conv1d":
            layer = nn.Conv1d(shape[0], spec["filters"], spec["size"], padding="same")
            return activated(layer, spec), [spec["filters"], shape[1]]
        case "maxPool2d":
            strides = spec.get("strides", spec["size"])
            return nn.MaxPool2d(spec["size"], strides), [shape[0], *((size - spec["size"]) // strides + 1 for size in shape[1:])]
        case "maxPool1d":
            return nn.MaxPool1d(spec["size"]), [shape[0], shape[1] // spec["size"]]
        case "upSample2d":
            return nn.Upsample(scale_factor=spec["size"]), [shape[0], *(size * spec["size"] for size in shape[1:])]
        case "embedding":
            return nn.Sequential(nn.Embedding(spec["vocabulary"], spec["units"]), ChannelsFirst()), [spec["units"], shape[0]]
        case "batchNorm":
            layer = {1: nn.BatchNorm1d, 2: nn.BatchNorm1d, 3: nn.BatchNorm2d}[len(shape)]
            return layer(shape[0], eps=1e-3, momentum=0.01), shape
        case "dropout":
            return nn.Dropout(spec["rate"]), shape
        case "flatten":
            return nn.Flatten(), [torch.Size(shape).numel()]
        case "concatenate":
            return nn.Identity(), [shape[0] + named[spec["with"]][0]]
    raise ValueError(f"no such layer: {spec['type']}")


class ChannelsFirst(nn.Module):
    """`[B, T, C]` -> `[B, C, T]`"""

    def forward(self, x):
        return x.transpose(1, 2)


def activated(layer, spec):
    match spec.get("activation", "linear"):
        case "relu":
            return nn.Sequential(layer, nn.ReLU())
        case "elu":
            return nn.Sequential(layer, nn.ELU())
        case "linear":
            return layer
    raise ValueError(f"no such activation: {spec['activation']}")


def make_loss(spec):
    """Mean loss of a batch on logits."""
    match spec["loss"]:
        case "categoricalCrossentropy" if "classWeights" in spec:
            weights = torch.tensor(spec["classWeights"], dtype=torch.float32)
            return lambda outputs, y: F.cross_entropy(outputs, y, weight=weights, reduction="sum") / len(y)
        case "categoricalCrossentropy":
            return F.cross_entropy
        case "binaryCrossentropy":
            return F.binary_cross_entropy_with_logits
        case "meanSquaredError":
            return F.mse_loss
    raise ValueError(f"no such loss: {spec['loss']}")


def count_hits(spec, outputs, y):
    match spec["loss"]:
        case "categoricalCrossentropy":
            return (outputs.argmax(1) == y).sum()
        case "binaryCrossentropy":
            return ((outputs > 0) == (y > 0.5)).sum()
    return 0


def make_optimizer(spec, parameters):
    rate = spec["optimizer"]["learningRate"]
    match spec["optimizer"]["type"]:
        case "adam":
            return torch.optim.Adam(parameters, lr=rate, eps=1e-7, fused=True)
        case "sgd":
            return torch.optim.SGD(parameters, lr=rate, fused=True)
        case "adagrad":
            return torch.optim.Adagrad(parameters, lr=rate, initial_accumulator_value=0.1, eps=1e-7, fused=True)
    raise ValueError(f"no such optimizer: {spec['optimizer']['type']}")


def load_tensors(job):
    """Inputs with the channels first, and the loss's targets."""
    inputs, labels = sample_data(job)
    x = torch.from_numpy(inputs)
    if x.ndim == 4:
        x = x.permute(0, 3, 1, 2)
        x = x.contiguous(memory_format=torch.channels_last if job["settings"]["channelsLast"] else torch.contiguous_format)
    if reconstructs(job):
        return x, x
    y = torch.from_numpy(labels).long()
    return x, y if job["model"]["loss"] == "categoricalCrossentropy" else y.float().unsqueeze(1)


def count_parameters(model):
    """Weights and moving averages."""
    return sum(p.numel() for p in model.parameters()) + sum(b.numel() for b in model.buffers() if b.ndim > 0)


def batches_in_memory(x, y, batch_size):
    """Shuffled batches cut out of the tensors, as a DataLoader gives them without its work per sample."""
    order = torch.randperm(len(x))
    for begin in range(0, len(x), batch_size):
        rows = order[begin : begin + batch_size]
        yield x[rows], y[rows]


def main():
    job = read_job()
    torch.manual_seed(job["seed"])
    spec, settings, batch_size = job["model"], job["settings"], job["batchSize"]
    if settings["threads"] > 0:
        torch.set_num_threads(settings["threads"])
    x, y = load_tensors(job)

    model = Model(spec)
    parameters = count_parameters(model)
    if settings["channelsLast"]:
        model = model.to(memory_format=torch.channels_last)
    optimizer = make_optimizer(spec, model.parameters())
    mean_loss = make_loss(spec)

    mixed = settings["precision"] == "mixed"

    def forward(inputs, targets):
        with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
            outputs = model(inputs)
        outputs = outputs.float()
        return mean_loss(outputs, targets), count_hits(spec, outputs.detach(), targets)

    if settings["compile"]:
        forward = torch.compile(forward)
    loader = DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True) if settings["loader"] else None

    def run_epoch():
        loss_sum, hits = torch.zeros(()), torch.zeros((), dtype=torch.long)
        for inputs, targets in loader if loader else batches_in_memory(x, y, batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss, correct = forward(inputs, targets)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(targets)
            hits += correct
        return loss_sum.item() / len(x), hits.item() / len(x)

    model.train()
    warm_up, best = time_passes(job, run_epoch)
    answer(best_epoch_seconds=best, steps=len(x) // batch_size, warm_up_seconds=warm_up, parameters=parameters)


if __name__ == "__main__":
    main()
