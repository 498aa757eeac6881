"""What a conversion costs, beside torch.onnx.export: `python bench/conversion/cost.py [megabytes …]` (after `npm run build`).

Traces a network with that many megabytes of float32 weights, and converts the file by the built command line and by the exporter,
each in a process of its own. It prints time, peak memory as multiples of the weights, how the time grows with the size, and what
a second call of the command line (a hit) takes. It wants an interpreter with torch and onnx.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

CLI = Path(__file__).parents[2] / "dist/cli/main.js"
EXPORT = """
import sys, torch
model = torch.jit.load(sys.argv[1])
torch.onnx.export(model, torch.randn(2, int(sys.argv[3])), sys.argv[2], dynamo=False, dynamic_axes={"x": {0: "N"}}, input_names=["x"])
"""
WIDTH = 1024
LAYER = WIDTH * WIDTH * 4


def make(path: Path, megabytes: int) -> int:
    """Returns the bytes of the weights."""
    torch.manual_seed(0)
    layers = max(1, megabytes * 1_000_000 // LAYER)
    network = nn.Sequential(*[part for _ in range(layers) for part in (nn.Linear(WIDTH, WIDTH), nn.ReLU())])
    torch.jit.trace(network.eval(), torch.randn(2, WIDTH)).save(str(path))
    return sum(weight.numel() * 4 for weight in network.parameters())


def measure(*command: str, **environment: str) -> tuple[float, int]:
    """Seconds and peak bytes of a process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}\n{message.decode()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, usage.ru_maxrss * unit


def main(sizes: list[int]) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in sizes:
            source, out = Path(folder) / f"{megabytes}.pth", Path(folder) / "out.onnx"
            weights = make(source, megabytes)
            for query in ("?validate=off", "?quant=int8&validate=off", "?quant=int8"):
                cache = str(Path(folder) / f"cache-{megabytes}-{query.count('quant')}-{query.count('off')}")
                call = ("node", str(CLI), "convert", f"{source}{query}", "-o", str(out))
                rows.append((megabytes, query, weights, *measure(*call, UNPLUGIN_MODEL_CACHE=cache)))
                # What changed within the last seconds is hashed again: a file may change twice within a tick of its clock.
                time.sleep(4)
                hit, _ = measure(*call, UNPLUGIN_MODEL_CACHE=cache)
                rows[-1] += (hit,)
            rows.append((megabytes, "torch.onnx.export", weights, *measure(sys.executable, "-W", "ignore", "-c", EXPORT, str(source), str(out), str(WIDTH)), None))
    show(rows)


def show(rows: list) -> None:
    peers = {megabytes: (seconds, peak) for megabytes, name, _, seconds, peak, _ in rows if name == "torch.onnx.export"}
    first = {name: (weights, seconds) for _, name, weights, seconds, _, _ in reversed(rows)}
    print("| weights | conversion | seconds | of the exporter's | peak memory / weights | of the exporter's | time / size, of the first | hit, seconds |")
    print("|---|---|---|---|---|---|---|---|")
    for megabytes, name, weights, seconds, peak, hit in rows:
        peer_seconds, peer_peak = peers[megabytes]
        base_weights, base_seconds = first[name]
        growth = (seconds / base_seconds) / (weights / base_weights)
        cells = [f"{weights / 1e6:.0f} MB", f"`{name}`", f"{seconds:.2f}", f"{seconds / peer_seconds:.2f}", f"{peak / weights:.2f}", f"{peak / peer_peak:.2f}", f"{growth:.2f}", "" if hit is None else f"{hit:.2f}"]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [50, 200, 400])
