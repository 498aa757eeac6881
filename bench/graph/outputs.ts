import type { Tensor } from 'onnxruntime-web'
import type { BenchModel, InputData } from './models.ts'
import type { Runtime } from './peers.ts'

/** Sizes of dynamic dims, a run: neither is what a model was exported with. */
const RUNS: readonly Readonly<Record<string, number>>[] = [
  { batch: 1, sequence: 7 },
  { batch: 3, sequence: 12 },
]
const SEED = 21

/** Outputs by name, a run. */
export type Outputs = readonly Readonly<Record<string, Tensor>>[]

/** What a file gives, as it stands, for the seeded inputs of its model. */
export async function outputsOf(runtime: Runtime, file: string, { inputs }: BenchModel): Promise<Outputs> {
  const session = await runtime.InferenceSession.create(file, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  })
  try {
    const outputs: Record<string, Tensor>[] = []
    for (const sizes of RUNS) {
      const feeds = Object.entries(inputs).map(([name, data], index) => [
        name,
        tensorOf(runtime, data, sizes, SEED + index),
      ])
      outputs.push(await session.run(Object.fromEntries(feeds)))
    }
    return outputs
  } finally {
    await session.release()
  }
}

function tensorOf(
  { Tensor }: Runtime,
  { dtype, dims, below, value }: InputData,
  sizes: Readonly<Record<string, number>>,
  seed: number,
): Tensor {
  const shape = dims.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? 1)))
  const noise = uniform(
    shape.reduce((product, size) => product * size, 1),
    seed,
  )
  if (dtype === 'float32')
    return new Tensor(
      dtype,
      noise.map((x) => 2 * x - 1),
      shape,
    )
  const integers = BigInt64Array.from(noise, (x) => BigInt(value ?? Math.floor(x * (below ?? 1))))
  return new Tensor(dtype, integers, shape)
}

/** xorshift32, in [0, 1). */
function uniform(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 8) / 2 ** 24
  })
}

/** The largest difference of any output, of that output's largest magnitude; infinite where shapes or NaNs differ. */
export function largestDifference(wanted: Outputs, given: Outputs): number {
  const differences = wanted.flatMap((run, index) =>
    Object.entries(run).map(([name, want]) => difference(want, given[index]?.[name])),
  )
  return Math.max(...differences)
}

function difference(want: Tensor, got: Tensor | undefined): number {
  if (!got || want.type !== got.type || want.dims.join() !== got.dims.join()) return Number.POSITIVE_INFINITY
  let [scale, worst] = [0, 0]
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [Number(want.data[i]), Number(got.data[i])]
    if (Object.is(a, b) || a === b) {
      if (Number.isFinite(a)) scale = Math.max(scale, Math.abs(a))
      continue
    }
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY
    scale = Math.max(scale, Math.abs(a))
    worst = Math.max(worst, Math.abs(a - b))
  }
  return worst === 0 ? 0 : worst / scale
}
