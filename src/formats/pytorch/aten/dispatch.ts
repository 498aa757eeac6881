import { ModelError } from '../../../errors/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import type { Operators } from '../evaluator/interpreter/operators.ts'
import { type CallArguments, type PyValue, type TensorHandle, typeName } from '../evaluator/values/index.ts'
import { Arguments } from './arguments.ts'
import { bindArguments } from './binding.ts'
import { OperatorContext } from './context.ts'
import { PYTHON_LEVEL } from './ops/python.ts'
import { CUSTOM_OPERATORS, canonicalName, OPERATORS, SCHEMAS } from './registry.ts'
import { noteLayout } from './result-layout.ts'
import type { Schema } from './schema.ts'

/**
 * Calls of ATen operators: finds the overload that fits, places the arguments by its schema, evaluates. A name that has
 * no tensor overload for the arguments may still be an operator on Python values; `name_` is the functional form,
 * written back.
 */
export class AtenOperators implements Operators {
  hasMethod(name: string): boolean {
    return !name.startsWith('__') || CUSTOM_OPERATORS.has(name) || OPERATORS.has(name)
  }

  call(interpreter: Interpreter, called: string, args: CallArguments): PyValue {
    const name = canonicalName(called)
    const { budget, model, position } = interpreter.session
    budget.step()
    budget.nodes(model.graph.nodeCount, position)
    const opaque = [...args.positional, ...args.keyword.values()].find(isOpaque)
    if (opaque) {
      if (!isKnown(name)) interpreter.session.unsupported.add(spelled(name), interpreter.session.place)
      return { kind: 'opaque', reason: name }
    }
    const { out, rest } = withoutOut(args)
    const context = new OperatorContext(interpreter, name)
    const result = this.#dispatch(context, name, rest)
    noteLayout(name, rest, result, interpreter.session.model.facts)
    return out ? writeOut(context, result, out) : result
  }

  #dispatch(context: OperatorContext, name: string, args: CallArguments): PyValue {
    const custom = CUSTOM_OPERATORS.get(name)
    if (custom && (!name.startsWith('__') || args.positional[0]?.kind === 'tensor'))
      return custom(context, args)
    const out = args.keyword.get('out')
    if (out?.kind === 'tensor') return this.#into(context, name, out, args)
    return (
      this.#evaluate(context, name, args) ??
      this.#onPythonValues(context, name, args) ??
      this.#inPlace(context, name, args) ??
      this.#missing(context.interpreter, name, args)
    )
  }

  /** `torch.op(…, out=y)`: y gets the result, in its own dtype. */
  #into(context: OperatorContext, name: string, out: TensorHandle, args: CallArguments): PyValue {
    const keyword = new Map(args.keyword)
    keyword.delete('out')
    const result = this.call(context.interpreter, name, { positional: args.positional, keyword })
    if (result.kind === 'opaque') return result
    if (result.kind !== 'tensor') return context.refuse('out= for other results than one tensor')
    out.write(context.cast(result.read(), out.dtype))
    return out
  }

  #evaluate(context: OperatorContext, name: string, args: CallArguments): PyValue | undefined {
    const evaluate = OPERATORS.get(name)
    const bound = evaluate && bind(name, args)
    if (!evaluate || !bound) return undefined
    return evaluate(context, new Arguments(context.interpreter, bound.schema, bound.values))
  }

  #onPythonValues(context: OperatorContext, name: string, args: CallArguments): PyValue | undefined {
    const evaluate = Object.hasOwn(PYTHON_LEVEL, name) ? PYTHON_LEVEL[name] : undefined
    const [first, second] = args.positional
    if (!evaluate) return undefined
    if (OF_ALL_VALUES.has(name)) return evaluate(context, args)
    if (OF_BOOLS.has(name) && args.positional.some(isUndecided)) return evaluate(context, args)
    if (first?.kind === 'tensor' || (second?.kind === 'tensor' && !CONTAINERS.has(first?.kind ?? '')))
      return undefined
    return evaluate(context, args)
  }

  /** `x.op_(…)`: the result keeps x's dtype and replaces its elements. */
  #inPlace(context: OperatorContext, name: string, args: CallArguments): PyValue | undefined {
    const [self] = args.positional
    const base = functionalName(name)
    if (base === undefined || self?.kind !== 'tensor') return undefined
    if (IN_PLACE_VIEWS.has(base)) return this.#reshapeInPlace(context, base, self, args)
    const result = this.#evaluate(context, base, args)
    if (result?.kind !== 'tensor') return result
    if (result === self) return self
    if (context.session.isForward && self.root.isWeight) noteState(context, name)
    self.write(context.cast(result.read(), self.dtype))
    return self
  }

  /** `x.transpose_(…)`: x becomes a view of what it was. */
  #reshapeInPlace(
    context: OperatorContext,
    base: string,
    self: TensorHandle,
    { positional: [, ...rest], keyword }: CallArguments,
  ): PyValue {
    if (self.isBase) return context.refuse('a tensor that others are views of changes its own dims')
    const result = this.#evaluate(context, base, { positional: [self.moved(), ...rest], keyword })
    if (result?.kind !== 'tensor') return context.refuse('its functional form is not known')
    self.become(result)
    return self
  }

  /** @throws ModelError MODEL_ERROR for a known operator with arguments that fit no overload. */
  #missing(interpreter: Interpreter, name: string, args: CallArguments): PyValue {
    const base = OPERATORS.has(name) ? name : functionalName(name)
    if (base !== undefined && OPERATORS.has(base)) throw mismatch(base, args)
    interpreter.session.unsupported.add(spelled(name), interpreter.session.place)
    return { kind: 'opaque', reason: name }
  }
}

