/** `torch.nn.init`: nothing is drawn, since the weights are loaded. */
export const INIT_PY = `
def _keep(tensor, *args, **kwargs):
    return tensor


uniform_ = _keep
normal_ = _keep
trunc_normal_ = _keep
constant_ = _keep
ones_ = _keep
zeros_ = _keep
eye_ = _keep
dirac_ = _keep
xavier_uniform_ = _keep
xavier_normal_ = _keep
kaiming_uniform_ = _keep
kaiming_normal_ = _keep
orthogonal_ = _keep
sparse_ = _keep
xavier_uniform = _keep
xavier_normal = _keep
kaiming_uniform = _keep
kaiming_normal = _keep
constant = _keep
normal = _keep
uniform = _keep


def calculate_gain(nonlinearity, param=None):
    return 1.0


def _calculate_fan_in_and_fan_out(tensor):
    receptive = 1
    for size in tensor.shape[2:]:
        receptive *= size
    return tensor.size(1) * receptive, tensor.size(0) * receptive


def _calculate_correct_fan(tensor, mode):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode == 'fan_in' else fan_out
`
