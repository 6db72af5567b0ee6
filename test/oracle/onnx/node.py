"""One node test of ONNX as a small spec: what goes in under which names, what is predicted, and what must come of it."""

import numpy as np
from onnx import helper

ROWS = 2  # where ONNX knows no batch, as many equal examples


class Left(Exception):
    """The case, or the operator, is none that a spec can be written of; the reason is its text."""


def literal(value):
    """Numbers and lists of them as the language writes them."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    number = float(value)
    if np.isinf(number):
        return "log(0)" if number < 0 else "-log(0)"
    return str(int(number)) if number == int(number) and abs(number) < 1e9 else repr(number)


def exact(array):
    """As the device has numbers: what is kept in half precision, or is no number, is another matter."""
    array = np.asarray(array)
    if array.dtype.kind not in "fiub" or array.dtype in (np.float16,) or array.dtype.itemsize > 8:
        raise Left(f"of type {array.dtype}")
    if array.size == 0:
        raise Left("with an axis of size 0")
    if array.dtype.kind in "iu" and np.abs(array.astype(np.float64)).max() > 2**24:
        raise Left("with integers that no float holds")
    return array.astype(np.float32)


class Case:
    def __init__(self, node, inputs, outputs):
        self.node, self.inputs, self.outputs = node, inputs, outputs
        self.lines, self.batch, self.weights = [], {}, {}
        self.rows, self.by_rows, self.beyond = None, False, False
        self.attrs = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        self.wanted, self.expected = {}, {}
        self.definition, self.target, self.expected_loss = None, None, None
        self.loss, self.optimizer = "loss = unit^2", "optim sgd"

    # ---- what the node says

    def attr(self, name, default=None):
        value = self.attrs.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def has(self, i):
        return i < len(self.node.input) and self.node.input[i] != ""

    def array(self, i):
        """The value of an input, by its place among all that the operator may have."""
        at = [name for name in self.node.input if name].index(self.node.input[i])
        return np.asarray(self.inputs[at])

    def shape(self, i):
        return self.array(i).shape

    def rank(self, i):
        return self.array(i).ndim

    def const(self, i, default=None):
        """What an input holds is known while compiling: shapes, axes, numbers of parts."""
        return self.array(i).tolist() if self.has(i) else default

    def number(self, i, default=None):
        return float(self.array(i).reshape(())) if self.has(i) else default

    def output(self, i):
        at = [name for name in self.node.output if name].index(self.node.output[i])
        return np.asarray(self.outputs[at])

    # ---- what the spec says

    def line(self, text):
        self.lines.append(text)

    def _declare(self, name, dtype, batch):
        if self.rows is not None and self.rows != batch.shape[0]:
            raise ValueError("two batches")
        self.rows = batch.shape[0]
        if name not in self.batch:
            self.lines.insert(len(self.batch), f"input {name}: {dtype}{literal(list(batch.shape[1:]))}")
            self.batch[name] = batch
        return name

    def each(self, i, array=None):
        """An input that belongs to one example: the node knows no batch."""
        array = exact(self.array(i) if array is None else array)
        if not np.isfinite(array).all():  # data has none, weights may
            self.beyond = True
            return f"w{i}" if f"w{i}" in self.weights else self.weight(i, array)
        return self._declare(f"x{i}", "f32", np.stack([array] * ROWS))

    def ids(self, i, array=None):
        array = (self.array(i) if array is None else array).astype(np.int32)
        return self._declare(f"x{i}", "i32", np.stack([array] * ROWS))

    def rowwise(self, i, array=None):
        """An input whose first axis is the batch."""
        self.by_rows = True
        return self._declare(f"x{i}", "f32", exact(self.array(i) if array is None else array))

    def rowwise_ids(self, i, array=None):
        self.by_rows = True
        array = (self.array(i) if array is None else array).astype(np.int32)
        return self._declare(f"x{i}", "i32", array)

    def weight(self, i, array=None, name=None):
        """An input that all examples share."""
        array, name = exact(self.array(i) if array is None else array), name or f"w{i}"
        self.line(f"weight {name}: {literal(list(array.shape))} init=zeros")
        self.weights[name] = array
        return name

    def want(self, i, array):
        """An output in another layout than ONNX's."""
        self.wanted[i] = array

    # ---- all together

    def finish(self, results):
        """The text, and what must come of it; `results` are expressions of the outputs, None for one that is not asked for."""
        results = [results] if isinstance(results, str) else list(results or [])
        expected = {name: exact(array) for name, array in self.expected.items()}
        if self.expected_loss is not None:
            expected["loss"] = exact(self.expected_loss)
        if not self.batch:
            self._declare("nothing", "f32", np.zeros((ROWS, 1), np.float32))
        asked = []
        for i, text in enumerate(results):
            if text is None or i >= len(self.node.output) or self.node.output[i] == "":
                continue
            array = exact(self.wanted.get(i, self.output(i)))
            if self.beyond and "nothing" in self.batch:
                text = f"({text}) + 0 * sum(nothing)"
            asked.append((f"y{i}", text, array if self.by_rows else np.stack([array] * ROWS)))
        if len(asked) == 1:
            self.line(f"predict ({asked[0][1]})")
            expected["predict"] = asked[0][2]
        elif asked:
            self.line("predict " + " ".join(f"{name}=({text})" for name, text, _ in asked))
            expected.update({f"predict/{name}": array for name, _, array in asked})
        if not expected:
            raise Left("of which nothing is asked")
        if "unit" in self.loss:
            self.line("weight unit: [] init=ones")
        first = [part for part in (self.definition, *self.lines[: len(self.batch)], self.target) if part]
        rest = [*self.lines[len(self.batch):], self.loss, self.optimizer]
        if "optim sgd" == self.optimizer:
            rest += [f"freeze {path}" for path in dict.fromkeys(name.split(".")[0] for name in self.weights)]
            self.weights["unit"] = np.float32(1)
        return "\n".join(first + rest) + "\n", expected
