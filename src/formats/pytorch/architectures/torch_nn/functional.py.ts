/** `torch.nn.functional`. */
export const FUNCTIONAL_PY = `
import math
import torch

conv1d = torch.conv1d
conv2d = torch.conv2d
conv3d = torch.conv3d
conv_transpose1d = torch.conv_transpose1d
conv_transpose2d = torch.conv_transpose2d
conv_transpose3d = torch.conv_transpose3d
linear = torch.linear
bilinear = torch.bilinear
gelu = torch.gelu
softplus = torch.softplus
logsigmoid = torch.log_sigmoid
hardshrink = torch.hardshrink
softshrink = torch.softshrink
prelu = torch.prelu
sigmoid = torch.sigmoid
tanh = torch.tanh
pixel_shuffle = torch.pixel_shuffle
pixel_unshuffle = torch.pixel_unshuffle
channel_shuffle = torch.channel_shuffle
native_channel_shuffle = torch.channel_shuffle
cosine_similarity = torch.cosine_similarity
one_hot = torch.one_hot
scaled_dot_product_attention = torch.scaled_dot_product_attention


def _inplace(name):
    plain = getattr(torch, name)
    writing = getattr(torch, name + '_')
    return lambda input, inplace=False: writing(input) if inplace else plain(input)


relu = _inplace('relu')
relu6 = _inplace('relu6')
selu = _inplace('selu')
silu = _inplace('silu')
mish = _inplace('mish')
hardswish = _inplace('hardswish')
hardsigmoid = _inplace('hardsigmoid')


relu_ = torch.relu_
leaky_relu_ = torch.leaky_relu_
elu_ = torch.elu_
celu_ = torch.celu_
selu_ = torch.selu_
hardtanh_ = torch.hardtanh_
threshold_ = torch.threshold_


def leaky_relu(input, negative_slope=0.01, inplace=False):
    return torch.leaky_relu_(input, negative_slope) if inplace else torch.leaky_relu(input, negative_slope)


def elu(input, alpha=1.0, inplace=False):
    return torch.elu_(input, alpha) if inplace else torch.elu(input, alpha)


def celu(input, alpha=1.0, inplace=False):
    return torch.celu_(input, alpha) if inplace else torch.celu(input, alpha)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    return torch.hardtanh_(input, min_val, max_val) if inplace else torch.hardtanh(input, min_val, max_val)


def threshold(input, threshold, value, inplace=False):
    return torch.threshold_(input, threshold, value) if inplace else torch.threshold(input, threshold, value)


def rrelu(input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    return torch.rrelu(input, lower, upper, training)


def glu(input, dim=-1):
    return torch.glu(input, dim)


def softsign(input):
    return input / (input.abs() + 1)


def tanhshrink(input):
    return input - input.tanh()


def _softmax_dim(dim, rank):
    if dim is not None:
        return dim
    return 0 if rank in (0, 1, 3) else 1


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return torch.softmax(input, _softmax_dim(dim, input.dim()), dtype=dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    return torch.softmax(-input, _softmax_dim(dim, input.dim()), dtype=dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return torch.log_softmax(input, _softmax_dim(dim, input.dim()), dtype=dtype)


def dropout(input, p=0.5, training=True, inplace=False):
    return torch.dropout(input, p, training)


def dropout1d(input, p=0.5, training=True, inplace=False):
    return torch.feature_dropout(input, p, training)


def dropout2d(input, p=0.5, training=True, inplace=False):
    return torch.feature_dropout(input, p, training)


def dropout3d(input, p=0.5, training=True, inplace=False):
    return torch.feature_dropout(input, p, training)


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    return torch.alpha_dropout(input, p, training)


def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    return torch.feature_alpha_dropout(input, p, training)


def embedding(
    input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False
):
    if max_norm is not None:
        _refuse('torch.nn.functional.embedding with max_norm', 'it changes its weights')
    return torch.embedding(weight, input)


def gumbel_softmax(*args, **kwargs):
    _refuse('torch.nn.functional.gumbel_softmax', 'it draws random numbers, at inference too')


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    if input.dim() == 3:
        return unfold(input.unsqueeze(0), kernel_size, dilation, padding, stride).squeeze(0)
    return torch.im2col(
        input, _spread(kernel_size, 2), _spread(dilation, 2), _spread(padding, 2), _spread(stride, 2)
    )


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    if input.dim() == 2:
        return fold(input.unsqueeze(0), output_size, kernel_size, dilation, padding, stride).squeeze(0)
    return torch.col2im(
        input, _spread(output_size, 2), _spread(kernel_size, 2), _spread(dilation, 2), _spread(padding, 2),
        _spread(stride, 2),
    )


def affine_grid(theta, size, align_corners=None):
    return torch.affine_grid_generator(theta, size, bool(align_corners))


def _bags(input, offsets, include_last_offset):
    """[bags, positions]: which position is in which bag."""
    starts = offsets[:-1] if include_last_offset else offsets
    places = torch.arange(input.size(0)).unsqueeze(0)
    after = places >= starts.unsqueeze(1)
    ends = torch.cat([starts[1:], torch.full((1,), input.size(0), dtype=starts.dtype)])
    return after & (places < ends.unsqueeze(1))


def embedding_bag(
    input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode='mean',
    sparse=False, per_sample_weights=None, include_last_offset=False, padding_idx=None,
):
    if max_norm is not None:
        _refuse('torch.nn.functional.embedding_bag with max_norm', 'it changes its weights')
    rows = torch.embedding(weight, input)
    kept = torch.ones_like(input) > 0 if padding_idx is None else input != padding_idx
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.unsqueeze(-1)
    if offsets is None:
        members = kept.unsqueeze(-1)
    else:
        members = (_bags(input, offsets, include_last_offset) & kept.unsqueeze(0)).unsqueeze(-1)
        rows = rows.unsqueeze(0)
    if mode == 'max':
        largest = rows.masked_fill(~members, -math.inf).amax(1)
        return largest.masked_fill(~members.any(1), 0.0)
    if offsets is None:
        total = rows.masked_fill(~members, 0.0).sum(1)
    else:
        total = members.squeeze(-1).to(rows.dtype) @ rows.squeeze(0)
    return total if mode == 'sum' else total / members.sum(1).clamp(min=1)


def batch_norm(
    input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    # In training it normalises by its batch; the statistics that it would keep are of no use to the result.
    mean, variance = (None, None) if training else (running_mean, running_var)
    return torch.batch_norm(input, weight, bias, mean, variance, training, momentum, eps, True)


def instance_norm(
    input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5
):
    return torch.instance_norm(
        input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, True
    )


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    return torch.layer_norm(input, normalized_shape, weight, bias, eps)


def rms_norm(input, normalized_shape, weight=None, eps=None):
    return torch.rms_norm(input, normalized_shape, weight, eps)


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    return torch.group_norm(input, num_groups, weight, bias, eps)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    squared = input.mul(input).unsqueeze(1)
    if input.dim() == 3:
        squared = pad(squared, (0, 0, size // 2, (size - 1) // 2))
        squared = torch.avg_pool2d(squared, (size, 1), stride=1).squeeze(1)
    else:
        sizes = input.size()
        squared = squared.view(sizes[0], 1, sizes[1], sizes[2], -1)
        squared = pad(squared, (0, 0, 0, 0, size // 2, (size - 1) // 2))
        squared = torch.avg_pool3d(squared, (size, 1, 1), stride=1).squeeze(1)
        squared = squared.view(sizes)
    return input / squared.mul(alpha).add(k).pow(beta)


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    return input / input.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(input)


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    return torch.linalg.vector_norm(x1 - x2 + eps, p, -1, keepdim)


def pad(input, pad, mode='constant', value=None):
    if mode == 'constant':
        return torch.constant_pad_nd(input, pad, 0.0 if value is None else value)
    return torch.pad(input, pad, mode, value)


_SPATIAL = {3: '1d', 4: '2d', 5: '3d'}
_LINEAR = {'linear': 'upsample_linear1d', 'bilinear': 'upsample_bilinear2d', 'trilinear': 'upsample_trilinear3d'}


def interpolate(
    input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None,
    antialias=False,
):
    spatial = input.dim() - 2
    if size is not None and not isinstance(size, (tuple, list)):
        size = [size] * spatial
    if scale_factor is not None and not isinstance(scale_factor, (tuple, list)):
        scale_factor = [scale_factor] * spatial
    if (size is None) == (scale_factor is None):
        raise ValueError('only one of size or scale_factor should be defined')
    if recompute_scale_factor:
        size = [math.floor(input.size(i + 2) * scale_factor[i]) for i in range(spatial)]
        scale_factor = None
    corners = bool(align_corners)
    if mode == 'nearest':
        return getattr(torch, 'upsample_nearest' + _SPATIAL[input.dim()])(input, size, scale_factor)
    if mode == 'nearest-exact':
        return getattr(torch, '_upsample_nearest_exact' + _SPATIAL[input.dim()])(input, size, scale_factor)
    if mode == 'area':
        return getattr(torch, 'adaptive_avg_pool' + _SPATIAL[input.dim()])(
            input,
            size if size is not None else [math.floor(input.size(i + 2) * scale_factor[i]) for i in range(spatial)],
        )
    if antialias and mode in ('bilinear', 'bicubic'):
        return getattr(torch, f'_upsample_{mode}2d_aa')(input, size, corners, scale_factor)
    if mode in _LINEAR:
        return getattr(torch, _LINEAR[mode])(input, size, corners, scale_factor)
    if mode == 'bicubic':
        return torch.upsample_bicubic2d(input, size, corners, scale_factor)
    assert False, f'interpolation mode {mode}'


def upsample_nearest(input, size=None, scale_factor=None):
    return interpolate(input, size, scale_factor, mode='nearest')


def upsample_bilinear(input, size=None, scale_factor=None):
    return interpolate(input, size, scale_factor, mode='bilinear', align_corners=True)


def upsample(input, size=None, scale_factor=None, mode='nearest', align_corners=None):
    return interpolate(input, size, scale_factor, mode, align_corners)


_GRID_MODES = {'bilinear': 0, 'nearest': 1, 'bicubic': 2}
_GRID_PADDINGS = {'zeros': 0, 'border': 1, 'reflection': 2}


def grid_sample(input, grid, mode='bilinear', padding_mode='zeros', align_corners=None):
    return torch.grid_sampler(input, grid, _GRID_MODES[mode], _GRID_PADDINGS[padding_mode], bool(align_corners))
`
