import { ModelError, nearest } from '../../errors/index.ts'
import {
  type Dim,
  type DimSpec,
  dimName,
  type Graph,
  type InputSpec,
  type Model,
  substitute,
  symbol,
  symbolName,
  tensorType,
  type Value,
  type ValueType,
} from '../../graph/index.ts'

/**
 * Fixes or renames the dynamic dims of a model's inputs as `input=` says, everywhere in the graph. What the file itself
 * fixes stays fixed: its graph may rely on it.
 *
 * @throws ModelError BAD_INPUT_SHAPE when a spec names no input, or contradicts the file.
 */
export function applyInputs(model: Model, specs: readonly InputSpec[]): void {
  const { inputs } = model.graph
  const bindings = new Map<string, Dim>()
  for (const [index, spec] of specs.entries()) applySpec(model, inputFor(inputs, spec, index), spec, bindings)
  if (bindings.size === 0) return
  const kept = new Set(bindings.values())
  for (const name of bindings.keys()) if (!kept.has(symbol(name))) model.facts.delete(name)
  substituteDims(model.graph, bindings)
}

/** By name; without one, by position. */
function inputFor(inputs: readonly Value[], { name }: InputSpec, index: number): Value {
  const names = inputs.map((input) => input.name)
  const found = name === undefined ? inputs[index] : inputs.find((input) => input.name === name)
  if (found) return found
  const close = name === undefined ? undefined : nearest(name, names)
  throw new ModelError('BAD_INPUT_SHAPE', {
    what:
      name === undefined
        ? `${index + 1} inputs are described, and the model has ${inputs.length}`
        : `The model has no input ${JSON.stringify(name)}`,
    next: `${close ? `Did you mean ${close}? ` : ''}Its inputs are ${names.join(', ') || 'none'}`,
  })
}

function applySpec(model: Model, input: Value, spec: InputSpec, bindings: Map<string, Dim>): void {
  const { type } = input
  if (spec.value !== undefined || type?.kind !== 'tensor') {
    throw contradiction(input, `it is ${type?.kind ?? 'of no known type'}, which input= cannot describe`)
  }
  if (spec.dtype !== undefined && spec.dtype !== type.dtype) {
    throw contradiction(input, `its dtype is ${type.dtype}, not ${spec.dtype}`)
  }
  if (!spec.dims) return
  if (!type.dims) {
    input.type = tensorType(
      type.dtype,
      spec.dims.map((dim) => wantedDim(model, dim)),
    )
    return
  }
  if (type.dims.length !== spec.dims.length) {
    throw contradiction(input, `it has ${type.dims.length} dims, not ${spec.dims.length}`)
  }
  for (const [axis, wanted] of spec.dims.entries()) bind(model, input, axis, wanted, bindings)
}

function bind(model: Model, input: Value, axis: number, spec: DimSpec, bindings: Map<string, Dim>): void {
  const held = input.dims[axis] ?? 0
  const name = symbolName(held)
  const wanted = wantedDim(model, spec)
  if (held === wanted) return
  if (name === undefined)
    throw contradiction(input, `dim ${axis} is ${dimName(held)}, not ${dimName(wanted)}`)
  const before = bindings.get(name)
  if (before !== undefined && before !== wanted) {
    throw contradiction(
      input,
      `dim ${axis} is ${name} in the file, which is ${dimName(before)} elsewhere and ${dimName(wanted)} here`,
    )
  }
  bindings.set(name, wanted)
}

function wantedDim(model: Model, spec: DimSpec): Dim {
  if (typeof spec === 'number') return spec
  const { name, hint, min, max } = spec
  return model.dynamicDim(name, {
    ...(hint === undefined ? {} : { hint }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  })
}

function contradiction({ name, type }: Value, why: string): ModelError {
  const dims = type?.kind === 'tensor' && type.dims ? `[${type.dims.map(dimName).join(',')}]` : ''
  return new ModelError('BAD_INPUT_SHAPE', {
    what: `input= does not fit the model's input ${name}: ${why}`,
    ...(type?.kind === 'tensor' ? { next: `The file says ${name}: ${type.dtype}${dims}` } : {}),
  })
}

function substituteDims(graph: Graph, bindings: ReadonlyMap<string, Dim>): void {
  for (const value of graph.inputs) substituteValue(value, bindings)
  for (const node of graph.nodes()) {
    for (const value of node.outputs) substituteValue(value, bindings)
    for (const subgraph of node.subgraphs) substituteDims(subgraph, bindings)
  }
}

function substituteValue(value: Value, bindings: ReadonlyMap<string, Dim>): void {
  value.type = value.type && substituteType(value.type, bindings)
  value.content = value.content?.map((dim) => substitute(dim, bindings))
}

function substituteType(type: ValueType, bindings: ReadonlyMap<string, Dim>): ValueType {
  if (type.kind !== 'tensor') return { ...type, element: substituteType(type.element, bindings) }
  return tensorType(
    type.dtype,
    type.dims?.map((dim) => substitute(dim, bindings)),
  )
}
