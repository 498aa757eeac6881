import { build, createServer, type InlineConfig, preview, type ViteDevServer } from 'vite'
import type { Project } from '../support/project.ts'

export interface Served extends AsyncDisposable {
  readonly url: string
}

const QUIET = { logLevel: 'error', clearScreen: false, configFile: false } as const

const inline = (project: Project, config: InlineConfig): InlineConfig => ({
  ...QUIET,
  root: project.root,
  ...config,
})

/** Builds the app and serves the result as `vite preview` does. */
export async function buildAndServe(project: Project, config: InlineConfig): Promise<Served> {
  await build(inline(project, config))
  const server = await preview(
    inline(project, { ...config, preview: { port: 0, host: '127.0.0.1', ...config.preview } }),
  )
  return { url: firstUrl(server.resolvedUrls), [Symbol.asyncDispose]: () => server.close() }
}

export interface ServedDev extends Served {
  readonly server: ViteDevServer
}

/** The development server, on the app's sources. */
export async function serveSources(project: Project, config: InlineConfig): Promise<ServedDev> {
  const server = await createServer(
    inline(project, { ...config, server: { port: 0, host: '127.0.0.1', ...config.server } }),
  )
  await server.listen()
  return { server, url: firstUrl(server.resolvedUrls), [Symbol.asyncDispose]: () => server.close() }
}

function firstUrl(urls: { local: string[] } | null): string {
  const [url] = urls?.local ?? []
  if (url === undefined) throw new Error('the server has no address')
  return url
}
