import { ModelError } from '../../../../errors/index.ts'
import { type NativeFunction, NONE, positional } from '../values/index.ts'

/** What else Python's generators do, and what each means. */
const REFUSED: Readonly<Record<string, string>> = {
  send: 'sends a value into a generator',
  throw: 'raises an error inside of a generator',
  close: 'ends a generator before its end',
}

const refused =
  (name: string, does: string): NativeFunction['call'] =>
  () => {
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `The model's source ${does} (${name})`,
      why: 'Generators only give their items here',
      next: 'Write it without that, or leave it out of the model',
    })
  }

export const ITERATOR_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  __iter__: (i, { positional: [self = NONE] }) => i.call(i.builtin('iter'), positional(self)),
  __next__: (i, { positional: [self = NONE] }) => i.call(i.builtin('next'), positional(self)),
  ...Object.fromEntries(Object.entries(REFUSED).map(([name, does]) => [name, refused(name, does)])),
}
