/** What a case gives when it is not what torch gives, and why that is so. */
export interface Exception {
  readonly verdict: string
  readonly why: string
}

const noConversion = (operator: string, why: string): Exception => ({
  verdict: `refused: UNSUPPORTED_OPERATOR: An operator has no conversion: torch.${operator}`,
  why,
})

const refused = (verdict: string, why: string): Exception => ({
  verdict: `refused: UNSUPPORTED_CONSTRUCT: ${verdict}`,
  why,
})

/** Equal at the sizes that the decision was taken at, and reported as a guard. */
const decided = (why: string): Exception => ({ verdict: 'decided', why })

const NOT_A_TENSOR = refused('The model returns no tensor', 'A Python bool is no output')
const NO_SCAN = 'ONNX has no such running reduction'
const DATA_SIZE = 'How large the result is, only the data says'
const SIZE_OF_ONE = 'Which dims have the size 1, and go, is decided at the first sizes'
const RARE = 'Rare in models that run in a page'

/** By group, or by `<group> (<form>)`, and by case. Everything else is equal. */
export const EXCEPTIONS: ReadonlyMap<string, ReadonlyMap<string, Exception>> = new Map([
  [
    'binary',
    new Map([['torch.equal(x, x)', noConversion('equal', 'A Python bool that only the data gives')]]),
  ],
  [
    'promotion',
    new Map([
      ['torch.result_type(x, k) == torch.float32', noConversion('result_type', RARE)],
      ['x.is_floating_point()', NOT_A_TENSOR],
      ['torch.is_floating_point(k)', NOT_A_TENSOR],
      ['torch.can_cast(torch.float32, torch.int64)', NOT_A_TENSOR],
    ]),
  ],
  [
    'integers',
    new Map([
      ['k.cumprod(1)', noConversion('cumprod', NO_SCAN)],
      [
        'F.one_hot(k.abs())',
        refused('torch.one_hot cannot be converted here; num_classes is left to the data', DATA_SIZE),
      ],
      ['torch.bincount(p)', noConversion('bincount', DATA_SIZE)],
    ]),
  ],
  [
    'integers (trace)',
    new Map([
      [
        "torch.div(k, 2.5, rounding_mode='floor')",
        {
          verdict: 'run 0: float32 for float64',
          why: 'float32 is what the Python program gives; the loaded trace takes its constant for a float64 tensor',
        },
      ],
    ]),
  ],
  [
    'unary',
    new Map([
      ['torch.lgamma(x.abs() + 1)', noConversion('lgamma', 'ONNX has no gamma function')],
      ['torch.cumprod(x, 1)', noConversion('cumprod', NO_SCAN)],
      ['x.cummax(1)[0]', noConversion('cummax', NO_SCAN)],
    ]),
  ],
  ['reductions', new Map([['torch.trapz(x, dim=1)', noConversion('trapz', RARE)]])],
  [
    'views',
    new Map([
      ['x.unsqueeze(-1).squeeze()', decided(SIZE_OF_ONE)],
      ['x.squeeze()', decided(SIZE_OF_ONE)],
      ['torch.block_diag(x[0, :, :2], x[0, :, 2:4])', noConversion('block_diag', RARE)],
      ['torch.kron(x[0, :2, :2], x[0, :2, :2])', noConversion('kron', RARE)],
      ['torch.combinations(x[0, :, 0])', noConversion('combinations', RARE)],
    ]),
  ],
  ['in_place', new Map([['z = x.clone(); z.squeeze_(); z', decided(SIZE_OF_ONE)]])],
  [
    'indexing',
    new Map([
      [
        "x.scatter_reduce(1, g, x[:, :3], reduce='mean')",
        refused(
          'torch.scatter_reduce cannot be converted here; the reduction mean',
          'ScatterElements has no mean',
        ),
      ],
      [
        "x.scatter_reduce(1, g, x[:, :3], reduce='amin', include_self=False)",
        refused(
          'torch.scatter_reduce cannot be converted here; include_self=False',
          'ScatterElements starts from the data',
        ),
      ],
      ["F.embedding_bag(j, self.table, mode='mean')", noConversion('embedding_bag', RARE)],
    ]),
  ],
  [
    'linear',
    new Map([
      ['torch.linalg.inv(x[:, :, :3] + 9 * torch.eye(3))', noConversion('linalg.inv', 'ONNX has no inverse')],
      [
        'torch.linalg.solve(x[:, :, :3] + 9 * torch.eye(3), x)',
        noConversion('linalg.solve', 'ONNX solves no systems'),
      ],
    ]),
  ],
  [
    'python (script)',
    new Map([
      [
        'h = x.new_zeros(x.size(0), 4)\\nfor t in range(x.size(2)):\\n    h = torch.tanh(h * 0.5 + x[:, :, t])\\nh',
        decided('A loop over a dynamic size is unrolled at its hint'),
      ],
      ['not (x.dim() == 2)', NOT_A_TENSOR],
      ["f'{x.dim()}' == '3'", NOT_A_TENSOR],
      ['x.float().shape == x.shape', NOT_A_TENSOR],
      ['x.device == x.device', NOT_A_TENSOR],
      ['x.dtype == torch.float32', NOT_A_TENSOR],
      ['x.is_contiguous()', NOT_A_TENSOR],
      ['x.is_cuda', NOT_A_TENSOR],
    ]),
  ],
  [
    'pooling',
    new Map([
      [
        'F.adaptive_avg_pool2d(x, 3)',
        refused(
          'Adaptive pooling of the dynamic size H to 3; Windows differ in size unless H is a multiple of 3',
          'No fixed windows serve every size',
        ),
      ],
      [
        'F.max_unpool2d(F.max_pool2d(x, 2), F.max_pool2d(x, 2, return_indices=True)[1], 2)',
        noConversion('max_unpool2d', RARE),
      ],
    ]),
  ],
  [
    'resize (trace)',
    new Map(
      ['', ", mode='bilinear'"].map((mode) => [
        `F.interpolate(x, scale_factor=1.3, recompute_scale_factor=True${mode})`,
        refused(
          'The value of a float32 tensor is used as a Python number; The value is known only when the model runs, and the graph is built before',
          'PyTorch rounds the size in floating point',
        ),
      ]),
    ),
  ],
])
