/** Overloads, as `torch` prints them; see `parseSchema`. */
export const SLIDING_SCHEMAS = `
unfold(Tensor self, int dimension, int size, int step)
im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride)
col2im(Tensor self, int[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride)
`
