import { setImmediate } from 'node:timers/promises'
import { writeAtomically } from '../../../src/convert/cache/atomic-file.ts'
import { writeRecord } from '../../../src/convert/cache/record.ts'

/** Writes a record and an asset again and again, each time all of one letter, the asset in many chunks. */
export async function rewriteFiles(
  { record, asset }: { readonly record: string; readonly asset: string },
  onFirst: () => void,
  isOver: () => boolean,
): Promise<void> {
  for (let round = 0; !isOver(); round++) {
    const letter = round % 26
    await writeRecord(record, String.fromCharCode(97 + letter).repeat(100_000))
    const chunk = new Uint8Array(1000).fill(letter)
    writeAtomically(() => asset, Array<Uint8Array>(300).fill(chunk))
    if (round === 0) onFirst()
    await setImmediate()
  }
}
