import { INT8_LAYERS, MODELS, type Variant } from '../models.ts'
import { element, make } from './element.ts'
import { formatBytes, formatCount, formatDecibels, formatError, formatShare } from './numbers.ts'

/** What the build did for one variant: bytes before and after, its stages, its error. */
export function showImportCost(variant: Variant): void {
  const { meta } = MODELS[variant]
  element('cost', HTMLElement).dataset['variant'] = variant
  element('bytes', HTMLUListElement).replaceChildren(
    byteRow(meta.source.name, meta.source.bytes, meta.source.bytes, false),
    byteRow('float', MODELS.float.meta.bytes, meta.source.bytes, variant === 'float'),
    byteRow('int8', MODELS.int8.meta.bytes, meta.source.bytes, variant === 'int8'),
  )
  showStages(variant)
  showError(variant)
}

function byteRow(name: string, bytes: number, whole: number, isCurrent: boolean): HTMLLIElement {
  const row = make('li', isCurrent ? 'is-current' : '')
  const track = make('span', 'track')
  const fill = make('span', 'fill')
  fill.style.setProperty('--share', (bytes / whole).toFixed(4))
  track.append(fill)
  row.dataset['bytes'] = String(bytes)
  row.append(make('span', 'name', name), make('span', 'figure', formatBytes(bytes)), track)
  if (bytes !== whole) row.append(make('span', 'share', formatShare(bytes / whole)))
  return row
}

function showStages(variant: Variant): void {
  const rows = MODELS[variant].meta.stages.map(({ name, nodesBefore, nodesAfter }) =>
    tableRow(name, formatCount(nodesBefore), formatCount(nodesAfter)),
  )
  element('stages', HTMLTableElement).tBodies[0]?.replaceChildren(...rows)
}

/** How each layer of the int8 variant was quantised. */
export function showLayers(): void {
  const rows = INT8_LAYERS.map(({ name, scheme, sqnrDb }) => tableRow(name, scheme, formatDecibels(sqnrDb)))
  element('layers', HTMLTableElement).tBodies[0]?.replaceChildren(...rows)
}

function tableRow(heading: string, ...cells: string[]): HTMLTableRowElement {
  const row = make('tr', '')
  const first = make('th', '', heading)
  first.scope = 'row'
  row.append(first, ...cells.map((cell) => make('td', '', cell)))
  return row
}

function showError(variant: Variant): void {
  const { quantization, validation } = MODELS[variant].meta
  const facts: [term: string, text: string][] = []
  for (const [scheme, layers] of Object.entries(quantization?.layers ?? {})) {
    facts.push([scheme, `${layers} ${layers === 1 ? 'layer' : 'layers'}`])
  }
  for (const { name, maxAbs, sqnrDb } of validation?.outputs ?? []) {
    facts.push([`Largest error of ${name}`, formatError(maxAbs)])
    if (sqnrDb !== null) facts.push(['Signal to noise', formatDecibels(sqnrDb)])
  }
  element('reference', HTMLElement).textContent = validation
    ? `Against ${validation.reference}`
    : 'Not validated'
  element('error', HTMLElement).replaceChildren(
    ...facts.flatMap(([term, text]) => [make('dt', '', term), make('dd', '', text)]),
  )
}

/** Adds what is fetched besides the model: the runtime's WebAssembly, as the browser has measured it. */
export function showRuntimeBytes(): void {
  const sizes = performance
    .getEntriesByType('resource')
    .filter((entry) => entry instanceof PerformanceResourceTiming)
    .flatMap(({ name, decodedBodySize }) => (name.endsWith('.wasm') ? [decodedBodySize] : []))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes === 0) return
  element('runtime-bytes', HTMLElement).textContent = `${formatBytes(bytes)}, once for all models`
}
