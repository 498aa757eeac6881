import { ModelError } from '../../../../errors/index.ts'
import { looksLikeZip } from '../../../../graph/index.ts'
import { TorchArchive } from '../../container/archive.ts'
import { loadLegacy, looksLikeLegacy } from '../../container/legacy.ts'
import { unpickleRecord } from '../../container/saved-zip.ts'
import type { PickleValue } from '../../pickle/index.ts'

/**
 * What a record holds that is a file of torch.save itself. Its tensors are ranges of the outer file where the record is
 * stored, as torch stores it.
 */
export function nestedSaved(archive: TorchArchive, record: string): PickleValue {
  const source = archive.storage(record)
  if (source && looksLikeZip(source)) return unpickleRecord(new TorchArchive(source), 'data.pkl', 'data/')
  if (source && looksLikeLegacy(source)) return loadLegacy(source).root
  throw new ModelError('CORRUPT_FILE', {
    what: `${archive.source.name}!${record} is no file of torch.save`,
    why: 'The weights of a program lie in one',
    next: 'Export and save the model again',
  })
}
