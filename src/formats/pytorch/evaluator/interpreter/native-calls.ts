import type { ModelError } from '../../../../errors/index.ts'
import { PythonError, unknownToThisVersion } from '../python-error.ts'
import type { CallArguments, NativeFunction, PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

/**
 * Calls a function of ours, and sees to it that it looks at all that it is given. What it was not written for would be left
 * out in silence: `product(x, repeat=2)`, `numpy.sum(x, 0)`.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT that names what it does not look at.
 */
export function callNative(
  i: Interpreter,
  { name, call, isTransparent }: Pick<NativeFunction, 'name' | 'call' | 'isTransparent'>,
  args: CallArguments,
): PyValue {
  if ((args.keyword.size === 0 && args.positional.length < 2) || isTransparent)
    return refusingUndecided(args, () => call(i, args))
  const seen: Seen = { keywords: false, positional: 0 }
  const unread = (): ModelError | undefined => {
    const missed = missedOf(args, seen)
    return missed.length === 0 ? undefined : unknownToThisVersion(`${name}(${missed.join(', ')})`)
  }
  let result: PyValue
  try {
    result = refusingUndecided(args, () => call(i, watched(args, seen)))
  } catch (error) {
    // Of the arguments that it knows, it may make what the call does not mean.
    throw (error instanceof PythonError ? unread() : undefined) ?? error
  }
  const refusal = unread()
  if (refusal) throw refusal
  return result
}

/** A function of ours that takes numbers says of one that only the data gives that it is none: that it is not known is why. */
function refusingUndecided(args: CallArguments, run: () => PyValue): PyValue {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    const values = [...args.positional, ...args.keyword.values()]
    throw (
      values.map((value) => (value.kind === 'tensor' ? value.undecided : undefined)).find(Boolean) ?? error
    )
  }
}

interface Seen {
  keywords: boolean
  /** How many, counted from the first. */
  positional: number
}

/** The arguments, with a note of what is read. A plain object: functions spread it. */
const watched = ({ positional, keyword }: CallArguments, seen: Seen): CallArguments => ({
  positional: new Proxy(positional, {
    get(items, key) {
      if (key === Symbol.iterator) return () => oneByOne(items, seen)
      // Everything else asks for all of them.
      seen.positional = items.length
      return Reflect.get(items, key)
    },
  }),
  get keyword() {
    seen.keywords = true
    return keyword
  },
})

function* oneByOne(items: readonly PyValue[], seen: Seen): Generator<PyValue> {
  for (const [index, item] of items.entries()) {
    seen.positional = Math.max(seen.positional, index + 1)
    yield item
  }
}

/** What was given and not read, as the user would write it. */
function missedOf({ positional, keyword }: CallArguments, seen: Seen): string[] {
  const places = seen.positional < positional.length ? [`… ${positional.length} arguments`] : []
  const keywords = seen.keywords ? [] : [...keyword.keys()].map((key) => `${key}=…`)
  return [...places, ...keywords]
}
