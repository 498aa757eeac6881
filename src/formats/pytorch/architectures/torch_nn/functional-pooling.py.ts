/** Pooling of `torch.nn.functional`, and its inverse. */
export const FUNCTIONAL_POOLING_PY = `
avg_pool1d = torch.avg_pool1d
avg_pool2d = torch.avg_pool2d
avg_pool3d = torch.avg_pool3d
adaptive_avg_pool1d = torch.adaptive_avg_pool1d
adaptive_avg_pool2d = torch.adaptive_avg_pool2d
adaptive_avg_pool3d = torch.adaptive_avg_pool3d
max_pool1d_with_indices = torch.max_pool1d_with_indices
max_pool2d_with_indices = torch.max_pool2d_with_indices
max_pool3d_with_indices = torch.max_pool3d_with_indices


def _max_pool(name):
    plain = getattr(torch, name)
    with_indices = getattr(torch, name + '_with_indices')

    def pool(
        input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
    ):
        stride = [] if stride is None else stride
        function = with_indices if return_indices else plain
        return function(input, kernel_size, stride, padding, dilation, ceil_mode)

    return pool


max_pool1d = _max_pool('max_pool1d')
max_pool2d = _max_pool('max_pool2d')
max_pool3d = _max_pool('max_pool3d')


def _adaptive_max_pool(name):
    function = getattr(torch, name)

    def pool(input, output_size, return_indices=False):
        both = function(input, output_size)
        return both if return_indices else both[0]

    return pool


adaptive_max_pool1d = _adaptive_max_pool('adaptive_max_pool1d')
adaptive_max_pool2d = _adaptive_max_pool('adaptive_max_pool2d')
adaptive_max_pool3d = _adaptive_max_pool('adaptive_max_pool3d')


def _adaptive_max_pool_with_indices(name):
    pool = getattr(torch, name)
    return lambda input, output_size, return_indices=True: pool(input, output_size)


adaptive_max_pool1d_with_indices = _adaptive_max_pool_with_indices('adaptive_max_pool1d')
adaptive_max_pool2d_with_indices = _adaptive_max_pool_with_indices('adaptive_max_pool2d')
adaptive_max_pool3d_with_indices = _adaptive_max_pool_with_indices('adaptive_max_pool3d')


def _spread(value, count):
    return list(value) if isinstance(value, (tuple, list)) else [value] * count


def _max_unpool(input, indices, kernel_size, stride, padding, output_size, dims):
    """The values at the places that pooling found them at, zeros elsewhere."""
    kernel_size, padding = _spread(kernel_size, dims), _spread(padding, dims)
    stride = kernel_size if stride is None else _spread(stride, dims)
    if output_size is None:
        sizes = [
            (input.size(axis - dims) - 1) * stride[axis] - 2 * padding[axis] + kernel_size[axis]
            for axis in range(dims)
        ]
    else:
        sizes = list(output_size)[-dims:]
    area = 1
    for size in sizes:
        area = area * size
    head = list(input.shape[: input.dim() - dims])
    flat = torch.zeros(head + [area], dtype=input.dtype).scatter(-1, indices.flatten(-dims), input.flatten(-dims))
    return flat.reshape(head + sizes)


def max_unpool1d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return _max_unpool(input, indices, kernel_size, stride, padding, output_size, 1)


def max_unpool2d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return _max_unpool(input, indices, kernel_size, stride, padding, output_size, 2)


def max_unpool3d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return _max_unpool(input, indices, kernel_size, stride, padding, output_size, 3)


def _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, dims):
    kernel_size = _spread(kernel_size, dims)
    area = 1
    for size in kernel_size:
        area = area * size
    pool = getattr(torch, f'avg_pool{dims}d')
    mean = pool(input.pow(norm_type), kernel_size, [] if stride is None else stride, 0, ceil_mode)
    return (torch.sign(mean) * torch.relu(mean.abs()) * area).pow(1.0 / norm_type)


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, 1)


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, 2)


def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, 3)


def fractional_max_pool2d(*args, **kwargs):
    _refuse('torch.nn.functional.fractional_max_pool2d', 'it draws its windows at random, at inference too')


def fractional_max_pool3d(*args, **kwargs):
    _refuse('torch.nn.functional.fractional_max_pool3d', 'it draws its windows at random, at inference too')
`
