/**
 * A dot of a path stands in a dotted module name as U+2024, which reads alike and separates nothing: Python has no name for
 * such a folder (`v1.2/`, `python3.11/`), and relative imports below it work there all the same.
 */
const DOT_OF_A_PATH = '\u2024'

/** `nets/v1.2/model.py` → the dotted name of the module, a package by its folder. */
export const moduleNameOf = (path: string): string =>
  path
    .replace(/(\/__init__)?\.py$/, '')
    .replaceAll('.', DOT_OF_A_PATH)
    .replaceAll('/', '.')

/** The path without its ending that a dotted name stands for. */
export const modulePathOf = (name: string): string => name.replaceAll('.', '/').replaceAll(DOT_OF_A_PATH, '.')
