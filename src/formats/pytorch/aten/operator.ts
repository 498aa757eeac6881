import type { CallArguments, PyValue } from '../evaluator/values/index.ts'
import type { Arguments } from './arguments.ts'
import type { OperatorContext } from './context.ts'

/** How one ATen operator is evaluated: value semantics, and emission through the builder, in one place. */
export type Evaluate = (context: OperatorContext, args: Arguments) => PyValue

/** Operators by ATen name; all overloads of a name share one function. */
export type OperatorTable = Readonly<Record<string, Evaluate>>

/** Operators that read their arguments themselves: Python's subscripts, `torch.tensor`, TorchScript's `prim`. */
export type CustomTable = Readonly<Record<string, (context: OperatorContext, args: CallArguments) => PyValue>>
