import { describe, expect, it } from 'vitest'
import { runModel } from '../../../support/run-model.ts'
import { callSource } from '../call-source.ts'

const SETTING = {
  attn: 'attn_mask=torch.tensor([[False, False, False], [True, True, True], [False, False, False]])',
  pad: 'key_padding_mask=torch.tensor([[True, True, True], [False, False, False]])',
} as const

/** Row 1 of the first sequence, which sees no key, under weights that are all 0.25. */
async function maskedRow(
  layer: string,
  call: { readonly mask: keyof typeof SETTING; readonly other?: string; readonly weights: boolean },
): Promise<readonly number[]> {
  const { mask, other = 'x', weights } = call
  const { model } = callSource(
    [
      `m = nn.MultiheadAttention(4, ${layer})`,
      'for p in m.parameters():',
      '    p.fill_(0.25)',
      `return m(x, ${other}, ${other}, need_weights=${weights ? 'True' : 'False'}, ${SETTING[mask]})[0]`,
    ],
    [2, 3, 4],
  )
  const data = Float32Array.from({ length: 24 }, (_, at) => at)
  const result = await runModel(model, { x: { dtype: 'float32', dims: [2, 3, 4], data } })
  return Array.from(result.get('output')?.data ?? [], Number).slice(4, 8)
}

const NAN = [Number.NaN, Number.NaN, Number.NaN, Number.NaN]

/** What torch 2.13 gives without gradients. */
describe('attention of a row whose keys are all masked', () => {
  it.each([
    ['weights that are asked for are NaN', '2, batch_first=True', { mask: 'attn', weights: true }, NAN],
    ['so is what a fused kernel gives', '2, batch_first=True', { mask: 'attn', weights: false }, NAN],
    ['so for padding', '2, batch_first=True', { mask: 'pad', weights: false }, NAN],
    [
      'other keys have no fused kernel, and give the bias',
      '2, batch_first=True',
      { mask: 'attn', other: 'x + 1', weights: false },
      [0.25, 0.25, 0.25, 0.25],
    ],
    [
      'neither have odd numbers of heads',
      '1, batch_first=True',
      { mask: 'pad', weights: false },
      [0.25, 0.25, 0.25, 0.25],
    ],
    [
      'nor layers without a bias',
      '2, batch_first=True, bias=False',
      { mask: 'attn', weights: false },
      [0, 0, 0, 0],
    ],
  ] as const)('%s', async (_, layer, call, expected) => {
    expect(await maskedRow(layer, call)).toEqual(expected)
  })
})
