import { resolve } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import { quoteShell } from '../../model/quote.ts'
import { dayOf } from '../../model/tls.ts'
import { withEngine, writeJson, type Face } from '../face.ts'

export interface CertFlags {
  readonly out?: string
  readonly force?: boolean
}

/** Writes a certificate with its key for a program on this machine, and prints the variables that name them. */
export async function cert(face: Face, names: readonly string[], flags: CertFlags): Promise<number> {
  const { out } = flags
  if (out === undefined || out === '')
    throw new MaculaError({
      kind: 'usage',
      what: 'The folder to write to is missing.',
      todo: 'maculactl cert NAME --out FOLDER',
    })
  return await withEngine(face, async ({ engine }) => {
    const { suffix } = engine.settings
    // "hub" is meant as the name under the suffix.
    const whole = names.map((name) => (name.includes('.') || name.includes(':') ? name : `${name}.${suffix}`))
    const made = await engine.certificate(resolve(out), whole, { force: flags.force === true })
    if (face.json) {
      const { certJson } = await import('../json/tls.ts')
      await writeJson(face.out, certJson(made), 'whole')
      return 0
    }
    face.err.line(
      `For ${made.names.join(', ')}, until ${dayOf(made.notAfter)}. This copy is not renewed by itself: write it again before then (--force).`,
    )
    face.out.lines([
      `export MACULA_CERT_PATH=${quoteShell(made.certificate)}`,
      `export MACULA_KEY_PATH=${quoteShell(made.key)}`,
      `export MACULA_CA_PATH=${quoteShell(made.authority)}`,
    ])
    return 0
  })
}
