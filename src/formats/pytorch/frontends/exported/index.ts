import { ModelError } from '../../../../errors/index.ts'
import type { ByteSource, Tensor } from '../../../../graph/index.ts'
import type { Description, Format, FrontEndOptions, Normalised } from '../../../format.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import { type ExportedFile, openExported } from '../../exported/archive/open.ts'
import { argumentValue } from '../../exported/evaluation/argument-values.ts'
import { startRun } from '../../exported/evaluation/graph-run.ts'
import { NodePlaces } from '../../exported/evaluation/node-places.ts'
import { usesBfloat16 } from '../../exported/program/computed-dtype.ts'
import type { ProgramInput } from '../../exported/program/program.ts'
import { SymbolTable } from '../../exported/symbols/symbol-table.ts'
import { Evaluation } from '../evaluation.ts'
import { evaluateKnown } from '../input-choice.ts'
import { weight } from '../script-values.ts'
import { widener } from '../widened-weights.ts'
import { bindSymbols } from './bind-symbols.ts'
import { callResult } from './call-result.ts'
import { describeExported } from './describe.ts'
import { applyGuards } from './guards.ts'
import { type ChosenInputs, chooseInputs } from './input-dims.ts'
import { sampleInputs } from './sample-inputs.ts'
import { type UserInput, userInputs } from './user-inputs.ts'

/** Programs of torch.export (`.pt2`). */
export const exportedProgram: Format = {
  name: 'pt2',
  reads: ['pt2'],
  describe: (source, options): Description => describeExported(openExported(source, options.method).program),
  normalise: normaliseExported,
  samples: sampleInputs,
}

function normaliseExported(source: ByteSource, options: FrontEndOptions): Normalised {
  const file = opened(openExported(source, options.method))
  refuseForeign(file)
  const chosen = chooseInputs(file.program, options.inputs)
  const normalised = evaluateKnown(
    {
      open: () => {
        const places = new NodePlaces()
        const evaluation = new Evaluation(places.relocate)
        const call = (values: ReadonlyMap<string, PyValue>) =>
          callProgram(file, evaluation, places, chosen, values)
        return { evaluation, ports: [], call }
      },
      specs: options.inputs,
      recorded: () => undefined,
      options,
    },
    chosen.given,
  )
  const warnings = [
    ...openedWarning(chosen),
    ...stateWarnings(file),
    ...precisionWarning(file),
    ...normalised.warnings,
  ]
  return { ...normalised, warnings }
}

/** An archive whose weights have the dtypes that they are computed in. */
interface OpenedProgram extends Pick<ExportedFile, 'program'> {
  readonly weight: (name: string) => Tensor
}

function opened({ program, weight: find }: ExportedFile): OpenedProgram {
  const widen = widener()
  const weight = (name: string): Tensor => {
    const { tensor } = find(name)
    return tensor.dtype === 'bfloat16' ? widen(tensor, 'float32') : tensor
  }
  return { program, weight }
}

function callProgram(
  file: OpenedProgram,
  evaluation: Evaluation,
  places: NodePlaces,
  { isAsked }: ChosenInputs,
  values: ReadonlyMap<string, PyValue>,
): PyValue {
  const { program } = file
  const { session, interpreter, model } = evaluation
  const inputs = userInputs(program)
  const symbols = new SymbolTable(model, program.ranges)
  session.moveTo(places.whole)
  bindSymbols(session, symbols, inputs, values)
  applyGuards(session, program, values)
  const run = startRun({ interpreter, symbols, places, hasOtherSizes: isAsked })
  const pending = [...inputs]
  const given = program.inputs.map(
    (input): PyValue =>
      input.role === 'user'
        ? userValue(evaluation, pending.shift(), values)
        : weightValue(file, evaluation, input),
  )
  const results = run.runGraph(program.graph, given, 'graph')
  const parts = program.outputs.flatMap(({ role }, index) => {
    const result = results[index]
    return role === 'user' && result ? [result] : []
  })
  return callResult(parts, program.outTree)
}

/** A tensor of the call; a number that it may choose; or what the program was exported with. */
function userValue(
  { interpreter }: Evaluation,
  input: UserInput | undefined,
  values: ReadonlyMap<string, PyValue>,
): PyValue {
  const { name = '', argument = { kind: 'none' } } = input ?? {}
  const value = values.get(name)
  if (!value) return argumentValue(argument, new Map())
  return argument.kind === 'symbol' ? interpreter.operator('item', [value]) : value
}

/** Enters the graph when it is first read: a program may list weights that it never uses. */
const weightValue = (file: OpenedProgram, { interpreter }: Evaluation, input: ProgramInput): PyValue =>
  'weight' in input
    ? weight(interpreter, file.weight(input.weight), input.weight)
    : { kind: 'opaque', reason: 'a token' }

/** Nothing in the file tells whether a size that the program has as a number could be another. */
function openedWarning({ opened }: ChosenInputs): string[] {
  if (opened.length === 0) return []
  const names = opened.map(({ name }) => name).join(', ')
  const sizes = opened.map(({ name, size }) => `${name}=${size}`).join(', ')
  return [
    `The program was exported for ${sizes}: what Python decided and computed by ${names} stays as it was. Compare the result ` +
      'with the model at other sizes, or export it with dynamic_shapes',
  ]
}

const precisionWarning = ({ program }: OpenedProgram): string[] =>
  usesBfloat16(program)
    ? [
        'The program computes in bfloat16, of which onnxruntime has no kernels: it is computed in float32, and results are as much ' +
          'closer to exact ones than those of PyTorch as bfloat16 rounds',
      ]
    : []

/** Of a decomposed program, which gives back what it would write. */
function stateWarnings({ program }: OpenedProgram): string[] {
  const written = new Set(
    program.outputs.flatMap((output) =>
      output.role === 'mutation' ? [`the ${output.of} ${output.target}`] : [],
    ),
  )
  return written.size === 0
    ? []
    : [
        `The program writes ${[...written].join(', ')}: that is dropped, each call starts from the values in the file`,
      ]
}

/** @throws ModelError UNSUPPORTED_CONSTRUCT for what has no place in a graph. */
function refuseForeign({ program }: OpenedProgram): void {
  const foreign = [...program.inputs, ...program.outputs].flatMap((part) =>
    part.role === 'foreign' ? [part.what] : [],
  )
  if (foreign.length === 0) return
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The program has inputs or outputs that no graph has: ${foreign.join(', ')}`,
    why: 'Tokens order effects, script objects are code of C++, losses and gradients are of training',
    next: 'Export the model in eval mode, without them',
  })
}
