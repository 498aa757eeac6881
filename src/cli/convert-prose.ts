import type { Port, Report, StageReport } from '../convert/index.ts'
import { byteText } from '../plugin/byte-text.ts'
import { durationText } from './duration-text.ts'
import { portText } from './port-text.ts'
import { shownPath } from './shown-path.ts'
import type { Style } from './style.ts'

/** What a conversion did, for people. Ends in a newline. */
export function convertProse(report: Report, style: Style): string {
  const lines = [
    heading(report, style),
    ...report.assets.map((asset) => `  ${style.bold(shownPath(asset.path))}  ${byteText(asset.bytes)}`),
    '',
    ...ports('in ', report.inputs),
    ...ports('out', report.outputs),
    '',
    ...report.stages.map((stage) => stageLine(stage, style)),
    ...overheadLine(report, style),
    ...quantizationLines(report),
    ...validationLines(report),
    ...remarks('assumed', report.assumptions, style),
    ...remarks('warning', report.warnings, style),
    ...report.guards.map(
      ({ assumed, at }) =>
        `  ${style.yellow('guard')}    the model works only for sizes with ${beginning(assumed)} (${at})`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

function heading({ source, assets, cache, ms, overhead }: Report, style: Style): string {
  const bytes = assets.reduce((sum, asset) => sum + asset.bytes, 0)
  const origin = cache === 'hit' ? 'from the cache' : 'converted'
  const size = `${byteText(source.bytes)} → ${byteText(bytes)}`
  const waited = isWorthTelling(overhead.wait)
    ? ` after ${durationText(overhead.wait)} of waiting for another conversion of it`
    : ''
  const took = durationText(ms - overhead.wait)
  return `${style.green('✓')} ${shownPath(source.path)} (${source.format}) ${origin} in ${took}${waited}, ${size}`
}

/** Shorter ones are no more than the noise of a machine. */
const isWorthTelling = (ms: number): boolean => ms >= 100

const ports = (label: string, list: readonly Port[]): string[] =>
  list.map((port) => `  ${label}  ${portText(port)}`)

function stageLine({ name, ms, nodesBefore, nodesAfter, notes, cached }: StageReport, style: Style): string {
  const nodes = nodesBefore === nodesAfter ? `${nodesAfter} nodes` : `${nodesBefore} → ${nodesAfter} nodes`
  const time = cached ? 'cached' : durationText(ms)
  const told = notes.length > 0 ? style.dim(`  ${notes.join('; ')}`) : ''
  return `  ${name.padEnd(10)} ${time.padStart(8)}  ${nodes}${told}`
}

/** What the stages do not account for. */
function overheadLine({ overhead, cache }: Report, style: Style): string[] {
  if (cache === 'hit') return []
  const { start, lookUp, other } = overhead
  const parts = `start ${durationText(start)}, cache ${durationText(lookUp)}, other ${durationText(other)}`
  const total = durationText(start + lookUp + other)
  return [`  ${'overhead'.padEnd(10)} ${total.padStart(8)}  ${style.dim(parts)}`]
}

function quantizationLines({ quantization }: Report): string[] {
  if (quantization.scheme === 'none') return []
  const counts = new Map<string, number>()
  for (const { scheme } of quantization.layers) counts.set(scheme, (counts.get(scheme) ?? 0) + 1)
  const layers = [...counts].map(([scheme, count]) => `${count} ${scheme}`).join(', ')
  return ['', `  quant=${quantization.scheme}: ${layers || 'no layers'}`]
}

function validationLines({ validation, request }: Report): string[] {
  if (!validation) return request['validate'] === 'off' ? ['', '  not validated (validate=off)'] : ['']
  const outputs = validation.outputs.map(
    ({ name, maxAbs, sqnrDb }) => `  ${name}: max error ${figure(maxAbs)}, SQNR ${figure(sqnrDb)} dB`,
  )
  return ['', `  validated against ${validation.reference}`, ...outputs.map((line) => `  ${line}`)]
}

/** null stands for infinity, which JSON has not. */
const figure = (value: number | null): string =>
  value === null
    ? '∞'
    : value === 0
      ? '0'
      : Math.abs(value) < 1e-3
        ? value.toExponential(1)
        : String(Number(value.toPrecision(3)))

const remarks = (label: string, texts: readonly string[], style: Style): string[] =>
  texts.map((text) => `  ${style.yellow(label)}  ${text}`)

/** A guard may be an expression of thousands of characters; `--json` has it whole. */
const beginning = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)
