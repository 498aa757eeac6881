import { ModelError } from '../../../errors/index.ts'
import { moduleMember, modulesOf } from '../evaluator/interpreter/module-members.ts'
import { isOfTorchNn } from '../evaluator/interpreter/overrides.ts'
import type { FunctionValue, InstanceValue } from '../evaluator/values/index.ts'
import type { CallExpression, Expression, Statement } from '../source/index.ts'

/** `load_state_dict` is called on the whole model alone; the others on every part, the model included. */
const OF_THE_MODEL = ['load_state_dict']
const OF_EVERY_PART = ['_load_from_state_dict', 'set_extra_state']

/**
 * Weights are filled in by name. A model that loads them in a way of its own may change them on the way, or keep more than
 * tensors: what it does is not run, so it is refused, unless it can be seen to change none of the weights.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT naming the class, the method and its line.
 */
export function refuseOwnLoading(model: InstanceValue): void {
  for (const name of OF_THE_MODEL) checkMethod(model, name)
  for (const part of modulesOf(model)) for (const name of OF_EVERY_PART) checkMethod(part, name)
}

function checkMethod(part: InstanceValue, name: string): void {
  const own = part.attributes.get(name)
  if (!own && isOfTorchNn(part.class, name)) return
  const found = own ?? part.class.lookup(name)
  const method = found?.kind === 'function' ? found : undefined
  if (method && !own && isInert(part, method)) return
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `${part.class.name} overrides ${name}`,
    where: method && { file: method.at.file, line: method.at.line },
    why: 'It may change the weights while they are loaded, and is not run: weights are filled in by name',
    next: 'Trace the model with torch.jit.trace once its weights are loaded',
  })
}

/** Whether a method loads as torch.nn does, and beyond that only takes out entries that are none of the part's weights. */
function isInert(part: InstanceValue, { name, body, parameters, isGenerator }: FunctionValue): boolean {
  if (isGenerator || !Array.isArray(body)) return false
  const statements: readonly Statement[] = body
  if (name === 'set_extra_state') return statements.every(doesNothing)
  const method = new LoadingMethod(part, name, new Set(parameters.map((parameter) => parameter.name)))
  return (
    statements.filter((s) => method.isInherited(s)).length === 1 && statements.every((s) => method.allows(s))
  )
}

const doesNothing = (s: Statement): boolean =>
  s.kind === 'Pass' || (s.kind === 'Expr' && s.value.kind === 'Str')

/** The body of an overriding `_load_from_state_dict` or `load_state_dict`. */
class LoadingMethod {
  readonly #part: InstanceValue
  readonly #name: string
  readonly #parameters: ReadonlySet<string>
  readonly #locals = new Map<string, Expression>()

  constructor(part: InstanceValue, name: string, parameters: ReadonlySet<string>) {
    this.#part = part
    this.#name = name
    this.#parameters = parameters
  }

  /** `super()._load_from_state_dict(state_dict, prefix, …)`, as a statement, a result or what is returned. */
  isInherited(s: Statement): boolean {
    const value = s.kind === 'Expr' || s.kind === 'Return' || s.kind === 'Assign' ? s.value : undefined
    return value?.kind === 'Call' && this.#callsInherited(value)
  }

  #callsInherited({ callee, args }: CallExpression): boolean {
    if (callee.kind !== 'Attribute' || callee.name !== this.#name) return false
    const { object } = callee
    const isSuper = object.kind === 'Call' && object.callee.kind === 'Name' && object.callee.id === 'super'
    return isSuper && args.every(({ value }) => this.#passesOn(value))
  }

  #passesOn(value: Expression): boolean {
    if (value.kind === 'Name') return this.#parameters.has(value.id)
    return value.kind === 'Bool'
  }

  allows(s: Statement): boolean {
    if (doesNothing(s)) return true
    switch (s.kind) {
      case 'Assign':
        return this.#allowsAssignment(s.targets, s.value) && (this.isInherited(s) || hasNoEffect(s.value))
      case 'If':
        return (
          s.branches.every(
            ({ test, body }) => hasNoEffect(test) && body.every((inner) => this.#takesOut(inner)),
          ) && s.orElse.every((inner) => this.#takesOut(inner))
        )
      case 'Return':
        return this.isInherited(s) || s.value === undefined || s.value.kind === 'Name'
      default:
        return this.isInherited(s) || this.#takesOut(s)
    }
  }

  #allowsAssignment(targets: readonly Expression[], value: Expression): boolean {
    return targets.every((target) => {
      if (target.kind !== 'Name' || this.#parameters.has(target.id)) return false
      this.#locals.set(target.id, value)
      return true
    })
  }

  /** `del state_dict[key]`, `state_dict.pop(key, None)` */
  #takesOut(s: Statement): boolean {
    if (doesNothing(s)) return true
    if (s.kind === 'Delete') {
      return s.targets.every((target) => target.kind === 'Subscript' && this.#isNoWeight(target.index))
    }
    if (s.kind !== 'Expr' || s.value.kind !== 'Call' || s.value.callee.kind !== 'Attribute') return false
    const [key] = s.value.args
    return s.value.callee.name === 'pop' && key !== undefined && this.#isNoWeight(key.value)
  }

  /** Whether a key's last name, `prefix + 'num_batches_tracked'`, is none of the part's own. */
  #isNoWeight(key: Expression): boolean {
    const spelled = key.kind === 'Name' ? this.#locals.get(key.id) : key
    const name = spelled && lastText(spelled)
    return name !== undefined && moduleMember(this.#part, name) === undefined
  }
}

function lastText(key: Expression): string | undefined {
  if (key.kind === 'Str') return key.value
  if (key.kind === 'Binary' && key.operator === '+') return lastText(key.right)
  const part = key.kind === 'FString' ? key.parts.at(-1) : undefined
  return part?.kind === 'Text' ? part.text : undefined
}

/** Names, literals, and what compares and joins them: nothing that is called. */
function hasNoEffect(e: Expression): boolean {
  switch (e.kind) {
    case 'Name':
    case 'Str':
    case 'Int':
    case 'Bool':
    case 'None':
      return true
    case 'FString':
      return e.parts.every((part) => part.kind === 'Text' || hasNoEffect(part.value))
    case 'Binary':
      return hasNoEffect(e.left) && hasNoEffect(e.right)
    case 'BoolOp':
      return e.operands.every(hasNoEffect)
    case 'Unary':
      return hasNoEffect(e.operand)
    case 'Compare':
      return hasNoEffect(e.left) && e.rest.every(({ operand }) => hasNoEffect(operand))
    default:
      return false
  }
}
