import { readFile } from 'node:fs/promises'
import { argv, home, run, variables } from './actor.ts'

/** Secrets of the installed product as the plain user has them. */

export const file = `${home}/.config/macula-desktop/secrets.json`
export const changing = `${home}/.config/macula-desktop/secrets.changing.json`

/** secrets.json. */
export const kept = async (): Promise<Record<string, string>> =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, string>

/** What `maculactl secrets set NAME` says to a value on its input. */
export async function set(name: string, value: string) {
  const [program = '', ...args] = argv(['secrets', 'set', name])
  return await run(program, args, { input: value, timeout: 240_000 })
}

/** What psql says with the connection string that `env` prints. */
export async function sql(statement: string, url?: string) {
  const { DATABASE_URL: own = '' } = url === undefined ? await variables('timescaledb') : {}
  return await run('psql', [url ?? own, '-XAt', '-c', statement])
}
