import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { DAY_MS, lifetimes } from '../../../main/model/tls.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { ingressRoutes } from '../../../main/system/stack/ingress/routes.ts'
import { authorityCertificate, authorityFile, hostFiles, openTls } from '../../../main/system/tls/open-tls.ts'
import { servedFile, servedMark } from '../../../main/system/tls/served.ts'
import type { Paths } from '../../../main/system/paths.ts'

let base = ''
let now = Date.UTC(2026, 10, 26, 12)
const paths = (): Paths => ({
  config: join(base, 'config'),
  state: join(base, 'state'),
  data: join(base, 'data'),
  assets: '/nonexistent',
  ledger: '/nonexistent',
})
const open = (part: Partial<typeof defaultSettings> = {}) =>
  openTls(paths(), { ...defaultSettings, tls: true, ...part }, () => now)
const text = async (path: string): Promise<string> => await readFile(path, 'utf8')
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777
const names = ['grafana.macula.local', 'home.macula.local']

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'macula-tls-'))
  now = Date.UTC(2026, 10, 26, 12)
})
afterEach(async () => await rm(base, { recursive: true, force: true }))

describe('authority and certificate', () => {
  test('are not there before they are asked for, and looking makes none', async () => {
    expect(await open().seen()).toEqual({})
    await expect(stat(join(base, 'data'))).rejects.toThrow('ENOENT')
  })

  test('are made once: a key that is the person’s alone, and one certificate for all names', async () => {
    const made = await open().ensure(names)
    expect(made.changed).toBe('there is none yet')
    expect(made.seen).toMatchObject({
      authority: { domains: ['macula.local'], file: authorityCertificate(paths()) },
      leaf: { names: ['*.macula.local', 'grafana.macula.local', 'home.macula.local'] },
    })
    expect(await modeOf(authorityFile(paths()))).toBe(0o600)
    expect(await modeOf(servedFile(paths()))).toBe(0o600)
    expect(await text(authorityCertificate(paths()))).not.toContain('PRIVATE')
    const [ca, served] = [await text(authorityCertificate(paths())), await text(servedFile(paths()))]
    expect(new X509Certificate(served).verify(new X509Certificate(ca).publicKey)).toBe(true)
    const again = await open().ensure(names)
    expect(again.changed).toBeUndefined()
    expect(await text(servedFile(paths()))).toBe(served)
  })

  test('a name that came, and an end that is near, make the certificate anew and not the authority', async () => {
    const first = await open().ensure(names)
    const mark = await servedMark(paths())
    const more = await open().ensure([...names, 'a.s3.macula.local'])
    expect(more.changed).toBe('it lacks a.s3.macula.local')
    expect(await servedMark(paths())).not.toBe(mark)
    now += lifetimes.leaf - lifetimes.renew + DAY_MS
    const later = await open().ensure(names)
    expect(later.changed).toMatch(/^it ends /)
    expect(later.seen.authority?.fingerprint).toBe(first.seen.authority?.fingerprint)
    expect(later.seen.leaf?.notAfter).toBeGreaterThan(now + 300 * DAY_MS)
  })

  test('programs of this machine have it as two files of their own, which follow a renewal and go with it', async () => {
    await open().ensure(names)
    const { certificate, key } = hostFiles(paths())
    const both = async (): Promise<string> => `${await text(certificate)}${await text(key)}`
    expect(await both()).toBe(await text(servedFile(paths())))
    expect([await modeOf(key), await modeOf(certificate)]).toEqual([0o600, 0o644])
    expect((await open().served())?.files).toEqual({
      certificate,
      key,
      authority: authorityCertificate(paths()),
    })
    await open().ensure([...names, 'a.s3.macula.local'])
    expect(await both()).toBe(await text(servedFile(paths())))
    // Those of an earlier version had none.
    await rm(certificate)
    await open().ensure(names)
    expect(await both()).toBe(await text(servedFile(paths())))
    await open().withdraw()
    await expect(stat(key)).rejects.toThrow('ENOENT')
    await expect(stat(certificate)).rejects.toThrow('ENOENT')
  })

  test('a key that others may read is put right', async () => {
    await open().ensure(names)
    await chmod(authorityFile(paths()), 0o644)
    await open().ensure(names)
    expect(await modeOf(authorityFile(paths()))).toBe(0o600)
  })

  test('at the end of the authority the last certificate is made once', async () => {
    await open().ensure(names)
    now += lifetimes.authority - 30 * DAY_MS
    expect((await open().ensure(names)).changed).toMatch(/^it ends/)
    const again = await open().ensure(names)
    expect(again.changed).toBeUndefined()
    expect(again.seen.trouble?.what).toMatch(/The authority ends on/)
  })
})

