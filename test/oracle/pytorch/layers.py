"""Layers as PyTorch has them, over our layouts: channels last, kernels [*size, in, out], the batch in front.

Each gives a `Layer`: how the spec writes it, its weights, and the function of them. `w` holds a layer's own weights.
"""

from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F

ACTS = {
    "": lambda x: x,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "silu": F.silu,
    "elu": F.elu,
    "softplus": F.softplus,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
}


@dataclass(frozen=True)
class Layer:
    kind: str
    args: str
    weights: dict  # shapes, by name
    apply: Callable  # (w, x, b) -> y; b is the batch


def scope(w, path):
    """The weights below a path, by the rest of their names."""
    return {n[len(path) + 1 :]: p for n, p in w.items() if n.startswith(path + ".")}


def biased(w, x, act=""):
    return ACTS[act](x + w["bias"] if "bias" in w else x)


def written(*args, **settings):
    """Arguments in a row, without those that are as by default (none)."""
    row = [str(a) for a in args if a not in ("", None)]
    row += [f"{name}={value}" for name, value in settings.items() if value is not None]
    return " ".join(row)


def size(numbers):
    """3, or 3x2: one number serves all axes."""
    return str(numbers[0]) if len(set(numbers)) == 1 else "x".join(map(str, numbers))


def dense(c, units, act="", bias=True):
    weights = {"kernel": (c, units), **({"bias": (units,)} if bias else {})}
    return Layer("dense", written(units, act, bias=None if bias else "false"), weights,
                 lambda w, x, b: biased(w, F.linear(x, w["kernel"].T), act))


# ---------------------------------------------------------------- windows


def front(x):
    return x.movedim(-1, 1)


def back(x):
    return x.movedim(1, -1)


