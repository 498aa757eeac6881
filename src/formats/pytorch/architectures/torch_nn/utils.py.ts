/** `torch.nn.utils`. */
export const UTILS_PY = `
import torch
import torch.nn.utils.parametrizations as parametrizations
import torch.nn.utils.parametrize as parametrize
import torch.nn.utils.rnn as rnn


def weight_norm(module, name='weight', dim=0):
    weight = getattr(module, name)
    del module._parameters[name]
    axis = -1 if dim is None else dim
    kept = [size if index == axis else 1 for index, size in enumerate(weight.shape)]
    module.register_parameter(name + '_g', Parameter(torch.empty(kept if axis >= 0 else [])))
    module.register_parameter(name + '_v', Parameter(torch.empty(weight.shape)))

    def compute(owner, inputs):
        weight = torch._weight_norm(getattr(owner, name + '_v'), getattr(owner, name + '_g'), axis)
        owner.__dict__[name] = weight

    setattr(module, name, torch.empty(weight.shape))
    _note_norm(module, name, compute, module.register_forward_pre_hook(compute))
    return module


def remove_weight_norm(module, name='weight'):
    return _remove_norm(module, name, ['_g', '_v'], 'weight_norm')


def spectral_norm(module, name='weight', n_power_iterations=1, eps=1e-12, dim=None):
    weight = getattr(module, name)
    del module._parameters[name]
    axis = parametrizations._rows_axis(module, dim)
    rows, columns = parametrizations._matrix(weight, axis).shape
    module.register_parameter(name + '_orig', Parameter(torch.empty(weight.shape)))
    module.register_buffer(name + '_u', torch.empty(rows))
    module.register_buffer(name + '_v', torch.empty(columns))

    def compute(owner, inputs):
        u, v = getattr(owner, name + '_u'), getattr(owner, name + '_v')
        weight = parametrizations._by_spectrum(getattr(owner, name + '_orig'), u, v, axis)
        owner.__dict__[name] = weight

    setattr(module, name, torch.empty(weight.shape))
    _note_norm(module, name, compute, module.register_forward_pre_hook(compute))
    return module


def remove_spectral_norm(module, name='weight'):
    return _remove_norm(module, name, ['_u', '_v', '_orig'], 'spectral_norm')


def _note_norm(module, name, compute, handle):
    if '_norms' not in module.__dict__:
        module._norms = {}
    module._norms[name] = (compute, handle)


def _remove_norm(module, name, endings, norm):
    """The weight as it is computed now takes the place of what it is computed from."""
    if name not in getattr(module, '_norms', {}):
        raise ValueError(f"{norm} of '{name}' not found in {module}")
    compute, handle = module._norms.pop(name)
    handle.remove()
    compute(module, None)
    weight = module.__dict__.pop(name)
    for ending in endings:
        delattr(module, name + ending)
    module.register_parameter(name, Parameter(weight))
    return module


def clip_grad_value_(*args, **kwargs):
    return None


def clip_grad_norm_(*args, **kwargs):
    return None
`
