import type { ConvertResult } from '../../src/convert/index.ts'

type Report = ConvertResult['report']

const REPORT: Report = {
  source: { path: '/app/src/net.pth', format: 'torchscript', bytes: 1_710_000 },
  request: { as: 'model', format: 'onnx', quant: 'int8', target: 'wasm' },
  inputs: [{ name: 'image', dtype: 'float32', shape: ['N', 1, 28, 28] }],
  outputs: [{ name: 'logits', dtype: 'float32', shape: ['N', 10] }],
  assets: [{ path: '/cache/net.0a1b.onnx', bytes: 450_000, sha256: '0a1b', role: 'model' }],
  stages: [{ name: 'parse', ms: 12, nodesBefore: 0, nodesAfter: 9, notes: ['2 buffers dropped'] }],
  quantization: {
    scheme: 'int8',
    layers: [
      { name: 'fc1', scheme: 'int8-dynamic', sqnrDb: 41, reason: 'it gains' },
      { name: 'fc2', scheme: 'int8-dynamic', sqnrDb: 39, reason: 'it gains' },
      { name: 'conv1', scheme: 'int8-weights', sqnrDb: 44, reason: 'it is short' },
    ],
  },
  validation: {
    reference: 'float',
    passed: true,
    outputs: [{ name: 'logits', maxAbs: 0.0012, sqnrDb: 41.2, cosine: 0.9999, agreement: 1 }],
  },
  guards: [{ dim: 'N', assumed: 'N >= 1', at: 'net.py:4' }],
  assumptions: ['the batch is dynamic'],
  warnings: [],
  cache: 'miss',
  overhead: { lookUp: 4, wait: 0, start: 500, other: 24 },
  ms: 840.4,
}

/** A conversion of `/app/src/net.pth?quant=int8`, as the pipeline would report it. */
export function resultOf(parts: Partial<Report> = {}): ConvertResult {
  const report = { ...REPORT, ...parts }
  const { assets, inputs, outputs, guards, request } = report
  return {
    report,
    assets,
    inputs,
    outputs,
    guards,
    request,
    dependencies: [report.source.path],
    cacheKey: 'key',
  }
}
