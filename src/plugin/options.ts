export interface ModelPluginOptions {
  /**
   * Where the generated types are written, relative to the project's root; false writes none.
   * @default 'src/unplugin-model.d.ts', or 'unplugin-model.d.ts' when there is no `src`
   */
  readonly dts?: string | false | undefined
  /**
   * Where conversions are kept.
   * @default `$UNPLUGIN_MODEL_CACHE`, or 'node_modules/.cache/unplugin-model'
   */
  readonly cacheDir?: string | undefined
}
