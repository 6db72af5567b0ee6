"""ONNX's operators on single numbers, and their reductions, as the language writes them."""

from node import Left, literal


def call(form):
    """`x0`, `x1`, … are the inputs; attributes stand by name, with ONNX's default behind a colon: `{alpha:0.2}`."""

    def write(c):
        from string import Formatter

        text = ""
        for words, field, default, _ in Formatter().parse(form):
            text += words
            if field is None:
                continue
            text += c.each(int(field[1:])) if field[0] == "x" and field[1:].isdigit() else literal(c.attr(field, float(default or 0)))
        return text

    return write


def folded(form):
    """Any number of inputs, two at a time."""

    def write(c):
        text = c.each(0)
        for i in range(1, len(c.node.input)):
            text = form.format(text, c.each(i))
        return text

    return write


def mean(c):
    return f"({folded('{} + {}')(c)}) / {len(c.node.input)}"


def axes_of(c, attribute="axes", place=1):
    axes = c.attr(attribute)
    if axes is None and c.has(place):
        axes = [int(a) for a in c.array(place)]
    return list(axes) if axes is not None else None


def reduced(form):
    """`axis=` and `keepdims=` are the operator's own."""

    def write(c):
        axes = axes_of(c)
        x = c.each(0)
        if not axes and c.attr("noop_with_empty_axes", 0):
            return {"sum": x, "norm": f"abs({x})"}.get(form, None) or form.format(x=x, how=", axis=[]")
        axis = "" if not axes else f", axis={literal(axes)}"
        return form.format(x=x, how=f"{axis}, keepdims={'true' if c.attr('keepdims', 1) else 'false'}")

    return write


def product(c):
    """`prod` goes along one axis; several are one after the other."""
    axes = axes_of(c)
    x, rank, keep = c.each(0), c.rank(0), c.attr("keepdims", 1)
    if not axes:
        return f"prod({x}, keepdims={'true' if keep else 'false'})"
    for axis in sorted((a % rank for a in axes), reverse=True):
        x = f"prod({x}, axis={axis}, keepdims={'true' if keep else 'false'})"
    return x


def arg(name):
    def write(c):
        axis, x = c.attr("axis", 0), c.each(0)
        if c.attr("select_last_index", 0):
            n, most = c.shape(0)[axis], name[3:]
            places = [n if a == axis % c.rank(0) else 1 for a in range(c.rank(0))]
            best = f"{x} == {most}({x}, axis={axis}, keepdims=true)"
            x = f"max(where({best}, reshape(arange({n}), {literal(places)}), -1), axis={axis})"
        else:
            x = f"{name}({x}, axis={axis})"
        # An axis of the result is counted in what comes out.
        return f"expand_dims({x}, {axis})" if c.attr("keepdims", 1) else x

    return write


def accumulated(name):
    def write(c):
        axis, back = int(c.const(1)), c.attr("reverse", 0)
        x = c.each(0)
        if c.attr("exclusive", 0):
            n, a = c.shape(0)[axis], axis % c.rank(0)
            first = 0 if not back else 1
            if n == 1:
                raise Left("of nothing")
            around = [[0, 0]] * c.rank(0)
            around[a] = [0, 1] if back else [1, 0]
            x = f"pad(narrow({x}, {a}, {first}, {n - 1}), {literal(around)}, value={1 if name == 'cumprod' else 0})"
        return f"{name}({x}, axis={axis}, reverse={'true' if back else 'false'})"

    return write


def clip(c):
    x = c.each(0)
    if c.has(1):
        x = f"maximum({x}, {c.each(1)})"
    if c.has(2):
        x = f"minimum({x}, {c.each(2)})"
    return x


def mod(c):
    return (call("fmod({x0}, {x1})") if c.attr("fmod", 0) else call("{x0} % {x1}"))(c)


def is_inf(c):
    x, plus, minus = c.each(0), c.attr("detect_positive", 1), c.attr("detect_negative", 1)
    return f"isinf({x})" if plus and minus else f"isinf({x}) and {x} {'>' if plus else '<'} 0"


def gelu(c):
    return f"gelu_tanh({c.each(0)})" if c.attr("approximate", "none") == "tanh" else f"gelu({c.each(0)})"


def prelu(c):
    x, slope = c.each(0), c.each(1)
    return f"where({x} > 0, {x}, {slope} * {x})"


def power(c):
    return call("{x0}^{x1}")(c)


def divide(c):
    whole = c.array(0).dtype.kind in "iu"
    return call("trunc({x0} / {x1})" if whole else "{x0} / {x1}")(c)


def softmax(name):
    return lambda c: f"{name}({c.each(0)}, axis={c.attr('axis', -1)})"


def log_softmax(c):
    return f"log_softmax({c.each(0)}, axis={c.attr('axis', -1)})"


