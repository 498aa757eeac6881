import { ModelFiles } from '../../src/convert/files/index.ts'
import { joinChunks, writeModel } from '../../src/graph/index.ts'
import { rewrite } from '../../src/rewrite/index.ts'
import { readAndAdapt } from './ours.ts'
import type { OurTimes } from './times.ts'

/**
 * Opens, reads, adapts and rewrites a file again and again, for some seconds of processor time unmeasured, then a number of
 * times. `run_onnxslim.py` does the same. The file is opened as conversions open it: weights stay there until they are asked for, which is
 * when the result is serialised.
 */
export function timeOurs(file: string, warmUp: number, runs: number): OurTimes {
  const begin = processorTime()
  const first = timed(file).total
  while (processorTime() - begin < warmUp * 1000) timed(file)
  const measured = Array.from({ length: runs }, () => timed(file))
  return {
    first,
    median: median(measured.map(({ total }) => total)),
    rewrite: median(measured.map((run) => run.rewrite)),
    // Last: what is written is garbage that the others would have to collect.
    written: median(Array.from({ length: runs }, () => timed(file, true).total)),
  }
}

function timed(file: string, isWritten = false): { readonly total: number; readonly rewrite: number } {
  const start = processorTime()
  using files = new ModelFiles(file)
  const model = readAndAdapt(files.source)
  const adapted = processorTime()
  rewrite(model, { level: 'all' })
  const rewritten = processorTime()
  if (isWritten) joinChunks(writeModel(model).model)
  return { total: processorTime() - start, rewrite: rewritten - adapted }
}

/** Milliseconds, of all threads: what compiles and what collects garbage counts. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
