import { z } from 'zod'

const shapeSchema = z.array(z.union([z.number(), z.string()]))

const portSchema = z.object({
  name: z.string(),
  dtype: z.string(),
  /** A number, or the printed name of a dynamic dim; '' where nothing is known of it. */
  shape: shapeSchema,
})

const stageSchema = z.object({
  name: z.string(),
  /** In this call: nothing, where the whole result came from the cache. */
  ms: z.number(),
  nodesBefore: z.number(),
  nodesAfter: z.number(),
  notes: z.array(z.string()),
  /** Taken from the cache. */
  cached: z.boolean().optional(),
})

const quantizationSchema = z.object({
  scheme: z.string(),
  layers: z.array(
    z.object({
      name: z.string(),
      scheme: z.string(),
      sqnrDb: z.number().nullable(),
      reason: z.string(),
    }),
  ),
})

const validationSchema = z.object({
  reference: z.string(),
  outputs: z.array(
    z.object({
      name: z.string(),
      /** null where it is infinite: infinity has no JSON. */
      maxAbs: z.number().nullable(),
      /** null where it is infinite: the two are equal. */
      sqnrDb: z.number().nullable(),
      cosine: z.number().nullable(),
      /** Share of rows with the same largest element, or of equal elements for outputs that are no floats. */
      agreement: z.number(),
    }),
  ),
  passed: z.boolean(),
})

const guardSchema = z.object({ dim: z.string(), assumed: z.string(), at: z.string() })

/** What a conversion found and did, as it is kept in the cache: everything but what only holds for one call. */
export const findingsSchema = z.object({
  format: z.string(),
  inputs: z.array(portSchema),
  outputs: z.array(portSchema),
  stages: z.array(stageSchema),
  quantization: quantizationSchema,
  validation: validationSchema.nullable(),
  guards: z.array(guardSchema),
  assumptions: z.array(z.string()),
  warnings: z.array(z.string()),
})

export type Port = z.infer<typeof portSchema>
export type StageReport = z.infer<typeof stageSchema>
export type Quantization = z.infer<typeof quantizationSchema>
export type Validation = z.infer<typeof validationSchema>
export type Findings = z.infer<typeof findingsSchema>

/** One emitted file. */
export interface Asset {
  /** Absolute. */
  readonly path: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly role: 'model' | 'data'
}

/** What a call took besides its stages, in milliseconds. With them it adds up to `ms`. */
export interface Overhead {
  /** Reading the request, and looking for its result in the cache: digests of the files it depends on. */
  readonly lookUp: number
  /** Until another conversion of the same model was done. */
  readonly wait: number
  /** Until the thread that converts had loaded the converter. */
  readonly start: number
  /** Between and after the stages: keeping the result, ending the thread. */
  readonly other: number
}

/** Exactly what `convert --json` prints. */
export interface Report {
  readonly source: { readonly path: string; readonly format: string; readonly bytes: number }
  /** Keys sorted, defaults applied. */
  readonly request: Readonly<Record<string, string | number | readonly string[]>>
  readonly assets: readonly Asset[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly stages: readonly StageReport[]
  readonly quantization: Quantization
  /** Null under `validate=off`. */
  readonly validation: Validation | null
  readonly guards: Findings['guards']
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
  /** `hit`: nothing was converted. */
  readonly cache: 'hit' | 'miss'
  readonly overhead: Overhead
  /** The whole call. */
  readonly ms: number
}
