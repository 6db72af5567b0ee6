"""Layers and losses that are made of others: PyTorch's own where it has them, else its operations as the papers have it."""

import numpy as np
import torch
import torch.nn.functional as F

from case import Cases, classes, features
from layers import ACTS, Layer, attention, back, biased, dense, front, layernorm, scope, written
from net import OPTIMIZERS, Net, cross_entropy
from optimizers import sgd
from threefry import uniform

CASES = Cases(20275000)
rng = np.random.default_rng(11)
PLAIN = OPTIMIZERS[:1]


def made_of(kind, args, parts, apply):
    """`parts` are layers by name; `apply(run, x, b)` calls them with `run(name, x)`."""
    weights = {f"{name}.{n}": s for name, part in parts.items() for n, s in part.weights.items()}
    return Layer(kind, args, weights,
                 lambda w, x, b: apply(lambda name, y: parts[name].apply(scope(w, name), y, b), x, b))


def instancenorm(c, eps=1e-3):
    return Layer("instancenorm", written(eps=None if eps == 1e-3 else eps), {"gamma": (c,), "beta": (c,)},
                 lambda w, x, b: back(F.instance_norm(front(x), weight=w["gamma"], bias=w["beta"], eps=eps)))


def squeeze_excite(c, ratio, act="relu", bias=True):
    parts = {"squeeze": dense(c, c // ratio, act, bias), "excite": dense(c // ratio, c, "sigmoid", bias)}

    def apply(run, x, b):
        means = F.adaptive_avg_pool1d(front(x).flatten(2), 1)[..., 0]
        return x * run("excite", run("squeeze", means)).reshape(-1, *[1] * (x.ndim - 2), c)

    return made_of("squeeze_excite", written(f"ratio={ratio}", act=None if act == "relu" else act,
                                             bias=None if bias else "false"), parts, apply)


def highway(c, act="relu"):
    parts = {"plain": dense(c, c, act), "gate": dense(c, c, "sigmoid")}
    return made_of("highway", "" if act == "relu" else act, parts,
                   lambda run, x, b: torch.lerp(x, run("plain", x), run("gate", x)))


def glu(c, units, act="sigmoid", bias=True):
    parts = {"plain": dense(c, units, "", bias), "gate": dense(c, units, "", bias)}

    def apply(run, x, b):
        if act == "sigmoid":
            return F.glu(torch.cat([run("plain", x), run("gate", x)], -1), -1)
        return run("plain", x) * ACTS[act](run("gate", x))

    return made_of("glu", written(units, act if act != "sigmoid" else None, bias=None if bias else "false"), parts, apply)


def rotary(base=10000):
    """Pairs as complex numbers, which turn by products."""

    def apply(w, x, b):
        T, d = x.shape[-2:]
        speed = base ** (-torch.arange(0, d, 2) / d)
        turns = torch.polar(torch.ones(T, d // 2), torch.outer(torch.arange(T).double(), speed))
        y = torch.complex(*x.chunk(2, -1)) * turns
        return torch.cat([y.real, y.imag], -1)

    return Layer("rotary", "" if base == 10000 else f"base={base}", {}, apply)


def sinusoidal_positions(base=10000):
    def apply(w, x, b):
        T, d = x.shape[-2:]
        table = torch.zeros(T, d)
        for t in range(T):
            for i in range(d):
                angle = t / base ** (2 * (i // 2) / d)
                table[t, i] = np.cos(angle) if i % 2 else np.sin(angle)
        return x + table

    return Layer("sinusoidal_positions", "" if base == 10000 else f"base={base}", {}, apply)


def multi_query_attention(c, heads, mask=None, causal=False, key_from=None, source=None, bias=True):
    kv, n = source or c, c // heads
    parts = {"query": dense(c, c, "", bias), "key": dense(kv, n, "", bias), "value": dense(kv, n, "", bias),
             "output": dense(c, c, "", bias)}

    def apply(run, x, b):
        keys = x if key_from is None else b[key_from]
        q = run("query", x).unflatten(-1, (heads, n)).transpose(1, 2)
        k, v = (run(part, keys)[:, None].expand(-1, heads, -1, -1) for part in ("key", "value"))
        T, S = q.shape[2], k.shape[2]
        keep = torch.ones(x.shape[0], 1, T, S, dtype=torch.bool)
        if mask:
            keep = keep & (b[mask] > 0)[:, None, None, :]
        if causal:
            keep = keep & torch.ones(T, S, dtype=torch.bool).tril()
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=keep)
        return run("output", y.transpose(1, 2).flatten(2))

    args = written(heads, mask=mask, causal="true" if causal else None, key_from=key_from, bias=None if bias else "false")
    return made_of("multi_query_attention", args, parts, apply)


def transformer_decoder(c, heads, ff, source, act="gelu", mask=None, key_mask=None, causal=True, eps=1e-3):
    parts = {"layernorm": layernorm(c, eps), "attention": attention(c, heads, mask, causal),
             "layernorm_1": layernorm(c, eps), "cross": attention(c, heads, key_mask, key_from="memory", source=source),
             "layernorm_2": layernorm(c, eps), "dense": dense(c, ff, act), "dense_1": dense(ff, c)}

    def apply(run, x, b):
        x = x + run("attention", run("layernorm", x))
        x = x + run("cross", run("layernorm_1", x))
        return x + run("dense_1", run("dense", run("layernorm_2", x)))

    args = written(heads, ff, None if act == "gelu" else act, key_from="memory", mask=mask, key_mask=key_mask,
                   causal=None if causal else "false", eps=None if eps == 1e-3 else eps)
    return made_of("transformer_decoder", args, parts, apply)


def mixture_of_experts(c, experts, units, act="", bias=True):
    parts = {"gate": dense(c, experts, "", bias),
             **{f"expert.{i}.dense": dense(c, units, act, bias) for i in range(experts)}}

    def apply(run, x, b):
        made = torch.stack([run(f"expert.{i}.dense", x) for i in range(experts)], -2)
        return torch.einsum("...e,...eu->...u", torch.softmax(run("gate", x), -1), made)

    return made_of("mixture_of_experts", written(experts, units, act, bias=None if bias else "false"), parts, apply)


def halves_of(n, *shape):
    """Masks of which each row keeps something, the first position at least."""

    def draw(rng):
        mask = rng.integers(0, 2, (n, *shape))
        mask[:, 0] = 1
        return mask.astype(np.float32)

    return draw


def net(name, shape, *layers, ports=(), width=None, rows=2):
    """x of a shape, which a dense layer may widen, then the layers."""
    made = Net(rows)
    for port, own, draw in ports:
        made.input(port, own, draw)
    made.input("x", shape)
    if width:
        made.layer(dense(shape[-1], width))
    for layer in layers:
        made.layer(layer)
    made.close(CASES, name, rng, optimizers=PLAIN)


net("instancenorm-1", (4, 3), instancenorm(3), rows=3)
net("instancenorm-2", (3, 2, 3), instancenorm(5, 0.1), width=5)
net("instancenorm-3", (2, 3, 2, 1), instancenorm(4), width=4)
net("squeeze-excite-1", (5, 2), squeeze_excite(6, 3), width=6)
net("squeeze-excite-2", (3, 2, 2), squeeze_excite(8, 2, "tanh", bias=False), width=8)
net("highway", (5,), highway(4), highway(4, "tanh"), width=4, rows=3)
net("glu", (3, 4), glu(4, 5), glu(5, 3, "silu", bias=False))
net("rotary", (5, 6), rotary(), width=6)
net("rotary-heads", (2, 3, 3), rotary(50), width=4)
net("sinusoidal-positions", (4, 2), sinusoidal_positions(), width=5)
net("sinusoidal-positions-base", (2, 3, 2), sinusoidal_positions(20), width=6)
net("multi-query-attention", (4, 3), multi_query_attention(6, 3), width=6)
net("multi-query-attention-masked", (5, 3), multi_query_attention(4, 2, "m", causal=True, bias=False), width=4,
    ports=[("m", (5,), halves_of)])
net("multi-query-attention-elsewhere", (3, 2), multi_query_attention(4, 4, "m", key_from="memory", source=3), width=4,
    ports=[("memory", (5, 3), features), ("m", (5,), halves_of)])
net("transformer-decoder", (4, 3), transformer_decoder(6, 2, 5, 3), width=6, ports=[("memory", (3, 3), features)])
net("transformer-decoder-masked", (3, 2),
    transformer_decoder(4, 4, 3, 2, "relu", "own", "m", causal=False, eps=1e-2),
    transformer_decoder(4, 1, 6, 2, key_mask="m"),
    width=4, ports=[("memory", (5, 2), features), ("m", (5,), halves_of), ("own", (3,), halves_of)])
net("mixture-of-experts", (5,), mixture_of_experts(5, 3, 4, "tanh"), rows=4)
net("mixture-of-experts-places", (2, 3), mixture_of_experts(3, 2, 1, bias=False))


def dropped(name, shape, line, apply):
    """A layer that does something in training alone, behind a dense layer of width 6."""
    first = dense(shape[-1], 6)
    weights = {f"dense.{n}": s for n, s in first.weights.items()}
    out = lambda w, b: first.apply(scope(w, "dense"), b["x"], b)
    CASES.case(name, f"input x: f32[{', '.join(map(str, shape))}]; target y: f32[{', '.join(map(str, shape[:-1] + (6,)))}]\n"
               f"layer dense 6\nlayer {line}\nloss mse\noptim sgd lr=0.1\n", weights,
               lambda w, b, s: ([F.mse_loss(apply(out(w, b)), b["y"])], s), optimizer=sgd, lr=0.1,
               batch={"x": features(3, *shape), "y": features(3, *shape[:-1], 6)}, predict=lambda w, b, s: out(w, b))


def channels_dropped(x, rate):
    kept = uniform("spatial_dropout.uniform", (x.shape[0], *[1] * (x.ndim - 2), x.shape[-1])) >= rate
    return x * kept / (1 - rate)


def alpha_dropped(x, rate):
    """As torch.nn.AlphaDropout's manual has it."""
    alpha = 1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
    kept = (uniform("alpha_dropout.uniform", tuple(x.shape)) >= rate).double()
    a = ((1 - rate) * (1 + rate * alpha**2)) ** -0.5
    return a * (x * kept - alpha * (1 - kept)) + a * alpha * rate


dropped("spatial-dropout-1", (4, 2), "spatial_dropout 0.3", lambda x: channels_dropped(x, 0.3))
dropped("spatial-dropout-2", (2, 3, 1), "spatial_dropout 0.5", lambda x: channels_dropped(x, 0.5))
dropped("alpha-dropout", (5,), "alpha_dropout 0.3", lambda x: alpha_dropped(x, 0.3))


def distilled(z, b, temperature, alpha):
    soft = F.kl_div(F.log_softmax(z / temperature, -1), F.log_softmax(b["taught"] / temperature, -1),
                    reduction="batchmean", log_target=True)
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(z, b["y"])


def loss_case(name, ports, layers, line, shapes, loss, batch, predicted):
    """`loss(out, b)`, where `out(name)` is the dense layer of that name over x, as `predicted` is."""
    out = lambda w, b: lambda path: biased(scope(w, path), b["x"] @ w[f"{path}.kernel"])
    CASES.case(name, f"{ports}\n{layers}\n{line}\noptim sgd lr=0.1\n", shapes,
               lambda w, b, s: ([loss(out(w, b), b)], s), optimizer=sgd, lr=0.1, batch=batch,
               predict=lambda w, b, s: out(w, b)(predicted))


MEANS = {"centre.kernel": (4, 3), "centre.bias": (3,), "logvar.kernel": (4, 3), "logvar.bias": (3,)}
for full in (False, True):
    loss_case(f"gaussian-nll{'-full' if full else ''}", "input x: f32[4]; target y: f32[3]",
              "layer dense 3 from x as centre; layer dense 3 from x as logvar",
              f"loss gaussian_nll centre logvar{' full=true' if full else ''}; predict centre", MEANS,
              lambda out, b, full=full: F.gaussian_nll_loss(out("centre"), b["y"], torch.exp(out("logvar")), full=full, eps=1e-30),
              {"x": features(5, 4), "y": features(5, 3)}, "centre")
loss_case("distillation", "input x: f32[4]; input taught: f32[3]; target y: class[3]", "layer dense 3 from x",
          "loss distillation it taught temperature=3 alpha=0.7", {"dense.kernel": (4, 3), "dense.bias": (3,)},
          lambda out, b: distilled(out("dense"), b, 3, 0.7),
          {"x": features(5, 4), "taught": features(5, 3), "y": classes(5, 3)}, "dense")
