"""Records what torch gives for models of other people's repositories: python record.py SOURCES FOLDER [WORDS]

SOURCES holds a folder for each repository of models.json. Of each model FOLDER gets `<title>.pth`, its state dict with
seeded weights and statistics, and `<title>.npz`, its inputs and outputs at two batches. The repositories' Python files
are copied beside them. What is there already stays; WORDS choose models by their titles.
"""

import contextlib
import importlib
import io
import json
import shutil
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import torch

BATCHES = (2, 3)
# What results are held to, of their scale.
TOLERANCE = 1e-4


def randomise(model):
    """Weights of the size that keeps activations in range, and statistics that are not the identity."""
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point() or name.endswith("relative_coords_table"):  # Of Swin: no weight.
            continue
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif tensor.dim() < 2:
            tensor.add_(torch.randn_like(tensor) * 0.1)
        elif tensor.numel() > 0:
            fan_in = tensor[0].numel()
            tensor.copy_(torch.randn_like(tensor) * (1.5 / fan_in) ** 0.5)


def measure_statistics(model, inputs):
    """Statistics near those of the activations, so that signals neither vanish nor explode behind fifty layers."""
    norms = [module for module in model.modules() if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.train()
        norm.momentum = 1.0
    try:
        model(**inputs)
    except ValueError:  # One value a channel has no variance.
        pass
    for norm in norms:
        norm.eval()
        if norm.running_var is not None:
            norm.running_mean.add_(torch.randn_like(norm.running_mean) * norm.running_var.sqrt() * 0.05)
            norm.running_var.mul_(torch.rand_like(norm.running_var) * 0.2 + 0.9).clamp_(min=0.1 * float(norm.running_var.mean()))


def make_input(dims, batch, below):
    dtype, _, *rest = dims
    shape = (batch, *rest)
    return torch.randint(0, below, shape) if dtype == "i64" else torch.randn(shape)


def make_inputs(entry, batch):
    return {key: make_input(dims, batch, entry.get("below", 2)) for key, dims in entry["inputs"].items()}


def flatten(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from flatten(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from flatten(member)


def depends(output):
    """Whether the rows of a batch differ by more than rounding."""
    return np.abs(output - output[:1]).max() > 1e-3 * np.abs(output).max()


def rounding(model, inputs, outputs):
    """How far torch's float32 is from its float64, of the scale: deep models of random weights amplify it."""
    wide = {key: value.double() if value.is_floating_point() else value for key, value in inputs.items()}
    try:
        exact = list(flatten(model.double()(**wide)))
    except RuntimeError:  # It makes float32 tensors of its own.
        return 0.0
    finally:
        model.float()
    return max(float((a - b).abs().max() / b.abs().max()) for a, b in zip(outputs, exact))


def title(repository, index, entry):
    return f"{repository['folder']}-{index:02}-{entry['class']}"


def make_model(folder, entry):
    if "beside" in entry:
        (folder / entry["file"]).write_text(entry["beside"])
    module = importlib.import_module(entry["file"].removesuffix(".py").replace("/", "."))
    args = entry.get("args", {})
    maker = getattr(module, entry["class"])
    with contextlib.redirect_stdout(io.StringIO()):
        return maker(*args) if isinstance(args, list) else maker(**args)


def record(folder, name, entry):
    torch.manual_seed(0)
    model = make_model(folder, entry).eval()
    with torch.no_grad():
        randomise(model)
        measure_statistics(model, make_inputs(entry, 8))
        arrays = {}
        for batch in BATCHES:
            inputs = make_inputs(entry, batch)
            arrays |= {f"{batch}:input:{key}": value.numpy() for key, value in inputs.items()}
            outputs = list(flatten(model(**{key: value.clone() for key, value in inputs.items()})))
            arrays |= {f"{batch}:output:{index}": value.numpy() for index, value in enumerate(outputs)}
            lost = rounding(model, inputs, outputs)
            if lost > TOLERANCE:
                raise ValueError(f"torch itself loses {lost:.1e} to float32: the weights show nothing")
    if not all(np.isfinite(value).all() for value in arrays.values()):
        raise ValueError("outputs are not finite")
    if not any(depends(value) for name, value in arrays.items() if ":output:" in name):
        raise ValueError("outputs do not depend on the inputs: the weights hide errors")
    torch.save(model.state_dict(), folder / f"{name}.pth")
    np.savez(folder / f"{name}.npz", **arrays)


def open_repository(sources, folder):
    """Its Python files, copied to where the weights go."""
    if not folder.exists():
        shutil.copytree(
            sources,
            folder,
            ignore=lambda at, names: [n for n in names if not (n.endswith(".py") or (Path(at) / n).is_dir())],
        )
    # Each repository has modules of its own of the same names.
    for name in [n for n in sys.modules if (getattr(sys.modules[n], "__file__", None) or "").startswith(str(folder.parent))]:
        del sys.modules[name]
    return str(folder)


def provide_missing():
    """Stands in for what the models' files import and never use in a forward."""
    try:
        importlib.import_module("cv2")
    except ImportError:
        sys.modules["cv2"] = MagicMock(name="cv2")
    # Compiled operators of torchvision that do not fit this torch: no model here calls them.
    sys.modules["torchvision._meta_registrations"] = MagicMock()


def main(sources, target, words):
    provide_missing()
    for repository in json.loads(Path(__file__).with_name("models.json").read_text()):
        if not (sources / repository["folder"]).exists():
            print(f"{repository['folder']}: not in {sources}", file=sys.stderr)
            continue
        folder = target / repository["folder"]
        path = open_repository(sources / repository["folder"], folder)
        # An installed package of that name comes first: torchvision has compiled parts.
        sys.path.append(path)
        for index, entry in enumerate(repository["models"]):
            name = title(repository, index, entry)
            if (folder / f"{name}.npz").exists() or not all(word in name for word in words):
                continue
            try:
                record(folder, name, entry)
            except Exception as error:  # Each model stands for itself.
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        sys.path.remove(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:])
