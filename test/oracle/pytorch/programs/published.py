"""The encoder of BERT and the decoder of GPT-2 over weights in F16 under the names of Hugging Face: what a layer of the
library makes of them is what torch.nn.TransformerEncoder does, post-norm or pre-norm."""

import numpy as np
import torch
import torch.nn.functional as F
from torch.func import functional_call

from case import Cases, classes
from layers import scope
from net import cross_entropy
from optimizers import sgd

CASES = Cases(20279000)
rng = np.random.default_rng(17)
D, HEADS, FF, DEPTH = 8, 2, 12, 2


def half(*shape, scale=0.5, around=0.0):
    return (around + scale * rng.standard_normal(shape)).astype(np.float16)


def single(array):
    return np.asarray(array, np.float32)


def norm(name):
    return {f"{name}.weight": half(D, scale=0.2, around=1), f"{name}.bias": half(D, scale=0.2)}


def linear(name, ins, outs):
    """As torch.nn.Linear has it: [out, in]."""
    return {f"{name}.weight": half(outs, ins), f"{name}.bias": half(outs, scale=0.2)}


def stack(eps, activation, pre):
    layer = torch.nn.TransformerEncoderLayer(D, HEADS, FF, 0.0, activation, eps, batch_first=True, norm_first=pre)
    return torch.nn.TransformerEncoder(layer, DEPTH, enable_nested_tensor=False)


def blocks(module, w, path, parts, x, **masks):
    """The module over weights of ours; `parts` are the scopes of the two norms and the two dense layers."""
    state = {}
    for i in range(DEPTH):
        own, look = scope(w, path(i)), f"layers.{i}.self_attn."
        state[f"{look}in_proj_weight"] = torch.cat([own[f"attention.{n}.kernel"].T for n in ("query", "key", "value")])
        state[f"{look}in_proj_bias"] = torch.cat([own[f"attention.{n}.bias"] for n in ("query", "key", "value")])
        state[f"{look}out_proj.weight"] = own["attention.output.kernel"].T
        state[f"{look}out_proj.bias"] = own["attention.output.bias"]
        for theirs, ours in zip(("norm1", "norm2"), parts[:2]):
            state[f"layers.{i}.{theirs}.weight"] = own[f"{ours}.gamma"]
            state[f"layers.{i}.{theirs}.bias"] = own[f"{ours}.beta"]
        for theirs, ours in zip(("linear1", "linear2"), parts[2:]):
            state[f"layers.{i}.{theirs}.weight"] = own[f"{ours}.kernel"].T
            state[f"layers.{i}.{theirs}.bias"] = own[f"{ours}.bias"]
    return functional_call(module, state, (x,), masks)


def case(name, spec, weights, file, forward, batch):
    CASES.case(name, spec, {n: a.shape for n, a in weights.items()},
               lambda w, b, s: ([cross_entropy(forward(w, b), b["y"])], s),
               predict=lambda w, b, s: forward(w, b), optimizer=sgd, lr=0.1, batch=batch,
               weights=weights, files={f"{name}.safetensors": file})


# ---------------------------------------------------------------- BERT

WORDS, PLACES = 11, 6
BERT = {
    "embeddings.word_embeddings.weight": half(WORDS, D),
    "embeddings.position_embeddings.weight": half(PLACES, D),
    "embeddings.token_type_embeddings.weight": half(2, D),
    "embeddings.position_ids": np.arange(PLACES, dtype=np.int32)[None],
    **norm("embeddings.LayerNorm"),
    **linear("pooler.dense", D, D),
}
for i in range(DEPTH):
    at = f"encoder.layer.{i}"
    for part in ("query", "key", "value"):
        BERT.update(linear(f"{at}.attention.self.{part}", D, D))
    BERT.update({**linear(f"{at}.attention.output.dense", D, D), **norm(f"{at}.attention.output.LayerNorm"),
                 **linear(f"{at}.intermediate.dense", D, FF), **linear(f"{at}.output.dense", FF, D),
                 **norm(f"{at}.output.LayerNorm")})


def bert_weights():
    ours = {
        "bert.tok.table": single(BERT["embeddings.word_embeddings.weight"]),
        "bert.position_embedding.table": single(
            BERT["embeddings.position_embeddings.weight"].astype(np.float64)
            + BERT["embeddings.token_type_embeddings.weight"][0].astype(np.float64)),
        "bert.layernorm.gamma": single(BERT["embeddings.LayerNorm.weight"]),
        "bert.layernorm.beta": single(BERT["embeddings.LayerNorm.bias"]),
    }
    for i in range(DEPTH):
        own, theirs = f"bert.encoder.{i}", f"encoder.layer.{i}"
        for ours_name, name in [("attention.query", "attention.self.query"), ("attention.key", "attention.self.key"),
                                ("attention.value", "attention.self.value"), ("attention.output", "attention.output.dense"),
                                ("dense", "intermediate.dense"), ("dense_1", "output.dense")]:
            ours[f"{own}.{ours_name}.kernel"] = single(BERT[f"{theirs}.{name}.weight"].T)
            ours[f"{own}.{ours_name}.bias"] = single(BERT[f"{theirs}.{name}.bias"])
        for ours_name, name in [("h", "attention.output"), ("layernorm", "output")]:
            ours[f"{own}.{ours_name}.gamma"] = single(BERT[f"{theirs}.{name}.LayerNorm.weight"])
            ours[f"{own}.{ours_name}.beta"] = single(BERT[f"{theirs}.{name}.LayerNorm.bias"])
    return {**ours, "classifier.kernel": single(half(D, 3)), "classifier.bias": single(half(3))}


