import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/** Errors that nobody caught may come by thousands, and are mostly the same. */
const MOST = 5

/**
 * A vitest reporter: what broke outside a test (a hook of a suite, a file, an error that nobody caught) is written as [{ test, why }] into the file that
 * BROKEN_SUITES names. Vitest's JSON report has only errors of tests and of whole files.
 */
export default class BrokenSuites {
  onTestRunEnd(modules, unhandled) {
    const broken = modules.flatMap((module) =>
      [module, ...module.children.allSuites()].flatMap((suite) => {
        const why = suite.errors().map(({ message, stack }) => `${message}\n${stack ?? ''}`)
        const name = suite === module ? [] : [suite.fullName]
        return why.length === 0
          ? []
          : [{ test: [relative('.', module.moduleId), ...name].join(': '), why: why.join('\n') }]
      }),
    )
    broken.push(
      ...unhandled.slice(0, MOST).map(({ message, stack }) => ({
        test: 'outside of all tests',
        why: `${message}\n${stack ?? ''}`,
      })),
    )
    writeFileSync(process.env['BROKEN_SUITES'], JSON.stringify(broken))
  }
}
