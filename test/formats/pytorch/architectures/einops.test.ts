import { describe, expect, it } from 'vitest'
import { runPython } from '../evaluator/run-python.ts'

const HEAD = [
  'import torch',
  'from einops import rearrange, repeat, reduce, einsum, pack, unpack, parse_shape',
  'x = torch.arange(24).reshape(2, 3, 4)',
].join('\n')

const run = (expression: string): string => runPython(`${HEAD}\nresult = ${expression}\n`)

/** What einops 0.8.2 gives for the same calls over numpy. */
describe('einops', () => {
  it.each([
    ['rearrange(x, "b c w -> b (c w)")[1].tolist()', '[12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]'],
    [
      'rearrange(x, "b c (h w) -> b w c h", h=2)[0].tolist()',
      '[[[0, 2], [4, 6], [8, 10]], [[1, 3], [5, 7], [9, 11]]]',
    ],
    ['rearrange(x, "b ... d -> d (...) b").shape', 'torch.Size([4, 3, 2])'],
    ['rearrange(x, "b ... -> b (...)").shape', 'torch.Size([2, 12])'],
    ['rearrange(x, "... -> ... 1").shape', 'torch.Size([2, 3, 4, 1])'],
    ['rearrange(x[:, :1], "b 1 d -> d b").shape', 'torch.Size([4, 2])'],
    ['rearrange([x[0], x[1]], "n c w -> w n c").shape', 'torch.Size([4, 2, 3])'],
    ['repeat(x[0, 0], "d -> (r d) ()", r=2).squeeze(1).tolist()', '[0, 1, 2, 3, 0, 1, 2, 3]'],
    ['repeat(x[0, 0, :2], "d -> (d r)", r=2).tolist()', '[0, 0, 1, 1]'],
    ['reduce(x, "b c d -> b 1 d", "max").tolist()', '[[[8, 9, 10, 11]], [[20, 21, 22, 23]]]'],
    ['reduce(x, "b c (d k) -> b d", "sum", k=2).tolist()', '[[27, 39], [99, 111]]'],
    ['reduce(x.float(), "b c d -> ", "mean").tolist()', '11.5'],
    ['einsum(x, x, "batch i d, batch j d -> batch i j").shape', 'torch.Size([2, 3, 3])'],
    ['pack([x, x[:, 0]], "b * d")[0].shape', 'torch.Size([2, 4, 4])'],
    ['pack([x, x[:, 0]], "b * d")[1]', '[(3,), ()]'],
    [
      '[part.shape for part in unpack(*pack([x, x[:, 0]], "b * d"), "b * d")]',
      '[torch.Size([2, 3, 4]), torch.Size([2, 4])]',
    ],
    ['parse_shape(x, "b _ d")', "{'b': 2, 'd': 4}"],
  ])('%s', (expression, expected) => {
    expect(run(expression)).toBe(expected)
  })

  it.each([
    ['rearrange(x, "b c -> c b")', "einops pattern 'b c -> c b' is for 2 axes, the tensor has 3"],
    ['rearrange(x, "b c (h w) -> b c h w")', "einops cannot tell the sizes of ['h', 'w']"],
    ['rearrange(x, "b c d -> b c")', "einops pattern 'b c d -> b c' loses an axis"],
    ['reduce(x, "b c d -> b c", "median")', "einops knows no reduction 'median'"],
  ])('refuses %s', (expression, message) => {
    expect(() => run(expression)).toThrow(message)
  })
})
