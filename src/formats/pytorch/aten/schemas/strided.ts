/** Overloads, as `torch` prints them; see `parseSchema`. */
export const STRIDED_SCHEMAS = `
as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None)
_reshape_alias(Tensor self, int[] size, int[] stride)
`
