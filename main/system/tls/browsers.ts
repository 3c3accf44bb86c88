import { execFile } from 'node:child_process'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeWhole } from '../files.ts'
import { toolEnvironment } from '../host/environment.ts'

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

const recordSchema = z.array(z.object({ store: z.string(), nickname: z.string(), certificate: z.string() }))
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

  const run = async (program: string, args: readonly string[]): Promise<Ran> =>
    await new Promise((resolve) => {
      // A store with a password of its own would ask for it: stdin is at its end.
      const child = execFile(
        program,
        args,
        { timeout: DEADLINE_MS, env: toolEnvironment(env) },
        (error, out, err) => resolve({ ok: !error, out: error ? `${err}${out}`.trim() : out }),
      )
      child.stdin?.end()
    })

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

  /** The certificate that a store has under a name; undefined: none. */
  async function shown(program: string, { store, nickname }: Pick<Added, 'store' | 'nickname'>) {
    const { ok, out } = await run(program, ['-L', '-d', `sql:${store}`, '-n', nickname, '-a'])
    return ok ? out.replaceAll(/\s/g, '') : undefined
  }

  return {
    /** Whether there is anything to be done it with, and the stores that could be. */
    seen: async (): Promise<{ readonly tool: boolean; readonly stores: readonly string[] }> => ({
      tool: (await tool()) !== undefined,
      stores: await storesOf(home),
    }),
    /** Lets every store trust `certificate` (in a file) for TLS servers, under `nickname`. */
    async trust(certificate: string, file: string, nickname: string): Promise<BrowsersResult> {
      const program = await tool()
      if (program === undefined) return { stores: [], failed: [] }
      const stores: string[] = []
      const failed: { store: string; says: string }[] = []
      for (const store of await storesOf(home)) {
        const one = { store, nickname, certificate }
        if ((await shown(program, one)) === certificate.replaceAll(/\s/g, '')) {
          stores.push(store)
          continue
        }
        const before = await added()
        await keep([...before.filter((other) => other.store !== store || other.nickname !== nickname), one])
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
        if (ok) stores.push(store)
        else {
          await keep(before)
          failed.push({ store, says: out })
        }
      }
      return { stores, failed }
    },
    /** Takes out what was put in, where it is still that; what somebody else put there under that name stays. */
    async distrust(): Promise<BrowsersResult> {
      const program = await tool()
      const all = await added()
      if (program === undefined || all.length === 0) return { stores: [], failed: [] }
      const stores: string[] = []
      const failed: { store: string; says: string }[] = []
      const left: Added[] = []
      for (const one of all) {
        const there = (await isStore(one.store)) ? await shown(program, one) : undefined
        if (there !== one.certificate.replaceAll(/\s/g, '')) continue
        const { ok, out } = await run(program, ['-D', '-d', `sql:${one.store}`, '-n', one.nickname])
        if (ok) stores.push(one.store)
        else {
          left.push(one)
          failed.push({ store: one.store, says: out })
        }
      }
      await keep(left)
      return { stores, failed }
    },
    /** Stores in which it is now. */
    trusted: async (): Promise<readonly string[]> => (await added()).map(({ store }) => store),
  }
}

export type Browsers = ReturnType<typeof openBrowsers>
