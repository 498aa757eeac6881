/** What the plugin needs of the pipeline. */

export interface ConvertRequest {
  /** Absolute path of the model file. */
  readonly file: string
  /** As written after the `?`, undecoded. */
  readonly query: string
  readonly root?: string | undefined
  readonly cacheDir?: string | undefined
}

export interface ConvertedPort {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly (number | string)[]
}

export interface ConvertedAsset {
  /** Absolute; the name holds a hash of the content. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly role: 'model' | 'data'
}

export interface ConvertReport {
  readonly source: { readonly path: string; readonly format: string; readonly bytes: number }
  readonly stages: readonly {
    readonly name: string
    readonly ms: number
    readonly nodesBefore: number
    readonly nodesAfter: number
    readonly notes: readonly string[]
  }[]
  readonly quantization: {
    readonly scheme: string
    readonly layers: readonly {
      readonly name: string
      readonly scheme: string
      readonly sqnrDb: number | null
      readonly reason: string
    }[]
  }
  readonly validation: {
    readonly reference: string
    readonly outputs: readonly {
      readonly name: string
      readonly maxAbs: number | null
      readonly sqnrDb: number | null
      readonly cosine: number | null
    }[]
    readonly passed: boolean
  } | null
  readonly guards: readonly { readonly dim: string; readonly assumed: string; readonly at: string }[]
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
  readonly cache: 'hit' | 'miss'
  readonly ms: number
}

export interface ConvertResult {
  readonly report: ConvertReport
  readonly assets: readonly ConvertedAsset[]
  readonly inputs: readonly ConvertedPort[]
  readonly outputs: readonly ConvertedPort[]
  readonly guards: ConvertReport['guards']
  /** Canonical: every key, defaults applied. */
  readonly request: Readonly<Record<string, string | number | readonly string[]>>
  /** Absolute paths of every file the result depends on. */
  readonly dependencies: readonly string[]
}

export type Convert = (request: ConvertRequest) => Promise<ConvertResult>
