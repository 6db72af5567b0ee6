"""Attention, transformer blocks and their tables: widths, heads, masks and lengths are drawn."""

import numpy as np

from case import Cases, features, halves
from layers import attention, dense, embedding, layernorm, position_embedding, transformer_block
from net import OPTIMIZERS, Net

CASES = Cases(20272000)
rng = np.random.default_rng(3)
PLAIN = OPTIMIZERS[:1]  # a key's bias does not matter to softmax: what slots would keep of its gradient is rounding


def one(*choices):
    return choices[rng.integers(len(choices))]


def between(low, high):
    return int(rng.integers(low, high + 1))


def kept(n, steps):
    """Of ones and zeros; the first row has no position left."""

    def draw(rng):
        mask = rng.integers(0, 2, (n, steps))
        mask[0] = 0
        return mask.astype(np.float32)

    return draw


for i in range(12):
    heads, steps = one(1, 2, 3), between(1, 6)
    width, mask, causal = heads * between(1, 3), one(None, "m"), one(False, True)
    net = Net(rows=between(1, 3))
    if mask:
        net.input("m", (steps,), one(halves, kept))
    net.input("x", (steps, 3)).layer(dense(3, width))
    net.layer(attention(width, heads, mask, causal, bias=one(True, True, False)))
    net.close(CASES, f"attention-{i}", rng, optimizers=PLAIN)

for i in range(4):  # keys and values from elsewhere, of another length and width
    heads, steps, keys, source = one(1, 2), between(1, 5), between(1, 5), between(1, 4)
    width, mask = heads * between(1, 3), [None, "m"][i % 2]
    net = Net(rows=2).input("memory", (keys, source))
    if mask:
        net.input("m", (keys,), halves)
    net.input("x", (steps, 2)).layer(dense(2, width))
    net.layer(attention(width, heads, mask, key_from="memory", source=source))
    net.close(CASES, f"cross-attention-{i}", rng, optimizers=PLAIN)

for i in range(8):
    heads, steps, blocks = one(1, 2), between(1, 5), one(1, 1, 2)
    width, mask, causal = heads * between(1, 3), one(None, "m"), one(False, True)
    net = Net(rows=between(1, 3))
    if mask:
        net.input("m", (steps,), one(halves, kept))
    net.input("x", (steps, 2)).layer(dense(2, width))
    for _ in range(blocks):
        net.layer(transformer_block(width, heads, between(2, 6), one("gelu", "relu", "silu"), mask, causal))
    net.close(CASES, f"transformer-{i}", rng, optimizers=PLAIN)

for i in range(4):  # a language model: a class for each position, from those before
    steps, vocabulary, heads = between(2, 5), between(3, 6), one(1, 2)
    width = 2 * heads
    net = Net(rows=between(1, 3)).words("words", steps, vocabulary)
    net.layer(embedding(vocabulary, width)).layer(position_embedding(steps + between(0, 2), width))
    net.layer(transformer_block(width, heads, 4, causal=True)).layer(layernorm(width)).layer(dense(width, vocabulary))
    net.close(CASES, f"language-model-{i}", rng, classes_too=True, optimizers=PLAIN)
