import { basename } from 'node:path'
import type { ConvertResult } from './contract.ts'

/**
 * One line a model in the build's output.
 *
 * @example
 * net.pth?format=onnx&quant=int8  1.71 MB → 0.45 MB (26 %)  int8  error 1.2e-3, 41 dB  840 ms, miss
 */
export function summaryLine(query: string, { report, assets }: ConvertResult): string {
  const bytes = assets.reduce((sum, asset) => sum + asset.bytes, 0)
  const name = basename(report.source.path) + (query === '' ? '' : `?${query}`)
  const ratio = report.source.bytes > 0 ? ` (${Math.round((bytes / report.source.bytes) * 100)} %)` : ''
  return [
    name,
    `${formatBytes(report.source.bytes)} → ${formatBytes(bytes)}${ratio}`,
    report.quantization.scheme === 'none' ? undefined : report.quantization.scheme,
    errorOf(report.validation),
    `${Math.round(report.ms)} ms, ${report.cache}`,
  ]
    .filter((part) => part !== undefined)
    .join('  ')
}

/** The worst output: that is the one a user wants to know of. */
function errorOf(validation: ConvertResult['report']['validation']): string | undefined {
  const known = (figures: readonly (number | null)[]) => figures.filter((figure) => figure !== null)
  const errors = known(validation?.outputs.map(({ maxAbs }) => maxAbs) ?? [])
  const ratios = known(validation?.outputs.map(({ sqnrDb }) => sqnrDb) ?? [])
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
