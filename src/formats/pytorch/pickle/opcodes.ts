import { ModelError } from '../../../errors/index.ts'
import { PickleDict } from './dict.ts'
import {
  checkLongLength,
  decodeLong,
  parseFloatText,
  parseInteger,
  parseQuoted,
  parseRawUnicode,
} from './literals.ts'
import type { PickleMachine } from './machine.ts'
import {
  bytes,
  describe,
  EMPTY_TUPLE,
  FALSE,
  float,
  int,
  NONE,
  type PickleObject,
  type PickleValue,
  string,
  TRUE,
} from './value.ts'

interface Opcode {
  readonly name: string
  readonly run: (machine: PickleMachine) => void
}

export const STOP = 0x2e

/**
 * Every opcode of protocols 0 to 5 but STOP, as Lib/pickletools.py documents them
 * (https://github.com/python/cpython/blob/main/Lib/pickletools.py).
 */
const TABLE: readonly (readonly [code: number | string, name: string, run: Opcode['run']])[] = [
  // framing
  [0x80, 'PROTO', (m) => checkProtocol(m, m.reader.u8())],
  [0x95, 'FRAME', (m) => checkFrame(m, m.reader.u64())],
  // scalars
  ['N', 'NONE', (m) => m.push(NONE)],
  [0x88, 'NEWTRUE', (m) => m.push(TRUE)],
  [0x89, 'NEWFALSE', (m) => m.push(FALSE)],
  ['I', 'INT', (m) => pushParsed(m, parseInteger)],
  ['J', 'BININT', (m) => m.push(int(m.reader.i32()))],
  ['K', 'BININT1', (m) => m.push(int(m.reader.u8()))],
  ['M', 'BININT2', (m) => m.push(int(m.reader.u16()))],
  ['L', 'LONG', (m) => pushParsed(m, parseInteger)],
  [0x8a, 'LONG1', (m) => pushLong(m, m.reader.u8())],
  [0x8b, 'LONG4', (m) => pushLong(m, m.reader.i32())],
  ['F', 'FLOAT', (m) => pushParsed(m, parseFloatText)],
  ['G', 'BINFLOAT', (m) => m.push(float(m.reader.f64BigEndian()))],
  // text and bytes
  ['S', 'STRING', (m) => pushParsed(m, parseQuoted)],
  ['T', 'BINSTRING', (m) => pushTextOrBytes(m, m.reader.i32())],
  ['U', 'SHORT_BINSTRING', (m) => pushTextOrBytes(m, m.reader.u8())],
  ['V', 'UNICODE', (m) => pushParsed(m, parseRawUnicode)],
  [0x8c, 'SHORT_BINUNICODE', (m) => m.push(string(m.reader.text(m.reader.u8())))],
  ['X', 'BINUNICODE', (m) => m.push(string(m.reader.text(m.reader.u32())))],
  [0x8d, 'BINUNICODE8', (m) => m.push(string(m.reader.text(m.reader.u64())))],
  ['C', 'SHORT_BINBYTES', (m) => m.push(bytes(m.reader.take(m.reader.u8())))],
  ['B', 'BINBYTES', (m) => m.push(bytes(m.reader.take(m.reader.u32())))],
  [0x8e, 'BINBYTES8', (m) => m.push(bytes(m.reader.take(m.reader.u64())))],
  [0x96, 'BYTEARRAY8', (m) => m.push(bytes(m.reader.take(m.reader.u64())))],
  // containers
  [']', 'EMPTY_LIST', (m) => m.push({ kind: 'list', items: [] })],
  ['l', 'LIST', (m) => m.push({ kind: 'list', items: m.popToMark() })],
  ['a', 'APPEND', (m) => append(m, [m.pop()])],
  ['e', 'APPENDS', (m) => append(m, m.popToMark())],
  [')', 'EMPTY_TUPLE', (m) => m.push(EMPTY_TUPLE)],
  ['t', 'TUPLE', (m) => m.push({ kind: 'tuple', items: m.popToMark() })],
  [0x85, 'TUPLE1', (m) => pushTuple(m, 1)],
  [0x86, 'TUPLE2', (m) => pushTuple(m, 2)],
  [0x87, 'TUPLE3', (m) => pushTuple(m, 3)],
  ['}', 'EMPTY_DICT', (m) => m.push(new PickleDict())],
  ['d', 'DICT', (m) => pushDict(m, m.popToMark())],
  ['s', 'SETITEM', (m) => setItems(m, [m.pop(), m.pop()].reverse())],
  ['u', 'SETITEMS', (m) => setItems(m, m.popToMark())],
  [0x8f, 'EMPTY_SET', (m) => m.push({ kind: 'set', items: [] })],
  [0x90, 'ADDITEMS', (m) => append(m, m.popToMark())],
  [0x91, 'FROZENSET', (m) => m.push({ kind: 'set', items: m.popToMark() })],
  // stack and memo
  ['(', 'MARK', (m) => m.mark()],
  ['0', 'POP', (m) => m.discard()],
  ['1', 'POP_MARK', (m) => void m.popToMark()],
  ['2', 'DUP', (m) => m.push(m.top())],
  ['g', 'GET', (m) => m.recall(lineIndex(m))],
  ['h', 'BINGET', (m) => m.recall(m.reader.u8())],
  ['j', 'LONG_BINGET', (m) => m.recall(m.reader.u32())],
  ['p', 'PUT', (m) => m.remember(lineIndex(m))],
  ['q', 'BINPUT', (m) => m.remember(m.reader.u8())],
  ['r', 'LONG_BINPUT', (m) => m.remember(m.reader.u32())],
  [0x94, 'MEMOIZE', (m) => m.memoize()],
  // classes and objects: named and recorded, never looked up or run
  ['c', 'GLOBAL', (m) => m.push(m.global(m.reader.line(), m.reader.line()))],
  [0x93, 'STACK_GLOBAL', (m) => stackGlobal(m)],
  ['R', 'REDUCE', (m) => callWithTuple(m)],
  [0x81, 'NEWOBJ', (m) => callWithTuple(m)],
  [0x92, 'NEWOBJ_EX', (m) => newObjectWithKeywords(m)],
  ['i', 'INST', (m) => m.push(m.call(m.global(m.reader.line(), m.reader.line()), m.popToMark()))],
  ['o', 'OBJ', (m) => callFromMark(m)],
  ['b', 'BUILD', (m) => build(m, m.pop(), m.top())],
  // references to the outside
  ['P', 'PERSID', (m) => m.push(m.persistent(string(m.reader.line())))],
  ['Q', 'BINPERSID', (m) => m.push(m.persistent(m.pop()))],
  [0x82, 'EXT1', () => refuse('a class of the reading process (copyreg.add_extension)')],
  [0x83, 'EXT2', () => refuse('a class of the reading process (copyreg.add_extension)')],
  [0x84, 'EXT4', () => refuse('a class of the reading process (copyreg.add_extension)')],
  [0x97, 'NEXT_BUFFER', () => refuse('a buffer that was sent apart from it')],
  [0x98, 'READONLY_BUFFER', () => refuse('a buffer that was sent apart from it')],
]

