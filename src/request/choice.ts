import { nearest } from '../errors/index.ts'
import { badValue, type Key, notBuiltYet, single } from './key.ts'

interface ChoiceOptions<V extends string> {
  /** Values this version builds; the first is the default. */
  readonly built: readonly [V, ...V[]]
  readonly planned?: readonly string[]
  /** Documented values that are not words of a list, such as `20MB`. */
  readonly plannedPattern?: { readonly test: RegExp; readonly example: string }
  /** A comma list of values is documented, and not built yet. */
  readonly plannedList?: boolean
  readonly help: string
}

/** A key that takes one word of a list. */
export function choice<const V extends string>(options: ChoiceOptions<V>): Key<V> {
  const { built, planned = [], plannedPattern, plannedList = false, help } = options
  const example = plannedPattern ? [plannedPattern.example] : []
  return {
    values: built,
    planned: [...planned, ...example],
    help,
    parse(texts, name) {
      const text = single(texts, name, built[0])
      if (text === undefined) return built[0]
      const found = built.find((value) => value === text)
      if (found !== undefined) return found
      const words = plannedList ? text.split(',') : [text]
      const documented = words.every((word) => [...built, ...planned].includes(word))
      const distinct = new Set(words).size === words.length
      if ((documented && distinct) || plannedPattern?.test.test(text)) {
        throw notBuiltYet(`${name}=${text}`, `This version builds ${listed(name, built)}`)
      }
      throw unknownValue(name, text, built, [...planned, ...example])
    },
    print: (value) => value,
  }
}

function unknownValue(name: string, text: string, built: readonly string[], planned: readonly string[]) {
  const close = nearest(text, [...built, ...planned])
  const later = planned.length > 0 ? `; not built yet: ${planned.join(', ')}` : ''
  return badValue({
    what: `${name} does not take ${JSON.stringify(text)}`,
    next: `${close ? `Did you mean ${name}=${close}? ` : ''}It takes ${built.join(', ')}${later}`,
  })
}

const listed = (name: string, values: readonly string[]): string =>
  values.map((value) => `${name}=${value}`).join(', ')
