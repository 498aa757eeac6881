import { describe, expect, test } from 'vitest'
import {
  canonicalKeys,
  canonicalQuery,
  KEY_NAMES,
  parseRequest,
  splitRequest,
} from '../../src/request/index.ts'
import { messageOf } from '../message-of.ts'

describe('a request', () => {
  test('has every default when the query is empty', () => {
    expect(canonicalKeys(parseRequest(''))).toMatchInlineSnapshot(`
      {
        "as": "model",
        "format": "onnx",
        "guards": "warn",
        "layout": "keep",
        "optimize": "all",
        "prune": "off",
        "quant": "none",
        "shard": "off",
        "state": "drop",
        "target": "wasm",
        "validate": "auto",
      }
    `)
  })

  test('is the same whatever the order of its keys', () => {
    const a = parseRequest('quant=int8&format=onnx&input=x:float32[N=2,3]&outputs=b,a')
    const b = parseRequest('outputs=b,a&input=x:f32[N=2,3]&quant=int8')
    expect(canonicalQuery(a)).toBe(canonicalQuery(b))
    expect(canonicalQuery(a)).toMatchInlineSnapshot(
      `"as=model&format=onnx&guards=warn&input=x:f32[N=2,3]&layout=keep&optimize=all&outputs=b,a&prune=off&quant=int8&shard=off&state=drop&target=wasm&validate=auto"`,
    )
  })

  test.each([
    'input=x:f32[N,3,H=224(32..512),W=224]&input=flag=true',
    'args={"a":"x%26y%3D1+%25","b":[1,%202]}&arch=./my%20model.py&class=Net',
    'rename=in%3A0:image,output:logits',
    'maxError=1e-2&minSqnr=.5&as=url&guards=strict',
  ])('reads its own canonical form back: %s', (query) => {
    const request = parseRequest(query)
    expect(parseRequest(canonicalQuery(request))).toEqual(request)
  })

  test('decodes percent escapes and keeps a plus sign', () => {
    expect(parseRequest('?arch=./a+b%2Bc%20d.py').arch).toBe('./a+b+c d.py')
    expect(parseRequest('args={"depth": 50}&arch=m.py').args).toBe('{"depth":50}')
  })

  test('splits a file from its query at the first question mark', () => {
    expect(splitRequest('./net.pth?a=b?c')).toEqual({ file: './net.pth', query: 'a=b?c' })
    expect(splitRequest('./net.pth')).toEqual({ file: './net.pth', query: '' })
  })

  test('tells of an unknown key, the nearest one and all there are', () => {
    expect(messageOf(() => parseRequest('fromat=onnx'))).toMatchInlineSnapshot(
      `"[UNKNOWN_QUERY_KEY] There is no query key "fromat". Did you mean format? Keys are arch, args, as, class, format, guards, input, layout, maxError, method, minSqnr, optimize, outputs, prune, quant, rename, shard, state, target, validate, weights; not built yet: calibrate, config, preset, signature."`,
    )
    expect(messageOf(() => parseRequest('url'))).toMatchInlineSnapshot(
      `"[UNKNOWN_QUERY_KEY] There is no query key "url". Did you mean as=url? Keys are arch, args, as, class, format, guards, input, layout, maxError, method, minSqnr, optimize, outputs, prune, quant, rename, shard, state, target, validate, weights; not built yet: calibrate, config, preset, signature."`,
    )
    expect(messageOf(() => parseRequest('__proto__=1'))).toContain('There is no query key "__proto__"')
  })

  test('tells of an unknown value, the nearest one and the choices', () => {
    const queries = [
      'quant=int9',
      'format=onxn',
      'quant=',
      'quant',
      'quant=int8&quant=fp16',
      'target=wasm,wasm',
      'maxError=small',
      'minSqnr=-3',
      'args=[1&arch=m.py',
      'args=3&arch=m.py',
      'rename=logits',
      'rename=a:x,b:x',
      'outputs=a,,b',
      'outputs=a,a',
      'arch=%E0%A4',
      'arch=50%',
      'input=x:f32[N]&input=x:f32[M]',
      'input=x:f32[N=4]&input=y:f32[N=8]',
      'class=Net',
      'validate=off&maxError=1',
    ]
    expect(queries.map((query) => messageOf(() => parseRequest(query))).join('\n')).toMatchInlineSnapshot(`
      "[BAD_QUERY_VALUE] quant does not take "int9". Did you mean quant=int8? It takes none, fp16, int8, int8-dynamic, int8-weights; not built yet: int4, auto, int8-static, int4-weights, int4-blocks.
      [BAD_QUERY_VALUE] format does not take "onxn". Did you mean format=onnx? It takes onnx; not built yet: ort.
      [BAD_QUERY_VALUE] quant has no value. Write quant=none.
      [BAD_QUERY_VALUE] quant has no value. Write quant=none.
      [BAD_QUERY_VALUE] quant is given 2 times: int8, fp16. Keep one of them.
      [BAD_QUERY_VALUE] target does not take "wasm,wasm". Did you mean target=wasm? It takes wasm; not built yet: webgpu.
      [BAD_QUERY_VALUE] maxError does not take "small". It takes a number of 0 or more, such as maxError=0.01.
      [BAD_QUERY_VALUE] minSqnr does not take "-3". It takes a number of 0 or more, such as minSqnr=30.
      [BAD_QUERY_VALUE] args=[1 is not JSON. Expected ',' or ']' after array element in JSON at position 2. Write it as in args={"depth":50}.
      [BAD_QUERY_VALUE] args=3 is neither a JSON object nor an array. Write it as in args={"depth":50}.
      [BAD_QUERY_VALUE] rename=logits is not a pair of an old and a new name. Write it as in rename=output:logits.
      [BAD_QUERY_VALUE] rename names x twice.
      [BAD_QUERY_VALUE] outputs=a,,b holds an empty name. Write outputs=logits,boxes.
      [BAD_QUERY_VALUE] outputs names a twice.
      [BAD_QUERY_VALUE] arch=%E0%A4 holds a percent escape that cannot be decoded. The escaped bytes are not UTF-8. Write a percent sign as %25.
      [BAD_QUERY_VALUE] arch=50% holds a percent escape that cannot be decoded. % is not one. Write a percent sign as %25.
      [BAD_QUERY_VALUE] input describes x twice.
      [BAD_QUERY_VALUE] Dim N has two hints, 4 and 8. A name stands for one size in all inputs. Give the dims two names, or make the numbers equal.
      [BAD_QUERY_VALUE] class is given without arch. class says which model of an architecture file is meant. Add arch=./model.py.
      [BAD_QUERY_VALUE] maxError is a budget that validate=off never checks. Drop validate=off, or drop maxError."
    `)
  })

  test('what is said of a dim once holds for all inputs', () => {
    const dims = (query: string) => parseRequest(query).input.map((spec) => spec.dims)
    const [length, ranged] = [
      { name: 'L', hint: 6 },
      { name: 'L', hint: 40, min: 8 },
    ]
    expect(dims('input=ids:i64[L=6]&input=x:f32[L,4]')).toEqual([[length], [length, 4]])
    expect(dims('input=ids:i64[L]&input=x:f32[L=6,4]')).toEqual([[length], [length, 4]])
    expect(dims('input=ids:i64[L(8..)]&input=x:f32[L=40,4]')).toEqual([[ranged], [ranged, 4]])
    expect(() => parseRequest('input=ids:i64[L(8..)]&input=x:f32[L=4]')).toThrow(
      /L=4 lies outside the range 8/,
    )
  })

  test('refuses what is documented and not built, and says what is', () => {
    const queries = [
      'format=ort',
      'target=webgpu',
      'target=webgpu,wasm',
      'quant=auto',
      'quant=int8-static',
      'arch=resnet18',
      'config=./config.json',
      'signature=serving_default',
      'state=explicit',
      'calibrate=./samples.npz',
      'as=worker',
      'shard=20MB',
      'layout=nhwc',
      'prune=0.5',
      'preset=web',
    ]
    expect(queries.map((query) => messageOf(() => parseRequest(query))).join('\n')).toMatchInlineSnapshot(`
      "[NOT_BUILT_YET] format=ort is documented and not built yet. This version builds format=onnx.
      [NOT_BUILT_YET] target=webgpu is documented and not built yet. This version builds target=wasm.
      [NOT_BUILT_YET] target=webgpu,wasm is documented and not built yet. This version builds target=wasm.
      [NOT_BUILT_YET] quant=auto is documented and not built yet. This version builds quant=none, quant=fp16, quant=int8, quant=int8-dynamic, quant=int8-weights.
      [NOT_BUILT_YET] quant=int8-static is documented and not built yet. This version builds quant=none, quant=fp16, quant=int8, quant=int8-dynamic, quant=int8-weights.
      [NOT_BUILT_YET] arch=resnet18, an architecture of a library, is documented and not built yet. This version reads a Python file: arch=./model.py&class=Net.
      [NOT_BUILT_YET] config=./config.json is documented and not built yet. This version takes constructor arguments in the query: args={"depth":50}.
      [NOT_BUILT_YET] signature=serving_default is documented and not built yet. This version reads PyTorch and ONNX files, which have none.
      [NOT_BUILT_YET] state=explicit is documented and not built yet. This version builds state=drop.
      [NOT_BUILT_YET] calibrate=./samples.npz is documented and not built yet. This version quantises without calibration: quant=int8.
      [NOT_BUILT_YET] as=worker is documented and not built yet. This version builds as=model, as=url, as=meta, as=bytes.
      [NOT_BUILT_YET] shard=20MB is documented and not built yet. This version builds shard=off.
      [NOT_BUILT_YET] layout=nhwc is documented and not built yet. This version builds layout=keep.
      [NOT_BUILT_YET] prune=0.5 is documented and not built yet. This version builds prune=off.
      [NOT_BUILT_YET] preset=web is documented and not built yet. This version takes the keys themselves in the query."
    `)
  })

  test('takes every key of the table', () => {
    expect(KEY_NAMES).toMatchInlineSnapshot(`
      [
        "arch",
        "args",
        "as",
        "calibrate",
        "class",
        "config",
        "format",
        "guards",
        "input",
        "layout",
        "maxError",
        "method",
        "minSqnr",
        "optimize",
        "outputs",
        "preset",
        "prune",
        "quant",
        "rename",
        "shard",
        "signature",
        "state",
        "target",
        "validate",
        "weights",
      ]
    `)
  })
})
