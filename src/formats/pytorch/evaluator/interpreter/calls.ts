import { refuseOwnInstances } from '../classes/class-protocols.ts'
import { unknownBaseOf } from '../classes/classes.ts'
import { memberWith } from '../classes/enums.ts'
import { NAMED_TUPLE, namedTupleClass } from '../classes/named-tuple-classes.ts'
import { makeNamedTuple } from '../classes/named-tuples.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import {
  type CallArguments,
  type ClassValue,
  InstanceValue,
  NONE,
  type PyValue,
  tuple,
  typeName,
} from '../values/index.ts'
import { callFunction } from './functions.ts'
import type { Interpreter } from './interpreter.ts'
import { callNative } from './native-calls.ts'
import { unknownImport, useUnknown } from './unknown-imports.ts'

export function callValue(i: Interpreter, callee: PyValue, args: CallArguments): PyValue {
  i.session.budget.step()
  switch (callee.kind) {
    case 'function':
      return i.session.budget.nested(() => callFunction(i, callee, args))
    case 'native':
      // What it makes, an iterator or a text, is small.
      i.session.budget.step(4)
      return callNative(i, callee, args)
    case 'method':
      return i.call(callee.callee, { ...args, positional: [callee.self, ...args.positional] })
    case 'class':
      return instantiate(i, callee, args)
    case 'type':
      i.session.budget.object()
      if (callee.call) return callNative(i, { name: callee.name, call: callee.call }, args)
      throw unknownToThisVersion(`calls of ${callee.name}`)
    case 'instance': {
      const method = i.findAttribute(callee, '__call__')
      if (method) return i.call(method, args)
      break
    }
    case 'opaque':
      return { kind: 'opaque', reason: 'a call' }
    case 'namespace':
      if (callee.isInert) return callee
      if (callee.isUnknown) return useUnknown(i, callee, `${callee.name}(…)`)
      break
    default:
  }
  throw pythonError('TypeError', `'${typeName(callee)}' object is not callable`)
}

function instantiate(i: Interpreter, of: ClassValue, args: CallArguments): PyValue {
  const unknown = unknownBaseOf(of)
  if (unknown) return useUnknown(i, unknownImport(unknown), `${of.name}(…)`)
  if (of.unbuilt !== undefined)
    throw unknownToThisVersion(`classes derived from ${of.unbuilt}, as ${of.name} is`)
  refuseOwnInstances(of)
  if (of === NAMED_TUPLE) return namedTupleClass(i, args)
  if (of.role === 'namedtuple') return makeNamedTuple(of, args)
  if (of.role === 'enum') return memberWith(i, of, args.positional[0] ?? args.keyword.get('value') ?? NONE)
  i.session.budget.object()
  const instance = new InstanceValue(of)
  if (of.role === 'exception') instance.attributes.set('args', tuple(args.positional))
  const init = of.lookup('__init__')
  if (init) i.call(init, { ...args, positional: [instance, ...args.positional] })
  else if (of.role === 'object' && args.positional.length + args.keyword.size > 0) {
    throw pythonError('TypeError', `${of.name}() takes no arguments`)
  }
  return instance
}
