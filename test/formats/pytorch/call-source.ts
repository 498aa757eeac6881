import type { Normalised } from '../../../src/formats/index.ts'
import { PythonModules } from '../../../src/formats/pytorch/evaluator/dialects/python.ts'
import { Evaluation } from '../../../src/formats/pytorch/frontends/evaluation.ts'
import type { DimSpec } from '../../../src/graph/index.ts'

/** Converts `call(x)` of the body's lines, where x is a float tensor of these dims. */
export function callSource(body: readonly string[], dims: readonly DimSpec[]): Normalised {
  const evaluation = new Evaluation()
  const imports = ['import math', 'import torch', 'import torch.nn as nn', 'import torch.nn.functional as F']
  const text = [...imports, 'def call(x):', ...body.map((line) => `    ${line}`), ''].join('\n')
  return evaluation.run(() => {
    const modules = new PythonModules(evaluation.interpreter, () => undefined)
    const call = modules.run('case', 'case.py', text).get('call')
    if (!call) throw new Error('no function')
    const args = evaluation.arguments([{ name: 'x', given: { kind: 'tensor', dtype: 'float32', dims } }])
    return evaluation.finish(
      evaluation.interpreter.call(call, { positional: [...args.values()], keyword: new Map() }),
    )
  })
}
