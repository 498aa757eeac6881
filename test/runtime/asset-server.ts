import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a free port of this machine, closed with the test that opened it. */
export class AssetServer implements AsyncDisposable {
  readonly origin: string
  private readonly server: Server

  private constructor(server: Server, origin: string) {
    this.server = server
    this.origin = origin
  }

  static async start(listener: RequestListener): Promise<AssetServer> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new AssetServer(server, `http://127.0.0.1:${portOf(server.address())}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0
