import { pythonError } from '../python-error.ts'
import type { CallArguments, ClassValue, PyValue } from '../values/index.ts'

/** `Point(1, y=2)` of a NamedTuple class. */
export function makeNamedTuple(of: ClassValue, { positional, keyword }: CallArguments): PyValue {
  const fields = of.fields ?? []
  const wrong = (what: string) => pythonError('TypeError', `${of.name}.__new__() ${what}`)
  if (positional.length > fields.length)
    throw wrong(`takes ${fields.length + 1} positional arguments but ${positional.length + 1} were given`)
  for (const name of keyword.keys()) {
    const place = fields.indexOf(name)
    if (place < 0) throw wrong(`got an unexpected keyword argument '${name}'`)
    if (place < positional.length) throw wrong(`got multiple values for argument '${name}'`)
  }
  const items = fields.map((name, index) => {
    const value = positional[index] ?? keyword.get(name) ?? of.lookup(name)
    if (!value) throw wrong(`missing a required argument: '${name}'`)
    return value
  })
  return { kind: 'tuple', items, fields, typeName: of.name, class: of }
}
