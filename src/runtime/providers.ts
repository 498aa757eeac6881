import { ModelRuntimeError } from './errors.ts'
import type { Manifest, Provider } from './manifest.ts'

/** What each provider needs of the device, asked before the runtime is started with it. */
const AVAILABLE: Readonly<Record<Provider, () => Promise<boolean>>> = {
  wasm: async () => typeof WebAssembly === 'object',
  webgpu: async () => {
    const gpu: unknown = Reflect.get(globalThis.navigator ?? {}, 'gpu')
    if (!hasRequestAdapter(gpu)) return false
    return (await gpu.requestAdapter().catch(() => null)) !== null
  },
}

const hasRequestAdapter = (gpu: unknown): gpu is { requestAdapter(): Promise<unknown> } =>
  typeof gpu === 'object' &&
  gpu !== null &&
  'requestAdapter' in gpu &&
  typeof gpu.requestAdapter === 'function'

/** The wanted providers that this device has, in order; the first is the one that runs the model. */
export async function pickProviders(
  { name, providers }: Pick<Manifest, 'name' | 'providers'>,
  wanted: readonly Provider[] = providers,
): Promise<Provider[]> {
  const foreign = wanted.find((provider) => !providers.includes(provider))
  if (foreign !== undefined) {
    throw new ModelRuntimeError(
      'NO_PROVIDER',
      `${name} was built for ${providers.join(', ')}, not for ${foreign}. Import it with target=${foreign}.`,
    )
  }
  const available = await Promise.all(wanted.map((provider) => AVAILABLE[provider]()))
  const usable = wanted.filter((_, i) => available[i])
  if (usable.length > 0) return usable
  throw new ModelRuntimeError('NO_PROVIDER', `${name} needs ${wanted.join(' or ')}, which this device lacks.`)
}
