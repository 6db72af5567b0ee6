"""Operators that move numbers about, and products, as the language writes them."""

import numpy as np

from node import Left, literal


def reshape(c):
    shape = [int(n) for n in c.const(1)]
    if not c.attr("allowzero", 0):
        shape = [c.shape(0)[i] if n == 0 else n for i, n in enumerate(shape)]
    return f"reshape({c.each(0)}, {literal(shape)})"


def flatten(c):
    axis, s = c.attr("axis", 1), c.shape(0)
    axis = axis + len(s) if axis < 0 else axis
    return f"reshape({c.each(0)}, {literal([int(np.prod(s[:axis])), int(np.prod(s[axis:]))])})"


def transpose(c):
    order = c.attr("perm")
    return f"transpose({c.each(0)})" if order is None else f"transpose({c.each(0)}, {literal(order)})"


def axes_of(c):
    return [int(a) for a in (c.const(1) if c.has(1) else c.attr("axes"))]


def unsqueeze(c):
    axes = axes_of(c)
    rank = c.rank(0) + len(axes)
    text = c.each(0)
    for axis in sorted(a % rank for a in axes):
        text = f"expand_dims({text}, {axis})"
    return text


def squeeze(c):
    axes = [a for a, n in enumerate(c.shape(0)) if n == 1] if not c.has(1) else axes_of(c)
    text = c.each(0)
    for axis in sorted((a % c.rank(0) for a in axes), reverse=True):
        text = f"squeeze({text}, {axis})"
    return text


def expand(c):
    wanted = np.broadcast_shapes(c.shape(0), tuple(int(n) for n in c.const(1)))
    return f"broadcast({c.each(0)}, {literal(list(wanted))})"


def concat(c):
    return f"concat([{', '.join(c.each(i) for i in range(len(c.node.input)))}], axis={c.attr('axis')})"


