import { ModelError, nearest } from '../../../../errors/index.ts'
import {
  DEFAULT_FACTS,
  DEFAULT_HINT,
  type DimSpec,
  type DType,
  type DynamicDimSpec,
  dimSpecText,
  type InputSpec,
} from '../../../../graph/index.ts'
import { computedDType } from '../../exported/program/computed-dtype.ts'
import type { ExportedProgram, Range, Size } from '../../exported/program/program.ts'
import { parseExpression } from '../../exported/symbols/parse-expression.ts'
import { axisName } from '../../exported/symbols/symbol-names.ts'
import type { NamedGiven } from '../signature.ts'
import { type UserInput, userInputs } from './user-inputs.ts'

/** The tensors that a call passes, and how their dims differ from those of the file. */
export interface ChosenInputs {
  readonly given: readonly NamedGiven[]
  /** Dims that the request opens, though the program was exported for one size of them. */
  readonly opened: readonly { readonly name: string; readonly size: number }[]
  /** Whether the request says anything of sizes. */
  readonly isAsked: boolean
}

/** A tensor among the inputs. */
interface TensorInput {
  readonly name: string
  readonly dtype: DType
  readonly sizes: readonly Size[]
}

/**
 * The inputs as the file has them, its dynamic axes under names and within their ranges; with what the request says of them:
 * fixed sizes, other names and hints, narrower ranges.
 *
 * @throws ModelError BAD_QUERY_VALUE for an input that is none, BAD_INPUT_SHAPE with what the file allows.
 */
export function chooseInputs(program: ExportedProgram, specs: readonly InputSpec[]): ChosenInputs {
  const tensors = userInputs(program).flatMap(tensorInput)
  const chosen = new Chosen(program, tensors)
  const asked = matched(tensors, specs)
  for (const [input, spec] of asked) chosen.ask(input, spec)
  return {
    given: tensors.map((input) => ({
      name: input.name,
      given: { kind: 'tensor', dtype: input.dtype, dims: chosen.dims(input) },
    })),
    opened: chosen.opened,
    isAsked: asked.length > 0,
  }
}

