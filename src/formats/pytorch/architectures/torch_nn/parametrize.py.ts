/** `torch.nn.utils.parametrize`: tensors of a module that are computed from others whenever they are read. */
export const PARAMETRIZE_PY = `
import torch


class ParametrizationList(torch.nn.ModuleList):
    """The parametrizations of one tensor, and what the first of them computes it from."""

    def __init__(self, modules, original, unsafe=False):
        super().__init__(modules)
        start = original
        for module in reversed(modules):
            if hasattr(module, 'right_inverse'):
                start = module.right_inverse(start)
        self.is_tensor = not isinstance(start, (tuple, list))
        if self.is_tensor:
            _keep(self, 'original', start, original)
        else:
            self.ntensors = len(start)
            for index, part in enumerate(start):
                _keep(self, f'original{index}', part, original)

    def forward(self):
        if self.is_tensor:
            value = self[0](self.original)
        else:
            value = self[0](*[getattr(self, f'original{index}') for index in range(self.ntensors)])
        for module in list(self)[1:]:
            value = module(value)
        return value


def _keep(module, name, value, original):
    kept = torch.empty(value.shape, dtype=value.dtype)
    if isinstance(original, Parameter):
        module.register_parameter(name, Parameter(kept))
    else:
        module.register_buffer(name, kept)


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    if is_parametrized(module, tensor_name):
        held = module.parametrizations[tensor_name]
        if hasattr(parametrization, 'right_inverse') and held.is_tensor:
            _keep(held, 'original', parametrization.right_inverse(held.original), held.original)
        held.append(parametrization)
        return module
    tensors = module._parameters if tensor_name in module._parameters else module._buffers
    if tensor_name not in tensors:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name '{tensor_name}'"
        )
    held = ParametrizationList([parametrization], tensors[tensor_name], unsafe)
    del tensors[tensor_name]
    of = module.__class__
    own = property(lambda self: self.parametrizations[tensor_name]())
    name = of.__name__ if 'parametrizations' in module._modules else 'Parametrized' + of.__name__
    if 'parametrizations' not in module._modules:
        module.add_module('parametrizations', torch.nn.ModuleDict())
    module.parametrizations[tensor_name] = held
    module.__class__ = type(name, (of,), {tensor_name: own, '_before_parametrizations': _unparametrized(of)})
    return module


def is_parametrized(module, tensor_name=None):
    if 'parametrizations' not in module._modules:
        return False
    held = module.parametrizations
    return len(held) > 0 if tensor_name is None else tensor_name in held


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    """The tensor as it is computed now takes the place of what it is computed from."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f'Module {module} does not have a parametrization on {tensor_name}')
    held = module.parametrizations[tensor_name]
    if not leave_parametrized and not held.is_tensor:
        raise ValueError('Cannot leave unparametrized (\`leave_parametrized=False\`) a tensor that is parametrized in terms of a sequence of tensors.')
    value = held() if leave_parametrized else held.original
    first = held.original if held.is_tensor else held.original0
    del module.parametrizations[tensor_name]
    # The property lies in a class of the module's own, below the one that it was made of.
    plain = {tensor_name: _stored(tensor_name)}
    module.__class__ = type(module.__class__.__name__, (module.__class__,), plain)
    if len(module.parametrizations) == 0:
        del module._modules['parametrizations']
        module.__class__ = _unparametrized(module.__class__)
    if isinstance(first, Parameter):
        module.register_parameter(tensor_name, Parameter(value))
    else:
        module.register_buffer(tensor_name, value)
    return module


def _stored(name):
    return property(lambda self: self._parameters[name] if name in self._parameters else self._buffers[name])


def _unparametrized(of):
    return getattr(of, '_before_parametrizations', of)


def type_before_parametrizations(module):
    return _unparametrized(type(module)) if is_parametrized(module) else type(module)


class cached:
    """Computing a tensor more than once gives the same."""

    def __enter__(self):
        return None

    def __exit__(self, *args):
        return None
`

/** `torch.nn.utils.parametrizations`: what `torch.nn.utils` has, under the names that newer files keep it by. */
export const PARAMETRIZATIONS_PY = `
import torch
from torch.nn.utils.parametrize import register_parametrization


class _WeightNorm(torch.nn.Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return torch._weight_norm(weight_v, weight_g, self.dim)

    def right_inverse(self, weight):
        kept = [size if index == self.dim else 1 for index, size in enumerate(weight.shape)]
        return torch.empty(kept if self.dim >= 0 else []), weight


def weight_norm(module, name='weight', dim=0):
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def _rows_axis(module, dim):
    if dim is not None:
        return dim
    return 1 if getattr(module, 'transposed', False) else 0


def _matrix(weight, axis):
    return weight.movedim(axis, 0).flatten(1)


def _by_spectrum(weight, u, v, axis):
    """The weight by its largest singular value, as training last estimated the vectors to it."""
    return weight / (u * (_matrix(weight, axis) * v).sum(1)).sum()


class _SpectralNorm(torch.nn.Module):
    def __init__(self, weight, dim):
        super().__init__()
        self.dim = dim
        rows, columns = _matrix(weight, dim).shape
        self.register_buffer('_u', torch.empty(rows))
        self.register_buffer('_v', torch.empty(columns))

    def forward(self, weight):
        return _by_spectrum(weight, self._u, self._v, self.dim)

    def right_inverse(self, value):
        return value


def spectral_norm(module, name='weight', n_power_iterations=1, eps=1e-12, dim=None):
    norm = _SpectralNorm(getattr(module, name), _rows_axis(module, dim))
    return register_parametrization(module, name, norm)


def orthogonal(module, name='weight', *args, **kwargs):
    _refuse('torch.nn.utils.parametrizations.orthogonal', 'its weight is a matrix exponential')
`
