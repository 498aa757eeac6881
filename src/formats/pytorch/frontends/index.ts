export { pytorchWeights } from './state-dict.ts'
export { torchscript } from './torchscript.ts'
