export { exportedProgram } from './exported/index.ts'
export { pytorchWeights } from './state-dict.ts'
export { torchscript } from './torchscript.ts'
