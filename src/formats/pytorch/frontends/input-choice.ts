import { ModelError } from '../../../errors/index.ts'
import { DTYPES, type DType, type InputSpec, symbolsOf } from '../../../graph/index.ts'
import type { FrontEndOptions, Normalised } from '../../format.ts'
import type { Decision } from '../evaluator/session.ts'
import type { PyValue } from '../evaluator/values/index.ts'
import { dtypeClashes } from './dtype-clash.ts'
import { type Evaluation, enforceGuards } from './evaluation.ts'
import { mayHoldBatch, openedSizes, traceWarning } from './frozen-sizes.ts'
import { inferArguments } from './input-inference.ts'
import { withOpenSizes } from './open-sizes.ts'
import { pinText, refuseUnsaidSizes } from './pin-text.ts'
import { type Pin, pinsOf, withPins, withSingleBatch } from './pins.ts'
import type { Port } from './ports.ts'
import { givenBySpecs, matchSpecs, type NamedGiven, spelled } from './signature.ts'
import { withDynamicBatch, withOtherBatch } from './traced-inputs.ts'

/** A model ready to be called; opened anew for every attempt, since an evaluation builds its graph as it goes. */
export interface Opened {
  readonly evaluation: Evaluation
  readonly ports: readonly Port[]
  readonly call: (args: ReadonlyMap<string, PyValue>) => PyValue
}

export interface InputRequest {
  readonly open: () => Opened
  readonly specs: readonly InputSpec[]
  /** What the file itself says of its inputs. */
  readonly recorded: (ports: readonly Port[]) => readonly NamedGiven[] | undefined
  readonly options: FrontEndOptions
}

const short = (dtype: DType): string => DTYPES[dtype].short

/**
 * Evaluates with the shapes that the request gives, else that the file carries, else of `<model>.inputs.json`, else that
 * follow from the first consumers; the batch stays dynamic where the model allows it.
 *
 * @throws ModelError NEEDS_INPUT_SHAPE with a query to paste, BAD_INPUT_SHAPE, GUARD_FAILED, and what evaluation throws.
 */
export function evaluateWithInputs(asking: InputRequest): Normalised {
  const first = asking.open()
  const { ports } = first
  const request = { ...asking, open: startingWith(first, asking.open) }
  const matched = matchSpecs(ports, request.specs)
  const asked = ports.map((port): NamedGiven | undefined => {
    const specs = matched.get(port.name)
    if (specs) return { name: port.name, given: givenBySpecs(port, specs) }
    return port.isOptional ? { name: port.name, given: { kind: 'default' } } : undefined
  })
  const complete = asked.filter((argument) => argument !== undefined)
  const isGiven =
    complete.length === ports.length && (request.specs.length > 0 || ports.every((port) => port.isOptional))
  const normalised = isGiven
    ? warnedOfTrace(evaluateGiven(request, complete), complete, request.recorded(ports))
    : evaluateUnasked(request, ports, asked)
  enforceGuards(normalised.guards, normalised.assumptions, request.options.guards)
  return normalised
}

/**
 * Evaluates with arguments that are known whole: those of a file that says all of them, with what the request changes.
 *
 * @throws ModelError GUARD_FAILED, and what evaluation throws.
 */
export function evaluateKnown(request: InputRequest, given: readonly NamedGiven[]): Normalised {
  const normalised = evaluatePinned(request, given, [])
  enforceGuards(normalised.guards, normalised.assumptions, request.options.guards)
  return normalised
}

/** Nothing in a trace tells whether a size that it holds as a number could be another. */
function warnedOfTrace(
  normalised: Normalised,
  given: readonly NamedGiven[],
  recorded: readonly NamedGiven[] | undefined,
): Normalised {
  const opened = recorded ? openedSizes(given, recorded) : []
  return opened.length === 0
    ? normalised
    : { ...normalised, warnings: [...normalised.warnings, traceWarning(opened)] }
}

/** The model that was opened for its arguments serves the first attempt: constructing it is most of the work. */
function startingWith(first: Opened, open: () => Opened): () => Opened {
  let unused: Opened | undefined = first
  return () => {
    const next = unused ?? open()
    unused = undefined
    return next
  }
}

