import { ModelError } from '../../../errors/index.ts'
import { composites, type Value } from '../../../graph/index.ts'
import type { Session } from '../evaluator/session.ts'
import type { PyValue } from '../evaluator/values/index.ts'

export interface NamedOutput {
  readonly name: string
  readonly value: Value
}

/**
 * The tensors of a result with their names: keys of dicts, fields of NamedTuples, else `output`, `output_1`, …; dotted
 * where they are nested.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT when there is no tensor in it.
 */
export function namedOutputs(session: Session, result: PyValue): NamedOutput[] {
  const found: { readonly path: readonly string[]; readonly value: Value }[] = []
  collect(session, result, [], found)
  if (found.length === 0) {
    throw new ModelError('UNSUPPORTED_CONSTRUCT', { what: 'The model returns no tensor' })
  }
  const names = outputNames(
    found.map(({ path }) => path),
    session.model.graph.inputs.map(({ name }) => name),
  )
  return found.map(({ value }, index) => ({ name: names[index] ?? '', value }))
}

/**
 * The names of results that lie there in what a model returns.
 *
 * @param inputs names of the model's inputs: a recurrent state has often one name as an input and as an output; a graph needs two.
 */
export function outputNames(paths: readonly (readonly string[])[], inputs: readonly string[]): string[] {
  const used = new Set(inputs)
  return paths.map((path, index) => unique(spell(path, index), used))
}

/** Positions alone make no name. */
function spell(path: readonly string[], index: number): string {
  const isNamed = path.some((part) => !/^\d+$/.test(part))
  if (isNamed) return path.join('.')
  return index === 0 ? 'output' : `output_${index}`
}

function unique(name: string, used: Set<string>): string {
  let candidate = name
  for (let count = 1; used.has(candidate); count++) candidate = `${name}_${count}`
  used.add(candidate)
  return candidate
}

function collect(
  session: Session,
  value: PyValue,
  path: readonly string[],
  found: { readonly path: readonly string[]; readonly value: Value }[],
): void {
  switch (value.kind) {
    case 'tensor':
      found.push({ path, value: value.read() })
      return
    case 'list':
    case 'view':
    case 'tuple': {
      const fields = value.kind === 'tuple' ? value.fields : undefined
      for (const [index, item] of value.items.entries()) {
        collect(session, item, [...path, fields?.[index] ?? String(index)], found)
      }
      return
    }
    case 'dict':
      for (const [key, item] of value.entries()) {
        collect(session, item, [...path, key.kind === 'str' ? key.value : String(found.length)], found)
      }
      return
    case 'instance':
      for (const [name, item] of value.attributes) collect(session, item, [...path, name], found)
      return
    case 'int':
      found.push({ path, value: composites.sizeScalar(session.b, value.value) })
      return
    case 'none':
      return
    case 'opaque':
      throw new ModelError('UNSUPPORTED_CONSTRUCT', {
        what: `The model returns what is not computed: ${value.reason}`,
        next: 'Leave it out of what the model returns',
      })
    default:
      session.warn(`The model returns a ${value.kind} at ${path.join('.') || 'its root'}, which is no output`)
  }
}
