import { quoteDotenv, quoteShell } from '../../model/quote.ts'
import { sayCount } from '../../model/say.ts'
import { oneLine } from '../layout.ts'
import { withEngine, writeJson, type Face } from '../face.ts'
import { tellSets } from '../sets.ts'
import { resolveServices } from '../targets.ts'

export type EnvFormat = 'shell' | 'dotenv' | 'json'

export interface EnvOptions {
  readonly format: EnvFormat
  /** As a pod of the cluster needs them. */
  readonly inCluster?: boolean
  /** Read lost passwords back from what was made with them. */
  readonly restorePasswords?: boolean
}

/** A name every shell takes, and a value that can stand on one line of a file. */
function isPlain({ name, value }: { readonly name: string; readonly value: string }): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is kept out
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/[\u0000-\u001F\u007F-\u009F]/.test(value)
}

/**
 * Prints connection strings and credentials, in clear: the one command whose purpose that is. A comment names
 * the service. What could break out of its line is left out and said on stderr; so is what would lead to somebody else's
 * program, and then it ends with 1.
 */
export async function env(face: Face, words: readonly string[], options: EnvOptions): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    if (options.restorePasswords === true) {
      const names = await engine.restorePasswords()
      face.err.line(
        `${sayCount(names.length, 'password')} read back and kept again: ${clean.text(names.join(', '))}.`,
      )
    }
    const services = resolveServices(engine.catalog(), engine.settings.suffix, words)
    tellSets(face, session, words)
    const all = await engine.env(
      services.map((service) => service.id),
      options.inCluster === true,
    )
    const variables = all.filter((one) => one.nowhere === undefined && isPlain(one))
    const nowhere = all.filter((one) => one.nowhere !== undefined)
    for (const reason of new Set(nowhere.map((one) => one.nowhere ?? ''))) {
      const names = nowhere.filter((one) => one.nowhere === reason).map(({ name }) => clean.text(name))
      face.err.line(`Left out: ${names.join(', ')}. ${clean.text(reason)}`)
    }
    const code = nowhere.length === 0 ? 0 : 1
    for (const bad of all.filter((one) => !isPlain(one)))
      face.err.line(`${clean.text(bad.name)} is left out: its name or value does not fit on one line.`)
    if (face.json || options.format === 'json') {
      const { envJson } = await import('../json/env.ts')
      await writeJson(face.out, envJson([...variables]), 'whole')
      return code
    }
    if (all.length === 0) face.err.line('There are no variables for that.')
    const { paint } = face.out.style()
    const lines = services.flatMap((service) => {
      const mine = variables.filter((one) => one.service === service.id)
      if (mine.length === 0) return []
      return [
        paint.dim(`# ${oneLine(clean.text(service.title))}`),
        ...mine.map(({ name, value }) =>
          options.format === 'shell'
            ? `export ${name}=${quoteShell(value)}`
            : `${name}=${quoteDotenv(value)}`,
        ),
      ]
    })
    face.out.lines(lines)
    return code
  })
}
