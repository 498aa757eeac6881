import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DTYPES, type DType, type InputSpec } from '../../src/graph/index.ts'
import { parseInputSpec } from '../../src/request/input-parser.ts'
import { printInputSpec } from '../../src/request/input-printer.ts'
import { messageOf } from '../message-of.ts'

describe('an input spec', () => {
  test.each<[string, InputSpec]>([
    ['1x3x224x224', { dims: [1, 3, 224, 224] }],
    ['5', { dims: [5] }],
    ['x:1x3', { name: 'x', dims: [1, 3] }],
    ['f32', { dtype: 'float32' }],
    ['x:i64', { name: 'x', dtype: 'int64' }],
    ['x:f32[]', { name: 'x', dtype: 'float32', dims: [] }],
    ['Nx3xHxW', { dims: [{ name: 'N' }, 3, { name: 'H' }, { name: 'W' }] }],
    ['x:Nx3', { name: 'x', dims: [{ name: 'N' }, 3] }],
    ['1x3xhxw', { dims: [1, 3, { name: 'h' }, { name: 'w' }] }],
    ['[N,3]', { dims: [{ name: 'N' }, 3] }],
    ['x:[N,3]', { name: 'x', dims: [{ name: 'N' }, 3] }],
    ['ids:i64[N,L=128]', { name: 'ids', dtype: 'int64', dims: [{ name: 'N' }, { name: 'L', hint: 128 }] }],
    [
      'x:f32[N,3,H=224(32..512),W=224]',
      {
        name: 'x',
        dtype: 'float32',
        dims: [{ name: 'N' }, 3, { name: 'H', hint: 224, min: 32, max: 512 }, { name: 'W', hint: 224 }],
      },
    ],
    ['x:float16[N(1..8)]', { name: 'x', dtype: 'float16', dims: [{ name: 'N', min: 1, max: 8 }] }],
    ['[L(..512)]', { dims: [{ name: 'L', max: 512 }] }],
    ['[L(32..)]', { dims: [{ name: 'L', hint: 32, min: 32 }] }],
    ['batch.mask:bool[N]', { name: 'batch.mask', dtype: 'bool', dims: [{ name: 'N' }] }],
    ['states.0:f32[1,64]', { name: 'states.0', dtype: 'float32', dims: [1, 64] }],
    ['input:0:f32[1,2]', { name: 'input:0', dtype: 'float32', dims: [1, 2] }],
    ['flag=true', { name: 'flag', value: true }],
    ['flag=False', { name: 'flag', value: false }],
    ['size=3', { name: 'size', value: 3 }],
    ['scale=-0.5e1', { name: 'scale', value: -5 }],
    ['mode=bilinear', { name: 'mode', value: 'bilinear' }],
    ['mode="3"', { name: 'mode', value: '3' }],
  ])('%s', (text, spec) => {
    expect(parseInputSpec(text)).toEqual(spec)
    expect(parseInputSpec(printInputSpec(spec))).toEqual(spec)
  })

  test('points at the character where it is wrong', () => {
    const texts = [
      '',
      'foo',
      'x:f33[N]',
      'x[1,3]',
      'x:str[1]',
      '1x3x',
      '1x3,1x4',
      '[1,3',
      '[1,]',
      '[0,3]',
      '[99999999999]',
      '[N=1,3]',
      '[N=,3]',
      '[H(512..32)]',
      '[H=16(32..512)]',
      '[H(32)]',
      '[H(32..512]',
      ':f32[1]',
      'flag=',
      '[1,3]]',
    ]
    expect(texts.map((text) => messageOf(() => parseInputSpec(text))).join('\n')).toMatchInlineSnapshot(`
      "[BAD_QUERY_VALUE] input=, at its end: a shape or a dtype is wanted. Write a shape, as in input=1x3x224x224.
      [BAD_QUERY_VALUE] input=foo, at character 1 ("foo"): "foo" is not a dtype. Did you mean f32? Dtypes are f32, u8, i8, u16, i16, i32, i64, bool, f16, f64, u32, u64, c64, c128, bf16, f8e4m3fn, f8e4m3fnuz, f8e5m2, f8e5m2fnuz, u4, i4.
      [BAD_QUERY_VALUE] input=x:f33[N], at character 3 ("f33[N]"): "f33" is not a dtype. Did you mean f32? Dtypes are f32, u8, i8, u16, i16, i32, i64, bool, f16, f64, u32, u64, c64, c128, bf16, f8e4m3fn, f8e4m3fnuz, f8e5m2, f8e5m2fnuz, u4, i4.
      [BAD_QUERY_VALUE] input=x[1,3], at character 1 ("x[1,3]"): "x" is not a dtype. If x is the input's name, write x:[1,3]. Dtypes are f32, u8, i8, u16, i16, i32, i64, bool, f16, f64, u32, u64, c64, c128, bf16, f8e4m3fn, f8e4m3fnuz, f8e5m2, f8e5m2fnuz, u4, i4.
      [BAD_QUERY_VALUE] input=x:str[1], at character 3 ("str[1]"): "str" is not a dtype. Dtypes are f32, u8, i8, u16, i16, i32, i64, bool, f16, f64, u32, u64, c64, c128, bf16, f8e4m3fn, f8e4m3fnuz, f8e5m2, f8e5m2fnuz, u4, i4.
      [BAD_QUERY_VALUE] input=1x3x, at character 4 ("x"): nothing more is wanted. For another input, repeat the key: input=…&input=….
      [BAD_QUERY_VALUE] input=1x3,1x4, at character 4 (",1x4"): nothing more is wanted. For another input, repeat the key: input=…&input=….
      [BAD_QUERY_VALUE] input=[1,3, at its end: "," or "]" is wanted. Write dims as in input=x:f32[N,3,H=224(32..512),W=224].
      [BAD_QUERY_VALUE] input=[1,], at character 4 ("]"): a size or the name of a dynamic dim is wanted. Write dims as in input=x:f32[N,3,H=224(32..512),W=224].
      [BAD_QUERY_VALUE] input=[0,3], at character 2 ("0,3]"): size 0 is not between 1 and 2147483647. Give another size.
      [BAD_QUERY_VALUE] input=[99999999999], at character 2 ("99999999999]"): size 99999999999 is not between 1 and 2147483647. Give another size.
      [BAD_QUERY_VALUE] input=[N=1,3], at character 2 ("N=1,3]"): N cannot be tried with size 1, which broadcasting would take for a decision. Write N alone, which takes any size and 1 among them, or 1 in its place for that size only.
      [BAD_QUERY_VALUE] input=[N=,3], at character 4 (",3]"): the size to try is wanted. Write dims as in input=x:f32[N,3,H=224(32..512),W=224].
      [BAD_QUERY_VALUE] input=[H(512..32)], at character 2 ("H(512..32)]"): the range of H is empty. Write H(32..512).
      [BAD_QUERY_VALUE] input=[H=16(32..512)], at character 2 ("H=16(32..512)]"): H=16 lies outside its own range 32..512. Give a size inside the range.
      [BAD_QUERY_VALUE] input=[H(32)], at character 6 (")]"): ".." is wanted. Write dims as in input=x:f32[N,3,H=224(32..512),W=224].
      [BAD_QUERY_VALUE] input=[H(32..512], at character 11 ("]"): ")" is wanted. Write dims as in input=x:f32[N,3,H=224(32..512),W=224].
      [BAD_QUERY_VALUE] input=:f32[1], at character 1 (":f32[1]"): a name is wanted. Write a parameter name, as in input=x:f32[N,3,224,224].
      [BAD_QUERY_VALUE] input=flag=, at its end: a value is wanted. Write true, false, a number or a word.
      [BAD_QUERY_VALUE] input=[1,3]], at character 6 ("]"): nothing more is wanted. For another input, repeat the key: input=…&input=…."
    `)
  })

  test('prints a canonical spelling that reads back as the same spec', () => {
    const identifier = fc.stringMatching(/^[A-Za-z_]\w{0,6}$/)
    const dtype = fc.constantFrom(...Object.keys(DTYPES).filter((name): name is DType => name !== 'string'))
    const size = fc.integer({ min: 2, max: 4096 })
    const dynamic = fc.record({ name: identifier, min: size }).map(({ name, min }) => ({
      name,
      ...(min === 2 ? {} : { hint: min }),
      min,
    }))
    const dims = fc.array(
      fc.oneof(
        size,
        identifier.map((name) => ({ name })),
        dynamic,
      ),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(fc.record({ name: identifier, dtype, dims }), (spec) => {
        expect(parseInputSpec(printInputSpec(spec))).toEqual(spec)
      }),
    )
  })

  test('offers the brackets for names of several letters', () => {
    expect(messageOf(() => parseInputSpec('batchx3x64x64'))).toContain(
      'If it is a shape, write x:f32[batch,3,64,64].',
    )
    expect(messageOf(() => parseInputSpec('Nx0x3'))).toContain('size 0 is not between')
  })
})
