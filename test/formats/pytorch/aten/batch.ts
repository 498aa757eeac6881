import { readFileSync } from 'node:fs'
import { loadTorchFile, type TorchScriptFile } from '../../../../src/formats/pytorch/container/index.ts'
import { type PyValue, TensorHandle } from '../../../../src/formats/pytorch/evaluator/values/index.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'
import { torchscript } from '../../../../src/formats/pytorch/frontends/index.ts'
import { namedOutputs } from '../../../../src/formats/pytorch/frontends/outputs.ts'
import { ScriptValues } from '../../../../src/formats/pytorch/frontends/script-values.ts'
import { ParsedSources, parseSource } from '../../../../src/formats/pytorch/source/index.ts'
import {
  type Graph,
  type InputSpec,
  MemorySource,
  type Model,
  type Value,
} from '../../../../src/graph/index.ts'
import { fixturePath } from '../../../support/samples.ts'
import { dtypeOf, type Form, type Group, sizesOf } from './recorded-cases.ts'

/** Methods of one archive in one graph over the same inputs, so that one session runs them all. */
export interface Batch {
  readonly model: Model
  /** The graph's outputs that the method's results became, named `<method>.<index>`; an error where it is refused. */
  readonly methods: ReadonlyMap<string, readonly Value[] | Error>
}

/** An archive of `fixtures/torchscript-ops`, parsed once. */
export class Archive {
  readonly #group: Group
  readonly #source: MemorySource
  readonly #file: TorchScriptFile
  readonly #parsed = new ParsedSources(parseSource)

  constructor(group: Group, form: Form) {
    const name = `${group.name}.${form}.pth`
    this.#group = group
    this.#source = new MemorySource(readFileSync(fixturePath(`torchscript-ops/${name}`)), name)
    const file = loadTorchFile(this.#source)
    if (file.kind !== 'torchscript') throw new Error(`${name} is no TorchScript archive`)
    this.#file = file
  }

  /** Evaluates the methods one after another. What a user would see of one that fails is found by converting it alone. */
  convert(methods: readonly string[]): Batch {
    const evaluation = new Evaluation()
    const { graph } = evaluation.model
    const root = new ScriptValues(evaluation.interpreter, this.#file, this.#parsed).value(this.#file.root, '')
    const inputs = this.#inputs(evaluation)
    const results = methods.map((method) => {
      const outputs = evaluation.forward(() => evaluateMethod(evaluation, root, method, inputs))
      return [method, outputs ?? this.#errorOf(method)] as const
    })
    removeUnused(graph)
    return { model: evaluation.model, methods: new Map(results) }
  }

  /** Whether the method, converted by itself, says that it does not hold for all sizes: by guards, or by dims that are fixed. */
  isDecided(method: string): boolean {
    const { model, guards } = this.#alone(method)
    const asked = new Map(this.#specs().map(({ name, dims }) => [name, dims]))
    const isFixed = model.graph.inputs.some(({ name, dims }) =>
      dims.some((dim, axis) => typeof dim === 'number' && dim !== asked.get(name)?.[axis]),
    )
    return guards.length > 0 || isFixed
  }

  #errorOf(method: string): Error {
    try {
      this.#alone(method)
    } catch (error) {
      if (error instanceof Error) return error
    }
    return new Error(`${method} converts alone, and fails among others`)
  }

  #alone(method: string) {
    return torchscript.normalise(this.#source, {
      inputs: this.#specs(),
      method,
      guards: 'warn',
    })
  }

  #inputs(evaluation: Evaluation): readonly Value[] {
    const given = this.#specs().map(({ name = '', dtype = 'float32', dims = [] }) => ({
      name,
      given: { kind: 'tensor', dtype, dims } as const,
    }))
    return [...evaluation.arguments(given).values()].flatMap((value) =>
      value.kind === 'tensor' ? [value.read()] : [],
    )
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
}

/** The method's results as outputs of the graph; undefined when it cannot be converted. */
function evaluateMethod(
  evaluation: Evaluation,
  root: PyValue,
  method: string,
  inputs: readonly Value[],
): readonly Value[] | undefined {
  const { interpreter, session, model } = evaluation
  const missing = missingOperators(evaluation)
  try {
    const result = interpreter.callMethod(root, method, ...inputs.map((value) => new TensorHandle(value)))
    if (missingOperators(evaluation) !== missing) return undefined
    return namedOutputs(session, result).map(({ value }, index) => {
      const output = session.b.identity(value)
      model.graph.addOutput(`${method}.${index}`, output)
      return output
    })
  } catch {
    return undefined
  }
}

const missingOperators = ({ session: { unsupported } }: Evaluation): string =>
  unsupported.isEmpty ? '' : unsupported.error().message

function removeUnused(graph: Graph): void {
  for (const node of graph.nodesReversed())
    if (node.outputs.every((output) => !output.isUsed)) graph.remove(node)
  for (const value of [...graph.initializers]) if (!value.isUsed) graph.removeInitializer(value)
}