/** The write is seen for the rest of this call, and dropped behind it. */
function noteState({ session }: OperatorContext, name: string): void {
  session.warn(
    `A weight is written by torch.${name} (${session.place}): each call starts from the value in the file`,
  )
}

/** `torch.op(…, out=tensor)`, which every operator takes in Python. */
function withoutOut(args: CallArguments): {
  readonly out: TensorHandle | undefined
  readonly rest: CallArguments
} {
  const out = args.keyword.get('out')
  if (!out) return { out: undefined, rest: args }
  const keyword = new Map([...args.keyword].filter(([name]) => name !== 'out'))
  return { out: out.kind === 'tensor' ? out : undefined, rest: { ...args, keyword } }
}

function writeOut(context: OperatorContext, result: PyValue, out: TensorHandle): PyValue {
  if (result.kind !== 'tensor') return result
  const { dims } = result
  if (dims.length !== out.rank || dims.some((dim, axis) => dim !== out.dims[axis]))
    return context.refuse('the tensor given as out= has other dims than the result')
  out.write(context.cast(result.read(), out.dtype))
  return out
}

/** Values that hold tensors without being one: `torch.append(list, tensor)`. */
const CONTAINERS: ReadonlySet<string> = new Set(['list', 'dict', 'tuple'])

/** What asks for the object itself, tensors included: `mask is not None`. */
const OF_ALL_VALUES: ReadonlySet<string> = new Set(['__is__', '__isnot__', '__not__'])

/** What TorchScript computes with bools, which may be ones that only the data gives. */
const OF_BOOLS: ReadonlySet<string> = new Set(['__and__', '__or__', '__xor__'])

const isUndecided = (value: PyValue): boolean => value.kind === 'tensor' && value.undecided !== undefined

/** In place these change what a tensor is, not what it holds. */
const IN_PLACE_VIEWS: ReadonlySet<string> = new Set([
  'squeeze',
  'unsqueeze',
  'transpose',
  't',
  'swapdims',
  'swapaxes',
  'resize',
])

function functionalName(name: string): string | undefined {
  if (!name.endsWith('_') || name.endsWith('__')) return undefined
  return name.slice(0, -1)
}

/** As a program writes it: `torch.linalg.qr` for `linalg_qr`; `prim.x` and `torchvision.x` have their namespace. */
const spelled = (name: string): string =>
  name.includes('.') ? name : `torch.${name.replace(/^(linalg|special|fft|sparse|nested)_/, '$1.')}`

/** Whether there is a conversion for some arguments. */
function isKnown(name: string): boolean {
  const base = functionalName(name)
  return [name, ...(base === undefined ? [] : [base])].some(
    (known) => OPERATORS.has(known) || CUSTOM_OPERATORS.has(known) || Object.hasOwn(PYTHON_LEVEL, known),
  )
}

function isOpaque(value: PyValue): boolean {
  if (value.kind === 'opaque') return true
  return (
    (value.kind === 'list' || value.kind === 'tuple') && value.items.some(({ kind }) => kind === 'opaque')
  )
}

function bind(
  name: string,
  args: CallArguments,
): { readonly schema: Schema; readonly values: Map<string, PyValue> } | undefined {
  for (const lenient of [false, true]) {
    for (const schema of SCHEMAS.overloads(name)) {
      const values = bindArguments(schema, args, lenient)
      if (values) return { schema, values }
    }
  }
  return undefined
}

/** A type with those of its items: `tuple(int, float)`, where a float among sizes is what is wrong. */
const signatureOf = (value: PyValue): string =>
  (value.kind === 'tuple' || value.kind === 'list') && value.items.length <= 8
    ? `${typeName(value)}(${value.items.map(typeName).join(', ')})`
    : typeName(value)

function mismatch(name: string, args: CallArguments): ModelError {
  const given = [
    ...args.positional.map(signatureOf),
    ...[...args.keyword].map(([key, value]) => `${key}: ${signatureOf(value)}`),
  ]
  return new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `torch.${name} is called with (${given.join(', ')})`,
    why: `Known here is ${SCHEMAS.overloads(name)
      .map(({ text }) => text)
      .join(' or ')}`,
    next: 'Write the call in one of these ways; if torch takes it as it is, please open an issue that names it',
  })
}
