import { ModelError } from '../errors/index.ts'
import type { ByteSource } from '../graph/index.ts'
import type { Format } from './format.ts'
import { onnx } from './onnx/index.ts'
import { exportedProgram, pytorchWeights, torchscript } from './pytorch/frontends/index.ts'
import { FORMATS, sniffOrExplain } from './sniff.ts'

/** Every format that converts. */
export const FRONT_ENDS: readonly Format[] = [onnx, torchscript, exportedProgram, pytorchWeights]

/**
 * The front end of a file, by its content.
 *
 * @throws ModelError EMPTY_FILE, UNKNOWN_FORMAT when it is no model, UNSUPPORTED_FORMAT when it is one that does not
 * convert yet, and what a damaged archive raises.
 */
export function frontEndOf(source: ByteSource): Format {
  const sniffed = sniffOrExplain(source)
  const found = FRONT_ENDS.find(({ reads }) => reads.includes(sniffed))
  if (found) return found
  throw new ModelError('UNSUPPORTED_FORMAT', {
    what: `${source.name} is ${FORMATS[sniffed]}, which this version does not convert`,
    next: `It converts ${FRONT_ENDS.map(({ name }) => name).join(', ')}`,
  })
}

export type {
  Description,
  Format,
  FrontEndOptions,
  Guard,
  Normalised,
  PortDescription,
  WeightsDescription,
} from './format.ts'