describe('what is damaged is told, and left as it is', () => {
  const damages: readonly (readonly [string, (was: string) => string])[] = [
    ['half a file', (was) => was.slice(0, 300)],
    ['no text of its kind', () => 'oh'],
    ['an empty file', () => ''],
    ['a certificate without its key', (was) => was.slice(0, was.indexOf('-----BEGIN PRIVATE'))],
  ]
  test.each(damages)('%s', async (_, damage) => {
    await open().ensure(names)
    const served = await text(servedFile(paths()))
    const bad = damage(await text(authorityFile(paths())))
    await writeFile(authorityFile(paths()), bad)
    const { seen, changed } = await open().ensure([...names, 'x.y.macula.local'])
    expect(changed).toBeUndefined()
    expect(seen.trouble).toMatchObject({
      kind: 'invalid',
      todo: expect.stringContaining('--new-ca') as string,
    })
    expect(seen.trouble?.what).toContain(authorityFile(paths()))
    expect(await text(authorityFile(paths()))).toBe(bad)
    expect(await text(servedFile(paths()))).toBe(served)
  })

  test('a key of another authority', async () => {
    await open().ensure(names)
    const [certificate] = (await text(authorityFile(paths()))).split('-----BEGIN PRIVATE')
    await rm(authorityFile(paths()))
    await open().ensure(names)
    const key = (await text(authorityFile(paths()))).slice((certificate ?? '').length)
    await writeFile(authorityFile(paths()), `${certificate}${key}`)
    expect((await open().seen()).trouble?.why).toMatch(/its key is of another certificate|missing in it/)
  })

  test('another one is made only when that is asked for, and the bad one is kept', async () => {
    await open().ensure(names)
    await writeFile(authorityFile(paths()), 'oh')
    const made = await open().ensure(names, { newAuthority: true })
    expect(made.seen.trouble).toBeUndefined()
    expect(made.changed).toBeDefined()
    expect(await text(made.keptAside?.[0] ?? '')).toBe('oh')
  })

  test('a suffix that is another one now: nothing is made, until another authority is wished', async () => {
    await open().ensure(names)
    const served = await text(servedFile(paths()))
    const other = await open({ suffix: 'other.local' }).ensure(['grafana.other.local'])
    expect(other.changed).toBeUndefined()
    expect(other.seen.trouble?.what).toMatch(/vouches for macula\.local, not for other\.local/)
    expect(await text(servedFile(paths()))).toBe(served)
  })

  test('a clock that was set back by years: nothing is made or lost', async () => {
    await open().ensure(names)
    const before = await text(authorityFile(paths()))
    now -= 400 * DAY_MS
    const { seen, changed } = await open().ensure(names)
    expect(changed).toBeUndefined()
    expect(seen.trouble?.kind).toBe('outside')
    expect(await text(authorityFile(paths()))).toBe(before)
  })
})

describe('for a program', () => {
  test('certificate, key and authority are written, the key for the person alone', async () => {
    await open().ensure(names)
    const folder = join(base, 'certs')
    const made = await open().write(folder, ['hub.macula.local'], { force: false })
    expect(made.names).toEqual(['hub.macula.local'])
    expect(await modeOf(made.key)).toBe(0o600)
    const leaf = new X509Certificate(await text(made.certificate))
    expect(leaf.checkHost('hub.macula.local')).toBe('hub.macula.local')
    expect(leaf.verify(new X509Certificate(await text(made.authority)).publicKey)).toBe(true)
  })

  test('nothing that is there is overwritten, unless it is asked for', async () => {
    await open().ensure(names)
    const folder = join(base, 'certs')
    await open().write(folder, [], { force: false })
    const key = await text(join(folder, 'key.pem'))
    await expect(open().write(folder, [], { force: false })).rejects.toThrow(
      /Nothing was written: .*key\.pem/,
    )
    expect(await text(join(folder, 'key.pem'))).toBe(key)
    await open().write(folder, [], { force: true })
    expect(await text(join(folder, 'key.pem'))).not.toBe(key)
  })

  test.each([
    ['grafana.example.com', /not below macula\.local/],
    ['127.0.0.1', /an address/],
  ])('%s is refused with the reason, and nothing is written', async (name, why) => {
    await open().ensure(names)
    const folder = join(base, 'certs')
    const refused = open().write(folder, ['hub.macula.local', name], { force: true })
    await expect(refused).rejects.toThrow(why)
    await expect(refused).rejects.toBeInstanceOf(MaculaError)
    await expect(stat(folder)).rejects.toThrow('ENOENT')
  })

  test('without an authority it is said how to make one', async () => {
    await expect(open().write(join(base, 'certs'), [], { force: false })).rejects.toThrow(/maculactl tls on/)
  })
})

test('what nginx would not start with is not served: half a file, a key of another', async () => {
  await open().ensure(names)
  const first = await text(servedFile(paths()))
  expect(await servedMark(paths())).toMatch(/^[0-9a-f]{16}$/)
  await open().ensure([...names, 'a.b.macula.local'])
  const second = await text(servedFile(paths()))
  const at = second.indexOf('-----BEGIN PRIVATE')
  for (const bad of [
    second.slice(0, at + 60),
    first.slice(0, first.indexOf('-----BEGIN PRIVATE')) + second.slice(at),
    '',
  ]) {
    await writeFile(servedFile(paths()), bad)
    expect(await servedMark(paths())).toBeUndefined()
  }
})

test('while routes that lie there name it, it stays: nginx that Docker starts by itself would not start without it', async () => {
  await open().ensure(names)
  const routes = join(dirname(dirname(servedFile(paths()))), 'services.conf')
  await writeFile(routes, ingressRoutes([], 'macula.local', 'mark').text)
  expect(await open().withdraw()).toBe(false)
  expect(await servedMark(paths())).toBeDefined()
  await writeFile(routes, ingressRoutes([], 'macula.local').text)
  expect(await open().withdraw()).toBe(true)
  expect(await servedMark(paths())).toBeUndefined()
})

test('ended: what is served goes, the authority only when that is asked for', async () => {
  await open().ensure(names)
  await open().withdraw()
  expect(await servedMark(paths())).toBeUndefined()
  expect((await open().seen()).authority).toBeDefined()
  expect(await open().removeAuthority()).toEqual([authorityFile(paths()), authorityCertificate(paths())])
  expect(await open().seen()).toEqual({})
  await open().withdraw()
  expect(await open().removeAuthority()).toEqual([])
})
