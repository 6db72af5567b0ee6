"""Convolutions, pools and norms: ONNX has the channels in front of the axes, the language behind them."""

import numpy as np

from node import Left, literal


def last(x):
    return np.moveaxis(np.asarray(x), 1, -1)


def windows(c, kernel):
    """Strides, dilations, and what is put around each axis, with what ceil_mode adds at the ends."""
    spatial = c.shape(0)[2:]
    rank = len(spatial)
    stride = list(c.attr("strides", [1] * rank))
    dilation = list(c.attr("dilations", [1] * rank))
    auto = c.attr("auto_pad", "NOTSET")
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    if auto.startswith("SAME"):
        around = []
        for n, j, r in zip(spatial, stride, reach):
            lack = max((-(-n // j) - 1) * j + r - n, 0)
            small, large = lack // 2, lack - lack // 2
            around.append([small, large] if auto == "SAME_UPPER" else [large, small])
    else:
        pads = c.attr("pads", [0] * 2 * rank) if auto == "NOTSET" else [0] * 2 * rank
        around = [[pads[i], pads[i + rank]] for i in range(rank)]
    return stride, dilation, around, reach


def at_the_end(c, stride, around, reach):
    """With ceil_mode a last window may reach outside, if it begins inside or in what is put in front."""
    more = []
    for n, j, (before, after), r in zip(c.shape(0)[2:], stride, around, reach):
        places = -(-(n + before + after - r) // j) + 1
        if (places - 1) * j >= n + before:
            places -= 1
        more.append([before, max((places - 1) * j + r - n - before, after)])
    return more


def settings(stride, dilation, around):
    return f"stride={literal(stride)}, dilation={literal(dilation)}, pad={literal(around)}"


def conv(c):
    x, kernel = c.rowwise(0, last(c.array(0))), np.moveaxis(c.array(1), (0, 1), (-1, -2))
    stride, dilation, around, _ = windows(c, kernel.shape[:-2])
    c.want(0, last(c.output(0)))
    text = f"conv({x}, {c.weight(1, kernel)}, {settings(stride, dilation, around)}, groups={c.attr('group', 1)})"
    return text + (f" + {c.weight(2)}" if c.has(2) else "")


def conv_transpose(c):
    groups = c.attr("group", 1)
    x, kernel = c.rowwise(0, last(c.array(0))), np.moveaxis(c.array(1), (0, 1), (-1, -2))
    stride, dilation, around, reach = windows(c, kernel.shape[:-2])
    c.want(0, last(c.output(0)))
    sizes = list(c.output(0).shape[2:])
    whole = [(n - 1) * j + r for n, j, r in zip(c.shape(0)[2:], stride, reach)]
    if c.attr("auto_pad", "NOTSET").startswith("SAME") or c.attr("output_shape"):
        total = [w - s for w, s in zip(whole, sizes)]
        if min(total) < 0:
            around, grow = [[0, 0]] * len(sizes), [-t for t in total]
        else:
            halves = [(t // 2, t - t // 2) for t in total]
            around = [[*h] if c.attr("auto_pad", "NOTSET") == "SAME_UPPER" else [h[1], h[0]] for h in halves]
            grow = [0] * len(sizes)
    else:
        grow = [s - (w - sum(p)) for s, w, p in zip(sizes, whole, around)]
    # Sizes that no conv with these strides begins with have zeros at their end.
    beyond = any(g >= j for g, j in zip(grow, stride))
    asked = [s - g for s, g in zip(sizes, grow)] if beyond else sizes
    text = (f"conv_transpose({x}, {c.weight(1, kernel)}, {settings(stride, dilation, around)}, groups={groups}, "
            f"sizes={literal(asked)})")
    if beyond:
        text = f"pad({text}, {literal([*([0, g] for g in grow), [0, 0]])})"
    return text + (f" + {c.weight(2)}" if c.has(2) else "")


def max_pool(c):
    if c.attr("storage_order", 0):
        raise Left("with the places of maxima in another order")
    kernel = c.attr("kernel_shape")
    stride, dilation, around, reach = windows(c, kernel)
    if c.attr("ceil_mode", 0):
        around = at_the_end(c, stride, around, reach)
    c.want(0, last(c.output(0)))
    return [f"maxpool({c.rowwise(0, last(c.array(0)))}, {literal(kernel)}, {settings(stride, dilation, around)})"]


def average_pool(c):
    """What ONNX counts of what is put around, the language has as a sum over a product."""
    kernel = c.attr("kernel_shape")
    stride, dilation, around, reach = windows(c, kernel)
    x = c.rowwise(0, last(c.array(0)))
    c.want(0, last(c.output(0)))
    if not c.attr("count_include_pad", 0):
        around = at_the_end(c, stride, around, reach) if c.attr("ceil_mode", 0) else around
        return f"avgpool({x}, {literal(kernel)}, {settings(stride, dilation, around)})"
    more = at_the_end(c, stride, around, reach) if c.attr("ceil_mode", 0) else around
    # Zeros that are there for ONNX, then nothing behind them.
    x = f"pad({x}, {literal([*around, [0, 0]])})"
    behind = [[0, m[1] - a[1]] for m, a in zip(more, around)]
    return f"avgpool({x}, {literal(kernel)}, {settings(stride, dilation, behind)})"


def lp_pool(c):
    kernel, p = c.attr("kernel_shape"), c.attr("p", 2)
    stride, dilation, around, reach = windows(c, kernel)
    if c.attr("ceil_mode", 0):
        around = at_the_end(c, stride, around, reach)
    c.want(0, last(c.output(0)))
    x = f"pad(abs({c.rowwise(0, last(c.array(0)))})^{p}, {literal([*around, [0, 0]])})"
    return f"pool_sum({x}, size={literal(kernel)}, stride={literal(stride)}, dilation={literal(dilation)})^(1/{p})"


def over_all(form):
    def write(c):
        keep = [1] * (c.rank(0) - 2)
        c.want(0, last(c.output(0)))
        axes = literal(list(range(c.rank(0) - 2)))
        return f"{form}({c.rowwise(0, last(c.array(0)))}, axis={axes}, keepdims=true)"

    return write


def layer(c, kind, weights, settings, x, out):
    """A layer of the library, with its weights by name."""
    c.line(f"layer {kind} {settings} from {x} as norm")
    c.weights.update({f"norm.{name}": np.asarray(array, np.float32) for name, array in weights.items()})
    c.want(0, out)
    return "norm"


def batch_norm(c):
    """By running statistics as the layer has it; in training by those of the batch, as expressions."""
    x = c.rowwise(0, last(c.array(0)))
    eps = literal(c.attr("epsilon", 1e-5))
    if not c.attr("training_mode", 0):
        weights = dict(zip(("gamma", "beta", "mean", "var"), (c.array(i) for i in range(1, 5))))
        return layer(c, "batchnorm", weights, f"eps={eps}", x, last(c.output(0)))
    axes = literal(list(range(c.rank(0) - 2)))
    stay = literal(c.attr("momentum", 0.9))
    gamma, beta, mean, var = (c.weight(i) for i in range(1, 5))
    c.line(f"m = batch_mean(mean({x}, axis={axes}))")
    c.line(f"v = batch_mean(mean(({x} - m)^2, axis={axes}))")
    c.want(0, last(c.output(0)))
    for i in (1, 2):
        c.want(i, np.stack([c.output(i)] * c.array(0).shape[0]))
    zero = f"0 * mean({x}, axis={axes})"  # of each example, so that it can be predicted
    return [f"{gamma} * ({x} - m) / sqrt(v + {eps}) + {beta}", f"{stay} * {mean} + (1 - {stay}) * m + {zero}",
            f"{stay} * {var} + (1 - {stay}) * v + {zero}"]


def instance_norm(c):
    weights = {"gamma": c.array(1), "beta": c.array(2)}
    return layer(c, "instancenorm", weights, f"eps={literal(c.attr('epsilon', 1e-5))}", c.rowwise(0, last(c.array(0))),
                 last(c.output(0)))


def group_norm(c):
    groups = c.attr("num_groups")
    weights = {"gamma": c.array(1), "beta": c.array(2)}
    return layer(c, "groupnorm", weights, f"groups={groups} eps={literal(c.attr('epsilon', 1e-5))}",
                 c.rowwise(0, last(c.array(0))), last(c.output(0)))


def layer_norm(c):
    """Over the last axis a layer, over several ones an expression, and so where the statistics are wanted."""
    axis, eps = c.attr("axis", -1) % c.rank(0), literal(c.attr("epsilon", 1e-5))
    if axis == c.rank(0) - 1 and len(c.node.output) == 1 and c.has(2):
        out = np.stack([c.output(0)] * 2)
        x = c.each(0)
        name = layer(c, "layernorm", {"gamma": c.array(1), "beta": c.array(2)}, f"eps={eps}", x, c.output(0))
        return name
    axes = literal(list(range(axis, c.rank(0))))
    x = c.each(0)
    c.line(f"m = mean({x}, axis={axes}, keepdims=true)")
    c.line(f"inverse = 1 / sqrt(variance({x}, axis={axes}, keepdims=true) + {eps})")
    text = f"({x} - m) * inverse * {c.weight(1)}" + (f" + {c.weight(2)}" if c.has(2) else "")
    return [text, "m", "inverse"]


def rms_norm(c):
    axis, eps = c.attr("axis", -1) % c.rank(0), literal(c.attr("epsilon", 1e-5))
    x = c.each(0)
    if axis == c.rank(0) - 1:
        return layer(c, "rmsnorm", {"gamma": c.array(1)}, f"eps={eps}", x, c.output(0))
    axes = literal(list(range(axis, c.rank(0))))
    return f"{x} / sqrt(mean({x}^2, axis={axes}, keepdims=true) + {eps}) * {c.weight(1)}"


def mean_variance(c):
    axes = literal([0, *c.attr("axes", [0, 2, 3])][1:])
    x = c.each(0)
    return f"({x} - mean({x}, axis={axes}, keepdims=true)) / (std({x}, axis={axes}, keepdims=true) + 1e-9)"


def local_response(c):
    """ONNX has an odd channel behind."""
    c.want(0, last(c.output(0)))
    return (f"lrn({c.rowwise(0, last(c.array(0)))}, {c.attr('size')}, alpha={literal(c.attr('alpha', 1e-4))}, "
            f"beta={literal(c.attr('beta', 0.75))}, bias={literal(c.attr('bias', 1.0))})")


def resize(c):
    """What the language's `resize` says as well: between middles, or from corner to corner."""
    mode, at = c.attr("mode", "nearest"), c.attr("coordinate_transformation_mode", "half_pixel")
    if c.node.op_type == "Upsample":
        at, scales = "asymmetric", c.const(1)
    if c.attr("antialias", 0):
        raise Left("with a filter for what is left out")
    if c.attr("exclude_outside", 0):
        raise Left("that leaves out what lies outside")
    if c.attr("axes") or c.rank(0) != 4:
        raise Left("of some axes")
    n, k, h, w = c.shape(0)
    out = c.output(0).shape
    if out[:2] != (n, k):
        raise Left("of the batch and the channels")
    if c.has(2):
        scales = c.const(2)
        if [int(np.floor(s * m)) / m for s, m in zip(scales, c.shape(0))] != [*scales]:
            raise Left("by a factor that the sizes do not have")
    sizes = literal(list(out[2:]))
    x = c.rowwise(0, last(c.array(0)))
    c.want(0, last(c.output(0)))
    if mode == "nearest":
        whole = all(o % i == 0 for o, i in zip(out[2:], (h, w)))
        rounding = c.attr("nearest_mode", "round_prefer_floor")
        # By a whole factor both begin with the same places.
        same = whole and (at == "half_pixel" and rounding in ("round_prefer_floor", "round_prefer_ceil") or at == "asymmetric" and
                          (rounding == "floor" or c.node.op_type == "Upsample"))
        if not same:
            raise Left("to the nearest by other rules")
        return f"resize({x}, {sizes}, how=nearest)"
    if at not in ("half_pixel", "align_corners", "pytorch_half_pixel"):
        raise Left("between other places")
    if at == "pytorch_half_pixel" and 1 in out[2:]:
        raise Left("to one place, that of the corner")
    if mode == "cubic" and c.attr("cubic_coeff_a", -0.75) != -0.75:
        raise Left("by another cubic")
    how = {"linear": "bilinear", "cubic": "bicubic"}[mode]
    return f"resize({x}, {sizes}, how={how}, corners={'true' if at == 'align_corners' else 'false'})"


TABLE = {
    "Conv": conv, "ConvTranspose": conv_transpose, "MaxPool": max_pool, "AveragePool": average_pool, "LpPool": lp_pool,
    "GlobalAveragePool": over_all("mean"), "GlobalMaxPool": over_all("max"), "BatchNormalization": batch_norm,
    "InstanceNormalization": instance_norm, "GroupNormalization": group_norm, "LayerNormalization": layer_norm,
    "RMSNormalization": rms_norm, "MeanVarianceNormalization": mean_variance, "LRN": local_response, "Resize": resize,
    "Upsample": resize,
}
