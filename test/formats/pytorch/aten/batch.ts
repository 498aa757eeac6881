import { readFileSync } from 'node:fs'
import type { Guard } from '../../../../src/formats/index.ts'
import { loadTorchFile, type TorchScriptFile } from '../../../../src/formats/pytorch/container/index.ts'
import { type PyValue, positional, TensorHandle } from '../../../../src/formats/pytorch/evaluator/values/index.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'
import { torchscript } from '../../../../src/formats/pytorch/frontends/index.ts'
import { namedOutputs } from '../../../../src/formats/pytorch/frontends/outputs.ts'
import { ScriptValues } from '../../../../src/formats/pytorch/frontends/script-values.ts'
import { ParsedSources, parseSource } from '../../../../src/formats/pytorch/source/index.ts'
import { type InputSpec, MemorySource, type Model, type Value } from '../../../../src/graph/index.ts'
import { fixturePath } from '../../../support/samples.ts'
import { dtypeOf, type Form, type Group, sizesOf } from './recorded-cases.ts'

/** Methods of one archive in one graph over the same inputs, so that one session runs them all. */
export interface Batch {
  readonly model: Model
  readonly methods: ReadonlyMap<string, MethodResult>
}

/** Outputs of the graph that a method's results became, or why it has none. */
export type MethodResult =
  | { readonly outputs: readonly Value[]; readonly guards: readonly Guard[] }
  | { readonly error: Error }

/** An archive of `fixtures/torchscript-ops`, parsed once. */
export class Archive {
  readonly #group: Group
  readonly #source: MemorySource
  readonly #file: TorchScriptFile
  readonly #parsed = new ParsedSources(parseSource)

  constructor(group: Group, form: Form) {
    const path = `torchscript-ops/${group.name}.${form}.pth`
    this.#group = group
    this.#source = new MemorySource(readFileSync(fixturePath(path)), path)
    const file = loadTorchFile(this.#source)
    if (file.kind !== 'torchscript') throw new Error(`${path} is no TorchScript archive`)
    this.#file = file
  }

  /** Evaluates the methods one after another. One that fails is converted again by itself, for the error that users get. */
  convert(methods: readonly string[]): Batch {
    const evaluation = new Evaluation()
    const results = new Map<string, MethodResult>()
    const { graph } = evaluation.model
    evaluation.run(() => {
      const root = new ScriptValues(evaluation.interpreter, this.#file, this.#parsed).value(this.#file.root, '')
      const inputs = this.#inputs(evaluation)
      for (const method of methods) results.set(method, this.#method(evaluation, root, inputs, method))
    })
    for (const node of graph.nodesReversed())
      if (node.outputs.every((output) => !output.isUsed)) graph.remove(node)
    for (const value of [...graph.initializers]) if (!value.isUsed) graph.removeInitializer(value)
    return { model: evaluation.model, methods: results }
  }

  #inputs(evaluation: Evaluation): readonly Value[] {
    const given = this.#specs().map(({ name = '', dtype = 'float32', dims = [] }) => ({
      name,
      given: { kind: 'tensor', dtype, dims } as const,
    }))
    return [...evaluation.arguments(given).values()].map((value) => {
      if (value.kind !== 'tensor') throw new Error('not a tensor')
      return value.read()
    })
  }

  #specs(): InputSpec[] {
    const sizes = sizesOf(this.#group, 0)
    return this.#group.inputs.map(({ name, dims }, index) => {
      const recorded = this.#group.runs[0]?.[index]
      if (!recorded) throw new Error(`nothing is recorded for ${name}`)
      const specs = dims.map((dim) => (typeof dim === 'number' ? dim : { name: dim, hint: sizes.get(dim) }))
      return { name, dtype: dtypeOf(recorded), dims: specs }
    })
  }

  #method(evaluation: Evaluation, root: PyValue, inputs: readonly Value[], method: string): MethodResult {
    const { interpreter, session, model } = evaluation
    const before = session.guards.length
    try {
      const args = inputs.map((value) => new TensorHandle(value))
      const result = interpreter.callMethod(root, method, ...args)
      if (!isOpaque(result)) {
        const outputs = namedOutputs(session, result).map(({ value }, index) => {
          const own = session.b.identity(value)
          model.graph.addOutput(`${method}.${index}`, own)
          return own
        })
        return { outputs, guards: session.guards.slice(before) }
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return { error: this.#errorAlone(method) ?? error }
    }
    return { error: this.#errorAlone(method) ?? new Error('opaque in a batch, but not alone') }
  }

  #errorAlone(method: string): Error | undefined {
    try {
      torchscript.normalise(this.#source, { inputs: this.#specs(), method, state: 'drop', guards: 'warn' })
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}

function isOpaque(value: PyValue): boolean {
  if (value.kind === 'opaque') return true
  if (value.kind === 'dict') return [...value.entries()].some(([, item]) => isOpaque(item))
  return (value.kind === 'list' || value.kind === 'tuple') && value.items.some(isOpaque)
}
