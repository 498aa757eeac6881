/** `einops`: rearrangements of axes by name, with which attention models are written. */
export const EINOPS_PY = `
import torch


def _groups(side):
    """'b (h d) 1 ...' as one list of names an axis; an axis of size one has none."""
    groups = []
    inner = None
    for token in side.replace('(', ' ( ').replace(')', ' ) ').replace('…', '...').split():
        if token == '(':
            inner = []
        elif token == ')':
            groups.append(inner)
            inner = None
        elif inner is not None:
            inner += [] if token == '1' else [token]
        elif token == '...':
            groups.append(token)
        else:
            groups.append([] if token == '1' else [token])
    return groups


def _sides(pattern):
    sides = pattern.split('->')
    if len(sides) != 2:
        raise ValueError(f"einops needs one '->' in {pattern!r}")
    return _groups(sides[0]), _groups(sides[1])


def _expanded(groups, hidden):
    """The axes that '...' stands for, by names of their own."""
    result = []
    for group in groups:
        if group == '...':
            result += [[name] for name in hidden]
        else:
            result.append([name for each in group for name in (hidden if each == '...' else [each])])
    return result


def _hidden(groups, rank, pattern):
    if not any('...' in group for group in groups):
        if len(groups) != rank:
            raise ValueError(f'einops pattern {pattern!r} is for {len(groups)} axes, the tensor has {rank}')
        return []
    return [f'...{index}' for index in range(rank - len(groups) + 1)]


def _sizes(shape, groups, given):
    sizes = dict(given)
    for size, group in zip(shape, groups):
        unknown = [name for name in group if name not in sizes]
        if len(unknown) > 1:
            raise ValueError(f'einops cannot tell the sizes of {unknown}')
        known = 1
        for name in group:
            if name in sizes:
                known = known * sizes[name]
        if unknown:
            sizes[unknown[0]] = size if len(group) == 1 else size // known
    return sizes


def _merged(x, groups, sizes):
    if all(len(group) == 1 for group in groups):
        return x
    shape = []
    for group in groups:
        size = 1
        for name in group:
            size = size * sizes[name]
        shape.append(size)
    return x.reshape(shape)


def _flat(groups):
    return [name for group in groups for name in group]


_REDUCTIONS = {
    'sum': lambda x, axes: x.sum(axes),
    'mean': lambda x, axes: x.mean(axes),
    'max': lambda x, axes: x.amax(axes),
    'min': lambda x, axes: x.amin(axes),
}


def _reduced(x, reduction, axes):
    if callable(reduction):
        return reduction(x, tuple(axes))
    if reduction in _REDUCTIONS:
        return _REDUCTIONS[reduction](x, axes)
    if reduction in ('prod', 'any', 'all'):
        for axis in reversed(axes):
            x = getattr(x, reduction)(axis)
        return x
    raise ValueError(f'einops knows no reduction {reduction!r}')


def _apply(x, pattern, given, reduction=None):
    if isinstance(x, (list, tuple)):
        x = torch.stack(x)
    left, right = _sides(pattern)
    hidden = _hidden(left, x.dim(), pattern)
    left, right = _expanded(left, hidden), _expanded(right, hidden)
    sizes = _sizes(x.shape, left, given)
    names, wanted = _flat(left), _flat(right)
    if any(len(group) != 1 for group in left):
        x = x.reshape([sizes[name] for name in names])
    gone = [axis for axis, name in enumerate(names) if name not in wanted]
    if gone:
        if reduction is None:
            raise ValueError(f'einops pattern {pattern!r} loses an axis')
        x = _reduced(x, reduction, gone)
        names = [name for name in names if name in wanted]
    kept = [name for name in wanted if name in names]
    if kept != names:
        x = x.permute([names.index(name) for name in kept])
    if len(kept) < len(wanted):
        for axis, name in enumerate(wanted):
            if name not in names:
                x = x.unsqueeze(axis)
        x = x.expand([sizes[name] for name in wanted])
    return _merged(x, right, sizes)


def rearrange(tensor, pattern, **axes_lengths):
    return _apply(tensor, pattern, axes_lengths)


def repeat(tensor, pattern, **axes_lengths):
    return _apply(tensor, pattern, axes_lengths)


def reduce(tensor, pattern, reduction, **axes_lengths):
    return _apply(tensor, pattern, axes_lengths, reduction)


def parse_shape(x, pattern):
    groups = _groups(pattern)
    return {group[0]: size for group, size in zip(groups, x.shape) if group and group[0] != '_'}


_LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'


def einsum(*tensors_and_pattern):
    pattern = tensors_and_pattern[-1]
    letters = {}
    sides = []
    for side in pattern.split('->'):
        terms = []
        for term in side.split(','):
            word = ''
            for name in term.split():
                if name != '...' and name not in letters:
                    letters[name] = _LETTERS[len(letters)]
                word += '...' if name == '...' else letters[name]
            terms.append(word)
        sides.append(','.join(terms))
    return torch.einsum('->'.join(sides), *tensors_and_pattern[:-1])


def _around(pattern):
    names = pattern.split()
    before = names.index('*')
    return before, len(names) - before - 1


def _product(sizes):
    total = 1
    for size in sizes:
        total = total * size
    return total


def pack(tensors, pattern):
    before, after = _around(pattern)
    flat = []
    shapes = []
    for x in tensors:
        end = x.dim() - after
        inner = tuple(x.shape[before:end])
        shapes.append(inner)
        flat.append(x.reshape(list(x.shape[:before]) + [_product(inner)] + list(x.shape[end:])))
    return torch.cat(flat, dim=before), shapes


def unpack(tensor, packed_shapes, pattern):
    before, after = _around(pattern)
    lengths = [None if -1 in tuple(shape) else _product(shape) for shape in packed_shapes]
    if None in lengths:
        known = sum([length for length in lengths if length is not None])
        lengths[lengths.index(None)] = tensor.shape[before] - known
    parts = torch.split(tensor, lengths, dim=before)
    head, tail = list(tensor.shape[:before]), list(tensor.shape[before + 1 :])
    return [part.reshape(head + list(shape) + tail) for part, shape in zip(parts, packed_shapes)]
`

/** `einops.layers.torch`. */
export const EINOPS_LAYERS_PY = `
from einops import rearrange, reduce
from torch.nn import Module


class Rearrange(Module):
    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.axes_lengths = axes_lengths

    def forward(self, input):
        return rearrange(input, self.pattern, **self.axes_lengths)


class Reduce(Module):
    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.reduction = reduction
        self.axes_lengths = axes_lengths

    def forward(self, input):
        return reduce(input, self.pattern, self.reduction, **self.axes_lengths)
`
