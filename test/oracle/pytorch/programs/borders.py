"""What lies around windows: paddings of all modes, other amounts on each side, pools with dilation, and ways back of convs
with groups, dilation and sizes that are asked for; over one to three axes, all drawn."""

import numpy as np

from case import Cases
from layers import avgpool, conv, conv_transpose, crop, dense, depthwise_conv, maxpool, pad
from net import Net

CASES = Cases(20280000)
rng = np.random.default_rng(2)
ACTS = ["", "relu", "tanh", "gelu", "softplus"]
LONGEST = {1: 9, 2: 6, 3: 4}


def some(low, high, rank):
    return tuple(int(n) for n in rng.integers(low, high + 1, rank))


def one(*choices):
    return choices[rng.integers(len(choices))]


def pairs(high, rank):
    return tuple(zip(some(0, high, rank), some(0, high, rank)))


def start(spatial, channels):
    net = Net(rows=int(rng.integers(1, 4))).input("x", (*spatial, 2))
    return net.layer(dense(2, channels, one("", "tanh")))


for i, mode in enumerate(["constant", "reflect", "edge", "wrap", "symmetric"] * 3):
    rank = i // 5 + 1
    spatial = some(3, LONGEST[rank], rank)
    most = min(spatial) - 1
    sides = pairs(most, rank) if rng.random() < 0.7 else some(1, most, rank)
    net = start(spatial, 2)
    net.layer(pad(sides, mode, one(0.0, -1.5) if mode == "constant" else 0.0))
    if rng.random() < 0.5:
        net.layer(conv(2, 2, some(1, 3, rank), "tanh"))
    net.close(CASES, f"pad{rank}d-{mode}", rng)

for i in range(3):
    rank = i + 1
    net = start((5,) * rank, 2)
    net.layer(crop(pairs(2, rank)))
    net.close(CASES, f"crop{rank}d", rng)

for i in range(9):
    rank = i % 3 + 1
    kernel, dilation = some(1, 3, rank), some(1, 2, rank)
    spatial = tuple(int(rng.integers(d * (k - 1) + 1, d * (k - 1) + 4)) for k, d in zip(kernel, dilation))
    groups = one(1, 2)
    net = start(spatial, 2 * groups)
    around = "causal" if i >= 6 else pairs(2, rank)
    if i % 2:
        net.layer(depthwise_conv(2 * groups, kernel, one(*ACTS), 1, some(1, 2, rank), around, dilation))
    else:
        net.layer(conv(2 * groups, 2 * groups, kernel, one(*ACTS), some(1, 2, rank), around, dilation, groups))
    net.close(CASES, f"conv{rank}d-{'causal' if i >= 6 else 'sides'}-{i}", rng)

for kind, pool in [("maxpool", maxpool), ("avgpool", avgpool)]:
    for i in range(9):
        rank = i % 3 + 1
        # PyTorch's own limit: no window lies outside altogether.
        kernel = some(2, 3, rank)
        dilation = None if i < 3 else some(1, 2, rank)
        reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation or (1,) * rank)]
        spatial = tuple(int(rng.integers(n, n + 4)) for n in reach)
        net = start(spatial, int(rng.integers(1, 4)))
        net.layer(pool(kernel, some(1, 3, rank), one("same", pairs(1, rank)) if i != 4 else "valid", dilation))
        net.close(CASES, f"{kind}{rank}d-{'sides' if dilation is None else 'dilated'}-{i}", rng)

for i in range(12):
    rank = i % 3 + 1
    kernel, stride = some(1, 3, rank), some(1, 3, rank)
    dilation = some(1, 2, rank) if i % 2 else None
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation or (1,) * rank)]
    spatial = some(2, 3, rank)
    groups = one(1, 2)
    around = one("valid", "same", tuple((int(rng.integers(0, min(n, 2))), int(rng.integers(0, min(n, 2)))) for n in reach))
    # A conv makes as many places of these sizes.
    cut = [(0, 0)] * rank if isinstance(around, str) else around
    sizes = tuple(
        int((s - 1) * j + 1 + rng.integers(0, j)) if around == "same" else
        max(int((s - 1) * j + n - sum(p) + rng.integers(0, j)), (s - 1) * j + 1)
        for s, j, n, p in zip(spatial, stride, reach, cut))
    fits = around == "same" or all(0 <= o + sum(p) - n - (s - 1) * j < j for o, p, n, s, j in zip(sizes, cut, reach, spatial, stride))
    net = start(spatial, 2 * groups)
    net.layer(conv_transpose(2 * groups, groups, kernel, one(*ACTS), stride, around, bool(rng.random() < 0.7), dilation,
                             groups, sizes if fits and i % 3 != 1 or i == 4 and fits else None))
    net.close(CASES, f"conv_transpose{rank}d-{i}", rng)
