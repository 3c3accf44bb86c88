import { text as textOf } from 'node:stream/consumers'
import { MASK } from '../../model/clean.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { sayList } from '../../model/say.ts'
import type { SecretRow, SecretsChange, SecretsImport } from '../../model/secret.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { cut, pad, widthOf } from '../layout.ts'
import { stateSign } from '../style.ts'
import { carryOut } from './run.ts'
import { commandLine } from './up.ts'

export interface SecretsOptions {
  /** Show values in clear. */
  readonly reveal?: boolean
}

/** Lists secrets, or gives them other values. */
export async function secrets(
  face: Face,
  words: readonly string[],
  options: SecretsOptions,
): Promise<number> {
  const [verb = 'list', ...rest] = words
  return await withEngine(face, async (session) => {
    const { engine } = session
    const change = async (
      work: (
        tell: (event: StepEvent) => void,
        signal: AbortSignal,
      ) => Promise<SecretsChange | SecretsImport | undefined>,
    ): Promise<number> => await carryThrough(face, session, commandLine('secrets', words), work)
    switch (verb) {
      case 'list':
        return await list(face, session, rest, options.reveal === true)
      case 'set': {
        const [name, ...more] = rest
        if (name === undefined || more.length > 0)
          throw usage('Name one secret to set.', 'maculactl secrets set NAME asks for its value.')
        needKnown(await engine.secretRows(), [name])
        const value = await valueOf(face, name)
        return await change(
          async (tell, signal) => await engine.setSecrets(new Map([[name, value]]), tell, signal),
        )
      }
      case 'rotate':
        if (rest.length === 0)
          throw usage(
            'Name the secrets to rotate.',
            'maculactl secrets rotate NAME…; maculactl secrets list shows them.',
          )
        return await change(
          async (tell, signal) => await engine.rotateSecrets([...new Set(rest)], tell, signal),
        )
      case 'import': {
        const [file, ...more] = rest
        if (file === undefined || more.length > 0)
          throw usage('Name one file to import.', 'maculactl secrets import FILE')
        const text = await face.host.readText(file)
        if (text === undefined)
          throw usage(
            `${file} cannot be read.`,
            'Name the .env beside the docker-compose.yml of the platform.',
          )
        return await change(async (tell, signal) => await engine.importSecrets(text, tell, signal))
      }
      case 'finish':
        return await change(async (tell, signal) => await engine.finishSecrets(tell, signal))
      default:
        throw usage(`There is no "secrets ${verb}".`, 'There are list, set, rotate, import and finish.')
    }
  })
}

function usage(what: string, todo: string): MaculaError {
  return new MaculaError({ kind: 'usage', what, todo })
}

function needKnown(rows: readonly SecretRow[], names: readonly string[]): void {
  const stranger = names.find((name) => rows.every((row) => row.name !== name))
  if (stranger !== undefined)
    throw usage(
      `There is no secret ${JSON.stringify(stranger)}.`,
      `There are: ${sayList(
        rows.map(({ name }) => name),
        rows.length,
      )}.`,
    )
}

/** The new value: asked for twice at a terminal, else the first line of stdin. Never an argument, which everybody can read. */
async function valueOf(face: Face, name: string): Promise<string> {
  const { host } = face
  if (!canAsk(host)) {
    const text = await textOf(host.input)
    const value = text.replace(/\r?\n$/, '')
    if (value === '')
      throw usage(`${name} was not set: stdin is empty.`, `printf %s VALUE | maculactl secrets set ${name}`)
    return value
  }
  const left = new MaculaError({ kind: 'refused', what: 'Nothing was changed. Everything is as it was.' })
  const value = await host.ask.secret({ message: `The new ${name}` })
  if (value === undefined) throw left
  const again = await host.ask.secret({ message: 'Repeat it' })
  if (again === undefined) throw left
  if (again !== value)
    throw usage('Nothing was changed: the two are not the same.', `maculactl secrets set ${name}`)
  return value
}

