import { ModelError } from '../../../errors/index.ts'
import { type ByteSource, elementCount, readAll } from '../../../graph/index.ts'
import type { Description, Format, FrontEndOptions, Normalised, WeightsDescription } from '../../format.ts'
import {
  loadTorchFile,
  type StateDict,
  stateDictOf,
  stateDictOfSafetensors,
  weightSetsOf,
} from '../container/index.ts'
import { PythonModules, type ReadSource } from '../evaluator/dialects/python.ts'
import type { CallArguments, InstanceValue, PyValue } from '../evaluator/values/index.ts'
import { ParsedSources, parseSource } from '../source/index.ts'
import { constructModel } from './architecture.ts'
import { entryMethod } from './entry-method.ts'
import { enterEvalMode } from './eval-mode.ts'
import { Evaluation } from './evaluation.ts'
import { evaluateWithInputs, type Opened } from './input-choice.ts'
import { loadWeights } from './load-weights.ts'
import { noteRecordedArguments } from './model-arguments.ts'
import { pickClass } from './model-class.ts'
import { needsArchitecture, type WeightsOrigin } from './needs-architecture.ts'
import { noteOtherWeights } from './other-weights.ts'
import { checkPickledSettings, hyperParametersOf } from './recorded-settings.ts'

/** Weights without a program (`torch.save(model.state_dict())`, checkpoints, safetensors), with `?arch=./model.py`. */
export const pytorchWeights: Format = {
  name: 'pytorch-weights',
  reads: ['pytorch-saved', 'pytorch-legacy', 'pytorch-tar', 'safetensors'],
  describe: describeWeights,
  normalise: normaliseWeights,
}

function readWeights(
  source: ByteSource,
  { weights }: FrontEndOptions,
): WeightsOrigin & Pick<WeightsDescription, 'sets'> {
  const file = loadTorchFile(source)
  if (file.kind === 'safetensors') return { weights: stateDictOfSafetensors(file), sources: [], sets: [] }
  if (file.kind === 'saved') {
    return {
      weights: stateDictOf(file.root, { weights }),
      sources: [...file.legacySources.keys()],
      sets: weightSetsOf(file.root),
    }
  }
  throw new ModelError('INTERNAL', { what: `${source.name} holds a program` })
}

function describeWeights(source: ByteSource, options: FrontEndOptions): Description {
  const origin = readWeights(source, options)
  const { tensors } = origin.weights
  const parameters = [...tensors.values()].reduce((sum, { dims }) => sum + elementCount(dims), 0)
  return {
    format: 'pytorch-weights',
    inputs: [],
    outputs: [],
    operators: new Map(),
    parameters,
    weights: { sets: origin.sets, ...describedTensors(origin.weights) },
  }
}

/** Enough to recognise an architecture by. */
const FIRST_TENSORS = 12

const describedTensors = ({ tensors, path }: StateDict): Omit<WeightsDescription, 'sets'> => ({
  from: path.join('.'),
  count: tensors.size,
  first: [...tensors]
    .slice(0, FIRST_TENSORS)
    .map(([name, { dtype, dims }]) => ({ name, dtype, shape: [...dims] })),
})

function normaliseWeights(source: ByteSource, options: FrontEndOptions): Normalised {
  const origin = readWeights(source, options)
  const { weights } = origin
  const arch = architectureOf(source, options, origin)
  const sources = new ParsedSources(parseSource)
  const { folder, file } = entryOf(arch)
  const read: ReadSource = (below) => {
    const path = folder + below
    const text = textBeside(source, path)
    return text === undefined ? undefined : { file: path, text }
  }
  return evaluateWithInputs({
    open: () => openArchitecture(weights, file, options, read, sources),
    specs: options.inputs,
    recorded: () => undefined,
    options,
  })
}

function openArchitecture(
  weights: StateDict,
  entryFile: string,
  options: FrontEndOptions,
  read: ReadSource,
  sources: ParsedSources,
): Opened {
  const evaluation = new Evaluation()
  return evaluation.run(() => {
    const { interpreter } = evaluation
    const modules = new PythonModules(interpreter, read, sources)
    const source = read(entryFile)
    if (!source) throw sourceNotFound(options.arch ?? entryFile)
    const file = modules.runEntry(entryFile, source.file, source.text)
    const of = pickClass(file, source.file, options.class)
    const model = constructModel(interpreter, of, options.args)
    loadWeights(evaluation, model, weights)
    checkPickledSettings(interpreter, model, weights)
    if (options.args === undefined) noteRecordedArguments(interpreter, of, hyperParametersOf(weights))
    noteOtherWeights(evaluation.session, weights)
    enterEvalMode(interpreter, model)
    const method = options.method ?? 'forward'
    const { inputs, sidecarInputs = [] } = options
    const entry = entryMethod(model, method, inputs.length > 0 ? inputs : sidecarInputs)
    return {
      evaluation,
      ports: entry.ports,
      call: (args) => callModel(evaluation, model, method, entry.passed(args)),
    }
  })
}

function callModel(
  evaluation: Evaluation,
  model: InstanceValue,
  method: string,
  args: CallArguments,
): PyValue {
  const { interpreter } = evaluation
  const callee = method === 'forward' ? model : interpreter.getAttribute(model, method)
  return interpreter.call(callee, args)
}

/** @throws ModelError NEEDS_ARCHITECTURE when the request names none. */
function architectureOf(source: ByteSource, { arch }: FrontEndOptions, origin: WeightsOrigin): string {
  if (arch === undefined) throw needsArchitecture(source.name, origin)
  if (/\.py$/.test(arch)) return arch.replace(/^\.\//, '')
  if (/[/\\]/.test(arch)) {
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `arch=${arch} names a file that is no Python source`,
      next: 'Name the file of the model: ?arch=./model.py&class=Net',
    })
  }
  throw new ModelError('NOT_BUILT_YET', {
    what: `arch=${arch} names an architecture of the library, which this version does not have`,
    next: 'Put the Python source of the model beside the weights and name it: ?arch=./model.py&class=Net',
  })
}

/**
 * Where imports start from: the model's folder, so that `arch=./package/net.py` may import what lies above it there; for a
 * path that leaves that folder, the one it leads to, which the query opened by naming it.
 */
function entryOf(arch: string): { readonly folder: string; readonly file: string } {
  const end = /(^|\/)\.\.\//.test(arch) ? arch.lastIndexOf('/') + 1 : 0
  return { folder: arch.slice(0, end), file: arch.slice(end) }
}

const sourceNotFound = (arch: string): ModelError =>
  new ModelError('FILE_NOT_FOUND', {
    what: `${arch} does not exist beside the weights`,
    why: 'arch= is a path from the folder of the model file',
    next: 'Correct arch=, or put the Python source there',
  })

const MAX_SOURCE = 4 << 20

function textBeside(source: ByteSource, path: string): string | undefined {
  try {
    const file = source.sibling(path)
    if (file.size > MAX_SOURCE) {
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `${path} has ${file.size} bytes, too many for Python source`,
      })
    }
    return new TextDecoder().decode(readAll(file))
  } catch (error) {
    if (error instanceof ModelError && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  }
}