/** Shapes that the request gives are what is wrong when a layer cannot take them. */
function evaluateGiven(request: InputRequest, given: readonly NamedGiven[]): Normalised {
  try {
    return evaluatePinned(request, given, [])
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== 'INVALID_NODE') throw error
    const clash = dtypeClashes(request.open, given)
    if (clash?.isAssumed)
      return evaluatePinned(request, clash.mended, [`${clash.why}: ${queryOf(clash.mended)}`])
    throw new ModelError('BAD_INPUT_SHAPE', {
      ...error.details,
      next: clash ? `${clash.why}: ?${queryOf(clash.mended)}` : error.details.next,
      what: `The model cannot run on ${queryOf(given)}: ${error.details.what}`,
      cause: error,
    })
  }
}

function evaluateUnasked(
  request: InputRequest,
  ports: readonly Port[],
  asked: readonly (NamedGiven | undefined)[],
): Normalised {
  const recorded = request.recorded(ports)
  if (recorded) return evaluateRecorded(request, recorded, asked)
  const sidecar = request.options.sidecarInputs ?? []
  const noted = sidecar.length > 0 ? fromSidecar(ports, sidecar, asked) : asked
  const told = noted.filter((argument) => argument !== undefined)
  if (sidecar.length > 0 && told.length === ports.length) return evaluateGiven(request, told)
  const inferred = inferArguments(request.open, ports, noted)
  return evaluatePinned(request, inferred.given, inferred.assumptions)
}

/** What `<model>.inputs.json` says, where the request says nothing. */
function fromSidecar(
  ports: readonly Port[],
  sidecar: readonly InputSpec[],
  asked: readonly (NamedGiven | undefined)[],
): (NamedGiven | undefined)[] {
  const matched = matchSpecs(ports, sidecar)
  return ports.map((port, index) => {
    const specs = matched.get(port.name)
    return specs ? { name: port.name, given: givenBySpecs(port, specs) } : asked[index]
  })
}

/** Recorded sizes with the batch dynamic; where the program relies on the batch it was traced with, as recorded. */
function evaluateRecorded(
  request: InputRequest,
  recorded: readonly NamedGiven[],
  asked: readonly (NamedGiven | undefined)[],
): Normalised {
  const merged = recorded.map((argument, index) => {
    const own = asked[index]
    return own && own.given.kind !== 'default' ? own : argument
  })
  const dynamic = withDynamicBatch(merged)
  try {
    const { normalised } = evaluate(request, dynamic, [])
    const isFree = normalised.guards.length === 0 && keepsBatch(normalised) && !holdsBatch(normalised, merged)
    if (isFree && takesOtherBatch(request, dynamic))
      return assuming(normalised, tracedAssumption(dynamic, normalised))
  } catch (error) {
    if (!(error instanceof ModelError) || error.code === 'UNSUPPORTED_OPERATOR') throw error
  }
  return evaluatePinned(request, merged, [
    `Inputs as traced, sizes fixed since the program relies on them: ${queryOf(merged)}`,
  ])
}

/** A trace keeps its sizes, which is easily taken for a limit of the model: the query for other sizes stands beside them. */
function tracedAssumption(dynamic: readonly NamedGiven[], { model }: Normalised): string {
  const open = withOpenSizes(dynamic, model)
  const offer = open ? `. If it takes other sizes as well, name them: ?${queryOf(open)}` : ''
  return `Inputs as traced, with the batch dynamic: ${queryOf(dynamic)}${offer}`
}

const assuming = (normalised: Normalised, assumption: string): Normalised => ({
  ...normalised,
  assumptions: [assumption, ...normalised.assumptions],
})

/** Whether the batch reaches an output: a trace that fixes it loses it on the way. */
function keepsBatch({ model }: Normalised): boolean {
  const names = [...model.facts.keys()]
  if (names.length === 0) return true
  return model.graph.outputs.some(({ value }) =>
    value.dims.some((dim) => names.some((name) => symbolsOf(dim).has(name))),
  )
}

