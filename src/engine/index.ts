export { createEngine, type Engine, type EngineOptions } from './engine.ts'
export type { KernelEvent } from './profile.ts'
export type { EngineModel, EngineSession, SessionOptions } from './session.ts'
export { type EngineTensor, type EngineValueInfo, engineTensor, isEngineDType } from './tensors.ts'
