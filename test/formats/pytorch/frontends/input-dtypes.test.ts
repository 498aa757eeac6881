import { describe, expect, it } from 'vitest'
import type { Normalised } from '../../../../src/formats/index.ts'
import { evaluateWithInputs } from '../../../../src/formats/pytorch/frontends/input-choice.ts'
import { parseInputSpec } from '../../../../src/request/input-parser.ts'
import { openProgram } from './open-program.ts'

/** The model as after `model.half()`: its convolution holds half-precision weights. */
const HALF = ['return torch.conv2d(x, torch.zeros(4, 3, 3, 3, dtype=torch.float16))']
const IDS = ['return torch.embedding(torch.zeros(9, 4), x)']

const convert = (body: readonly string[], ...specs: string[]): Normalised =>
  evaluateWithInputs({
    open: () => openProgram(['x'], body),
    specs: specs.map(parseInputSpec),
    recorded: () => undefined,
    options: { inputs: [], guards: 'warn' },
  })

const inputDtype = ({ model }: Normalised): unknown => {
  const [x] = model.graph.inputs
  return x?.type?.kind === 'tensor' ? x.type.dtype : undefined
}

describe('the dtype of an input', () => {
  it.each([
    ['half-precision weights', HALF, 'x:[N,3,32,32]', 'float16', 'x enters a layer of float16 weights'],
    ['half-precision weights and plain sizes', HALF, '1x3x32x32', 'float16', 'input=x:f16[1,3,32,32]'],
    ['an embedding', IDS, 'x:[N,L=6]', 'int64', 'x enters an embedding, as ids: input=x:i64[N,L=6]'],
  ])('follows from %s when the query leaves it out', (_, body, spec, dtype, told) => {
    const normalised = convert(body, spec)
    expect(inputDtype(normalised)).toBe(dtype)
    expect(normalised.assumptions.join()).toContain(told)
  })

  it('that the query gives and the weights contradict is refused, with the query that is right', () => {
    expect(() => convert(HALF, 'x:f32[N,3,32,32]')).toThrow(
      /^\[BAD_INPUT_SHAPE\] The model cannot run on input=x:f32\[N,3,32,32\]: .*float32 and float16 differ.* x enters a layer of float16 weights: \?input=x:f16\[N,3,32,32\]\.$/,
    )
  })

  it('stands in the query that asks for a shape', () => {
    expect(() => convert(HALF)).toThrow(
      'x enters a convolution of 3 channels, so it is f16[N,3,H,W]; the model runs at many sizes. ' +
        'Give it in the query, with the size you mean: ?input=x:f16[N,3,224,224]',
    )
  })

  it('is the default where the program converts the input itself', () => {
    expect(
      inputDtype(convert(['return torch.linear(x.half(), torch.ones(4, 8, dtype=torch.float16))'])),
    ).toBe('float32')
  })

  it('is not what is wrong with a shape', () => {
    const wrong = () => convert(HALF, 'x:f16[N,4,32,32]')
    expect(wrong).toThrow('[BAD_INPUT_SHAPE]')
    expect(wrong).not.toThrow('?input=')
  })
})
