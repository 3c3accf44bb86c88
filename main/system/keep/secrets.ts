import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { SecretsAdapter } from '../../engine/adapters.ts'
import { isSecretName } from '../../model/atoms.ts'
import { rolesSetAtStart } from '../../model/roles.ts'
import { placesOf, whyNotSecret } from '../../model/secret.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { keepAside, readIfThere } from '../files.ts'
import type { Paths } from '../paths.ts'
import { stackFolder } from '../stack/render.ts'
import { isOff, sayOff, usesOf, type MadeWithSecrets, type Use } from './held.ts'
import { readChanging, writeChanging } from './changing.ts'
import { lockIn } from './lock.ts'
import { secretsInCopy } from './recover.ts'
import { readSecrets, RESTORE, secretsFile, writeSecrets, type KeptSecrets } from './secrets-file.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

/** Making some takes milliseconds; whoever holds the lock longer does not get on (ms). */
const LOCK_DEADLINE_MS = 5000

const nothing: MadeWithSecrets = {
  volumes: async () => await Promise.resolve([]),
  container: async () => await Promise.resolve(undefined),
}

/**
 * Generated secrets in secrets.json (0600). A damaged file is an error and never replaced: the volumes hold what
 * was made with the old values.
 */
export function openSecrets(paths: Paths, made: MadeWithSecrets = nothing): SecretsAdapter {
  const file = secretsFile(paths)
  const lock = lockIn(paths.config, 'secrets.json.lock', Date.now)

  const load = async (): Promise<KeptSecrets> => await readSecrets(paths)
  const read = async (): Promise<ReadonlyMap<string, string>> => (await load()).usable

  /** Data and passwords belong together: new ones would open nothing that is there. */
  async function lost(): Promise<Trouble | undefined> {
    if ((await load()).written.size > 0) return undefined
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
    let kept: KeptSecrets
    let to: ReadonlyMap<string, string>
    try {
      kept = await load()
      to = (await readChanging(paths))?.to ?? new Map()
    } catch (error) {
      return () => troubleOf(error)
    }
    const { usable: known, odd } = kept
    const all = await lost()
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
      const why =
        odd.get(name) ?? (have === undefined ? undefined : whyNotSecret(have, placesOf(services, name)))
      if (why !== undefined) return sayOdd(name, why, file)
      // What data was told by a change of ours is right, whatever containers were made with before it.
      if (have !== undefined && to.get(name) === have) return undefined
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
    // Nothing but the file has these; a new one is made when it is asked for, and the next start tells it to the database.
    const set = new Set(services.flatMap((service) => [...rolesSetAtStart(service).keys()]))
    const all = new Map(known)
    const names: string[] = []
    const missing: string[] = []
    for (const name of wanted) {
      const use = found.get(name)
      const have = known?.get(name)
      if (use?.value !== undefined && (have === undefined || isOff(use, have))) {
        all.set(name, use.value)
        names.push(name)
      } else if (have === undefined && !set.has(name) && (known === undefined || (use && isOff(use, have))))
        missing.push(name)
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
        let written: ReadonlyMap<string, unknown> = new Map()
        const known = await load().then(
          (now) => {
            written = now.written
            return now.written.size === 0 ? undefined : now.usable
          },
          (error: unknown) => {
            if (troubleOf(error).kind !== 'invalid') throw error
            return 'damaged' as const
          },
        )
        const usable = known === 'damaged' ? undefined : known
        const { names, all } = restored(services, usable, await uses(services))
        // Passwords that are replaced may be those of something that is not here now.
        if (known !== undefined) await keepAside(file, Date.now())
        await writeSecrets(paths, new Map([...(known === 'damaged' ? [] : written), ...all]))
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
      const { usable, odd } = await load()
      if (!isMissing(usable)) return usable
      const strange = names.find((name) => odd.has(name))
      if (strange !== undefined) throw new MaculaError(sayOdd(strange, odd.get(strange) ?? '', file))
      // Two that make at the same moment would each keep other ones than the file has in the end.
      return await lock.alone('making passwords', LOCK_DEADLINE_MS, async () => {
        const now = await load()
        const have = new Map(now.usable)
        if (!isMissing(have)) return have
        const trouble = await lost()
        if (trouble) throw new MaculaError(trouble)
        for (const name of names) if (!have.has(name)) have.set(name, generateSecret())
        await writeSecrets(paths, new Map([...now.written, ...have]))
        return have
      })
    },
    generate: generateSecret,
    odd: async () => (await load()).odd,
    changing: async () => await readChanging(paths),
    async begin(values) {
      return await lock.alone('changing passwords', LOCK_DEADLINE_MS, async () => {
        const { usable } = await load()
        const before = [...values.keys()].flatMap((name) => {
          const value = usable.get(name)
          return value === undefined ? [] : [[name, value] as const]
        })
        const change = { since: Date.now(), from: new Map(before), to: new Map(values) }
        await writeChanging(paths, change)
        return change
      })
    },
    async commit() {
      await lock.alone('changing passwords', LOCK_DEADLINE_MS, async () => {
        const [change, { written }] = [await readChanging(paths), await load()]
        if (change) await writeSecrets(paths, new Map([...written, ...change.to]))
      })
    },
    async settle() {
      await lock.alone(
        'changing passwords',
        LOCK_DEADLINE_MS,
        async () => await writeChanging(paths, undefined),
      )
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

/** Why a secret that is kept cannot be used. Nothing else is held for it. */
function sayOdd(name: string, why: string, file: string): Trouble {
  return {
    kind: 'refused',
    what: `The secret ${name} cannot be used: ${why}.`,
    why: `It is in ${file}, which is left as it is; everything else in it is used.`,
    todo: `Give it another value: maculactl secrets set ${name}. Or read it back from its containers: ${RESTORE}`,
  }
}

/** A new random secret: letters and digits, which every place takes. */
function generateSecret(): string {
  return Array.from({ length: LENGTH }, () => alphabet[randomInt(alphabet.length)] ?? 'x').join('')
}
