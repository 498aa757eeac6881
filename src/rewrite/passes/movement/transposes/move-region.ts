import {
  type Attribute,
  type Builder,
  type Graph,
  type Model,
  type Node,
  schemaOf,
  type Value,
} from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { isSameType } from '../../../match/types.ts'
import { borderOf } from './border.ts'
import type { Move } from './move.ts'
import { composed, isIdentity, permOf } from './perm.ts'
import type { Layouts, Region } from './regions.ts'

/** Moves regions: every node of theirs works on what is stored, and Transposes stand only where that is read by others. */
export class RegionMover {
  readonly #model: Model
  readonly #layouts: Layouts
  readonly #regions: ReadonlySet<Region>
  /** A value → the same as it is stored. */
  readonly #stored = new Map<Value, Value>()

  constructor(model: Model, layouts: Layouts, regions: ReadonlySet<Region>) {
    this.#model = model
    this.#layouts = layouts
    this.#regions = regions
  }

  /** @returns how many nodes have been moved */
  run(graph: Graph): number {
    for (const { transposes } of this.#regions)
      for (const node of transposes) this.#stored.set(node.output, node.input(0))
    let moved = 0
    for (const node of graph.nodes()) {
      const region = node.outputs[0] && this.#layouts.get(node.outputs[0])?.region
      const move = region && this.#regions.has(region) ? region.moves.get(node) : undefined
      if (!region || !move) continue
      this.#move(node, move, region)
      moved++
    }
    return moved
  }

  #move(node: Node, move: Move, region: Region): void {
    const b = builderAt(this.#model, node)
    const made = this.#emit(b, node, move)
    node.outputs.forEach((output, index) => {
      const stored = made[index]
      if (!stored || !output.isUsed) return
      this.#stored.set(output, stored)
      this.#giveOut(b, output, stored, region)
    })
  }

  #emit(b: Builder, node: Node, { inputs, attributes }: Move): readonly Value[] {
    const schema = schemaOf(node.op, node.domain)
    if (!schema) return []
    const operands = node.inputs.map(
      (input, index) => input && (this.#stored.get(input) ?? inputs?.get(index)?.make(b) ?? input),
    )
    // Axes that the operator takes in order of the tensor's own are named from now on.
    for (const [index, { make }] of inputs ?? []) if (!node.inputs[index]) operands[index] = make(b)
    const changed = new Map<string, Attribute>([...node.attributes, ...(attributes ?? [])])
    const name = node.name || node.output.name
    return b.emit(schema, operands, changed, { name, count: node.outputs.length })
  }

  /** What is outside of the region reads the result as it was. */
  #giveOut(b: Builder, output: Value, stored: Value, region: Region): void {
    const layout = this.#layouts.get(output)?.layout ?? []
    const { turned, others } = borderOf(output, region, this.#layouts)
    for (const node of turned) {
      const perm = composed(layout, permOf(node) ?? [])
      replaced(
        node.output,
        isIdentity(perm) ? stored : builderAt(this.#model, node).transpose(stored, { perm }),
      )
    }
    if (others === 0) return
    const given = isIdentity(layout) ? stored : b.transpose(stored, { perm: layout, name: output.name })
    if (!isSameType(given, output)) return
    this.#stored.set(given, stored)
    output.replaceUsesWith(given)
  }
}
