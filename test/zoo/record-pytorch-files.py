"""Records what torch reads in the PyTorch files of a model zoo, as one digest a file: python record-pytorch-files.py ZOO

Made with torch 2.13.0. A digest is the SHA-256 over the tensors in order of their names, each as
"name:dtype[dims]\n" and its row-major little-endian bytes.
"""

import hashlib
import json
import sys
import types
from pathlib import Path

import torch
from torch import Tensor, nn

WEIGHTS_AT = {
    "burn-store/checkpoint.pt": ["model_state_dict"],
    "burn-store/complex_structure.pt": ["state"],
    "burn-store/store-top_level_key.pt": ["my_state_dict"],
    "burn-store/store-weights_with_config.pt": ["my_model"],
    "resnet-cifar10/resnet20-12fca82f.th": ["state_dict"],
    "resnet-cifar10/resnet56-4bfd9763.th": ["state_dict"],
    "vdsr/model_epoch_50.pth": ["model"],
}
FOLDERS = [
    "blazeface-pytorch",
    "burn-store",
    "facenet-mtcnn",
    "nnstreamer",
    "resnet-cifar10",
    "silero-vad",
    "tch-rs",
    "ultra-light-face",
    "vdsr",
]


def flatten(value, name=""):
    if isinstance(value, Tensor):
        yield name, value.detach()
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from flatten(member, f"{name}.{key}" if name else key)


def digest(tensors) -> str:
    sha = hashlib.sha256()
    for name, tensor in sorted(tensors, key=lambda pair: pair[0].encode()):
        dtype = str(tensor.dtype).removeprefix("torch.")
        sha.update(f"{name}:{dtype}[{','.join(map(str, tensor.shape))}]\n".encode())
        if tensor.numel() > 0:
            sha.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return sha.hexdigest()


def define_vdsr() -> None:
    """The one whole module: its classes must exist for torch to load it."""
    module = types.ModuleType("vdsr")
    for name in ("Net", "Conv_ReLU_Block"):
        setattr(module, name, type(name, (nn.Module,), {"__module__": "vdsr"}))
    sys.modules["vdsr"] = module


def record(path: Path, keys: list[str]) -> dict:
    try:
        weights = torch.jit.load(path).state_dict()
        kind = "torchscript"
    except RuntimeError:
        weights = torch.load(path, weights_only=False, map_location="cpu")
        kind = "saved"
    for key in keys:
        weights = weights[key]
    if isinstance(weights, nn.Module):
        weights = weights.state_dict()
    tensors = list(flatten(weights))
    recorded = {"kind": kind, "path": keys, "tensors": len(tensors), "sha256": digest(tensors)}
    if kind == "torchscript":
        # A module may have tensors that are neither parameters nor buffers, which torch does not list.
        recorded["names"] = sorted(name for name, _ in tensors)
    return recorded


def main(zoo: Path) -> None:
    define_vdsr()
    records = {}
    for folder in FOLDERS:
        for path in sorted((zoo / folder).iterdir()):
            if path.suffix not in (".pt", ".pth", ".th", ".jit") or path.name == "broken.pt":
                continue
            name = f"{folder}/{path.name}"
            records[name] = record(path, WEIGHTS_AT.get(name, []))
    text = json.dumps(records, indent=2)
    Path(__file__).with_name("pytorch-files.json").write_text(f"{text}\n")


main(Path(sys.argv[1]))
