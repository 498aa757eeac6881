import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { ModelError } from '../../errors/index.ts'
import { type Declaration, mergeDeclaration, parseDeclarations, renderDeclarations } from './declarations.ts'

/** Where the generated types go when the user does not say: among the sources, which every tsconfig includes. */
export function defaultDeclarationPath(root: string): string {
  const name = 'unplugin-model.d.ts'
  return existsSync(join(root, 'src')) ? join(root, 'src', name) : join(root, name)
}

/**
 * The generated file on disk. Each update reads it again and keeps what it says of models that still exist: a run sees
 * only the modules it was asked for, and a second process may write too. It is written only when it changes, so that nothing that
 * watches it is woken for nothing.
 */
export class DeclarationFile {
  private readonly path: string
  private readonly root: string
  private last: Promise<void> = Promise.resolve()

  constructor(path: string, root: string) {
    this.path = path
    this.root = root
  }

  /** Resolves when the file says so. Updates are done one after the other. */
  add(declarations: readonly Declaration[]): Promise<void> {
    const update = this.last.then(() => this.update(declarations))
    this.last = update.catch(() => undefined)
    return update
  }

  private async update(added: readonly Declaration[]): Promise<void> {
    const before = await readFile(this.path, 'utf8').catch(() => '')
    const known = parseDeclarations(before).flatMap((declaration) => this.stillValid(declaration))
    const after = renderDeclarations(added.reduce(mergeDeclaration, known))
    if (after !== before) await this.write(after)
  }

  private async write(text: string): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true })
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

  private stillValid(declaration: Declaration): Declaration[] {
    const files = declaration.files.filter((file) => existsSync(join(this.root, file)))
    return files.length === 0 ? [] : [{ ...declaration, files }]
  }
}
