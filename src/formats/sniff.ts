import { ModelError } from '../errors/index.ts'
import { type ByteSource, looksLikeZip, readZip } from '../graph/bytes/index.ts'
import { looksLikeNpy } from '../graph/bytes/npy.ts'
import { looksLikeNpz } from '../graph/bytes/npz.ts'
import { explainUnknown } from './not-a-model.ts'
import { isCutShort } from './onnx/truncated.ts'
import { protobufFormat } from './protobuf-shape.ts'
import { hasIdentifier, recogniseTorch } from './pytorch/container/index.ts'

/** Every kind of file that is recognised, and how a sentence calls it. Recognised does not mean that it converts. */
export const FORMATS = {
  torchscript: 'a TorchScript archive',
  'torchscript-1.0': 'a TorchScript archive from before PyTorch 1.4',
  'pytorch-saved': 'a file of torch.save',
  'pytorch-legacy': 'a file of torch.save from before PyTorch 1.6',
  'pytorch-tar': 'a file of torch.save from before PyTorch 0.1.10',
  pt2: 'a program of torch.export',
  aotinductor: 'a package of AOTInductor',
  'torch-package': 'an archive of torch.package',
  'torch-mobile': 'a mobile model of PyTorch in FlatBuffer form',
  executorch: 'a program of ExecuTorch',
  safetensors: 'a safetensors file',
  onnx: 'an ONNX model',
  ort: 'a model in onnxruntime format',
  keras: 'a Keras 3 archive',
  hdf5: 'an HDF5 file',
  tflite: 'a TensorFlow Lite model',
  'tensorflow-saved-model': 'a TensorFlow SavedModel',
  'tensorflow-graph': 'a frozen TensorFlow graph',
  tfjs: 'a TensorFlow.js model',
  npz: 'an archive of NumPy arrays',
  npy: 'a NumPy array',
} as const satisfies Record<string, string>

export type FormatName = keyof typeof FORMATS

const HDF5_SIGNATURE = '\x89HDF\r\n\x1a\n'
/** Topology and weight list of the largest TF.js models take a few megabytes. */
const MAX_JSON = 1 << 25

/**
 * What a file is, by its content alone; undefined when it is nothing that holds a model. Reads a few hundred bytes, and
 * the directory of an archive.
 *
 * @throws ModelError TRUNCATED_FILE or CORRUPT_FILE for an archive that is damaged.
 */
export function sniff(source: ByteSource): FormatName | undefined {
  if (source.size === 0) return undefined
  const torch = recogniseTorch(source)
  if (torch) return torch
  if (looksLikeZip(source)) return zipFormat(source)
  const flat = FLAT_FORMATS.find(([, holds]) => holds(source))?.[0] ?? protobufFormat(source)
  return flat ?? (isCutShort(source) ? 'onnx' : undefined)
}

/**
 * As `sniff`, with an error for the user when the file is no model: a web page, a picture, a git-lfs pointer, an empty file.
 * @throws ModelError EMPTY_FILE, UNKNOWN_FORMAT, and as `sniff` does.
 */
export function sniffOrExplain(source: ByteSource): FormatName {
  if (source.size === 0) {
    throw new ModelError('EMPTY_FILE', {
      what: `${source.name} holds no bytes`,
      next: 'Download or save it again',
    })
  }
  const format = sniff(source)
  if (!format) throw explainUnknown(source)
  return format
}

const FLAT_FORMATS: readonly (readonly [format: FormatName, holds: (source: ByteSource) => boolean])[] = [
  ['tflite', (source) => hasIdentifier(source, /^TFL3$/)],
  ['ort', (source) => hasIdentifier(source, /^ORTM$/)],
  ['hdf5', isHdf5],
  ['npy', looksLikeNpy],
  ['tfjs', isTfjs],
]

/** The signature stands at 0, 512, 1024, 2048, …: before it the user may have put a block of their own. */
function isHdf5(source: ByteSource): boolean {
  for (let at = 0; at + 8 <= source.size && at <= 1 << 20; at = at === 0 ? 512 : at * 2) {
    if (latin1(source.read(at, 8)) === HDF5_SIGNATURE) return true
  }
  return false
}

function isTfjs(source: ByteSource): boolean {
  const head = latin1(source.read(0, Math.min(source.size, 64)))
  if (!/^(\xef\xbb\xbf)?\s*\{/.test(head) || source.size > MAX_JSON) return false
  const text = new TextDecoder().decode(source.read(0, source.size))
  return /"(modelTopology|weightsManifest)"\s*:/.test(text)
}

function zipFormat(source: ByteSource): FormatName | undefined {
  const entries = readZip(source)
  if (entries.has('model.weights.h5') && entries.has('config.json')) return 'keras'
  return looksLikeNpz(entries) ? 'npz' : undefined
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
