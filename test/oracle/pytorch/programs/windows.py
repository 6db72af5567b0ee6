"""Convolutions and pools over one to three axes: sizes, strides, paddings, dilations, groups and channels are drawn."""

import numpy as np

from case import Cases, steps_of
from layers import (ACTS, avgpool, conv, conv_transpose, dense, depthwise_conv, flatten, global_avgpool, global_maxpool,
                    maxpool, separable_conv, upsample)
from net import Net

CASES = Cases(20270000)
rng = np.random.default_rng(1)
LONGEST = {1: 11, 2: 8, 3: 5}


def some(low, high, rank):
    """One number for each axis, half of the time the same."""
    n = rng.integers(low, high + 1, rank)
    return tuple(int(x) for x in (np.full(rank, n[0]) if rng.random() < 0.5 else n))


def one(*choices):
    return choices[rng.integers(len(choices))]


def geometry(rank, strides=3, dilations=1, pads=2, transposed=False):
    """Until the windows fit."""
    while True:
        spatial = tuple(int(n) for n in rng.integers(2, LONGEST[rank] + 1, rank))
        kernel, stride, dilation = some(1, 4, rank), some(1, strides, rank), some(1, dilations, rank)
        pad = one("valid", "same", some(0, pads, rank))
        number = pad if isinstance(pad, tuple) else (0,) * rank
        if transposed:
            fits = all(p < k and (n * j + max(k - j, 0) - 2 * p) > 0 for n, k, j, p in zip(spatial, kernel, stride, number))
        else:
            fits = pad == "same" or all(n + 2 * p >= d * (k - 1) + 1 for n, k, d, p in zip(spatial, kernel, dilation, number))
        if fits:
            return spatial, kernel, stride, dilation, pad


def start(spatial, channels, bare=0.3):
    """What comes in; most of the time something stands before the layer, so that its gradient by its input counts."""
    net = Net(rows=int(rng.integers(1, 4)))
    first = int(rng.integers(1, 4))
    if rng.random() < bare:
        return net.input("x", (*spatial, channels))
    net.input("x", (*spatial, first))
    return net.layer(dense(first, channels, one("", "tanh")))


def finish(net, name):
    """A few end as they are, a few in a classifier."""
    if rng.random() < 0.3:
        net.layer(flatten())
        net.layer(dense(net.shape()[0], 3))
        net.close(CASES, name, rng, classes_too=True)
    else:
        net.close(CASES, name, rng)


def bool_(p):
    return bool(rng.random() < p)


for i in range(30):
    rank = i % 3 + 1
    spatial, kernel, stride, dilation, pad = geometry(rank, dilations=one(1, 1, 2, 3))
    groups = one(1, 1, 2, 3)
    channels, ch = groups * int(rng.integers(1, 4)), groups * int(rng.integers(1, 4))
    net = start(spatial, channels)
    net.layer(conv(channels, ch, kernel, one(*ACTS), stride, pad, dilation, groups, bool_(0.7)))
    finish(net, f"conv{rank}d-{i}")

for i in range(6):  # two in a row, the first read by the second
    rank = i % 3 + 1
    spatial = tuple(int(n) for n in rng.integers(LONGEST[rank] - 1, LONGEST[rank] + 1, rank))
    net = start(spatial, 2)
    net.layer(conv(2, 3, (3,) * rank, "relu", pad="same", bias=False))
    net.layer(conv(3, 2, (2,) * rank, "tanh", some(1, 2, rank)))
    finish(net, f"conv{rank}d-twice-{i}")

for i in range(9):
    rank = i % 3 + 1
    spatial, kernel, stride, dilation, pad = geometry(rank, strides=2, dilations=one(1, 2))
    channels = int(rng.integers(1, 5))
    net = start(spatial, channels)
    net.layer(depthwise_conv(channels, kernel, one(*ACTS), one(1, 1, 2, 3), stride, pad, dilation, bool_(0.7)))
    finish(net, f"depthwise{rank}d-{i}")

for i in range(6):
    spatial, kernel, stride, _, pad = geometry(2, strides=2)
    channels = int(rng.integers(1, 5))
    net = start(spatial, channels)
    net.layer(separable_conv(channels, int(rng.integers(1, 5)), kernel, one(*ACTS), one(1, 2), stride, pad, bool_(0.7)))
    finish(net, f"separable-{i}")

for i in range(15):
    rank = i % 3 + 1
    spatial, kernel, stride, _, pad = geometry(rank, transposed=True)
    spatial = tuple(min(n, 4) for n in spatial)
    if isinstance(pad, tuple) and any(n * j + max(k - j, 0) <= 2 * p for n, k, j, p in zip(spatial, kernel, stride, pad)):
        pad = "valid"
    channels = int(rng.integers(1, 4))
    net = start(spatial, channels)
    net.layer(conv_transpose(channels, int(rng.integers(1, 4)), kernel, one(*ACTS), stride, pad, bool_(0.7)))
    finish(net, f"conv_transpose{rank}d-{i}")

for kind, pool in [("maxpool", maxpool), ("avgpool", avgpool)]:
    for i in range(12):
        rank = i % 3 + 1
        while True:
            spatial, kernel, stride, _, pad = geometry(rank, pads=1)
            if not isinstance(pad, tuple) or all(2 * p <= k for p, k in zip(pad, kernel)):
                break
        channels = int(rng.integers(1, 4))
        net = start(spatial, channels, bare=0)
        net.layer(pool(kernel, kernel if bool_(0.5) and pad != "same" else stride, pad))
        finish(net, f"{kind}{rank}d-{i}")

for i, (kind, pool) in enumerate([("maxpool", global_maxpool), ("avgpool", global_avgpool)] * 3):
    rank = i // 2 + 1
    spatial = tuple(int(n) for n in rng.integers(2, LONGEST[rank] + 1, rank))
    net = start(spatial, 3, bare=0)
    net.layer(pool())
    finish(net, f"{kind}{rank}d-global")

for i in range(4):  # equals in a window: their gradient goes to the first
    rank = i % 3 + 1
    spatial, kernel, stride, _, pad = geometry(rank, strides=2, pads=0)
    shape = (*spatial, 2)
    net = Net(rows=2).input("x", shape, lambda n, *s: steps_of(n, 1, *s)).add("shift", shape)
    net.layer(maxpool(kernel, stride, pad))
    net.close(CASES, f"maxpool{rank}d-equals-{i}", rng, multiple=0.5)

for i in range(4):
    rank = i % 2 + 1
    spatial = tuple(int(n) for n in rng.integers(1, 5, rank))
    net = start(spatial, 2)
    net.layer(upsample(some(1, 3, rank)))
    net.layer(conv(2, 2, (2,) * rank, pad="same"))
    finish(net, f"upsample{rank}d-{i}")
