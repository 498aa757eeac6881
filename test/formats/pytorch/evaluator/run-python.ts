import { PythonModules } from '../../../../src/formats/pytorch/evaluator/dialects/python.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'

/** Runs a file of Python source and gives `repr(result)` of its name `result`. */
export function runPython(text: string, files: Readonly<Record<string, string>> = {}): string {
  const evaluation = new Evaluation()
  const modules = new PythonModules(evaluation.interpreter, (path) => {
    const found = files[path]
    return found === undefined ? undefined : { file: path, text: found }
  })
  return evaluation.run(() => {
    const result = modules.run('model', 'model.py', text).get('result')
    if (!result) throw new Error('the program sets no result')
    return evaluation.interpreter.repr(result)
  })
}
