import type { Graph } from '../../graph.ts'
import { CANONICAL_OPSET, type Model } from '../../model.ts'
import type { WrittenFile } from '../../written-file.ts'
import { ENTRY, MODEL, OPSET } from '../proto/fields.ts'
import { type Blob, ProtoWriter } from '../wire/writer.ts'
import { DataPlacement, type ExternalDataOptions } from './data-placement.ts'
import { GraphWriter, type ValueInfoOption } from './graph.ts'
import { NamePlan } from './names.ts'

/** IR version of opset 21: https://github.com/onnx/onnx/blob/main/docs/Versioning.md#released-versions */
const IR_VERSION = 10

/** protobuf holds at most 2 GiB; what is not tensor data has room in the last 64 MiB. */
const PROTOBUF_LIMIT = 2 ** 31 - 2 ** 26

export interface WriteOptions {
  /**
   * Puts tensors into a file beside the model. Without it that is done only when the model would be too large for one
   * file: `{ above: 2 GiB }`.
   */
  readonly externalData?: ExternalDataOptions | undefined
  /**
   * Which values' types are written. A runtime infers dims itself, but loses symbolic ones where data says them, as at a Reshape; its
   * fusions (SkipLayerNormalization) ask whether two dims are the same. `all` is for viewers.
   *
   * @default 'symbolic'
   */
  readonly valueInfo?: ValueInfoOption | undefined
}

export interface WrittenModel {
  readonly model: WrittenFile
  /** Tensor data, to be put beside the model under that name; undefined when the model holds it all. */
  readonly data: (WrittenFile & { readonly name: string }) | undefined
}

/**
 * A model as an ONNX file of the canonical opset; the same graph gives the same bytes.
 *
 * @throws ModelError INVALID_GRAPH when inputs and outputs have no names of their own, or a value is used outside its scope.
 * @example for (const chunk of writeModel(model).model.chunks()) writeSync(file, chunk)
 */
export function writeModel(model: Model, options: WriteOptions = {}): WrittenModel {
  const names = new NamePlan(model.graph)
  const placement = new DataPlacement(model.graph, names, options.externalData ?? { above: PROTOBUF_LIMIT })
  const writer = new GraphWriter(names, placement, options.valueInfo ?? 'symbolic')
  const message = new ProtoWriter()
  message.int(MODEL.irVersion, IR_VERSION).text(MODEL.producerName, 'unplugin-model')
  message.message(MODEL.graph, (graph) => writer.write(graph, model.graph))
  writeOpsets(message, model)
  for (const [key, value] of model.metadata)
    message.message(MODEL.metadata, (entry) => entry.text(ENTRY.key, key).text(ENTRY.value, value))
  const parts = message.parts()
  return {
    model: { size: message.size, chunks: () => chunksOf(parts) },
    data:
      placement.size === 0
        ? undefined
        : { name: placement.file, size: placement.size, chunks: () => placement.chunks() },
  }
}

function* chunksOf(parts: Iterable<Blob>): Generator<Uint8Array> {
  for (const part of parts) yield* part.chunks()
}

/** The default domain, and the others that nodes are of. */
function writeOpsets(message: ProtoWriter, model: Model): void {
  const domains = new Set(['', ...domainsOf(model.graph)])
  for (const domain of [...domains].sort()) {
    const version = model.opsets.get(domain) ?? (domain === '' ? CANONICAL_OPSET : 1)
    message.message(MODEL.opsetImport, (opset) => {
      opset.text(OPSET.domain, domain).int(OPSET.version, version)
    })
  }
}

function* domainsOf(graph: Graph): Generator<string> {
  for (const node of graph.allNodes()) yield node.domain
}
