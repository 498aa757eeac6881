import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ModelError } from '../../src/errors/index.ts'
import type { Convert, ConvertResult } from '../../src/plugin/contract.ts'
import { sha256Hex } from '../runtime/manifests.ts'
import { tinyOnnx } from '../support/tiny-onnx.ts'

/**
 * A pipeline of one line: a file `1 2 3` becomes the model y = x + [1, 2, 3], and `# other.txt` at its end makes it
 * depend on that file, whose numbers are added too.
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
    const ports = { dtype: 'float32', shape: ['N', size] } as const
    const bytes = tinyOnnx({
      inputs: [{ ...ports, name: 'x' }],
      outputs: [{ ...ports, name: 'y' }],
      nodes: [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
      constants: [{ name: 'c', dims: [size], values: Float32Array.from(constants) }],
    })
    const sha256 = sha256Hex(bytes)
    const path = join(cacheDir, `${basename(file)}.${sha256.slice(0, 8)}.onnx`)
    await mkdir(cacheDir, { recursive: true })
    await writeFile(path, bytes)
    return {
      request,
      inputs: [{ ...ports, name: 'x' }],
      outputs: [{ ...ports, name: 'y' }],
      guards: [{ dim: 'N', assumed: 'N <= 100', at: 'model.py:3' }],
      assets: [{ path, bytes: bytes.length, sha256, role: 'model' }],
      dependencies: [file, ...dependencies],
      report: {
        source: { path: file, format: 'numbers', bytes: 1000 },
        stages: [{ name: 'parse', ms: 3, nodesBefore: 2, nodesAfter: 1, notes: ['one node folded'] }],
        quantization: {
          scheme: 'int8',
          layers: [{ name: 'fc', scheme: 'int8-weights', sqnrDb: 40, reason: 'it gains' }],
        },
        validation: {
          reference: 'float',
          passed: true,
          outputs: [{ name: 'y', maxAbs: 0.00123, sqnrDb: 41.2, cosine: 1 }],
        },
        guards: [{ dim: 'N', assumed: 'N <= 100', at: 'model.py:3' }],
        assumptions: [],
        warnings: [],
        cache: 'miss',
        ms: 12.3,
      },
    }
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
    throw new ModelError('UNKNOWN_FORMAT', { what: `${basename(file)} is no numbers` })
  if (reference === undefined) return { constants, dependencies: [] }
  const other = join(dirname(file), reference.trim())
  const more = await readNumbers(other)
  return {
    constants: constants.map((value, i) => value + (more.constants[i] ?? 0)),
    dependencies: [other, ...more.dependencies],
  }
}
