import { type ErrorCode, type ErrorDetails, isOutOfRoom, ModelError } from '../../errors/index.ts'

/** An error as it crosses a thread: structured cloning keeps neither its class nor its code. */
export interface WireError {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly stack: string | undefined
}

export function toWire(thrown: unknown): WireError {
  const error = asModelError(thrown)
  const { cause, ...details } = error.details
  const stack = cause instanceof Error ? cause.stack : error.stack
  return { code: error.code, details, stack }
}

export function fromWire({ code, details, stack }: WireError): ModelError {
  const cause = new Error(details.what)
  if (stack !== undefined) cause.stack = stack
  return new ModelError(code, { ...details, cause })
}

/** Anything that is not one of our errors is a bug of ours, and says so. */
export function asModelError(thrown: unknown): ModelError {
  if (thrown instanceof ModelError) return thrown
  if (isOutOfRoom(thrown)) {
    return new ModelError('LIMIT_EXCEEDED', {
      what: 'The model asks for more room than JavaScript has',
      why: thrown.message,
      next: 'Check the sizes in the model, and those of input=',
      cause: thrown,
    })
  }
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new ModelError('INTERNAL', {
    what,
    why: 'This is a bug in unplugin-model, not in the model',
    next: 'Please report it with the model file, or with what `unplugin-model inspect` prints of it',
    cause: thrown,
  })
}
