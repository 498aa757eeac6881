import type { Plugin } from 'vite'
import { createModelPlugin, type ModelPluginOptions } from '../../src/plugin/index.ts'
import type { Project } from '../support/project.ts'
import { fakeConvert } from './fake-convert.ts'

/** The plugin over the one-line pipeline, and the calls which that gets. */
export function fakePlugin(
  project: Project,
  options: ModelPluginOptions = {},
): { readonly plugin: Plugin; readonly calls: readonly string[] } {
  const convert = fakeConvert(project.path('node_modules/.cache/unplugin-model'))
  return { plugin: createModelPlugin(convert).vite(options), calls: convert.calls }
}
