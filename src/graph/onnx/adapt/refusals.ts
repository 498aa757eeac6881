import { type ErrorCode, ModelError, nearest, type Where } from '../../../errors/index.ts'
import { CANONICAL_OPSET } from '../../model.ts'
import type { Node } from '../../node.ts'
import { operatorNames } from '../../ops/registry.ts'

/** What a model holds that cannot be brought to the canonical opset: found all at once, and told in one error. */
export class Refusals {
  /** Operator → number of calls. */
  readonly #unknown = new Map<string, number>()
  /** Domains of those that are not of ONNX. */
  readonly #foreign = new Set<string>()
  readonly #reasons: string[] = []
  #where: Where | undefined

  get any(): boolean {
    return this.#unknown.size > 0 || this.#reasons.length > 0
  }

  addUnknown(node: Node): void {
    const op = node.domain === '' ? node.op : `${node.domain}:${node.op}`
    this.#unknown.set(op, (this.#unknown.get(op) ?? 0) + 1)
    if (node.domain !== '') this.#foreign.add(node.domain)
    this.#where ??= node.where
  }

  addAttribute(node: Node, name: string): void {
    this.#reasons.push(
      `${node.label} has attribute ${name}, which ${node.op} does not have at opset ${CANONICAL_OPSET}`,
    )
    this.#where ??= node.where
  }

  /** Runs, and keeps an UNSUPPORTED_OPSET error for later. */
  collect(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'UNSUPPORTED_OPSET') throw error
      this.#reasons.push(error.details.what)
      this.#where ??= error.details.where
    }
  }

  /** @throws ModelError UNSUPPORTED_OPERATOR when an operator is unknown, else UNSUPPORTED_OPSET. */
  throwIfAny(opset: number): void {
    if (!this.any) return
    const unknown = [...this.#unknown].map(([op, count]) => (count === 1 ? op : `${op} (${count} times)`))
    const operators =
      unknown.length === 0 ? [] : [`Operators with no conversion from opset ${opset}: ${unknown.join(', ')}`]
    const code: ErrorCode = unknown.length > 0 ? 'UNSUPPORTED_OPERATOR' : 'UNSUPPORTED_OPSET'
    throw new ModelError(code, {
      what: [...operators, ...this.#reasons].join('; '),
      where: this.#where,
      next: this.#next(),
    })
  }

  /** Another opset helps neither operators of other domains nor names that ONNX has never had. */
  #next(): string {
    if (this.#foreign.size > 0)
      return `What domain ${[...this.#foreign].join(', ')} computes is not in the file: replace those operators in the model, or write them into it as functions`
    const meant = [...this.#unknown.keys()].flatMap((op) => {
      const name = nearest(op, operatorNames())
      return name ? [`${op} may be a misspelt ${name}`] : []
    })
    return [
      ...meant,
      `Export the model at opset ${CANONICAL_OPSET}, or replace what that opset does not have`,
    ].join('. ')
  }
}
