/** Convolutions. */
export const CONV_PY = `
def _reversed_padding(padding, kernel_size, dilation):
    if padding == 'valid':
        return [0, 0] * len(kernel_size)
    widths = []
    for index in range(len(kernel_size) - 1, -1, -1):
        if padding == 'same':
            total = dilation[index] * (kernel_size[index] - 1)
            widths += [total // 2, total - total // 2]
        else:
            widths += [padding[index], padding[index]]
    return widths


class _ConvNd(Module):
    def __init__(
        self, dims, transposed, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
        bias=True, padding_mode='zeros', output_padding=0, device=None, dtype=None,
    ):
        super().__init__()
        if in_channels % groups != 0:
            raise ValueError('in_channels must be divisible by groups')
        if out_channels % groups != 0:
            raise ValueError('out_channels must be divisible by groups')
        spread = _ntuple(dims)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = spread(kernel_size)
        self.stride = spread(stride)
        self.padding = padding if isinstance(padding, str) else spread(padding)
        self.dilation = spread(dilation)
        self.transposed = transposed
        self.output_padding = spread(output_padding)
        self.groups = groups
        self.padding_mode = padding_mode
        channels = (in_channels, out_channels // groups) if transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(torch.empty(channels + self.kernel_size))
        self.register_parameter('bias', Parameter(torch.empty((out_channels,))) if bias else None)

    def reset_parameters(self):
        pass

    def forward(self, input):
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input, weight, bias):
        if self.padding_mode != 'zeros':
            widths = _reversed_padding(self.padding, self.kernel_size, self.dilation)
            input = F.pad(input, widths, mode=self.padding_mode)
            return self._function(input, weight, bias, self.stride, 0, self.dilation, self.groups)
        return self._function(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)


class Conv1d(_ConvNd):
    _function = staticmethod(torch.conv1d)

    def __init__(self, in_channels, out_channels, kernel_size, *args, **options):
        super().__init__(1, False, in_channels, out_channels, kernel_size, *args, **options)


class Conv2d(_ConvNd):
    _function = staticmethod(torch.conv2d)

    def __init__(self, in_channels, out_channels, kernel_size, *args, **options):
        super().__init__(2, False, in_channels, out_channels, kernel_size, *args, **options)


class Conv3d(_ConvNd):
    _function = staticmethod(torch.conv3d)

    def __init__(self, in_channels, out_channels, kernel_size, *args, **options):
        super().__init__(3, False, in_channels, out_channels, kernel_size, *args, **options)


class _ConvTransposeNd(_ConvNd):
    def __init__(
        self, dims, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True,
        dilation=1, padding_mode='zeros', device=None, dtype=None,
    ):
        super().__init__(
            dims, True, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode,
            output_padding,
        )

    def _extra(self, input, output_size):
        if output_size is None:
            return self.output_padding
        dims = len(self.kernel_size)
        wanted = output_size[-dims:]
        extra = []
        for index in range(dims):
            least = (
                (input.size(index + input.dim() - dims) - 1) * self.stride[index]
                - 2 * self.padding[index]
                + self.dilation[index] * (self.kernel_size[index] - 1)
                + 1
            )
            extra.append(wanted[index] - least)
        return extra

    def forward(self, input, output_size=None):
        extra = self._extra(input, output_size)
        return self._function(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )


class ConvTranspose1d(_ConvTransposeNd):
    _function = staticmethod(torch.conv_transpose1d)

    def __init__(self, in_channels, out_channels, kernel_size, *args, **options):
        super().__init__(1, in_channels, out_channels, kernel_size, *args, **options)


class ConvTranspose2d(_ConvTransposeNd):
    _function = staticmethod(torch.conv_transpose2d)

    def __init__(self, in_channels, out_channels, kernel_size, *args, **options):
        super().__init__(2, in_channels, out_channels, kernel_size, *args, **options)


class ConvTranspose3d(_ConvTransposeNd):
    _function = staticmethod(torch.conv_transpose3d)

    def __init__(self, in_channels, out_channels, kernel_size, *args, **options):
        super().__init__(3, in_channels, out_channels, kernel_size, *args, **options)
`
