import { copyFile, mkdir } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import MagicString, { type SourceMap } from 'magic-string'
import type { Reference } from './stub/reference.ts'

const PLACEHOLDER = /__unplugin_model_asset_(\d+)__/g

export interface PlacedChunk {
  readonly code: string
  readonly map: SourceMap
}

/**
 * Model files of a server bundle. Hosts give server code the URL of the client's asset and write no file, yet a server that
 * runs a model needs one on its disk: code refers to it by a placeholder, which becomes a path relative to the chunk
 * that holds it, and the file is copied into the output (streamed: it may be larger than a buffer can be).
 */
export class ServerAssets {
  readonly #paths: string[] = []
  /** Those that the current bundle refers to. */
  readonly #placed = new Set<string>()

  refer(path: string): Reference {
    const known = this.#paths.indexOf(path)
    const index = known >= 0 ? known : this.#paths.push(path) - 1
    return { statement: '', expression: `new URL("__unplugin_model_asset_${index}__", import.meta.url).href` }
  }

  /** The chunk's code with paths in place, and its map; undefined when it refers to no model. */
  place(code: string, chunkFile: string, assetsDir: string): PlacedChunk | undefined {
    if (code.search(PLACEHOLDER) < 0) return undefined
    const placed = new MagicString(code).replaceAll(PLACEHOLDER, (_, index: string) => {
      const path = this.#paths[Number(index)] ?? ''
      this.#placed.add(path)
      const relative = posix.relative(posix.dirname(chunkFile), posix.join(assetsDir, basename(path)))
      // encodeURI leaves the quote that a minifier may have put around the placeholder.
      return encodeURI(relative).replaceAll("'", '%27')
    })
    return { code: placed.toString(), map: placed.generateMap({ hires: 'boundary' }) }
  }

  /** Copies the files of the bundle that was placed; the next bundle begins with none. */
  async copyTo(outDir: string, assetsDir: string): Promise<void> {
    const paths = [...this.#placed]
    this.#placed.clear()
    for (const path of paths) {
      const target = join(outDir, assetsDir, basename(path))
      await mkdir(dirname(target), { recursive: true })
      await copyFile(path, target)
    }
  }
}
