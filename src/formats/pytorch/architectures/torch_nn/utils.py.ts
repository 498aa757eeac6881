/** `torch.nn.utils`. */
export const UTILS_PY = `
import torch


def weight_norm(module, name='weight', dim=0):
    weight = getattr(module, name)
    del module._parameters[name]
    axis = -1 if dim is None else dim
    kept = [size if index == axis else 1 for index, size in enumerate(weight.shape)]
    module.register_parameter(name + '_g', Parameter(torch.empty(kept if axis >= 0 else [])))
    module.register_parameter(name + '_v', Parameter(torch.empty(weight.shape)))

    def compute(owner, inputs):
        weight = torch._weight_norm(getattr(owner, name + '_v'), getattr(owner, name + '_g'), axis)
        setattr(owner, name, weight)

    module.register_forward_pre_hook(compute)
    return module


def remove_weight_norm(module, name='weight'):
    return module


def clip_grad_norm_(*args, **kwargs):
    return None
`
