import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipMember {
  readonly name: string
  readonly data: Uint8Array | string
  readonly deflate?: boolean
  /** Overrides, for damaged archives. */
  readonly crc?: number
  readonly size?: number
  readonly method?: number
  readonly flags?: number
  /** Extra field of the local header alone, as PyTorch pads it. */
  readonly localExtra?: number
}

export interface ZipOptions {
  readonly prefix?: Uint8Array
  readonly comment?: string
  readonly trailing?: Uint8Array
  /** Adds the zip64 records; `mask` also puts entry sizes and positions there. */
  readonly zip64?: 'records' | 'mask'
  /** Entries the end record states. */
  readonly count?: number
  /** Sizes and CRC of local headers left zero, as streaming writers do. */
  readonly streaming?: boolean
}

const MASK = 0xffffffff

/** A zip archive, and each member's position in it. */
export function writeZip(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const { prefix = new Uint8Array(0), comment = '', trailing = new Uint8Array(0), zip64 } = options
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const [local, central] = writeMember(member, offset, options)
    locals.push(local)
    centrals.push(central)
    offset += local.byteLength
  }
  const directory = Buffer.concat(centrals)
  const count = options.count ?? members.length
  const records = zip64 ? zip64Records(count, directory.byteLength, offset) : Buffer.alloc(0)
  const masked = zip64 === 'mask'
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(masked ? 0xffff : Math.min(count, 0xffff), 8)
  end.writeUInt16LE(masked ? 0xffff : Math.min(count, 0xffff), 10)
  end.writeUInt32LE(masked ? MASK : directory.byteLength, 12)
  end.writeUInt32LE(masked ? MASK : offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([prefix, ...locals, directory, records, end, Buffer.from(comment), trailing])
}

function writeMember(member: ZipMember, offset: number, options: ZipOptions): [Buffer, Buffer] {
  const name = Buffer.from(member.name)
  const plain = Buffer.from(member.data)
  const packed = member.deflate ? deflateRawSync(plain) : plain
  const crc = member.crc ?? crc32(plain)
  const size = member.size ?? plain.byteLength
  const method = member.method ?? (member.deflate ? 8 : 0)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(method, 8)
  if (!options.streaming) {
    local.writeUInt32LE(crc, 14)
    local.writeUInt32LE(packed.byteLength, 18)
    local.writeUInt32LE(size, 22)
  }
  local.writeUInt16LE(name.byteLength, 26)
  local.writeUInt16LE(member.localExtra ?? 0, 28)
  const mask = options.zip64 === 'mask'
  const extra = mask ? zip64Extra(size, packed.byteLength, offset) : Buffer.alloc(0)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(member.flags ?? 0, 8)
  central.writeUInt16LE(method, 10)
  central.writeUInt32LE(crc, 16)
  central.writeUInt32LE(mask ? MASK : packed.byteLength, 20)
  central.writeUInt32LE(mask ? MASK : size, 24)
  central.writeUInt16LE(name.byteLength, 28)
  central.writeUInt16LE(extra.byteLength, 30)
  central.writeUInt32LE(mask ? MASK : offset, 42)
  return [
    Buffer.concat([local, name, Buffer.alloc(member.localExtra ?? 0), packed]),
    Buffer.concat([central, name, extra]),
  ]
}

function zip64Extra(size: number, packed: number, offset: number): Buffer {
  const extra = Buffer.alloc(28)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(24, 2)
  extra.writeBigUInt64LE(BigInt(size), 4)
  extra.writeBigUInt64LE(BigInt(packed), 12)
  extra.writeBigUInt64LE(BigInt(offset), 20)
  return extra
}

function zip64Records(count: number, size: number, start: number): Buffer {
  const end = Buffer.alloc(56)
  end.writeUInt32LE(0x06064b50, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeBigUInt64LE(BigInt(count), 24)
  end.writeBigUInt64LE(BigInt(count), 32)
  end.writeBigUInt64LE(BigInt(size), 40)
  end.writeBigUInt64LE(BigInt(start), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(start + size), 8)
  return Buffer.concat([end, locator])
}
