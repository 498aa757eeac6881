import type { WeightsDescription } from '../formats/index.ts'
import type { StoredResult } from './cache/entry.ts'
import { cacheFolder } from './cache/location.ts'
import type { FileStamp } from './files/index.ts'
import type { Port } from './report.ts'

interface JobBase {
  /** Absolute path of the model. */
  readonly file: string
  /** How the user knows the file: in messages. */
  readonly displayName: string
  /** Canonical query. */
  readonly query: string
  /** Folder of the user's project: whose onnxruntime-web is used, where the cache lies. */
  readonly root: string
}

export interface ConvertJob extends JobBase {
  readonly kind: 'convert'
  readonly cacheDir: string | undefined
  /** The source as its digest, and so the keys, saw it. */
  readonly sourceStamp: FileStamp
  readonly graphKey: string
  readonly resultKey: string
}

export interface InspectJob extends JobBase {
  readonly kind: 'inspect'
}

/** One unit of work for a thread: plain data, so that it crosses to a worker. */
export type Job = ConvertJob | InspectJob

export interface Progress {
  /** What begins now: a stage of the report. */
  readonly stage: string
  /** 0-based position, and how many stages there are at most. */
  readonly index: number
  readonly total: number
  /** How far it is, where it takes long. */
  readonly detail?: string
}

export type OnProgress = (progress: Progress) => void

/** Runs jobs to their end. @throws ModelError */
export interface JobRunner {
  convert(job: ConvertJob, onProgress: OnProgress): Promise<StoredResult>
  inspect(job: InspectJob): Promise<InspectReport>
}

/** Exactly what `inspect --json` prints. */
export interface InspectReport {
  readonly path: string
  readonly format: string
  readonly version: string | null
  readonly bytes: number
  readonly inputs: readonly InspectedPort[]
  readonly outputs: readonly InspectedPort[]
  /** Operator → number of calls, most frequent first. */
  readonly operators: Readonly<Record<string, number>>
  /** Number of weights. */
  readonly parameters: number
  /** Of a file without a program: its sets of weights, and the first tensors of the one that is read; null for others. */
  readonly weights: WeightsDescription | null
  /** What is still missing to convert it. */
  readonly missing: readonly string[]
}

/** null: the file does not say. */
export interface InspectedPort {
  readonly name: string
  readonly dtype: string | null
  readonly shape: Port['shape'] | null
}

export const cacheOfJob = ({ root, cacheDir }: ConvertJob) => cacheFolder(root, cacheDir)
