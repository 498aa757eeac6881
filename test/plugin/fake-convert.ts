import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ConvertResult } from '../../src/convert/index.ts'
import { ModelError } from '../../src/errors/index.ts'
import type { Convert } from '../../src/plugin/conversions.ts'
import { sha256Hex } from '../runtime/manifests.ts'
import { tinyOnnx } from '../support/tiny-onnx.ts'
import { resultOf } from './results.ts'

/**
 * A pipeline of one line: a file `1 2 3` becomes the model y = x + [1, 2, 3], and `# other.txt` at its end makes it
 * depend on that file, whose numbers are added too. An error names the file that it met, as the pipeline's do.
 */
export function fakeConvert(cacheDir: string): Convert & { readonly calls: string[] } {
  const calls: string[] = []
  const convert = async ({ file, query }: { file: string; query: string }): Promise<ConvertResult> => {
    calls.push(`${basename(file)}?${query}`)
    const request = parseQuery(query)
    if (!existsSync(file)) {
      throw new ModelError('FILE_NOT_FOUND', { what: `${basename(file)} does not exist`, where: { file } })
    }
    const { constants, dependencies } = await readNumbers(file)
    const size = constants.length
    const ports = (name: string) => [{ name, dtype: 'float32' as const, shape: ['N', size] }]
    const bytes = tinyOnnx({
      inputs: ports('x'),
      outputs: ports('y'),
      nodes: [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
      constants: [{ name: 'c', dims: [size], values: Float32Array.from(constants) }],
    })
    const sha256 = sha256Hex(bytes)
    const path = join(cacheDir, `${basename(file)}.${sha256.slice(0, 8)}.onnx`)
    await mkdir(cacheDir, { recursive: true })
    await writeFile(path, bytes)
    const result = resultOf({
      source: { path: file, format: 'numbers', bytes: 1000 },
      request,
      inputs: ports('x'),
      outputs: ports('y'),
      guards: [{ dim: 'N', assumed: 'N <= 100', at: 'model.py:3' }],
      assets: [{ path, bytes: bytes.length, sha256, role: 'model' }],
    })
    return { ...result, dependencies: [file, ...dependencies] }
  }
  return Object.assign(convert, { calls })
}

function parseQuery(query: string): Record<string, string> {
  const request: Record<string, string> = { format: 'onnx', as: 'model', target: 'wasm' }
  for (const [key, value] of new URLSearchParams(query)) {
    if (!['format', 'quant', 'as'].includes(key)) {
      throw new ModelError('UNKNOWN_QUERY_KEY', { what: `There is no query key "${key}"` })
    }
    request[key] = value
  }
  return request
}

async function readNumbers(file: string): Promise<{ constants: number[]; dependencies: string[] }> {
  const [text = '', reference] = (await readFile(file, 'utf8')).split('#')
  const constants = text.trim().split(/\s+/).map(Number)
  if (constants.some(Number.isNaN))
    throw new ModelError('UNKNOWN_FORMAT', { what: `${basename(file)} is no numbers`, files: [file] })
  if (reference === undefined) return { constants, dependencies: [] }
  const other = join(dirname(file), reference.trim())
  const more = await readNumbers(other)
  return {
    constants: constants.map((value, i) => value + (more.constants[i] ?? 0)),
    dependencies: [other, ...more.dependencies],
  }
}
