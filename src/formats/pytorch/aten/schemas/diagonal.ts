/** Overloads, as `torch` prints them; see `parseSchema`. */
export const DIAGONAL_SCHEMAS = `
diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1)
diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1)
diag(Tensor self, int diagonal=0)
trace(Tensor self)
`
