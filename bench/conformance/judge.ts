import { type Engine, type EngineTensor, isEngineDType } from '../../src/engine/index.ts'
import { ModelError } from '../../src/errors/index.ts'
import {
  adaptModel,
  type Dim,
  joinChunks,
  MemorySource,
  type Model,
  readModel,
  tensorType,
  verify,
  writeModel,
} from '../../src/graph/index.ts'
import { rewrite } from '../../src/rewrite/index.ts'
import type { ConformanceCase, Recording } from './case.ts'
import { difference, fed } from './compare.ts'
import { Bindings, exposeValues } from './run-time-dims.ts'

/**
 * What became of a case. `refused` is by design and by name; `not run` says that onnxruntime does not pass the original
 * either, so that nothing can be held against ours.
 */
export type Verdict = {
  readonly opset: number | undefined
  /** What is inferred otherwise than it turns out. */
  readonly dims: readonly string[]
  /** Why it is refused when its sizes are open; undefined where it is not. */
  readonly closed: string | undefined
} & (
  | { readonly outcome: 'passed'; readonly original: 'passed' | 'failed' }
  | { readonly outcome: 'failed' | 'not run'; readonly why: string }
  | { readonly outcome: 'refused'; readonly original: 'passed' | 'failed'; readonly why: string }
)

/** Codes that say what is not supported; any other is a failure of ours. */
const REFUSALS: ReadonlySet<string> = new Set([
  'UNSUPPORTED_CONSTRUCT',
  'UNSUPPORTED_OPSET',
  'UNSUPPORTED_OPERATOR',
])

/** The ways that a case takes through the graph: the levels, and with open sizes, each of its own or equal ones alike. */
const ROUTES = ['none', 'basic', 'all', 'opened', 'alike'] as const
type Route = (typeof ROUTES)[number]

const isOpen = (route: Route): route is 'opened' | 'alike' => route === 'opened' || route === 'alike'

/**
 * Takes a case through read → adapt → infer → verify → rewrite → write, at every level and with its inputs' sizes opened,
 * runs what is written, and holds it to the recorded outputs; every value's inferred dims are held to its own.
 */
export async function judge(engine: Engine, test: ConformanceCase): Promise<Verdict> {
  const original = await reasonOf(() => runOriginal(engine, test))
  const found = new Findings()
  for (const route of ROUTES) {
    try {
      const problems = await runRoute(engine, test, route, found.dims)
      found.problems.push(...problems.map((why) => `${route}: ${why}`))
    } catch (error) {
      found.note(route, error)
    }
  }
  const common = { opset: opsetOf(test), dims: found.dims, closed: found.closed }
  const passes = original === undefined ? 'passed' : 'failed'
  if (found.refusal !== undefined)
    return { ...common, outcome: 'refused', original: passes, why: found.refusal }
  if (found.problems.length === 0) return { ...common, outcome: 'passed', original: passes }
  if (original === undefined) return { ...common, outcome: 'failed', why: found.problems.join('\n') }
  return { ...common, outcome: 'not run', why: `${original}\nours: ${found.problems.join('\n')}` }
}

/** What goes wrong on the way. */
class Findings {
  readonly problems: string[] = []
  readonly dims: string[] = []
  refusal: string | undefined
  closed: string | undefined

  note(route: Route, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    const isRefusal = error instanceof ModelError && REFUSALS.has(error.code)
    if (isRefusal && isOpen(route)) this.closed = text
    else if (isRefusal) this.refusal = text
    else this.problems.push(`${route}: ${text}`)
  }
}

function opsetOf(test: ConformanceCase): number | undefined {
  try {
    return readModel(sourceOf(test)).opsets.get('')
  } catch {
    return undefined
  }
}

const sourceOf = ({ model, name }: ConformanceCase) => new MemorySource(model, name)

/** Why the original does not pass; undefined when it does. */
async function runOriginal(engine: Engine, test: ConformanceCase): Promise<string | undefined> {
  const session = await engine.session({ bytes: test.model })
  try {
    for (const { inputs, outputs } of test.recordings) {
      const feeds = new Map(session.inputs.map(({ name }, index) => [name, input(inputs, index)]))
      const results = await session.run(feeds)
      const names = session.outputs.map(({ name }) => name)
      const [problem] = wrongOutputs(names, results, outputs, test)
      if (problem !== undefined) return problem
    }
    return undefined
  } finally {
    await session.release()
  }
}

