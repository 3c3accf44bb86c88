import { envLine, isPlainVariable, type EnvFormat } from '../../model/env-format.ts'
import { word } from '../../model/connect.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { resolve } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { oneLine } from '../layout.ts'
import { withEngine, writeJson, type Face, type Session } from '../face.ts'
import { tellSets } from '../sets.ts'
import { resolveServices } from '../targets.ts'

export interface EnvOptions {
  readonly format: EnvFormat
  /** As a pod of the cluster needs them. */
  readonly inCluster?: boolean
  /** Read lost passwords back from what was made with them. */
  readonly restorePasswords?: boolean
  /** A project's .env that they are written to, or taken out of. */
  readonly write?: string
  readonly unwrite?: string
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
      face.err.line(`${sayCount(names.length, 'password')} recovered: ${clean.text(names.join(', '))}.`)
    }
    if (options.unwrite !== undefined && options.write === undefined)
      return await takeOut(face, session, words, options.unwrite)
    const services = resolveServices(engine.catalog(), engine.settings.suffix, words)
    tellSets(face, session, words)
    if (options.write !== undefined)
      return await putIn(face, session, words.length === 0 ? [] : services, options.write, options)
    const all = await engine.env(
      services.map((service) => service.id),
      options.inCluster === true,
    )
    const variables = all.filter((one) => one.nowhere === undefined && isPlainVariable(one))
    const nowhere = all.filter((one) => one.nowhere !== undefined)
    for (const reason of new Set(nowhere.map((one) => one.nowhere ?? ''))) {
      const names = nowhere.filter((one) => one.nowhere === reason).map(({ name }) => clean.text(name))
      face.err.line(`Left out: ${names.join(', ')}. ${clean.text(reason)}`)
    }
    const code = nowhere.length === 0 ? 0 : 1
    for (const bad of all.filter((one) => !isPlainVariable(one)))
      face.err.line(`${clean.text(bad.name)} is left out: its name or value does not fit on one line.`)
    for (const service of services) {
      const off = all.find((one) => one.service === service.id)?.off
      if (off !== undefined) face.err.line(clean.text(sayOff(service, off)))
    }
    if (face.json || options.format === 'json') {
      const { envJson } = await import('../json/env.ts')
      await writeJson(face.out, envJson([...variables]), 'whole')
      return code
    }
    const { format } = options
    if (all.length === 0) face.err.line('There are no variables for these services.')
    const { paint } = face.out.style()
    const lines = services.flatMap((service) => {
      const mine = variables.filter((one) => one.service === service.id)
      if (mine.length === 0) return []
      return [
        paint.dim(`# ${oneLine(clean.text(service.title))}`),
        ...mine.map((one) => envLine(format, one)),
      ]
    })
    face.out.lines(lines)
    return code
  })
}

/** That nothing answers where the variables lead, until when. */
const sayOff = ({ id, title }: ServiceSpec, off: 'stopped' | 'not set up'): string =>
  `${title} is ${off}: nothing answers there until it runs (maculactl up ${id}).`

/** Throws MaculaError `usage` where what needs a file for itself is asked for beside others. */
function needAlone(face: Face, isBoth: boolean): void {
  if (!isBoth && !face.json) return
  throw new MaculaError({
    kind: 'usage',
    what: '--write, --unwrite and --json cannot be used together.',
    todo: 'Give one of them; each is a command of its own.',
  })
}

/** Writes variables into a project's .env between marks; says which file, and what is the person's own. */
async function putIn(
  face: Face,
  { engine, clean }: Session,
  services: readonly ServiceSpec[],
  write: string,
  { unwrite }: EnvOptions,
): Promise<number> {
  needAlone(face, unwrite !== undefined)
  if (services.length === 0)
    throw new MaculaError({
      kind: 'usage',
      what: 'Name the services whose variables are to be written.',
      todo: clean.text(`For example: maculactl env timescaledb --write ${word(write)}`),
    })
  const path = resolve(write)
  const having = services.filter(({ env: own }) => Object.keys(own).length > 0)
  if (having.length === 0)
    throw new MaculaError({
      kind: 'usage',
      what: `${clean.text(sayList(services.map(({ title }) => title)))} ${services.length === 1 ? 'has' : 'have'} no variables to write.`,
    })
  for (const service of having) {
    const { id, title } = service
    const done = await engine.envFile(id, path, 'write')
    face.err.line(
      `${done.names.map((name) => clean.text(name)).join(', ')} of ${clean.text(title)}: written to ${clean.text(path)}.`,
    )
    if (done.off !== undefined) face.err.line(clean.text(sayOff(service, done.off)))
    for (const { name, line } of done.alsoSet)
      face.err.line(
        `${clean.text(name)} is set by line ${line} of yours too; your program decides which one wins.`,
      )
    if (done.leftOut.length > 0)
      face.err.line(`Left out: ${done.leftOut.map((name) => clean.text(name)).join(', ')}.`)
  }
  return 0
}

/**
 * Takes variables out of a project's .env: of the services named, else all that are ours; those of a service that is gone
 * too, by the id that the list of changes tells.
 */
async function takeOut(
  face: Face,
  { engine, clean }: Session,
  words: readonly string[],
  unwrite: string,
): Promise<number> {
  needAlone(face, false)
  const path = resolve(unwrite)
  const catalog = engine.catalog()
  const written = (await engine.envFiles()).filter((one) => one.path === path)
  const gone = written
    .map(({ service }) => service)
    .filter(
      (id) =>
        (words.length === 0 || words.includes(id)) && catalog.services.every((service) => service.id !== id),
    )
  const known = words.filter((word) => !gone.includes(word))
  // Without a word every service that could have been written: a block also stands where nobody remembers it.
  const services =
    words.length > 0 && known.length === 0
      ? []
      : resolveServices(catalog, engine.settings.suffix, known).filter(
          ({ env: own }) => words.length > 0 || Object.keys(own).length > 0,
        )
  let some = false
  for (const { id, title } of [...services, ...gone.map((one) => ({ id: one, title: one }))]) {
    const { names } = await engine.envFile(id, path, 'clear')
    some ||= names.length > 0
    if (names.length > 0)
      face.err.line(`The variables of ${clean.text(title)} were removed from ${clean.text(path)}.`)
    else if (words.length > 0)
      face.err.line(`${clean.text(path)} holds no variables of ${clean.text(title)}.`)
  }
  if (!some && words.length === 0)
    face.err.line(`${clean.text(path)} holds no variables written by maculactl.`)
  return 0
}
