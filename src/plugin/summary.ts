import type { ConvertResult } from '../convert/index.ts'
import { byteText } from './byte-text.ts'
import { displayName, type ModelId } from './model-id.ts'

/**
 * One line a model in the build's output.
 *
 * @example
 * net.pth?format=onnx&quant=int8  1.7 MB → 450 kB (26 %)  int8  error 1.2e-3, 41 dB  840 ms, miss
 */
export function summaryLine(id: ModelId, { report, assets }: ConvertResult): string {
  const bytes = assets.reduce((sum, asset) => sum + asset.bytes, 0)
  const ratio = report.source.bytes > 0 ? ` (${Math.round((bytes / report.source.bytes) * 100)} %)` : ''
  return [
    displayName(id),
    `${byteText(report.source.bytes)} → ${byteText(bytes)}${ratio}`,
    report.quantization.scheme === 'none' ? undefined : report.quantization.scheme,
    errorOf(report.validation),
    timeOf(report),
  ]
    .filter((part) => part !== undefined)
    .join('  ')
}

/** Waiting for another conversion of the same model is none of its own cost. */
function timeOf({ ms, overhead: { wait }, cache }: ConvertResult['report']): string {
  const waited = wait >= 100 ? ` after ${Math.round(wait)} ms of waiting` : ''
  return `${Math.round(ms - wait)} ms, ${cache}${waited}`
}

/** What a user should know of a conversion that went through, a line each. */
export const warningLines = (id: ModelId, { report }: ConvertResult): string[] =>
  report.warnings.map((warning) => `${displayName(id)}: ${warning}`)

/** The worst output: that is the one a user wants to know of. */
function errorOf(validation: ConvertResult['report']['validation']): string | undefined {
  // In the report null stands for an infinite figure: an error without bound, a ratio without any error.
  const errors = validation?.outputs.map(({ maxAbs }) => maxAbs ?? Number.POSITIVE_INFINITY) ?? []
  const ratios = validation?.outputs.flatMap(({ sqnrDb }) => sqnrDb ?? []) ?? []
  if (errors.length === 0) return undefined
  const error = Math.max(...errors)
  const ratio = ratios.length === 0 ? '' : `, ${Math.round(Math.min(...ratios))} dB`
  return `error ${error === 0 ? '0' : error.toExponential(1)}${ratio}`
}
