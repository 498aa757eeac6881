import { ARGPARSE_PY } from './argparse.py.ts'
import { AUTOGRAD_FUNCTION_PY } from './autograd-function.py.ts'
import { CONTEXTLIB_PY } from './contextlib.py.ts'
import { EINOPS_LAYERS_PY, EINOPS_PY } from './einops.py.ts'
import { TORCH_NN } from './torch-nn.ts'

/** Libraries that models are written with, as Python text: module name → source. */
export const LIBRARY: ReadonlyMap<string, string> = new Map([
  ...TORCH_NN,
  ['torch.autograd.function', AUTOGRAD_FUNCTION_PY],
  ['argparse', ARGPARSE_PY],
  ['contextlib', CONTEXTLIB_PY],
  ['einops', EINOPS_PY],
  ['einops.layers.torch', EINOPS_LAYERS_PY],
])
