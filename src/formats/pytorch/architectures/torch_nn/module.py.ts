/** `nn.Module`: registration of parameters, buffers and children, and the walks over them. */
export const MODULE_PY = `
from collections import OrderedDict
import copy
import itertools
import math
import torch
import torch.nn.functional as functional
import torch.nn.functional as F
import torch.nn.init as init
import torch.nn.utils as utils


class Module:
    def __init__(self, *args, **kwargs):
        _initialise_module(self)

    def __call__(self, *args, **kwargs):
        hooks = getattr(self, '_hooks', None)
        if hooks is None:
            return self.forward(*args, **kwargs)
        for hook in hooks['before']:
            changed = hook(self, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        result = self.forward(*args, **kwargs)
        for hook in hooks['after']:
            changed = hook(self, args, result)
            if changed is not None:
                result = changed
        return result

    def forward(self, *args, **kwargs):
        raise NotImplementedError(f'{type(self).__name__} has no forward')

    def register_buffer(self, name, tensor, persistent=True):
        self._buffers[name] = tensor
        if not persistent:
            kept = getattr(self, '_non_persistent_buffers_set', None)
            if kept is None:
                kept = set()
                self._non_persistent_buffers_set = kept
            kept.add(name)

    def register_parameter(self, name, param):
        self._parameters[name] = param

    def add_module(self, name, module):
        self._modules[name] = module

    def register_module(self, name, module):
        self._modules[name] = module

    def _hook_lists(self):
        if getattr(self, '_hooks', None) is None:
            self._hooks = {'before': [], 'after': []}
        return self._hooks

    def register_forward_pre_hook(self, hook, **options):
        self._hook_lists()['before'].append(hook)

    def register_forward_hook(self, hook, **options):
        self._hook_lists()['after'].append(hook)

    def named_children(self):
        return [(name, child) for name, child in self._modules.items() if child is not None]

    def children(self):
        return [child for name, child in self.named_children()]

    def named_modules(self, memo=None, prefix='', remove_duplicate=True):
        found = [(prefix, self)]
        for name, child in self.named_children():
            found += child.named_modules(prefix=prefix + ('.' if prefix else '') + name)
        return found

    def modules(self):
        return [module for name, module in self.named_modules()]

    def named_parameters(self, prefix='', recurse=True):
        modules = self.named_modules(prefix=prefix) if recurse else [(prefix, self)]
        return [
            (path + ('.' if path else '') + name, value)
            for path, module in modules
            for name, value in module._parameters.items()
            if value is not None
        ]

    def parameters(self, recurse=True):
        return [value for name, value in self.named_parameters(recurse=recurse)]

    def named_buffers(self, prefix='', recurse=True):
        modules = self.named_modules(prefix=prefix) if recurse else [(prefix, self)]
        return [
            (path + ('.' if path else '') + name, value)
            for path, module in modules
            for name, value in module._buffers.items()
            if value is not None
        ]

    def buffers(self, recurse=True):
        return [value for name, value in self.named_buffers(recurse=recurse)]

    def state_dict(self, *args, **kwargs):
        return OrderedDict(_state_of(self))

    def load_state_dict(self, state_dict, strict=True, assign=False):
        return None

    def get_submodule(self, target):
        found = self
        if target:
            for part in target.split('.'):
                found = getattr(found, part)
        return found

    def get_buffer(self, target):
        path, _, name = target.rpartition('.')
        return getattr(self.get_submodule(path), name)

    def get_parameter(self, target):
        path, _, name = target.rpartition('.')
        return getattr(self.get_submodule(path), name)

    def apply(self, fn):
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode=True):
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        return self

    def to(self, *args, **kwargs):
        return self

    def cuda(self, *args, **kwargs):
        return self

    def cpu(self):
        return self

    def float(self):
        return self

    def half(self):
        return self

    def bfloat16(self):
        return self

    def to_empty(self, **options):
        return self

    def compile(self, *args, **options):
        return None

    def _get_name(self):
        return type(self).__name__

    def register_full_backward_hook(self, hook, **options):
        return None

    def register_state_dict_pre_hook(self, hook):
        return None

    def register_state_dict_post_hook(self, hook):
        return None

    def register_load_state_dict_pre_hook(self, hook):
        _refuse_load_hook(self, 'register_load_state_dict_pre_hook')

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        _refuse_load_hook(self, '_register_load_state_dict_pre_hook')

    def register_load_state_dict_post_hook(self, hook):
        _refuse_load_hook(self, 'register_load_state_dict_post_hook')

    def _load_from_state_dict(self, *args, **kwargs):
        return None

    def double(self):
        return self

    def type(self, dst_type):
        return self

    def zero_grad(self, set_to_none=True):
        return None

    def share_memory(self):
        return self

    def extra_repr(self):
        return ''


def _pair(x):
    return x if isinstance(x, (tuple, list)) else (x, x)


def _single(x):
    return x if isinstance(x, (tuple, list)) else (x,)


def _triple(x):
    return x if isinstance(x, (tuple, list)) else (x, x, x)


def _ntuple(n):
    return lambda x: tuple(x) if isinstance(x, (tuple, list)) else (x,) * n
`
