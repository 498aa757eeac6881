import type { Graph, Node, Value } from '../../../../graph/index.ts'
import type { Move } from './move.ts'
import { moverOf } from './movers.ts'
import { isIdentity, type Perm, permOf } from './perm.ts'

/**
 * Nodes that can all work on what their Transposes take, joined by the values between them. Moving a region takes out the
 * Transposes that nothing else reads and those behind it that undo them, and puts new ones where its results are read by
 * others.
 */
export interface Region {
  readonly transposes: Set<Node>
  readonly moves: Map<Node, Move>
}

/** A value that is stored in another order. */
export interface Stored {
  readonly layout: Perm
  readonly region: Region
}

export type Layouts = ReadonlyMap<Value, Stored>

/**
 * The regions of one graph, in one walk: a node joins when all its operands are results of a Transpose or of nodes that
 * have joined, in one order, or can be given in it.
 */
export function findRegions(graph: Graph): {
  readonly regions: ReadonlySet<Region>
  readonly layouts: Layouts
} {
  const found = new Found()
  for (const node of graph.nodes()) {
    const perm = node.op === 'Transpose' && node.domain === '' ? permOf(node) : undefined
    if (perm) found.addTranspose(node, perm)
    else found.join(node)
  }
  return found.result()
}

class Found {
  /** Of each region those that it has become part of, up to the one that stands. */
  readonly #joined = new Map<Region, Region>()
  readonly #stored = new Map<Value, { layout: Perm; region: Region }>()

  addTranspose(node: Node, layout: Perm): void {
    if (isIdentity(layout)) return
    this.#stored.set(node.output, { layout, region: { transposes: new Set([node]), moves: new Map() } })
  }

  join(node: Node): void {
    const operands = node.inputs.map((input) => input && this.#stored.get(input))
    if (!operands.some((operand) => operand !== undefined)) return
    const move = moverOf(node)?.({ node, layouts: operands.map((operand) => operand?.layout) })
    if (!move || !node.outputs.every((output, index) => move.layouts[index] || !output.isUsed)) return
    const region = operands.reduce<Region | undefined>(
      (sum, operand) => (operand ? this.#united(sum, this.#standing(operand.region)) : sum),
      undefined,
    )
    if (!region) return
    region.moves.set(node, move)
    node.outputs.forEach((output, index) => {
      const layout = move.layouts[index]
      if (layout) this.#stored.set(output, { layout, region })
    })
  }

  #standing(region: Region): Region {
    let standing = region
    for (let next = this.#joined.get(standing); next; next = this.#joined.get(standing)) standing = next
    if (standing !== region) this.#joined.set(region, standing)
    return standing
  }

  /** The smaller one becomes part of the larger one, so that each node moves a few times at most. */
  #united(a: Region | undefined, b: Region): Region {
    if (!a || a === b) return b
    const [large, small] = a.moves.size >= b.moves.size ? [a, b] : [b, a]
    for (const node of small.transposes) large.transposes.add(node)
    for (const [node, move] of small.moves) large.moves.set(node, move)
    this.#joined.set(small, large)
    return large
  }

  result(): { readonly regions: ReadonlySet<Region>; readonly layouts: Layouts } {
    const layouts = new Map<Value, Stored>()
    const regions = new Set<Region>()
    for (const [value, { layout, region }] of this.#stored) {
      const standing = this.#standing(region)
      if (standing.moves.size === 0) continue
      regions.add(standing)
      layouts.set(value, { layout, region: standing })
    }
    return { regions, layouts }
  }
}