function tensorInput({ name, argument, record }: UserInput): TensorInput[] {
  if (argument.kind === 'symbol') return [{ name, dtype: 'int64', sizes: [] }]
  if (argument.kind !== 'tensor' || !record) return []
  const dtype = computedDType(record.dtype)
  if (dtype && record.isStrided) return [{ name, dtype, sizes: record.sizes }]
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The input ${name} is ${dtype ? 'a sparse tensor' : `of dtype torch.${record.dtype}`}, which ONNX does not have`,
    next: 'Make it of a plain tensor inside of the model',
  })
}

/** Specs by name, the others in order. */
function matched(
  tensors: readonly TensorInput[],
  specs: readonly InputSpec[],
): (readonly [TensorInput, InputSpec])[] {
  const named = specs.filter(({ name }) => name !== undefined)
  const free = tensors.filter((input) => !named.some(({ name }) => name === input.name))
  let next = 0
  return specs.map((spec) => {
    const found = spec.name === undefined ? free[next++] : tensors.find(({ name }) => name === spec.name)
    return [found ?? noSuchInput(tensors, spec), spec] as const
  })
}

function noSuchInput(tensors: readonly TensorInput[], { name }: InputSpec): never {
  const names = tensors.map((input) => input.name)
  const close = name === undefined ? undefined : nearest(name, names)
  throw new ModelError('BAD_QUERY_VALUE', {
    what:
      name === undefined
        ? `More inputs are described than the model takes`
        : `The program takes no tensor ${JSON.stringify(name)}`,
    why: 'Numbers, texts and None are part of an exported program, as they were when it was exported',
    next: `${close ? `Did you mean ${close}? ` : ''}Its inputs are ${names.join(', ') || 'none'}`,
  })
}

/** What was chosen for each symbol or expression of the inputs; one that stands at several axes is one dim. */
class Chosen {
  readonly #program: ExportedProgram
  /** By the text of the size. */
  readonly #specs = new Map<string, DimSpec>()
  readonly #asked = new Set<string>()
  readonly #names = new Set<string>()
  /** Of axes that the program has as numbers: by input and axis. */
  readonly #fixed = new Map<string, DynamicDimSpec>()
  readonly opened: { readonly name: string; readonly size: number }[] = []

  constructor(program: ExportedProgram, tensors: readonly TensorInput[]) {
    this.#program = program
    for (const input of tensors)
      for (const [axis, size] of input.sizes.entries())
        if (typeof size !== 'number' && !this.#specs.has(size.text)) this.#name(input, axis, size)
  }

  #name({ dtype, sizes }: TensorInput, axis: number, size: Exclude<Size, number>): void {
    const name = axisName({ axis, rank: sizes.length, dtype }, this.#names)
    this.#names.add(name)
    this.#specs.set(size.text, { name, ...hintOf(size.hint), ...spelledRange(this.#range(size.text)) })
  }

  /**
   * What the file allows. A lower bound of 2 is what torch assumes of every dynamic dim while it exports, and does not hold a
   * call to (torch/_export/utils.py, `_check_input_constraints_for_graph`).
   */
  #range(text: string): Range {
    const parsed = parseExpression(text)
    const range = this.#program.ranges.get(parsed.kind === 'symbol' ? parsed.name : text)
    const { min, max } = range ?? { min: DEFAULT_FACTS.min, max: DEFAULT_FACTS.max }
    return { min: min <= 2 ? DEFAULT_FACTS.min : min, max }
  }

  dims({ name, sizes }: TensorInput): DimSpec[] {
    return sizes.map((size, axis) =>
      typeof size === 'number'
        ? (this.#fixed.get(`${name} ${axis}`) ?? size)
        : (this.#specs.get(size.text) ?? DEFAULT_HINT),
    )
  }

  ask(input: TensorInput, { dtype, dims, value }: InputSpec): void {
    if (value !== undefined) throw refused(input, 'is a tensor, and takes dims', '')
    if (dtype !== undefined && dtype !== input.dtype)
      throw refused(input, `is ${input.dtype}, not ${dtype}`, 'The program was exported for that dtype')
    if (dims === undefined) return
    if (dims.length !== input.sizes.length)
      throw refused(
        input,
        `has ${input.sizes.length} axes, not ${dims.length}`,
        'The program was exported so',
      )
    for (const [axis, dim] of dims.entries()) this.#askDim(input, axis, dim)
  }

  #askDim(input: TensorInput, axis: number, asked: DimSpec): void {
    const size = input.sizes[axis] ?? 0
    if (typeof size === 'number') {
      this.#open(input, axis, size, asked)
      return
    }
    const range = this.#range(size.text)
    const known = this.#specs.get(size.text)
    const spec = within(asked, range, known, () => this.#outside(input, axis, asked, range))
    const before = this.#asked.has(size.text) ? known : undefined
    if (before !== undefined && specName(before) !== specName(spec))
      throw refused(
        input,
        `has ${dimSpecText(asked)} at axis ${axis}, which is ${dimSpecText(before)} elsewhere`,
        'In the program both are one size',
      )
    this.#asked.add(size.text)
    this.#specs.set(size.text, spec)
  }

  /** A size that the program has as a number may be opened by naming it: whether it can vary, the conversion shows. */
  #open(input: TensorInput, axis: number, size: number, asked: DimSpec): void {
    if (asked === size) return
    const isOther = typeof asked === 'number' || (asked.hint !== undefined && asked.hint !== size)
    if (isOther || size === 0) throw this.#outside(input, axis, asked, { min: size, max: size })
    this.#fixed.set(`${input.name} ${axis}`, { ...asked, ...hintOf(size) })
    this.opened.push({ name: asked.name, size })
  }

  #outside(input: TensorInput, axis: number, asked: DimSpec, { min, max }: Range): ModelError {
    const allowed = min === max ? `${min} alone` : `${min} to ${Number.isFinite(max) ? max : 'any size'}`
    return new ModelError('BAD_INPUT_SHAPE', {
      what: `${input.name} is given ${dimSpecText(asked)} at axis ${axis}, and the program was exported for ${allowed}`,
      next:
        min === max
          ? `Name the dim to try whether it may vary (${input.name} at axis ${axis}), or export the model with dynamic_shapes`
          : 'Choose a size in that range, or export the model with a wider one',
    })
  }
}

const specName = (spec: DimSpec): number | string => (typeof spec === 'number' ? spec : spec.name)

/** A size to try decisions on; never 1, which broadcasts. */
const hintOf = (size: number | undefined): { readonly hint?: number } =>
  size !== undefined && size >= 2 ? { hint: size } : {}

const spelledRange = ({ min, max }: Range): { readonly min?: number; readonly max?: number } => ({
  ...(min > DEFAULT_FACTS.min ? { min } : {}),
  ...(max < DEFAULT_FACTS.max ? { max } : {}),
})

/** The dim as the request has it, within what the file allows. */
function within(
  asked: DimSpec,
  range: Range,
  known: DimSpec | undefined,
  outside: () => ModelError,
): DimSpec {
  const { min, max } = range
  if (typeof asked === 'number') {
    if (asked < min || asked > max) throw outside()
    return asked
  }
  const sizes = [asked.hint, asked.min, asked.max].filter((size) => size !== undefined)
  if (sizes.some((size) => size < min || size > max)) throw outside()
  const hint = asked.hint ?? (typeof known === 'object' ? known.hint : undefined)
  const own = { min: asked.min ?? min, max: asked.max ?? max }
  const tried = hint === undefined || hint < own.min || hint > own.max ? {} : { hint }
  return { name: asked.name, ...tried, ...spelledRange(own) }
}

function refused(input: TensorInput, what: string, why: string): ModelError {
  return new ModelError('BAD_INPUT_SHAPE', { what: `The input ${input.name} ${what}`, why })
}
