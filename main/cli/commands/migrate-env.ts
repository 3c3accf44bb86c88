import { MaculaError } from '../../model/errors.ts'
import type { MigrationView } from '../../model/migration.ts'
import type { Face } from '../face.ts'
import { canAsk } from '../host.ts'
import { wrap } from '../layout.ts'

/** Imports the passwords of a .env; the exit code of `secrets import`. */
export async function importEnv(face: Face, file: string): Promise<number> {
  const { secrets } = await import('./secrets.ts')
  return await secrets({ ...face, json: false, out: face.err }, ['import', file], {})
}

const envFileOf = (view: MigrationView): string | undefined =>
  view.found.find(({ envFile }) => envFile !== undefined)?.envFile

/** Whether passwords are asked for at a terminal: there are some, and nothing was said of them. */
export function asksPasswords(view: MigrationView, importEnv: string | true | undefined): boolean {
  return importEnv === undefined && envFileOf(view) !== undefined
}

/** The .env whose passwords are taken over too: the one that was named or found, when that is wanted. */
export async function envOf(
  face: Face,
  view: MigrationView,
  { yes, importEnv }: { readonly yes: boolean; readonly importEnv: string | true | undefined },
): Promise<string | undefined> {
  const found = envFileOf(view)
  if (typeof importEnv === 'string') return importEnv
  if (importEnv === true) {
    if (found !== undefined) return found
    // Who goes on with a take-over types the same again; its passwords came first, before the project went.
    if (view.done.some(({ part }) => part === 'compose')) {
      face.err.lines(
        wrap(
          'The Compose project is taken over already, and its .env is not read again. maculactl secrets import FILE takes passwords of a file over.',
          Math.min(face.err.style().width, 110),
        ),
      )
      return undefined
    }
    throw new MaculaError({
      kind: 'usage',
      what: 'No .env of an earlier set-up was found, or it cannot be read.',
      todo: 'Name it: maculactl migrate --import-env FILE',
    })
  }
  if (found === undefined || yes || !canAsk(face.host)) return undefined
  const answer = await face.host.ask.one({
    message: `Take the passwords of ${found} over too? Connection strings in your programs then stay valid.`,
    options: [
      { value: 'no', label: 'No, Macula makes its own' },
      { value: 'yes', label: 'Take them over' },
    ],
  })
  return answer === 'yes' ? found : undefined
}
