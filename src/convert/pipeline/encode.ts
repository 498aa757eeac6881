import type { EngineModel } from '../../engine/index.ts'
import type { Model } from '../../graph/index.ts'
import { joinChunks, type WrittenFile, writeModel } from '../../graph/onnx/index.ts'

/** protobuf holds at most 2 GiB; what is not tensor data has room in the last 64 MiB. */
const ONE_FILE_LIMIT = 2 ** 31 - 2 ** 26

/** A model in its file format: one file, or two where tensor data does not fit into one. */
export interface Encoded {
  readonly model: Uint8Array
  readonly data: (WrittenFile & { readonly name: string }) | undefined
  /** Both together. */
  readonly bytes: number
}

/** @param dataName name of the data file, by which the model refers to it. */
export function encode(model: Model, dataName: string): Encoded {
  const written = writeModel(model, { externalData: { file: dataName, above: ONE_FILE_LIMIT } })
  const bytes = written.model.size + (written.data?.size ?? 0)
  return { model: joinChunks(written.model), data: written.data, bytes }
}

/** For the engine, which wants everything in memory. */
export function engineModel({ model, data }: Encoded): EngineModel {
  return {
    bytes: model,
    ...(data ? { externalData: [{ path: data.name, data: joinChunks(data) }] } : {}),
  }
}
