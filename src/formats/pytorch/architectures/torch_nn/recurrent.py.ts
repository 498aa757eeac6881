/** Recurrent layers and their cells. */
export const RECURRENT_PY = `
class RNNBase(Module):
    _gates = 1
    _function = None

    def __init__(
        self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
        bidirectional=False, proj_size=0, device=None, dtype=None,
    ):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        directions = 2 if bidirectional else 1
        rows = self._gates * hidden_size
        real_size = proj_size if proj_size > 0 else hidden_size
        self._names = []
        for layer in range(num_layers):
            for direction in range(directions):
                width = input_size if layer == 0 else real_size * directions
                suffix = '_l' + str(layer) + ('_reverse' if direction == 1 else '')
                shapes = {'weight_ih': (rows, width), 'weight_hh': (rows, real_size)}
                if bias:
                    shapes['bias_ih'] = (rows,)
                    shapes['bias_hh'] = (rows,)
                if proj_size > 0:
                    shapes['weight_hr'] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    self.register_parameter(name + suffix, Parameter(torch.empty(shape)))
                    self._names.append(name + suffix)

    def flatten_parameters(self):
        pass

    def _zeros(self, input, width):
        layers = self.num_layers * (2 if self.bidirectional else 1)
        if isinstance(input, utils.rnn.PackedSequence):
            return torch.zeros(layers, _packed_batch(input.batch_sizes), width, dtype=input.data.dtype)
        batch = input.size(0 if self.batch_first else 1)
        return torch.zeros(layers, batch, width, dtype=input.dtype)

    def _run(self, input, hx):
        weights = [getattr(self, name) for name in self._names]
        if isinstance(input, utils.rnn.PackedSequence):
            return self._function(
                input.data, input.batch_sizes, hx, weights, self.bias, self.num_layers, self.dropout, self.training,
                self.bidirectional,
            )
        return self._function(
            input, hx, weights, self.bias, self.num_layers, self.dropout, self.training, self.bidirectional,
            self.batch_first,
        )

    def _run_packed(self, input, states):
        """States in the order of the sequences as they were given, and as they were packed between."""
        order = None if states is None else input.sorted_indices
        if order is not None:
            states = [state.index_select(1, order) for state in states]
        result = self._run(input, self._start(input, states))
        output = utils.rnn.PackedSequence(result[0], input.batch_sizes, input.sorted_indices, input.unsorted_indices)
        if input.unsorted_indices is None:
            return (output,) + tuple(result[1:])
        return (output,) + tuple(state.index_select(1, input.unsorted_indices) for state in result[1:])

    def forward(self, input, hx=None):
        if isinstance(input, utils.rnn.PackedSequence):
            return self._run_packed(input, None if hx is None else [hx])
        if input.dim() == 2:
            axis = 0 if self.batch_first else 1
            states = None if hx is None else hx.unsqueeze(1)
            output, hidden = self.forward(input.unsqueeze(axis), states)
            return output.squeeze(axis), hidden.squeeze(1)
        return self._run(input, self._start(input, None if hx is None else [hx]))

    def _start(self, input, states):
        return self._zeros(input, self.hidden_size) if states is None else states[0]


class RNN(RNNBase):
    def __init__(self, *args, nonlinearity='tanh', **kwargs):
        if len(args) > 3:
            nonlinearity = args[3]
            args = args[:3] + args[4:]
        self.nonlinearity = nonlinearity
        super().__init__(*args, **kwargs)

    def _function(self, *args):
        return (torch.rnn_tanh if self.nonlinearity == 'tanh' else torch.rnn_relu)(*args)


class GRU(RNNBase):
    _gates = 3
    _function = staticmethod(torch.gru)


class LSTM(RNNBase):
    _gates = 4
    _function = staticmethod(torch.lstm)

    def _start(self, input, states):
        if states is not None:
            return list(states)
        real_size = self.proj_size if self.proj_size > 0 else self.hidden_size
        return [self._zeros(input, real_size), self._zeros(input, self.hidden_size)]

    def forward(self, input, hx=None):
        if isinstance(input, utils.rnn.PackedSequence):
            output, hidden, cell = self._run_packed(input, hx)
            return output, (hidden, cell)
        if input.dim() == 2:
            axis = 0 if self.batch_first else 1
            states = None if hx is None else (hx[0].unsqueeze(1), hx[1].unsqueeze(1))
            output, (hidden, cell) = self.forward(input.unsqueeze(axis), states)
            return output.squeeze(axis), (hidden.squeeze(1), cell.squeeze(1))
        output, hidden, cell = self._run(input, self._start(input, hx))
        return output, (hidden, cell)


class RNNCellBase(Module):
    _gates = 1
    _function = None

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = self._gates * hidden_size
        self.weight_ih = Parameter(torch.empty((rows, input_size)))
        self.weight_hh = Parameter(torch.empty((rows, hidden_size)))
        self.register_parameter('bias_ih', Parameter(torch.empty((rows,))) if bias else None)
        self.register_parameter('bias_hh', Parameter(torch.empty((rows,))) if bias else None)

    def _zeros(self, input):
        return torch.zeros(input.size(0), self.hidden_size, dtype=input.dtype)

    def _run(self, input, hx):
        return self._function(input, hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    def forward(self, input, hx=None):
        if input.dim() == 1:
            states = None if hx is None else hx.unsqueeze(0)
            return self.forward(input.unsqueeze(0), states).squeeze(0)
        return self._run(input, self._zeros(input) if hx is None else hx)


class RNNCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity='tanh', device=None, dtype=None):
        self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, bias)

    def _function(self, *args):
        return (torch.rnn_tanh_cell if self.nonlinearity == 'tanh' else torch.rnn_relu_cell)(*args)


class GRUCell(RNNCellBase):
    _gates = 3
    _function = staticmethod(torch.gru_cell)


class LSTMCell(RNNCellBase):
    _gates = 4
    _function = staticmethod(torch.lstm_cell)

    def forward(self, input, hx=None):
        if input.dim() == 1:
            states = None if hx is None else (hx[0].unsqueeze(0), hx[1].unsqueeze(0))
            hidden, cell = self.forward(input.unsqueeze(0), states)
            return hidden.squeeze(0), cell.squeeze(0)
        return self._run(input, list(hx) if hx is not None else [self._zeros(input), self._zeros(input)])
`
