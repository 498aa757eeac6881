import type { ProtoMessage } from '../wire/message.ts'
import { readNumber } from '../wire/numbers.ts'
import { ENTRY, OPSET } from './fields.ts'

/** A StringStringEntryProto. */
export function decodeEntry(message: ProtoMessage): [key: string, value: string] {
  let [key, value] = ['', '']
  for (const field of message.fields()) {
    if (field.number === ENTRY.key) key = field.asText()
    else if (field.number === ENTRY.value) value = field.asText()
  }
  return [key, value]
}

/** An OperatorSetIdProto. */
export function decodeOpset(message: ProtoMessage): [domain: string, version: number] {
  let [domain, version] = ['', 0]
  for (const field of message.fields()) {
    if (field.number === OPSET.domain) domain = canonicalDomain(field.asText())
    else if (field.number === OPSET.version) version = readNumber(field)
  }
  return [domain, version]
}

/** `ai.onnx` is the long name of the default domain. */
export const canonicalDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain)
