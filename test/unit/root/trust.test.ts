import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuthoritySeen } from '../../../main/model/tls.ts'
import { DAY_MS } from '../../../main/model/tls.ts'
import { planOf } from '../../../main/system/root/plan.ts'
import { STORES } from '../../../main/system/root/stores.ts'
import { openMachine } from '../../../main/system/setup/machine.ts'
import { trust } from '../../../main/system/setup/trust.ts'
import { makeAuthority, makeLeaf } from '../../../main/system/tls/certificate.ts'
import { change, plantTree, results, runRaw, shells, type Tree } from './tree.ts'

// Root's program runs dozens of small programs; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

const now = Date.now()
const dates = { notBefore: now - DAY_MS, notAfter: now + 10 * DAY_MS }
let certificate = ''
let other = ''
let tree: Tree

const authority = (pem: string): AuthoritySeen => ({
  fingerprint: '',
  ...dates,
  subject: 'x',
  certificate: pem,
  domains: ['macula.local'],
  file: '/data/ca.pem',
})

beforeAll(async () => {
  certificate = (await makeAuthority(['macula.local', 'lab'], dates)).certificate
  other = (await makeAuthority(['other.local'], dates)).certificate
})
beforeEach(() => {
  tree = plantTree()
  mkdirSync(tree.at('/usr/bin'), { recursive: true })
})
afterEach(() => tree.remove())

/** A machine of a distribution, whose program writes down what it is called with and what it finds. */
function machineOf({ above, folder, file, tool }: (typeof STORES)[number]) {
  mkdirSync(tree.at(join(above, folder)), { recursive: true, mode: 0o755 })
  const script = `#!/bin/sh\n{ echo ${tool} "$@"; ls ${tree.root}${file} 2>/dev/null || echo gone; } >>${tree.root}/calls\n`
  writeFileSync(tree.at(`/usr/bin/${tool}`), script, { mode: 0o755 })
  return trust(
    {
      ...openMachine(tree.root),
      platform: 'linux',
      tool: (name) => Promise.resolve(name === tool ? name : undefined),
    },
    () => Promise.resolve(authority(certificate)),
  )
}
const calls = (): readonly string[] => (tree.has('/calls') ? tree.read('/calls').trimEnd().split('\n') : [])

describe.each(STORES.map((store) => [store.title, store] as const))('on %s', (_, store) => {
  it('the authority is put where the machine keeps them, its store made anew, and both again by undo', async () => {
    const step = machineOf(store)
    // Java's store is none of ours.
    const words = store.tool === 'update-ca-certificates' ? '--hooksdir /nonexistent' : ''
    const before = tree.picture()
    const plan = await step.plan()
    expect(plan).toMatchObject({ inPlace: false, says: expect.stringMatching(/refuse/) as string })
    if (!plan) throw new Error('no plan')
    expect(plan.change.commands.join('\n')).toContain(`sudo ${store.tool}`)
    expect(results(await tree.apply(plan.change))).toEqual([`${store.file} done`, `${store.tool} done`])
    expect(tree.read(store.file)).toBe(certificate)
    expect(calls()).toEqual([`${store.tool} ${words}`.trim(), tree.at(store.file)])
    expect((await step.plan())?.inPlace).toBe(true)
    expect(results(await tree.apply(plan.change))).toEqual([
      `${store.file} unchanged`,
      `${store.tool} unchanged`,
    ])
    expect(results(await tree.undo())).toEqual([`${store.file} done`, `${store.tool} done`])
    expect(calls().slice(2)).toEqual([`${store.tool} ${words}`.trim(), 'gone'])
    rmSync(tree.at('/calls'))
    expect(tree.picture()).toEqual(before)
  })
})

it('a program of that name that knows fewer words is asked in fewer; one that fails is told', async () => {
  const [debian] = STORES
  const step = machineOf(debian)
  const plan = await step.plan()
  if (!plan) throw new Error('no plan')
  const script = (last: string): void =>
    writeFileSync(
      tree.at(`/usr/bin/${debian.tool}`),
      `#!/bin/sh\necho called "$@" >>${tree.root}/calls\ncase "$*" in *hooksdir*) exit 1 ;; esac\n${last}\n`,
      { mode: 0o755 },
    )
  script('exit 1')
  const failed = await tree.apply(plan.change)
  expect(failed.kind).toBe('failed')
  expect(results(failed)).toEqual([`${debian.file} done`, `${debian.tool} failed`])
  script('exit 0')
  // What was not made is owed until it is.
  expect(results(await tree.apply(plan.change))).toEqual([`${debian.file} unchanged`, `${debian.tool} done`])
  expect(calls().slice(-2)).toEqual(['called --hooksdir /nonexistent', 'called'])
  // A link of ours is taken away only by one that begins afresh.
  mkdirSync(tree.at('/etc/ssl/certs'), { recursive: true })
  symlinkSync(
    '/usr/local/share/ca-certificates/macula-desktop.crt',
    tree.at('/etc/ssl/certs/macula-desktop.pem'),
  )
  await tree.undo()
  expect(calls().slice(-2)).toEqual(['called --fresh --hooksdir /nonexistent', 'called --fresh'])
})

