import type { TorchArchive } from './archive.ts'

/** What PyTorch stores in zip archives, told apart by record names. */
export type TorchArchiveKind =
  | 'pt2'
  | 'aotinductor'
  | 'torch-package'
  | 'torchscript'
  | 'torchscript-1.0'
  | 'pytorch-saved'

const hasModelJson = (archive: TorchArchive): boolean =>
  archive.names.some((name) => /^models\/[^/]+\.json$/.test(name))

/** The first row that holds decides. */
const ROWS: readonly (readonly [kind: TorchArchiveKind, holds: (archive: TorchArchive) => boolean])[] = [
  ['pt2', hasModelJson],
  ['pt2', (archive) => archive.has('serialized_exported_program.json')],
  ['aotinductor', (archive) => archive.hasFolder('data/aotinductor/')],
  ['pt2', (archive) => archive.text('archive_format') === 'pt2'],
  ['torch-package', (archive) => archive.hasFolder('.data/ts_code/') || archive.has('.data/extern_modules')],
  // Before torch 1.4 the module tree was JSON and the tensors had a folder of that name.
  ['torchscript-1.0', (archive) => archive.has('model.json') && archive.hasFolder('tensors/')],
  ['torchscript', (archive) => archive.has('constants.pkl') && archive.hasFolder('code/')],
  ['pytorch-saved', (archive) => archive.has('data.pkl')],
]

/** Undefined for an archive that is not PyTorch's. */
export const torchArchiveKind = (archive: TorchArchive): TorchArchiveKind | undefined =>
  ROWS.find(([, holds]) => holds(archive))?.[0]
