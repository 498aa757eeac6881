import { describe, expect, it } from 'vitest'
import type { FrontEndOptions } from '../../../../../src/formats/index.ts'
import { type DimSpec, dimName, type InputSpec } from '../../../../../src/graph/index.ts'
import { convertFixture } from '../convert.ts'

const convert = (name: string, options: Partial<FrontEndOptions> = {}) =>
  convertFixture(`exported-programs/${name}.pt2`, options)

const shapes = (name: string, ...inputs: readonly InputSpec[]): string[] =>
  convert(name, { inputs }).model.graph.inputs.map(
    (input) => `${input.name}[${input.dims.map(dimName).join(',')}]`,
  )

const image = (...dims: readonly DimSpec[]): InputSpec => ({ name: 'image', dims })
const N: DimSpec = { name: 'N' }

describe('the inputs of a program', () => {
  it('are those it was exported with, dynamic ones under names', () => {
    expect(shapes('cnn')).toEqual(['image[N,3,H,W]'])
    expect(shapes('encoder')).toEqual(['ids[N,L]', 'mask[N,L]'])
    expect(shapes('fixed')).toEqual(['image[1,3,8,8]'])
  })

  it('have paths where they are nested, and leave out what is no tensor', () => {
    expect(shapes('nested')).toEqual([
      'batch.ids[N,3]',
      'batch.extra.0[2]',
      'batch.extra.1[N,3]',
      'states.0[2]',
      'states.1[3]',
    ])
  })

  it('keep the ranges of the file, of which 2 is what torch assumes and does not ask of a call', () => {
    const { facts } = convert('cnn').model
    expect(facts.get('N')).toMatchObject({ min: 1, max: 16, hint: 2 })
    expect(facts.get('H')).toMatchObject({ min: 8, max: 64, hint: 16 })
  })

  it('may be fixed, renamed and narrowed', () => {
    expect(shapes('cnn', image(1, 3, 32, { name: 'width', min: 16, max: 32 }))).toEqual([
      'image[1,3,32,width]',
    ])
    expect(shapes('encoder', { name: 'ids', dims: [4, { name: 'T', hint: 9 }] })).toEqual([
      'ids[4,T]',
      'mask[4,T]',
    ])
  })

  it.each([
    ['a size past the range', 'cnn', image(N, 3, 100, 32), 'the program was exported for 8 to 64'],
    ['a wider range', 'cnn', image(N, 3, { name: 'H', max: 128 }, 32), 'exported for 8 to 64'],
    ['another size than a fixed one', 'fixed', image(1, 3, 9, 8), 'the program was exported for 8 alone'],
    ['another rank', 'cnn', image(1, 3), 'has 4 axes, not 2'],
    ['two sizes for one', 'encoder', { name: 'mask', dims: [3, 4] }, undefined],
  ])('%s', (_, name, spec, message) => {
    const given = () => shapes(name, spec)
    if (message === undefined) expect(given()).toEqual(['ids[3,4]', 'mask[3,4]'])
    else expect(given).toThrow(`[BAD_INPUT_SHAPE]`)
    if (message !== undefined) expect(given).toThrow(message)
  })

  it('are refused when they contradict each other', () => {
    const specs = [
      { name: 'ids', dims: [3, 4] },
      { name: 'mask', dims: [2, 4] },
    ]
    expect(() => shapes('encoder', ...specs)).toThrow('In the program both are one size')
  })

  it('are refused of another dtype, and under names that they do not have', () => {
    expect(() => shapes('encoder', { name: 'ids', dtype: 'float32' })).toThrow(
      'The input ids is int64, not float32',
    )
    expect(() => shapes('encoder', { name: 'idz', dims: [2, 3] })).toThrow('Did you mean ids?')
    expect(() => shapes('nested', { name: 'scale', value: 4 })).toThrow(
      'Numbers, texts and None are part of an exported program',
    )
  })

  it('may be opened by a name where the file has one size, with a warning', () => {
    const { model, warnings } = convert('fixed', { inputs: [image(N, 3, { name: 'H' }, { name: 'W' })] })
    expect(model.graph.inputs[0]?.dims.map(dimName)).toEqual(['N', '3', 'H', 'W'])
    expect(model.graph.outputs[0]?.value.dims.map(dimName)).toEqual(['N', '4'])
    expect(warnings.join()).toContain('exported for N=1, H=8, W=8: what Python decided')
  })
})

describe('what a program asks of its inputs', () => {
  it('stands among the guards where no range says it', () => {
    const { guards, model } = convert('multiples')
    expect(guards).toEqual([
      { dim: 'H', assumed: 'H == 4*floor(H/4)', at: 'the exported program' },
      { dim: 'H', assumed: 'floor(H/4) != 1', at: 'the exported program' },
    ])
    expect(model.facts.get('C')).toMatchObject({ min: 4 })
  })

  it('is refused under guards=strict', () => {
    expect(() => convert('multiples', { guards: 'strict' })).toThrow('[GUARD_FAILED]')
    expect(() => convert('cnn', { guards: 'strict' })).not.toThrow()
  })

  it('is held against the sizes of the request', () => {
    const options = { inputs: [{ name: 'image', dims: [1, 1, 10, 12] }] }
    expect(() => convert('multiples', options)).toThrow('[BAD_INPUT_SHAPE] The sizes do not fit the program')
  })
})

describe('what a program writes', () => {
  it.each([
    ['stateful', 'each call starts from the value in the file'],
    ['stateful.core', 'The program writes the buffer calls, the buffer average: that is dropped'],
    ['encoder', 'The program computes in bfloat16'],
  ])('%s: %s', (name, text) => {
    expect(convert(name).warnings.join()).toContain(text)
  })
})
