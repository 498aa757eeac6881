import { choice } from './choice.ts'
import { inputs } from './inputs.ts'
import type { Key } from './key.ts'
import { architecture, json, names, number, plannedKey, renames, text } from './kinds.ts'

/**
 * Every query key, one row each: what it takes (the default first), what of it is documented and not built yet, and
 * what it means. The parser, the canonical form, error texts and documentation all read this table.
 */
export const KEYS = {
  format: choice({ built: ['onnx'], planned: ['ort'], help: 'What is emitted' }),
  target: choice({
    built: ['wasm'],
    planned: ['webgpu'],
    plannedList: true,
    help: 'The execution provider the asset is made for',
  }),
  quant: choice({
    built: ['none', 'fp16', 'int8', 'int8-dynamic', 'int8-weights'],
    planned: ['int4', 'auto', 'int8-static', 'int4-weights', 'int4-blocks'],
    help: 'How weights and activations are stored and computed',
  }),
  optimize: choice({ built: ['all', 'basic', 'none'], help: 'Rewriting level' }),
  input: inputs({ help: 'Shape, dtype and dynamic dims of an input; repeatable' }),
  arch: architecture({ help: 'The architecture of a weights-only file, relative to the model file' }),
  class: text({ example: 'Net', help: 'The class in the arch file that is the model' }),
  args: json({ example: '{"depth":50}', help: "The class's constructor arguments" }),
  config: plannedKey({
    example: './config.json',
    help: 'Constructor arguments read from a file',
    instead: 'This version takes constructor arguments in the query: args={"depth":50}',
  }),
  weights: text({ example: 'ema', help: 'Which set of weights of a checkpoint is used' }),
  method: text({ example: 'forward', help: 'The entry method' }),
  signature: plannedKey({
    example: 'serving_default',
    help: 'The signature of a SavedModel',
    instead: 'This version reads PyTorch and ONNX files, which have none',
  }),
  outputs: names({ example: 'logits,boxes', help: 'The outputs that are kept, in this order' }),
  rename: renames({ example: 'output:logits', help: 'New names of inputs and outputs' }),
  state: choice({
    built: ['drop'],
    planned: ['explicit'],
    help: 'What becomes of buffers that the model writes when it runs',
  }),
  calibrate: plannedKey({
    example: './samples.npz',
    help: 'Calibration data for static quantisation',
    instead: 'This version quantises without calibration: quant=int8',
  }),
  validate: choice({ built: ['auto', 'off'], help: 'Whether the result is run against a reference' }),
  maxError: number({ example: '0.01', min: 0, help: 'Largest absolute error allowed in any output' }),
  minSqnr: number({
    example: '30',
    min: 0,
    help: 'Least signal-to-noise ratio allowed in any output, in dB',
  }),
  as: choice({
    built: ['model', 'url', 'meta', 'bytes'],
    planned: ['worker'],
    help: 'What the import gives',
  }),
  shard: choice({
    built: ['off'],
    plannedPattern: { test: /^\d+(\.\d+)?(B|KB|MB|GB)$/i, example: '20MB' },
    help: 'Split assets for hosts with file limits',
  }),
  guards: choice({
    built: ['warn', 'strict'],
    help: 'What happens when a decision was taken on a dim that stays dynamic',
  }),
  layout: choice({
    built: ['keep'],
    planned: ['nchw', 'nhwc'],
    help: "Layout of image inputs and outputs at the model's border",
  }),
  prune: choice({
    built: ['off'],
    plannedPattern: { test: /^(0?\.\d+|0)$/, example: '0.5' },
    help: 'Magnitude pruning before quantisation',
  }),
  preset: plannedKey({
    example: 'web',
    help: 'A named set of keys from unplugin.config.ts',
    instead: 'This version takes the keys themselves in the query',
  }),
} as const satisfies Record<string, Key<unknown>>

export type KeyName = keyof typeof KEYS

/** A request with every key read and defaults applied. */
export type Request = {
  readonly [K in KeyName]: (typeof KEYS)[K] extends Key<infer T> ? T : never
}

export const isKeyName = (name: string): name is KeyName => Object.hasOwn(KEYS, name)

/** Sorted: the order of the canonical form. */
export const KEY_NAMES: readonly KeyName[] = Object.keys(KEYS).filter(isKeyName).sort()
