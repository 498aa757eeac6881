"""Makes the models of models.json that are not files of other projects: exports of torch networks with seeded weights, and the
published graphs that the onnx package carries without weights, given seeded ones.

    python bench/graph/export.py FOLDER [names]

What FOLDER has already is kept. Wants torch, torchvision, timm, transformers, onnx and onnxscript; downloads nothing.
"""

import logging
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import torchvision
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

SEED = 3
OPSET = 17


# Networks.


class EncoderLayer(nn.Module):
    """As people write it by hand: attention spelt out, erf GELU, norms after the sums."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, math.sqrt(width // heads)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def split(self, x):
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, x):
        query, key, value = (self.split(project(x)) for project in (self.query, self.key, self.value))
        weights = (query @ key.transpose(-1, -2) / self.scale).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(x.size(0), x.size(1), -1)
        x = self.first(x + self.out(mixed))
        return self.second(x + self.down(functional.gelu(self.up(x))))


class Encoder(nn.Module):
    def __init__(self, width=384, heads=6, depth=6, words=200, length=64):
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(length, width)
        self.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(EncoderLayer(width, heads) for _ in range(depth))

    def forward(self, ids):
        places = torch.arange(ids.size(1), device=ids.device).unsqueeze(0).expand(ids.size(0), -1)
        x = self.norm(self.words(ids) + self.places(places))
        for layer in self.layers:
            x = layer(x)
        return x


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def rotate_half(x):
    left, right = x.chunk(2, dim=-1)
    return torch.cat((-right, left), dim=-1)


class LlamaLayer(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(width, hidden, bias=False) for _ in range(2))
        self.down = nn.Linear(hidden, width, bias=False)
        self.first, self.second = RMSNorm(width), RMSNorm(width)

    def forward(self, x, cos, sin):
        h = self.first(x)
        query, key, value = (
            project(h).view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)
            for project in (self.query, self.key, self.value)
        )
        query, key = (y * cos + rotate_half(y) * sin for y in (query, key))
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(x.size(0), x.size(1), -1))
        h = self.second(x)
        return x + self.down(functional.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    """RMSNorm, rotary positions, causal attention and SwiGLU."""

    def __init__(self, width=128, heads=4, depth=4, hidden=352, words=200):
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.layers = nn.ModuleList(LlamaLayer(width, heads, hidden) for _ in range(depth))
        self.norm, self.head = RMSNorm(width), nn.Linear(width, words, bias=False)
        each = width // heads
        self.register_buffer("frequencies", 1.0 / 10000 ** (torch.arange(0, each, 2).float() / each))

    def forward(self, ids):
        angles = torch.arange(ids.size(1), device=ids.device).float()[:, None] * self.frequencies
        angles = torch.cat((angles, angles), dim=-1)
        cos, sin = angles.cos(), angles.sin()
        x = self.words(ids)
        for layer in self.layers:
            x = layer(x, cos, sin)
        return self.head(self.norm(x))


def resnet18():
    return torchvision.models.resnet18()


def mobilenet_v2():
    return torchvision.models.mobilenet_v2()


def convnext():
    blocks = [
        torchvision.models.convnext.CNBlockConfig(width, after, depth)
        for width, after, depth in ((48, 96, 3), (96, 192, 3), (192, 384, 9), (384, None, 3))
    ]
    return torchvision.models.ConvNeXt(blocks, num_classes=100)


def swin():
    return torchvision.models.SwinTransformer(
        patch_size=[4, 4], embed_dim=48, depths=[2, 2, 2], num_heads=[3, 6, 12], window_size=[7, 7], num_classes=100
    )


def vit():
    import timm

    return timm.create_model("vit_tiny_patch16_224", depth=6, num_classes=100)


class FirstOutput(nn.Module):
    """A model of transformers that takes ids and a mask, as a function of tensors."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids, mask):
        return self.model(input_ids=ids, attention_mask=mask)[0]


def bert():
    from transformers import BertConfig, BertModel

    config = BertConfig(vocab_size=200, hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=512)
    return FirstOutput(BertModel(config, add_pooling_layer=False))


def gpt2():
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(vocab_size=200, n_positions=128, n_embd=128, n_layer=4, n_head=4, use_cache=False)
    return FirstOutput(GPT2LMHeadModel(config))


# Exports.


def image(size=224):
    return (torch.randn(2, 3, size, size),)


def ids():
    return (torch.randint(0, 200, (2, 16)),)


def ids_and_mask():
    return torch.randint(0, 200, (2, 16)), torch.ones(2, 16, dtype=torch.int64)


@torch.no_grad()
def prepare(model, args):
    """Fresh biases are zero and fresh norms the identity, which tools take out. Statistics are measured, so that outputs depend on inputs."""
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            parameter.normal_(0, 0.1)
        elif name.endswith("layer_scale") or parameter.dim() == 1:
            parameter.uniform_(0.7, 1.3)
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    if norms:
        model.train()(*args)
    return model.eval()


def torchscript(model, args, file, names, dynamic=None, **options):
    torch.onnx.export(
        prepare(model, args), args, file, dynamo=False, opset_version=OPSET, input_names=names, output_names=["y"], dynamic_axes=dynamic, **options
    )


