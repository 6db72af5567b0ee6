"""Recurrent layers, attention, losses and optimizers of ONNX, as layers, losses and definitions of the language."""

import numpy as np

from node import Left, literal


# ---------------------------------------------------------------- recurrences


def gates(array, order, units):
    """Rows of gates [n·units, …] in our order."""
    parts = np.split(np.asarray(array), len(order), axis=0)
    return np.concatenate([parts[i] for i in order], axis=0)


RESET_FIRST = """def layer published_gru(units: int, reverse=false) {
  weight kernel: [in, 3*units]; weight recurrent: [units, 3*units]; weight bias: [2, 3*units]
  scan x over it with h = zeros([units]) reverse=reverse {
    gates = sigmoid((x @ kernel + h @ recurrent + sum(bias, axis=0))[:2*units])
    z = gates[:units]; r = gates[units:]
    n = tanh((x @ kernel)[2*units:] + bias[0, 2*units:] + (r * h) @ recurrent[:, 2*units:] + bias[1, 2*units:])
    h = (1 - z) * n + z * h
  }
  it = h.all
}"""


def cell(kind, order):
    """Over [time, batch, in] or, with `layout`, [batch, time, in]. A gru resets behind its product; ONNX's own is a scan."""

    def write(c):
        units, way, layout = c.attr("hidden_size"), c.attr("direction", "forward"), c.attr("layout", 0)
        if c.has(5) and np.any(c.array(5)) or c.has(6) and np.any(c.array(6)):
            raise Left("from other values than 0")
        if c.has(7) and np.any(c.array(7)):
            raise Left("with peepholes")
        if c.attr("activations") or c.attr("clip"):
            raise Left("with other functions")
        if len(c.node.output) > 2 and c.node.output[2]:
            raise Left("whose cell is wanted too")
        own = kind == "gru" and not c.attr("linear_before_reset", 0)
        if own and way == "bidirectional":
            raise Left("of both directions, whose reset comes before the product")
        n = len(order)

        def weights(i):
            w, r = gates(c.array(1)[i], order, units), gates(c.array(2)[i], order, units)
            b = c.array(3)[i] if c.has(3) else np.zeros(2 * n * units, np.float32)
            first, second = (gates(part, order, units) for part in np.split(b, 2))
            return {"kernel": w.T, "recurrent": r.T, "bias": np.stack([first, second]) if kind == "gru" else first + second}

        x = c.rowwise(0, c.array(0) if layout else np.moveaxis(c.array(0), 0, 1))
        more = " reverse=true" if way == "reverse" else ""
        if own:
            c.definition = RESET_FIRST
            c.line(f"layer published_gru {units}{more} from {x} as every")
            c.line(f"end = every[{0 if more else -1}]")
        else:
            layer = f"bidirectional {kind}" if way == "bidirectional" else kind
            c.line(f"layer {layer} {units} sequences=true{more} from {x} as every")
            c.line(f"layer {layer} {units}{more} from {x} as end")
        for path in ("every",) if own else ("every", "end"):
            for i, scope in enumerate(("forward.", "backward.") if way == "bidirectional" else ("",)):
                c.weights.update({f"{path}.{scope}{name}": array.astype(np.float32) for name, array in weights(i).items()})
        if c.node.output[0]:  # [time, directions, batch, units], or with the batch in front
            y = c.output(0) if layout else np.moveaxis(c.output(0), (2, 0, 1), (0, 1, 2))
            c.want(0, y.reshape(*y.shape[:2], -1))
        if len(c.node.output) > 1 and c.node.output[1]:
            y = c.output(1) if layout else np.moveaxis(c.output(1), 1, 0)
            c.want(1, y.reshape(y.shape[0], -1))
        return ["every", "end"]

    return write


def dropout(c):
    """Outside of training it gives what it is given; in training it draws numbers of its own."""
    if c.has(2) and c.array(2).any() and (not c.has(1) or c.number(1) > 0):
        raise Left("that draws other random numbers")
    c.line(f"layer dropout 0.5 from {c.each(0)} as kept")
    return ["kept", "0 * kept + 1"]


# ---------------------------------------------------------------- attention


def heads(c, i, count):
    """[batch, heads, time, size], whichever of the two layouts it comes in."""
    x = c.array(i)
    if x.ndim == 3:
        x = np.moveaxis(x.reshape(*x.shape[:2], count, -1), 2, 1)
    return x


