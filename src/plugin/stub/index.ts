import type { ConvertResult } from '../../convert/index.ts'
import { ortFiles, ownRuntime, serverOrt } from '../runtime-files.ts'
import { bytesStub } from './bytes.ts'
import { targetsOf } from './manifest.ts'
import { metaStub } from './meta.ts'
import { pageStub } from './page.ts'
import type { ReferTo } from './reference.ts'
import { serverStub } from './server.ts'
import { urlStub } from './url.ts'

/** Where the generated module will run, and how its host is told of files there. */
export interface StubHost {
  readonly root: string
  readonly side: 'page' | 'server'
  /** A URL that the page fetches. */
  readonly pageUrl: ReferTo
  /** A `file:` URL that the server reads. */
  readonly fileUrl: ReferTo
}

/** The module that stands for a model, by what `as=` selects. */
export function generateStub(result: ConvertResult, { root, side, pageUrl, fileUrl }: StubHost): string {
  const runtime = ownRuntime('index')
  const nodeRuntime = ownRuntime('node')
  switch (result.request['as']) {
    case 'url':
      return urlStub(result, pageUrl)
    case 'meta':
      return metaStub(result)
    case 'bytes':
      return side === 'page'
        ? bytesStub(result, { runtime }, pageUrl)
        : bytesStub(result, { runtime, nodeRuntime }, fileUrl)
    default:
      return side === 'page'
        ? pageStub(result, { runtime, ort: ortFiles(root, targetsOf(result)) }, pageUrl)
        : serverStub(result, { runtime, nodeRuntime, ort: serverOrt(root) }, fileUrl)
  }
}
