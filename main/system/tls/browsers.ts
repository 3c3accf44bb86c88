import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { readIfThere, writeWhole } from '../files.ts'
import { toolEnvironment } from '../host/environment.ts'
import { standApart } from '../process/apart.ts'

/**
 * Stores of browsers, which trust nothing of the machine's own: NSS databases of the person (`cert9.db`), changed by NSS' own
 * certutil as the person. Only those that a browser made are touched.
 */

const DEADLINE_MS = 20_000

/** Below the home folder: stores, and folders whose folders are stores (a profile each). */
const PLACES: readonly { readonly path: readonly string[]; readonly each: boolean }[] = [
  // Chromium, Chrome, Edge, Brave of the distribution; as a snap (its `current` is a link to what runs).
  { path: ['.pki', 'nssdb'], each: false },
  { path: ['snap', 'chromium', 'current', '.pki', 'nssdb'], each: false },
  // Firefox: of the distribution, by the XDG folders (147 and later), as a snap, as a flatpak.
  { path: ['.mozilla', 'firefox'], each: true },
  { path: ['.config', 'mozilla', 'firefox'], each: true },
  { path: ['snap', 'firefox', 'common', '.mozilla', 'firefox'], each: true },
  { path: ['.var', 'app', 'org.mozilla.firefox', '.mozilla', 'firefox'], each: true },
]

/** Flatpaks of Chromium's family keep it in their own home. */
const FLATPAKS = ['.var', 'app'] as const

const isStore = async (folder: string): Promise<boolean> =>
  await stat(join(folder, 'cert9.db')).then(
    (info) => info.isFile(),
    () => false,
  )

/** The stores of a person, sorted. */
export async function storesOf(home: string | undefined): Promise<readonly string[]> {
  if (home === undefined) return []
  const below = async (folder: string): Promise<readonly string[]> => await readdir(folder).catch(() => [])
  const candidates: string[] = []
  for (const { path, each } of PLACES) {
    const folder = join(home, ...path)
    if (each) for (const name of await below(folder)) candidates.push(join(folder, name))
    else candidates.push(folder)
  }
  for (const app of await below(join(home, ...FLATPAKS)))
    candidates.push(join(home, ...FLATPAKS, app, '.pki', 'nssdb'))
  const found: string[] = []
  for (const folder of candidates) if (await isStore(folder)) found.push(folder)
  return [...new Set(found)].sort()
}

const recordSchema = z.array(
  z.object({
    store: z.string(),
    nickname: z.string(),
    certificate: z.string(),
    /** It was there before us, or its store has a password that only its person knows: never taken out, nor asked for again. */
    theirs: z.boolean().optional(),
  }),
)
type Added = z.infer<typeof recordSchema>[number]

interface Ran {
  readonly ok: boolean
  readonly out: string
}

/** What became of each store. */
export interface BrowsersResult {
  readonly stores: readonly string[]
  /** Stores that could not be changed, with the reason. */
  readonly failed: readonly { readonly store: string; readonly says: string }[]
}