function input(inputs: Recording['inputs'], index: number): EngineTensor {
  const tensor = inputs[index]
  if (!tensor || !isEngineDType(tensor.dtype))
    throw new ModelError('ENGINE_FAILED', { what: `Input ${index} is nothing that can be passed in` })
  return fed(tensor)
}

function wrongOutputs(
  names: readonly string[],
  results: ReadonlyMap<string, EngineTensor>,
  outputs: Recording['outputs'],
  { tolerance }: ConformanceCase,
): string[] {
  return outputs.flatMap((want, index) => {
    const name = names[index] ?? ''
    const got = results.get(name)
    if (!want) return [] // a sequence or an optional
    const problem = got ? difference(got, fed(want), tolerance) : 'it did not come'
    return problem === undefined ? [] : [`output ${name}: ${problem}`]
  })
}

async function runRoute(
  engine: Engine,
  test: ConformanceCase,
  route: Route,
  dims: string[],
): Promise<string[]> {
  const model = readModel(sourceOf(test))
  const names = model.graph.inputs.map(({ name }) => name)
  if (isOpen(route)) openInputs(model, route === 'alike')
  adaptModel(model)
  verify(model, { inference: true })
  checkRecorded(model, test, route, dims)
  rewriteVerified(model, route)
  const outputs = model.graph.outputs.map(({ name }) => name)
  if (route === 'none' || isOpen(route)) exposeValues(model)
  const session = await engine.session({ bytes: joinChunks(writeModel(model).model) })
  try {
    const problems: string[] = []
    for (const recording of test.recordings) {
      const feeds = new Map(names.map((name, index) => [name, input(recording.inputs, index)]))
      const results = await session.run(feeds)
      problems.push(...wrongOutputs(outputs, results, recording.outputs, test))
      checkRun(model, recording, results, (problem) => dims.push(`${route}: ${problem}`))
    }
    return problems
  } finally {
    await session.release()
  }
}

/** Every size but 1, which broadcasts, becomes a symbol; lists of integers are shapes, whose lengths are ranks. */
function openInputs(model: Model, alike: boolean): void {
  model.graph.inputs.forEach((value, index) => {
    const { type } = value
    if (type?.kind !== 'tensor' || !type.dims || (type.dtype === 'int64' && type.dims.length === 1)) return
    const opened = type.dims.map((dim, axis): Dim => {
      if (dim === 0 || dim === 1) return dim
      const name = alike && typeof dim === 'number' ? `s${dim}` : `i${index}_${axis}`
      return model.dynamicDim(name, { hint: typeof dim === 'number' ? dim : undefined })
    })
    value.type = tensorType(type.dtype, opened)
  })
}

function rewriteVerified(model: Model, route: Route): void {
  let last = 'reading'
  const level = isOpen(route) ? 'all' : route
  try {
    rewrite(model, {
      level,
      onPass: ({ name }) => {
        last = name
        verify(model, { inference: true })
      },
    })
  } catch (error) {
    throw new Error(`after ${last}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Also where the engine cannot run the model, what was recorded says what its results are. */
function checkRecorded(model: Model, test: ConformanceCase, route: Route, dims: string[]): void {
  for (const { inputs, outputs } of test.recordings) {
    const bindings = new Bindings()
    model.graph.inputs.forEach((value, index) => {
      const tensor = inputs[index]
      if (tensor) bindings.check(value.name, value, { ...tensor, data: [] })
    })
    model.graph.outputs.forEach(({ name, value }, index) => {
      const want = outputs[index]
      if (!want || value.type?.kind !== 'tensor') return
      const found = bindings.check(name, value, { ...want, data: value.content ? fed(want).data : [] })
      dims.push(...found.map((problem) => `${route}, recorded: ${problem}`))
    })
  }
}

function checkRun(
  { graph }: Model,
  { inputs }: Recording,
  results: ReadonlyMap<string, EngineTensor>,
  report: (problem: string) => void,
): void {
  const bindings = new Bindings()
  graph.inputs.forEach((value, index) => {
    const tensor = inputs[index]
    if (tensor) for (const problem of bindings.check(value.name, value, fed(tensor))) report(problem)
  })
  for (const { name, value } of graph.outputs) {
    const got = results.get(name)
    if (got) for (const problem of bindings.check(name, value, got)) report(problem)
  }
}

/** What a check says, or the error that it ends in. */
async function reasonOf(check: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await check()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
