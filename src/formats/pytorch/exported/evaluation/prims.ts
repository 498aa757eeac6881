/**
 * Operators of torch._refs' lower layer that ATen has under another name, with the same arguments. Decompositions of training
 * and of compilers leave them; those of run_decompositions() seldom do.
 */
export const PRIMS: ReadonlyMap<string, string> = new Map([
  ...[
    ...['abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'cos', 'cosh', 'ceil', 'digamma', 'erf'],
    ...[
      'erfc',
      'exp',
      'exp2',
      'expm1',
      'floor',
      'isfinite',
      'lgamma',
      'log',
      'log1p',
      'log2',
      'log10',
      'neg',
    ],
    ...['reciprocal', 'round', 'rsqrt', 'sign', 'sin', 'sinh', 'sqrt', 'tan', 'tanh', 'trunc'],
    ...['add', 'atan2', 'bitwise_and', 'bitwise_or', 'bitwise_xor', 'eq', 'fmax', 'fmin', 'ge', 'gt'],
    ...['le', 'lt', 'maximum', 'minimum', 'mul', 'ne', 'pow', 'remainder', 'fmod', 'sub', 'where', 'clone'],
  ].map((name) => [name, name] as const),
  ['bitwise_not', 'bitwise_not'],
  ['convert_element_type', 'to'],
  ['transpose', 'permute'],
  ['rev', 'flip'],
  ['view_of', 'alias'],
  ['reshape', 'reshape'],
  ['squeeze', 'squeeze'],
  ['sum', 'sum'],
  ['amax', 'amax'],
  ['amin', 'amin'],
  ['cat', 'cat'],
  ['item', 'item'],
])
