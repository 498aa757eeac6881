import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, copyFile, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, parse, resolve, sep } from 'node:path'
import { type Asset, makeFolder } from '../convert/index.ts'
import { ModelError } from '../errors/index.ts'

/** Where the result goes. */
export interface OutputPlan {
  readonly folder: string
  /** Name of the main asset in the folder. */
  readonly name: string
}

/**
 * `-o FILE` names the main asset; `-o FOLDER` (it exists, or ends in a separator, or has no extension) takes
 * `<stem>.onnx`; without `-o` that lies in the current folder.
 *
 * @throws ModelError BAD_CALL when the result would replace the model itself, OUTPUT_NOT_WRITABLE; nothing was converted
 * then.
 */
export async function planOutput(source: string, output: string | undefined): Promise<OutputPlan> {
  const plan = await choosePlan(`${parse(source).name}.onnx`, output)
  const target = join(plan.folder, plan.name)
  await checkIsAnother(source, target)
  try {
    await checkWritable(plan.folder)
    await checkReplaceable(target)
  } catch (cause) {
    throw notWritable(target, cause)
  }
  return plan
}

async function checkIsAnother(source: string, target: string): Promise<void> {
  const model = await realpath(source).catch(() => undefined)
  if (model === undefined || (await realpath(target).catch(() => undefined)) !== model) return
  throw new ModelError('BAD_CALL', {
    what: `The result would replace the model itself, ${target}`,
    next: 'Name another file: -o out.onnx',
  })
}

/** The nearest folder there is must take new entries: a conversion of minutes is not done in vain. */
async function checkWritable(folder: string): Promise<void> {
  const stats = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && dirname(folder) !== folder) return undefined
    throw error
  })
  if (!stats) return checkWritable(dirname(folder))
  if (!stats.isDirectory()) throw new Error(`${folder} is no folder`)
  await access(folder, constants.W_OK)
}

/** A result takes the place of an earlier one: of no device, and of nobody's weights or notes. */
async function checkReplaceable(target: string): Promise<void> {
  const stats = await stat(target).catch(() => undefined)
  if (!stats) return
  if (!stats.isFile()) throw new Error('It is there, and is no regular file')
  if (stats.size > 0 && (await firstByte(target)) !== ONNX_FIRST_BYTE) {
    throw new Error('It is there, and is no ONNX model that a result could replace')
  }
}

/** The tag of `ModelProto.ir_version`, which every writer puts first. */
const ONNX_FIRST_BYTE = 0x08

async function firstByte(path: string): Promise<number | undefined> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 0)
    return buffer[0]
  } finally {
    await file.close()
  }
}

const notWritable = (target: string, cause: unknown): ModelError =>
  new ModelError('OUTPUT_NOT_WRITABLE', {
    what: `The result cannot be written to ${target}`,
    why: cause instanceof Error ? cause.message : String(cause),
    next: 'Name another place: -o out.onnx',
    cause,
  })

async function choosePlan(name: string, output: string | undefined): Promise<OutputPlan> {
  if (output === undefined) return { folder: process.cwd(), name }
  const path = resolve(output)
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => /[/\\]$/.test(output) || output.endsWith(sep) || extname(output) === '',
  )
  return isFolder ? { folder: path, name } : { folder: dirname(path), name: basename(path) }
}

/**
 * Copies the assets to where they were asked for. Data files keep their names, since the model refers to them by name.
 * All files are complete before the first is given its name, and the model comes last.
 *
 * @returns the assets with their new paths.
 * @throws ModelError OUTPUT_NOT_WRITABLE; nothing new is left then.
 */
export async function writeOutput({ folder, name }: OutputPlan, assets: readonly Asset[]): Promise<Asset[]> {
  const copies = assets.map((asset) => {
    const path = join(folder, asset.role === 'model' ? name : basename(asset.path))
    return { asset, path, temporary: `${path}.${randomBytes(6).toString('hex')}.tmp` }
  })
  try {
    makeFolder(folder)
    for (const { asset, temporary } of copies) {
      await copyFile(asset.path, temporary, constants.COPYFILE_FICLONE)
    }
    const modelLast = copies.toSorted(
      (a, b) => Number(a.asset.role === 'model') - Number(b.asset.role === 'model'),
    )
    for (const { path, temporary } of modelLast) await rename(temporary, path)
  } catch (cause) {
    await Promise.all(copies.map(({ temporary }) => rm(temporary, { force: true }).catch(() => undefined)))
    throw notWritable(join(folder, name), cause)
  }
  return copies.map(({ asset, path }) => ({ ...asset, path }))
}
