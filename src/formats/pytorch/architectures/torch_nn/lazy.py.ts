/** Layers that take their input's width from the weights. */
export const LAZY_PY = `
def _lazy(module, *names):
    """Parameters of any shape: the file has the one they were saved with."""
    for name in names:
        kept = module._parameters if name in module._parameters else module._buffers
        if kept[name] is not None:
            kept[name] = _of_any_shape(kept[name])


class LazyLinear(Linear):
    def __init__(self, out_features, bias=True, device=None, dtype=None):
        super().__init__(1, out_features, bias)
        _lazy(self, 'weight')


class _LazyNorm:
    def __init__(
        self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None
    ):
        super().__init__(1, eps, momentum, affine, track_running_stats)
        _lazy(self, 'weight', 'bias', 'running_mean', 'running_var')


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    pass


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    pass


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    pass


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    pass


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    pass


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    pass


class _LazyConv:
    def __init__(self, out_channels, kernel_size, *args, **options):
        # As many channels as there may be groups: the check of one against the other is for the file's own.
        super().__init__(out_channels, out_channels, kernel_size, *args, **options)
        _lazy(self, 'weight')


class LazyConv1d(_LazyConv, Conv1d):
    pass


class LazyConv2d(_LazyConv, Conv2d):
    pass


class LazyConv3d(_LazyConv, Conv3d):
    pass


class LazyConvTranspose1d(_LazyConv, ConvTranspose1d):
    pass


class LazyConvTranspose2d(_LazyConv, ConvTranspose2d):
    pass


class LazyConvTranspose3d(_LazyConv, ConvTranspose3d):
    pass
`
