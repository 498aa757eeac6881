import type { Argument, ExportedGraph, ExportedNode } from '../program/program.ts'

/** What a program merely checks: the values that it was exported for are taken to be right. */
const CHECKS =
  /^torch\.ops\.aten\.(_assert_scalar|_assert_tensor_metadata|_assert_async|_functional_assert_\w+|_functional_sym_constrain_\w+|sym_constrain_range\w*)\./

const isCheck = ({ target }: ExportedNode): boolean => CHECKS.test(target)

/** Arithmetic on numbers writes to nothing: without a reader it has no effect. */
const isArithmetic = ({ target }: ExportedNode): boolean => !target.startsWith('torch.ops.')

/** The nodes without checks, and without the arithmetic that served only those. */
export function neededNodes(graph: ExportedGraph): ReadonlySet<ExportedNode> {
  const read = new Set<string>()
  const needed = new Set<ExportedNode>()
  const reads = (argument: Argument): void => {
    if (argument.kind === 'tensor' || argument.kind === 'symbol') read.add(argument.name)
    else if (argument.kind === 'list') argument.items.forEach(reads)
    else if (argument.kind === 'dict') for (const [, item] of argument.entries) reads(item)
  }
  graph.outputs.forEach(reads)
  for (const node of graph.nodes.toReversed()) {
    if (isCheck(node) || (isArithmetic(node) && !node.outputs.some((output) => isRead(output, read))))
      continue
    needed.add(node)
    for (const { value } of node.inputs) reads(value)
  }
  return needed
}

const isRead = (output: Argument, read: ReadonlySet<string>): boolean =>
  (output.kind === 'tensor' || output.kind === 'symbol') && read.has(output.name)
