import { ModelError } from '../../../errors/index.ts'
import type { DType } from '../../../graph/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import type { Operators } from '../evaluator/interpreter/operators.ts'
import type { CallArguments, OpaqueValue, PyValue } from '../evaluator/values/index.ts'
import type { Opened } from './input-choice.ts'
import type { NamedGiven } from './signature.ts'

/** What the first consumer of an input tells of its shape. */
type ShapeProbe =
  | { readonly kind: 'image'; readonly channels: number; readonly axes: number }
  | { readonly kind: 'last'; readonly size: number }
  | { readonly kind: 'ids' }

/** And of its dtype, which is that of the layer's weight; undefined where the program converts the input before. */
export type Probe = ShapeProbe & { readonly dtype: DType | undefined }

/** Operators that leave an input's shape as it is: the one behind them still tells it. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  ...[
    'add',
    'sub',
    'rsub',
    'mul',
    'div',
    'neg',
    'pow',
    'relu',
    'relu_',
    'sigmoid',
    'tanh',
    'gelu',
    'silu',
    'clamp',
  ],
  ...['contiguous', 'clone', 'detach', 'dropout', 'max_pool2d', 'avg_pool2d', 'add_', 'sub_', 'mul_', 'div_'],
])

/** As transparent to the shape; what is behind them does not tell the dtype. */
const CONVERSIONS: ReadonlySet<string> = new Set([
  ...['to', 'type', 'type_as', 'float', 'double', 'half', 'bfloat16', 'int', 'long'],
])

type Rule = (weight: readonly number[], args: CallArguments) => ShapeProbe | undefined

const convolution =
  (axes: number): Rule =>
  ([, channels], args) => {
    const groups = numberAt(args, 6, 'groups') ?? 1
    return channels === undefined ? undefined : { kind: 'image', channels: channels * groups, axes }
  }

const transposedConvolution =
  (axes: number): Rule =>
  ([channels]) =>
    channels === undefined ? undefined : { kind: 'image', channels, axes }

/** Position and name of the weight that tells, and what it tells. */
const RULES: ReadonlyMap<string, { readonly at: number; readonly name: string; readonly rule: Rule }> =
  new Map([
    ['conv1d', { at: 1, name: 'weight', rule: convolution(1) }],
    ['conv2d', { at: 1, name: 'weight', rule: convolution(2) }],
    ['conv3d', { at: 1, name: 'weight', rule: convolution(3) }],
    ['_convolution', { at: 1, name: 'weight', rule: anyConvolution }],
    ['convolution', { at: 1, name: 'weight', rule: anyConvolution }],
    ['conv_transpose1d', { at: 1, name: 'weight', rule: transposedConvolution(1) }],
    ['conv_transpose2d', { at: 1, name: 'weight', rule: transposedConvolution(2) }],
    ['linear', { at: 1, name: 'weight', rule: lastDim }],
    ['layer_norm', { at: 2, name: 'weight', rule: (weight) => lastDim([0, ...weight]) }],
  ])

function anyConvolution(weight: readonly number[], args: CallArguments): ShapeProbe | undefined {
  const groups = numberAt(args, 8, 'groups') ?? 1
  const [, channels] = weight
  return channels === undefined
    ? undefined
    : { kind: 'image', channels: channels * groups, axes: weight.length - 2 }
}

function lastDim(weight: readonly number[]): ShapeProbe | undefined {
  const size = weight.at(-1)
  return size === undefined ? undefined : { kind: 'last', size }
}

function numberAt(args: CallArguments, at: number, name: string): number | undefined {
  const value = args.positional[at] ?? args.keyword.get(name)
  return value?.kind === 'int' && typeof value.value === 'number' ? value.value : undefined
}

/** Calls the model with placeholders, and notes what first consumes each. What the program makes of them is void. */
export function probeInputs(
  open: () => Opened,
  asked: readonly (NamedGiven | undefined)[],
): ReadonlyMap<string, Probe> {
  const { evaluation, ports, call } = open()
  const found = new Map<string, Probe>()
  const known = evaluation.arguments(asked.filter((argument) => argument !== undefined))
  const args = new Map<string, PyValue>()
  for (const { name } of ports) args.set(name, known.get(name) ?? placeholder(name))
  for (const [index, { name }] of ports.entries())
    if (asked[index]?.given.kind === 'default') args.delete(name)
  evaluation.session.isProbing = true
  evaluation.interpreter.observe((operators) => new ProbingOperators(operators, found))
  try {
    call(args)
  } catch (error) {
    // A placeholder cannot be branched on: what was seen before is what there is to see.
    if (!(error instanceof ModelError)) throw error
  }
  return found
}

const PLACEHOLDER = 'input '
const CONVERTED = 'converted input '

const placeholder = (name: string, prefix = PLACEHOLDER): OpaqueValue => ({
  kind: 'opaque',
  reason: prefix + name,
})

interface Placeholder {
  readonly name: string
  readonly isConverted: boolean
}

function inputOf(value: PyValue | undefined): Placeholder | undefined {
  if (value?.kind !== 'opaque') return undefined
  for (const prefix of [PLACEHOLDER, CONVERTED]) {
    if (value.reason.startsWith(prefix))
      return { name: value.reason.slice(prefix.length), isConverted: prefix === CONVERTED }
  }
  return undefined
}

/** Padding of at most two axes leaves the channels as they are. */
function padsSpace(name: string, { positional: [, widths] }: CallArguments): boolean {
  if (name !== 'constant_pad_nd' && name !== 'pad') return false
  return (widths?.kind === 'list' || widths?.kind === 'tuple') && widths.items.length <= 4
}

class ProbingOperators implements Operators {
  readonly #operators: Operators
  readonly #found: Map<string, Probe>

  constructor(operators: Operators, found: Map<string, Probe>) {
    this.#operators = operators
    this.#found = found
  }

  hasMethod(name: string): boolean {
    return this.#operators.hasMethod(name)
  }

  call(interpreter: Interpreter, name: string, args: CallArguments): PyValue {
    const [first, second] = args.positional
    const subject = first ?? args.keyword.get('input')
    const input = inputOf(subject)
    if (name === 'embedding') {
      const ids = inputOf(second ?? args.keyword.get('indices'))
      if (ids !== undefined && !this.#found.has(ids.name))
        this.#found.set(ids.name, { kind: 'ids', dtype: ids.isConverted ? undefined : 'int64' })
    } else if (input !== undefined) {
      if (subject && (TRANSPARENT.has(name) || padsSpace(name, args))) return subject
      if (CONVERSIONS.has(name)) return placeholder(input.name, CONVERTED)
      this.#note(input, name, args)
    }
    return this.#operators.call(interpreter, name, args)
  }

  #note({ name: input, isConverted }: Placeholder, name: string, args: CallArguments): void {
    const row = RULES.get(name)
    const weight = row && (args.positional[row.at] ?? args.keyword.get(row.name))
    if (!row || weight?.kind !== 'tensor' || this.#found.has(input)) return
    const dims = weight.dims.filter((dim) => typeof dim === 'number')
    const shape = row.rule(dims, args)
    if (shape) this.#found.set(input, { ...shape, dtype: isConverted ? undefined : weight.dtype })
  }
}
