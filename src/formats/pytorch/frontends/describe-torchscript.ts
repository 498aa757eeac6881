import { elementCount } from '../../../graph/index.ts'
import type { Description } from '../../format.ts'
import type { TorchScriptFile } from '../container/index.ts'
import { attributesOf, type PickleValue } from '../pickle/index.ts'
import { parseSource, TORCHSCRIPT } from '../source/index.ts'
import { toDType } from '../tensors/index.ts'
import { portsOf } from './ports.ts'

/** What a TorchScript archive says of itself, without evaluating it. */
export function describeTorchScript(file: TorchScriptFile, method: string): Description {
  const traced = file.tracedInputs.get(method)
  const inputs = entryPorts(file, method).map(({ name }, index) => ({ name, ...shapeOf(traced?.[index]) }))
  return {
    format: 'torchscript',
    version: String(file.version),
    inputs,
    outputs: [],
    operators: countOperators(file),
    parameters: countParameters(file.root),
  }
}

function entryPorts(file: TorchScriptFile, method: string) {
  const { module, name } = file.root.class
  const code = file.code.get(`${module.replaceAll('.', '/')}.py`)
  if (!code) return []
  const body = parseSource(code.text, code.path, TORCHSCRIPT).body
  const own = body.find((s) => s.kind === 'Class' && s.name === name)
  const entry =
    own?.kind === 'Class' ? own.body.find((s) => s.kind === 'Function' && s.name === method) : undefined
  return entry?.kind === 'Function' ? portsOf(entry.parameters) : []
}

function shapeOf(input: PickleValue | undefined): { dtype?: string; shape?: readonly number[] } {
  if (input?.kind !== 'tensor') return {}
  return { dtype: toDType(input.view.dtype) ?? input.view.dtype, shape: input.view.dims }
}

const CALL = /\b(torch|ops)\.([\w.]+)\(/g

/** Calls of operators in the generated code, as written. */
function countOperators(file: TorchScriptFile): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const code of file.code.values()) {
    for (const [, root, name = ''] of code.text.matchAll(CALL)) {
      const operator = root === 'torch' ? `aten::${name}` : name.replace('.', '::')
      counts.set(operator, (counts.get(operator) ?? 0) + 1)
    }
  }
  return counts
}

/** Elements of all tensors; shared ones once. */
function countParameters(root: PickleValue): number {
  const seen = new Set<PickleValue>()
  const pending = [root]
  let count = 0
  for (let value = pending.pop(); value; value = pending.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    if (value.kind === 'tensor') count += elementCount(value.view.dims)
    else if (value.kind === 'object')
      pending.push(...[...(attributesOf(value)?.named() ?? [])].map(([, item]) => item))
    else if (value.kind === 'list' || value.kind === 'tuple') pending.push(...value.items)
    else if (value.kind === 'dict') pending.push(...[...value.entries()].map(([, item]) => item))
  }
  return count
}
