/** Functions and types of Python's `builtins` module, as of 3.14. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  `__build_class__ __import__ abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod
  compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr
  globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next
  object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super
  tuple type vars zip`.split(/\s+/),
)

/** Its exceptions, of which the usual ones are known here anyway. */
const EXCEPTIONS: ReadonlySet<string> = new Set(
  `AssertionError AttributeError BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning
  ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError
  EncodingWarning EnvironmentError ExceptionGroup FileExistsError FloatingPointError GeneratorExit IOError ImportWarning
  IndentationError InterruptedError IsADirectoryError KeyboardInterrupt MemoryError NotADirectoryError OSError
  PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError
  ResourceWarning StopAsyncIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError
  UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning`.split(
    /\s+/,
  ),
)

/** Whether every Python file starts with that name: what lacks it here is no error of the model's. */
export const isPythonBuiltin = (name: string): boolean => FUNCTIONS.has(name) || EXCEPTIONS.has(name)
