import { basename } from 'node:path'
import type { ConvertResult } from '../convert/index.ts'
import type { ModelMeta, ModelReport } from '../runtime/index.ts'

/**
 * What the page learns of the build. Nothing that differs between two builds of the same input goes in (paths, times,
 * hit or miss), so that the emitted code is the same byte for byte.
 */
export function modelMeta({ report, assets, request }: ConvertResult): ModelMeta {
  const { source, stages, quantization, validation, assumptions, warnings } = report
  return {
    source: { name: basename(source.path), format: source.format, bytes: source.bytes },
    request,
    bytes: assets.reduce((sum, asset) => sum + asset.bytes, 0),
    stages: stages.map(({ name, nodesBefore, nodesAfter }) => ({ name, nodesBefore, nodesAfter })),
    quantization: { scheme: quantization.scheme, layers: countSchemes(quantization.layers) },
    validation,
    assumptions: assumptions.map(withoutFolders),
    warnings: warnings.map(withoutFolders),
  }
}

/** `/home/me/net.py:41` → `net.py:41`: what the page gets is public, and a trace holds the paths of its author's machine. */
export const withoutFolder = (place: string): string => place.replace(/^.*[/\\]/, '')

/** The same within a sentence: an absolute path before the line of a file. */
const withoutFolders = (text: string): string =>
  text.replace(/(?<![^\s("'`])(?:[A-Za-z]:)?[/\\](?:[^\s/\\:]+[/\\])*(?=[^\s/\\:]+:\d)/g, '')

function countSchemes(layers: readonly { readonly scheme: string }[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { scheme } of layers) counts.set(scheme, (counts.get(scheme) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** What `?as=meta` gives: the same, and every layer and port. */
export function modelReport(result: ConvertResult): ModelReport {
  const { report, assets, inputs, outputs } = result
  return {
    ...modelMeta(result),
    inputs,
    outputs,
    guards: report.guards.map((guard) => ({ ...guard, at: withoutFolder(guard.at) })),
    assets: assets.map(({ bytes, sha256, role }) => ({ bytes, sha256, role })),
    layers: report.quantization.layers,
    notes: report.stages.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
  }
}
