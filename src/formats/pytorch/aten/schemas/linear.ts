/** Overloads, as `torch` prints them; see `parseSchema`. */
export const LINEAR_SCHEMAS = `
linear(Tensor input, Tensor weight, Tensor? bias=None)
matmul(Tensor self, Tensor other)
mm(Tensor self, Tensor mat2)
bmm(Tensor self, Tensor mat2)
addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1)
baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1)
mv(Tensor self, Tensor vec)
dot(Tensor self, Tensor tensor)
einsum(str equation, Tensor[] tensors, *, int[]? path=None)
outer(Tensor self, Tensor vec2)
ger(Tensor self, Tensor vec2)
bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None)
scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False)
inner(Tensor self, Tensor other)
`
