import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** An app in a temporary folder, with this repository's packages installed; gone when the test is over. */
export class Project implements AsyncDisposable {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async create(files: Readonly<Record<string, string | Uint8Array>>): Promise<Project> {
    const project = new Project(await realpath(await mkdtemp(join(tmpdir(), 'unplugin-model-'))))
    await mkdir(project.path('node_modules'))
    for (const name of ['onnxruntime-web', 'onnxruntime-common']) {
      await symlink(
        await realpath(join(REPOSITORY, 'node_modules', name)),
        project.path(`node_modules/${name}`),
      )
    }
    for (const [path, content] of Object.entries(files)) await project.write(path, content)
    return project
  }

  path(relative: string): string {
    return join(this.root, relative)
  }

  async write(relative: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(relative)), { recursive: true })
    await writeFile(this.path(relative), content)
  }

  read(relative: string): Promise<string> {
    return readFile(this.path(relative), 'utf8')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}
