import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MemorySource, readModel, type Tensor, tensorOver } from '../../src/graph/index.ts'
import {
  type ConformanceCase,
  readRecording,
  recordedValue,
  STANDARD_TOLERANCE,
  type Tolerance,
} from './case.ts'

/** Folders of `onnx/backend/test/data`. */
export const SUITES = ['node', 'pytorch-converted', 'pytorch-operator', 'simple', 'light'] as const
export type Suite = (typeof SUITES)[number]

/** `onnx/backend/test/data` of the package that an interpreter has. */
export function dataOfPackage(): string {
  const python = process.env['PYTHON'] ?? 'python3'
  const program = 'import onnx, os; print(os.path.dirname(onnx.__file__))'
  const folder = execFileSync(python, ['-c', program], { encoding: 'utf8' }).trim()
  return join(folder, 'backend/test/data')
}

/** Names of a suite's cases. */
export const namesOf = (data: string, suite: Suite): string[] =>
  readdirSync(join(data, suite))
    .filter((name) => (suite === 'light' ? name.endsWith('.onnx') : name.startsWith('test_')))
    .sort()

export const readCase = (data: string, suite: Suite, name: string): ConformanceCase =>
  suite === 'light' ? lightCase(data, name) : folderCase(join(data, suite, name), name)

function folderCase(folder: string, name: string): ConformanceCase {
  const sets = readdirSync(folder).filter((file) => file.startsWith('test_data_set_'))
  return {
    name,
    model: readFileSync(join(folder, 'model.onnx')),
    recordings: sets.sort().map((set) => readRecording((file) => fileAt(join(folder, set, file)))),
    tolerance: STANDARD_TOLERANCE,
  }
}

const fileAt = (path: string): Uint8Array | undefined => (existsSync(path) ? readFileSync(path) : undefined)

/** Nets without weights, of which only results are recorded: ONNX's runner feeds them 0 … 1 in even steps. */
function lightCase(data: string, file: string): ConformanceCase {
  const stem = file.replace(/\.onnx$/, '')
  const model = readFileSync(join(data, 'light', file))
  const output = readFileSync(join(data, 'light', `${stem}_output_0.pb`))
  const { graph } = readModel(new MemorySource(model, file))
  const inputs = graph.inputs.map(({ dims }) => ({ tensor: steps(dims.map(Number)), sequence: undefined }))
  const recordings = [{ inputs, outputs: [recordedValue(output)] }]
  return { name: stem, model, recordings, tolerance: toleranceOf(data, stem) }
}

function steps(dims: readonly number[]): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1)
  return tensorOver(
    'float32',
    dims,
    Float32Array.from({ length: count }, (_, at) => at / count),
  )
}

function toleranceOf(data: string, stem: string): Tolerance {
  const path = join(data, 'real', stem.replace('light_', 'test_'), 'data.json')
  const { rtol, atol }: { rtol?: number; atol?: number } = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : {}
  return {
    relative: rtol ?? STANDARD_TOLERANCE.relative,
    absolute: atol ?? STANDARD_TOLERANCE.absolute,
  }
}
