import { ModelError, nearest } from '../../../errors/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { isModule } from '../evaluator/interpreter/module-members.ts'
import {
  bool,
  type CallArguments,
  type ClassValue,
  DictValue,
  float,
  type InstanceValue,
  int,
  ListValue,
  type NamespaceValue,
  NONE,
  type PyValue,
  str,
} from '../evaluator/values/index.ts'

type Callable = Extract<PyValue, { kind: 'class' | 'function' }>

/**
 * The class (or factory function) that `?class=` names; without it, the one class of the file that has a `forward` and is
 * not a part of another.
 *
 * @throws ModelError NEEDS_ARCHITECTURE when the file leaves a choice, BAD_QUERY_VALUE when the name is not in it.
 */
export function pickClass(file: NamespaceValue, path: string, wanted: string | undefined): Callable {
  const own = [...(file.all?.() ?? [])].flatMap(([name, value]) =>
    isCallable(value) ? [[name, value] as const] : [],
  )
  if (wanted !== undefined) {
    const found = own.find(([name]) => name === wanted)
    if (found) return found[1]
    const close = nearest(
      wanted,
      own.map(([name]) => name),
    )
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `${path} has no class ${wanted}`,
      next: `${close ? `Did you mean class=${close}? ` : ''}It has ${own.map(([name]) => name).join(', ') || 'none'}`,
    })
  }
  const models = own.flatMap(([, value]) => (value.kind === 'class' && isModel(file, value) ? [value] : []))
  const [only, second] = models
  if (only && !second) return only
  throw new ModelError('NEEDS_ARCHITECTURE', {
    what: `${path} has ${models.length === 0 ? 'no class' : 'several classes'} with a forward method`,
    next: `Name the one to use: ${models.map(({ name }) => `class=${name}`).join(' or ') || 'class=Net'}`,
  })
}

const isCallable = (value: PyValue): value is Callable => value.kind === 'class' || value.kind === 'function'

/** A class of this file that computes something. */
const isModel = (file: NamespaceValue, value: ClassValue): boolean =>
  value.attributes.has('forward') && value.qualifiedName.startsWith(`${file.name}.`)

/** Calls the constructor with `?args=`. @throws ModelError BAD_QUERY_VALUE, MODEL_ERROR. */
export function constructModel(i: Interpreter, of: Callable, args: string | undefined): InstanceValue {
  const made = i.call(of, argumentsOf(args))
  if (made.kind === 'instance' && isModule(made)) return made
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `${of.name} does not make a torch.nn.Module`,
    next: 'Name the class of the whole model with class=',
  })
}

/** `{"depth": 50}` as keywords, `[50, true]` as positional arguments. */
function argumentsOf(text: string | undefined): CallArguments {
  if (text === undefined) return { positional: [], keyword: new Map() }
  const parsed = parseJson(text)
  if (Array.isArray(parsed)) return { positional: parsed.map(fromJson), keyword: new Map() }
  if (typeof parsed === 'object' && parsed !== null) {
    return {
      positional: [],
      keyword: new Map(Object.entries(parsed).map(([key, value]) => [key, fromJson(value)])),
    }
  }
  throw badArguments(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badArguments(text)
  }
}

const badArguments = (text: string): ModelError =>
  new ModelError('BAD_QUERY_VALUE', {
    what: `args=${text} is neither a JSON object nor a JSON array`,
    next: 'Write keywords as args={"depth":50}, or positional arguments as args=[50]',
  })

/** JSON has one kind of number: whole ones are ints, as in Python's own reader. */
function fromJson(value: unknown): PyValue {
  if (typeof value === 'string') return str(value)
  if (typeof value === 'boolean') return bool(value)
  if (typeof value === 'number') return Number.isInteger(value) ? int(value) : float(value)
  if (Array.isArray(value)) return new ListValue(value.map(fromJson))
  if (typeof value === 'object' && value !== null) {
    return new DictValue(Object.entries(value).map(([key, item]) => [str(key), fromJson(item)]))
  }
  return NONE
}
