import type { Engine, EngineTensor } from '../../src/engine/index.ts'
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
import type { ConformanceCase, RecordedValue, Recording } from './case.ts'
import { difference, fed } from './compare.ts'
import { makePassable, type Passed, passable } from './passable.ts'
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
  const named = ({ name }: { name: string }, recorded: RecordedValue | undefined) =>
    [name, passable(recorded, name)] as const
  try {
    for (const { inputs, outputs } of test.recordings) {
      const feeds = new Map(session.inputs.map((info, index) => named(info, inputs[index])))
      const wanted = session.outputs.map((info, index) => named(info, outputs[index]))
      const [problem] = wrongOutputs(wanted, await session.run(feeds), test)
      if (problem !== undefined) return problem
    }
    return undefined
  } finally {
    await session.release()
  }
}

function wrongOutputs(
  wanted: Passed['wanted'],
  results: ReadonlyMap<string, EngineTensor>,
  { tolerance }: ConformanceCase,
): string[] {
  return wanted.flatMap(([name, want]) => {
    const got = results.get(name)
    const problem = got ? difference(got, want, tolerance) : 'it did not come'
    return problem === undefined ? [] : [`output ${name}: ${problem}`]
  })
}

/** The problems of one way; what is inferred otherwise than it turns out goes to `dims`. */
async function runRoute(
  engine: Engine,
  test: ConformanceCase,
  route: Route,
  dims: string[],
): Promise<string[]> {
  const problems: string[] = []
  for (const recording of test.recordings) {
    const model = readModel(sourceOf(test))
    if (isOpen(route)) openInputs(model, route === 'alike')
    adaptModel(model)
    verify(model, { inference: true })
    checkRecorded(model, recording, (problem) => dims.push(`${route}, recorded: ${problem}`))
    rewriteVerified(model, route)
    const { feeds, wanted } = makePassable(model, recording)
    if (route === 'none' || isOpen(route)) exposeValues(model)
    const session = await engine.session({ bytes: joinChunks(writeModel(model).model) })
    try {
      const results = await session.run(feeds)
      problems.push(...wrongOutputs(wanted, results, test))
      checkRun(model, feeds, results, (problem) => dims.push(`${route}: ${problem}`))
    } finally {
      await session.release()
    }
  }
  return problems
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
function checkRecorded(
  { graph }: Model,
  { inputs, outputs }: Recording,
  report: (problem: string) => void,
): void {
  const bindings = new Bindings()
  const tensors = [
    ...graph.inputs.map((value, index) => [value.name, value, inputs[index]?.tensor] as const),
    ...graph.outputs.map(({ name, value }, index) => [name, value, outputs[index]?.tensor] as const),
  ]
  for (const [name, value, tensor] of tensors) {
    if (!tensor || value.type?.kind !== 'tensor') continue
    const data = value.content ? fed(tensor).data : []
    const { dtype, dims } = tensor
    for (const problem of bindings.check(name, value, { dtype, dims, data })) report(problem)
  }
}

function checkRun(
  { graph }: Model,
  feeds: ReadonlyMap<string, EngineTensor>,
  results: ReadonlyMap<string, EngineTensor>,
  report: (problem: string) => void,
): void {
  const bindings = new Bindings()
  const values = [
    ...graph.inputs.map((value) => [value.name, value, feeds.get(value.name)] as const),
    ...graph.outputs.map(({ name, value }) => [name, value, results.get(name)] as const),
  ]
  for (const [name, value, got] of values)
    if (got) for (const problem of bindings.check(name, value, got)) report(problem)
}

/** What a check says, or the error that it ends in. */
async function reasonOf(check: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await check()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
