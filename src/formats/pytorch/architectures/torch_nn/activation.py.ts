/** Activations as modules. */
export const ACTIVATION_PY = `
class _InplaceActivation(Module):
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input):
        return self._function(input, inplace=self.inplace)


class ReLU(_InplaceActivation):
    _function = staticmethod(F.relu)


class ReLU6(_InplaceActivation):
    _function = staticmethod(F.relu6)


class SELU(_InplaceActivation):
    _function = staticmethod(F.selu)


class SiLU(_InplaceActivation):
    _function = staticmethod(F.silu)


class Mish(_InplaceActivation):
    _function = staticmethod(F.mish)


class Hardswish(_InplaceActivation):
    _function = staticmethod(F.hardswish)


class Hardsigmoid(_InplaceActivation):
    _function = staticmethod(F.hardsigmoid)


class _PlainActivation(Module):
    def forward(self, input):
        return self._function(input)


class Sigmoid(_PlainActivation):
    _function = staticmethod(torch.sigmoid)


class Tanh(_PlainActivation):
    _function = staticmethod(torch.tanh)


class LogSigmoid(_PlainActivation):
    _function = staticmethod(torch.log_sigmoid)


class Softsign(_PlainActivation):
    _function = staticmethod(F.softsign)


class Tanhshrink(_PlainActivation):
    _function = staticmethod(F.tanhshrink)


class GELU(Module):
    def __init__(self, approximate='none'):
        super().__init__()
        self.approximate = approximate

    def forward(self, input):
        return torch.gelu(input, approximate=self.approximate)


class LeakyReLU(Module):
    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input):
        return F.leaky_relu(input, self.negative_slope, self.inplace)


class ELU(Module):
    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input):
        return F.elu(input, self.alpha, self.inplace)


class CELU(ELU):
    def forward(self, input):
        return F.celu(input, self.alpha, self.inplace)


class PReLU(Module):
    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        self.num_parameters = num_parameters
        self.weight = Parameter(torch.empty((num_parameters,)))

    def forward(self, input):
        return torch.prelu(input, self.weight)


class Hardtanh(Module):
    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False):
        super().__init__()
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, input):
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)


class Threshold(Module):
    def __init__(self, threshold, value, inplace=False):
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input):
        return F.threshold(input, self.threshold, self.value, self.inplace)


class RReLU(Module):
    def __init__(self, lower=1.0 / 8, upper=1.0 / 3, inplace=False):
        super().__init__()
        self.lower = lower
        self.upper = upper

    def forward(self, input):
        return torch.rrelu(input, self.lower, self.upper, self.training)


class Softplus(Module):
    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input):
        return torch.softplus(input, self.beta, self.threshold)


class Hardshrink(Module):
    def __init__(self, lambd=0.5):
        super().__init__()
        self.lambd = lambd

    def forward(self, input):
        return torch.hardshrink(input, self.lambd)


class Softshrink(Module):
    def __init__(self, lambd=0.5):
        super().__init__()
        self.lambd = lambd

    def forward(self, input):
        return torch.softshrink(input, self.lambd)


class GLU(Module):
    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim

    def forward(self, input):
        return torch.glu(input, self.dim)


class _Softmax(Module):
    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim

    def forward(self, input):
        return self._function(input, dim=self.dim)


class Softmax(_Softmax):
    _function = staticmethod(F.softmax)


class LogSoftmax(_Softmax):
    _function = staticmethod(F.log_softmax)


class Softmin(_Softmax):
    _function = staticmethod(F.softmin)


class Softmax2d(Module):
    def forward(self, input):
        return torch.softmax(input, -3)
`
