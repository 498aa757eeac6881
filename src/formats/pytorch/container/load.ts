import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import type { PickleValue } from '../pickle/index.ts'
import { TorchArchive } from './archive.ts'
import { type LegacySource, loadLegacy } from './legacy.ts'
import { loadLegacyTar } from './legacy-tar.ts'
import { recogniseTorch } from './recognise.ts'
import { refuseTorchFormat } from './refused.ts'
import { loadSafetensors, type SafetensorsFile } from './safetensors.ts'
import { unpickleRecord } from './saved-zip.ts'
import { loadTorchScript, type TorchScriptFile } from './torchscript.ts'

/** What `torch.save` wrote, which may be anything: weights, a checkpoint, or a whole module. */
export interface SavedFile {
  readonly kind: 'saved'
  readonly container: 'zip' | 'legacy' | 'tar'
  readonly root: PickleValue
  /** Source text of pickled module classes, by qualified name; only `legacy` files have any. */
  readonly legacySources: ReadonlyMap<string, LegacySource>
}

export type TorchFile = TorchScriptFile | SavedFile | SafetensorsFile

/**
 * Opens a file of PyTorch, whatever its extension. Tensors stay in it until read.
 *
 * @example
 * const file = loadTorchFile(source)
 * if (file.kind === 'saved') stateDictOf(file.root).tensors.get('conv1.weight')?.dims
 * @throws ModelError UNKNOWN_FORMAT when it is none; NOT_BUILT_YET, UNSUPPORTED_FORMAT for forms that are not read;
 *   CORRUPT_FILE, TRUNCATED_FILE, LIMIT_EXCEEDED, UNSUPPORTED_CONSTRUCT.
 */
export function loadTorchFile(source: ByteSource): TorchFile {
  const format = recogniseTorch(source)
  if (format) refuseTorchFormat(source.name, format)
  switch (format) {
    case 'torchscript':
      return loadTorchScript(new TorchArchive(source))
    case 'pytorch-saved':
      return saved('zip', unpickleRecord(new TorchArchive(source), 'data.pkl', 'data/'))
    case 'pytorch-legacy': {
      const { root, sources } = loadLegacy(source)
      return saved('legacy', root, sources)
    }
    case 'pytorch-tar':
      return saved('tar', loadLegacyTar(source))
    case 'safetensors':
      return loadSafetensors(source)
    default:
      throw new ModelError('UNKNOWN_FORMAT', { what: `${source.name} is not a file of PyTorch` })
  }
}

const saved = (
  container: SavedFile['container'],
  root: PickleValue,
  legacySources: ReadonlyMap<string, LegacySource> = new Map(),
): SavedFile => ({ kind: 'saved', container, root, legacySources })
