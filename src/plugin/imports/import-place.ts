import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Where } from '../../errors/index.ts'
import { formatModelId, type ModelId, parseModelId } from '../model-id.ts'
import { specifiersOfFile } from './scripts.ts'

/**
 * Where an importer names a model: its file relative to the root, and the line, as far as the file can be read and holds
 * the import as it was written.
 */
export async function importPlace(root: string, importer: string, asWritten: ModelId): Promise<Where> {
  const path = importer.split('?', 1)[0] ?? importer
  const inside = relative(root, path)
  const file = (inside.startsWith('..') ? path : inside).replaceAll('\\', '/')
  const text = await readFile(path, 'utf8').catch(() => '')
  for (const { text: specifier, at } of specifiersOfFile(path, text)) {
    const found = parseModelId(specifier)
    if (found && formatModelId(found) === formatModelId(asWritten))
      return { file, line: text.slice(0, at).split('\n').length }
  }
  return { file }
}
