import { type ErrorCode, ModelError, type Where } from '../../../errors/index.ts'
import { native } from './values/callables.ts'
import { ClassValue, InstanceValue } from './values/class-value.ts'
import type { PyValue } from './values/py-value.ts'
import { NONE, str } from './values/scalars.ts'

const exceptionRoot = ClassValue.special('BaseException', 'exception')
exceptionRoot.attributes.set(
  '__init__',
  native('__init__', (_, { positional: [self, ...items] }) => {
    if (self?.kind === 'instance') self.attributes.set('args', { kind: 'tuple', items })
    return NONE
  }),
)
const exception = new ClassValue('Exception', [exceptionRoot])

/** Python's own exceptions, by name, with the parent they are caught by. */
const PARENTS: readonly (readonly [name: string, parent: string])[] = [
  ['ArithmeticError', 'Exception'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['OverflowError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['NameError', 'Exception'],
  ['OSError', 'Exception'],
  ['FileNotFoundError', 'OSError'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['StopIteration', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['Warning', 'Exception'],
  ['UserWarning', 'Warning'],
  ['DeprecationWarning', 'Warning'],
  ['FutureWarning', 'Warning'],
  ['RuntimeWarning', 'Warning'],
]

/** Exception classes by name. */
export const EXCEPTIONS: ReadonlyMap<string, ClassValue> = makeClasses()

function makeClasses(): Map<string, ClassValue> {
  const classes = new Map<string, ClassValue>([
    ['BaseException', exceptionRoot],
    ['Exception', exception],
  ])
  for (const [name, parent] of PARENTS) {
    classes.set(name, new ClassValue(name, [classes.get(parent) ?? exception]))
  }
  return classes
}

export interface Uncaught {
  readonly code: ErrorCode
  readonly what: string
  readonly why?: string | undefined
  readonly next: string
}

/**
 * An exception that the model's own program raises. Uncaught, it is a ModelError like any other; a `try` of the program
 * may catch it by class.
 */
export class PythonError extends ModelError {
  readonly raised: InstanceValue
  readonly #text: string
  readonly #uncaught: Uncaught | undefined

  /** @param uncaught What it means that the program does not catch it, where that is more than an error of its own. */
  constructor(raised: InstanceValue, message: string, where?: Where, uncaught?: Uncaught) {
    super(uncaught?.code ?? 'MODEL_ERROR', {
      what: uncaught?.what ?? `The model raises ${raised.class.name}${message === '' ? '' : `: ${message}`}`,
      where,
      why: uncaught?.why,
      next: uncaught?.next ?? 'Check the inputs, arguments and weights that were given',
    })
    this.raised = raised
    this.#text = message
    this.#uncaught = uncaught
  }

  override at(where: Where): PythonError {
    if (this.details.where?.file !== undefined) return this
    return new PythonError(this.raised, this.#text, where, this.#uncaught)
  }
}

/** What Python has and this version lacks is no error of the model: no handler of its program may take it for one. */
export const unknownToThisVersion = (what: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `This version does not know ${what}`,
    next: 'Write that part of the model without it, or save the model with torch.jit.trace and convert that file',
  })

/** The exception of that class, as Python itself would raise it. */
export const pythonError = (type: string, message: string, uncaught?: Uncaught): PythonError =>
  exceptionOf(type, str(message), message, uncaught)

/** `KeyError`, which holds the key itself. @param shown its repr */
export const keyError = (key: PyValue, shown: string): PythonError => exceptionOf('KeyError', key, shown)

function exceptionOf(type: string, arg: PyValue, message: string, uncaught?: Uncaught): PythonError {
  const of = EXCEPTIONS.get(type) ?? exception
  const args = { kind: 'tuple', items: [arg] } as const
  return new PythonError(new InstanceValue(of, new Map([['args', args]])), message, undefined, uncaught)
}
