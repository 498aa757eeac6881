import type { InspectedPort } from '../convert/index.ts'

/** `image: float32[N, 3, 224, 224]` */
export function portText({ name, dtype, shape }: InspectedPort): string {
  const dims = shape ? `[${shape.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]` : ''
  const type = `${dtype ?? ''}${dims}`
  return type === '' ? name : `${name}: ${type}`
}
