import type { Interpreter } from '../interpreter/interpreter.ts'
import { placeInRange } from '../interpreter/ranges.ts'
import { indexOf } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import { type CallArguments, int, intOf, type NativeFunction } from '../values/index.ts'
import { named } from './arguments.ts'

function place(i: Interpreter, name: string, args: CallArguments): bigint | undefined {
  const { self, item } = named(name, ['self', 'item'], args)
  const wanted = item.kind === 'int' || item.kind === 'bool' ? indexOf(i, item) : undefined
  if (self.kind !== 'range') throw pythonError('TypeError', 'a range is needed')
  if (wanted) return placeInRange(i, self, wanted)
  const at = i.iterate(self).findIndex((member) => i.equals(member, item))
  return at < 0 ? undefined : BigInt(at)
}

export const RANGE_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  index: (i, args) => {
    const at = place(i, 'index', args)
    if (at === undefined) throw pythonError('ValueError', 'sequence.index(x): x not in sequence')
    return intOf(at)
  },
  count: (i, args) => int(place(i, 'count', args) === undefined ? 0 : 1),
}
