import { afterEach, describe, expect, it } from 'vitest'
import { formBytes, GRAPH_FORMS, type GraphForm } from '../../bench/graph-forms.ts'
import {
  adaptModel,
  createBuilder,
  Graph,
  inferGraph,
  joinChunks,
  MemorySource,
  Model,
  Node,
  readModel,
  tensorType,
  Value,
  verify,
  writeModel,
} from '../../src/graph/index.ts'
import { rewrite } from '../../src/rewrite/index.ts'

/** Everything that is done with a file. */
function convert(bytes: Uint8Array): Model {
  const model = readModel(new MemorySource(bytes, 'net.onnx'))
  adaptModel(model)
  inferGraph(model)
  verify(model, { inference: true })
  rewrite(model, { level: 'all' })
  verify(model)
  joinChunks(writeModel(model).model)
  return model
}

/** How nodes and values are looked at: what a walk over a graph costs, whatever the machine is busy with. */
const LOOKS: readonly [prototype: object, getter: string][] = [
  [Node.prototype, 'inputs'],
  [Node.prototype, 'subgraphs'],
  [Node.prototype, 'attributes'],
  [Value.prototype, 'users'],
  [Value.prototype, 'outputOf'],
  [Value.prototype, 'isUsed'],
  [Value.prototype, 'soleUser'],
  [Value.prototype, 'producer'],
]

const restores: (() => void)[] = []
afterEach(() => {
  for (const restore of restores.splice(0)) restore()
})

/** Counts looks from here to the end of the test; a list counts by its length. */
function countLooks(): () => number {
  let looks = 0
  for (const [prototype, name] of LOOKS) {
    const original = Object.getOwnPropertyDescriptor(prototype, name)
    const get = original?.get
    if (!get) throw new Error(`${name} is no getter`)
    Object.defineProperty(prototype, name, {
      ...original,
      get(this: object) {
        const result: unknown = Reflect.apply(get, this, [])
        looks += name === 'users' && Array.isArray(result) ? 1 + result.length : 1
        return result
      },
    })
    restores.push(() => Object.defineProperty(prototype, name, original))
  }
  return () => looks
}

function looksAt(form: GraphForm, nodes: number): number {
  const bytes = formBytes(form, nodes)
  const looks = countLooks()
  const before = looks()
  convert(bytes)
  return looks() - before
}

describe('a graph of twice the nodes', () => {
  it.each(GRAPH_FORMS.map((form) => [form.name, form] as const))('takes twice the work: %s', (_, form) => {
    const [once, twice] = [looksAt(form, 300), looksAt(form, 600)]
    expect(twice / once).toBeLessThan(2.3)
  })
})

describe('a long graph', () => {
  it.each(['chain', 'chain-backwards', 'strided', 'wide-concat-of-identities'])(
    'overflows no stack: %s',
    (name) => {
      const form = GRAPH_FORMS.find((one) => one.name === name)
      if (!form) throw new Error(`no form ${name}`)
      expect(() => convert(formBytes(form, 8_000))).not.toThrow()
    },
  )

  it('may nest subgraphs deeper than any file can', () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [2]))
    const condition = model.graph.addInput('c', tensorType('bool', []))
    let at = createBuilder(model).at
    const places = Array.from({ length: 150 }, () => {
      const inner = { graph: new Graph('branch'), outer: at }
      at = inner
      return createBuilder(model, inner)
    })
    let body: Graph | undefined
    for (const b of places.toReversed()) {
      const value = b.relu(x)
      b.graph.addOutput('y', body ? b.add(value, conditional(b, condition, body)) : value)
      body = b.graph
    }
    if (!body) throw new Error('no body')
    const main = createBuilder(model)
    model.graph.addOutput('y', conditional(main, condition, body))
    verify(model, { inference: true })
    rewrite(model, { level: 'all' })
    expect(model.graph.countAllNodes()).toBeGreaterThan(300)
    expect(() => readModel(new MemorySource(joinChunks(writeModel(model).model)))).toThrow('[LIMIT_EXCEEDED]')
  })
})

/** The body where the condition holds, and a twin of its result elsewhere. */
function conditional(b: ReturnType<typeof createBuilder>, condition: Value, body: Graph): Value {
  const other = new Graph('other')
  const twin = createBuilder(b.model, { graph: other, outer: b.at })
  const x = b.model.graph.inputs[0]
  if (!x) throw new Error('no input')
  other.addOutput('y', twin.neg(x))
  const [result] = b.if(condition, { then_branch: body, else_branch: other })
  if (!result) throw new Error('If gave no output')
  return result
}
