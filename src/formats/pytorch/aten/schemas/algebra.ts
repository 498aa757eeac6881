/** Overloads, as `torch` prints them; see `parseSchema`. */
export const ALGEBRA_SCHEMAS = `
addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1)
addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1)
tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other)
tensordot.python(Tensor a, Tensor b, Any dims=2)
linalg_multi_dot(Tensor[] tensors)
chain_matmul(Tensor[] matrices)
cross(Tensor self, Tensor other, int? dim=None)
linalg_cross(Tensor self, Tensor other, *, int dim=-1)
linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None)
linalg_det(Tensor A)
det(Tensor self)
`
