import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const LIST = fileURLToPath(new URL('models.json', import.meta.url))
const EXPORT = fileURLToPath(new URL('export.py', import.meta.url))

/** What to feed an input. A dim with a name is dynamic. */
export interface InputData {
  readonly dtype: 'float32' | 'int64'
  readonly dims: readonly (number | string)[]
  /** Of integers: they are drawn below it. */
  readonly below?: number
  /** Of settings: every element is that. */
  readonly value?: number
}

interface Entry {
  readonly title: string
  /** Path in the folder of models that UNPLUGIN_MODEL_ZOO names. */
  readonly zoo?: string
  /** Name of one that `export.py` makes. */
  readonly made?: string
  readonly inputs: Readonly<Record<string, InputData>>
}

export interface BenchModel extends Pick<Entry, 'title' | 'inputs'> {
  readonly file: string
}

/**
 * The models of `models.json` whose title or file has one of the words; all where there are none; and how many they should
 * be. Exports that are not in the folder yet are made.
 */
export async function benchModels(
  folder: string,
  words: readonly string[],
): Promise<{ readonly models: readonly BenchModel[]; readonly wanted: number }> {
  const list: readonly Entry[] = JSON.parse(await readFile(LIST, 'utf8'))
  const entries = list.filter(
    ({ title, zoo, made }) =>
      words.length === 0 || words.some((word) => `${title} ${zoo ?? made}`.includes(word)),
  )
  await makeMissing(
    folder,
    entries.flatMap(({ made }) => made ?? []),
  )
  const zoo = process.env['UNPLUGIN_MODEL_ZOO']
  const models = entries.flatMap((entry) => {
    const file = entry.made ? exported(folder, entry.made) : join(zoo ?? '', entry.zoo ?? '')
    if (existsSync(file)) return [{ title: entry.title, inputs: entry.inputs, file }]
    console.log(`Left out: ${entry.title}. ${whyAbsent(entry, zoo)}`)
    return []
  })
  return { models, wanted: entries.length }
}

const exported = (folder: string, name: string): string => join(folder, `${name}.onnx`)

const whyAbsent = ({ zoo, made }: Entry, folder: string | undefined): string => {
  if (made) return 'Its export failed'
  return folder ? `${folder} has no ${zoo}` : `UNPLUGIN_MODEL_ZOO names no folder that has ${zoo}`
}

async function makeMissing(folder: string, names: readonly string[]): Promise<void> {
  const missing = names.filter((name) => !existsSync(exported(folder, name)))
  if (missing.length === 0) return
  console.log(`Exporting ${missing.join(', ')} to ${folder}`)
  const python = process.env['PYTHON'] ?? 'python3'
  const { stderr } = await promisify(execFile)(python, [EXPORT, folder, ...missing])
  console.log(stderr.trim())
}
