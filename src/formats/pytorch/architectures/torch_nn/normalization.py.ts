/** Normalisations. */
export const NORMALIZATION_PY = `
class _NormBase(Module):
    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None
    ):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.register_parameter('weight', Parameter(torch.ones(num_features)) if affine else None)
        self.register_parameter('bias', Parameter(torch.zeros(num_features)) if affine else None)
        self.register_buffer('running_mean', torch.zeros(num_features) if track_running_stats else None)
        self.register_buffer('running_var', torch.ones(num_features) if track_running_stats else None)
        self.register_buffer(
            'num_batches_tracked', torch.tensor(0, dtype=torch.long) if track_running_stats else None
        )

    def reset_parameters(self):
        pass


class _BatchNorm(_NormBase):
    def forward(self, input):
        # The whole model is in eval mode: a layer that is not was put into training by the model itself.
        mean, variance = (None, None) if self.training else (self.running_mean, self.running_var)
        return torch.batch_norm(input, self.weight, self.bias, mean, variance, False, 0.0, self.eps, True)


class BatchNorm1d(_BatchNorm):
    pass


class BatchNorm2d(_BatchNorm):
    pass


class BatchNorm3d(_BatchNorm):
    pass


class SyncBatchNorm(_BatchNorm):
    @classmethod
    def convert_sync_batchnorm(cls, module, process_group=None):
        return module


class _InstanceNorm(_NormBase):
    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None
    ):
        super().__init__(num_features, eps, momentum, affine, track_running_stats)

    def forward(self, input):
        return torch.instance_norm(
            input, self.weight, self.bias, self.running_mean, self.running_var,
            self.training or not self.track_running_stats, 0.0, self.eps, True,
        )


class InstanceNorm1d(_InstanceNorm):
    pass


class InstanceNorm2d(_InstanceNorm):
    pass


class InstanceNorm3d(_InstanceNorm):
    pass


class LayerNorm(Module):
    def __init__(
        self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None
    ):
        super().__init__()
        shape = tuple(normalized_shape) if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        self.normalized_shape = shape
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.register_parameter('weight', Parameter(torch.ones(shape)) if elementwise_affine else None)
        self.register_parameter('bias', Parameter(torch.zeros(shape)) if elementwise_affine and bias else None)

    def forward(self, input):
        return torch.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)


class RMSNorm(Module):
    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        super().__init__()
        shape = tuple(normalized_shape) if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        self.normalized_shape = shape
        self.eps = eps
        self.register_parameter('weight', Parameter(torch.ones(shape)) if elementwise_affine else None)

    def forward(self, input):
        return torch.rms_norm(input, self.normalized_shape, self.weight, self.eps)


class GroupNorm(Module):
    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None):
        super().__init__()
        if num_channels % num_groups != 0:
            raise ValueError('num_channels must be divisible by num_groups')
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.register_parameter('weight', Parameter(torch.ones(num_channels)) if affine else None)
        self.register_parameter('bias', Parameter(torch.zeros(num_channels)) if affine else None)

    def forward(self, input):
        return torch.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)


class LocalResponseNorm(Module):
    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input):
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)


class CrossMapLRN2d(LocalResponseNorm):
    def forward(self, input):
        _refuse('torch.nn.CrossMapLRN2d', 'its windows are uneven; torch.nn.LocalResponseNorm has even ones')
`
