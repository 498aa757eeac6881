/** Losses: models hold them, and compute them only while they are trained. */
export const LOSS_PY = `
class _Loss(Module):
    def __init__(self, weight=None, *args, pos_weight=None, **options):
        super().__init__()
        if isinstance(weight, torch.Tensor):
            self.register_buffer('weight', weight)
        if isinstance(pos_weight, torch.Tensor):
            self.register_buffer('pos_weight', pos_weight)

    def forward(self, *args, **kwargs):
        raise NotImplementedError(f'{type(self).__name__} is computed while training only')


class CrossEntropyLoss(_Loss):
    pass


class NLLLoss(_Loss):
    pass


class BCELoss(_Loss):
    pass


class BCEWithLogitsLoss(_Loss):
    pass


class MSELoss(_Loss):
    pass


class L1Loss(_Loss):
    pass


class SmoothL1Loss(_Loss):
    pass


class HuberLoss(_Loss):
    pass


class KLDivLoss(_Loss):
    pass


class CTCLoss(_Loss):
    pass


class TripletMarginLoss(_Loss):
    pass


class CosineEmbeddingLoss(_Loss):
    pass
`
