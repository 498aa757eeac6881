import type { Quantization } from '../../quantize/index.ts'
import type { Findings, Port } from '../report.ts'
import type { portsOf } from './ports.ts'
import type { Run } from './run.ts'
import type { SourceGraph } from './source-graph.ts'
import { unreadKeys } from './unread-keys.ts'
import type { ValidationOutcome } from './validate-stage.ts'

/** What a conversion tells of itself, on this call and on every hit. */
export function findingsOf(
  { request, clock }: Run,
  source: SourceGraph,
  outcome: ValidationOutcome,
  ports: ReturnType<typeof portsOf>,
): Findings {
  const { format, guards, assumptions, warnings } = source
  const { quantization } = outcome.candidate
  return {
    format,
    ...ports,
    stages: [...clock.stages],
    quantization: { scheme: quantization.scheme, layers: [...quantization.layers] },
    validation: outcome.validation,
    guards: [...guards],
    assumptions: [...assumptions],
    warnings: [
      ...unreadKeys(request, format),
      ...warnings,
      ...outcome.warnings,
      ...unknownCost(quantization, outcome, ports.outputs),
    ],
  }
}

/** Floats that are equal though layers lost something: the samples took another branch, and say nothing of the loss. */
function unknownCost(
  { layers }: Quantization,
  { validation }: ValidationOutcome,
  outputs: readonly Port[],
): string[] {
  const lossy = layers.some(({ sqnrDb }) => sqnrDb !== null)
  const tells = outputs.some(({ dtype }) => dtype.startsWith('float'))
  if (!lossy || !tells || !validation?.outputs.every(({ maxAbs }) => maxAbs === 0)) return []
  return [
    'The cost of quantisation is not known: what it was validated on does not reach a quantised layer. Record samples beside the model',
  ]
}
