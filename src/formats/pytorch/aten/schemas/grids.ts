/** Overloads, as `torch` prints them; see `parseSchema`. */
export const GRIDS_SCHEMAS = `
affine_grid_generator(Tensor theta, int[] size, bool align_corners)
hann_window(int window_length, *, @options)
hann_window.periodic(int window_length, bool periodic, *, @options)
hamming_window(int window_length, *, @options)
hamming_window.periodic(int window_length, bool periodic, *, @options)
hamming_window.periodic_alpha(int window_length, bool periodic, float alpha, *, @options)
tril_indices(int row, int col, int offset=0, *, @options)
triu_indices(int row, int col, int offset=0, *, @options)
logspace(Scalar start, Scalar end, int steps, float base=10., *, @options)
`
