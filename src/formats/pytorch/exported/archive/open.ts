import { ModelError } from '../../../../errors/index.ts'
import { type ByteSource, readAll } from '../../../../graph/index.ts'
import { TorchArchive } from '../../container/archive.ts'
import type { PickleValue } from '../../pickle/index.ts'
import type { StorageView } from '../../tensors/index.ts'
import type { ExportedProgram } from '../program/program.ts'
import { readProgram } from '../program/read-program.ts'
import { nestedSaved } from './nested-saved.ts'
import { readWeights } from './weights.ts'

/** A `.pt2` file: its program, and where its tensors lie. */
export interface ExportedFile {
  readonly program: ExportedProgram
  /** Weights, buffers and constants by dotted name. */
  readonly weight: (name: string) => StorageView
  /** `((args…), {kwargs})` that the model was exported with; undefined where they were not kept. */
  readonly sampleInputs: () => PickleValue | undefined
}

/** Where the parts of one program lie in an archive. */
export interface Layout {
  readonly program: string
  /** Candidates, the first that exists: a configuration of raw records, or a file of torch.save. */
  readonly weights: readonly string[]
  readonly constants: readonly string[]
  readonly samples: readonly string[]
}

/** Up to torch 2.7. The tensors were named `.json` at first, and were files of torch.save all the same. */
const SINGLE: Layout = {
  program: 'serialized_exported_program.json',
  weights: ['serialized_state_dict.pt', 'serialized_state_dict.json'],
  constants: ['serialized_constants.pt', 'serialized_constants.json'],
  samples: ['serialized_example_inputs.pt'],
}

/** From torch 2.8 on: several programs may share an archive. What 2.8 saved by torch.save are raw records behind it. */
const named = (model: string): Layout => ({
  program: `models/${model}.json`,
  weights: [
    `data/weights/${model}.pt`,
    `data/weights/${model}_weights_config.json`,
    `data/weights/${model}_model_param_config.json`,
  ],
  constants: [
    `data/constants/${model}.pt`,
    `data/constants/${model}_constants_config.json`,
    `data/constants/${model}_model_constants_config.json`,
  ],
  samples: [`data/sample_inputs/${model}.pt`],
})

/**
 * Opens an archive of torch.export, of whatever layout. Weights stay in it until read.
 *
 * @param model which program, where the archive holds several.
 * @throws ModelError BAD_QUERY_VALUE, CORRUPT_FILE, UNSUPPORTED_FORMAT, LIMIT_EXCEEDED.
 */
export function openExported(source: ByteSource, model: string | undefined): ExportedFile {
  const archive = new TorchArchive(source)
  const layout = layoutOf(archive, model)
  const text = new TextDecoder().decode(readAll(archive.get(layout.program)))
  return {
    program: readProgram(text, `${source.name}!${layout.program}`),
    weight: readWeights(archive, layout),
    sampleInputs: () => {
      const record = layout.samples.find((name) => archive.has(name))
      return record === undefined ? undefined : nestedSaved(archive, record)
    },
  }
}

/** What `save` calls the one program that it writes. */
const USUAL = 'model'

function layoutOf(archive: TorchArchive, model: string | undefined): Layout {
  const models = modelsOf(archive)
  const [only, second] = models
  if (only === undefined) {
    if (archive.has(SINGLE.program)) return SINGLE
    throw new ModelError('UNSUPPORTED_FORMAT', {
      what: `${archive.source.name} is an archive of PyTorch that holds no exported program`,
      next: 'Save it with torch.export.save(torch.export.export(model, args), "net.pt2")',
    })
  }
  const chosen = model ?? (second === undefined || !models.includes(USUAL) ? only : USUAL)
  const isOpen = model === undefined && second !== undefined && !models.includes(USUAL)
  if (models.includes(chosen) && !isOpen) return named(chosen)
  throw new ModelError('BAD_QUERY_VALUE', {
    what:
      model === undefined
        ? `${archive.source.name} holds ${models.length} programs`
        : `${archive.source.name} holds no program ${model}`,
    next: `Choose one with method=: ${models.join(', ')}`,
  })
}

const modelsOf = (archive: TorchArchive): string[] =>
  archive.names.flatMap((name) => /^models\/([^/]+)\.json$/.exec(name)?.[1] ?? [])