describe('the step', () => {
  it('is not there without an authority, on another system, and where no store is known', async () => {
    const debian = STORES[0]
    machineOf(debian)
    const linux = { ...openMachine(tree.root), platform: 'linux' as const, tool: () => Promise.resolve('x') }
    const ours = () => Promise.resolve(authority(certificate))
    expect(await trust(linux, () => Promise.resolve(undefined)).plan()).toBeUndefined()
    expect(await trust({ ...linux, platform: 'darwin' }, ours).plan()).toBeUndefined()
    expect(await trust({ ...linux, tool: () => Promise.resolve(undefined) }, ours).plan()).toBeUndefined()
    expect(await trust(linux, ours).plan()).toBeDefined()
    rmSync(tree.at('/usr/local'), { recursive: true })
    expect(await trust(linux, ours).plan()).toBeUndefined()
  })

  it('says when another authority is there, and replaces it', async () => {
    const [debian] = STORES
    const step = machineOf(debian)
    await tree.apply(change('trust', { verb: 'file', path: debian.file, mode: 0o644, content: other }))
    const plan = await step.plan()
    expect(plan).toMatchObject({ inPlace: false, says: expect.stringMatching(/another authority/) as string })
    await tree.apply(plan?.change ?? change('x'))
    expect(tree.read(debian.file)).toBe(certificate)
    await tree.undo()
    expect(tree.has(debian.file)).toBe(false)
  })
})

describe('root refuses', () => {
  const [debian] = STORES
  const tried = (content: string, shell: readonly string[] = ['dash']) => {
    machineOf(debian)
    const plan = planOf([change('trust', { verb: 'file', path: debian.file, mode: 0o644, content })])
    return runRaw(tree, { plan }, { shell })
  }
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' })
  /** A certificate of an authority with these extensions. */
  function made(extensions: string): string {
    const file = tree.at('/made')
    writeFileSync(
      `${file}.cnf`,
      `[req]\ndistinguished_name=dn\nx509_extensions=v3\n[dn]\n[v3]\n${extensions}\n`,
    )
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-config',
      `${file}.cnf`,
      '-subj',
      '/O=x',
      '-keyout',
      `${file}.key`,
      '-out',
      file,
      '-days',
      '2',
    )
    return readFileSync(file, 'utf8')
  }
  const ca = 'basicConstraints=critical,CA:TRUE,pathlen:0\n'
  const none = 'excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0'

  it.each(shells)('nothing of an authority with bounds, under %s', (...shell) => {
    expect(tried(certificate, shell).stdout).toContain('end\tok')
  })

  it.each<[string, string]>([
    ['an authority without bounds', ca],
    ['bounds that are not critical', `${ca}nameConstraints=permitted;DNS:macula.local,${none}`],
    ['a top-level domain in use', `${ca}nameConstraints=critical,permitted;DNS:com,${none}`],
    [
      'a domain of a country',
      `${ca}nameConstraints=critical,permitted;DNS:macula.local,permitted;DNS:de,${none}`,
    ],
    ['what is below a top-level domain in use', `${ca}nameConstraints=critical,permitted;DNS:.com,${none}`],
    ['only excluded addresses', `${ca}nameConstraints=critical,${none}`],
    [
      'an address',
      `${ca}nameConstraints=critical,permitted;DNS:macula.local,permitted;IP:10.0.0.0/255.0.0.0`,
    ],
    ['no word of addresses', `${ca}nameConstraints=critical,permitted;DNS:macula.local`],
    [
      'bounds that only a comment of it has',
      `${ca}nsComment=x\\nX509v3 Name Constraints: critical\\n    Permitted:\\n      DNS:macula.local\\n    Excluded:\\n      IP:0.0.0.0/0.0.0.0\\n      IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0`,
    ],
    [
      'other names than of hosts',
      `${ca}nameConstraints=critical,permitted;DNS:macula.local,permitted;dirName:d,${none}\n[d]\nO=x`,
    ],
    [
      'authorities below it',
      `basicConstraints=critical,CA:TRUE\nnameConstraints=critical,permitted;DNS:macula.local,${none}`,
    ],
  ])('%s', (_, extensions) => {
    const run = tried(made(extensions))
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/can vouch for names of its own suffix only/)
    expect(tree.has(debian.file)).toBe(false)
  })

  it('a certificate that is no authority, two of them, half a one, and other lines', async () => {
    const pair = await makeAuthority(['macula.local'], dates)
    const leaf = (await makeLeaf(pair, ['a.macula.local'], dates)).certificate
    for (const content of [
      leaf,
      certificate + other,
      certificate.replace(/\n[^\n]+\n-----END/, '\n-----END'),
      `# ours\n${certificate}`,
      certificate.replace('-----END CERTIFICATE-----\n', ''),
    ]) {
      expect(tried(content).code).toBe(2)
      expect(tree.has(debian.file)).toBe(false)
    }
  })

  it('another file beside it, and another program', () => {
    const file = { verb: 'file', mode: 0o644, content: certificate } as const
    for (const verb of [
      { ...file, path: '/usr/local/share/ca-certificates/other.crt' },
      { ...file, path: '/etc/ssl/certs/ca-certificates.crt' },
      { verb: 'reload', unit: 'update-ca-anything' } as const,
    ])
      expect(() => planOf([change('trust', verb)])).toThrow(/Root does not/)
  })
})
