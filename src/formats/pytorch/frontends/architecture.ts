import { ModelError } from '../../../errors/index.ts'
import { isModule } from '../evaluator/classes/module-members.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import {
  bool,
  type CallArguments,
  DictValue,
  float,
  type InstanceValue,
  int,
  ListValue,
  NONE,
  type PyValue,
  str,
} from '../evaluator/values/index.ts'
import { checkModelArguments } from './model-arguments.ts'
import type { ModelMaker } from './model-class.ts'

/** Calls the constructor with `?args=`. @throws ModelError BAD_QUERY_VALUE, MODEL_ERROR. */
export function constructModel(i: Interpreter, of: ModelMaker, args: string | undefined): InstanceValue {
  const given = argumentsOf(args)
  checkModelArguments(of, given)
  const made = i.call(of, given)
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
