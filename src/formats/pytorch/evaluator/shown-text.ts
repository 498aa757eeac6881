import type { Session } from './session.ts'
import { type StrValue, str } from './values/index.ts'

/**
 * A text that may show dynamic dims, each at its hint. Most texts are only for the eye (a message of an error that is never
 * raised), so the guards that the hints ask for are recorded when the program first reads the text.
 */
export function shownText(session: Session, make: () => string): StrValue {
  const { result, record } = session.deferred(make)
  if (!record) return str(result)
  return {
    kind: 'str',
    get value() {
      record()
      return result
    },
  }
}