def dynamo(model, args, file, names, dynamic=None, **options):
    shapes = None if dynamic is None else [dynamic.get(name) for name in names]
    torch.onnx.export(
        prepare(model, args), args, file, dynamo=True, external_data=False, verbose=False, input_names=names, output_names=["y"], dynamic_shapes=shapes, **options
    )


BATCH = {"x": {0: "batch"}, "y": {0: "batch"}}
TEXT = {name: {0: "batch", 1: "sequence"} for name in ("ids", "mask", "y")}

EXPORTS = {
    "resnet18-dynamic": lambda file: torchscript(resnet18(), image(), file, ["x"], BATCH, do_constant_folding=False),
    "mobilenetv2": lambda file: torchscript(mobilenet_v2(), image(), file, ["x"]),
    "mobilenetv2-dynamo": lambda file: dynamo(mobilenet_v2(), image(), file, ["x"], optimize=False),
    "encoder": lambda file: torchscript(Encoder(), ids(), file, ["ids"]),
    "encoder-dynamic": lambda file: torchscript(Encoder(), ids(), file, ["ids"], TEXT, do_constant_folding=False),
    "bert": lambda file: torchscript(bert(), ids_and_mask(), file, ["ids", "mask"], TEXT),
    "gpt2-dynamo": lambda file: dynamo(gpt2(), ids_and_mask(), file, ["ids", "mask"], TEXT),
    "llama": lambda file: torchscript(Llama(), ids(), file, ["ids"], TEXT),
    "vit-dynamo": lambda file: dynamo(vit(), image(), file, ["x"], BATCH),
    "convnext": lambda file: torchscript(convnext(), image(96), file, ["x"], BATCH),
    "swin": lambda file: torchscript(swin(), image(112), file, ["x"]),
}




# Published graphs without weights.


def with_weights(name):
    """A graph of the onnx package's `light` data: every weight there is the same number, made by a ConstantOfShape."""

    def make(file):
        data = Path(onnx.__file__).parent / "backend/test/data/light"
        model = onnx.load(data / f"light_{name}.onnx")
        fill_weights(model.graph, np.random.default_rng(SEED))
        # Of IR version 3, where weights are inputs.
        model.ir_version = 4
        measure_statistics(model)
        onnx.save(model, file)

    return make


def fill_weights(graph, generator):
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made = {node.output[0]: shapes[node.input[0]] for node in graph.node if node.op_type == "ConstantOfShape"}
    readers = {name: (node.op_type, place) for node in graph.node for place, name in enumerate(node.input)}
    kept = [node for node in graph.node if node.op_type != "ConstantOfShape"]
    read = {name for node in kept for name in node.input}
    tensors = [tensor for tensor in graph.initializer if tensor.name in read]
    tensors += [
        numpy_helper.from_array(weight(shape, *readers[name], generator), name) for name, shape in made.items() if name in readers
    ]
    inputs = [value for value in graph.input if value.name not in shapes]
    for field, values in (("node", kept), ("initializer", tensors), ("input", inputs)):
        graph.ClearField(field)
        getattr(graph, field).extend(values)


def weight(shape, reader, place, generator):
    if len(shape) > 1:
        # Softmax of large logits would multiply the rounding of fifty layers: onnxruntime alone would be off by 5e-5.
        gain = 0.1 if reader == "Gemm" else 1
        fan_in = shape[1] if reader == "Gemm" else np.prod(shape[1:])
        return generator.normal(0, gain * math.sqrt(1 / fan_in), shape).astype(np.float32)
    if (reader, place) in (("BatchNormalization", 1), ("BatchNormalization", 4), ("Unsqueeze", 0)):
        return generator.uniform(0.7, 1.3, shape).astype(np.float32)
    return generator.normal(0, 0.1, shape).astype(np.float32)


def measure_statistics(model):
    """Of one image: then an InstanceNormalization is what a BatchNormalization is while it learns."""
    import onnxruntime

    norms = [node for node in model.graph.node if node.op_type == "BatchNormalization"]
    learning = onnx.ModelProto()
    learning.CopyFrom(model)
    for node in learning.graph.node:
        if node.op_type == "BatchNormalization":
            del node.input[3:], node.output[1:], node.attribute[:]
            node.op_type = "InstanceNormalization"
            learning.graph.output.append(onnx.ValueInfoProto(name=node.input[0]))
    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(learning.SerializeToString(), providers=["CPUExecutionProvider"])
    (image,) = session.get_inputs()
    data = np.random.default_rng(SEED).uniform(-1, 1, image.shape).astype(np.float32)
    before = session.run([node.input[0] for node in norms], {image.name: data})
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    for node, x in zip(norms, before):
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
        for name, value in ((node.input[3], mean), (node.input[4], np.maximum(variance, 0.1 * variance.mean()))):
            tensors[name].CopyFrom(numpy_helper.from_array(value, name))


MODELS = EXPORTS | {name: with_weights(name) for name in ("resnet50", "shufflenet", "densenet121", "inception_v2")}


def main(folder, names):
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MODELS.items():
        file = folder / f"{name}.onnx"
        if file.exists() or (names and name not in names):
            continue
        torch.manual_seed(SEED)
        part = file.with_suffix(".part")
        try:
            make(str(part))
            part.replace(file)
            print(f"made {file.name}", file=sys.stderr)
        except Exception as error:  # Each model stands for itself.
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
