import type { FrontEndOptions, Normalised } from '../../../../src/formats/index.ts'
import { pytorchWeights } from '../../../../src/formats/pytorch/frontends/index.ts'
import { type ByteSource, MemorySource } from '../../../../src/graph/index.ts'
import { seededFloats } from '../../../support/run-model.ts'
import { writeSafetensors } from '../torch-writer.ts'

/** Weights of these dims, filled with seeded numbers, and beside them Python files. */
export function writtenModel(
  weights: Readonly<Record<string, readonly number[]>>,
  files: Readonly<Record<string, string>>,
): MemorySource {
  const header: Record<string, unknown> = {}
  let end = 0
  for (const [name, dims] of Object.entries(weights)) {
    const start = end
    end += 4 * dims.reduce((count, dim) => count * dim, 1)
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [start, end] }
  }
  const data = new Uint8Array(seededFloats(end / 4).buffer)
  const siblings = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))
  return new MemorySource(writeSafetensors(header, data), 'net.safetensors', siblings)
}

export const convertWritten = (source: ByteSource, options: Partial<FrontEndOptions> = {}): Normalised =>
  pytorchWeights.normalise(source, {
    inputs: [],
    guards: 'warn',
    arch: './model.py',
    ...options,
  })