def split(c):
    axis = c.attr("axis", 0)
    n = c.shape(0)[axis]
    count = c.attr("num_outputs") or len(c.node.output)
    sizes = c.const(1) if c.has(1) else c.attr("split")
    if sizes is None:
        each = -(-n // count)
        sizes = [min(each, n - i * each) for i in range(count)]
        parts = count if n % count == 0 else sizes
    else:
        parts = sizes = [int(k) for k in sizes]
    if 0 in sizes:
        raise Left("with an axis of size 0")
    c.line(f"parts = split({c.each(0)}, {literal(parts)}, axis={axis})")
    return [f"parts[{i}]" for i in range(len(sizes))]


def slice_(c):
    starts, ends = c.const(1), c.const(2)
    rank = c.rank(0)
    axes = c.const(3, list(range(len(starts))))
    steps = c.const(4, [1] * len(starts))
    at = [":"] * rank
    for start, end, axis, step in zip(starts, ends, axes, steps):
        n = c.shape(0)[axis]
        near = lambda i: "" if abs(i) > n else str(int(i))
        at[axis] = f"{near(start)}:{near(end)}" + (f":{int(step)}" if step != 1 else "")
    return f"{c.each(0)}[{', '.join(at)}]"


def numbers(ids, n):
    return np.where(ids < 0, ids + n, ids)


def gather(c):
    """Rows along the first axis; of another it is brought there."""
    axis, ids = c.attr("axis", 0) % c.rank(0), c.array(1)
    x = c.each(0)
    rest = [a for a in range(c.rank(0)) if a != axis]
    front = x if axis == 0 else f"transpose({x}, {literal([axis, *rest])})"
    got = f"gather({front}, {c.ids(1, numbers(ids, c.shape(0)[axis]))})"
    if axis == 0:
        return got
    order = [*(ids.ndim + a for a in range(axis)), *range(ids.ndim), *(ids.ndim + a for a in range(axis, len(rest)))]
    return f"transpose({got}, {literal(order)})"


def gather_elements(c):
    axis = c.attr("axis", 0)
    ids = numbers(c.array(1), c.shape(0)[axis])
    lead = [slice(0, n) if a != axis % c.rank(0) else slice(None) for a, n in enumerate(ids.shape)]
    x = np.asarray(c.array(0))[tuple(lead)]  # lines without numbers are not asked for
    return f"take_along({c.each(0, x)}, {c.ids(1, ids)}, axis={axis})"


def gather_nd(c):
    """Places are known here, and a place is an index of the language's."""
    if c.attr("batch_dims", 0):
        raise Left("with places of each example's own on several axes")
    x, ids = c.each(0), c.array(1)
    flat = ids.reshape(-1, ids.shape[-1])
    rows = ", ".join(f"{x}{literal(list(row))}" for row in flat)
    rest = c.shape(0)[ids.shape[-1]:]
    return f"reshape(stack([{rows}]), {literal([*ids.shape[:-1], *rest])})"


def scatter_elements(c):
    axis, how = c.attr("axis", 0), c.attr("reduction", "none")
    ids = numbers(c.array(1), c.shape(0)[axis])
    x = c.each(0)
    if ids.shape[:axis] + ids.shape[axis + 1:] != c.shape(0)[:axis] + c.shape(0)[axis + 1:]:
        around = [[0, n - m] if a != axis % c.rank(0) else [0, 0] for a, (n, m) in enumerate(zip(c.shape(0), ids.shape))]
        ids = np.pad(ids, around, constant_values=-1)
        more = np.pad(c.array(2), around)
    else:
        more = c.array(2)
    place, values = c.ids(1, ids), c.each(2, more)
    if how == "add":
        return f"add_along({x}, {place}, {values}, axis={axis})"
    if how != "none":
        raise Left("into places that are multiplied or compared with what they hold")
    empty = f"add_along(0 * {x}, {place}, 0 * {values} + 1, axis={axis})"
    return f"where({empty} > 0, add_along(0 * {x}, {place}, {values}, axis={axis}), {x})"


def tile(c):
    return f"tile({c.each(0)}, {literal([int(n) for n in c.const(1)])})"


def pad(c):
    rank = c.rank(0)
    pads = [int(n) for n in c.const(1)]
    axes = [int(a) % rank for a in c.const(3)] if c.has(3) else list(range(rank))
    around = [[0, 0] for _ in range(rank)]
    for k, axis in enumerate(axes):
        around[axis] = [pads[k], pads[k + len(axes)]]
    mode = c.attr("mode", "constant")
    value = c.number(2, 0.0)
    how = "" if mode == "constant" else f", mode={mode}"
    return f"pad({c.each(0)}, {literal(around)}{how}" + (f", value={literal(value)}" if value else "") + ")"


def triangle(c):
    k = int(c.number(1, 0))
    return f"{'triu' if c.attr('upper', 1) else 'tril'}({c.each(0)}, k={k})"


def eye(c):
    rows, columns = c.shape(0)
    return f"expand_dims(arange({rows}) + {c.attr('k', 0)}, 1) == arange({columns})"


def one_hot(c):
    """Numbers count from the end too, and what lies outside has no class."""
    n, axis = int(c.array(1).reshape(())), c.attr("axis", -1)
    off, on = (float(v) for v in c.array(2))
    ids = c.array(0)
    if np.any(ids != np.floor(ids)):
        raise Left("of numbers that are not whole")
    text = f"one_hot({c.ids(0, np.where((ids < 0) & (ids >= -n), ids + n, ids))}, {n})"
    return f"from_end({text} * {literal(on - off)} + {literal(off)}, {axis})"


def arange(c):
    start, limit, step = (float(c.array(i).reshape(())) for i in range(3))
    n = max(int(np.ceil((limit - start) / step)), 0)
    return f"{literal(start)} + {literal(step)} * arange({n})"


def constant_of_shape(c):
    value = c.attr("value")
    from onnx import numpy_helper

    shape = [int(n) for n in c.const(0)]
    if 0 in shape:
        raise Left("with an axis of size 0")
    return f"full({literal(shape)}, {literal(numpy_helper.to_array(value).reshape(()) if value is not None else 0)})"


def shape(c):
    start, end = c.attr("start", 0), c.attr("end", c.rank(0))
    text = f"shape({c.each(0)})"
    part = c.array(0).shape[start:end]
    if not part:
        raise Left("with an axis of size 0")
    whole = start == 0 and end >= c.rank(0)
    return f"0 + {text}" if whole else f"0 + {text}[{start}:{end}]"


def size(c):
    return f"0 + product(shape({c.each(0)}))"


def depth_to_space(c):
    """Channels last; PyTorch's order of channels (CRD) has those of a block next to each other."""
    n = c.attr("blocksize")
    x = c.rowwise(0, np.moveaxis(c.array(0), 1, -1))
    c.want(0, np.moveaxis(c.output(0), 1, -1))
    if c.attr("mode", "DCR") == "CRD":
        _, k, h, w = c.shape(0)
        x = f"reshape(swapaxes(reshape({x}, {literal([h, w, k // n**2, n * n])}), 2, 3), {literal([h, w, k])})"
    return f"depth_to_space({x}, {n})"


def space_to_depth(c):
    x = c.rowwise(0, np.moveaxis(c.array(0), 1, -1))
    c.want(0, np.moveaxis(c.output(0), 1, -1))
    if c.attr("mode", "DCR") != "DCR":
        raise Left("with another order of channels")
    return f"space_to_depth({x}, {c.attr('blocksize')})"


def reverse_sequence(c):
    """Of each example as many places as it has, from the last of them."""
    x = c.array(0)
    batch, time = c.attr("batch_axis", 1), c.attr("time_axis", 0)
    c.want(0, np.moveaxis(c.output(0), (batch, time), (0, 1)))
    x = c.rowwise(0, np.moveaxis(x, (batch, time), (0, 1)))
    n = c.rowwise(1, c.array(1).astype(np.float32))
    t = c.shape(0)[time]
    return f"take_along({x}, where(arange({t}) < {n}, {n} - 1 - arange({t}), arange({t})))"


def top_k(c):
    axis, k, largest = c.attr("axis", -1), int(c.array(1).reshape(())), c.attr("largest", 1)
    if not c.attr("sorted", 1):
        raise Left("in no order that is said")
    x = c.each(0)
    c.line(f"order = argsort({'-' if largest else ''}{x}, axis={axis})")
    cut = f"narrow(order, {axis}, 0, {k})"
    return [f"take_along({x}, {cut}, axis={axis})", cut]


def compress(c):
    keep, axis = np.flatnonzero(c.array(1)), c.attr("axis")
    x = c.each(0)
    if axis is None:
        x, axis = f"reshape({x}, [-1])", 0
    rank = c.rank(0) if c.attr("axis") is not None else 1
    axis %= rank
    parts = ", ".join(f"narrow({x}, {axis}, {int(i)}, 1)" for i in keep)
    return f"concat([{parts}], axis={axis})"


def center_crop_pad(c):
    wanted = [int(n) for n in c.const(1)]
    axes = [a % c.rank(0) for a in c.attr("axes", list(range(c.rank(0))))]
    x = c.each(0)
    for axis, n in zip(axes, wanted):
        have = c.shape(0)[axis]
        if n < have:
            x = f"narrow({x}, {axis}, {(have - n) // 2}, {n})"
        elif n > have:
            around = [[0, 0]] * c.rank(0)
            around[axis] = [(n - have) // 2, n - have - (n - have) // 2]
            x = f"pad({x}, {literal(around)})"
    return x


def gemm(c):
    a, b = c.each(0), c.each(1)
    a = f"transpose({a})" if c.attr("transA", 0) else a
    b = f"transpose({b})" if c.attr("transB", 0) else b
    text = f"{literal(c.attr('alpha', 1.0))} * ({a} @ {b})"
    return text + (f" + {literal(c.attr('beta', 1.0))} * {c.each(2)}" if c.has(2) else "")


def matmul(c):
    return f"{c.each(0)} @ {c.each(1)}"


def einsum(c):
    equation = c.attr("equation").replace(" ", "")
    if "..." in equation:
        raise Left("with axes that have no letter")
    return f"einsum({literal(equation)}, {', '.join(c.each(i) for i in range(len(c.node.input)))})"


def window(form):
    def write(c):
        n = int(c.array(0).reshape(()))
        by = n if c.attr("periodic", 1) else n - 1
        return form.format(t=f"(2 * pi / {by} * arange({n}))")

    return write


def col2im(c):
    """The way back of a conv whose kernels show each place of a window."""
    image, block = [int(n) for n in c.const(1)], [int(n) for n in c.const(2)]
    rank = len(image)
    stride, dilation = c.attr("strides", [1] * rank), c.attr("dilations", [1] * rank)
    pads = c.attr("pads", [0] * 2 * rank)
    n, k, length = c.shape(0)
    channels, taps = k // int(np.prod(block)), int(np.prod(block))
    places = [(image[i] + pads[i] + pads[i + rank] - dilation[i] * (block[i] - 1) - 1) // stride[i] + 1 for i in range(rank)]
    x = c.rowwise(0, np.moveaxis(c.array(0).reshape(n, k, *places), 1, -1))
    c.want(0, np.moveaxis(c.output(0), 1, -1))
    kernel = np.eye(k).reshape(channels, *block, k)
    kernel = c.weight(1, np.moveaxis(kernel, 0, rank), name="taps")
    around = [[pads[i], pads[i + rank]] for i in range(rank)]
    return (f"conv_transpose({x}, {kernel}, stride={literal(stride)}, dilation={literal(dilation)}, "
            f"pad={literal(around)}, sizes={literal(image)})")


TABLE = {
    "Reshape": reshape, "Flatten": flatten, "Transpose": transpose, "Unsqueeze": unsqueeze, "Squeeze": squeeze,
    "Expand": expand, "Concat": concat, "Split": split, "Slice": slice_, "Gather": gather,
    "GatherElements": gather_elements, "GatherND": gather_nd, "ScatterElements": scatter_elements, "Scatter": scatter_elements,
    "Tile": tile, "Pad": pad, "Trilu": triangle, "EyeLike": eye, "OneHot": one_hot, "Range": arange,
    "ConstantOfShape": constant_of_shape, "Shape": shape, "Size": size, "DepthToSpace": depth_to_space,
    "SpaceToDepth": space_to_depth, "ReverseSequence": reverse_sequence, "TopK": top_k, "Compress": compress,
    "CenterCropPad": center_crop_pad, "Gemm": gemm, "MatMul": matmul, "Einsum": einsum, "Col2Im": col2im,
    "HannWindow": window("0.5 - 0.5 * cos{t}"), "HammingWindow": window("25/46 - 21/46 * cos{t}"),
    "BlackmanWindow": window("0.42 - 0.5 * cos{t} + 0.08 * cos(2 * {t})"),
}
