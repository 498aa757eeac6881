import { ModelError } from '../errors/index.ts'
import type { ByteSource } from '../graph/bytes/index.ts'

interface Row {
  /** How the file begins, as latin-1: one of these texts, or a pattern over the first 4 KB. */
  readonly begins: readonly string[] | RegExp
  /** Completes "net.pth is …". */
  readonly is: string
  readonly next: string
}

const WRONG_FILE = 'Point the import at the model file itself'
const UNPACK = 'Unpack it and point at the model in it'
const BYTE_ORDER_MARK = '\xef\xbb\xbf'

/** What people have in hand instead of a model; the first row that fits is told. */
const ROWS: readonly Row[] = [
  {
    begins: ['version https://git-lfs'],
    is: 'a git-lfs pointer, not the file it points to',
    next: 'Run "git lfs pull"',
  },
  {
    begins: /^\s*<(!doctype html|html|head|\?xml[^>]*>\s*<!doctype html)/i,
    is: 'a web page: the download failed',
    next: "Download the file itself, by its page's download button or its raw URL",
  },
  { begins: /^\s*<(\?xml|error|svg)/i, is: 'an XML document', next: WRONG_FILE },
  { begins: ['\x89PNG\r\n'], is: 'a PNG picture', next: WRONG_FILE },
  { begins: ['\xff\xd8\xff'], is: 'a JPEG picture', next: WRONG_FILE },
  { begins: ['GIF87a', 'GIF89a'], is: 'a GIF picture', next: WRONG_FILE },
  { begins: /^RIFF[\s\S]{4}WEBP/, is: 'a WebP picture', next: WRONG_FILE },
  { begins: /^RIFF[\s\S]{4}WAVE/, is: 'a WAV sound', next: WRONG_FILE },
  { begins: ['%PDF-'], is: 'a PDF document', next: WRONG_FILE },
  { begins: ['\0asm'], is: 'a WebAssembly module', next: WRONG_FILE },
  { begins: ['GGUF'], is: 'a GGUF file of llama.cpp, which holds weights and no graph', next: WRONG_FILE },
  { begins: ['\x1f\x8b'], is: 'compressed with gzip', next: `${UNPACK} (tar -xzf, or gunzip)` },
  {
    begins: ['BZh', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd', '7z\xbc\xaf', 'Rar!'],
    is: 'a compressed archive',
    next: UNPACK,
  },
  { begins: /^[\s\S]{257}ustar/, is: 'a tar archive', next: `${UNPACK} (tar -xf)` },
  { begins: ['PK\x03\x04', 'PK\x05\x06'], is: 'a zip archive with no model we know in it', next: UNPACK },
  {
    begins: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'],
    is: 'a plain Python pickle, not a file of torch.save',
    next: 'Save the weights with torch.save(model.state_dict(), "net.pth")',
  },
  {
    begins: /^\s*\{[\s\S]*"weight_map"/,
    is: 'the index of weights that are split over several files',
    next: 'Merge them into one file, and convert that',
  },
  {
    begins: /^\s*[[{]\s*["{[\]}\d]/,
    is: 'a JSON document, and not the model.json of TensorFlow.js',
    next: WRONG_FILE,
  },
  {
    begins: /^(#!|import |from \w+ import |def |class |""")/,
    is: 'Python source',
    next: 'Import the weights file, and name this file in ?arch=',
  },
]

const fits = ({ begins }: Row, text: string): boolean =>
  begins instanceof RegExp ? begins.test(text) : begins.some((start) => text.startsWith(start))

/** The error for a file that is no model: what it is where that can be told, else how it begins. */
export function explainUnknown(source: ByteSource): ModelError {
  const head = source.read(0, Math.min(source.size, 4096))
  const latin1 = String.fromCharCode(...head)
  const text = latin1.startsWith(BYTE_ORDER_MARK) ? latin1.slice(BYTE_ORDER_MARK.length) : latin1
  const row = ROWS.find((candidate) => fits(candidate, text))
  if (row) return new ModelError('UNKNOWN_FORMAT', { what: `${source.name} is ${row.is}`, next: row.next })
  const start = [...head.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return new ModelError('UNKNOWN_FORMAT', {
    what: `${source.name} is not a model format we know: it begins with the bytes ${start}`,
    next: 'Check that it is the model file, and whole',
  })
}
