/** Attributes of Python's built-in values, as of 3.14, by their kind here. */
const ATTRIBUTES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    str: `capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii
      isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans
      partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith
      strip swapcase title translate upper zfill`,
    // A deque's are among them, which is a list here.
    list: 'appendleft extendleft popleft rotate maxlen append clear copy count extend index insert pop remove reverse sort',
    dict: 'clear copy fromkeys get items keys pop popitem setdefault update values move_to_end',
    set: `add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset
      issuperset pop remove symmetric_difference symmetric_difference_update union update`,
    bytes: `capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii isdigit islower
      isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust
      rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill`,
    tuple: 'count index _asdict _fields _make _replace numel',
    int: 'as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes',
    bool: 'as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes',
    float: 'as_integer_ratio conjugate fromhex hex imag is_integer real',
    range: 'count index start step stop',
    slice: 'indices start step stop',
    view: 'isdisjoint mapping',
    iterator: 'gi_code gi_frame gi_running gi_yieldfrom',
    function: '',
    method: '',
    dtype: 'is_complex is_floating_point is_signed itemsize to_complex to_real',
    device: 'index type',
    type: 'mro from_bytes fromhex fromkeys maketrans',
    class: '',
    instance: '',
  }).map(([kind, names]) => [kind, new Set(names.split(/\s+/))]),
)

/** Kinds that Python gives attributes between double underscores, which here have few. */
const isDunder = (name: string): boolean => /^__\w+__$/.test(name)

/** Names between double underscores that all objects, functions or sequences have. */
const DUNDERS: ReadonlySet<string> = new Set(
  `__abs__ __add__ __and__ __annotations__ __bool__ __call__ __closure__ __code__ __contains__ __defaults__ __delattr__
  __delitem__ __dict__ __dir__ __doc__ __eq__ __float__ __floordiv__ __format__ __func__ __ge__ __getattribute__ __getitem__
  __getstate__ __globals__ __gt__ __hash__ __iadd__ __imul__ __index__ __init__ __init_subclass__ __int__ __ior__ __iter__
  __kwdefaults__ __le__ __len__ __lt__ __mod__ __module__ __mul__ __name__ __ne__ __neg__ __new__ __next__ __or__ __pow__
  __qualname__ __radd__ __reduce__ __reduce_ex__ __repr__ __reversed__ __rmul__ __self__ __setattr__ __setitem__ __sizeof__
  __str__ __sub__ __subclasshook__ __truediv__ __wrapped__`.split(/\s+/),
)

/** Protocols that programs ask for, and the kinds that have them. */
const PROTOCOLS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    __iter__: 'str list dict set tuple range view iterator',
    __len__: 'str list dict set tuple range view',
    __contains__: 'str list dict set tuple range view',
    __getitem__: 'str list dict tuple range',
    __setitem__: 'list dict',
    __next__: 'iterator',
    __call__: 'function native method type class',
  }).map(([name, kinds]) => [name, new Set(kinds.split(' '))]),
)

/** Whether Python's own values of a kind take part in a protocol; undefined where that is not known. */
export const hasSpecialMethod = (kind: string, name: string): boolean | undefined =>
  PROTOCOLS.has(name) && (ATTRIBUTES.has(kind) || kind === 'none' || kind === 'native' || kind === 'class')
    ? PROTOCOLS.get(name)?.has(kind)
    : undefined

/** Whether Python may know the attribute of such a value: what lacks it here is no error of the model's. */
/** Of classes and their instances, what none of the model's own classes would be asked for by chance. */
const OF_OBJECTS: ReadonlySet<string> = new Set(
  `__dir__ __doc__ __eq__ __format__ __ge__ __getstate__ __gt__ __hash__ __le__ __lt__ __module__ __ne__ __reduce__
  __reduce_ex__ __repr__ __sizeof__ __str__`.split(/\s+/),
)

export const mayKnowAttribute = (kind: string, name: string): boolean =>
  kind === 'class' || kind === 'instance'
    ? OF_OBJECTS.has(name)
    : ATTRIBUTES.has(kind) && (isDunder(name) ? DUNDERS.has(name) : ATTRIBUTES.get(kind)?.has(name) === true)
