/** Losses of `torch.nn.functional`, as compositions: a model that computes one at inference compares or scores with it. */
export const FUNCTIONAL_LOSS_PY = `
def _reduced(loss, reduction):
    if reduction == 'mean':
        return loss.mean()
    if reduction == 'sum':
        return loss.sum()
    if reduction == 'none':
        return loss
    raise ValueError(f'{reduction} is not a valid value for reduction')


def _reduction(size_average, reduce, reduction):
    """The one word that took the place of two flags."""
    if size_average is None and reduce is None:
        return reduction
    if reduce is False:
        return 'none'
    return 'sum' if size_average is False else 'mean'


def _weighted(loss, weight):
    return loss if weight is None else loss * weight


def l1_loss(input, target, size_average=None, reduce=None, reduction='mean', weight=None):
    return _reduced(_weighted((input - target).abs(), weight), _reduction(size_average, reduce, reduction))


def mse_loss(input, target, size_average=None, reduce=None, reduction='mean', weight=None):
    return _reduced(_weighted((input - target).square(), weight), _reduction(size_average, reduce, reduction))


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction='mean', beta=1.0):
    size = (input - target).abs()
    if beta > 0:
        size = torch.where(size < beta, 0.5 * size * size / beta, size - 0.5 * beta)
    return _reduced(size, _reduction(size_average, reduce, reduction))


def huber_loss(input, target, reduction='mean', delta=1.0, weight=None):
    size = (input - target).abs()
    loss = torch.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta))
    return _reduced(_weighted(loss, weight), reduction)


def _of_class(input):
    return 0 if input.dim() == 1 else 1


def _along_classes(weight, input):
    """weight [C] as it multiplies scores [N, C, …] or [C]."""
    return weight if input.dim() == 1 else weight.view([-1] + [1] * (input.dim() - 2))


def _picked(input, target, weight, ignore_index):
    """−w·x at the target's class, and the weights that a mean divides by; zeros where the target is ignored."""
    axis = _of_class(input)
    ignored = target == ignore_index
    safe = target.masked_fill(ignored, 0)
    scores = input.gather(axis, safe.unsqueeze(axis)).squeeze(axis)
    weights = torch.ones_like(scores) if weight is None else weight[safe]
    weights = weights.masked_fill(ignored, 0.0)
    return -(scores * weights).masked_fill(ignored, 0.0), weights, ignored


def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'):
    loss, weights, _ = _picked(input, target, weight, ignore_index)
    reduction = _reduction(size_average, reduce, reduction)
    return loss.sum() / weights.sum() if reduction == 'mean' else _reduced(loss, reduction)


def cross_entropy(
    input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean',
    label_smoothing=0.0,
):
    axis = _of_class(input)
    classes = input.size(axis)
    reduction = _reduction(size_average, reduce, reduction)
    scores = torch.log_softmax(input, axis)
    weighted = scores if weight is None else scores * _along_classes(weight, input)
    if target.is_floating_point():
        if label_smoothing > 0.0:
            target = target * (1 - label_smoothing) + label_smoothing / classes
        loss = -(weighted * target).sum(axis)
        return _reduced(loss, reduction)
    loss, weights, ignored = _picked(scores, target, weight, ignore_index)
    if label_smoothing > 0.0:
        spread = -weighted.sum(axis).masked_fill(ignored, 0.0)
        loss = (1 - label_smoothing) * loss + label_smoothing / classes * spread
    return loss.sum() / weights.sum() if reduction == 'mean' else _reduced(loss, reduction)


def linear_cross_entropy(
    input, linear_weight, target, *, linear_bias=None, weight=None, reduction='mean', ignore_index=None,
    label_smoothing=0.0, options=None,
):
    assert linear_weight.dim() == 2, 'linear_cross_entropy of weights of more than two dims'
    scores = torch.linear(input, linear_weight, linear_bias)
    return cross_entropy(
        scores, target, weight=weight, reduction=reduction, label_smoothing=label_smoothing,
        ignore_index=-100 if ignore_index is None else ignore_index,
    )


def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction='mean'):
    loss = -(target * input.log().clamp(min=-100) + (1 - target) * (1 - input).log().clamp(min=-100))
    return _reduced(_weighted(loss, weight), _reduction(size_average, reduce, reduction))


def binary_cross_entropy_with_logits(
    input, target, weight=None, size_average=None, reduce=None, reduction='mean', pos_weight=None
):
    tail = torch.log1p(torch.exp(-input.abs())) + (-input).clamp(min=0)
    if pos_weight is not None:
        tail = tail * ((pos_weight - 1) * target + 1)
    return _reduced(_weighted((1 - target) * input + tail, weight), _reduction(size_average, reduce, reduction))


def kl_div(input, target, size_average=None, reduce=None, reduction='mean', log_target=False):
    loss = target.exp() * (target - input) if log_target else torch.xlogy(target, target) - target * input
    if reduction == 'batchmean':
        return loss.sum() / input.size(0)
    return _reduced(loss, _reduction(size_average, reduce, reduction))


def poisson_nll_loss(
    input, target, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'
):
    loss = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        stirling = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        loss = loss + torch.where(target > 1, stirling, torch.zeros_like(target))
    return _reduced(loss, _reduction(size_average, reduce, reduction))


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction='mean'):
    if isinstance(var, torch.Tensor):
        var = (var.unsqueeze(-1) if var.dim() < input.dim() else var).clamp(min=eps)
    else:
        var = torch.full_like(input, max(var, eps))
    loss = 0.5 * (var.log() + (input - target).square() / var)
    return _reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, reduction='mean'):
    zero = torch.zeros_like(input)
    far = torch.where(target != 1, (margin - input).clamp(min=0), zero)
    near = torch.where(target != -1, input, zero)
    return _reduced(far + near, _reduction(size_average, reduce, reduction))


def margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction='mean'):
    loss = (-target * (input1 - input2) + margin).clamp(min=0)
    return _reduced(loss, _reduction(size_average, reduce, reduction))


def soft_margin_loss(input, target, size_average=None, reduce=None, reduction='mean'):
    return _reduced(torch.log1p(torch.exp(-target * input)), _reduction(size_average, reduce, reduction))


def multilabel_soft_margin_loss(input, target, weight=None, size_average=None, reduce=None, reduction='mean'):
    loss = -(target * torch.log_sigmoid(input) + (1 - target) * torch.log_sigmoid(-input))
    return _reduced(_weighted(loss, weight).mean(-1), _reduction(size_average, reduce, reduction))


def multi_margin_loss(
    input, target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction='mean'
):
    chosen = target.unsqueeze(-1)
    loss = (margin - input.gather(-1, chosen) + input).clamp(min=0) ** p
    if weight is not None:
        loss = loss * weight[chosen]
    loss = torch.where(torch.arange(input.size(-1)) == chosen, torch.zeros_like(loss), loss).mean(-1)
    return _reduced(loss, _reduction(size_average, reduce, reduction))


def multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction='mean'):
    # Classes of a row end at its first -1.
    listed = (target < 0).long().cumsum(-1) == 0
    places = target.clamp(min=0).unsqueeze(-1) == torch.arange(input.size(-1))
    is_target = (places & listed.unsqueeze(-1)).any(-2)
    scores = input.gather(-1, target.clamp(min=0))
    each = (1 - scores.unsqueeze(-1) + input.unsqueeze(-2)).clamp(min=0)
    counted = listed.unsqueeze(-1) & ~is_target.unsqueeze(-2)
    loss = each.masked_fill(~counted, 0.0).sum((-2, -1)) / input.size(-1)
    return _reduced(loss, _reduction(size_average, reduce, reduction))


def triplet_margin_loss(
    anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, size_average=None, reduce=None,
    reduction='mean',
):
    def distance(a, b):
        return pairwise_distance(a, b, p, eps)

    reduction = _reduction(size_average, reduce, reduction)
    return triplet_margin_with_distance_loss(
        anchor, positive, negative, distance_function=distance, margin=margin, swap=swap, reduction=reduction
    )


def triplet_margin_with_distance_loss(
    anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction='mean'
):
    distance = pairwise_distance if distance_function is None else distance_function
    far = distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    return _reduced((margin + distance(anchor, positive) - far).clamp(min=0), reduction)


def cosine_embedding_loss(
    input1, input2, target, margin=0, size_average=None, reduce=None, reduction='mean'
):
    # The tiny number stands inside the root, other than in cosine_similarity.
    lengths = ((input1 * input1).sum(-1) + 1e-12) * ((input2 * input2).sum(-1) + 1e-12)
    cosine = (input1 * input2).sum(-1) / lengths.sqrt()
    loss = torch.where(target == 1, 1 - cosine, (cosine - margin).clamp(min=0))
    return _reduced(loss, _reduction(size_average, reduce, reduction))


def ctc_loss(*args, **kwargs):
    _refuse('torch.nn.functional.ctc_loss', 'it sums over all alignments, for training')
`
