/** POSIX, `C:\` and `\\server`: whatever the machine that reads it is. */
const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:[/\\])/

/** Folders that Python installs packages into. */
const INSTALLED = /^.*[/\\](?=(?:site|dist)-packages[/\\])/

/**
 * A source file as it may be told to anyone: results are public, and a TorchScript archive holds the paths of its author's
 * machine. Of an absolute path there remains the part from `site-packages/` on, else the file's name.
 *
 * @example sourcePath('/opt/torch/lib/python3.11/site-packages/torch/nn/functional.py') // 'site-packages/torch/nn/functional.py'
 */
export function sourcePath(path: string): string {
  if (!ABSOLUTE.test(path)) return path
  return path.replace(INSTALLED.test(path) ? INSTALLED : /^.*[/\\]/, '')
}
