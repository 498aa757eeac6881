import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ModelFiles } from '../../../../src/convert/files/index.ts'
import { writeSafetensors } from '../torch-writer.ts'
import { convertWritten } from './written-model.ts'

const NET = [
  'from torch import nn',
  'class Net(nn.Module):',
  '    def __init__(self):',
  '        super().__init__()',
  '        self.w = nn.Parameter(nn.init.zeros_(nn.Linear(1, 1).weight))',
  '    def forward(self, x): return x * self.w',
].join('\n')

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'source-folder-'))
  const header = { w: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] } }
  write('app/weights/net.safetensors', writeSafetensors(header, new Uint8Array(4)))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}

/** Files that the conversion read, besides the weights. */
function filesRead(arch: string): readonly string[] {
  using files = new ModelFiles(join(root, 'app/weights/net.safetensors'), { named: [arch] })
  const inputs = [{ name: 'x', dims: [2, 1] }]
  convertWritten(files.source, { arch, class: 'Net', inputs })
  return files.opened.filter((path) => path.endsWith('.py'))
}

describe('where the source of a model may lie', () => {
  it.each([
    ['beside the weights', './net.py', 'app/weights/net.py'],
    ['below them', './models/net.py', 'app/weights/models/net.py'],
    ['outside of their folder, which the query opens by naming it', '../../source/net.py', 'source/net.py'],
  ])('%s', (_, arch, path) => {
    write(path, NET)
    expect(filesRead(arch)).toEqual([arch.replace(/^\.\//, '')])
  })

  it.each([
    ['by its bare name', 'from net import Net'],
    ['as a file of the package', 'from .net import Net'],
  ])('imports find a file beside it %s', (_, text) => {
    for (const folder of ['app/weights/models', 'source']) {
      write(`${folder}/main.py`, text)
      write(`${folder}/net.py`, NET)
    }
    expect(filesRead('./models/main.py')).toEqual(['models/main.py', 'models/net.py'])
    expect(filesRead('../../source/main.py')).toEqual(['../../source/main.py', '../../source/net.py'])
  })

  it('imports do not leave the folder that is named, and the error says where the file is to be', () => {
    write('source/main.py', 'from ..net import Net')
    write('net.py', NET)
    expect(() => filesRead('../../source/main.py')).toThrow(
      'The model uses ..net.Net, which is not part of the source or of the library. Put net.py at the place that the import names, which is to be in the folder of the model or of arch=, or below it; or put its source into the same file.',
    )
  })

  it('a source that is not there is an error that says where paths start', () => {
    expect(() => filesRead('../../source/net.py')).toThrow(
      '[FILE_NOT_FOUND] ../../source/net.py does not exist beside the weights. arch= is a path from the folder of the model file.',
    )
  })
})
