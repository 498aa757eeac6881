import type { Plugin } from 'vite'
import { unpluginModel } from './plugin/index.ts'
import type { ModelPluginOptions } from './plugin/options.ts'

export type { ModelPluginOptions }

/**
 * Imports of model files in Vite: `import model from './net.pth?format=onnx&quant=int8'`.
 *
 * @example
 * // vite.config.ts
 * import { defineConfig } from 'vite'
 * import model from 'unplugin-model/vite'
 *
 * export default defineConfig({ plugins: [model()] })
 */
export default function model(options?: ModelPluginOptions): Plugin {
  return unpluginModel.vite(options)
}
