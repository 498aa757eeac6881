/** `argparse`: what a training script reads at import. No command line is given here, so options have their defaults. */
export const ARGPARSE_PY = `
from unplugin_model import assume

SUPPRESS = '==SUPPRESS=='
REMAINDER = '...'
OPTIONAL = '?'


class Action:
    pass


class BooleanOptionalAction(Action):
    pass


class HelpFormatter:
    pass


class RawTextHelpFormatter(HelpFormatter):
    pass


class RawDescriptionHelpFormatter(HelpFormatter):
    pass


class ArgumentDefaultsHelpFormatter(HelpFormatter):
    pass


class ArgumentTypeError(Exception):
    pass


class ArgumentError(Exception):
    pass


class Namespace:
    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __contains__(self, name):
        return name in self.__dict__


_FLAGS = {'store_true': False, 'store_false': True}
_WITHOUT_VALUE = ('help', 'version')


def _destination(names, dest):
    if dest is not None:
        return dest
    for name in names:
        if name.startswith('--'):
            return name[2:].replace('-', '_')
    return names[0].lstrip('-').replace('-', '_')


class ArgumentParser:
    def __init__(self, *args, **kwargs):
        self._values = {}
        self._required = []
        for parent in kwargs.get('parents', []):
            self._values.update(parent._values)
            self._required += parent._required

    def add_argument(self, *names, action='store', default=None, type=None, nargs=None, dest=None, required=False, **kwargs):
        if action in _WITHOUT_VALUE:
            return
        name = _destination(names, dest)
        positional = not names[0].startswith('-') if names else False
        if required or (positional and nargs not in ('?', '*')):
            self._required.append(name)
            return
        value = _FLAGS.get(action) if default is None and isinstance(action, str) else default
        if isinstance(value, str) and value == SUPPRESS:
            return
        if name in self._values and default is None:
            return
        if isinstance(value, str) and type is not None:
            value = type(value)
        self._values[name] = value

    def add_argument_group(self, *args, **kwargs):
        return self

    def add_mutually_exclusive_group(self, *args, **kwargs):
        return self

    def set_defaults(self, **kwargs):
        self._values.update(kwargs)
        self._required = [name for name in self._required if name not in kwargs]

    def get_default(self, name):
        return self._values.get(name)

    def parse_known_args(self, args=None, namespace=None):
        assert not args, 'argparse with a list of arguments'
        parsed = namespace if namespace is not None else Namespace()
        for name, value in self._values.items():
            if not hasattr(parsed, name):
                setattr(parsed, name, value)
        if self._values:
            shown = ', '.join([f'{name}={value!r}' for name, value in self._values.items()])
            assume(f'Options of argparse have their defaults: {shown}')
        return parsed, []

    def parse_args(self, args=None, namespace=None):
        return self.parse_known_args(args, namespace)[0]
`
