import type { Plugin } from 'vite'
import type { ResultsInUse } from '../../src/convert/index.ts'
import { createModelPlugin, type ModelPluginOptions } from '../../src/plugin/index.ts'
import type { Project } from '../support/project.ts'
import { fakeConvert } from './fake-convert.ts'

/** The plugin over the one-line pipeline, and the calls which that gets. */
export function fakePlugin(
  project: Project,
  options: ModelPluginOptions = {},
): { readonly plugin: Plugin; readonly calls: readonly string[]; readonly kept: readonly ResultsInUse[] } {
  const convert = fakeConvert(project.path('node_modules/.cache/unplugin-model'))
  const kept: ResultsInUse[] = []
  const keep = async (inUse: ResultsInUse): Promise<void> => {
    kept.push({ ...inUse, results: [...inUse.results] })
  }
  return { plugin: createModelPlugin(convert, keep).vite(options), calls: convert.calls, kept }
}
