"""Makes published weights with PyTorch and the Python library of safetensors, and what PyTorch answers with them.

    python3 test/load/make_fixtures.py          (pip install torch numpy safetensors)

`encoder` is a BERT encoder under the names of Hugging Face, whose answers are those of torch.nn.TransformerEncoderLayer;
it comes in shards, and as the trunk of a larger model with the old names of norms, in BF16. `network` is a small
convolutional network in F16 and F64. Each answer is computed with the numbers as the file has them.
"""

import json
import os

import torch
from safetensors.torch import save_file

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
torch.manual_seed(20261130)
D, HEADS, FF, DEPTH, WORDS, LENGTH = 8, 2, 12, 2, 11, 6


def path(name):
    return os.path.join(OUT, name)


def rounded(state, kind):
    return {name: (t.to(kind) if t.is_floating_point() else t) for name, t in state.items()}


# ---------------------------------------------------------------- an encoder


def encoder_names(state):
    """The parameters of TransformerEncoderLayer under the names that BertModel has."""
    named = {}
    for i in range(DEPTH):
        own, bert = f"layers.{i}.", f"encoder.layer.{i}."
        parts = zip(["query", "key", "value"], range(0, 3 * D, D))
        for part, at in parts:
            named[bert + f"attention.self.{part}.weight"] = state[own + "self_attn.in_proj_weight"][at : at + D]
            named[bert + f"attention.self.{part}.bias"] = state[own + "self_attn.in_proj_bias"][at : at + D]
        for theirs, ours in [
            ("attention.output.dense", "self_attn.out_proj"),
            ("attention.output.LayerNorm", "norm1"),
            ("intermediate.dense", "linear1"),
            ("output.dense", "linear2"),
            ("output.LayerNorm", "norm2"),
        ]:
            for kind in ["weight", "bias"]:
                named[bert + f"{theirs}.{kind}"] = state[own + f"{ours}.{kind}"]
    for name in ["word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight"]:
        named["embeddings." + name] = state[name]
    for kind in ["weight", "bias"]:
        named["embeddings.LayerNorm." + kind] = state["norm." + kind]
    named["embeddings.position_ids"] = torch.arange(LENGTH)[None]
    named["pooler.dense.weight"] = torch.randn(D, D)
    return {name: t.clone().contiguous() for name, t in named.items()}


def encoder_state():
    layer = torch.nn.TransformerEncoderLayer(D, HEADS, FF, 0.0, "gelu", 1e-12, batch_first=True, norm_first=False)
    stack = torch.nn.TransformerEncoder(layer, DEPTH, enable_nested_tensor=False)
    state = {name: torch.randn_like(t) * 0.4 + (1 if "norm" in name else 0) for name, t in stack.state_dict().items()}
    state["word_embeddings.weight"] = torch.randn(WORDS, D)
    state["position_embeddings.weight"] = torch.randn(LENGTH, D)
    state["token_type_embeddings.weight"] = torch.randn(2, D)
    state["norm.weight"] = 1 + 0.2 * torch.randn(D)
    state["norm.bias"] = 0.2 * torch.randn(D)
    return state


def encoder_answer(state, tokens, mask):
    state = {name: t.double() for name, t in state.items()}
    layer = torch.nn.TransformerEncoderLayer(D, HEADS, FF, 0.0, "gelu", 1e-12, batch_first=True, norm_first=False)
    stack = torch.nn.TransformerEncoder(layer, DEPTH, enable_nested_tensor=False).double()
    stack.load_state_dict({name: state[name] for name in stack.state_dict()})
    stack.eval()
    x = state["word_embeddings.weight"][tokens] + state["position_embeddings.weight"] + state["token_type_embeddings.weight"][0]
    x = torch.nn.functional.layer_norm(x, (D,), state["norm.weight"], state["norm.bias"], 1e-12)
    with torch.no_grad():
        return stack(x, src_key_padding_mask=mask == 0).float()


def encoder():
    tokens = torch.randint(0, WORDS, (3, LENGTH))
    mask = torch.ones(3, LENGTH)
    mask[1, 4:] = 0
    batch = {"tokens": tokens.int(), "mask": mask}
    state = encoder_state()
    named = encoder_names(state)
    names = sorted(named)
    half = len(names) // 2
    shards = {"encoder-00001-of-00002.safetensors": names[:half], "encoder-00002-of-00002.safetensors": names[half:]}
    for file, own in shards.items():
        save_file({name: named[name] for name in own}, path(file), {"format": "pt"})
    index = {
        "metadata": {"total_size": sum(t.numel() * t.element_size() for t in named.values())},
        "weight_map": {name: file for file, own in shards.items() for name in own},
    }
    with open(path("encoder.safetensors.index.json"), "w") as file:
        file.write(json.dumps(index, indent=1, sort_keys=True) + "\n")
    short = rounded(state, torch.bfloat16)
    trunk = {
        "bert." + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): t
        for name, t in encoder_names(short).items()
    }
    trunk["cls.predictions.bias"] = torch.zeros(WORDS, dtype=torch.bfloat16)
    save_file(trunk, path("trunk.safetensors"), {"format": "pt"})
    answers = {"encoder": encoder_answer(state, tokens, mask), "trunk": encoder_answer(short, tokens, mask)}
    save_file({**batch, **answers}, path("encoder-answers.safetensors"))


# ---------------------------------------------------------------- a convolutional network


def network():
    features = torch.nn.Sequential(torch.nn.Conv2d(3, 4, (3, 2)), torch.nn.BatchNorm2d(4, eps=1e-3), torch.nn.ReLU())
    model = torch.nn.Sequential()
    model.add_module("features", features)
    model.add_module("classifier", torch.nn.Linear(4, 5))
    state = {
        name: torch.rand_like(t) + 0.5 if name.endswith("running_var") else torch.randn_like(t) if t.is_floating_point() else t
        for name, t in model.state_dict().items()
    }
    state = {name: t.double() if "running" in name else t.half() if t.is_floating_point() else t for name, t in state.items()}
    save_file(state, path("network.safetensors"), {"format": "pt"})
    model.double().load_state_dict({name: t.double() if t.is_floating_point() else t for name, t in state.items()})
    model.eval()
    image = torch.rand(3, 6, 7, 3)
    with torch.no_grad():
        x = model.features(image.double().permute(0, 3, 1, 2)).mean((2, 3))
        scores = model.classifier(x)
    save_file({"image": image, "scores": scores.float()}, path("network-answers.safetensors"))


os.makedirs(OUT, exist_ok=True)
encoder()
network()
