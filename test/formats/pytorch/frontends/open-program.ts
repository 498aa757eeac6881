import { PythonModules } from '../../../../src/formats/pytorch/evaluator/dialects/python.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'
import type { Opened } from '../../../../src/formats/pytorch/frontends/input-choice.ts'

/** A program of the inputs named, as a trace or a script of it would read. */
export function openProgram(inputs: readonly string[], body: readonly string[]): Opened {
  const evaluation = new Evaluation()
  const modules = new PythonModules(evaluation.interpreter, () => undefined)
  const head = ['import torch', `def forward(${inputs.join(', ')}):`]
  const text = [...head, ...body.map((line) => `    ${line}`), ''].join('\n')
  const forward = modules.run('trace', 'trace.py', text).get('forward')
  if (!forward) throw new Error('no function')
  return {
    evaluation,
    ports: inputs.map((name) => ({ name, type: { kind: 'tensor' }, isOptional: false })),
    call: (args) =>
      evaluation.interpreter.call(forward, { positional: [...args.values()], keyword: new Map() }),
  }
}