/** By code. */
export const OPCODES: readonly (Opcode | undefined)[] = opcodesByCode()

function opcodesByCode(): (Opcode | undefined)[] {
  const byCode = new Array<Opcode | undefined>(256).fill(undefined)
  for (const [code, name, run] of TABLE) {
    byCode[typeof code === 'number' ? code : code.charCodeAt(0)] = { name, run }
  }
  return byCode
}

function checkProtocol(machine: PickleMachine, protocol: number): void {
  if (protocol > 5) throw machine.damaged(`states protocol ${protocol}; 5 is the highest there is`)
}

function checkFrame({ reader }: PickleMachine, length: number): void {
  // Frames only say how much may be read at once; the slice checks that the file reaches that far.
  reader.source.slice(reader.position, length)
}

function pushParsed(machine: PickleMachine, parse: (line: string) => PickleValue | undefined): void {
  const line = machine.reader.line()
  const value = parse(line)
  if (!value) throw machine.damaged(`cannot read ${JSON.stringify(line.slice(0, 40))}`)
  machine.push(value)
}

function pushLong(machine: PickleMachine, length: number): void {
  if (length < 0) throw machine.damaged('states a negative length')
  checkLongLength(length)
  machine.push(decodeLong(machine.reader.take(length)))
}

function pushTextOrBytes(machine: PickleMachine, length: number): void {
  if (length < 0) throw machine.damaged('states a negative length')
  const value = machine.reader.textOrBytes(length)
  machine.push(typeof value === 'string' ? string(value) : bytes(value))
}

