/** The members of the family over files, as this machine has them: a folder stands in for its root. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { isPlainSocat, SOCAT_WORD } from '../../../main/model/before/forwarders.ts'
import { mergeKept, readKept, type KeptCompose } from '../../../main/system/migration/compose-kept.ts'
import { upWords } from '../../../main/system/migration/compose-up.ts'
import { forwardersPart } from '../../../main/system/migration/forwarders.ts'
import { hostsPart } from '../../../main/system/migration/hosts.ts'
import { openJournal } from '../../../main/system/migration/journal.ts'
import { readsFile } from '../../../main/system/migration/dnsmasq-readers.ts'
import { namesPart } from '../../../main/system/migration/names.ts'
import { openMachine } from '../../../main/system/setup/machine.ts'
import { planOf } from '../../../main/system/root/plan.ts'
import { shownAt } from '../../../main/system/root/shown.ts'

let below: string
beforeEach(() => {
  below = mkdtempSync(join(tmpdir(), 'macula-before-'))
})
afterEach(() => rmSync(below, { recursive: true, force: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(below, path)), { recursive: true })
  writeFileSync(join(below, path), text)
}

const SYSTEM = '/etc/dnsmasq.d/macula.conf'
const MANAGED = '/etc/NetworkManager/dnsmasq.d/macula.conf'
const SWITCH = '/etc/NetworkManager/conf.d/dnsmasq.conf'
const names = 'address=/grafana.macula.local/127.0.0.4\nserver=/lab/172.20.0.10\n'

describe('names in dnsmasq', () => {
  const part = (entries: readonly Partial<LedgerEntry>[] = [], read = true) =>
    namesPart({
      suffix: 'macula.local',
      below,
      ledger: () => Promise.resolve(entries as LedgerEntry[]),
      isRead: () => Promise.resolve(read),
    })
  const verbs = async (entries?: readonly Partial<LedgerEntry>[]) => {
    const [step] = await part(entries).plan()
    return step?.change?.verbs.map(
      (verb) => `${verb.verb} ${'path' in verb ? verb.path : 'unit' in verb ? verb.unit : ''}`,
    )
  }

  test('of the system’s: the file goes, dnsmasq reads the rest again, the zone’s price is told', async () => {
    put(SYSTEM, names)
    expect(await verbs()).toEqual([`remove ${SYSTEM}`, 'reload dnsmasq'])
    expect((await part().plan())[0]?.price).toContain('.lab are no longer asked from 172.20.0.10')
    expect((await part().detect())[0]?.title).toBe(
      'The dnsmasq of this machine with names under macula.local',
    )
  })

  test('that no dnsmasq reads: nothing is restarted, and nobody is said to answer them now', async () => {
    put(SYSTEM, names)
    const [found] = await part([], false).detect()
    const [step] = await part([], false).plan()
    expect(found?.title).toBe('A file for dnsmasq with names under macula.local')
    expect(found?.costs).toMatch(/^No dnsmasq that reads it runs now\. /)
    expect(step?.change?.verbs.map(({ verb }) => verb)).toEqual(['remove'])
    expect(step?.effects.filter((one) => one.includes('files again'))).toEqual([])
    expect(step?.without).toMatch(/^a dnsmasq that is started later /)
    put(SYSTEM, `${names}listen-address=10.0.0.1\n`)
    expect((await part([], false).detect())[0]?.costs).toMatch(/^No dnsmasq that reads it runs now; /)
  })

  test.each([
    [['/usr/sbin/dnsmasq', '-x', '/run/d.pid', '-7', '/etc/dnsmasq.d,.dpkg-dist,.dpkg-old'], true],
    [['dnsmasq', '--conf-dir=/etc/dnsmasq.d,*.conf'], true],
    [['dnsmasq', '-7', '/etc/dnsmasq.d,*.local'], false],
    [['dnsmasq', '--conf-file=/var/lib/libvirt/dnsmasq/default.conf'], false],
    [['dnsmasq', '--conf-dir=/etc/NetworkManager/dnsmasq.d'], false],
  ])('a dnsmasq started as %j reads it: %s', async (argv, is) => {
    expect(await readsFile(openMachine(below), argv, SYSTEM)).toBe(is)
  })

  test('NetworkManager’s by a link: the link goes before what it leads to, and the switch with them', async () => {
    put(SYSTEM, names)
    put(SWITCH, '[main]\ndns=dnsmasq\n')
    mkdirSync(join(below, dirname(MANAGED)), { recursive: true })
    symlinkSync(SYSTEM, join(below, MANAGED))
    expect(await verbs()).toEqual([
      `remove ${MANAGED}`,
      `remove ${SYSTEM}`,
      `remove ${SWITCH}`,
      'reload NetworkManager',
      'reload dnsmasq',
    ])
    expect((await part().plan())[0]?.effects[0]).toContain(`(a link to ${SYSTEM})`)
    // Root takes away only what was looked at: each with what it held, the link with where it leads.
    const removed = (await part().plan())[0]?.change?.verbs.filter(({ verb }) => verb === 'remove')
    expect(removed?.map((verb) => 'shown' in verb && verb.shown)).toEqual(
      await Promise.all([MANAGED, SYSTEM, SWITCH].map(async (path) => await shownAt(join(below, path)))),
    )
    expect(removed?.map((verb) => 'shown' in verb && verb.shown.startsWith('link-'))).toEqual([
      true,
      false,
      false,
    ])
  })

  test('a link whose file is gone goes as well', async () => {
    mkdirSync(join(below, dirname(MANAGED)), { recursive: true })
    symlinkSync(SYSTEM, join(below, MANAGED))
    expect(await verbs()).toEqual([`remove ${MANAGED}`, 'reload NetworkManager'])
  })

  test.each([
    ['says more', '[main]\ndns=dnsmasq\nrc-manager=file\n', false],
    ['serves another file', '[main]\ndns=dnsmasq\n', true],
  ])('the switch stays where it %s', async (_, text, other) => {
    put(MANAGED, names)
    put(SWITCH, text)
    if (other) put('/etc/NetworkManager/dnsmasq.d/office.conf', 'server=/office/10.0.0.1\n')
    expect(await verbs()).toEqual([`remove ${MANAGED}`, 'reload NetworkManager'])
  })

  test('a file that root wrote for Macula is none of it, nor is one of another’s', async () => {
    put(SYSTEM, names)
    expect(await verbs([{ verb: 'file', target: SYSTEM, state: 'applied' }])).toBeUndefined()
    put(SYSTEM, 'address=/example.org/10.0.0.1\n')
    expect(await verbs()).toBeUndefined()
    expect(await part().detect()).toEqual([])
  })
})

describe('lines of /etc/hosts', () => {
  const part = () =>
    hostsPart({ names: new Map([['grafana.macula.local', '127.0.0.4']]), suffix: 'macula.local', below })

  test('become a plan that root takes, with numbers and texts', async () => {
    put(
      '/etc/hosts',
      '127.0.0.1 localhost\n127.0.0.1 box grafana.macula.local # mine\n127.0.0.1 grafana.macula.local\n',
    )
    const [step] = await part().plan()
    expect(step?.effects).toEqual([
      'line 2: “127.0.0.1 box grafana.macula.local # mine” becomes “127.0.0.1 box # mine”',
      'line 3 goes: “127.0.0.1 grafana.macula.local”',
    ])
    expect(planOf([step!.change!]).text).toContain('lines before-hosts')
    expect(step?.change?.commands.join()).toContain('sudo sed')
  })

  test('with bytes that are no text are left and named; the others go', async () => {
    put('/etc/hosts', '127.0.0.1 grafana.macula.local\n')
    appendFileSync(
      join(below, '/etc/hosts'),
      Buffer.from('127.0.0.1 grafana.macula.local # f\u00FCr uns\n', 'latin1'),
    )
    expect((await part().plan())[0]?.effects).toEqual(['line 1 goes: “127.0.0.1 grafana.macula.local”'])
    expect((await part().detect())[0]?.remains).toContain(
      'Line 2 stays: it has bytes that are not UTF-8 text',
    )
  })

  test('of others are none', async () => {
    put('/etc/hosts', '127.0.0.1 localhost\n10.0.0.1 nas.macula.local\n')
    expect(await part().plan()).toEqual([])
    expect(await part().detect()).toEqual([])
  })
})

describe('forwarders', () => {
  test('what root ends is only what its program would: the same words', () => {
    const program = readFileSync(new URL('../../../assets/root/macula-root', import.meta.url), 'utf8')
    expect(program).toContain(`SOCAT_WORD='${SOCAT_WORD}'`)
  })

  test.each([
    ['socat -d -d TCP-LISTEN:80,bind=127.0.0.2,fork,reuseaddr TCP:127.0.0.1:8080', true],
    ['socat -t 3600 TCP4-LISTEN:80,bind=127.0.0.2 TCP4:127.0.0.1:8080', true],
    ['socat TCP6-LISTEN:80,bind=[::1] TCP6:[::1]:8080', true],
    ['socat -lf /var/log/socat TCP-LISTEN:80,bind=127.0.0.2 TCP:127.0.0.1:8080', false],
    ['socat TCP-LISTEN:80,bind=127.0.0.2 EXEC:/bin/sh', false],
    ['socat TCP-LISTEN:80,bind=127.0.0.2 TCP:host:80,path=/x', false],
  ])('%s: %s', (line, is) => expect(isPlainSocat(line.split(' '))).toBe(is))

  test('the unit is found by its file, and stopped before the file goes', async () => {
    put('/etc/systemd/system/macula-port-forwarding.service', '[Unit]\n')
    const part = forwardersPart({
      uid: 1000,
      below,
      pidFolder: join(below, 'pids'),
      stateHome: join(below, 'state'),
    })
    const step = (await part.plan()).find(({ id }) => id === 'before-unit')
    expect(step?.change?.verbs.map(({ verb }) => verb)).toEqual(['unit-off', 'remove'])
    expect((await part.detect())[0]?.title).toContain('macula-port-forwarding.service')
  })
})

describe('what is kept of a Compose project', () => {
  const container = (name: string, running: boolean) => ({
    id: name,
    name,
    service: name,
    image: 'x',
    imageId: 'i',
    running,
    volumes: [],
    ports: [],
  })
  const kept = (part: Partial<KeptCompose>): KeptCompose => ({
    kind: 'compose',
    project: 'infrastructure',
    folder: join(below, 'infrastructure'),
    files: [],
    environment: [],
    containers: [],
    networks: [],
    guests: [],
    ...part,
  })

  test('what ran is known though it was stopped meanwhile, and what is gone is not forgotten', () => {
    const earlier = kept({ containers: [container('a', true), container('b', true)] })
    const now = kept({ containers: [container('b', false), container('c', true)] })
    const both = mergeKept(earlier, now)
    expect(both.containers.map(({ name, running }) => `${name} ${running}`)).toEqual([
      'a true',
      'b true',
      'c true',
    ])
    expect(readKept(JSON.parse(JSON.stringify(both)))).toEqual(both)
    expect(readKept({ kind: 'cluster' })).toBeUndefined()
  })

  test('their own files bring it up where they are; the kept copies where they are gone', async () => {
    const file = (name: string) => join(below, 'infrastructure', name)
    put('infrastructure/docker-compose.yml', 'services: {}\n')
    const value = kept({
      files: [
        { path: file('docker-compose.yml'), text: 'old' },
        { path: file('lan.yml'), text: 'services: { a: {} }\n' },
        { path: file('never-read.yml'), text: null },
      ],
      environment: [{ path: file('.env'), text: 'A=1\n', named: false }],
    })
    const copies = join(below, 'copies')
    const { args, cwd } = await upWords(value, copies, ['up', '-d'])
    expect(cwd).toBe(value.folder)
    expect(args).toEqual([
      'compose',
      '--project-name',
      'infrastructure',
      '--project-directory',
      value.folder,
      '--file',
      file('docker-compose.yml'),
      '--file',
      join(copies, '2-compose.yml'),
      '--file',
      file('never-read.yml'),
      '--env-file',
      join(copies, '1.env'),
      'up',
      '-d',
    ])
    expect(readFileSync(join(copies, '2-compose.yml'), 'utf8')).toBe('services: { a: {} }\n')
    rmSync(value.folder, { recursive: true })
    expect((await upWords(value, copies, ['up'])).cwd).toBe('/')
  })
})

describe('the journal', () => {
  const step = {
    id: 'a',
    part: 'compose',
    title: 'A',
    brings: 'a',
    at: 5,
    state: 'begun',
    says: '',
    kept: { any: ['thing'] },
    back: ['x'],
  } as const

  test('is read as it was written, and is none after it is closed', async () => {
    const journal = openJournal(below, () => 7)
    expect(await journal.read()).toEqual({ steps: [], data: [] })
    const whole = { since: 5, steps: [step], data: [] }
    await journal.write(whole)
    expect(await openJournal(below, () => 7).read()).toEqual(whole)
    await journal.close()
    expect(await journal.read()).toEqual({ steps: [], data: [] })
    // Twice is fine.
    await journal.close()
  })

  test('damaged it is told by its place, and nothing is taken for not done', async () => {
    put('migration/journal.json', '{"version": 1, "steps": [,]}')
    await expect(openJournal(below, () => 7).read()).rejects.toMatchObject({
      trouble: {
        kind: 'invalid',
        what: expect.stringContaining('journal.json cannot be used. Line 1') as string,
      },
    })
  })
})
