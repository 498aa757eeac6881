import type { Tensor } from '../tensor.ts'
import type { ByteSource } from './byte-source.ts'
import { looksLikeNpy, readNpy } from './npy.ts'
import { readZip, type ZipLimits } from './zip.ts'

export interface NpzArray {
  /** As given to `np.savez`. */
  readonly name: string
  /** @throws ModelError as `readNpy` and `ZipEntry.open` do. */
  read(): Tensor
}

/**
 * The arrays of a `.npz` file by name, in its order; each is opened, and inflated where compressed, when it is read.
 *
 * @example readNpz(source).get('images')?.read().dims
 */
export function readNpz(source: ByteSource, limits?: ZipLimits): ReadonlyMap<string, NpzArray> {
  const arrays = new Map<string, NpzArray>()
  for (const entry of readZip(source, limits).values()) {
    if (!entry.name.endsWith('.npy')) continue
    const name = entry.name.slice(0, -'.npy'.length)
    arrays.set(name, { name, read: () => readNpy(entry.open()) })
  }
  return arrays
}

/** Whether a zip archive holds arrays: its first entry is one. */
export function looksLikeNpz(entries: ReturnType<typeof readZip>): boolean {
  const [first] = entries.values()
  return !!first?.name.endsWith('.npy') && looksLikeNpy(first.open())
}
