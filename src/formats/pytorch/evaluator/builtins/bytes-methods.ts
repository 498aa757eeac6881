import { unknownToThisVersion } from '../python-error.ts'
import { type BytesValue, type NativeFunction, str } from '../values/index.ts'
import { asText } from './arguments.ts'

/** Bytes as characters below 256, and the text that they are in UTF-8. */
export const encoded = (text: string): BytesValue => ({
  kind: 'bytes',
  value: [...new TextEncoder().encode(text)].map((byte) => String.fromCharCode(byte)).join(''),
})

const isUtf8 = (name: string): boolean => /^(utf-?8|ascii)$/i.test(name)

/** @throws ModelError UNSUPPORTED_CONSTRUCT for other encodings than UTF-8. */
export function checkEncoding(name: string): void {
  if (!isUtf8(name)) throw unknownToThisVersion(`the encoding ${name}`)
}

export const BYTES_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  decode: (_, { positional: [self, encoding] }) => {
    if (encoding) checkEncoding(asText(encoding))
    const value = self?.kind === 'bytes' ? self.value : ''
    const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0))
    return str(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  },
}
