import type { ProtoField, ProtoMessage } from '../wire/message.ts'

type FieldReader<T> = (target: T, field: ProtoField) => void

/** What each field of a message, by its number, does to the object it is decoded into. */
export type FieldReaders<T> = ReadonlyMap<number, FieldReader<T>>

export const fieldReaders = <T>(byNumber: { readonly [number: number]: FieldReader<T> }): FieldReaders<T> =>
  new Map(Object.entries(byNumber).map(([number, read]) => [Number(number), read]))

/** Decodes a message into `target`; fields without a reader are skipped. */
export function fill<T>(message: ProtoMessage, target: T, readers: FieldReaders<T>): T {
  for (const field of message.fields()) readers.get(field.number)?.(target, field)
  return target
}
