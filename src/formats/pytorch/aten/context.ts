import { ModelError } from '../../../errors/index.ts'
import type { Builder, Value } from '../../../graph/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import type { Session } from '../evaluator/session.ts'
import { type PyValue, TensorHandle, tuple, type View } from '../evaluator/values/index.ts'

/** What an operator works with besides its arguments. */
export class OperatorContext {
  readonly interpreter: Interpreter
  /** Name of the operator being called, for messages. */
  readonly name: string

  constructor(interpreter: Interpreter, name: string) {
    this.interpreter = interpreter
    this.name = name
  }

  get session(): Session {
    return this.interpreter.session
  }

  get b(): Builder {
    return this.session.b
  }

  /** A new tensor. */
  wrap(value: Value): TensorHandle {
    return new TensorHandle(value)
  }

  /** Several results, as a tuple. */
  wrapAll(...values: readonly Value[]): PyValue {
    return tuple(values.map((value) => this.wrap(value)))
  }

  /** A tensor that shares its storage with `base`: writes to either are seen through the other. */
  view(base: TensorHandle, regenerate: View['regenerate'], scatter: View['scatter']): TensorHandle {
    return new TensorHandle(regenerate(base.read()), { base, regenerate, scatter })
  }

  /** @throws ModelError UNSUPPORTED_CONSTRUCT, always: a case of the operator that has no conversion. */
  refuse(why: string): never {
    throw new ModelError('UNSUPPORTED_CONSTRUCT', { what: `torch.${this.name} cannot be converted here`, why })
  }

  /** @throws ModelError MODEL_ERROR, always: what PyTorch itself would refuse. */
  fail(why: string): never {
    throw new ModelError('MODEL_ERROR', { what: `torch.${this.name}: ${why}` })
  }
}
