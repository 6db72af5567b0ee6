"""Random numbers as docs/random.md says: Threefry-2x32 with 20 rounds, keyed by the seed and the stream's name."""

import numpy as np
import torch

TURNS = [13, 15, 26, 6, 17, 29, 16, 24]
MASK = np.uint64(0xFFFFFFFF)


def threefry(key, counter):
    """The two words of each block: key and counter are pairs of 32-bit words, arrays or numbers."""
    k = [np.uint64(key[0]), np.uint64(key[1])]
    k.append(k[0] ^ k[1] ^ np.uint64(0x1BD11BDA))
    a, b = (np.asarray(c, np.uint64) for c in counter)
    a, b = (a + k[0]) & MASK, (b + k[1]) & MASK
    for turn in range(20):
        r = np.uint64(TURNS[turn % 8])
        a = (a + b) & MASK
        b = (((b << r) | (b >> (np.uint64(32) - r))) & MASK) ^ a
        if turn % 4 == 3:
            n = turn // 4 + 1
            a = (a + k[n % 3]) & MASK
            b = (b + k[(n + 1) % 3] + np.uint64(n)) & MASK
    return a, b


def fnv1a(name):
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


assert [int(w) for w in threefry((0, 0), (0, 0))] == [0x6B200159, 0x99BA4EFE]
assert [int(w) for w in threefry((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3))] == [0xC4923A9C, 0x483DF7A0]
assert fnv1a("foobar") == 0xBF9CF968


def uniform(stream, shape, seed=1, micro=0):
    """In [0, 1): `shape` with the batch; `micro` is the number of micro-batches before this one."""
    n = int(np.prod(shape))
    blocks = threefry((seed, fnv1a(stream)), (micro, np.arange((n + 1) // 2)))
    words = np.stack(blocks, -1).reshape(-1)[:n]
    return torch.tensor((words >> np.uint64(8)).astype(np.float64) * 2.0**-24).reshape(shape)


def dropout(x, rate, path="dropout", micro=0):
    """Kept where the uniform number reaches the rate, and scaled."""
    return torch.where(uniform(f"{path}.uniform", tuple(x.shape), micro=micro) >= rate, x / (1 - rate), 0)
