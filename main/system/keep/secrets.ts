import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { SecretsAdapter } from '../../engine/adapters.ts'
import { isSecretName } from '../../model/atoms.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { keepAside, readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { stackFolder } from '../stack/render.ts'
import { lockIn } from './lock.ts'
import { secretsInCopy, secretsInside, templatesOf } from './recover.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

const RESTORE = 'maculactl env --restore-passwords'

/** Making some takes milliseconds; whoever holds the lock longer does not get on (ms). */
const LOCK_DEADLINE_MS = 5000

const fileSchema = z.record(z.string(), z.string().regex(/^[A-Za-z0-9]{8,128}$/))

/** What was made with passwords and still needs the same. */
export interface MadeWithSecrets {
  /** Names of volumes with data of services. */
  volumes(): Promise<readonly string[]>
  /** The variables that the container of a service was made with; undefined when it has none. */
  variables(service: string): Promise<ReadonlyMap<string, string> | undefined>
}

const nothing: MadeWithSecrets = {
  volumes: async () => await Promise.resolve([]),
  variables: async () => await Promise.resolve(undefined),
}

/**
 * Generated secrets in secrets.json (0600). A damaged file is an error and never replaced: the volumes hold what
 * was made with the old values.
 */
export function openSecrets(paths: Paths, made: MadeWithSecrets = nothing): SecretsAdapter {
  const file = join(paths.config, 'secrets.json')
  const lock = lockIn(paths.config, 'secrets.json.lock', Date.now)

  async function read(): Promise<ReadonlyMap<string, string>> {
    const text = await readIfThere(file)
    if (text === undefined) return new Map()
    const parsed = ((): Record<string, string> | undefined => {
      try {
        return fileSchema.safeParse(JSON.parse(text)).data
      } catch {
        return undefined
      }
    })()
    if (parsed) return new Map(Object.entries(parsed))
    throw new MaculaError({
      kind: 'invalid',
      what: 'The file with the generated passwords is damaged.',
      why: `${file} is not what Macula wrote. It is left as it is, because the databases still want the old passwords.`,
      todo: `Restore it from a backup, or read the passwords back from the containers: ${RESTORE}`,
    })
  }

  async function write(secrets: ReadonlyMap<string, string>): Promise<void> {
    const sorted = [...secrets].sort(([one], [two]) => one.localeCompare(two))
    await writeWhole(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`, 0o600)
  }

  /** Data and passwords belong together: new ones would open nothing that is there. */
  async function lost(): Promise<Trouble | undefined> {
    if ((await read()).size > 0) return undefined
    const volumes = await made.volumes().catch((error: unknown) => {
      throw new MaculaError(
        {
          kind: 'outside',
          what: 'There are no passwords yet, and Docker cannot be asked whether data is there that was made with others.',
          why: troubleOf(error).why ?? troubleOf(error).what,
          todo: 'maculactl doctor says what is wrong with Docker; nothing was made.',
        },
        { cause: error },
      )
    })
    if (volumes.length === 0) return undefined
    return {
      kind: 'refused',
      what: 'The generated passwords are gone, and data that was made with them is there. No new ones were made.',
      why: `${file} is missing, but Docker has ${sayList(volumes)}: databases there want the old passwords.`,
      todo: `Read them back from the containers: ${RESTORE}. Or restore the file from a backup. Only if no data is worth keeping: docker volume rm ${volumes.join(' ')}`,
    }
  }

  /** What containers were made with, which is what the data wants; else what the rendered copy has. */
  async function recovered(services: readonly ServiceSpec[]): Promise<Map<string, string>> {
    const copy = await readIfThere(join(stackFolder(paths), '.env')).catch(() => undefined)
    const found = new Map(secretsInCopy(copy ?? ''))
    for (const service of services) {
      const templates = service.secrets.length === 0 ? undefined : await templatesOf(service)
      const variables = templates && (await made.variables(service.id))
      if (templates && variables)
        for (const [name, value] of secretsInside(templates, variables)) found.set(name, value)
    }
    return found
  }

  return {
    read,
    lost,
    async restore(services) {
      const wanted = [...new Set(services.flatMap(({ secrets }) => secrets))].sort()
      return await lock.alone('restoring passwords', LOCK_DEADLINE_MS, async () => {
        const isDamaged = await read().then(
          (known) => {
            if (known.size > 0)
              throw new MaculaError({
                kind: 'usage',
                what: `No password is missing: ${file} has ${known.size}.`,
                todo: 'Nothing was changed.',
              })
            return false
          },
          (error: unknown) => {
            if (troubleOf(error).kind !== 'invalid') throw error
            return true
          },
        )
        const found = await recovered(services)
        const missing = wanted.filter((name) => !found.has(name))
        if (missing.length > 0)
          throw new MaculaError({
            kind: 'failed',
            what: `The passwords cannot be read back: nothing has ${sayList(missing)} any more.`,
            why: `They were looked for in the containers and in ${join(stackFolder(paths), '.env')}.`,
            todo: `Restore ${file} from a backup. Nothing was changed.`,
          })
        if (isDamaged) await keepAside(file, Date.now())
        await write(new Map(wanted.map((name) => [name, found.get(name) ?? ''])))
        return wanted
      })
    },
    async ensure(names) {
      const bad = names.find((name) => !isSecretName(name))
      if (bad !== undefined)
        throw new MaculaError({
          kind: 'invalid',
          what: `${JSON.stringify(bad)} is not the name of a secret.`,
        })
      const isMissing = (known: ReadonlyMap<string, string>) => names.some((name) => !known.has(name))
      const known = await read()
      if (!isMissing(known)) return known
      // Two that make at the same moment would each keep other ones than the file has in the end.
      return await lock.alone('making passwords', LOCK_DEADLINE_MS, async () => {
        const have = new Map(await read())
        if (!isMissing(have)) return have
        const trouble = have.size === 0 ? await lost() : undefined
        if (trouble) throw new MaculaError(trouble)
        for (const name of names) if (!have.has(name)) have.set(name, generate())
        await write(have)
        return have
      })
    },
  }
}

function generate(): string {
  return Array.from({ length: LENGTH }, () => alphabet[randomInt(alphabet.length)] ?? 'x').join('')
}
