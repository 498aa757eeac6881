/** Attention and transformer layers. */
export const TRANSFORMER_PY = `
def _additive(mask, dtype):
    if mask is None or mask.dtype != torch.bool:
        return mask
    return torch.zeros(mask.shape, dtype=dtype).masked_fill(mask, float('-inf'))


class MultiheadAttention(Module):
    def __init__(
        self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False,
        kdim=None, vdim=None, batch_first=False, device=None, dtype=None,
    ):
        super().__init__()
        assert not add_bias_kv and not add_zero_attn, 'MultiheadAttention with add_bias_kv or add_zero_attn'
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.batch_first = batch_first
        self.dropout = dropout
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        if self._qkv_same_embed_dim:
            self.in_proj_weight = Parameter(torch.empty((3 * embed_dim, embed_dim)))
        else:
            self.q_proj_weight = Parameter(torch.empty((embed_dim, embed_dim)))
            self.k_proj_weight = Parameter(torch.empty((embed_dim, self.kdim)))
            self.v_proj_weight = Parameter(torch.empty((embed_dim, self.vdim)))
        self.register_parameter('in_proj_bias', Parameter(torch.empty((3 * embed_dim,))) if bias else None)
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias)

    def _projections(self):
        biases = (None, None, None) if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        if self._qkv_same_embed_dim:
            return zip(self.in_proj_weight.chunk(3), biases)
        return zip((self.q_proj_weight, self.k_proj_weight, self.v_proj_weight), biases)

    def _heads(self, x):
        return x.view(x.size(0), x.size(1), self.num_heads, self.head_dim).transpose(1, 2)

    def _mask(self, q, k, attn_mask, key_padding_mask):
        mask = _additive(attn_mask, q.dtype)
        if mask is not None and mask.dim() == 3:
            mask = mask.view(q.size(0), self.num_heads, q.size(2), k.size(2))
        if key_padding_mask is None:
            return mask
        padding = _additive(key_padding_mask, q.dtype)[:, None, None, :]
        return padding if mask is None else mask + padding

    # What has a fused kernel outside of training gives NaN where all keys are masked, as the attention weights do;
    # scaled_dot_product_attention, which serves the rest, gives 0.
    def _is_fused(self, query, key, value):
        return (
            self.batch_first and query is key and key is value and self._qkv_same_embed_dim
            and self.in_proj_bias is not None and self.num_heads % 2 == 0
        )

    def forward(
        self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
        average_attn_weights=True, is_causal=False,
    ):
        if query.dim() == 2:
            axis = 0 if self.batch_first else 1
            padding = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
            batched = [x.unsqueeze(axis) for x in (query, key, value)]
            output, weights = self.forward(
                *batched, padding, need_weights, attn_mask, average_attn_weights, is_causal
            )
            return output.squeeze(axis), None if weights is None else weights.squeeze(0)
        inputs = [x if self.batch_first else x.transpose(0, 1) for x in (query, key, value)]
        projected = [torch.linear(x, w, b) for x, (w, b) in zip(inputs, self._projections())]
        q, k, v = [self._heads(x) for x in projected]
        mask = self._mask(q, k, attn_mask, key_padding_mask)
        scores = torch.matmul(q * self.head_dim ** -0.5, k.transpose(-2, -1))
        weights = torch.softmax(scores if mask is None else scores + mask, -1)
        weights = torch.dropout(weights, self.dropout, self.training)
        mixed = torch.matmul(weights, v)
        if mask is not None and not need_weights and not self._is_fused(query, key, value):
            mixed = mixed.masked_fill(mask.amax(-1, keepdim=True) == float('-inf'), 0.0)
        mixed = mixed.transpose(1, 2)
        output = self.out_proj(mixed.reshape(q.size(0), q.size(2), self.embed_dim))
        output = output if self.batch_first else output.transpose(0, 1)
        if not need_weights:
            return output, None
        return output, weights.mean(dim=1) if average_attn_weights else weights


def _activation(activation):
    if isinstance(activation, str):
        return {'relu': torch.relu, 'gelu': torch.gelu}[activation]
    return activation


# 1, 2, or 0 for others.
def _relu_or_gelu(activation):
    if activation == 'relu' or activation is F.relu or isinstance(activation, ReLU):
        return 1
    return 2 if activation == 'gelu' or activation is F.gelu or isinstance(activation, GELU) else 0


class TransformerEncoderLayer(Module):
    def __init__(
        self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5,
        batch_first=False, norm_first=False, bias=True, device=None, dtype=None,
    ):
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias=bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.activation_relu_or_gelu = _relu_or_gelu(activation)
        self.activation = _activation(activation)

    def _sa_block(self, x, attn_mask, padding):
        return self.self_attn(x, x, x, attn_mask=attn_mask, key_padding_mask=padding, need_weights=False)[0]

    def _ff_block(self, x):
        return self.linear2(self.activation(self.linear1(x)))

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        x = src
        if self.norm_first:
            x = x + self._sa_block(self.norm1(x), src_mask, src_key_padding_mask)
            return x + self._ff_block(self.norm2(x))
        x = self.norm1(x + self._sa_block(x, src_mask, src_key_padding_mask))
        return self.norm2(x + self._ff_block(x))


class TransformerDecoderLayer(Module):
    def __init__(
        self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5,
        batch_first=False, norm_first=False, bias=True, device=None, dtype=None,
    ):
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias=bias, batch_first=batch_first)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias=bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.norm3 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.activation = _activation(activation)

    def _attend(self, attention, x, memory, mask, padding):
        return attention(x, memory, memory, attn_mask=mask, key_padding_mask=padding, need_weights=False)[0]

    def _ff_block(self, x):
        return self.linear2(self.activation(self.linear1(x)))

    def forward(
        self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
        memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False,
    ):
        own = lambda x, q: self._attend(self.self_attn, q, q, tgt_mask, tgt_key_padding_mask)
        across = lambda x, q: self._attend(self.multihead_attn, q, memory, memory_mask, memory_key_padding_mask)
        fed = lambda x, q: self._ff_block(q)
        x = tgt
        for block, norm in ((own, self.norm1), (across, self.norm2), (fed, self.norm3)):
            x = x + block(x, norm(x)) if self.norm_first else norm(x + block(x, x))
        return x


def _takes_nested_tensors(layer):
    if not isinstance(layer, TransformerEncoderLayer) or layer.norm_first or layer.norm1.eps != layer.norm2.eps:
        return False
    attention = layer.self_attn
    return (
        attention.batch_first and attention._qkv_same_embed_dim and attention.in_proj_bias is not None
        and attention.num_heads % 2 == 0 and layer.activation_relu_or_gelu != 0
    )


class TransformerEncoder(Module):
    def __init__(self, encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True):
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm
        self.mask_check = mask_check
        self.enable_nested_tensor = enable_nested_tensor
        self.use_nested_tensor = enable_nested_tensor and _takes_nested_tensors(encoder_layer)

    # Outside of training torch computes on the sequences without their padding where that is at the end of all of them,
    # and pads the result with zeros (TransformerEncoder.forward, nested tensors).
    def _without_padding(self, src, padding, output):
        masked = padding if padding.dtype == torch.bool else padding != 0
        positions = torch.arange(src.size(1)).unsqueeze(0)
        behind = positions >= masked.logical_not().sum(1, keepdim=True)
        if self.mask_check:
            behind = behind & (behind == masked).all()
        return output.masked_fill(behind.unsqueeze(-1), 0.0)

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        output = src
        for layer in self.layers:
            output = layer(output, src_mask=mask, src_key_padding_mask=src_key_padding_mask)
        is_nested = self.use_nested_tensor and not self.layers[0].training and src.dim() == 3 and mask is None
        if is_nested and src_key_padding_mask is not None:
            output = self._without_padding(src, src_key_padding_mask, output)
        return output if self.norm is None else self.norm(output)


class TransformerDecoder(Module):
    def __init__(self, decoder_layer, num_layers, norm=None):
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
        memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False,
    ):
        output = tgt
        for layer in self.layers:
            output = layer(output, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return output if self.norm is None else self.norm(output)


class Transformer(Module):
    def __init__(
        self, d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1,
        activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-5, batch_first=False,
        norm_first=False, bias=True, device=None, dtype=None,
    ):
        super().__init__()
        settings = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        norms = [LayerNorm(d_model, eps=layer_norm_eps, bias=bias) for _ in range(2)]
        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*settings), num_encoder_layers, norms[0]
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*settings), num_decoder_layers, norms[1]
        )
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first

    @staticmethod
    def generate_square_subsequent_mask(sz, device=None, dtype=None):
        return torch.triu(torch.full((sz, sz), float('-inf')), diagonal=1)

    def forward(
        self, src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
        tgt_key_padding_mask=None, memory_key_padding_mask=None,
    ):
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        )
`
