import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RootAdapter } from '../../../main/engine/adapters.ts'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import type { Paths } from '../../../main/system/paths.ts'
import { openBrowsers, storesOf } from '../../../main/system/tls/browsers.ts'
import { openTls } from '../../../main/system/tls/open-tls.ts'
import { servedFile } from '../../../main/system/tls/served.ts'
import { withBrowsers } from '../../../main/system/tls/with-browsers.ts'
import { run } from '../support/actor.ts'

/** Stores of browsers: the real certutil on databases of its own making, and the real Chromium that reads one. */

const isHere = (tool: string): boolean => spawnSync('which', [tool]).status === 0
const missing = ['certutil', 'chromium'].filter((tool) => !isHere(tool))
if (missing.length > 0) console.warn(`SKIPPED: stores of browsers: ${missing.join(', ')} not installed`)

const suffix = 'macula.test'
let base = ''
let server: Server
let port = 0

const paths = (): Paths => ({ config: '', state: '', data: join(base, 'data'), assets: '', ledger: '' })
const tls = () => openTls(paths(), { ...defaultSettings, suffix, tls: true }, () => Date.now())
const home = (): string => join(base, 'home')
const browsers = (tool: string | undefined = 'certutil') =>
  openBrowsers({
    home: home(),
    record: join(base, 'data', 'tls', 'browsers.json'),
    tool: () => Promise.resolve(tool),
    env: process.env,
  })
const certutil = (...args: readonly string[]): string => execFileSync('certutil', args, { encoding: 'utf8' })
function store(...path: readonly string[]): string {
  const folder = join(home(), ...path)
  mkdirSync(folder, { recursive: true })
  certutil('-N', '-d', `sql:${folder}`, '--empty-password')
  return folder
}
const inside = (folder: string): string => certutil('-L', '-d', `sql:${folder}`)
const ours = async () => {
  const { authority } = await tls().seen()
  if (!authority) throw new Error('no authority')
  return authority
}

/** What Chromium of a person with this home shows of a clean URL. */
async function shown(): Promise<string> {
  const profile = await mkdtemp(join(base, 'profile-'))
  // prettier-ignore
  const { out } = await run('env', [`HOME=${home()}`, 'chromium', '--headless', '--no-sandbox', '--disable-gpu',
    '--disable-dev-shm-usage', '--no-proxy-server', `--user-data-dir=${profile}`,
    `--host-resolver-rules=MAP *.${suffix} 127.0.0.1`, '--dump-dom', `https://grafana.${suffix}:${port}/`])
  return out
}

