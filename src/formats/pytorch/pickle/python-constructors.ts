import type { Constructor, ConstructorContext, ConstructorTable } from './constructor.ts'
import { PickleDict } from './dict.ts'
import { EMPTY_TUPLE, type PickleClass, type PickleObject, type PickleValue } from './value.ts'

/** The parts of Python's standard library that pickles of models are made of. */
export const PYTHON_CONSTRUCTORS: ConstructorTable = new Map<string, Constructor>([
  ['collections.OrderedDict', (args, context, type) => dictOf(args[0], context, new PickleDict(type))],
  ['collections.defaultdict', (args, context, type) => dictOf(args[1], context, new PickleDict(type))],
  ['collections.Counter', (args, context, type) => dictOf(args[0], context, new PickleDict(type))],
  ['builtins.dict', (args, context) => dictOf(args[0], context, new PickleDict())],
  ['builtins.set', (args, context) => setOf(args[0], context)],
  ['builtins.frozenset', (args, context) => setOf(args[0], context)],
  ['builtins.list', (args, context) => ({ kind: 'list', items: copied(args[0], context) })],
  ['builtins.tuple', (args, context) => ({ kind: 'tuple', items: copied(args[0], context) })],
  ['builtins.complex', makeComplex],
  ['builtins.bytes', makeBytes],
  ['builtins.bytearray', makeBytes],
  ['builtins.getattr', resolveAttribute],
  ['_codecs.encode', encode],
  ['copyreg._reconstructor', reconstruct],
  ['copyreg.__newobj__', newObject],
])

/** A dict filled from a dict or from pairs; undefined when the argument is neither. */
function dictOf(
  from: PickleValue | undefined,
  context: ConstructorContext,
  dict: PickleDict,
): PickleDict | undefined {
  if (from === undefined) return dict
  if (from.kind === 'dict') {
    context.charge(from.size)
    for (const [key, value] of from.entries()) dict.set(key, value)
    return dict
  }
  for (const pair of copied(from, context)) {
    if (pair.kind !== 'tuple' && pair.kind !== 'list') return undefined
    const [key, value] = pair.items
    if (!key || !value) return undefined
    dict.set(key, value)
  }
  return dict
}

function setOf(from: PickleValue | undefined, context: ConstructorContext): PickleValue {
  return { kind: 'set', items: copied(from, context) }
}

/** The items of a list, tuple or set, as a list of its own. */
function copied(from: PickleValue | undefined, context: ConstructorContext): PickleValue[] {
  if (from === undefined) return []
  if (from.kind !== 'list' && from.kind !== 'tuple' && from.kind !== 'set') {
    throw context.damaged('fills a collection from what is none')
  }
  context.charge(from.items.length)
  return [...from.items]
}

function makeComplex([re, im]: readonly PickleValue[]): PickleValue | undefined {
  if (re?.kind !== 'float' || im?.kind !== 'float') return undefined
  return { kind: 'complex', re: re.value, im: im.value }
}

/** `bytes()`, `bytes(b'..')`; also `bytearray('..', 'latin-1')` and `bytes([1, 2])`. */
function makeBytes(args: readonly PickleValue[], context: ConstructorContext): PickleValue | undefined {
  const [from] = args
  if (!from) return { kind: 'bytes', value: new Uint8Array(0) }
  if (from.kind === 'bytes') return from
  if (from.kind === 'string') return encode(args, context)
  if (from.kind !== 'list') return undefined
  context.charge(from.items.length)
  const value = Uint8Array.from(from.items, (item) => (item.kind === 'int' ? Number(item.value) : 0))
  return from.items.every((item) => item.kind === 'int') ? { kind: 'bytes', value } : undefined
}

/** How protocols 0 to 2 spell bytes: `_codecs.encode('...', 'latin1')`, one character a byte. */
function encode(
  [text, encoding]: readonly PickleValue[],
  context: ConstructorContext,
): PickleValue | undefined {
  if (text?.kind !== 'string' || encoding?.kind !== 'string') return undefined
  if (!/^(latin-?1|iso-?8859-?1)$/i.test(encoding.value)) return undefined
  context.charge(text.value.length)
  return { kind: 'bytes', value: Buffer.from(text.value, 'latin1') }
}

/** `getattr(Outer, 'Inner')` names a nested class; of anything else it stays a record. */
function resolveAttribute([owner, name]: readonly PickleValue[]): PickleValue | undefined {
  if (owner?.kind !== 'class' || name?.kind !== 'string') return undefined
  if (owner.name.length + name.value.length > 4096) return undefined
  return { kind: 'class', module: owner.module, name: `${owner.name}.${name.value}` }
}

/** Protocols 0 and 1: `_reconstructor(cls, base, state)`. A base other than object carries the value itself as state. */
function reconstruct([type, base, state]: readonly PickleValue[]): PickleObject | undefined {
  if (type?.kind !== 'class') return undefined
  const plain = base?.kind === 'class' && base.module === 'builtins' && base.name === 'object'
  return { kind: 'object', class: type, args: plain || !state ? EMPTY_TUPLE.items : [state] }
}

function newObject(args: readonly PickleValue[], context: ConstructorContext): PickleObject | undefined {
  const type: PickleClass | undefined = args[0]?.kind === 'class' ? args[0] : undefined
  context.charge(args.length)
  return type && { kind: 'object', class: type, args: args.slice(1) }
}
