import type { Where } from '../../../../errors/index.ts'
import type { Relocate } from '../../evaluator/session.ts'
import type { Position } from '../../source/index.ts'
import type { ExportedGraph, ExportedNode } from '../program/program.ts'

/**
 * Where nodes stand, in the user's own words: `conv2d_3 of layer1.0.conv1`. The evaluator counts places in files and lines; the
 * lines of a graph are its nodes. The file's own stack traces, which hold paths of the machine that exported it, are not used.
 */
export class NodePlaces {
  readonly #graphs = new Map<string, ExportedGraph>()

  /** The name that a graph has as a file. */
  of(path: string, graph: ExportedGraph): string {
    this.#graphs.set(path, graph)
    return path
  }

  /** Of what the program as a whole asks for. */
  get whole(): Position {
    return { file: 'the exported program', line: 1, column: 1 }
  }

  readonly relocate: Relocate = ({ file, line }): Where => {
    const node = this.#graphs.get(file)?.nodes[line - 1]
    return node ? this.whereOf(node) : { file }
  }

  whereOf({ name, module }: ExportedNode): Where {
    return { node: module ? `${name} of ${module}` : name }
  }
}
