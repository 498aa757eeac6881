import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { EngineTensor } from '../../src/engine/index.ts'
import { MemorySource } from '../../src/graph/bytes/index.ts'
import { readNpz } from '../../src/graph/bytes/npz.ts'
import { type DType, tensorData } from '../../src/graph/index.ts'

const FIXTURES = resolve(import.meta.dirname, '../../fixtures')

export const fixturePath = (path: string): string => join(FIXTURES, path)

export interface Recorded {
  readonly dims: readonly number[]
  readonly values: readonly number[]
}

/** What torch was given and what it answered (`output:<name>`), of one `.samples.npz`. */
export async function readSamples(path: string): Promise<ReadonlyMap<string, Recorded>> {
  const arrays = readNpz(new MemorySource(await readFile(fixturePath(path)), path))
  return new Map(
    [...arrays].map(([name, array]) => {
      const tensor = array.read()
      return [name, { dims: tensor.dims.map(Number), values: Array.from(tensorData(tensor), Number) }]
    }),
  )
}

/** What a run is fed, in the model's dtype; samples hold float32 and int64. */
export const engineTensorOf = ({ dims, values }: Recorded, dtype: DType): EngineTensor =>
  dtype === 'int64'
    ? { dtype, dims, data: BigInt64Array.from(values, BigInt) }
    : { dtype: 'float32', dims, data: Float32Array.from(values) }

/** The array of that name; a misspelled one must not pass for an empty recording. */
export function recorded(samples: ReadonlyMap<string, Recorded>, name: string): Recorded {
  const found = samples.get(name)
  if (found === undefined) throw new Error(`the samples hold ${[...samples.keys()].join(', ')}, not ${name}`)
  return found
}
