import { NONE, type PyValue } from '../values/index.ts'
import type { Completion } from './completion.ts'
import type { Scope } from './scope.ts'

type Behind = Scope['rest'][number]

/** Runs a statement that knows what is to be run behind it. */
export function withRest(scope: Scope, behind: Behind, run: () => Completion): Completion {
  scope.rest.push(behind)
  try {
    return run()
  } finally {
    scope.rest.pop()
  }
}

/** Runs the body of a loop that is a part of the graph: behind it is its next turn, and not what follows the loop. */
export function inTurn(scope: Scope, behind: Behind, run: () => Completion): Completion {
  const kept = scope.rest.splice(0, scope.rest.length, behind)
  try {
    return run()
  } finally {
    scope.rest.splice(0, scope.rest.length, ...kept)
  }
}

/** Goes on behind a statement that ended so, to the end of the function. */
export function runToEnd(scope: Scope, completion: Completion): Completion {
  const kept = [...scope.rest]
  let ended = completion
  try {
    for (let behind = scope.rest.pop(); behind; behind = scope.rest.pop()) ended = behind(ended)
  } finally {
    scope.rest.splice(0, scope.rest.length, ...kept)
  }
  return ended ?? { kind: 'return', value: NONE }
}

/** The item at a place; undefined behind the last. */
export type Replay = (at: number) => PyValue | undefined

/** Items that may be gone through again from any place: two branches go on in the same loop. */
export function replayed(items: Iterable<PyValue>): Replay {
  const taken: PyValue[] = []
  const source = items[Symbol.iterator]()
  return (at) => {
    while (taken.length <= at) {
      const { done, value } = source.next()
      if (done) return undefined
      taken.push(value)
    }
    return taken[at]
  }
}
