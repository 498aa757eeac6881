/**
 * SHA-256 (FIPS 180-4) in plain JavaScript, about 100 MB/s: `crypto.subtle` does not exist on pages served over http
 * from another machine, which is how a phone sees a development server.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = new Uint32Array(INITIAL)
  const whole = bytes.length - (bytes.length % 64)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const words = new Uint32Array(64)
  for (let at = 0; at < whole; at += 64) compress(state, view, at, words)
  const rest = padded(bytes, whole)
  for (let at = 0; at < rest.byteLength; at += 64) compress(state, rest, at, words)
  const digest = new DataView(new ArrayBuffer(32))
  for (const [i, word] of state.entries()) digest.setUint32(i * 4, word)
  return new Uint8Array(digest.buffer)
}

/** The last blocks: what is left, the bit 1, zeros, and the length in bits. */
function padded(bytes: Uint8Array, from: number): DataView {
  const rest = bytes.length - from
  const out = new Uint8Array(rest < 56 ? 64 : 128)
  out.set(bytes.subarray(from))
  out[rest] = 0x80
  const view = new DataView(out.buffer)
  view.setBigUint64(out.length - 8, BigInt(bytes.length) * 8n)
  return view
}

const rotate = (x: number, by: number) => (x >>> by) | (x << (32 - by))

function compress(state: Uint32Array, block: DataView, at: number, w: Uint32Array): void {
  for (let i = 0; i < 16; i++) w[i] = block.getUint32(at + i * 4)
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] ?? 0
    const y = w[i - 2] ?? 0
    const low = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
    const high = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
    w[i] = (w[i - 16] ?? 0) + low + (w[i - 7] ?? 0) + high
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUND[i] ?? 0) + (w[i] ?? 0)) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  const round = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) state[i] = (state[i] ?? 0) + (round[i] ?? 0)
}

const PRIMES = primes(64)
/** The first 32 bits of the fractional parts of the square roots of the first 8 primes, and of the cube roots of 64. */
const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const ROUND = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)))

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32)
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}