/** Whether a batch that was recorded may stand as a number in the program. */
function holdsBatch({ model }: Normalised, recorded: readonly NamedGiven[]): boolean {
  const sizes = recorded.flatMap(({ given }) => (given.kind === 'tensor' ? given.dims.slice(0, 1) : []))
  return sizes.some((size) => typeof size === 'number' && mayHoldBatch(model, size))
}

/**
 * Whether the program also takes a batch that it was not traced with. A trace that holds a state or a list of as many rows
 * shows it only where its numbers meet another number: next to a dynamic batch any size could be meant.
 */
function takesOtherBatch(request: InputRequest, dynamic: readonly NamedGiven[]): boolean {
  try {
    evaluate(request, withOtherBatch(dynamic), [])
    return true
  } catch (error) {
    if (error instanceof ModelError) return false
    throw error
  }
}

/**
 * Evaluates, again while decisions leave dims no choice: such a dim is fixed, so that every runtime refuses other sizes.
 * Under `guards=strict` they stay guards, which are refused.
 */
function evaluatePinned(
  request: InputRequest,
  given: readonly NamedGiven[],
  assumptions: readonly string[],
): Normalised {
  const pinned: Pin[] = []
  let args = given
  for (let evaluated = evaluate(request, args, assumptions); ; ) {
    const { decisions, normalised } = evaluated
    const pins = request.options.guards === 'strict' ? [] : pinsOf(decisions, args, normalised.model.facts)
    if (pins.length === 0) {
      const told = pinned.map((pin) => pinText(pin, given, `?${queryOf(args)}`))
      return { ...normalised, warnings: [...told, ...normalised.warnings] }
    }
    const next = evaluatedWith(request, args, pins, assumptions)
    refuseUnsaidSizes(next.pins, args, namedDims(request), queryOf(args))
    pinned.push(...next.pins)
    args = next.args
    evaluated = next.evaluated
  }
}

/** The dims that the request names, or the file beside the model that stands for it. */
const namedDims = ({ specs, options }: InputRequest): ReadonlySet<string> =>
  new Set(
    [...specs, ...(options.sidecarInputs ?? [])].flatMap(({ dims = [] }) =>
      dims.flatMap((dim) => (typeof dim === 'number' ? [] : [dim.name])),
    ),
  )

interface PinnedFurther {
  readonly pins: readonly Pin[]
  readonly args: readonly NamedGiven[]
  readonly evaluated: Evaluated
}

/** Evaluates with the pins; a batch that nobody gave a size to try is pinned at 1, where the model takes that. */
function evaluatedWith(
  request: InputRequest,
  args: readonly NamedGiven[],
  pins: readonly Pin[],
  assumptions: readonly string[],
): PinnedFurther {
  const pinnedAt = (chosen: readonly Pin[]): PinnedFurther => {
    const next = withPins(args, chosen)
    return { pins: chosen, args: next, evaluated: evaluate(request, next, assumptions) }
  }
  const single = withSingleBatch(pins, args)
  if (!single) return pinnedAt(pins)
  try {
    return pinnedAt(single)
  } catch (error) {
    // What no size mends is not tried a second time.
    if (!(error instanceof ModelError) || error.code === 'LIMIT_EXCEEDED') throw error
    return pinnedAt(pins)
  }
}

interface Evaluated {
  readonly normalised: Normalised
  readonly decisions: readonly Decision[]
}

function evaluate(
  request: InputRequest,
  given: readonly NamedGiven[],
  assumptions: readonly string[],
): Evaluated {
  const { evaluation, call } = request.open()
  const { session } = evaluation
  for (const assumption of assumptions) session.assume(assumption)
  const normalised = evaluation.run(() =>
    evaluation.finish(evaluation.forward(() => call(evaluation.arguments(given)))),
  )
  return { normalised, decisions: session.decisions }
}

export const queryOf = (given: readonly NamedGiven[]): string =>
  given
    .flatMap(({ name, given: argument }) => spelled(name, argument, short))
    .map((text) => `input=${text}`)
    .join('&')