async function list(
  face: Face,
  { engine, clean }: Session,
  names: readonly string[],
  reveal: boolean,
): Promise<number> {
  const all = await engine.secretRows()
  needKnown(all, names)
  const rows = (names.length === 0 ? all : all.filter(({ name }) => names.includes(name))).map((row) => ({
    ...row,
    // Whatever stands in the file is listed; only its name can be drawn of what is no secret of ours.
    name: clean.text(row.name),
  }))
  if (face.json) {
    const { secretsJson } = await import('../json/secrets.ts')
    await writeJson(face.out, secretsJson(rows, reveal), 'whole')
    return 0
  }
  const style = face.out.style()
  const titleOf = (id: string): string =>
    clean.text(engine.catalog().services.find((one) => one.id === id)?.title ?? id)
  const width = Math.max(0, ...rows.map(({ name }) => widthOf(name)))
  // In clear nothing is cut off: it is there to be taken over.
  const shown = ({ value, trouble }: SecretRow): string =>
    value === undefined ? (trouble === undefined ? 'none yet' : 'unusable') : reveal ? value : MASK
  const wide = Math.max(0, ...rows.map((row) => widthOf(shown(row))))
  for (const row of rows) {
    const users = row.usedBy.length === 0 ? 'no service uses it' : sayList(row.usedBy.map(titleOf))
    const note = row.changing
      ? ' · a change of it was interrupted: maculactl secrets finish'
      : row.trouble === undefined
        ? ''
        : ` · cannot be used: ${row.trouble}`
    const head = `${pad(row.name, width)}  ${pad(shown(row), wide)}  `
    const rest = `${users}${note}`
    face.out.line(
      head +
        (note === '' ? style.paint.dim(reveal ? rest : cut(style, rest, style.width - widthOf(head))) : rest),
    )
  }
  return 0
}

/** Carries a change out and tells what came of it, and what is left to do. */
async function carryThrough(
  face: Face,
  session: Session,
  resume: string,
  work: (
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ) => Promise<SecretsChange | SecretsImport | undefined>,
): Promise<number> {
  let change: SecretsChange | SecretsImport | undefined
  let isNone = false
  const nothing: RunResult = { ok: true, done: [], failed: [], skipped: [], ms: 0 }
  const code = await carryOut(face, session, {
    command: 'secrets',
    resume,
    async work(tell, signal) {
      change = await work(tell, signal)
      isNone = change === undefined
      return change ?? nothing
    },
    async left(by) {
      const open = (await session.engine.secretRows()).filter((row) => row.changing).map(({ name }) => name)
      return open.length === 0
        ? [`Stopped by ${by} before anything was changed. Everything is as it was.`]
        : [
            `Stopped by ${by} in the middle of a change of ${sayList(open, open.length)}.`,
            'Continue with maculactl secrets finish; every maculactl up does so too.',
          ]
    },
  })
  if (face.json) return code === 0 && refusedOf(change).length > 0 ? 1 : code
  const style = face.out.style()
  const { clean } = session
  const line = (state: 'works' | 'failed' | 'degraded', says: string): void =>
    face.out.line(`${stateSign(style, state)} ${clean.text(says)}`)
  if (isNone) face.err.line('There is no unfinished change of secrets.')
  if (code !== INTERRUPTED) for (const says of saidOf(change)) line('works', says)
  for (const { from, name, why } of refusedOf(change))
    line(
      'failed',
      `${from}${from === name ? '' : `, here ${name},`} cannot be used: ${why}. ${name} is as it was.`,
    )
  for (const says of change?.also ?? []) line('degraded', says)
  return code === 0 && refusedOf(change).length > 0 ? 1 : code
}

const refusedOf = (change: SecretsChange | SecretsImport | undefined): SecretsImport['refused'] =>
  change && 'refused' in change ? change.refused : []

/** What was changed and what was so already, a sentence each. */
function saidOf(change: SecretsChange | SecretsImport | undefined): readonly string[] {
  if (!change) return []
  const from = (name: string): string => {
    const was = 'taken' in change ? change.taken.find((one) => one.name === name)?.from : undefined
    return was === undefined || was === name ? name : `${name} (their ${was})`
  }
  return [
    ...(change.changed.length === 0
      ? []
      : [`Changed: ${sayList(change.changed.map(from), change.changed.length)}.`]),
    ...(change.same.length === 0
      ? []
      : [`Already the same: ${sayList(change.same.map(from), change.same.length)}.`]),
  ]
}
