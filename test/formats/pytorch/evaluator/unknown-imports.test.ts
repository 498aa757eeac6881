import { describe, expect, it } from 'vitest'
import { convertWritten, writtenModel } from '../frontends/written-model.ts'
import { runPython } from './run-python.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

describe('an import that nothing provides does no harm until a model uses it', () => {
  it.each<[string, string]>([
    [
      'imported',
      lines('import cv2', 'import PIL.Image as Image', 'from requests.adapters import HTTPAdapter'),
    ],
    ['called for a table of the file', lines('import cv2', 'SIZES = {"a": cv2.size(1, kind="x")[0] / 2.0}')],
    [
      'made the base of a class that is not used',
      lines('from zoo import Base', 'class Weights(Base):', '    V1 = Base(url="x")', 'NEWEST = Weights.V1'),
    ],
    ['decorating', lines('from zoo import register', '@register(name="f")', 'def f(): pass')],
    [
      'tried and given up',
      lines('try:', '    import cv2', 'except ImportError:', '    cv2 = None', 'assert cv2 is None'),
    ],
  ])('%s', (_, source) => {
    expect(runPython(`${source}result = 1\n`)).toBe('1')
  })

  it.each<[string, string, string]>([
    ['in a test', 'if cv2.VERSION > 3: pass', 'cv2.VERSION > …'],
    ['in a loop', 'for x in cv2.items(): pass', 'cv2.items(…)'],
    ['to ask what a number is', 'isinstance(1, cv2.Size)', 'cv2.Size'],
  ])('it is an error %s', (_, line, name) => {
    expect(() => runPython(lines('import cv2', line, 'result = 1'))).toThrow(
      `[UNSUPPORTED_CONSTRUCT] The model uses ${name}, which is not part of the source or of the library`,
    )
  })

  it.each([
    ['from .parts import Part', '.parts.Part', 'Put parts.py at the place'],
    ['from .ops.blocks import Part', '.ops.blocks.Part', 'Put ops/blocks.py at the place'],
    ['from zoo import Part', 'zoo.Part', 'beside it'],
  ])('a file that is missing is named: %s', (line, name, advice) => {
    const source = lines(line, 'class Net:', '    def __init__(self):', '        self.part = Part()')
    const convert = (): unknown => convertWritten(writtenModel({}, { 'model.py': source }), { class: 'Net' })
    expect(convert).toThrow(`The model uses ${name}`)
    expect(convert).toThrow(advice)
  })

  it('a call for its effect alone is left out of a constructor, with a warning, and refused in forward', () => {
    const model = (forward: string): string =>
      lines(
        'import torch.nn as nn',
        'from .logs import count_use',
        'class Net(nn.Module):',
        '    def __init__(self):',
        '        super().__init__()',
        '        count_use(self)',
        '    def forward(self, x):',
        `        ${forward}`,
        '        return x + 1',
      )
    const convert = (forward: string) =>
      convertWritten(writtenModel({}, { 'model.py': model(forward) }), {
        inputs: [{ name: 'x', dims: [2] }],
      })
    expect(convert('pass').warnings).toEqual([
      'A call of something that the source does not hold was left out (model.py:6)',
    ])
    expect(() => convert('count_use(x)')).toThrow('The model uses .logs.count_use')
  })

  it("a name of Python's own library that is not known waits for its use", () => {
    const source = lines('import enum', 'class Meta(enum.verify): pass', 'def make():', '    return Meta()')
    expect(() => convertWritten(writtenModel({}, { 'model.py': source }), { class: 'make' })).toThrow(
      'The model uses enum.verify, which this version does not know (model.py:4)',
    )
  })

  it('a name of PyTorch that is not known says so', () => {
    const source = lines(
      'import torch.nn as nn',
      'class Net:',
      '    def __init__(self):',
      '        nn.Quaternion(3)',
    )
    expect(() => convertWritten(writtenModel({}, { 'model.py': source }), { class: 'Net' })).toThrow(
      '[UNSUPPORTED_CONSTRUCT] The model uses torch.nn.Quaternion, which this version does not know (model.py:4)',
    )
  })
})

describe('imports find files', () => {
  it('in a circle: a name that is not there yet waits for its use', () => {
    const circle = {
      'a.py': 'from b import B\nclass A: pass\n',
      'b.py': 'from a import A\nclass B: pass\ndef make(): return A()\n',
    }
    expect(runPython('from b import B\nfrom a import A\nresult = A.__name__ + B.__name__\n', circle)).toBe(
      "'AB'",
    )
  })

  const files = {
    'zoo/parts.py': 'from .sizes import WIDTH\n',
    'zoo/sizes.py': 'WIDTH = 4\n',
    'kit/__init__.py': 'from .inner import DEPTH\n',
    'kit/inner.py': 'DEPTH = 7\n',
  }

  it.each([
    ['import zoo.parts\nresult = zoo.parts.WIDTH\n', '4'],
    ['from zoo import sizes\nresult = sizes.WIDTH\n', '4'],
    ['from zoo.parts import *\nresult = WIDTH\n', '4'],
    ['from kit import DEPTH\nresult = DEPTH\n', '7'],
    ['from kit import inner\nresult = inner.DEPTH\n', '7'],
    ['if __name__ == "__main__":\n    raise ValueError\nresult = __file__\n', "'model.py'"],
  ])('%j', (source, expected) => {
    expect(runPython(source, files)).toBe(expected)
  })
})
