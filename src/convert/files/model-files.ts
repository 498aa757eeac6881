import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { ModelError } from '../../errors/index.ts'
import {
  type ByteOrigin,
  type ByteSource,
  checkRange,
  confinedPath,
  SlicedSource,
} from '../../graph/index.ts'
import type { FileStamp } from './file-stamp.ts'
import { OpenFile } from './open-file.ts'

interface ModelFilesOptions {
  /** How the user named the model file. @default its base name */
  readonly displayName?: string | undefined
  /**
   * Files the user's own query names (`arch=../src/model.py`), relative to the model's folder. They, and what lies in
   * their folders, may be read as well; paths that come from inside a model file never widen anything.
   */
  readonly named?: readonly string[] | undefined
}

/**
 * The files one conversion reads: the model, and whatever of its folder the readers ask for. Every file asked for is
 * remembered, missing ones too, since a cached result depends on all of them. Paths are relative to the model's folder,
 * with forward slashes, so that what is stored about them holds wherever the folder lies.
 */
export class ModelFiles implements Disposable {
  readonly folder: string
  readonly #file: string
  readonly #displayName: string
  /** Folders that the query widens the model's own by. */
  readonly #named: readonly string[]
  /** Real folders that reads may not leave. */
  readonly #roots: readonly string[]
  readonly #open = new Map<string, OpenFile>()
  readonly #missing = new Set<string>()

  /** @param file absolute path of the model. */
  constructor(file: string, { displayName = basename(file), named = [] }: ModelFilesOptions = {}) {
    this.#file = file
    this.folder = dirname(file)
    this.#displayName = displayName
    this.#named = named.map((path) => dirname(resolve(this.folder, path)))
    // A model that is itself a link (Hugging Face's cache) has its siblings where the real file lies.
    this.#roots = [this.folder, dirname(realPath(file) ?? file), ...this.#named].map(
      (folder) => realPath(folder) ?? folder,
    )
  }

  /** The model file itself. @throws ModelError FILE_NOT_FOUND, EMPTY_FILE, UNSUPPORTED_FORMAT for a folder. */
  get source(): ByteSource {
    const file = this.#openOnce(basename(this.#file), this.#file, this.#displayName)
    if (file.size > 0) return new FileSource(this, file, basename(this.#file))
    throw new ModelError('EMPTY_FILE', {
      what: `${this.#displayName} holds no bytes`,
      why: 'A download or an export that failed leaves such a file',
      next: 'Download or save it again',
    })
  }

  /**
   * A file by its path relative to the model's folder.
   * @throws ModelError UNSAFE_PATH when it lies outside, symbolic links included; FILE_NOT_FOUND.
   */
  open(path: string, owner = this.#displayName): ByteSource {
    const absolute = resolve(this.folder, path.replaceAll('\\', '/'))
    if (!this.#named.some((folder) => contains(folder, absolute))) confinedPath(path, owner)
    const key = this.relativePath(absolute)
    const real = realPath(absolute)
    if (real === undefined) this.#missing.add(key)
    else if (!this.#roots.some((root) => contains(root, real))) throw unsafe(path, owner)
    return new FileSource(this, this.#openOnce(key, absolute, key), key)
  }

  /** As `open`, and undefined when there is no such file. */
  openOptional(path: string): ByteSource | undefined {
    const absolute = resolve(this.folder, path)
    if (realPath(absolute) !== undefined) return this.open(path)
    this.#missing.add(this.relativePath(absolute))
    return undefined
  }

  /** The model file as it is on disk. @throws as `source` does. */
  get sourceStamp(): FileStamp {
    return this.#openOnce(basename(this.#file), this.#file, this.#displayName).stamp
  }

  /** Paths of the files opened so far, relative to the folder; the model file is one of them. */
  get opened(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** Paths asked for and not found. */
  get missing(): readonly string[] {
    return [...this.#missing]
  }

  /** Absolute paths of the files that were read or looked for. */
  get asked(): readonly string[] {
    return [...this.opened, ...this.missing].map((path) => resolve(this.folder, path))
  }

  /** @throws ModelError CORRUPT_FILE when a file was written to or appeared meanwhile: the result would mix two states. */
  checkUnchanged(): void {
    const changed = [...this.#open.values()].find((file) => !file.isUnchanged())
    const appeared = [...this.#missing].find((path) => realPath(resolve(this.folder, path)) !== undefined)
    const name = changed?.name ?? appeared
    if (name === undefined) return
    throw new ModelError('CORRUPT_FILE', {
      what: `${name} ${changed ? 'was changed' : 'appeared'} while it was converted`,
      next: 'Convert it again when it is written completely',
    })
  }

  relativePath(absolute: string): string {
    return relative(this.folder, absolute).split(sep).join('/')
  }

  [Symbol.dispose](): void {
    for (const file of this.#open.values()) file.close()
    this.#open.clear()
  }

  #openOnce(key: string, absolute: string, name: string): OpenFile {
    const known = this.#open.get(key)
    if (known) return known
    const file = new OpenFile(absolute, name)
    this.#open.set(key, file)
    return file
  }
}

function contains(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

/** A whole file of a conversion. */
class FileSource implements ByteSource {
  readonly name: string
  readonly origin: ByteOrigin
  readonly #files: ModelFiles
  readonly #file: OpenFile

  constructor(files: ModelFiles, file: OpenFile, path: string) {
    this.#files = files
    this.#file = file
    this.name = file.name
    this.origin = { path, offset: 0 }
  }

  get size(): number {
    return this.#file.size
  }

  read(offset: number, length: number): Uint8Array {
    return this.#file.read(offset, length)
  }

  slice(offset: number, length: number, name = this.name): ByteSource {
    checkRange(this.name, this.size, offset, length)
    return new SlicedSource(this, offset, length, name)
  }

  /** Relative to the model's folder, whichever of its files this is. */
  sibling(path: string): ByteSource {
    return this.#files.open(path, this.name)
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

const unsafe = (path: string, owner: string): ModelError =>
  new ModelError('UNSAFE_PATH', {
    what: `${owner} refers to ${JSON.stringify(path)}, which is outside its folder`,
    why: 'A model may only read files beside it or in folders below it; symbolic links count where they lead',
    next: 'Move the file beside the model',
  })
