import { type EngineTensor, engineTensor, isEngineDType } from '../engine/index.ts'
import { ModelError } from '../errors/index.ts'
import {
  DEFAULT_HINT,
  type Dim,
  elementCount,
  evaluate,
  type Model,
  symbolName,
  symbolsOf,
  type Tensor,
  tensorOf,
  typeText,
  type Value,
} from '../graph/index.ts'
import { Random } from './random.ts'
import { fillFor } from './seeded-values.ts'
import { multiplyAccumulates } from './work.ts'

/** Inputs to run a model on, and what the framework answered to them, where that was recorded. */
export interface Sample {
  /** `recorded net.samples.npz`, `seeded 1`. */
  readonly label: string
  readonly inputs: ReadonlyMap<string, EngineTensor>
  readonly expected: ReadonlyMap<string, EngineTensor>
}

/** A recording as a file holds it: inputs under their names, outputs under `output:<name>`. */
export interface Recording {
  readonly label: string
  readonly arrays: ReadonlyMap<string, Tensor>
}

export interface Samples {
  readonly samples: readonly Sample[]
  /** What was done where nothing was recorded, as sentences for the report. */
  readonly notes: readonly string[]
}

/** A model that takes more multiply-accumulates for a run is run on one seeded sample: a second would tell little for its minute. */
const HEAVY = 1e10

/** What names a recorded output among the arrays of a recording. */
export const OUTPUT_PREFIX = 'output:'

/**
 * The samples to validate on: the recordings when there are some, else seeded inputs of the model's own shapes.
 *
 * @param count Seeded samples to make. @default 2, and 1 for a model whose run takes more than 10 GMAC
 * @throws ModelError BAD_INPUT_SHAPE when a recording lacks an input or does not fit its declared dims.
 */
export function samplesFor(
  model: Model,
  recordings: readonly Recording[],
  { seed = 1, count }: { readonly seed?: number; readonly count?: number } = {},
): Samples {
  if (recordings.length > 0)
    return { samples: recordings.map((recording) => recordedSample(model, recording)), notes: [] }
  return seededSamples(model, seed, count ?? (workOf(model) > HEAVY ? 1 : 2))
}

function recordedSample(model: Model, { label, arrays }: Recording): Sample {
  const inputs = new Map<string, EngineTensor>()
  const expected = new Map<string, EngineTensor>()
  for (const input of model.graph.inputs) inputs.set(input.name, recordedInput(input, label, arrays))
  checkShared(model, label, inputs)
  for (const { name } of model.graph.outputs) {
    const array = arrays.get(OUTPUT_PREFIX + name)
    if (array) expected.set(name, loaded(array))
  }
  return { label: `recorded ${label}`, inputs, expected }
}

function recordedInput(input: Value, label: string, arrays: Recording['arrays']): EngineTensor {
  const array = arrays.get(input.name)
  if (!array) throw unfit(label, `it holds no array ${input.name}`)
  if (array.dtype !== input.dtype) throw unfit(label, `${input.name} is ${array.dtype}, not ${input.dtype}`)
  if (!fits(array, input))
    throw unfit(label, `${input.name} has dims [${array.dims}], which the model does not take`)
  return loaded(array)
}

/** Dims that the model fixes are kept to; where not even its rank is known, any will do. */
function fits(array: Tensor, { type }: Value): boolean {
  const dims = type?.kind === 'tensor' ? type.dims : undefined
  if (!dims) return true
  return (
    array.dims.length === dims.length &&
    dims.every((dim, axis) => typeof dim !== 'number' || dim === array.dims[axis])
  )
}

/** Dims of one name have one size: a result need not be right where they differ, though the engine may run it. */
function checkShared({ graph }: Model, label: string, given: ReadonlyMap<string, EngineTensor>): void {
  const sizes = new Map<string, number>()
  for (const { name: input, type } of graph.inputs) {
    const dims = type?.kind === 'tensor' ? (type.dims ?? []) : []
    for (const [axis, dim] of dims.entries()) {
      const [name, size] = [symbolName(dim), given.get(input)?.dims[axis]]
      if (name === undefined || size === undefined) continue
      const other = sizes.get(name) ?? size
      if (other !== size) throw unfit(label, `${name} is ${other} and, in ${input}, ${size}`)
      sizes.set(name, size)
    }
  }
}

