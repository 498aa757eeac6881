import { isOutOfRoom, ModelError } from '../../../errors/index.ts'
import {
  createBuilder,
  DEFAULT_HINT,
  type Dim,
  type DimSpec,
  type Graph,
  Model,
  tensorType,
  type Value,
} from '../../../graph/index.ts'
import type { Guard, Normalised } from '../../format.ts'
import { AtenOperators } from '../aten/dispatch.ts'
import { detourOf } from '../aten/missing-kernels.ts'
import { refuseUndefinedContents } from '../aten/undefined-contents.ts'
import { requiredGuard } from '../evaluator/decisions.ts'
import { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { type Relocate, Session } from '../evaluator/session.ts'
import {
  bool,
  DictValue,
  float,
  int,
  ListValue,
  NONE,
  type PyValue,
  str,
  TensorHandle,
  tuple,
} from '../evaluator/values/index.ts'
import { namedOutputs } from './outputs.ts'
import type { Given, NamedGiven } from './signature.ts'

/** A model under evaluation. */
export class Evaluation {
  readonly model = new Model()
  readonly session: Session
  readonly interpreter: Interpreter
  readonly #relocate: Relocate

  constructor(relocate: Relocate = ({ file, line }) => ({ file, line })) {
    this.#relocate = relocate
    this.session = new Session(this.model, (at) => createBuilder(this.model, at, detourOf), relocate)
    this.interpreter = new Interpreter(this.session, new AtenOperators())
  }

  /**
   * Runs a part of the evaluation. An error cites the user's own line; when operators without a conversion were met
   * before it, they are what is reported, all at once.
   */
  run<T>(part: () => T): T {
    try {
      return part()
    } catch (error) {
      if (!this.session.unsupported.isEmpty) throw this.session.unsupported.error()
      if (isOutOfRoom(error)) throw tooLarge(error)
      throw error instanceof ModelError ? this.#located(error) : error
    }
  }

  /** Runs the entry method: what it writes to the model's modules is noted. */
  forward<T>(call: () => T): T {
    this.session.isForward = true
    try {
      return call()
    } finally {
      this.session.isForward = false
    }
  }

  #located(error: ModelError): ModelError {
    const { file, line, node } = error.details.where ?? {}
    if (file === undefined || line === undefined) return error
    const place = this.#relocate({ file, line })
    if (place.file === file && place.line === line) return error
    return new ModelError(error.code, { ...error.details, where: { ...place, node } })
  }

  /** The arguments as values: tensors become inputs of the graph. */
  arguments(given: readonly NamedGiven[]): Map<string, PyValue> {
    const values = new Map<string, PyValue>()
    for (const { name, given: argument } of given) {
      if (argument.kind !== 'default') values.set(name, this.#value(name, argument))
    }
    return values
  }

  #value(name: string, given: Given): PyValue {
    switch (given.kind) {
      case 'tensor': {
        const dims = given.dims.map((dim) => this.#dim(dim))
        const value = this.model.graph.addInput(name, tensorType(given.dtype, dims))
        return new TensorHandle(value)
      }
      case 'value':
        return plainValue(given.value)
      case 'list':
        return new ListValue(given.items.map((item, index) => this.#value(`${name}.${index}`, item)))
      case 'tuple':
        return tuple(given.items.map((item, index) => this.#value(`${name}.${index}`, item)))
      case 'dict':
        return new DictValue(
          given.entries.map(([key, item]) => [str(key), this.#value(`${name}.${key}`, item)]),
        )
      case 'default':
        return NONE
    }
  }

  #dim(spec: DimSpec): Dim {
    if (typeof spec === 'number') return spec
    const { name, min, max } = spec
    const known = this.model.facts.get(name)
    const said = spec.hint ?? (known?.isOwnHint ? undefined : known?.hint)
    return this.model.dynamicDim(name, {
      hint: said ?? DEFAULT_HINT,
      ...(said === undefined ? { isOwnHint: true } : {}),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    })
  }

  /** Makes the result the graph's outputs and takes out what they do not need. @throws ModelError UNSUPPORTED_OPERATOR. */
  finish(result: PyValue): Normalised {
    this.session.unsupported.check()
    const { graph } = this.model
    for (const { name, value } of namedOutputs(this.session, result))
      graph.addOutput(name, this.#outputValue(value))
    removeUnused(graph)
    refuseUndefinedContents(graph)
    for (const requirement of this.model.requirements) requiredGuard(this.session, requirement)
    const { guards, assumptions, warnings } = this.session
    return { model: this.model, guards, assumptions, warnings }
  }

  /** An output that is an input, a constant or another output goes through a node of its own. */
  #outputValue(value: Value): Value {
    return value.producer && value.outputOf.length === 0 ? value : this.session.b.identity(value)
  }
}

/** What JavaScript says of a stack, a text or a list that outgrows it: a value that holds itself, most often. */
const tooLarge = (error: RangeError): ModelError =>
  new ModelError('LIMIT_EXCEEDED', {
    what: `The model's program nests too deeply or makes too large a value (${error.message})`,
    next: 'Look for an object that holds itself',
    cause: error,
  })

function plainValue(value: boolean | number | string): PyValue {
  if (typeof value === 'boolean') return bool(value)
  if (typeof value === 'string') return str(value)
  return Number.isInteger(value) ? int(value) : float(value)
}

/** Shape arithmetic that folded, and weights that no one reads. */
function removeUnused(graph: Graph): void {
  for (const node of graph.nodesReversed())
    if (node.outputs.every((output) => !output.isUsed)) graph.remove(node)
  for (const value of [...graph.initializers]) if (!value.isUsed) graph.removeInitializer(value)
}

/** @throws ModelError GUARD_FAILED under `guards=strict` when anything was decided or assumed. */
export function enforceGuards(
  guards: readonly Guard[],
  assumptions: readonly string[],
  mode: 'warn' | 'strict',
): void {
  const [guard] = guards
  if (mode !== 'strict') return
  if (guard) {
    throw new ModelError('GUARD_FAILED', {
      what: `The model decides on ${guard.dim}, which stays dynamic: ${guards.map(({ assumed, at }) => `${assumed} (${at})`).join('; ')}`,
      next: `Fix the dim in input=, or allow the decision with guards=warn`,
    })
  }
  if (assumptions.length > 0) {
    throw new ModelError('GUARD_FAILED', {
      what: `Under guards=strict nothing is assumed, and this was: ${assumptions.join('; ')}`,
      next: 'Give it in the query: shapes with input=, a set of weights with weights=',
    })
  }
}
