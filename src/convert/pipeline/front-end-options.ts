import type { FrontEndOptions } from '../../formats/format.ts'
import type { Request } from '../../request/index.ts'
import type { ModelFiles } from '../files/index.ts'
import { sidecarInputs } from './sidecar-inputs.ts'

/** What a front end reads of the request, and of what lies beside the model. */
export const frontEndOptions = (request: Request, files: ModelFiles): FrontEndOptions => ({
  inputs: request.input,
  sidecarInputs: request.input.length > 0 ? [] : sidecarInputs(files),
  arch: request.arch,
  class: request.class,
  args: request.args,
  config: request.config,
  weights: request.weights,
  method: request.method,
  signature: request.signature,
  guards: request.guards,
})

/** Files that the query itself names, relative to the model's folder. */
export const namedFiles = ({ arch }: Request): string[] => (arch === undefined ? [] : [arch])
