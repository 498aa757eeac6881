import type { Guard } from '../../formats/index.ts'

/** Conditions shown; the report has them all. */
const SHOWN = 3
/** An expression may have thousands of characters. */
const SHOWN_LENGTH = 100

/** What whoever runs the file by other means than the import has to see to: no other runtime knows of guards. */
export function conditionWarnings(guards: readonly Guard[]): string[] {
  if (guards.length === 0) return []
  const shown = guards.slice(0, SHOWN).map(({ assumed, at }) => `${beginning(assumed)}${at && ` (${at})`}`)
  const more = guards.length > SHOWN ? [`${guards.length - SHOWN} more guards`] : []
  return [
    `The results are right only where this holds: ${[...shown, ...more].join('; ')}. The import checks it at every run; ` +
      'onnxruntime on its own does not, and its results are wrong where it does not hold',
  ]
}

const beginning = (text: string): string =>
  text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text
