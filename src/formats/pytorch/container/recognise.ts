import { type ByteSource, looksLikeZip, readZip } from '../../../graph/bytes/index.ts'
import { TorchArchive } from './archive.ts'
import { type TorchArchiveKind, torchArchiveKind } from './archive-kind.ts'
import { looksLikeLegacy } from './legacy.ts'
import { looksLikeLegacyTar } from './legacy-tar.ts'
import { looksLikeSafetensors } from './safetensors.ts'

/** Every way a PyTorch model lies in a file. */
export type TorchFormat =
  | TorchArchiveKind
  | 'pytorch-legacy'
  | 'pytorch-tar'
  | 'executorch'
  | 'torch-mobile'
  | 'safetensors'

/** Four characters at offset 4, where FlatBuffers keep their file identifier. */
export const hasIdentifier = (source: ByteSource, pattern: RegExp): boolean =>
  source.size >= 8 && pattern.test(String.fromCharCode(...source.read(4, 4)))

/** In this order: the length of a safetensors header could spell anything. */
const ROWS: readonly (readonly [format: TorchFormat, holds: (source: ByteSource) => boolean])[] = [
  ['pytorch-legacy', looksLikeLegacy],
  ['pytorch-tar', looksLikeLegacyTar],
  // https://github.com/pytorch/executorch/blob/main/schema/program.fbs
  ['executorch', (source) => hasIdentifier(source, /^ET\d\d$/)],
  // https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/serialization/mobile_bytecode.fbs
  ['torch-mobile', (source) => hasIdentifier(source, /^PTMF$/)],
  ['safetensors', looksLikeSafetensors],
]

/**
 * Which PyTorch format a file has, by content; undefined for any other file. The extensions `.pt`, `.pth`, `.bin`,
 * `.ckpt` and `.pt2` say nothing: each is found on all of these.
 * @throws ModelError TRUNCATED_FILE or CORRUPT_FILE for a damaged zip or tar archive.
 */
export function recogniseTorch(source: ByteSource): TorchFormat | undefined {
  if (looksLikeZip(source)) return torchArchiveKind(new TorchArchive(source, readZip(source)))
  return ROWS.find(([, holds]) => holds(source))?.[0]
}