const loaded = (array: Tensor): EngineTensor => engineTensor(array.dtype, array.dims, array.bytes())

const unfit = (label: string, why: string): ModelError =>
  new ModelError('BAD_INPUT_SHAPE', {
    what: `The recorded samples ${label} do not fit the model`,
    why,
    next: 'Record them again for these inputs, or remove the file',
  })

function seededSamples(model: Model, seed: number, count: number): Samples {
  const bindings = boundSymbols(model)
  const fills = model.graph.inputs.map((input) => ({ input, fill: fillFor(ranked(input)) }))
  const samples = Array.from({ length: count }, (_, index): Sample => {
    const random = new Random(seed + index)
    const inputs = fills.map(({ input, fill }): [string, EngineTensor] => {
      const dims = input.dims.map((dim) => size(dim, bindings))
      return [input.name, seededTensor(input, dims, () => fill.next(random))]
    })
    return { label: `seeded ${seed + index}`, inputs: new Map(inputs), expected: new Map() }
  })
  const said = fills.map(({ input, fill }) => `${input.name}: ${fill.text}`).join('; ')
  const bound = [...bindings].map(([name, value]) => `${name}=${value}`).join(', ')
  return {
    samples,
    notes: [
      `No recorded samples: ${count === 1 ? 'one seeded' : `${count} seeded ones`} (${said})${bound === '' ? '' : `, with ${bound}`}`,
    ],
  }
}

function ranked(input: Value): Value {
  if (input.type?.kind === 'tensor' && input.type.dims) return input
  const example = input.type?.kind === 'tensor' ? `: input=${input.name}:${input.dtype}[…]` : ''
  throw noValues(
    `Input ${input.name} is ${typeText(input.type)}, and what sizes it takes is not known${example}`,
  )
}

/** Multiply-accumulates of a run on a seeded sample. */
export const workOf = (model: Model): number => multiplyAccumulates(model, boundSymbols(model))

/** Every symbol at its hint, within its bounds. */
function boundSymbols(model: Model): Map<string, number> {
  const bindings = new Map<string, number>()
  for (const [name, { min, max, hint = DEFAULT_HINT }] of model.facts)
    bindings.set(name, Math.min(max, Math.max(min, hint)))
  return bindings
}

/** A symbol that the model has no facts of is taken at the default hint. */
function size(dim: Dim, bindings: Map<string, number>): number {
  const known = evaluate(dim, bindings)
  if (known !== undefined) return Math.max(0, known)
  for (const name of symbolsOf(dim)) if (!bindings.has(name)) bindings.set(name, DEFAULT_HINT)
  return Math.max(0, evaluate(dim, bindings) ?? DEFAULT_HINT)
}

/** More than an input of any model that runs in wasm's 4 GiB. */
const LARGEST_INPUT = 2 ** 27

/** @throws ModelError ENGINE_FAILED for an input that cannot be handed to the engine. */
function seededTensor(input: Value, dims: readonly number[], next: () => number): EngineTensor {
  const { dtype, name } = input
  if (dtype === 'string' || !isEngineDType(dtype))
    throw noValues(`Input ${name} is of dtype ${dtype}, for which no values can be made up`)
  const count = elementCount(dims)
  if (count > LARGEST_INPUT) throw noValues(`Input ${name} has dims [${dims}], too many elements to run here`)
  const values = Array.from({ length: count }, next)
  return engineTensor(dtype, dims, tensorOf(dtype, dims, values).bytes())
}

const noValues = (what: string): ModelError =>
  new ModelError('ENGINE_FAILED', { what, next: 'Record samples beside the model, or use validate=off' })
