import { createUnplugin, type UnpluginInstance } from 'unplugin'
import type { Convert, KeepResults } from './conversions.ts'
import { ModelCore } from './core.ts'
import { vitePlugin } from './hosts/vite.ts'
import type { ModelPluginOptions } from './options.ts'

export type { ModelPluginOptions } from './options.ts'

/** The plugin over a pipeline; a host's own hooks are in `hosts/`, one file each. */
export function createModelPlugin(
  convert: Convert,
  keepResults: KeepResults,
): UnpluginInstance<ModelPluginOptions | undefined, false> {
  return createUnplugin((options: ModelPluginOptions | undefined) => {
    const core = new ModelCore(options ?? {}, convert, keepResults)
    return { name: 'unplugin-model', enforce: 'pre', vite: vitePlugin(core) }
  })
}

/** The plugin of every host. The pipeline is loaded with the first model: a config that lists the plugin stays cheap to load. */
export const unpluginModel: UnpluginInstance<ModelPluginOptions | undefined, false> = createModelPlugin(
  async (request) => (await import('../convert/index.ts')).convert(request),
  async (inUse) => (await import('../convert/index.ts')).keepResults(inUse),
)
