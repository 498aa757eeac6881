import { type CallArguments, type NativeFunction, type PyValue, transparentNative } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

/** What the interpreter asks of the operator table. */
export interface Operators {
  /**
   * Whether tensors have a method of that name. True also for ones without a conversion: calling them notes them as
   * unsupported operators, where an attribute error would mislead.
   */
  hasMethod(name: string): boolean
  /** Calls an operator; one without a conversion is noted and gives an opaque value. */
  call(interpreter: Interpreter, name: string, args: CallArguments): PyValue
}

/**
 * An operator as a function. Its schema says what it takes.
 *
 * @param arranged the arguments as the schema orders them.
 */
export const operatorFunction = (
  name: string,
  arranged: (args: CallArguments) => CallArguments = (args) => args,
): NativeFunction => transparentNative(name, (i, args) => i.operators.call(i, name, arranged(args)))