def paddings(spatial, kernel, stride, dilation, pad):
    """Before and after each axis: TensorFlow's `same`, whose odd row goes to the end; numbers for both sides, or pairs."""
    out = []
    for s, k, j, d, *p in zip(spatial, kernel, stride, dilation, *([pad] if isinstance(pad, tuple) else [])):
        lack = max((-(-s // j) - 1) * j + d * (k - 1) + 1 - s, 0)
        if p:
            out.append(p[0] if isinstance(p[0], tuple) else (p[0], p[0]))
        else:
            out.append({"valid": (0, 0), "same": (lack // 2, lack - lack // 2), "causal": (d * (k - 1), 0)}[pad])
    return out


def padded(x, pads, value=0.0):
    """x channels first."""
    return F.pad(x, [n for pair in reversed(pads) for n in pair], value=value)


def convolution(x, kernel, stride, pad, dilation, groups):
    """A kernel [*size, in/groups, out] over x [B, *spatial, in]."""
    rank = len(stride)
    x = padded(front(x), paddings(x.shape[1:-1], kernel.shape[:-2], stride, dilation, pad))
    conv = [F.conv1d, F.conv2d, F.conv3d][rank - 1]
    return back(conv(x, kernel.movedim((-1, -2), (0, 1)).contiguous(), stride=stride, dilation=dilation, groups=groups))


def pad_text(pad):
    """Pairs are a list of lists."""
    if pad == "valid":
        return None
    if isinstance(pad, str):
        return pad
    return str([list(both) for both in pad]) if isinstance(pad[0], tuple) else size(pad)


def ones(numbers):
    return None if set(numbers) == {1} else size(numbers)


def conv(c, ch, kernel, act="", stride=None, pad="valid", dilation=None, groups=1, bias=True):
    stride, dilation = stride or (1,) * len(kernel), dilation or (1,) * len(kernel)
    return Layer(
        "conv",
        written(ch, size(kernel), act, stride=ones(stride), pad=pad_text(pad), dilation=ones(dilation),
                groups=None if groups == 1 else groups, bias=None if bias else "false"),
        {"kernel": (*kernel, c // groups, ch), **({"bias": (ch,)} if bias else {})},
        lambda w, x, b: biased(w, convolution(x, w["kernel"], stride, pad, dilation, groups), act))


def depthwise(x, kernel, stride, pad, dilation):
    """A kernel [*size, c, multiplier]: PyTorch has c groups of `multiplier` channels."""
    *k, c, m = kernel.shape
    return convolution(x, kernel.reshape(*k, 1, c * m), stride, pad, dilation, c)


def depthwise_conv(c, kernel, act="", multiplier=1, stride=None, pad="valid", dilation=None, bias=True):
    stride, dilation = stride or (1,) * len(kernel), dilation or (1,) * len(kernel)
    return Layer(
        "depthwise_conv",
        written(size(kernel), act, multiplier=None if multiplier == 1 else multiplier, stride=ones(stride),
                pad=pad_text(pad), dilation=ones(dilation), bias=None if bias else "false"),
        {"kernel": (*kernel, c, multiplier), **({"bias": (c * multiplier,)} if bias else {})},
        lambda w, x, b: biased(w, depthwise(x, w["kernel"], stride, pad, dilation), act))


def separable_conv(c, ch, kernel, act="", multiplier=1, stride=None, pad="valid", bias=True):
    stride = stride or (1, 1)

    def apply(w, x, b):
        x = depthwise(x, w["depthwise"], stride, pad, (1, 1))
        return biased(w, convolution(x, w["pointwise"], (1, 1), "valid", (1, 1), 1), act)

    return Layer(
        "separable_conv",
        written(ch, size(kernel), act, multiplier=None if multiplier == 1 else multiplier, stride=ones(stride),
                pad=pad_text(pad), bias=None if bias else "false"),
        {"depthwise": (*kernel, c, multiplier), "pointwise": (1, 1, c * multiplier, ch),
         **({"bias": (ch,)} if bias else {})},
        apply)


def conv_transpose(c, ch, kernel, act="", stride=None, pad="valid", bias=True, dilation=None, groups=1, sizes=None):
    """All that a place reaches is (n - 1)·stride + dilation·(size - 1) + 1 long; `pad` and `sizes` say which of it is kept."""
    stride, dilation = stride or (1,) * len(kernel), dilation or (1,) * len(kernel)

    def apply(w, x, b):
        spatial = x.shape[1:-1]
        turned = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][len(kernel) - 1]
        y = turned(front(x), w["kernel"].movedim((-1, -2), (0, 1)).contiguous(), stride=stride, groups=groups,
                   dilation=dilation)
        keep = []
        for i, (s, k, j, d) in enumerate(zip(spatial, kernel, stride, dilation)):
            whole = (s - 1) * j + d * (k - 1) + 1
            over = max(d * (k - 1) + 1 - j, 0)
            if pad == "same":
                length = sizes[i] if sizes else s * j
                start = max(whole - length, 0) // 2
            else:
                start, end = paddings(spatial, kernel, stride, dilation, pad)[i]
                length = sizes[i] if sizes else s * j + over - start - end
            keep.append((-start, start + length - whole))
        return biased(w, back(padded(y, keep)), act)

    return Layer(
        "conv_transpose",
        written(ch, size(kernel), act, stride=ones(stride), pad=pad_text(pad), dilation=ones(dilation),
                groups=None if groups == 1 else groups, sizes=size(sizes) if sizes else None,
                bias=None if bias else "false"),
        {"kernel": (*kernel, ch // groups, c), **({"bias": (ch,)} if bias else {})},
        apply)


def pool_text(kernel, stride, pad, dilation):
    return written(size(kernel), stride=None if stride == kernel else size(stride), pad=pad_text(pad),
                   dilation=ones(dilation))


def maxpool(kernel, stride=None, pad="valid", dilation=None):
    stride, dilation = stride or kernel, dilation or (1,) * len(kernel)
    pool = [F.max_pool1d, F.max_pool2d, F.max_pool3d][len(kernel) - 1]

    def apply(w, x, b):
        pads = paddings(x.shape[1:-1], kernel, stride, dilation, pad)
        return back(pool(padded(front(x), pads, -torch.inf), kernel, stride, dilation=dilation))

    return Layer("maxpool", pool_text(kernel, stride, pad, dilation), {}, apply)


def avgpool(kernel, stride=None, pad="valid", dilation=None):
    """What was padded is counted apart, and left out. Dilated windows are sums by kernels of ones."""
    stride, apart = stride or kernel, dilation or (1,) * len(kernel)
    pool = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][len(kernel) - 1]

    def mean(y, pads):
        if dilation is None:
            return pool(padded(front(y), pads), kernel, stride)
        return front(convolution(back(padded(front(y), pads)), torch.ones(*kernel, 1, y.shape[-1]), stride, "valid", apart,
                                 y.shape[-1]))

    def apply(w, x, b):
        pads = paddings(x.shape[1:-1], kernel, stride, apart, pad)
        return back(mean(x, pads) / mean(torch.ones_like(x), pads))

    return Layer("avgpool", pool_text(kernel, stride, pad, apart), {}, apply)


PADDINGS = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def pad(sides, mode="constant", value=0.0):
    """Pairs, or numbers for both sides; `symmetric` is not PyTorch's: the mirrored parts are joined here."""
    pairs = [both if isinstance(both, tuple) else (both, both) for both in sides]

    def apply(w, x, b):
        y = front(x)
        if mode == "constant":
            return back(padded(y, pairs, value))
        if mode != "symmetric":
            return back(F.pad(y, [n for pair in reversed(pairs) for n in pair], mode=PADDINGS[mode]))
        for axis, (before, after) in enumerate(pairs, 2):
            n = y.shape[axis]
            places = [*reversed(range(before)), *range(n), *reversed(range(n - after, n))]
            y = y.index_select(axis, torch.tensor(places))
        return back(y)

    return Layer("pad", written(pad_text(tuple(sides)), mode=None if mode == "constant" else mode,
                                value=None if value == 0 else value), {}, apply)


def crop(sides):
    pairs = [both if isinstance(both, tuple) else (both, both) for both in sides]
    return Layer("crop", pad_text(tuple(sides)), {},
                 lambda w, x, b: back(padded(front(x), [(-before, -after) for before, after in pairs])))


def global_maxpool():
    return Layer("maxpool", "global", {}, lambda w, x, b: F.adaptive_max_pool1d(front(x).flatten(2), 1)[..., 0])


def global_avgpool():
    return Layer("avgpool", "global", {}, lambda w, x, b: F.adaptive_avg_pool1d(front(x).flatten(2), 1)[..., 0])


def upsample(times):
    return Layer("upsample", size(times), {},
                 lambda w, x, b: back(F.interpolate(front(x), scale_factor=[float(n) for n in times], mode="nearest")))


def flatten():
    return Layer("flatten", "", {}, lambda w, x, b: x.flatten(1))


# ---------------------------------------------------------------- recurrences


def along(turn, x, starts, keep=None, reverse=False):
    """States after each position, [B, T, …]: `turn` makes new ones; where `keep` is 0 the old ones stay."""
    steps = range(x.shape[1])
    h, at = starts, {}
    for t in reversed(steps) if reverse else steps:
        new = turn(x[:, t], *h)
        h = new if keep is None else tuple(torch.where(keep[:, t, None] > 0, n, o) for n, o in zip(new, h))
        at[t] = h[0]
    return torch.stack([at[t] for t in steps], 1), h[0]


GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def cell_weights(cell, c, units):
    n = GATES[cell] * units
    return {"kernel": (c, n), "recurrent": (units, n), "bias": (2, n) if cell == "gru" else (n,)}


def theirs(cell, w):
    """As PyTorch has the weights: rows of gates (gru: r, z, n), a bias for either product."""
    bias = w["bias"] if cell == "gru" else torch.stack([w["bias"], torch.zeros_like(w["bias"])])
    all = [w["kernel"].T, w["recurrent"].T, bias[0], bias[1]]
    if cell == "gru":
        all = [torch.cat([part.chunk(3)[i] for i in (1, 0, 2)]) for part in all]
    return all


def recur(cell, w, x, units, act="tanh", keep=None, reverse=False):
    """Every state and the last one: PyTorch's own loop, or its cell turn by turn where a mask keeps states."""
    flat = theirs(cell, w)
    zero = x.new_zeros(x.shape[0], units)
    if keep is None and act in ("tanh", "relu"):
        y = x.flip(1) if reverse else x
        start = zero[None]
        loop = {"rnn": torch.rnn_tanh if act == "tanh" else torch.rnn_relu, "lstm": torch.lstm, "gru": torch.gru}[cell]
        out = loop(y, (start, start) if cell == "lstm" else start, flat, True, 1, 0.0, True, False, True)[0]
        return (out.flip(1) if reverse else out), out[:, -1]
    if cell == "lstm":
        return along(lambda x, h, c: torch.lstm_cell(x, (h, c), *flat), x, (zero, zero), keep, reverse)
    if cell == "gru":
        return along(lambda x, h: (torch.gru_cell(x, h, *flat),), x, (zero,), keep, reverse)
    return along(lambda x, h: (ACTS[act](F.linear(x, flat[0], flat[2]) + F.linear(h, flat[1])),), x, (zero,), keep, reverse)


def recurrent(cell, c, units, act="tanh", sequences=False, reverse=False, mask=None):
    def apply(w, x, b):
        every, last = recur(cell, w, x, units, act, b[mask] if mask else None, reverse)
        return every if sequences else last

    return Layer(
        cell,
        written(units, act if act != "tanh" else None, sequences="true" if sequences else None,
                reverse="true" if reverse else None, mask=mask),
        cell_weights(cell, c, units), apply)


def bidirectional(cell, c, units, sequences=False, mask=None):
    def apply(w, x, b):
        both = [recur(cell, scope(w, way), x, units, "tanh", b[mask] if mask else None, way == "backward")
                for way in ("forward", "backward")]
        return torch.cat([every if sequences else last for every, last in both], -1)

    weights = {f"{way}.{n}": s for way in ("forward", "backward") for n, s in cell_weights(cell, c, units).items()}
    return Layer("bidirectional", written(cell, units, sequences="true" if sequences else None, mask=mask), weights, apply)


# ---------------------------------------------------------------- tables, norms, attention


def embedding(vocabulary, units):
    return Layer("embedding", written(vocabulary, units), {"table": (vocabulary, units)},
                 lambda w, x, b: F.embedding(x.long(), w["table"]))


def position_embedding(length, units):
    return Layer("position_embedding", written(length), {"table": (length, units)},
                 lambda w, x, b: x + w["table"][: x.shape[1]])


def layernorm(c, eps=1e-3):
    return Layer("layernorm", written(eps=None if eps == 1e-3 else eps), {"gamma": (c,), "beta": (c,)},
                 lambda w, x, b: F.layer_norm(x, (c,), w["gamma"], w["beta"], eps))


def attention(c, heads, mask=None, causal=False, key_from=None, source=None, bias=True):
    """`key_from` names a value of the spec, [S, source]; PyTorch's fused attention gives zeros to who may look nowhere."""
    kv = source or c

    def apply(w, x, b):
        keys = x if key_from is None else b[key_from]
        q, k, v = (biased(scope(w, n), F.linear(y, w[f"{n}.kernel"].T)) for n, y in
                   [("query", x), ("key", keys), ("value", keys)])
        q, k, v = (y.unflatten(-1, (heads, -1)).transpose(1, 2) for y in (q, k, v))
        T, S = q.shape[2], k.shape[2]
        keep = torch.ones(x.shape[0], 1, T, S, dtype=torch.bool)
        if mask:
            keep = keep & (b[mask] > 0)[:, None, None, :]
        if causal:
            keep = keep & torch.ones(T, S, dtype=torch.bool).tril()
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=keep)
        y = y.transpose(1, 2).flatten(2)
        return biased(scope(w, "output"), F.linear(y, w["output.kernel"].T))

    width = {"query": c, "key": kv, "value": kv, "output": c}
    weights = {f"{n}.kernel": (i, c) for n, i in width.items()}
    if bias:
        weights.update({f"{n}.bias": (c,) for n in width})
    return Layer("attention",
                 written(heads, mask=mask, causal="true" if causal else None, key_from=key_from,
                         bias=None if bias else "false"), weights, apply)


def transformer_block(c, heads, ff, act="gelu", mask=None, causal=False, eps=1e-3):
    look = attention(c, heads, mask, causal)
    norm, wide, narrow = layernorm(c, eps), dense(c, ff, act), dense(ff, c)
    parts = {"layernorm": norm, "attention": look, "layernorm_1": norm, "dense": wide, "dense_1": narrow}

    def apply(w, x, b):
        run = lambda name, y: parts[name].apply(scope(w, name), y, b)
        x = x + run("attention", run("layernorm", x))
        return x + run("dense_1", run("dense", run("layernorm_1", x)))

    weights = {f"{name}.{n}": s for name, part in parts.items() for n, s in part.weights.items()}
    return Layer("transformer_block",
                 written(heads, ff, None if act == "gelu" else act, mask=mask, causal="true" if causal else None,
                         eps=None if eps == 1e-3 else eps),
                 weights, apply)
