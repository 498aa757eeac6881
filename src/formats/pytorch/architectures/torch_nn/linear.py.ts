/** Linear layers, embeddings, identity and dropout. */
export const LINEAR_PY = `
class Identity(Module):
    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return input


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(torch.empty((out_features, in_features), dtype=dtype))
        self.register_parameter('bias', Parameter(torch.empty((out_features,), dtype=dtype)) if bias else None)

    def reset_parameters(self):
        pass

    def forward(self, input):
        return torch.linear(input, self.weight, self.bias)


class Bilinear(Module):
    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = Parameter(torch.empty((out_features, in1_features, in2_features)))
        self.register_parameter('bias', Parameter(torch.empty((out_features,))) if bias else None)

    def forward(self, input1, input2):
        return torch.bilinear(input1, input2, self.weight, self.bias)


class Embedding(Module):
    def __init__(
        self, num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0,
        scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None,
    ):
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.max_norm = max_norm
        self.weight = Parameter(torch.empty((num_embeddings, embedding_dim)) if _weight is None else _weight)

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, padding_idx=None, **options):
        rows, columns = embeddings.shape
        return cls(rows, columns, padding_idx=padding_idx, _weight=embeddings)

    def forward(self, input):
        return F.embedding(input, self.weight, max_norm=self.max_norm)


class EmbeddingBag(Module):
    def __init__(
        self, num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean',
        sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None, dtype=None,
    ):
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.mode = mode
        self.include_last_offset = include_last_offset
        self.padding_idx = padding_idx
        self.weight = Parameter(torch.empty((num_embeddings, embedding_dim)) if _weight is None else _weight)

    @classmethod
    def from_pretrained(
        cls, embeddings, freeze=True, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean',
        sparse=False, include_last_offset=False, padding_idx=None,
    ):
        rows, columns = embeddings.shape
        return cls(
            rows, columns, max_norm=max_norm, mode=mode, _weight=embeddings,
            include_last_offset=include_last_offset, padding_idx=padding_idx,
        )

    def forward(self, input, offsets=None, per_sample_weights=None):
        return F.embedding_bag(
            input, self.weight, offsets, self.max_norm, mode=self.mode, per_sample_weights=per_sample_weights,
            include_last_offset=self.include_last_offset, padding_idx=self.padding_idx,
        )


class _Dropout(Module):
    _function = staticmethod(torch.dropout)

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self.p = p
        self.inplace = inplace

    def forward(self, input):
        return self._function(input, self.p, self.training)


class Dropout(_Dropout):
    pass


class Dropout1d(_Dropout):
    _function = staticmethod(torch.feature_dropout)


class Dropout2d(_Dropout):
    _function = staticmethod(torch.feature_dropout)


class Dropout3d(_Dropout):
    _function = staticmethod(torch.feature_dropout)


class AlphaDropout(_Dropout):
    _function = staticmethod(torch.alpha_dropout)


class FeatureAlphaDropout(_Dropout):
    _function = staticmethod(torch.feature_alpha_dropout)


class CosineSimilarity(Module):
    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1, x2):
        return torch.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    def __init__(self, p=2.0, eps=1e-6, keepdim=False):
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1, x2):
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
`
