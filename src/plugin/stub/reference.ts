/**
 * How a host's code refers to a file that the host shall emit: an import statement that binds `local` to the URL, or an
 * expression on its own.
 */
export interface Reference {
  /** Empty where the expression is enough. */
  readonly statement: string
  /** Evaluates to the URL, a string. */
  readonly expression: string
}

export type ReferTo = (path: string, local: string) => Reference

/** A JavaScript string literal. */
export const literal = (text: string): string => JSON.stringify(text)

/** `name: "net.pth", bytes: 12`: the fields of an object literal; the keys are identifiers of ours. */
export const fields = (record: object, separator = ', '): string =>
  Object.entries(record)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(separator)
