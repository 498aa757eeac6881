import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Environment, Plugin } from 'vite'
import type { ResultsInUse } from '../../convert/index.ts'
import { askedFiles } from '../asked-files.ts'
import type { ModelCore } from '../core.ts'
import { displayName, formatModelId, MODEL_ID, type ModelId, parseModelId } from '../model-id.ts'
import { ServerAssets } from '../server-assets.ts'
import { noticeWhenSlow } from '../slow-notice.ts'
import { generateStub, type StubHost } from '../stub/index.ts'
import { literal, type ReferTo } from '../stub/reference.ts'
import { warningLines } from '../summary.ts'

const NAME = 'unplugin-model'

/** What the generated module imports on a server. */
const SERVER_ORT = /^onnxruntime-web$/

/** `no-inline`: a file under 4 kB would become a data URL. */
const pageUrl: ReferTo = (path, local) => ({
  statement: `import ${local} from ${literal(`${path.replaceAll('\\', '/')}?url&no-inline`)}`,
  expression: local,
})

const urlOnDisk: ReferTo = (path) => ({ statement: '', expression: literal(pathToFileURL(path).href) })

/**
 * Vite (and Vitest): the hooks over the core. `enforce: 'pre'` is needed for Vite's own asset and `?url` rules would win
 * otherwise. Edits of the model reload the page by Vite's own rule, for the module's id is the model's file.
 */
export function vitePlugin(core: ModelCore): Plugin {
  const serverAssets = new ServerAssets()
  const lines: string[] = []

  return {
    name: NAME,
    enforce: 'pre',

    // Plugins of the page are not asked for the modules of a worker when that is built.
    config: () => ({ worker: { plugins: () => [vitePlugin(core)] } }),

    configResolved(config) {
      core.start(config.root)
    },

    resolveId: {
      filter: { id: [MODEL_ID, SERVER_ORT] },
      async handler(source, importer) {
        if (SERVER_ORT.test(source)) return keepExternal(this.environment, source, importer)
        const asWritten = parseModelId(source)
        if (asWritten === undefined) return null
        const found = await this.resolve(asWritten.path, importer, { skipSelf: true })
        const id = {
          path: found ? withoutQuery(found.id) : guessPath(asWritten, importer),
          query: asWritten.query,
        }
        // Without an importer it is the URL by which the page asks for a module that was resolved before.
        if (importer !== undefined) await core.noteImport(id, asWritten, importer)
        return formatModelId(id)
      },
    },

    load: {
      filter: { id: MODEL_ID },
      async handler(rawId) {
        const id = parseModelId(rawId)
        if (id === undefined) return null
        this.addWatchFile(id.path)
        const { logger } = this.environment
        const converted = core.convert(id).catch((error: unknown) => {
          for (const file of askedFiles(id, error)) this.addWatchFile(file)
          throw error
        })
        const result = await noticeWhenSlow(converted, () =>
          logger.info(`${NAME}  converting ${displayName(id)} …`, { timestamp: true }),
        )
        for (const file of result.dependencies) this.addWatchFile(file)
        if (this.environment.mode !== 'build') await core.keepResults(userOf('server', this.environment))
        const line = core.tell(id, result)
        if (line !== undefined)
          for (const warning of warningLines(id, result)) logger.warn(`${NAME}  ${warning}`)
        if (line !== undefined && this.environment.mode === 'build') lines.push(line)
        else if (line !== undefined) logger.info(`${NAME}  ${line}`, { timestamp: true })
        return { code: generateStub(result, stubHost(this.environment, core, serverAssets)), map: null }
      },
    },

    hotUpdate({ file }) {
      if (core.mayMend(file)) this.environment.hot.send({ type: 'full-reload' })
    },

    renderChunk(code, chunk) {
      return serverAssets.place(code, chunk.fileName, this.environment.config.build.assetsDir) ?? null
    },

    async writeBundle({ dir }) {
      await core.keepResults(userOf('build', this.environment))
      if (dir !== undefined) await serverAssets.copyTo(dir, this.environment.config.build.assetsDir)
    },

    closeBundle() {
      for (const line of lines.splice(0)) this.environment.logger.info(`${NAME}  ${line}`)
    },
  }
}

/** `vite build` and `vite build --ssr` of one root are two builds, and neither takes the other's place. */
function userOf(kind: ResultsInUse['user']['kind'], { name, config }: Environment): ResultsInUse['user'] {
  const { root, configFile, mode, build } = config
  return { kind, identity: [configFile ?? '', mode, name, resolve(root, build.outDir)] }
}

/**
 * In a server bundle our own import of onnxruntime-web stays an import, even where all else is bundled (`ssr.noExternal`):
 * it finds its wasm files beside itself.
 */
function keepExternal(environment: Environment, source: string, importer: string | undefined) {
  const ours = importer !== undefined && parseModelId(importer) !== undefined
  return ours && environment.mode === 'build' && environment.config.consumer === 'server'
    ? { id: source, external: true }
    : null
}

function stubHost(environment: Environment, core: ModelCore, serverAssets: ServerAssets): StubHost {
  // Vitest gives browser-like test environments the consumer `client`, though they run in Node.
  const onServer = environment.config.consumer === 'server' || runsTestsInNode(environment)
  return {
    root: core.projectRoot,
    side: onServer ? 'server' : 'page',
    pageUrl,
    fileUrl: environment.mode === 'build' ? (path) => serverAssets.refer(path) : urlOnDisk,
  }
}

function runsTestsInNode({ config }: Environment): boolean {
  const isFrom = (prefix: string) => config.plugins.some(({ name }) => name.startsWith(prefix))
  return isFrom('vitest') && !isFrom('vitest:browser')
}

const withoutQuery = (id: string): string => id.split('?', 1)[0] ?? id

/** A file that does not exist is resolved all the same, so that the pipeline's own error says what is wrong. */
function guessPath({ path }: ModelId, importer: string | undefined): string {
  return resolve(importer === undefined ? '.' : dirname(importer), path)
}
