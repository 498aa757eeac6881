import { ERROR_CODES, type ErrorCode } from './codes.ts'

/** Where in the user's material the trouble is. Only what is known is given. */
export interface Where {
  /** File as the user named it, or a record inside it (`net.pth!code/__torch__/net.py`). */
  readonly file?: string | undefined
  /** Python (or other source) line, 1-based. */
  readonly line?: number | undefined
  /** Graph node or layer. */
  readonly node?: string | undefined
}

export interface ErrorDetails {
  /** What is wrong, as one sentence without a final full stop. */
  readonly what: string
  readonly where?: Where | undefined
  /** Why it is so. */
  readonly why?: string | undefined
  /** What the user can do next, often a ready-to-paste query. */
  readonly next?: string | undefined
  /** Absolute paths of the files that were read or looked for until then: an edit of one may mend it. */
  readonly files?: readonly string[] | undefined
  readonly cause?: unknown
}

/**
 * The one error class. Its message reads `[CODE] what (where). why. next`, on every host and in the CLI alike.
 *
 * @example
 * throw new ModelError('EMPTY_FILE', { what: 'net.pth holds no bytes', next: 'Download it again' })
 */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(formatMessage(code, details), details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.details = details
  }

  /** CLI exit status: 1 the model cannot be converted, 2 the call is wrong. */
  get exit(): 1 | 2 {
    return ERROR_CODES[this.code].exit
  }

  /** The same error with a place added where none was known; a place already known is kept. */
  at(where: Where): ModelError {
    return new ModelError(this.code, {
      ...this.details,
      where: { ...where, ...dropUndefined(this.details.where) },
    })
  }
}

function dropUndefined(where: Where | undefined): Where {
  return Object.fromEntries(Object.entries(where ?? {}).filter(([, value]) => value !== undefined))
}

function formatMessage(code: ErrorCode, { what, where, why, next }: ErrorDetails): string {
  const place = where ? formatWhere(where) : ''
  const sentences = [`${what}${place && ` (${place})`}`, why, next].filter((part): part is string => !!part)
  return `[${code}] ${sentences.map(ended).join(' ')}`
}

const ended = (sentence: string): string => (/[.?]$/.test(sentence) ? sentence : `${sentence}.`)

/** `net.pth!code/net.py:12, node conv1` */
export function formatWhere({ file, line, node }: Where): string {
  const position =
    file === undefined
      ? line === undefined
        ? ''
        : `line ${line}`
      : line === undefined
        ? file
        : `${file}:${line}`
  return [position, node === undefined ? '' : `node ${node}`].filter(Boolean).join(', ')
}
