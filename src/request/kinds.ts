import { badValue, commaList, type Key, notBuiltYet, single } from './key.ts'

/** A key that takes one word or path as it stands. */
export const text = (options: { example: string; help: string }): Key<string | undefined> => ({
  values: [`<${options.example}>`],
  planned: [],
  help: options.help,
  parse: (texts, name) => single(texts, name, options.example),
  print: (value) => value,
})

/** A documented key of which nothing is built yet; whatever its value, it is refused with those words. */
export const plannedKey = (options: { example: string; help: string; instead: string }): Key<undefined> => ({
  values: [],
  planned: [options.example],
  help: options.help,
  parse(texts, name) {
    if (texts.length > 0) throw notBuiltYet(`${name}=${texts.join(',')}`, options.instead)
    return undefined
  },
  print: () => undefined,
})

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A finite number of at least `min`. */
export const number = (options: { example: string; min: number; help: string }): Key<number | undefined> => ({
  values: ['<number>'],
  planned: [],
  help: options.help,
  parse(texts, name) {
    const given = single(texts, name, options.example)
    if (given === undefined) return undefined
    const value = NUMBER.test(given) ? Number(given) : Number.NaN
    if (Number.isFinite(value) && value >= options.min) return value
    throw badValue({
      what: `${name} does not take ${JSON.stringify(given)}`,
      next: `It takes a number of ${options.min} or more, such as ${name}=${options.example}`,
    })
  },
  print: (value) => value,
})

/** JSON text, kept as text in its shortest spelling. */
export const json = (options: { example: string; help: string }): Key<string | undefined> => ({
  values: ['<JSON object or array>'],
  planned: [],
  help: options.help,
  parse(texts, name) {
    const given = single(texts, name, options.example)
    return given === undefined ? undefined : compactJson(given, name, options.example)
  },
  print: (value) => value,
})

function compactJson(given: string, name: string, example: string): string {
  let value: unknown
  try {
    value = JSON.parse(given)
  } catch (cause) {
    throw badValue({
      what: `${name}=${given} is not JSON`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: `Write it as in ${name}=${example}`,
    })
  }
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  throw badValue({
    what: `${name}=${given} is neither a JSON object nor an array`,
    next: `Write it as in ${name}=${example}`,
  })
}

/** The architecture of a weights-only file: a Python file beside the model; library names are not built yet. */
export const architecture = (options: { help: string }): Key<string | undefined> => ({
  values: ['<./model.py>'],
  planned: ['<name of a library architecture, such as resnet18>'],
  help: options.help,
  parse(texts, name) {
    const given = single(texts, name, './model.py')
    if (given === undefined || given.endsWith('.py')) return given
    throw notBuiltYet(
      `${name}=${given}, an architecture of a library,`,
      `This version reads a Python file: ${name}=./model.py&class=Net`,
    )
  },
  print: (value) => value,
})

/** A comma list of names, in the order given. */
export const names = (options: { example: string; help: string }): Key<readonly string[]> => ({
  values: [`<${options.example}>`],
  planned: [],
  help: options.help,
  parse: (texts, name) => commaList(texts, name, options.example),
  print: (value) => (value.length === 0 ? undefined : value),
})

/** `old:new` pairs. The last colon separates, since TensorFlow's names hold colons themselves. */
export const renames = (options: { example: string; help: string }): Key<ReadonlyMap<string, string>> => ({
  values: [`<${options.example}>`],
  planned: [],
  help: options.help,
  parse(texts, name) {
    const pairs = commaList(texts, name, options.example).map((pair) =>
      splitPair(pair, name, options.example),
    )
    for (const side of [0, 1] as const) {
      const all = pairs.map((pair) => pair[side])
      const twice = all.find((each, index) => all.indexOf(each) !== index)
      if (twice !== undefined) throw badValue({ what: `${name} names ${twice} twice` })
    }
    return new Map(pairs)
  },
  print: (value) => (value.size === 0 ? undefined : [...value].map(([from, to]) => `${from}:${to}`)),
})

function splitPair(pair: string, name: string, example: string): readonly [string, string] {
  const colon = pair.lastIndexOf(':')
  if (colon > 0 && colon < pair.length - 1) return [pair.slice(0, colon), pair.slice(colon + 1)]
  throw badValue({
    what: `${name}=${pair} is not a pair of an old and a new name`,
    next: `Write it as in ${name}=${example}`,
  })
}
