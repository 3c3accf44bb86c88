import { CommanderError } from 'commander'
import { exitCodeOf, troubleOf } from '../model/errors.ts'
import { complain, createFace, writeJson } from './face.ts'
import type { Host } from './host.ts'
import { createProgram } from './program.ts'

const USAGE = 2

/** Runs one command line (without node and the script); resolves with its exit code, never throws. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const face = createFace(host, argv.includes('--json'))
  let code = 0
  try {
    const program = createProgram(host, (settled) => {
      code = settled
    })
    for (const command of [program, ...program.commands])
      command.exitOverride().configureOutput({
        writeOut: (text) => void face.out.write(text),
        writeErr: (text) => void face.err.write(text),
        getOutHelpWidth: () => Math.min(face.out.style().width, 100),
        getErrHelpWidth: () => Math.min(face.err.style().width, 100),
        getOutHasColors: () => face.out.style().colour,
        getErrHasColors: () => face.err.style().colour,
      })
    if (argv.length === 0) {
      program.outputHelp()
      return 0
    }
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
    const trouble = troubleOf(error)
    if (face.json) {
      const { errorSchema, SCHEMA_VERSION } = await import('./json/shape.ts')
      await writeJson(face.out, errorSchema.parse({ version: SCHEMA_VERSION, error: trouble }), 'whole')
      return exitCodeOf(trouble.kind)
    }
    return complain(face, trouble)
  }
}
