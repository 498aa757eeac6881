import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { makeFolder } from '../../convert/index.ts'
import { ModelError } from '../../errors/index.ts'
import { type Declaration, mergeDeclaration, parseDeclarations, renderDeclarations } from './declarations.ts'

/** Where the generated types go: relative to the root, or when the user does not say, among the sources, which every tsconfig includes. */
export function declarationPath(root: string, given: string | undefined): string {
  if (given) return resolve(root, given)
  const name = 'unplugin-model.d.ts'
  return existsSync(join(root, 'src')) ? join(root, 'src', name) : join(root, name)
}

/**
 * The generated file on disk. Each update reads it again and keeps what it says of models that still exist: a run sees
 * only the modules it was asked for, and a second process may write too. It is written only when it changes, so that nothing that
 * watches it is woken for nothing.
 */
export class DeclarationFile {
  readonly path: string
  readonly #root: string
  #last: Promise<unknown> = Promise.resolve()

  constructor(path: string, root: string) {
    this.path = path
    this.#root = root
  }

  /** Resolves when the file says so: to whether it had to be written. Updates are done one after the other. */
  add(declarations: readonly Declaration[]): Promise<boolean> {
    const update = this.#last.then(() => this.#update(declarations))
    this.#last = update.catch(() => undefined)
    return update
  }

  /** Whether `add` would leave the file as it is. */
  async holds(declarations: readonly Declaration[]): Promise<boolean> {
    const { before, after } = await this.#merged(declarations)
    return after === before
  }

  async #update(added: readonly Declaration[]): Promise<boolean> {
    const { before, after } = await this.#merged(added)
    if (after === before) return false
    await this.#write(after)
    return true
  }

  /** The file's text as it is, and with more declarations; without any, it is left alone. */
  async #merged(added: readonly Declaration[]): Promise<{ before: string; after: string }> {
    const before = await readFile(this.path, 'utf8').catch(() => '')
    if (added.length === 0) return { before, after: before }
    const known = parseDeclarations(before).flatMap((declaration) => this.#stillValid(declaration))
    return { before, after: renderDeclarations(added.reduce(mergeDeclaration, known)) }
  }

  async #write(text: string): Promise<void> {
    try {
      makeFolder(dirname(this.path))
      await writeFileAtomic(this.path, text)
    } catch (cause) {
      throw new ModelError('OUTPUT_NOT_WRITABLE', {
        what: 'The types of the imported models could not be written',
        where: { file: this.path },
        why: cause instanceof Error ? cause.message : String(cause),
        next: 'Choose another place with the plugin option dts, or switch it off with dts: false',
        cause,
      })
    }
  }

  #stillValid(declaration: Declaration): Declaration[] {
    const files = declaration.files.filter((file) => existsSync(join(this.#root, file)))
    return files.length === 0 ? [] : [{ ...declaration, files }]
  }
}
