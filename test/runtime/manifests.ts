import { createHash } from 'node:crypto'
import type { Asset, Manifest } from '../../src/runtime/manifest.ts'
import { type TinyModel, tinyOnnx } from '../support/tiny-onnx.ts'

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export function assetOf(bytes: Uint8Array, more: Partial<Asset> = {}): Asset {
  return {
    url: '/assets/net.onnx',
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    role: 'model',
    location: 'net.onnx',
    ...more,
  }
}

export function manifestOf(parts: Partial<Manifest> = {}): Manifest {
  return {
    name: 'net.pth',
    assets: [],
    inputs: [{ name: 'image', dtype: 'float32', shape: ['N', 1, 2, 2] }],
    outputs: [{ name: 'logits', dtype: 'float32', shape: ['N', 4] }],
    guards: [],
    providers: ['wasm'],
    meta: {
      source: { name: 'net.pth', format: 'pytorch', bytes: 10 },
      request: { format: 'onnx' },
      bytes: 10,
      stages: [],
      quantization: { scheme: 'none', layers: {} },
      validation: null,
      assumptions: [],
      warnings: [],
    },
    ...parts,
  }
}

/** y = x + [1, 2, 3], x: float32 [N, 3] */
export const ADD: TinyModel = {
  inputs: [{ name: 'x', dtype: 'float32', shape: ['N', 3] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['N', 3] }],
  nodes: [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
  constants: [{ name: 'c', dims: [3], values: Float32Array.of(1, 2, 3) }],
}

/** A manifest of a tiny model, and the bytes that its one asset has. */
export function tinyManifest(model: TinyModel): { manifest: Manifest; bytes: Uint8Array<ArrayBuffer> } {
  const bytes = tinyOnnx(model)
  const { inputs, outputs } = model
  return { bytes, manifest: manifestOf({ inputs, outputs, assets: [assetOf(bytes)] }) }
}
