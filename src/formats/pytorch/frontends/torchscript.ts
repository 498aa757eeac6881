import { ModelError, nearest } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/index.ts'
import type { Description, Format, FrontEndOptions, Normalised } from '../../format.ts'
import { loadTorchFile, type TorchScriptFile } from '../container/index.ts'
import type { Relocate } from '../evaluator/session.ts'
import { type FunctionValue, type PyValue, positional, tuple } from '../evaluator/values/index.ts'
import { ParsedSources, parseSource } from '../source/index.ts'
import { describeTorchScript } from './describe-torchscript.ts'
import { Evaluation } from './evaluation.ts'
import { evaluateWithInputs } from './input-choice.ts'
import { portsOf } from './ports.ts'
import { ScriptValues } from './script-values.ts'
import { tracedArguments } from './traced-inputs.ts'

/** TorchScript archives, traced or scripted. */
export const torchscript: Format = {
  name: 'torchscript',
  reads: ['torchscript'],
  describe: (source, options): Description => describeTorchScript(load(source), options.method ?? 'forward'),
  normalise: normaliseTorchScript,
}

function load(source: ByteSource): TorchScriptFile {
  const file = loadTorchFile(source)
  if (file.kind === 'torchscript') return file
  throw new ModelError('INTERNAL', { what: `${source.name} is not a TorchScript archive` })
}

function normaliseTorchScript(source: ByteSource, options: FrontEndOptions): Normalised {
  const file = load(source)
  const method = options.method ?? 'forward'
  const sources = new ParsedSources(parseSource)
  const open = () => {
    const evaluation = new Evaluation(originsOf(file))
    return evaluation.run(() => {
      const root = new ScriptValues(evaluation.interpreter, file, sources).value(file.root, '')
      const entry = entryOf(root, method)
      return {
        evaluation,
        ports: portsOf(entry.parameters),
        call: (args: ReadonlyMap<string, PyValue>) => callEntry(evaluation, root, entry, args),
      }
    })
  }
  return evaluateWithInputs({
    open,
    specs: options.inputs,
    recorded: (ports) => tracedArguments(file.tracedInputs.get(method), ports),
    options,
  })
}

function entryOf(root: PyValue, method: string): FunctionValue {
  if (root.kind !== 'instance') throw new ModelError('CORRUPT_FILE', { what: 'The archive holds no module' })
  const found = root.class.lookup(method)
  if (found?.kind === 'function') return found
  const methods = [...root.class.attributes].flatMap(([name, value]) =>
    value.kind === 'function' ? [name] : [],
  )
  const close = nearest(method, methods)
  throw new ModelError('BAD_QUERY_VALUE', {
    what: `The model has no method ${method}`,
    next: `${close ? `Did you mean method=${close}? ` : ''}Its methods are ${methods.join(', ') || 'none'}`,
  })
}

/** Hooks of submodules are written out in the code; those of the root are left to its caller. */
function callEntry(
  { interpreter }: Evaluation,
  root: PyValue,
  entry: FunctionValue,
  args: ReadonlyMap<string, PyValue>,
): PyValue {
  let positionals = [...args.values()]
  for (const hook of hooksOf(root, '__forward_pre_hooks__')) {
    const changed = interpreter.callMethod(root, hook, tuple(positionals))
    if (changed.kind === 'tuple') positionals = [...changed.items]
    else if (changed.kind !== 'none') positionals = [changed]
  }
  const isChanged = positionals.some((value) => ![...args.values()].includes(value))
  let result = interpreter.call(
    entry,
    isChanged ? positional(root, ...positionals) : { positional: [root], keyword: args },
  )
  for (const hook of hooksOf(root, '__forward_hooks__')) {
    const changed = interpreter.callMethod(root, hook, tuple(positionals), result)
    if (changed.kind !== 'none') result = changed
  }
  return result
}

function hooksOf(root: PyValue, name: string): string[] {
  if (root.kind !== 'instance') return []
  const hooks = root.class.lookup(name)
  return hooks?.kind === 'list'
    ? hooks.items.flatMap((hook) => (hook.kind === 'str' ? [hook.value] : []))
    : []
}

/** From generated code to the line of the Python program it was made from. */
function originsOf(file: TorchScriptFile): Relocate {
  const byPath = new Map([...file.code.values()].map((code) => [code.path, code]))
  return ({ file: path, line, column }) => {
    const code = byPath.get(path)
    if (!code) return { file: path, line }
    const lines = code.text.split('\n')
    const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0)
    const indent = /^\s*/.exec(lines[line - 1] ?? '')?.[0].length ?? 0
    return code.originOf(before + (column === undefined ? indent : column - 1)) ?? { file: path, line }
  }
}
