/**
 * `torch.autograd.function`. Nothing is differentiated here: `apply` runs `forward`, with a context that keeps what it is given
 * for a `backward` that never runs.
 */
export const AUTOGRAD_FUNCTION_PY = `
import torch


class FunctionCtx:
    def save_for_backward(self, *tensors):
        self.to_save = tensors

    def save_for_forward(self, *tensors):
        self.saved_for_forward = tensors

    def mark_dirty(self, *args):
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args):
        self.non_differentiable = args

    def set_materialize_grads(self, value):
        self.materialize_grads = value


class BackwardCFunction(FunctionCtx):
    materialize_grads = True
    # What forward saves is there once it has returned, for backward.
    saved_tensors = ()


class Function(FunctionCtx):
    @staticmethod
    def forward(*args, **kwargs):
        raise NotImplementedError('You must implement the forward function for custom autograd.Function.')

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError('setup_context is not implemented.')

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError('You must implement either the backward or vjp method.')

    def __call__(self, *args, **kwargs):
        raise RuntimeError('Legacy autograd function with non-static forward method is deprecated.')

    @classmethod
    def apply(cls, *args, **kwargs):
        ctx = BackwardCFunction()
        given = args + tuple(kwargs.values())
        ctx.needs_input_grad = tuple(isinstance(value, torch.Tensor) and value.requires_grad for value in given)
        # The output is all that counts, and setup_context comes after it.
        if cls.setup_context is Function.setup_context:
            return cls.forward(ctx, *args, **kwargs)
        return cls.forward(*args, **kwargs)


class InplaceFunction(Function):
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace


def once_differentiable(fn):
    return fn
`
