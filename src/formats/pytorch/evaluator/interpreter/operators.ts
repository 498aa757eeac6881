import type { CallArguments, PyValue } from '../values/index.ts'
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
