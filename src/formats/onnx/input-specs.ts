import { ModelError, nearest } from '../../errors/index.ts'
import {
  DEFAULT_FACTS,
  type Dim,
  type DimSpec,
  DTYPES,
  type DynamicDimSpec,
  dimName,
  type Graph,
  type InputSpec,
  type Model,
  substituteDims,
  symbol,
  symbolName,
  tensorOf,
  tensorType,
  typeText,
  type Value,
} from '../../graph/index.ts'

/**
 * What `?input=` says of a model that has its inputs already: dynamic dims are fixed or renamed, everywhere they stand, and
 * an input given a value becomes a constant. A spec without a name is for the input at its place.
 *
 * @throws ModelError BAD_QUERY_VALUE for an input that is not there, BAD_INPUT_SHAPE for what contradicts the file.
 */
export function applyInputSpecs(model: Model, specs: readonly InputSpec[]): void {
  const bindings = new Map<string, Dim>()
  const inputs = [...model.graph.inputs]
  specs.forEach((spec, index) => {
    const input = findInput(inputs, spec, index)
    if (spec.value !== undefined) makeConstant(model, input, spec.value)
    else bindInput(model, input, spec, bindings)
  })
  if (bindings.size > 0) rebind(model, bindings)
}

function findInput(inputs: readonly Value[], { name }: InputSpec, index: number): Value {
  const input = name === undefined ? inputs[index] : inputs.find((one) => one.name === name)
  if (input) return input
  const names = inputs.map((one) => one.name)
  const guess = name === undefined ? undefined : nearest(name, names)
  throw new ModelError('BAD_QUERY_VALUE', {
    what:
      name === undefined
        ? `input= is given more than ${names.length} times`
        : `The model has no input ${name}`,
    why: `Its inputs are ${names.join(', ')}`,
    next: guess === undefined ? undefined : `Did you mean input=${guess}:…?`,
  })
}

function bindInput(model: Model, input: Value, { dtype, dims }: InputSpec, bindings: Map<string, Dim>): void {
  const { type } = input
  if (type?.kind !== 'tensor') throw contradiction(input, 'is no tensor')
  if (dtype !== undefined && dtype !== type.dtype) throw contradiction(input, `cannot be ${dtype}`)
  if (!dims) return
  if (type.dims && dims.length !== type.dims.length)
    throw contradiction(input, `cannot have ${dims.length} dims`)
  if (!type.dims) {
    input.type = tensorType(
      type.dtype,
      dims.map((wanted) => dimOf(model, wanted)),
    )
    return
  }
  for (const [axis, dim] of type.dims.entries())
    bindDim(model, input, { axis, dim, wanted: dims[axis] ?? dim }, bindings)
}

interface DimRequest {
  readonly axis: number
  readonly dim: Dim
  readonly wanted: DimSpec | Dim
}

function bindDim(
  model: Model,
  input: Value,
  { axis, dim, wanted }: DimRequest,
  bindings: Map<string, Dim>,
): void {
  const target = typeof wanted === 'number' ? wanted : 'kind' in wanted ? wanted : dimOf(model, wanted)
  if (target === dim) return
  const name = symbolName(dim)
  if (name === undefined)
    throw contradiction(
      input,
      `has size ${dimName(dim)} at axis ${axis}, which cannot become ${dimName(target)}`,
    )
  const before = bindings.get(name)
  if (before !== undefined && before !== target)
    throw contradiction(
      input,
      `has size ${name} at axis ${axis}, which was made ${dimName(before)} elsewhere`,
    )
  bindings.set(name, target)
}

function dimOf(model: Model, wanted: DimSpec): Dim {
  return typeof wanted === 'number' ? wanted : declare(model, wanted)
}

function declare(model: Model, { name, hint, min, max }: DynamicDimSpec): Dim {
  const known = model.facts.get(name) ?? DEFAULT_FACTS
  model.facts.set(name, { min: min ?? known.min, max: max ?? known.max, hint: hint ?? known.hint })
  return symbol(name)
}

/** Puts new dims in the place of symbols, in every type the file gave. */
function rebind(model: Model, bindings: ReadonlyMap<string, Dim>): void {
  for (const value of valuesOf(model.graph)) if (value.type) value.type = substituteDims(value.type, bindings)
  const stays = new Set([...bindings.values()].map(symbolName))
  for (const name of bindings.keys()) if (!stays.has(name)) model.facts.delete(name)
}

function* valuesOf(graph: Graph): Generator<Value> {
  yield* graph.inputs
  for (const node of graph.allNodes()) yield* node.outputs
}

function makeConstant(model: Model, input: Value, value: boolean | number | string): void {
  const { type } = input
  const single = type?.kind === 'tensor' && type.dims?.every((dim) => dim === 1)
  if (!single || typeof value === 'string' || DTYPES[type.dtype].kind === 'string')
    throw contradiction(input, `cannot be the constant ${value}`)
  const dims = (type.dims ?? []).map(() => 1)
  const constant = model.graph.addInitializer(tensorOf(type.dtype, dims, [Number(value)]), input.name)
  input.replaceUsesWith(constant)
  model.graph.removeInput(input)
}

const contradiction = (input: Value, what: string): ModelError =>
  new ModelError('BAD_INPUT_SHAPE', { what: `Input ${input.name}: ${typeText(input.type)} ${what}` })
