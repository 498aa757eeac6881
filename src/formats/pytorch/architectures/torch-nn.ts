import { ACTIVATION_PY } from './torch_nn/activation.py.ts'
import { CONTAINER_PY } from './torch_nn/container.py.ts'
import { CONV_PY } from './torch_nn/conv.py.ts'
import { FUNCTIONAL_PY } from './torch_nn/functional.py.ts'
import { FUNCTIONAL_LOSS_PY } from './torch_nn/functional-loss.py.ts'
import { FUNCTIONAL_POOLING_PY } from './torch_nn/functional-pooling.py.ts'
import { INIT_PY } from './torch_nn/init.py.ts'
import { LAZY_PY } from './torch_nn/lazy.py.ts'
import { LINEAR_PY } from './torch_nn/linear.py.ts'
import { LOSS_PY } from './torch_nn/loss.py.ts'
import { MODULE_PY } from './torch_nn/module.py.ts'
import { MODULE_LOADING_PY } from './torch_nn/module-loading.py.ts'
import { NORMALIZATION_PY } from './torch_nn/normalization.py.ts'
import { PACKING_PY } from './torch_nn/packing.py.ts'
import { PARAMETER_CONTAINERS_PY } from './torch_nn/parameter-containers.py.ts'
import { PARAMETRIZATIONS_PY, PARAMETRIZE_PY } from './torch_nn/parametrize.py.ts'
import { POOLING_PY } from './torch_nn/pooling.py.ts'
import { RECURRENT_PY } from './torch_nn/recurrent.py.ts'
import { SHAPE_PY } from './torch_nn/shape.py.ts'
import { TRANSFORMER_PY } from './torch_nn/transformer.py.ts'
import { UTILS_PY } from './torch_nn/utils.py.ts'

/**
 * `torch.nn` as Python text, in the dialect that users write, evaluated by the same evaluator: module name → source.
 * Constructors make parameters of the right shape and name; the weights fill them.
 */
export const TORCH_NN: ReadonlyMap<string, string> = new Map([
  [
    'torch.nn',
    [
      MODULE_PY,
      MODULE_LOADING_PY,
      CONTAINER_PY,
      PARAMETER_CONTAINERS_PY,
      LINEAR_PY,
      CONV_PY,
      NORMALIZATION_PY,
      POOLING_PY,
      ACTIVATION_PY,
      SHAPE_PY,
      RECURRENT_PY,
      TRANSFORMER_PY,
      LOSS_PY,
      LAZY_PY,
    ].join('\n'),
  ],
  ['torch.nn.functional', [FUNCTIONAL_PY, FUNCTIONAL_POOLING_PY, FUNCTIONAL_LOSS_PY].join('\n')],
  ['torch.nn.init', INIT_PY],
  ['torch.nn.utils', UTILS_PY],
  ['torch.nn.utils.rnn', PACKING_PY],
  ['torch.nn.utils.parametrizations', PARAMETRIZATIONS_PY],
  ['torch.nn.utils.parametrize', PARAMETRIZE_PY],
])
