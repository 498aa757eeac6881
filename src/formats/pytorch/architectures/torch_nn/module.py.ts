/** `nn.Module`: registration of parameters, buffers and children, and the walks over them. */
export const MODULE_PY = `
from collections import OrderedDict, namedtuple
import copy
import itertools
import math
import torch
import torch.nn.functional as functional
import torch.nn.functional as F
import torch.nn.init as init
import torch.nn.utils as utils


class RemovableHandle:
    _next_id = 0

    def __init__(self, hooks):
        self.hooks = hooks
        self.id = RemovableHandle._next_id
        RemovableHandle._next_id += 1

    def remove(self):
        self.hooks.pop(self.id, None)


class Module:
    _version = 1

    def __init__(self, *args, **kwargs):
        _initialise_module(self)

    def __call__(self, *args, **kwargs):
        hooks = getattr(self, '_hooks', None)
        if hooks is None:
            return self.forward(*args, **kwargs)
        for hook, with_kwargs in list(hooks['before'].values()):
            changed = hook(self, args, kwargs) if with_kwargs else hook(self, args)
            if changed is not None and with_kwargs:
                args, kwargs = changed
            elif changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        result = self.forward(*args, **kwargs)
        for hook, with_kwargs in list(hooks['after'].values()):
            changed = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
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

    def _register_hook(self, when, hook, prepend, with_kwargs):
        if getattr(self, '_hooks', None) is None:
            self._hooks = {'before': OrderedDict(), 'after': OrderedDict()}
        hooks = self._hooks[when]
        handle = RemovableHandle(hooks)
        later = [] if not prepend else list(hooks.items())
        if prepend:
            hooks.clear()
        hooks[handle.id] = (hook, with_kwargs)
        hooks.update(later)
        return handle

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        return self._register_hook('before', hook, prepend, with_kwargs)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        return self._register_hook('after', hook, prepend, with_kwargs)

    def named_children(self):
        memo = set()
        for name, module in self._modules.items():
            if module is not None and module not in memo:
                memo.add(module)
                yield name, module

    def children(self):
        for name, module in self.named_children():
            yield module

    def named_modules(self, memo=None, prefix='', remove_duplicate=True):
        if memo is None:
            memo = set()
        if self not in memo:
            if remove_duplicate:
                memo.add(self)
            yield prefix, self
            for name, module in self._modules.items():
                if module is not None:
                    path = prefix + ('.' if prefix else '') + name
                    yield from module.named_modules(memo, path, remove_duplicate)

    def modules(self, remove_duplicate=True):
        for name, module in self.named_modules(remove_duplicate=remove_duplicate):
            yield module

    def _named_members(self, get_members_fn, prefix='', recurse=True, remove_duplicate=True):
        memo = set()
        modules = [(prefix, self)]
        if recurse:
            modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        for path, module in modules:
            for name, value in get_members_fn(module):
                if value is None or value in memo:
                    continue
                if remove_duplicate:
                    memo.add(value)
                yield path + ('.' if path else '') + name, value

    def named_parameters(self, prefix='', recurse=True, remove_duplicate=True):
        yield from self._named_members(
            lambda module: module._parameters.items(), prefix, recurse, remove_duplicate
        )

    def parameters(self, recurse=True):
        for name, value in self.named_parameters(recurse=recurse):
            yield value

    def named_buffers(self, prefix='', recurse=True, remove_duplicate=True):
        yield from self._named_members(lambda module: module._buffers.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        for name, value in self.named_buffers(recurse=recurse):
            yield value

    def state_dict(self, destination=None, prefix='', keep_vars=False):
        state = OrderedDict() if destination is None else destination
        for name, value in _state_of(self):
            state[prefix + name] = value
        return state

    def load_state_dict(self, state_dict, strict=True, assign=False):
        missing, unexpected, messages = [], [], []
        # A constructor that loads weights: those of the file come later, and fill all that it would.
        if not _is_loading():
            return _IncompatibleKeys(missing, unexpected)
        metadata = getattr(state_dict, '_metadata', None)
        state_dict = OrderedDict(state_dict)
        if metadata is not None:
            state_dict._metadata = metadata
        _load_tree(self, state_dict, '', metadata, assign, missing, unexpected, messages)
        if len(messages) > 0 or (strict and (len(missing) > 0 or len(unexpected) > 0)):
            _raise_mismatch(missing if strict else [], unexpected if strict else [], messages)
        return _IncompatibleKeys(missing, unexpected)

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
    ):
        for hook, with_module in _load_hooks(self, '_load_state_dict_pre_hooks'):
            given = (state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
            hook(self, *given) if with_module else hook(*given)
        assign = local_metadata.get('assign_to_params_buffers', False)
        _fill_own(strict, assign, self, state_dict, prefix, missing_keys, unexpected_keys, error_msgs)

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
        for value in self.parameters():
            value.requires_grad_(requires_grad)
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
        return RemovableHandle({})

    def register_full_backward_pre_hook(self, hook, **options):
        return RemovableHandle({})

    def register_state_dict_pre_hook(self, hook):
        return RemovableHandle({})

    def register_state_dict_post_hook(self, hook):
        return RemovableHandle({})

    def register_load_state_dict_pre_hook(self, hook):
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        return _add_load_hook(self, '_load_state_dict_pre_hooks', (hook, with_module))

    def register_load_state_dict_post_hook(self, hook):
        return _add_load_hook(self, '_load_state_dict_post_hooks', hook)

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


_IncompatibleKeys = namedtuple('_IncompatibleKeys', ['missing_keys', 'unexpected_keys'])


def _pair(x):
    return x if isinstance(x, (tuple, list)) else (x, x)


def _single(x):
    return x if isinstance(x, (tuple, list)) else (x,)


def _triple(x):
    return x if isinstance(x, (tuple, list)) else (x, x, x)


def _ntuple(n):
    return lambda x: tuple(x) if isinstance(x, (tuple, list)) else (x,) * n
`