function pushTuple(machine: PickleMachine, length: 1 | 2 | 3): void {
  const items = Array.from({ length }, () => machine.pop()).reverse()
  machine.push({ kind: 'tuple', items })
}

function pushDict(machine: PickleMachine, items: readonly PickleValue[]): void {
  machine.push(new PickleDict())
  setItems(machine, items)
}

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const target = machine.top()
  const items = itemsOf(target)
  if (!items) throw machine.damaged(`appends to ${describe(target)}`)
  for (const value of values) items.push(value)
}

function itemsOf(target: PickleValue): PickleValue[] | undefined {
  if (target.kind === 'list' || target.kind === 'set') return target.items
  if (target.kind !== 'object') return undefined
  target.items ??= []
  return target.items
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top()
  const entries = entriesOf(target)
  if (!entries) throw machine.damaged(`sets an item of ${describe(target)}`)
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]]
    if (!key || !value) throw machine.damaged('finds a key without a value')
    entries.set(key, value)
  }
}

function entriesOf(target: PickleValue): PickleDict | undefined {
  if (target.kind === 'dict') return target
  if (target.kind !== 'object') return undefined
  target.entries ??= new PickleDict()
  return target.entries
}

function lineIndex(machine: PickleMachine): number {
  const line = machine.reader.line()
  const index = /^\d{1,15}$/.test(line) ? Number(line) : -1
  if (index < 0) throw machine.damaged(`has no number in ${JSON.stringify(line.slice(0, 40))}`)
  return index
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop()
  const module = machine.pop()
  if (name.kind !== 'string' || module.kind !== 'string') throw machine.damaged('names a class by no string')
  machine.push(machine.global(module.value, name.value))
}

function callWithTuple(machine: PickleMachine): void {
  const args = machine.pop()
  const callee = machine.pop()
  if (args.kind === 'tuple') machine.push(machine.call(callee, args.items))
  else if (isScripted(callee)) machine.push(machine.call(callee, [args]))
  else throw machine.damaged(`calls with ${describe(args)}, which is no tuple`)
}

/** TorchScript writes a member of an enum as its class called with the bare value. */
const isScripted = (callee: PickleValue): boolean =>
  callee.kind === 'class' && /^__torch__(\.|$)/.test(callee.module)

function newObjectWithKeywords(machine: PickleMachine): void {
  const kwargs = machine.pop()
  const args = machine.pop()
  const callee = machine.pop()
  if (args.kind !== 'tuple' || kwargs.kind !== 'dict') throw machine.damaged('calls with no tuple and dict')
  if (callee.kind !== 'class') throw machine.damaged(`makes an object of ${describe(callee)}`)
  const plain = kwargs.size === 0
  const record: PickleObject = { kind: 'object', class: callee, args: args.items, kwargs }
  machine.push(plain ? machine.call(callee, args.items) : record)
}

function callFromMark(machine: PickleMachine): void {
  const [callee, ...args] = machine.popToMark()
  if (!callee) throw machine.damaged('finds no class to make an object of')
  machine.push(machine.call(callee, args))
}

function build(machine: PickleMachine, state: PickleValue, target: PickleValue): void {
  if (target.kind === 'object' || target.kind === 'tensor') {
    target.state = state
  } else if (target.kind === 'dict') {
    if (state.kind === 'dict') target.attributes = state
  } else if (target.kind !== 'set' && target.kind !== 'list' && target.kind !== 'class') {
    throw machine.damaged(`sets the state of ${describe(target)}`)
  }
}

function refuse(what: string): never {
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `A pickle refers to ${what}`,
    next: 'Save the model with torch.save or torch.jit.save',
  })
}