def hardmax(c):
    axis = c.attr("axis", -1) % c.rank(0)
    return f"from_end(one_hot(argmax({c.each(0)}, axis={axis}), {c.shape(0)[axis]}), {axis})"


def lp_normalization(c):
    x, axis = c.each(0), c.attr("axis", -1)
    length = f"norm({x}, axis={axis}, keepdims=true)" if c.attr("p", 2) == 2 else f"sum(abs({x}), axis={axis}, keepdims=true)"
    return f"where({length} == 0, 0, {x} / where({length} == 0, 1, {length}))"


TABLE = {
    # one number
    "Abs": call("abs({x0})"), "Acos": call("acos({x0})"), "Acosh": call("acosh({x0})"), "Asin": call("asin({x0})"),
    "Asinh": call("asinh({x0})"), "Atan": call("atan({x0})"), "Atanh": call("atanh({x0})"), "Ceil": call("ceil({x0})"),
    "Cos": call("cos({x0})"), "Cosh": call("cosh({x0})"), "Erf": call("erf({x0})"), "Exp": call("exp({x0})"),
    "Floor": call("floor({x0})"), "Identity": call("{x0}"), "Log": call("log({x0})"), "Neg": call("-{x0}"),
    "Not": call("not {x0}"), "Reciprocal": call("reciprocal({x0})"), "Round": call("round({x0})"), "Sign": call("sign({x0})"),
    "Sin": call("sin({x0})"), "Sinh": call("sinh({x0})"), "Sqrt": call("sqrt({x0})"), "Tan": call("tan({x0})"),
    "IsNaN": call("isnan({x0})"), "IsInf": is_inf, "Clip": clip,
    # activations
    "Celu": call("celu({x0}, alpha={alpha:1})"), "Elu": call("elu({x0}, alpha={alpha:1})"), "Gelu": gelu,
    "HardSigmoid": call("clip({alpha:0.2} * {x0} + {beta:0.5}, 0, 1)"), "HardSwish": call("hard_silu({x0})"),
    "LeakyRelu": call("leaky_relu({x0}, slope={alpha:0.01})"), "Mish": call("mish({x0})"), "PRelu": prelu,
    "Relu": call("relu({x0})"),
    "Selu": call("{gamma:1.0507009873554805} * elu({x0}, alpha={alpha:1.6732632423543772})"),
    "Shrink": call("where({x0} < -{lambd:0.5}, {x0} + {bias:0}, where({x0} > {lambd:0.5}, {x0} - {bias:0}, 0))"),
    "Sigmoid": call("sigmoid({x0})"), "Softplus": call("softplus({x0})"), "Softsign": call("softsign({x0})"),
    "Swish": call("{x0} * sigmoid({alpha:1} * {x0})"), "SwiGLU": call("{x0} * sigmoid({alpha:1} * {x0}) * {x1}"),
    "Tanh": call("tanh({x0})"), "ThresholdedRelu": call("thresholded_relu({x0}, alpha={alpha:1})"),
    "Hardmax": hardmax, "Softmax": softmax("softmax"), "LogSoftmax": log_softmax, "LpNormalization": lp_normalization,
    # two numbers and more
    "Add": call("{x0} + {x1}"), "Sub": call("{x0} - {x1}"), "Mul": call("{x0} * {x1}"), "Div": divide, "Mod": mod,
    "Pow": power, "And": call("{x0} and {x1}"), "Or": call("{x0} or {x1}"), "Xor": call("({x0} != 0) != ({x1} != 0)"),
    "Equal": call("{x0} == {x1}"), "Greater": call("{x0} > {x1}"), "GreaterOrEqual": call("{x0} >= {x1}"),
    "Less": call("{x0} < {x1}"), "LessOrEqual": call("{x0} <= {x1}"), "Where": call("where({x0}, {x1}, {x2})"),
    "Max": folded("maximum({}, {})"), "Min": folded("minimum({}, {})"), "Sum": folded("{} + {}"), "Mean": mean,
    "Binarizer": call("{x0} > {threshold:0}"),
    # reductions
    "ArgMax": arg("argmax"), "ArgMin": arg("argmin"), "CumSum": accumulated("cumsum"), "CumProd": accumulated("cumprod"),
    "ReduceL1": reduced("sum(abs({x}){how})"), "ReduceL2": reduced("norm({x}{how})"),
    "ReduceLogSum": reduced("log(sum({x}{how}))"), "ReduceLogSumExp": reduced("logsumexp({x}{how})"),
    "ReduceMax": reduced("max({x}{how})"), "ReduceMean": reduced("mean({x}{how})"), "ReduceMin": reduced("min({x}{how})"),
    "ReduceProd": product, "ReduceSum": reduced("sum({x}{how})"), "ReduceSumSquare": reduced("sum({x}^2{how})"),
}