def attention(c):
    if len(c.node.output) > 3 and c.node.output[3] and c.attr("qk_matmul_output_mode", 0) not in (0, 3):
        raise Left("with scores from the middle")
    if c.has(6):
        raise Left("with keys that are filled up to a length")
    q_heads, kv_heads = c.attr("q_num_heads", 0), c.attr("kv_num_heads", 0)
    q, k, v = heads(c, 0, q_heads), heads(c, 1, kv_heads), heads(c, 2, kv_heads)
    past = c.array(4).shape[2] if c.has(4) else 0
    B, H, T, d = q.shape
    S, G = k.shape[2] + past, k.shape[1]
    exact = [c.rowwise(0, q), c.rowwise(1, k), c.rowwise(2, v)]
    q, k, v = exact
    if past:
        k, v = f"concat([{c.rowwise(4)}, {k}], axis=1)", f"concat([{c.rowwise(5)}, {v}], axis=1)"
    c.line(f"all_keys = {k}; all_values = {v}")
    k, v = "all_keys", "all_values"
    if H != G:  # several heads of queries share one of keys
        many = lambda x, width: f"reshape(repeated(expand_dims({x}, 1), 1, {H // G}), {literal([H, S, width])})"
        k, v = many(k, d), many(v, c.array(2).shape[-1] if c.array(2).ndim == 4 else c.array(2).shape[-1] // G)
    scale = c.attr("scale", 1 / np.sqrt(d))
    c.line(f"scores = ({q} * {literal(float(scale))}) @ swapaxes({k}, 1, 2)")
    text = "scores"
    if c.attr("softcap", 0.0):
        cap = literal(c.attr("softcap"))
        text = f"{cap} * tanh({text} / {cap})"
    keep, left, right = [], c.attr("left_window_size", -1), c.attr("right_window_size", -1)
    place = f"expand_dims(arange({T}) + {past}, 1)"
    if c.attr("is_causal", 0):
        keep.append(f"{place} >= arange({S})")
    if left >= 0:
        keep.append(f"{place} - arange({S}) <= {left}")
    if right >= 0:
        keep.append(f"arange({S}) - {place} <= {right}")
    if c.has(3):
        mask = c.array(3)
        if mask.shape[-1] < S:
            raise Left("with a mask of fewer keys")
        if mask.dtype != bool:
            mask = np.maximum(mask, np.float32(-1e30))
        by = c.rowwise(3, np.broadcast_to(mask, (B, *mask.shape[1:])) if mask.ndim == 4 else None) if mask.ndim == 4 else \
            c.weight(3, mask)
        if mask.dtype == bool:
            keep.append(f"{by} > 0")
        else:
            text = f"({text}) + {by}"
    if keep:  # who may look nowhere sees zeros
        c.line(f"keep = {' and '.join(f'({each})' for each in keep)}")
        c.line(f"shares = where(keep, softmax(where(keep, {text}, -1e30)), 0)")
    else:
        c.line(f"shares = softmax({text})")
    y = f"shares @ {v}"
    c.want(0, c.output(0))
    if c.array(0).ndim == 3:
        y = f"reshape(swapaxes({y}, 0, 1), {literal([T, -1])})"
    last = {0: "scores", 3: "shares"}[c.attr("qk_matmul_output_mode", 0)]
    return [y, "0 + all_keys", "0 + all_values", f"0 + {last}"]


def rotary(c):
    """By tables of cosines and sines, as a definition of a user's would."""
    x = c.array(0)
    flat = x.ndim == 3
    if flat:
        x = np.moveaxis(x.reshape(*x.shape[:2], c.attr("num_heads"), -1), 2, 1)
        c.want(0, np.moveaxis(c.output(0).reshape(*c.output(0).shape[:2], c.attr("num_heads"), -1), 2, 1))
    size = c.attr("rotary_embedding_dim", 0) or x.shape[-1]
    cos, sin = c.array(1), c.array(2)
    name = c.rowwise(0, x)
    if c.has(3):
        c.line(f"at = {c.rowwise_ids(3)}; cosines = gather({c.weight(1)}, at); sines = gather({c.weight(2)}, at)")
    else:
        c.line(f"cosines = {c.rowwise(1)}; sines = {c.rowwise(2)}")
    turned = name if size == x.shape[-1] else f"{name}[..., :{size}]"
    if c.attr("interleaved", 0):
        a, b = f"{turned}[..., ::2]", f"{turned}[..., 1::2]"
        pair = lambda u, w: f"reshape(stack([{u}, {w}], axis=-1), {literal([*x.shape[1:3], size])})"
    else:
        a, b = f"{turned}[..., :{size // 2}]", f"{turned}[..., {size // 2}:]"
        pair = lambda u, w: f"concat([{u}, {w}])"
    c.line(f"a = {a}; b = {b}")
    text = pair("(a * cosines - b * sines)", "(a * sines + b * cosines)")
    return text if size == x.shape[-1] else f"concat([{text}, {name}[..., {size}:]])"


# ---------------------------------------------------------------- losses


def with_classes_last(c):
    z = np.moveaxis(c.array(0), 1, -1)
    label, ignored = c.array(1).astype(np.int64), c.attr("ignore_index")
    if ignored is not None:
        label = np.where(label == ignored, -1, label)
    if label.max() >= z.shape[-1]:
        raise Left("with classes that do not exist")
    return z, label


def cross_entropy(is_logits):
    """A mean is the library's `xent`; what is added up or left apart is written out."""

    def write(c):
        z, label = with_classes_last(c)
        reduction = c.attr("reduction", "mean")
        x, y = c.rowwise(0, z), c.rowwise_ids(1, label)
        weights = f", weights={literal(c.array(2))}" if c.has(2) else ""
        asked = []
        if reduction == "mean" and is_logits:
            k = z.shape[-1]
            place = literal(list(label.shape[1:])) if label.ndim > 1 else ""
            c.target = f"target y: class[{k}]{place}"
            c.batch["y"] = c.batch.pop("x1")
            c.lines = [line for line in c.lines if not line.startswith("input x1")]
            c.loss = f"loss = unit * xent({x}, y{weights})"
        else:
            log_p = f"log_softmax({x})" if is_logits else x
            count = f"({y} >= 0)" if not c.has(2) else f"sum(one_hot({y}, {z.shape[-1]}) * {literal(c.array(2))}, axis=-1)"
            c.line(f"each = -pick({log_p}, {y}) * {count}")
            if reduction == "mean":
                c.loss = f"loss = unit * batch_sum(sum(each)) / batch_sum(sum({count}))"
            elif reduction == "sum":
                c.loss = "loss = unit * batch_sum(sum(each))"
            else:
                asked.append("each")
        if reduction != "none":
            c.expected_loss = c.output(0)
            asked.append(None)
        if len(c.node.output) > 1:
            c.want(1, np.moveaxis(c.output(1), 1, -1))
            asked.append(f"log_softmax({x})")
        return asked

    return write


# ---------------------------------------------------------------- optimizers

DEFINITIONS = {
    "Adagrad": """def optim published(lr=0.1, decay_factor=0.0, norm_coefficient=0.0, epsilon=0.0) {
  state h = zeros
  g = norm_coefficient * param + grad
  h <- h + g * g
  param <- param - lr / (1 + (t - 1) * decay_factor) * g / (sqrt(h) + epsilon)
}""",
    "Adam": """def optim published(lr=0.1, alpha=0.9, beta=0.999, norm_coefficient=0.0, norm_coefficient_post=0.0, epsilon=0.0) {
  state v = zeros; state h = zeros
  g = norm_coefficient * param + grad
  v <- alpha * v + (1 - alpha) * g
  h <- beta * h + (1 - beta) * g * g
  rate = where(t > 1, lr * sqrt(1 - beta^(t - 1)) / (1 - alpha^(t - 1)), lr)
  param <- (1 - norm_coefficient_post) * (param - rate * v / (sqrt(h) + epsilon))
}""",
    "Momentum": """def optim published(lr=0.1, alpha=0.9, beta=1.0, norm_coefficient=0.0, nesterov=false) {
  state v = zeros
  g = norm_coefficient * param + grad
  v <- alpha * v + where(t > 1, beta, 1) * g
  if nesterov { param <- param - lr * (g + alpha * v) } else { param <- param - lr * v }
}""",
}


def optimizer(names, slots):
    """ONNX's T counts updates that are done, from which t is one further."""

    def write(c):
        done = int(c.array(1))
        n = (len(c.node.input) - 2) // (2 + len(slots))
        group = lambda k, i: c.array(2 + k * n + i)
        given = {name: c.attr(name) for name in names if c.attr(name) is not None}
        rest = dict(given)
        if c.node.op_type == "Momentum":
            rest["nesterov"] = "true" if c.attr("mode") == "nesterov" else "false"
        written = " ".join(f"{key}={value if isinstance(value, str) else literal(float(value))}" for key, value in rest.items())
        c.definition = DEFINITIONS[c.node.op_type]
        c.optimizer = f"optim published lr={literal(float(c.array(0)))} {written}"
        terms = []
        for i in range(n):
            shape = list(group(0, i).shape)
            c._declare(f"g{i}", "f32", np.stack([group(1, i).astype(np.float32)] * 2))
            c.line(f"weight p{i}: {literal(shape)} init=zeros")
            terms.append(f"sum(p{i} * g{i})")
            c.weights[f"p{i}"] = group(0, i).astype(np.float32)
            c.expected[f"new/p{i}"] = c.output(i)
            for k, slot in enumerate(slots):
                c.weights[f"state/p{i}/{slot}"] = group(2 + k, i).astype(np.float32)
                c.expected[f"state/p{i}/{slot}"] = c.output(n * (1 + k) + i)
        c.weights["t"] = np.array(done, np.int32)
        c.loss = f"loss = {' + '.join(terms)}"
        return []

    return write


TABLE = {
    "RNN": cell("rnn", [0]), "LSTM": cell("lstm", [0, 2, 3, 1]), "GRU": cell("gru", [0, 1, 2]), "Attention": attention,
    "Dropout": dropout, "RotaryEmbedding": rotary, "SoftmaxCrossEntropyLoss": cross_entropy(True), "NegativeLogLikelihoodLoss": cross_entropy(False),
    "Adagrad": optimizer(["decay_factor", "norm_coefficient", "epsilon"], ["h"]),
    "Adam": optimizer(["alpha", "beta", "norm_coefficient", "norm_coefficient_post", "epsilon"], ["v", "h"]),
    "Momentum": optimizer(["alpha", "beta", "norm_coefficient"], ["v"]),
}
