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
import { isOff, sayOff, usesOf, type MadeWithSecrets, type Use } from './held.ts'
import { lockIn } from './lock.ts'
import { secretsInCopy } from './recover.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

const RESTORE = 'maculactl env --restore-passwords'

/** Making some takes milliseconds; whoever holds the lock longer does not get on (ms). */
const LOCK_DEADLINE_MS = 5000

const fileSchema = z.record(z.string(), z.string().regex(/^[A-Za-z0-9]{8,128}$/))

const nothing: MadeWithSecrets = {
  volumes: async () => await Promise.resolve([]),
  container: async () => await Promise.resolve(undefined),
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
      throw noDocker(error)
    })
    if (volumes.length === 0) return undefined
    return {
      kind: 'refused',
      what: 'The generated passwords are gone, and data that was made with them is there. No new ones were made.',
      why: `${file} is missing, but Docker has ${sayList(volumes)}: databases there want the old passwords.`,
      todo: `Read them back from the containers: ${RESTORE}. Or restore the file from a backup. Only if no data is worth keeping: docker volume rm ${volumes.join(' ')}`,
    }
  }

  async function uses(services: readonly ServiceSpec[]): Promise<ReadonlyMap<string, Use>> {
    const copy = await readIfThere(join(stackFolder(paths), '.env')).catch(() => undefined)
    return await usesOf(services, made, secretsInCopy(copy ?? ''), join(paths.config, 'stack'))
  }

  async function held(services: readonly ServiceSpec[]): Promise<(name: string) => Trouble | undefined> {
    let known: ReadonlyMap<string, string>
    try {
      known = await read()
    } catch (error) {
      return () => troubleOf(error)
    }
    const all = known.size === 0 ? await lost() : undefined
    if (all) return () => all
    const wanted = services.flatMap(({ secrets }) => secrets)
    const found = await uses(services).catch((error: unknown) => {
      // Nothing is made without Docker, and what is there may be handed out uncompared.
      if (wanted.every((name) => known.has(name))) return new Map<string, Use>()
      throw noDocker(error)
    })
    return (name) => {
      const use = found.get(name)
      const have = known.get(name)
      return use && isOff(use, have) ? sayOff(name, use, have, file, RESTORE) : undefined
    }
  }

  /** What is restored, and everything that is kept then; `known`: undefined where there is no file that can be used. */
  function restored(
    services: readonly ServiceSpec[],
    known: ReadonlyMap<string, string> | undefined,
    found: ReadonlyMap<string, Use>,
  ): { readonly names: readonly string[]; readonly all: ReadonlyMap<string, string> } {
    const wanted = [...new Set(services.flatMap(({ secrets }) => secrets))].sort()
    const all = new Map(known)
    const names: string[] = []
    const missing: string[] = []
    for (const name of wanted) {
      const use = found.get(name)
      const have = known?.get(name)
      if (use?.value !== undefined && (have === undefined || isOff(use, have))) {
        all.set(name, use.value)
        names.push(name)
      } else if (have === undefined && (known === undefined || (use && isOff(use, have)))) missing.push(name)
    }
    if (missing.length > 0)
      throw new MaculaError({
        kind: 'failed',
        what: `The passwords cannot be read back: nothing has ${sayList(missing)} any more.`,
        why: `They were looked for in the containers and in ${join(stackFolder(paths), '.env')}.`,
        todo: `Restore ${file} from a backup. Nothing was changed.`,
      })
    if (names.length === 0)
      throw new MaculaError({
        kind: 'usage',
        what: `No password is to be read back: ${file} has ${all.size}, and what was made with passwords was made with these.`,
        todo: 'Nothing was changed.',
      })
    return { names, all }
  }

  return {
    read,
    lost,
    held,
    async restore(services) {
      return await lock.alone('restoring passwords', LOCK_DEADLINE_MS, async () => {
        const known = await read().then(
          (now) => (now.size === 0 ? undefined : now),
          (error: unknown) => {
            if (troubleOf(error).kind !== 'invalid') throw error
            return 'damaged' as const
          },
        )
        const usable = known === 'damaged' ? undefined : known
        const { names, all } = restored(services, usable, await uses(services))
        // Passwords that are replaced may be those of something that is not here now.
        if (known !== undefined) await keepAside(file, Date.now())
        await write(all)
        return names
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

function noDocker(error: unknown): MaculaError {
  return new MaculaError(
    {
      kind: 'outside',
      what: 'Passwords are not there yet, and Docker cannot be asked whether data is there that was made with others.',
      why: troubleOf(error).why ?? troubleOf(error).what,
      todo: 'maculactl doctor says what is wrong with Docker; nothing was made.',
    },
    { cause: error },
  )
}

function generate(): string {
  return Array.from({ length: LENGTH }, () => alphabet[randomInt(alphabet.length)] ?? 'x').join('')
}
