import { editing, int } from './adapter.ts'

/** TensorProto.DataType, in order. */
const NAMES = [
  'UNDEFINED',
  'FLOAT',
  'UINT8',
  'INT8',
  'UINT16',
  'INT16',
  'INT32',
  'INT64',
  'STRING',
  'BOOL',
  'FLOAT16',
  'DOUBLE',
  'UINT32',
  'UINT64',
]

/** Opset 6: the type is a number, where it was a name. */
export const cast = editing('Cast', 6, (call) => {
  const name = call.node.attribute('to', 'string') ?? ''
  const code = NAMES.indexOf(name)
  if (code < 1) call.refuse(`it casts to ${name || 'nothing'}`)
  call.node.setAttribute('to', int(code))
})
