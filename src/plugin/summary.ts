import type { ConvertResult } from '../convert/index.ts'
import { displayName, type ModelId } from './model-id.ts'

/**
 * One line a model in the build's output.
 *
 * @example
 * net.pth?format=onnx&quant=int8  1.71 MB → 0.45 MB (26 %)  int8  error 1.2e-3, 41 dB  840 ms, miss
 */
export function summaryLine(id: ModelId, { report, assets }: ConvertResult): string {
  const bytes = assets.reduce((sum, asset) => sum + asset.bytes, 0)
  const ratio = report.source.bytes > 0 ? ` (${Math.round((bytes / report.source.bytes) * 100)} %)` : ''
  return [
    displayName(id),
    `${formatBytes(report.source.bytes)} → ${formatBytes(bytes)}${ratio}`,
    report.quantization.scheme === 'none' ? undefined : report.quantization.scheme,
    errorOf(report.validation),
    `${Math.round(report.ms)} ms, ${report.cache}`,
  ]
    .filter((part) => part !== undefined)
    .join('  ')
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

/** Decimal units, as bundlers print them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}
