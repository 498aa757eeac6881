"""Converts whole model families by the command line and holds the results against torch.

    python bench/torchscript/compare.py FAMILY [WORDS ...] [--script] [--attention eager|sdpa]

FAMILY is torchvision, timm or transformers (which must be installed beside torch, numpy and onnxruntime; nothing is downloaded).
Each model gets random weights and norm statistics, is traced (or scripted), converted by `dist/cli/main.js`, and run in
onnxruntime on the batch it was traced with and on another one. Prints one line a model and a summary.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

CLI = Path(__file__).parents[2] / "dist/cli/main.js"

# Of the scale of an output, its largest magnitude.
TOLERANCE = 1e-4


def randomise(model: nn.Module) -> nn.Module:
    """Statistics and parameters that a fresh model has at 0 or 1, where they would hide errors."""
    generator = torch.Generator().manual_seed(0)
    rand = lambda like: torch.rand(like.shape, generator=generator)
    for module in model.modules():
        if getattr(module, "running_var", None) is not None:
            module.running_mean.copy_(rand(module.running_mean) * 0.2 - 0.1)
            module.running_var.copy_(rand(module.running_var) + 0.5)
    for parameter in model.parameters():
        if parameter.numel() > 1 and (parameter == 0).all():
            parameter.data.copy_(rand(parameter) * 0.1 - 0.05)
        elif parameter.dim() == 1 and parameter.numel() > 1 and (parameter == parameter[0]).all():
            parameter.data.copy_(rand(parameter) * 0.4 + 0.1 if parameter[0] < 1e-3 else rand(parameter) * 0.5 + 0.75)
    return model.eval()


def tensors(output) -> list[Tensor]:
    if isinstance(output, Tensor):
        return [output]
    items = output.values() if isinstance(output, dict) else output if isinstance(output, (tuple, list)) else []
    return [tensor for item in items for tensor in tensors(item)]


def convert(source: Path, target: Path, query: str) -> str:
    """Empty when it was converted, else what it was refused with."""
    call = ["node", str(CLI), "convert", f"{source}?{query}", "--json", "-o", str(target)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=600, cwd=source.parent)
    if done.returncode == 0:
        return "" if not json.loads(done.stdout)["guards"] else "guarded"
    return done.stderr.strip()


def error_of(session: onnxruntime.InferenceSession, inputs: tuple[Tensor, ...], wanted: list[Tensor]) -> float:
    given = session.run(None, {port.name: tensor.numpy() for port, tensor in zip(session.get_inputs(), inputs)})
    if [list(a.shape) for a in given] != [list(b.shape) for b in wanted]:
        raise ValueError(f"shapes {[a.shape for a in given]} where torch gives {[tuple(b.shape) for b in wanted]}")
    worst = 0.0
    for got, tensor in zip(given, wanted):
        reference = tensor.numpy()
        if reference.dtype.kind != "f":
            worst = max(worst, float(not np.array_equal(got, reference)))
        elif reference.size:
            worst = max(worst, float(np.abs(got - reference).max() / max(1e-6, np.abs(reference).max())))
    return worst


def compare(folder: Path, model: nn.Module, batches: list[tuple[Tensor, ...]], script: bool, query: str) -> str:
    source, target = folder / "model.pt", folder / "model.onnx"
    program = torch.jit.script(model) if script else torch.jit.trace(model, batches[0], check_trace=False, strict=False)
    torch.jit.save(program, str(source))
    answers = [tensors(program(*batch)) for batch in batches]
    start = time.time()
    refusal = convert(source, target, query)
    seconds = time.time() - start
    if refusal not in ("", "guarded"):
        return f"refused {refusal}"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(target), options)
    worst = max(error_of(session, batch, answer) for batch, answer in zip(batches, answers))
    return f"{'equal' if worst <= TOLERANCE else 'WRONG'} {worst:.1e} {seconds:.1f} s {refusal}".strip()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("family", choices=["torchvision", "timm", "transformers"])
    parser.add_argument("words", nargs="*")
    parser.add_argument("--script", action="store_true")
    parser.add_argument("--attention", default="eager")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    models = importlib.import_module(f"{given.family}_models").models(given.attention)
    verdicts: list[str] = []
    for name, make in models.items():
        if given.words and not any(word in name for word in given.words):
            continue
        torch.manual_seed(0)
        with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
            try:
                model, batches, query = make()
                verdict = compare(Path(folder), randomise(model), batches, given.script, query)
            except Exception as error:  # one model must not end the run
                verdict = f"failed {type(error).__name__}: {str(error).splitlines()[0][:160]}"
        verdicts.append(verdict.split()[0])
        print(f"{name:40} {verdict}", flush=True)
    print(", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in sorted(set(verdicts))))
    sys.exit("WRONG" in verdicts)


if __name__ == "__main__":
    main()
