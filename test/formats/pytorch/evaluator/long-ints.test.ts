import { expect, it } from 'vitest'
import { CodeFile } from '../../../../src/formats/pytorch/container/index.ts'
import { TorchScriptCode } from '../../../../src/formats/pytorch/evaluator/dialects/torchscript.ts'
import { positional } from '../../../../src/formats/pytorch/evaluator/values/index.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'
import { MemorySource } from '../../../../src/graph/index.ts'
import { runPython } from './run-python.ts'

function runScript(expression: string): string {
  const evaluation = new Evaluation()
  const text = `def f() -> int:\n  return ${expression}\n`
  const source = new MemorySource(new TextEncoder().encode(text), '__torch__/m.py')
  const file = new CodeFile('__torch__/m.py', source, undefined)
  const code = new TorchScriptCode(evaluation.interpreter, new Map([[file.name, file]]), () => undefined)
  return evaluation.run(() => {
    const callee = code.find('__torch__.m.f')
    if (!callee) throw new Error('the code holds no function f')
    return evaluation.interpreter.repr(evaluation.interpreter.call(callee, positional()))
  })
}

it.each([
  ['torch.add(9223372036854775806, 1)', '9223372036854775807'],
  ['torch.sub(-9223372036854775807, 1)', '-9223372036854775808'],
  ['torch.mul(3037000499, 3037000499)', '9223372030926249001'],
  ['torch.len(torch.slice([1, 2, 3], 1, 9223372036854775807, 1))', '2'],
])('TorchScript: %s is %s', (expression, result) => {
  expect(runScript(expression)).toBe(result)
})

it.each([
  'torch.add(9223372036854775807, 1)',
  'torch.mul(4294967296, 4294967296)',
  'torch.neg(-9223372036854775808)',
])('TorchScript: %s, which wraps around there, is refused', (expression) => {
  expect(() => runScript(expression)).toThrow(/UNSUPPORTED_CONSTRUCT.*an int beyond 64 bits/s)
})

it('a tensor keeps all digits of 64 bits', () => {
  const text = 'import torch\nresult = torch.tensor(2**63 - 1)\n'
  expect(runPython(text)).toContain('tensor')
  expect(() => runPython('import torch\nresult = torch.tensor(2**63)\n')).toThrow('beyond 64 bits')
})

it('gives all of them back', () => {
  expect(runPython('import torch\nresult = int(torch.tensor(2**60 + 1)) + 1')).toBe('1152921504606846978')
})
