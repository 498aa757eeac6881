import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readRecording, STANDARD_TOLERANCE } from '../../../bench/conformance/case.ts'
import { judge } from '../../../bench/conformance/judge.ts'
import { createEngine } from '../../../src/engine/index.ts'
import { readAll, readZip } from '../../../src/graph/bytes/index.ts'
import { MemorySource } from '../../../src/graph/index.ts'

/** A slice of what `node bench/run.mjs conformance` runs whole, and operators as older opsets had them. */
const path = new URL('../../../fixtures/onnx-node/cases.zip', import.meta.url)
const entries = readZip(new MemorySource(readFileSync(path), 'cases.zip'))
const names = [...new Set([...entries.keys()].map((key) => key.slice(0, key.indexOf('/'))))]
const engine = createEngine()

const bytesOf = (name: string): Uint8Array | undefined => {
  const entry = entries.get(name)
  return entry && readAll(entry.open())
}

it.each(names)(
  '%s gives what was recorded, at every level of rewriting and with open sizes',
  async (name) => {
    const verdict = await judge(engine, {
      name,
      model: bytesOf(`${name}/model.onnx`) ?? new Uint8Array(),
      recordings: [readRecording((file) => bytesOf(`${name}/${file}`))],
      tolerance: STANDARD_TOLERANCE,
    })
    expect(verdict.dims).toEqual([])
    expect('why' in verdict ? verdict.why : verdict.outcome).toBe('passed')
  },
)
