/** Containers of modules (torch/nn/modules/container.py). */
export const CONTAINER_PY = `
class Sequential(Module):
    def __init__(self, *args):
        super().__init__()
        if len(args) == 1 and isinstance(args[0], dict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for index, module in enumerate(args):
                self.add_module(str(index), module)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self.__class__(OrderedDict(list(self._modules.items())[index]))
        return list(self._modules.values())[index]

    def __setitem__(self, index, module):
        setattr(self, list(self._modules.keys())[index], module)

    def __delitem__(self, index):
        names = list(self._modules.keys())
        for name in names[index] if isinstance(index, slice) else [names[index]]:
            delattr(self, name)
        _renumber(self)

    def __len__(self):
        return len(self._modules)

    def __add__(self, other):
        _check_sequential(other)
        return Sequential().extend(self).extend(other)

    def __iadd__(self, other):
        _check_sequential(other)
        return self.extend(list(other))

    def __mul__(self, other):
        _check_factor(other)
        return Sequential().extend(list(self) * other)

    def __rmul__(self, other):
        return self.__mul__(other)

    def __imul__(self, other):
        _check_factor(other)
        return self.extend(list(self) * (other - 1))

    def __iter__(self):
        return iter(self._modules.values())

    def append(self, module):
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index, module):
        count = len(self._modules)
        if not -count <= index <= count:
            raise IndexError(f'Index out of range: {index}')
        _make_room(self, index + count if index < 0 else index, module)
        return self

    def extend(self, modules):
        for module in modules:
            self.append(module)
        return self

    def pop(self, key):
        module = self[key]
        del self[key]
        return module

    def forward(self, input):
        for module in self:
            input = module(input)
        return input


def _renumber(container):
    """The parts that are left under the names '0', '1' …"""
    container._modules = OrderedDict(
        [(str(index), module) for index, module in enumerate(container._modules.values())]
    )


def _make_room(container, index, module):
    modules = container._modules
    for at in range(len(modules), index, -1):
        modules[str(at)] = modules[str(at - 1)]
    modules[str(index)] = module


def _check_sequential(other):
    if not isinstance(other, Sequential):
        raise ValueError(f'add operator supports only objects of Sequential class, but {type(other)} is given.')


def _check_factor(factor):
    if not isinstance(factor, int):
        raise TypeError(f'unsupported operand type(s) for *: Sequential and {type(factor)}')
    if factor <= 0:
        raise ValueError(f'Non-positive multiplication factor {factor} for Sequential')


def _absolute(container, index):
    """The name of an item of a list, which may be counted from its end."""
    count = len(container)
    if not -count <= index < count:
        raise IndexError(f'index {index} is out of range')
    return str(index + count if index < 0 else index)


class ModuleList(Module):
    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self.__class__(list(self._modules.values())[index])
        return self._modules[_absolute(self, index)]

    def __setitem__(self, index, module):
        setattr(self, _absolute(self, index), module)

    def __delitem__(self, index):
        if isinstance(index, slice):
            for at in range(len(self._modules))[index]:
                delattr(self, str(at))
        else:
            delattr(self, _absolute(self, index))
        _renumber(self)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __iadd__(self, modules):
        return self.extend(modules)

    def __add__(self, other):
        return ModuleList(list(self) + list(other))

    def append(self, module):
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        offset = len(self)
        for index, module in enumerate(modules):
            self.add_module(str(offset + index), module)
        return self

    def insert(self, index, module):
        _make_room(self, index, module)

    def pop(self, key):
        module = self[key]
        del self[key]
        return module


class ModuleDict(Module):
    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key):
        return self._modules[key]

    def __setitem__(self, key, module):
        self.add_module(key, module)

    def __delitem__(self, key):
        del self._modules[key]

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def __contains__(self, key):
        return key in self._modules

    def clear(self):
        self._modules.clear()

    def pop(self, key):
        module = self[key]
        del self[key]
        return module

    def keys(self):
        return self._modules.keys()

    def items(self):
        return self._modules.items()

    def values(self):
        return self._modules.values()

    def update(self, modules):
        for key, module in modules.items() if isinstance(modules, (dict, ModuleDict)) else modules:
            self[key] = module


class DataParallel(Module):
    def __init__(self, module, *args, **kwargs):
        super().__init__()
        self.module = module

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)
`
