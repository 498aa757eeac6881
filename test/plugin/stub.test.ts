import { expect, it } from 'vitest'
import { bytesStub } from '../../src/plugin/stub/bytes.ts'
import { metaStub } from '../../src/plugin/stub/meta.ts'
import { pageStub } from '../../src/plugin/stub/page.ts'
import type { ReferTo } from '../../src/plugin/stub/reference.ts'
import { serverStub } from '../../src/plugin/stub/server.ts'
import { urlStub } from '../../src/plugin/stub/url.ts'
import { resultOf } from './results.ts'

const imported: ReferTo = (path, local) => ({
  statement: `import ${local} from "${path}?url"`,
  expression: local,
})
const constructed: ReferTo = (path) => ({
  statement: '',
  expression: `new URL("${path}", import.meta.url).href`,
})
const ort = { module: '/ort/ort.wasm.min.mjs', wasm: '/ort/ort-wasm.wasm', mjs: '/ort/ort-wasm.mjs' }

it('a page imports URLs, and onnxruntime-web lazily', () => {
  expect(pageStub(resultOf(), { runtime: '/pkg/runtime/index.js', ort }, imported)).toMatchInlineSnapshot(`
    "import { defineModel } from "/pkg/runtime/index.js"
    import asset0 from "/cache/net.0a1b.onnx?url"
    import wasm from "/ort/ort-wasm.wasm?url"
    import mjs from "/ort/ort-wasm.mjs?url"
    export default /* @__PURE__ */ defineModel({
      name: "net.pth",
      inputs: [{"name":"image","dtype":"float32","shape":["N",1,28,28]}],
      outputs: [{"name":"logits","dtype":"float32","shape":["N",10]}],
      guards: [{"condition":"N >= 1","at":"net.py:4"}],
      providers: ["wasm"],
      meta: {"source":{"name":"net.pth","format":"torchscript","bytes":1710000},"request":{"as":"model","format":"onnx","quant":"int8","target":"wasm"},"bytes":450000,"stages":[{"name":"parse","nodesBefore":0,"nodesAfter":9}],"quantization":{"scheme":"int8","layers":{"int8-dynamic":2,"int8-weights":1}},"validation":{"reference":"float","passed":true,"outputs":[{"name":"logits","maxAbs":0.0012,"sqnrDb":41.2,"cosine":0.9999,"agreement":1}]},"assumptions":["the batch is dynamic"],"warnings":[]},
      assets: [{ bytes: 450000, sha256: "0a1b", role: "model", location: "net.0a1b.onnx", url: asset0 }],
    }, {
      ort: () => import("/ort/ort.wasm.min.mjs"),
      wasmPaths: { mjs: mjs, wasm: wasm },
    })
    "
  `)
})

it('a server reads from disk', () => {
  const files = {
    runtime: '/pkg/runtime/index.js',
    nodeRuntime: '/pkg/runtime/node.js',
    ort: 'onnxruntime-web',
  }
  const code = serverStub(resultOf(), files, constructed)
  expect(code.slice(0, code.indexOf('defineModel({'))).toMatchInlineSnapshot(`
    "import { defineModel } from "/pkg/runtime/index.js"
    import { readAsset } from "/pkg/runtime/node.js"
    export default /* @__PURE__ */ "
  `)
  expect(code.slice(code.lastIndexOf(', {'))).toMatchInlineSnapshot(`
    ", {
      ort: () => import("onnxruntime-web"),
      read: readAsset,
    })
    "
  `)
  expect(code).toContain('url: new URL("/cache/net.0a1b.onnx", import.meta.url).href }]')
})

it('as=url is the URL alone', () => {
  expect(urlStub(resultOf(), imported)).toMatchInlineSnapshot(`
    "import url from "/cache/net.0a1b.onnx?url"
    export default url
    "
  `)
})

it('as=bytes fetches and checks', () => {
  expect(bytesStub(resultOf(), { runtime: '/pkg/runtime/index.js' }, imported)).toMatchInlineSnapshot(`
    "import { defineBytes } from "/pkg/runtime/index.js"
    import asset0 from "/cache/net.0a1b.onnx?url"
    export default /* @__PURE__ */ defineBytes({ assets: [{ bytes: 450000, sha256: "0a1b", role: "model", location: "net.0a1b.onnx", url: asset0 }] }, {})
    "
  `)
})

it('as=meta is the report, in which a name is only ever a key', () => {
  const layers = [{ name: '__proto__', scheme: '__proto__', sqnrDb: null, reason: '' }]
  const code = metaStub(resultOf({ quantization: { scheme: 'int8', layers } }))
  const text = code.slice(code.indexOf('"'), code.lastIndexOf(')'))
  expect(JSON.parse(JSON.parse(text)).quantization.layers).toEqual(JSON.parse('{"__proto__":1}'))
})

it('says the same whatever the time, the place and the cache', () => {
  const { report } = resultOf()
  const moved = { ...report.source, path: '/elsewhere/net.pth' }
  const stages = report.stages.map((stage) => ({ ...stage, ms: 0, cached: true }))
  const hit = resultOf({ source: moved, ms: 3, cache: 'hit', stages })
  const files = { runtime: '/r.js', ort }
  expect(pageStub(hit, files, imported)).toBe(pageStub(resultOf(), files, imported))
  expect(metaStub(hit)).toBe(metaStub(resultOf()))
})

it('tells no folder of the machine where the model was traced', () => {
  const place = '/home/me/my project/net.py:41'
  const result = resultOf({
    guards: [
      { dim: 'N', assumed: 'N >= 3', at: place },
      { dim: 'N', assumed: 'N <= 9', at: 'C:\\Users\\me\\net.py:7' },
    ],
    assumptions: ['x is f32 (/home/me/net.py:3)'],
    warnings: ['dropped at /home/me/lib/net.py:5 and ./nets/own.py:6'],
  })
  for (const code of [pageStub(result, { runtime: '/r.js', ort }, imported), metaStub(result)]) {
    expect(code).not.toMatch(/home|Users|my project/)
    for (const kept of ['net.py:41', 'net.py:7', 'net.py:3', 'net.py:5', './nets/own.py:6'])
      expect(code).toContain(kept)
  }
})
