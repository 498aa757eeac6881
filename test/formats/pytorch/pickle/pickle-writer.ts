/** Pickles written opcode by opcode, so that a test shows exactly what the file holds. */

export type Piece = Uint8Array | string

/** A pickle of protocol 2: its pieces between PROTO and STOP. A string is a run of one-byte opcodes: `']'`, `'N\x85R'`. */
export const pickle = (...pieces: Piece[]): Buffer => Buffer.concat([raw('\x80\x02'), join(pieces), raw('.')])

export const join = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? raw(piece) : Buffer.from(piece))))

/** Latin-1 bytes. */
export const raw = (text: string): Buffer => Buffer.from(text, 'latin1')

export const str = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([raw('X'), u32(bytes.byteLength), bytes])
}

export const int = (value: number): Buffer => Buffer.concat([raw('J'), i32(value)])

export const global = (module: string, name: string): Buffer => raw(`c${module}\n${name}\n`)

export const put = (index: number): Buffer => Buffer.of(0x71, index)
export const get = (index: number): Buffer => Buffer.of(0x68, index)

export const list = (...items: Piece[]): Buffer => join([']', '(', ...items, 'e'])
export const tuple = (...items: Piece[]): Buffer => join(['(', ...items, 't'])
export const dict = (...keysAndValues: Piece[]): Buffer => join(['}', '(', ...keysAndValues, 'u'])

/** `module.name(*args)` */
export const call = (module: string, name: string, ...args: Piece[]): Buffer =>
  join([global(module, name), tuple(...args), 'R'])

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export const i32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

export const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
