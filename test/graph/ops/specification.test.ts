import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CANONICAL_OPSET } from '../../../src/graph/index.ts'
import { OPERATORS } from '../../../src/graph/ops/index.ts'
import type { OperatorSchema } from '../../../src/graph/ops/schema.ts'

interface Specified {
  readonly op: string
  readonly domain: string
  readonly since: number
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
}

const path = new URL('../../../fixtures/onnx-schemas/schemas.json', import.meta.url)
const fixture: { opset: number; operators: Specified[] } = JSON.parse(readFileSync(path, 'utf8'))
const specified = new Map(fixture.operators.map((entry) => [`${entry.domain}:${entry.op}`, entry]))
const declared: readonly (readonly [string, OperatorSchema])[] = Object.entries(OPERATORS)

/** Attributes of kinds that the graph does not carry. */
const UNCARRIED = new Set(['sparse_tensor', 'type_proto'])

/** Operators of the specification that are not declared, and why. */
const UNDECLARED: Readonly<Record<string, string>> = {
  ImageDecoder: 'decodes files, which a page does with its own decoder',
  SequenceMap: 'a function of the specification: readers expand it into a Loop',
}

describe('operator declarations', () => {
  it('are compared with the canonical opset', () => {
    expect(fixture.opset).toBe(CANONICAL_OPSET)
  })

  it.each(declared.map(([name, schema]) => [schema.op, name, schema] as const))(
    '%s says what its specification says',
    (_, name, schema) => {
      const wanted = specified.get(`${schema.domain ?? ''}:${schema.op}`)
      expect(wanted).toBeDefined()
      const { op, since, inputs, outputs, attributes } = schema
      const carried = Object.entries(wanted?.attributes ?? {}).filter(
        ([, kind]) => !UNCARRIED.has(kind.replace('!', '')),
      )
      expect({ op, since, inputs, outputs, attributes }).toEqual({
        op: wanted?.op,
        since: wanted?.since,
        inputs: wanted?.inputs,
        outputs: wanted?.outputs,
        attributes: Object.fromEntries(carried),
      })
      expect(name).toBe(schema.op === 'Constant' ? 'constantNode' : methodName(schema.op))
    },
  )

  it('cover every operator of the default domain, or say why not', () => {
    const known = new Set(declared.map(([, schema]) => schema.op))
    const missing = fixture.operators.filter(({ domain, op }) => domain === '' && !known.has(op))
    expect(missing.map(({ op }) => op)).toEqual(Object.keys(UNDECLARED))
  })
})

/** `GatherND` → `gatherND`, `LSTM` → `lstm`, `PRelu` → `prelu`: leading capitals that make a word become small. */
function methodName(op: string): string {
  if (op === 'PRelu') return 'prelu'
  if (op === op.toUpperCase()) return op.toLowerCase()
  return op.charAt(0).toLowerCase() + op.slice(1)
}