describe.skipIf(missing.length > 0)('stores of browsers', () => {
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'macula-browsers-'))
    await tls().ensure([`grafana.${suffix}`])
    const pem = readFileSync(servedFile(paths()), 'utf8')
    server = createServer(
      { cert: pem, key: pem },
      (_, answer) => void answer.end('<p>the page of Grafana</p>'),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(base, { recursive: true, force: true })
  })
  beforeEach(() => {
    rmSync(home(), { recursive: true, force: true })
    rmSync(join(base, 'data', 'tls', 'browsers.json'), { force: true })
  })

  test('Chromium takes https of a clean URL while our authority is in the store, and not before or after', async () => {
    const folder = store('.pki', 'nssdb')
    const { certificate, file, subject } = await ours()
    expect(await shown()).not.toContain('the page of Grafana')
    expect(await browsers().trust(certificate, file, subject)).toEqual({ stores: [folder], failed: [] })
    expect(await shown()).toContain('the page of Grafana')
    expect(await browsers().distrust()).toEqual({ stores: [folder], failed: [] })
    expect(await shown()).not.toContain('the page of Grafana')
  })

  test('only stores that a browser made are touched, and none is made', async () => {
    const made = [
      store('.mozilla', 'firefox', 'abc.default'),
      store('.pki', 'nssdb'),
      store('.var', 'app', 'org.chromium.Chromium', '.pki', 'nssdb'),
      store('snap', 'firefox', 'common', '.mozilla', 'firefox', 'x.default'),
    ].sort()
    mkdirSync(join(home(), '.mozilla', 'firefox', 'Crash Reports'), { recursive: true })
    const other = store('elsewhere')
    const { certificate, file, subject } = await ours()
    expect(await storesOf(home())).toEqual(made)
    expect((await browsers().trust(certificate, file, subject)).stores).toEqual(made)
    for (const folder of made) expect(inside(folder)).toMatch(/Macula Desktop authority .* C,,/)
    expect(inside(other)).not.toContain('Macula')
    expect(existsSync(join(home(), '.mozilla', 'firefox', 'Crash Reports', 'cert9.db'))).toBe(false)
    expect(await browsers().trusted(certificate)).toHaveLength(4)
    // Of another authority nothing is there.
    expect(await browsers().trusted('another')).toEqual([])
    // Twice does no harm.
    expect((await browsers().trust(certificate, file, subject)).stores).toEqual(made)
    expect((await browsers().distrust()).stores).toEqual(made)
    for (const folder of made) expect(inside(folder)).not.toContain('Macula')
    expect(await browsers().trusted(certificate)).toEqual([])
  })

  test('what a person has there stays, also under our name', async () => {
    const folder = store('.pki', 'nssdb')
    const { certificate, file, subject } = await ours()
    const theirs = join(base, 'theirs.pem')
    // prettier-ignore
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/O=theirs',
      '-keyout', join(base, 'theirs.key'), '-out', theirs], { stdio: 'pipe' })
    certutil('-A', '-d', `sql:${folder}`, '-n', 'theirs', '-t', 'CT,,', '-i', theirs)
    const before = inside(folder)
    await browsers().trust(certificate, file, subject)
    await browsers().distrust()
    expect(inside(folder)).toBe(before)
    await browsers().trust(certificate, file, subject)
    // Somebody put another in its place.
    certutil('-D', '-d', `sql:${folder}`, '-n', subject)
    certutil('-D', '-d', `sql:${folder}`, '-n', 'theirs')
    certutil('-A', '-d', `sql:${folder}`, '-n', subject, '-t', 'C,,', '-i', theirs)
    expect(await browsers().distrust()).toEqual({ stores: [], failed: [] })
    expect(inside(folder)).toContain(subject)
  })

  test('a store that cannot be read is told, the others get it; without certutil nothing is done', async () => {
    const good = store('.pki', 'nssdb')
    const bad = store('.mozilla', 'firefox', 'bad.default')
    writeFileSync(join(bad, 'cert9.db'), 'no database')
    const hash = createHash('sha256')
      .update(readFileSync(join(good, 'cert9.db')))
      .digest('hex')
    const { certificate, file, subject } = await ours()
    expect(
      await openBrowsers({
        home: home(),
        record: join(base, 'r'),
        tool: () => Promise.resolve(undefined),
        env: {},
      }).trust(certificate, file, subject),
    ).toEqual({ stores: [], failed: [] })
    expect(
      createHash('sha256')
        .update(readFileSync(join(good, 'cert9.db')))
        .digest('hex'),
    ).toBe(hash)
    const { stores, failed } = await browsers().trust(certificate, file, subject)
    expect(stores).toEqual([good])
    expect(failed.map((one) => one.store)).toEqual([bad])
    expect(failed[0]?.says).not.toBe('')
    expect(await browsers().trusted(certificate)).toEqual([good])
  })

  test('one with a password of its own is told and left as it was; nobody is asked at the terminal', async () => {
    const folder = join(home(), '.mozilla', 'firefox', 'locked.default')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(base, 'password'), 'a password of theirs')
    certutil('-N', '-d', `sql:${folder}`, '-f', join(base, 'password'))
    const before = inside(folder)
    const { certificate, file, subject } = await ours()
    const { stores, failed } = await browsers().trust(certificate, file, subject)
    expect([stores, failed.map(({ store }) => store)]).toEqual([[], [folder]])
    expect(failed[0]?.says).toMatch(/a password of its own; import .*ca\.pem/)
    expect(inside(folder)).toBe(before)
    // It was told once; set-up is not "to do" for ever.
    expect(await browsers().trusted(certificate)).toEqual([folder])
    expect(await browsers().distrust()).toEqual({ stores: [], failed: [] })
  })

  test('what a person had put there counts, and stays', async () => {
    const folder = store('.pki', 'nssdb')
    const { certificate, file, subject } = await ours()
    certutil('-A', '-d', `sql:${folder}`, '-n', subject, '-t', 'C,,', '-i', file)
    expect((await browsers().trust(certificate, file, subject)).stores).toEqual([folder])
    expect(await browsers().trusted(certificate)).toEqual([folder])
    expect((await browsers().distrust()).stores).toEqual([])
    expect(inside(folder)).toContain(subject)
  })

  test('another authority takes the place of the one before', async () => {
    const folder = store('.pki', 'nssdb')
    const first = await ours()
    await browsers().trust(first.certificate, first.file, first.subject)
    await tls().ensure([`grafana.${suffix}`], { newAuthority: true })
    const second = await ours()
    expect(await browsers().trusted(second.certificate)).toEqual([])
    await browsers().trust(second.certificate, second.file, second.subject)
    expect(inside(folder)).toContain(second.subject)
    expect(inside(folder)).not.toContain(first.subject)
    await browsers().distrust()
    expect(inside(folder)).not.toContain('Macula')
  })

  test('without certutil it is told in which stores it stays, and remembered', async () => {
    const folder = store('.pki', 'nssdb')
    const { certificate, file, subject } = await ours()
    await browsers().trust(certificate, file, subject)
    const without = openBrowsers({
      home: home(),
      record: join(base, 'data', 'tls', 'browsers.json'),
      tool: () => Promise.resolve(undefined),
      env: process.env,
    })
    expect(await without.distrust()).toEqual({
      stores: [],
      failed: [{ store: folder, says: expect.stringContaining('libnss3-tools') as string }],
    })
    expect((await browsers().distrust()).stores).toEqual([folder])
  })

  test('it goes with the change of set-up that trusts the authority, and with its undo', async () => {
    const folder = store('.pki', 'nssdb')
    const ledger: LedgerEntry[] = []
    const done = { kind: 'done', steps: [] } as const
    const root = {
      apply: () => Promise.resolve(done),
      undo: () => Promise.resolve(done),
      ledger: () => Promise.resolve(ledger),
    } as unknown as RootAdapter
    const both = withBrowsers(root, browsers(), ours)
    const change = (id: string) => ({ id, title: id, reason: '', verbs: [], commands: [] })
    expect(await both.apply([change('low-ports')], () => undefined)).toEqual(done)
    expect(inside(folder)).not.toContain('Macula')
    const told: string[] = []
    const outcome = await both.apply(
      [change('trust')],
      ({ target, result }) => void told.push(`${target} ${result}`),
    )
    expect(outcome).toMatchObject({
      kind: 'done',
      steps: [{ change: 'trust', target: folder, result: 'done' }],
    })
    expect(told).toEqual([`${folder} done`])
    ledger.push({ change: 'trust', state: 'applied' } as LedgerEntry)
    await both.undo(['7'], { evenIfDrifted: false }, () => undefined)
    expect(inside(folder)).toContain('Macula')
    ledger.length = 0
    await both.undo(undefined, { evenIfDrifted: false }, () => undefined)
    expect(inside(folder)).not.toContain('Macula')
    const refused = {
      ...root,
      apply: () => Promise.resolve({ kind: 'refused', how: 'denied', says: 'no' } as const),
    }
    await withBrowsers(refused, browsers(), ours).apply([change('trust')], () => undefined)
    expect(inside(folder)).not.toContain('Macula')
  })
})
