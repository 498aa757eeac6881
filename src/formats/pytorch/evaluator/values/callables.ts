import type { Expression, Parameter, Position, Statement } from '../../source/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Scope } from '../interpreter/scope.ts'
import type { PyValue } from './py-value.ts'

/** What a call passes: positional values, and keywords in order. */
export interface CallArguments {
  readonly positional: readonly PyValue[]
  readonly keyword: ReadonlyMap<string, PyValue>
}

export const NO_KEYWORDS: ReadonlyMap<string, PyValue> = new Map()

export const positional = (...values: readonly PyValue[]): CallArguments => ({
  positional: values,
  keyword: NO_KEYWORDS,
})

/** A `def` or a lambda, with the scope it was made in. */
export interface FunctionValue {
  readonly kind: 'function'
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Default values, evaluated when the function was made. */
  readonly defaults: ReadonlyMap<string, PyValue>
  readonly body: readonly Statement[] | Expression
  readonly scope: Scope
  readonly isGenerator: boolean
  /** What it stands in for (`functools.wraps`): the signature that it shows. */
  readonly wraps?: FunctionValue | undefined
  /** A decorator of an unknown import, taken to change nothing. */
  readonly leftOut?: string | undefined
  readonly at: Position
}

/** A function of the library that TypeScript implements. */
export interface NativeFunction {
  readonly kind: 'native'
  readonly name: string
  readonly call: (interpreter: Interpreter, args: CallArguments) => PyValue
  /** Its keywords say how something runs, which changes nothing of what it gives. */
  readonly isTransparent?: boolean
}

export const native = (name: string, call: NativeFunction['call']): NativeFunction => ({
  kind: 'native',
  name,
  call,
})

/** A function whose keywords change nothing of what it gives. */
export const transparentNative = (name: string, call: NativeFunction['call']): NativeFunction => ({
  ...native(name, call),
  isTransparent: true,
})

/** A function with its first argument filled in. */
export interface BoundMethod {
  readonly kind: 'method'
  readonly self: PyValue
  readonly callee: FunctionValue | NativeFunction
}

/** What `@property`, `@cached_property`, `@staticmethod` and `@classmethod` make of a function in a class body. */
export interface DescriptorValue {
  readonly kind: 'descriptor'
  readonly role: 'property' | 'cached' | 'static' | 'class'
  readonly callee: PyValue
  /** Set by `@name.setter`. */
  readonly setter?: PyValue | undefined
  /** Set by `@name.deleter`. */
  readonly deleter?: PyValue | undefined
}
