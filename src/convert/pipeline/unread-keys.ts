import { canonicalKeys, type KeyName, type Request } from '../../request/index.ts'

interface Row {
  /** Front ends that read the key. */
  readonly formats: readonly string[]
  readonly because: string
}

const OWN_PROGRAM = 'the file carries its own program'
const WEIGHTS_ONLY: Row = { formats: ['pytorch-weights'], because: OWN_PROGRAM }

/** Keys that only some formats have a use for. */
const ROWS: Partial<Record<KeyName, Row>> = {
  arch: WEIGHTS_ONLY,
  class: WEIGHTS_ONLY,
  args: WEIGHTS_ONLY,
  weights: { formats: ['pytorch-weights'], because: 'the file holds one set of weights' },
  method: { formats: ['pytorch-weights', 'torchscript'], because: 'the file holds one graph' },
}

/**
 * A warning for every key of the request that the source's format does not read: nothing is ignored without a word.
 *
 * @param format name of the front end.
 */
export function unreadKeys(request: Request, format: string): string[] {
  const given = canonicalKeys(request)
  return Object.entries(ROWS).flatMap(([name, { formats, because }]) =>
    given[name] === undefined || formats.includes(format)
      ? []
      : [`${name}=${given[name]} is not used: ${because} (${format})`],
  )
}