/** `tool`: where certutil is; `record`: the file in which is written what was added, before it is added. */
export function openBrowsers(input: {
  /** Undefined: this user has none, and so no stores. */
  readonly home: string | undefined
  readonly record: string
  readonly tool: () => Promise<string | undefined>
  readonly env: Readonly<Record<string, string | undefined>>
}) {
  const { home, record, tool, env } = input

  const run = async (program: string, args: readonly string[]): Promise<Ran> => {
    const child = execa(program, [...args], {
      env: toolEnvironment(env),
      extendEnv: false,
      reject: false,
      timeout: DEADLINE_MS,
      stdin: 'ignore',
      // NSS asks for the password of a store at /dev/tty, whatever stdin is: without a terminal of its own it asks nobody.
      detached: true,
    })
    const ended = standApart(child.pid)
    const { exitCode, stdout, stderr, timedOut } = await child
    ended(timedOut)
    return { ok: exitCode === 0, out: exitCode === 0 ? stdout : `${stderr}${stdout}`.trim() }
  }

  async function added(): Promise<readonly Added[]> {
    const text = await readIfThere(record).catch(() => undefined)
    try {
      return recordSchema.parse(JSON.parse(text ?? '[]'))
    } catch {
      return []
    }
  }

  async function keep(all: readonly Added[]): Promise<void> {
    if (all.length === 0) await rm(record, { force: true })
    else await writeWhole(record, `${JSON.stringify(all, null, 1)}\n`, 0o600)
  }

  /** Whether a store has that certificate under that name. */
  async function isThere(program: string, { store, nickname, certificate }: Added): Promise<boolean> {
    const { ok, out } = await run(program, ['-L', '-d', `sql:${store}`, '-n', nickname, '-a'])
    return ok && out.replaceAll(/\s/g, '') === certificate.replaceAll(/\s/g, '')
  }

  const removal = ({ store, nickname }: Added): readonly string[] => [
    '-D',
    '-d',
    `sql:${store}`,
    '-n',
    nickname,
  ]

  /** Takes some out of their stores, and out of the record what went. */
  async function forget(program: string, some: readonly Added[]): Promise<BrowsersResult> {
    const stores: string[] = []
    const failed: { store: string; says: string }[] = []
    const stay = new Set<string>()
    const key = ({ store, nickname }: Added): string => `${store} ${nickname}`
    for (const one of some) {
      if (one.theirs === true || !(await isStore(one.store)) || !(await isThere(program, one))) continue
      const { ok, out } = await run(program, removal(one))
      if (ok) stores.push(one.store)
      else {
        stay.add(key(one))
        failed.push({ store: one.store, says: out })
      }
    }
    const gone = new Set(some.map(key).filter((one) => !stay.has(one)))
    await keep((await added()).filter((one) => !gone.has(key(one))))
    return { stores, failed }
  }

  return {
    /** Whether there is anything to be done it with, and the stores that could be. */
    seen: async (): Promise<{ readonly tool: boolean; readonly stores: readonly string[] }> => ({
      tool: (await tool()) !== undefined,
      stores: await storesOf(home),
    }),
    /**
     * Lets every store trust `certificate` (in a file) for TLS servers, under `nickname`; what we put there of another authority
     * goes.
     */
    async trust(certificate: string, file: string, nickname: string): Promise<BrowsersResult> {
      const program = await tool()
      if (program === undefined) return { stores: [], failed: [] }
      const stores: string[] = []
      const failed: { store: string; says: string }[] = []
      for (const store of await storesOf(home)) {
        const one: Added = { store, nickname, certificate }
        const before = await added()
        const rest = before.filter((other) => other.store !== store || other.nickname !== nickname)
        if (await isThere(program, one)) {
          if (rest.length === before.length) await keep([...before, { ...one, theirs: true }])
          stores.push(store)
          continue
        }
        await keep([...rest, one])
        const { ok, out } = await run(program, [
          '-A',
          '-d',
          `sql:${store}`,
          '-n',
          nickname,
          '-t',
          'C,,',
          '-i',
          file,
        ])
        if (ok) {
          stores.push(store)
          await forget(
            program,
            before.filter((other) => other.store === store && other.certificate !== certificate),
          )
          continue
        }
        // It may be in there without the trust.
        if (await isThere(program, one)) await run(program, removal(one))
        const isLocked = /SEC_ERROR_BAD_PASSWORD|could not authenticate/.test(out)
        await keep(isLocked ? [...rest, { ...one, theirs: true }] : before)
        failed.push({
          store,
          says: isLocked ? `it has a password of its own; import ${file} in that browser` : out,
        })
      }
      return { stores, failed }
    },
    /** Takes out what was put in, where it is still that; what somebody else put there under that name stays. */
    async distrust(): Promise<BrowsersResult> {
      const all = await added()
      const program = await tool()
      if (program !== undefined) return await forget(program, all)
      const says = `certutil is not there any more (libnss3-tools, nss-tools): install it and undo this again, or remove the authority in that browser`
      const ours = all.filter(({ theirs }) => theirs !== true)
      return { stores: [], failed: ours.map(({ store }) => ({ store, says })) }
    },
    /** Stores that need nothing more for this authority. */
    trusted: async (certificate: string): Promise<readonly string[]> =>
      (await added()).filter((one) => one.certificate === certificate).map(({ store }) => store),
  }
}

export type Browsers = ReturnType<typeof openBrowsers>
