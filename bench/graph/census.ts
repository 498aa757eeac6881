import { readFile } from 'node:fs/promises'
import { MemorySource } from '../../src/graph/index.ts'
import { decodeModel } from '../../src/graph/onnx/proto/decode-model.ts'
import type { GraphProto } from '../../src/graph/onnx/proto/messages.ts'
import type { Runtime } from './peers.ts'

/** Operator → how many nodes, those of subgraphs included. */
export type Census = ReadonlyMap<string, number>

/** As the file has it, before any reader has lifted its constants. */
export async function censusOf(file: string): Promise<Census> {
  const { graph } = decodeModel(new MemorySource(await readFile(file)))
  const census = new Map<string, number>()
  if (graph) addNodes(graph, census)
  return census
}

function addNodes({ nodes }: GraphProto, census: Map<string, number>): void {
  for (const { op, domain, attributes } of nodes) {
    const name = domain === '' ? op : `${domain}:${op}`
    census.set(name, (census.get(name) ?? 0) + 1)
    for (const { g, graphs } of attributes)
      for (const graph of g ? [g, ...graphs] : graphs) addNodes(graph, census)
  }
}

export const nodeCount = (census: Census): number =>
  [...census.values()].reduce((sum, count) => sum + count, 0)

/** Writes what onnxruntime makes of a model: `extended` is the highest level whose result other machines can load. */
export async function optimiseByRuntime(runtime: Runtime, file: string, target: string): Promise<void> {
  const session = await runtime.InferenceSession.create(file, {
    graphOptimizationLevel: 'extended',
    optimizedModelFilePath: target,
    logSeverityLevel: 3,
  })
  await session.release()
}
