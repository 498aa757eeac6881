import type { Model } from '../../graph/index.ts'
import type { OnProgress } from '../job.ts'
import { roundMs } from '../milliseconds.ts'
import type { StageReport } from '../report.ts'

/** Every stage, in order. DESIGN's five, and what follows them. */
export const STAGES = ['parse', 'normalise', 'rewrite', 'quantise', 'serialise', 'validate', 'emit'] as const
export type StageName = (typeof STAGES)[number]

/** What a stage's work says of itself. */
export interface StageNotes {
  readonly notes: string[]
  /** The work was found in the cache. */
  cached: boolean
  /** Tells how far long work is. */
  readonly progress: (detail: string) => void
}

/** Times the stages of one conversion, counts the graph's nodes around each, and tells which one begins. */
export class StageClock {
  readonly #stages: StageReport[] = []
  readonly #onProgress: OnProgress

  constructor(onProgress: OnProgress) {
    this.#onProgress = onProgress
  }

  get stages(): readonly StageReport[] {
    return this.#stages
  }

  /** @param model the graph whose nodes are counted, as far as there is one. */
  async run<T>(
    name: StageName,
    model: () => Model | undefined,
    work: (said: StageNotes) => T | Promise<T>,
  ): Promise<T> {
    const begun = { stage: name, index: STAGES.indexOf(name), total: STAGES.length }
    this.#onProgress(begun)
    const progress = (detail: string): void => this.#onProgress({ ...begun, detail })
    const said: StageNotes = { notes: [], cached: false, progress }
    const nodesBefore = countNodes(model())
    const start = performance.now()
    const result = await work(said)
    const ms = roundMs(performance.now() - start)
    const stage = { name, ms, nodesBefore, nodesAfter: countNodes(model()), notes: said.notes }
    this.#stages.push(said.cached ? { ...stage, cached: true } : stage)
    return result
  }
}

const countNodes = (model: Model | undefined): number => model?.graph.countAllNodes() ?? 0
