import type { Node, Value } from '../../../../graph/index.ts'
import { type Border, borderOf, undoes } from './border.ts'
import { isIdentity } from './perm.ts'
import type { Layouts, Region } from './regions.ts'

/** What moving a region saves: Transposes, and elements that are transposed. */
interface Saving {
  nodes: number
  elements: number
}

/**
 * Takes out of a region what it costs to move, from its ends on, and says whether the rest is worth it: fewer nodes, or as
 * many that move fewer elements. Either strictly falls with each move, so that moving ends.
 */
export class Appraisal {
  readonly #region: Region
  readonly #layouts: Layouts
  readonly #sizeOf: (value: Value) => number
  readonly #borders = new Map<Value, Border>()

  constructor(region: Region, layouts: Layouts, sizeOf: (value: Value) => number) {
    this.#region = region
    this.#layouts = layouts
    this.#sizeOf = sizeOf
  }

  /** `order`: where each node stands in its graph. */
  isWorthMoving(order: ReadonlyMap<Node, number>): boolean {
    const { moves, transposes } = this.#region
    const backwards = [...moves.keys()].sort((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0))
    for (const node of backwards) if (this.#isBetterLeft(node)) this.#leave(node)
    const saving: Saving = { nodes: 0, elements: 0 }
    for (const node of transposes) this.#count(saving, node.output, this.#isGone(node.output) ? 1 : 0)
    for (const [node, { inputs }] of moves) {
      for (const output of node.outputs) this.#count(saving, output, -this.#costOf(output))
      for (const { cost } of inputs?.values() ?? []) saving.nodes -= cost
    }
    return moves.size > 0 && (saving.nodes > 0 || (saving.nodes === 0 && saving.elements > 0))
  }

  #count(saving: Saving, value: Value, nodes: number): void {
    saving.nodes += nodes
    saving.elements += nodes * this.#sizeOf(value)
  }

  #borderOf(value: Value): Border {
    const known = this.#borders.get(value)
    if (known) return known
    const border = borderOf(value, this.#region, this.#layouts)
    this.#borders.set(value, border)
    return border
  }

  /** Whether a Transpose goes: nothing outside reads it. */
  #isGone(value: Value): boolean {
    const { inside, others, turned } = this.#borderOf(value)
    return inside > 0 && others === 0 && turned.length === 0
  }

  /** Transposes that moving puts behind a result, less those that it takes from there. */
  #costOf(output: Value): number {
    const { turned, others } = this.#borderOf(output)
    const layout = this.#layouts.get(output)?.layout ?? []
    const undone = turned.filter((node) => undoes(node, layout)).length
    return (others > 0 && !isIdentity(layout) ? 1 : 0) - undone
  }

  /** Whether a node at the end of the region costs no less moved than left with its operands transposed. */
  #isBetterLeft(node: Node): boolean {
    if (node.outputs.some((output) => this.#borderOf(output).inside > 0)) return false
    const moved: Saving = { nodes: 0, elements: 0 }
    for (const output of node.outputs) this.#count(moved, output, this.#costOf(output))
    for (const { cost } of this.#region.moves.get(node)?.inputs?.values() ?? []) moved.nodes += cost
    const left: Saving = { nodes: 0, elements: 0 }
    for (const operand of this.#operandsOf(node)) this.#count(left, operand, this.#costOfLeaving(operand))
    return left.nodes < moved.nodes || (left.nodes === moved.nodes && left.elements <= moved.elements)
  }

  #costOfLeaving(operand: Value): number {
    const { producer } = operand
    if (producer && this.#region.transposes.has(producer)) return this.#isGone(operand) ? 1 : 0
    const layout = this.#layouts.get(operand)?.layout ?? []
    return this.#borderOf(operand).others > 0 || isIdentity(layout) ? 0 : 1
  }

  #operandsOf(node: Node): Set<Value> {
    const operands = node.inputs.filter((input) => input !== undefined)
    return new Set(operands.filter((input) => this.#layouts.get(input)?.region === this.#region))
  }

  #leave(node: Node): void {
    const borders = [...this.#operandsOf(node)].map((operand) => this.#borderOf(operand))
    this.#region.moves.delete(node)
    for (const border of borders) {
      border.inside--
      border.others++
    }
  }
}
