import type { Model } from '../../graph/index.ts'
import { type Limits, type Quantization, quantize } from '../../quantize/index.ts'
import type { Request } from '../../request/index.ts'
import { type Encoded, encode } from './encode.ts'

/** A model as it could be emitted, with what became of its layers. */
export interface Candidate {
  readonly model: Model
  readonly quantization: Quantization
  readonly encoded: Encoded
}

/** Quantises a copy of the rewritten model; the copy shares its tensors. */
export function quantised(
  rewritten: Model,
  { quant: scheme, target }: Request,
  limits?: Limits,
): Pick<Candidate, 'model' | 'quantization'> {
  const model = rewritten.clone()
  return { model, quantization: quantize(model, { scheme, target, ...(limits ? { limits } : {}) }) }
}

/** @param stem what the names of its files begin with. */
export function candidateUnder(rewritten: Model, request: Request, stem: string, limits: Limits): Candidate {
  const made = quantised(rewritten, request, limits)
  return { ...made, encoded: encode(made.model, stem) }
}
