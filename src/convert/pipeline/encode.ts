import { createHash } from 'node:crypto'
import type { EngineModel } from '../../engine/index.ts'
import type { Model } from '../../graph/index.ts'
import { joinChunks, type WrittenFile, writeModel } from '../../graph/onnx/index.ts'

/** protobuf holds at most 2 GiB; what is not tensor data has room in the last 64 MiB. */
const ONE_FILE_LIMIT = 2 ** 31 - 2 ** 26

/** Hexadecimal digits of a digest in a file name: 64 bits. */
export const NAME_DIGITS = 16

/** A model in its file format: one file, or two where tensor data does not fit into one. */
export interface Encoded {
  readonly model: WrittenFile
  readonly data: (WrittenFile & { readonly name: string }) | undefined
  /** Both together. */
  readonly bytes: number
}

/**
 * The data file is named by its bytes, which the model refers to: other data never has the same name. They are read once more
 * for that, and only where there is such a file.
 *
 * @param stem what the data file's name begins with.
 * @param above bytes of tensor data that a single file may hold.
 */
export function encode(model: Model, stem: string, above = ONE_FILE_LIMIT): Encoded {
  const named = (file: string) => writeModel(model, { externalData: { file, above } })
  const placed = named(stem)
  const written = placed.data ? named(`${stem}-${digestOf(placed.data)}.onnx.data`) : placed
  const bytes = written.model.size + (written.data?.size ?? 0)
  return { model: kept(written.model), data: written.data, bytes }
}

/** A model of moderate size is made once, and then in memory for the engine and for whoever writes it; a larger one never is. */
const LARGEST_KEPT = 2 ** 29

function kept(model: WrittenFile): WrittenFile {
  if (model.size > LARGEST_KEPT) return model
  const bytes = joinChunks(model)
  return { size: bytes.byteLength, chunks: () => [bytes] }
}

function digestOf({ chunks }: WrittenFile): string {
  const hash = createHash('sha256')
  for (const chunk of chunks()) hash.update(chunk)
  return hash.digest('hex').slice(0, NAME_DIGITS)
}

/** For the engine, which wants everything in memory. */
export function engineModel({ model, data }: Encoded): EngineModel {
  return {
    bytes: joinChunks(model),
    ...(data ? { externalData: [{ path: data.name, data: joinChunks(data) }] } : {}),
  }
}