ENCODER = stack(1e-12, "gelu", False)


def bert(w, b):
    x = F.embedding(b["tokens"].long(), w["bert.tok.table"]) + w["bert.position_embedding.table"]
    x = F.layer_norm(x, (D,), w["bert.layernorm.gamma"], w["bert.layernorm.beta"], 1e-12)
    x = blocks(ENCODER, w, "bert.encoder.{}".format, ("h", "layernorm", "dense", "dense_1"), x,
               src_key_padding_mask=b["mask"] == 0)
    return x[:, 0] @ w["classifier.kernel"] + w["classifier.bias"]


def kept(rng):
    """The first token is there."""
    mask = rng.integers(0, 2, (4, PLACES))
    mask[:, 0] = 1
    return mask.astype(np.float32)


case("bert", f"""input tokens: i32[{PLACES}]; input mask: f32[{PLACES}]; target y: class[3]
layer bert {WORDS} {D} heads={HEADS} ff={FF} depth={DEPTH} length={PLACES} mask=mask from tokens
layer dense 3 from (it[0, :]) as classifier
loss xent
optim sgd lr=0.1
load bert from "bert.safetensors" names=huggingface_bert
""", bert_weights(), BERT, bert, {"tokens": classes(4, WORDS, PLACES), "mask": kept, "y": classes(4, 3)})


# ---------------------------------------------------------------- GPT-2

CHARS, LENGTH, STEPS = 9, 7, 5


def conv1d(name, ins, outs):
    """As Conv1D has it: [in, out]."""
    return {f"{name}.weight": half(ins, outs), f"{name}.bias": half(outs, scale=0.2)}


GPT = {"wte.weight": half(CHARS, D), "wpe.weight": half(LENGTH, D), **norm("ln_f")}
for i in range(DEPTH):
    GPT.update({**norm(f"h.{i}.ln_1"), **norm(f"h.{i}.ln_2"), **conv1d(f"h.{i}.attn.c_attn", D, 3 * D),
                **conv1d(f"h.{i}.attn.c_proj", D, D), **conv1d(f"h.{i}.mlp.c_fc", D, FF),
                **conv1d(f"h.{i}.mlp.c_proj", FF, D),
                f"h.{i}.attn.bias": np.tril(np.ones((1, 1, LENGTH, LENGTH), np.float16))})


def gpt_weights():
    ours = {"gpt.tok.table": single(GPT["wte.weight"]), "gpt.position_embedding.table": single(GPT["wpe.weight"])}
    for i in range(DEPTH):
        own, theirs = f"gpt.decoder.{i}.block", f"h.{i}"
        for ours_name, name in [("layernorm", "ln_1"), ("layernorm_1", "ln_2")]:
            ours[f"{own}.{ours_name}.gamma"] = single(GPT[f"{theirs}.{name}.weight"])
            ours[f"{own}.{ours_name}.beta"] = single(GPT[f"{theirs}.{name}.bias"])
        kernels = np.split(GPT[f"{theirs}.attn.c_attn.weight"], 3, axis=1)
        biases = np.split(GPT[f"{theirs}.attn.c_attn.bias"], 3)
        for part, kernel, bias in zip(("query", "key", "value"), kernels, biases):
            ours[f"{own}.attention.{part}.kernel"] = single(kernel)
            ours[f"{own}.attention.{part}.bias"] = single(bias)
        for ours_name, name in [("attention.output", "attn.c_proj"), ("dense", "mlp.c_fc"), ("dense_1", "mlp.c_proj")]:
            ours[f"{own}.{ours_name}.kernel"] = single(GPT[f"{theirs}.{name}.weight"])
            ours[f"{own}.{ours_name}.bias"] = single(GPT[f"{theirs}.{name}.bias"])
    return {**ours, "gpt.layernorm.gamma": single(GPT["ln_f.weight"]), "gpt.layernorm.beta": single(GPT["ln_f.bias"])}


DECODER = stack(1e-5, lambda x: F.gelu(x, approximate="tanh"), True)


def gpt(w, b):
    x = F.embedding(b["chars"].long(), w["gpt.tok.table"]) + w["gpt.position_embedding.table"][:STEPS]
    later = torch.triu(torch.ones(STEPS, STEPS, dtype=torch.bool), 1)
    x = blocks(DECODER, w, "gpt.decoder.{}.block".format, ("layernorm", "layernorm_1", "dense", "dense_1"), x, mask=later)
    x = F.layer_norm(x, (D,), w["gpt.layernorm.gamma"], w["gpt.layernorm.beta"], 1e-5)
    return F.linear(x, w["gpt.tok.table"])


def left_out(rng):
    """The last place of the first text, and one in its midst, have no class."""
    labels = rng.integers(0, CHARS, (3, STEPS))
    labels[0, -1] = labels[1, 2] = -1
    return labels.astype(np.int32)


case("gpt", f"""input chars: i32[{STEPS}]; target y: class[{CHARS}][{STEPS}]
layer gpt {CHARS} {D} heads={HEADS} ff={FF} depth={DEPTH} length={LENGTH} from chars
loss xent
optim sgd lr=0.1
load gpt from "gpt.safetensors" names=huggingface_gpt2
""", gpt_weights(), {**{f"transformer.{n}": a for n, a in GPT.items()}, "lm_head.weight": GPT["wte.weight"]}, gpt,
     {"chars": classes(3, CHARS, STEPS), "y": left_out})
