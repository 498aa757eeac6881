import type { FrontEndOptions } from '../../formats/format.ts'
import type { Request } from '../../request/index.ts'

/** What a front end reads of the request. */
export const frontEndOptions = (request: Request): FrontEndOptions => ({
  inputs: request.input,
  arch: request.arch,
  class: request.class,
  args: request.args,
  config: request.config,
  weights: request.weights,
  method: request.method,
  signature: request.signature,
  state: request.state,
  guards: request.guards,
})

/** Files that the query itself names, relative to the model's folder. */
export const namedFiles = ({ arch }: Request): string[] => (arch === undefined ? [] : [arch])
