import { pythonError } from '../python-error.ts'
import { type CallArguments, type PyValue, typeName } from '../values/index.ts'

/**
 * The arguments of a built-in function by name: positional ones in the order of `names`, then keywords. A name that ends
 * in `?` may be left out.
 *
 * @throws PythonError TypeError for too many, too few or unknown arguments.
 * @example const { iterable, key } = named('sorted', ['iterable', 'key?', 'reverse?'], args)
 */
export function named<const Names extends readonly string[]>(
  callee: string,
  names: Names,
  { positional, keyword }: CallArguments,
): NamedValues<Names> {
  if (positional.length > names.length) {
    throw pythonError(
      'TypeError',
      `${callee}() takes ${names.length} arguments but ${positional.length} were given`,
    )
  }
  const found = new Map<string, PyValue>()
  for (const [index, spelled] of names.entries()) {
    const name = spelled.replace('?', '')
    const value = positional[index] ?? keyword.get(name)
    if (value) found.set(name, value)
    else if (!spelled.endsWith('?'))
      throw pythonError('TypeError', `${callee}() needs the argument '${name}'`)
  }
  for (const name of keyword.keys()) {
    if (!found.has(name))
      throw pythonError('TypeError', `${callee}() got an unexpected keyword argument '${name}'`)
  }
  // The loop above has filled every required name; the type says the same of each.
  return Object.fromEntries(found) as NamedValues<Names>
}

type NamedValues<Names extends readonly string[]> = {
  readonly [Name in Names[number] as Name extends `${string}?` ? never : Name]: PyValue
} & {
  readonly [Name in Names[number] as Name extends `${infer Bare}?` ? Bare : never]?: PyValue
}

export function asText(value: PyValue): string {
  if (value.kind === 'str') return value.value
  throw pythonError('TypeError', `a string is needed, not ${typeName(value)}`)
}
