import { ModelError } from '../../../errors/index.ts'
import { describe, type PickleObject, type PickleValue } from '../pickle/index.ts'
import type { TorchArchive } from './archive.ts'
import { CodeFile } from './code-file.ts'
import { isBigEndian, unpickleRecord } from './saved-zip.ts'

/** A TorchScript archive: the module with its weights, and the source of its methods. */
export interface TorchScriptFile {
  readonly kind: 'torchscript'
  /** The root module: its attributes hold tensors, plain values and submodules. */
  readonly root: PickleObject
  /** Source by file name: `__torch__/torch/nn/modules/conv.py`. Text is read when asked for. */
  readonly code: ReadonlyMap<string, CodeFile>
  /** `CONSTANTS.c0`, `CONSTANTS.c1`, … of the source. */
  readonly constants: readonly PickleValue[]
  /**
   * Per method, what it was traced with, for a traced module: argument by argument, optional ones that were not passed
   * left out. Tensors have dtype, dims and strides, and no data.
   */
  readonly tracedInputs: ReadonlyMap<string, readonly PickleValue[]>
  /** Of the file format; operators changed their meaning at some (3: the first). */
  readonly version: number
  /** Saved for mobile (`.ptl`): `bytecode.pkl` lies beside the source. */
  readonly mobile: boolean
  /** Names of user data (`_extra_files`). */
  readonly extraFiles: readonly string[]
}

/** @throws ModelError CORRUPT_FILE and what reading a zip archive and a pickle throws. */
export function loadTorchScript(archive: TorchArchive): TorchScriptFile {
  isBigEndian(archive)
  const root = unpickleRecord(archive, 'data.pkl', 'data/')
  if (root.kind !== 'object') {
    throw new ModelError('CORRUPT_FILE', {
      what: `${archive.source.name} is a TorchScript archive that holds ${describe(root)} instead of a module`,
    })
  }
  const extra = archive.names.filter((name) => name.startsWith('extra/'))
  return {
    kind: 'torchscript',
    root,
    code: codeFiles(archive),
    constants: readConstants(archive),
    tracedInputs: readTracedInputs(archive),
    version: readVersion(archive),
    mobile: archive.has('bytecode.pkl'),
    extraFiles: extra.map((name) => name.slice('extra/'.length)),
  }
}

function codeFiles(archive: TorchArchive): ReadonlyMap<string, CodeFile> {
  const files = new Map<string, CodeFile>()
  for (const name of archive.names) {
    if (!name.startsWith('code/') || !name.endsWith('.py')) continue
    const short = name.slice('code/'.length)
    files.set(short, new CodeFile(short, archive.get(name), archive.find(`${name}.debug_pkl`)))
  }
  return files
}

function readConstants(archive: TorchArchive): readonly PickleValue[] {
  const constants = unpickleRecord(archive, 'constants.pkl', 'constants/')
  if (constants.kind === 'tuple' || constants.kind === 'list') return constants.items
  throw new ModelError('CORRUPT_FILE', {
    what: `${archive.source.name} holds ${describe(constants)} where its constants belong`,
  })
}

function readTracedInputs(archive: TorchArchive): ReadonlyMap<string, readonly PickleValue[]> {
  const methods = new Map<string, readonly PickleValue[]>()
  if (!archive.has('traced_inputs.pkl')) return methods
  const root = unpickleRecord(archive, 'traced_inputs.pkl', 'traced_inputs/')
  if (root.kind !== 'dict') return methods
  for (const [method, inputs] of root.named()) {
    if (inputs.kind === 'list' || inputs.kind === 'tuple') methods.set(method, inputs.items)
  }
  return methods
}

function readVersion(archive: TorchArchive): number {
  const text = archive.text('.data/version') ?? archive.text('version') ?? ''
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new ModelError('CORRUPT_FILE', {
    what: `${archive.source.name} has no version number: ${JSON.stringify(text.slice(0, 20))}`,
  })
}
