#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the binary-weight network of `fircone demo bw` on MNIST, with the quantisation that the hardware has.

    train/train.py FOLDER -o real.json      FOLDER: the four IDX files of MNIST, plain or .gz
    fircone binarize real.json -o networks/mnist.json

A layer: weights of +1 and -1, the sum, 2x2 maximum, batch normalisation, 8 unsigned bits over [0, 1].
What is written are real weights and the parameters of the normalisation; `fircone binarize` turns them
into sign bits, offsets and scales, so that there is one converter and it is tested in C++.
"""

import argparse
import gzip
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

LEVELS = 255  # of an activation; 0..255 stands for 0..1
LOGIT = 24.0  # what 1 means to the softmax behind the last layer


def read_idx(folder, name, dimensions):
    """One IDX file of bytes as an array."""
    path = os.path.join(folder, name)
    for candidate, opener in ((path, open), (path + ".gz", gzip.open)):
        if os.path.exists(candidate):
            with opener(candidate, "rb") as file:
                data = file.read()
            break
    else:
        sys.exit(f"train.py: error: {path}: no such file, nor with .gz")
    shape = np.frombuffer(data, ">u4", dimensions, 4)
    if data[:4] != bytes([0, 0, 8, dimensions]) or len(data) != 4 + 4 * dimensions + shape.prod():
        sys.exit(f"train.py: error: {path}: no IDX file of bytes in {dimensions} dimensions")
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


class Sign(torch.autograd.Function):
    """-1 below zero, else +1; the gradient goes straight through where |w| <= 1."""

    @staticmethod
    def forward(ctx, w):
        ctx.save_for_backward(w)
        return torch.where(w < 0, -1.0, 1.0)

    @staticmethod
    def backward(ctx, grad):
        (w,) = ctx.saved_tensors
        return grad * (w.abs() <= 1)


def quantise(u):
    """The nearest of 256 levels of [0, 1], halves upwards; the gradient passes inside the range."""
    u = u.clamp(0, 1)
    return u + (torch.floor(u * LEVELS + 0.5) / LEVELS - u).detach()


class Layer(torch.nn.Module):
    def __init__(self, inputs, outputs, kernel, pool, gamma, beta, threshold_spread):
        super().__init__()
        self.kernel, self.pool = kernel, pool
        self.weight = torch.nn.Parameter(
            (torch.rand(outputs, inputs, kernel, kernel) * 2 - 1) * threshold_spread)
        self.norm = torch.nn.BatchNorm2d(outputs)
        self.norm.weight.data.fill_(gamma)
        self.norm.bias.data.fill_(beta)

    def forward(self, x):
        y = F.conv2d(x, Sign.apply(self.weight), padding=self.kernel // 2)
        if self.pool:
            # Before the normalisation: cheaper, and the same as behind it, because gamma > 0.
            y = F.max_pool2d(y, 2)
        return quantise(self.norm(y))

    def clip(self):
        self.weight.data.clamp_(-1, 1)
        self.norm.weight.data.clamp_(min=1e-3)

    def parameters_as_lists(self):
        norm = self.norm
        return {
            "in_channels": self.weight.shape[1], "out_channels": self.weight.shape[0],
            "kernel": self.kernel, "stride": 1, "padding": self.kernel // 2, "pool": self.pool,
            "flatten": False, "out_bits": 8, "out_step": 1 / LEVELS,
            "weights": [[float(f"{w:.4g}") for w in row] for row in self.weight.detach().flatten(1)],
            "gamma": norm.weight.tolist(), "beta": norm.bias.tolist(),
            "mean": norm.running_mean.tolist(), "variance": norm.running_var.tolist(),
            "epsilon": norm.eps,
        }


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([
            Layer(1, 16, 3, True, 0.4, 0.2, 0.2),
            Layer(16, 64, 3, True, 0.4, 0.2, 0.2),
            Layer(3136, 10, 1, False, 0.15, 0.4, 0.2),
        ])

    def forward(self, x):
        x = self.layers[1](self.layers[0](x))
        # Pixel after pixel, of each its channels: the order in which an engine streams them.
        x = x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, 1, 1)
        return self.layers[2](x).flatten(1)


def accuracy(network, images, labels):
    network.eval()
    right = 0
    with torch.no_grad():
        for first in range(0, len(images), 500):
            x = images[first:first + 500].float().unsqueeze(1) / 255
            right += (network(x).argmax(1) == labels[first:first + 500]).sum().item()
    network.train()
    return right / len(images)


def shifted(images, generator):
    """Each batch moved by up to a pixel, so that the network does not learn places by heart."""
    down, right = torch.randint(-1, 2, (2,), generator=generator).tolist()
    return torch.roll(images, (down, right), (1, 2))


def main():
    parser = argparse.ArgumentParser(description="trains the network of `fircone demo bw`")
    parser.add_argument("folder", help="with train-images-idx3-ubyte and its three companions")
    parser.add_argument("-o", "--output", default="real.json")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1,
                        help="more are faster, but round sums in another order")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)

    def load(part):
        return (torch.from_numpy(read_idx(args.folder, part + "-images-idx3-ubyte", 3).copy()),
                torch.from_numpy(read_idx(args.folder, part + "-labels-idx1-ubyte", 1).astype(np.int64)))

    images, labels = load("train")
    test_images, test_labels = load("t10k")
    network = Network()
    optimiser = torch.optim.Adam(network.parameters(), lr=args.rate)
    batches = len(images) // args.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.rate, total_steps=batches * args.epochs,
                                                   pct_start=0.1)
    start = time.time()
    for epoch in range(args.epochs):
        order = torch.randperm(len(images), generator=generator)
        total = 0.0
        for b in range(batches):
            chosen = order[b * args.batch:(b + 1) * args.batch]
            x = shifted(images[chosen], generator).float().unsqueeze(1) / 255
            loss = F.cross_entropy(network(x) * LOGIT, labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            for layer in network.layers:
                layer.clip()
            total += loss.item()
        print(f"epoch {epoch + 1}/{args.epochs}: loss {total / batches:.4f}, "
              f"test {accuracy(network, test_images, test_labels):.4f}, {time.time() - start:.0f} s",
              file=sys.stderr, flush=True)

    layers = [layer.parameters_as_lists() for layer in network.layers]
    layers[2]["flatten"] = True
    model = {"schema": 1, "kind": "real-valued network",
             "name": "MNIST, binary weights, 8-bit activations",
             "input": {"width": 28, "height": 28, "channels": 1, "bits": 8, "step": 1 / LEVELS},
             "accuracy": {"data": "MNIST test set, 10000 pictures",
                          "float": accuracy(network, test_images, test_labels)},
             "layers": layers}
    with open(args.output, "w", encoding="ascii") as file:
        json.dump(model, file)
        file.write("\n")


if __name__ == "__main__":
    main()
