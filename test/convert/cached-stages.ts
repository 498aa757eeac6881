import type { ConvertResult } from '../../src/convert/index.ts'

/** Names of the stages that were served from the cache. */
export const cachedStages = ({ report }: ConvertResult): string[] =>
  report.stages.flatMap(({ name, cached }) => (cached ? [name] : []))
