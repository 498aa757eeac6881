import { type ErrorDetails, ModelError } from '../errors/index.ts'

/** A value as the canonical form shows it; undefined where the key has none. */
export type Canonical = string | number | readonly string[] | undefined

/** One row of the key table: how a key's texts are read, and how its value is printed again. */
export interface Key<T> {
  /** What it takes, for documentation and messages: `none`, `fp16`, or a pattern such as `<number>`. */
  readonly values: readonly string[]
  /** Documented values that this version refuses. */
  readonly planned: readonly string[]
  /** One sentence. */
  readonly help: string
  /** `texts`: every value given for the key, decoded; empty when the key is absent. */
  parse(texts: readonly string[], name: string): T
  print(value: T): Canonical
}

/**
 * The only text of a key that may be given once; undefined when it is absent.
 * @throws ModelError BAD_QUERY_VALUE when it is repeated or empty.
 */
export function single(texts: readonly string[], name: string, example: string): string | undefined {
  const [text, second] = texts
  if (second !== undefined) {
    throw badValue({
      what: `${name} is given ${texts.length} times: ${texts.join(', ')}`,
      next: `Keep one of them`,
    })
  }
  if (text === '') throw badValue({ what: `${name} has no value`, next: `Write ${name}=${example}` })
  return text
}

/** A list separated by commas, as in `outputs=logits,boxes`; repeating the key appends. */
export function commaList(texts: readonly string[], name: string, example: string): string[] {
  const parts = texts.flatMap((text) => text.split(','))
  if (parts.includes('')) {
    throw badValue({
      what: `${name}=${texts.join(',')} holds an empty name`,
      next: `Write ${name}=${example}`,
    })
  }
  const repeated = parts.find((part, index) => parts.indexOf(part) !== index)
  if (repeated !== undefined) throw badValue({ what: `${name} names ${repeated} twice` })
  return parts
}

export const badValue = (details: ErrorDetails): ModelError => new ModelError('BAD_QUERY_VALUE', details)

/** A documented value that this version does not implement. `instead`: what it does build. */
export const notBuiltYet = (given: string, instead: string): ModelError =>
  new ModelError('NOT_BUILT_YET', { what: `${given} is documented and not built yet`, next: instead })
