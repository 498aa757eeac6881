"""The smallest model of every family in timm, at its own input size."""

import timm
import torch
from timm.models import model_entrypoint

LARGEST = 60e6


def smallest_of_each_family() -> list[tuple[str, int]]:
    families: dict[str, tuple[int, str, int]] = {}
    for name in timm.list_models():
        try:
            with torch.device("meta"):
                model = timm.create_model(name)
        except Exception:  # some models cannot be made without their data
            continue
        count = sum(parameter.numel() for parameter in model.parameters())
        family = model_entrypoint(name).__module__
        if family not in families or count < families[family][0]:
            families[family] = (count, name, model.default_cfg.get("input_size", (3, 224, 224))[1])
    return [(name, size) for count, name, size in families.values() if count < LARGEST]


def one(name: str, size: int):
    return lambda: (
        timm.create_model(name),
        [(torch.rand(batch, 3, size, size),) for batch in (2, 3)],
        f"input=x:f32[N,3,{size},{size}]",
    )


def models(_attention: str) -> dict:
    return {name: one(name, size) for name, size in smallest_of_each_family()}
