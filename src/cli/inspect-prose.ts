import type { InspectReport } from '../convert/index.ts'
import { byteText } from '../plugin/byte-text.ts'
import { portText } from './port-text.ts'
import type { Style } from './style.ts'

/** What a file holds, for people. Ends in a newline. */
export function inspectProse(report: InspectReport, style: Style): string {
  const { path, format, version, bytes, inputs, outputs, operators, parameters, missing } = report
  const lines = [
    `${style.bold(path)}  ${format}${version === null ? '' : ` ${version}`}, ${byteText(bytes)}, ${parameters.toLocaleString('en-US')} weights`,
    ...inputs.map((port) => `  in   ${portText(port)}`),
    ...outputs.map((port) => `  out  ${portText(port)}`),
    ...weightLines(report),
    ...Object.entries(operators).map(([name, count]) => `  ${String(count).padStart(6)} × ${name}`),
    ...missing.map((text) => `  ${style.yellow('missing')}  ${text}`),
    ...(missing.length === 0 ? [`  ${style.green('✓')} can be converted as it is`] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** The sets of a checkpoint, then what the one that is read begins with. */
function weightLines({ weights }: InspectReport): string[] {
  if (weights === null) return []
  const { sets, from, count, first } = weights
  const [read] = from.split('.')
  const rest = count - first.length
  return [
    ...sets.map(
      ({ name, tensors }) =>
        `  set  ${name}: ${countText(tensors)}${name === read ? ', the one that is read' : ''}`,
    ),
    `  ${from === '' ? countText(count) : `${from}: ${countText(count)}`}`,
    ...first.map((tensor) => `       ${portText({ ...tensor, shape: [...tensor.shape] })}`),
    ...(rest > 0 ? [`       and ${rest.toLocaleString('en-US')} more`] : []),
  ]
}

const countText = (tensors: number): string =>
  `${tensors.toLocaleString('en-US')} ${tensors === 1 ? 'tensor' : 'tensors'}`
