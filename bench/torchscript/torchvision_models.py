"""torchvision's classification, segmentation and video models, at sizes that keep a run short."""

import torch
import torchvision

SMALL = 64
IMAGES = {
    "alexnet": 224, "convnext_tiny": SMALL, "densenet121": SMALL, "efficientnet_b0": SMALL, "efficientnet_v2_s": SMALL,
    "googlenet": SMALL, "inception_v3": 299, "maxvit_t": 224, "mnasnet0_5": SMALL, "mobilenet_v2": SMALL,
    "mobilenet_v3_large": SMALL, "mobilenet_v3_small": SMALL, "regnet_x_400mf": SMALL, "regnet_y_400mf": SMALL,
    "resnet18": SMALL, "resnet50": SMALL, "resnext50_32x4d": SMALL, "shufflenet_v2_x0_5": SMALL,
    "shufflenet_v2_x1_0": SMALL, "squeezenet1_0": SMALL, "squeezenet1_1": SMALL, "swin_t": 224, "swin_v2_t": 256,
    "vgg11": SMALL, "vgg11_bn": SMALL, "vit_b_16": 224, "wide_resnet50_2": SMALL, "deeplabv3_mobilenet_v3_large": SMALL,
    "deeplabv3_resnet50": SMALL, "fcn_resnet50": SMALL, "lraspp_mobilenet_v3_large": SMALL,
}
# Frames and size.
VIDEOS = {"mc3_18": (4, 32), "r3d_18": (4, 32), "r2plus1d_18": (4, 32), "s3d": (16, 224), "mvit_v1_b": (16, 224), "swin3d_t": (4, 32)}


def options(name: str) -> dict:
    if name in ("googlenet", "inception_v3"):
        return {"init_weights": False}
    return {"weights_backbone": None} if name.startswith(("deeplab", "fcn", "lraspp")) else {}


def image(name: str, size: int):
    parameter = "input" if name.startswith("lraspp") else "x"
    return lambda: (
        torchvision.models.get_model(name, weights=None, **options(name)),
        [(torch.rand(batch, 3, size, size),) for batch in (2, 3)],
        f"input={parameter}:f32[N,3,{size},{size}]",
    )


def video(name: str, frames: int, size: int):
    return lambda: (
        torchvision.models.get_model(name, weights=None),
        [(torch.rand(1, 3, frames, size, size),)],
        f"input=x:f32[1,3,{frames},{size},{size}]",
    )


def models(_attention: str) -> dict:
    return {name: image(name, size) for name, size in IMAGES.items()} | {
        name: video(name, *shape) for name, shape in VIDEOS.items()
    }
