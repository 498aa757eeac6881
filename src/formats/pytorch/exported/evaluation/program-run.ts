import type { Interpreter } from '../../evaluator/interpreter/interpreter.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import type { ExportedGraph } from '../program/program.ts'
import type { SymbolTable } from '../symbols/symbol-table.ts'
import type { NodePlaces } from './node-places.ts'

/** What the graphs of one program share while they are evaluated. */
export interface ProgramRun {
  readonly interpreter: Interpreter
  readonly symbols: SymbolTable
  readonly places: NodePlaces
  /** Whether the request gives other sizes than the model was exported with. */
  readonly hasOtherSizes: boolean
  /** Evaluates the program's graph, or one within it; `path` names it in places: `graph`, `graph/true_graph_0`. */
  readonly runGraph: (graph: ExportedGraph, inputs: readonly PyValue[], path: string) => PyValue[]
}
