import { ModelError, type Where } from '../../../errors/index.ts'
import type { ByteSource } from '../../bytes/index.ts'
import type { Model } from '../../model.ts'
import type { FunctionProto } from '../proto/messages.ts'
import { SymbolNames } from './symbols.ts'

/** Nodes that inlined functions may add up to: nested calls multiply, so a small hostile file could fill memory. */
const INLINED_NODES_LIMIT = 200_000

/** What is shared by everything that is read from one file. */
export class ReadContext {
  readonly source: ByteSource
  readonly model: Model
  readonly symbols: SymbolNames
  readonly functions = new Map<string, FunctionProto>()
  readonly origin: Where
  readonly #externalFiles = new Map<string, ByteSource>()
  #inlinedNodes = 0

  constructor(source: ByteSource, model: Model) {
    this.source = source
    this.model = model
    this.symbols = new SymbolNames(model)
    this.origin = { file: source.name }
  }

  /** @throws ModelError UNSAFE_PATH, MISSING_DATA. */
  externalFile(location: string): ByteSource {
    const known = this.#externalFiles.get(location)
    if (known) return known
    const file = this.#sibling(location)
    this.#externalFiles.set(location, file)
    return file
  }

  #sibling(location: string): ByteSource {
    try {
      return this.source.sibling(location)
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'FILE_NOT_FOUND') throw error
      throw new ModelError('MISSING_DATA', {
        what: `${this.source.name} keeps weights in ${location}, which does not exist beside it`,
        next: `Put ${location} into the folder of ${this.source.name}, or save the model with its weights inside`,
        cause: error,
      })
    }
  }

  /** @throws ModelError LIMIT_EXCEEDED. */
  countInlined(nodes: number): void {
    this.#inlinedNodes += nodes
    if (this.#inlinedNodes > INLINED_NODES_LIMIT)
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `The functions of ${this.source.name} expand to more than ${INLINED_NODES_LIMIT} nodes`,
        why: 'Functions that call functions multiply; no real model comes near',
      })
  }

  invalid(what: string, node?: string, more: { why?: string; next?: string } = {}): ModelError {
    return new ModelError('INVALID_GRAPH', { what, where: { ...this.origin, node }, ...more })
  }

  unsupported(what: string, node?: string, next?: string): ModelError {
    return new ModelError('UNSUPPORTED_CONSTRUCT', { what, where: { ...this.origin, node }, next })
  }
}
