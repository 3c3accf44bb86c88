import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Plan } from '../../../main/system/root/plan.ts'
import {
  all,
  applyAll,
  KERNEL,
  LEDGER,
  lowPorts,
  plantTree,
  program,
  RESOLVED,
  runRaw,
  shells,
} from './tree.ts'
import { SYSCTL, type Tree } from './tree.ts'

let tree: Tree
beforeEach(() => {
  tree = plantTree()
})
afterEach(() => {
  tree.remove()
  rmSync(`${tree.root}.plan`, { force: true })
})

function sealed(text: string): Plan {
  return { text, sha256: createHash('sha256').update(text).digest('hex') }
}
const b64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')
const good = applyAll.text.split('\n').slice(1, -1)

describe('fault 9: a plan that is not the one that was shown', () => {
  const file = (): string => `${tree.root}.plan`
  const cases: readonly (readonly [string, () => string | undefined])[] = [
    ['swapped', () => writeFileSync(file(), applyAll.text.replace('80', '53')) as undefined],
    ['truncated', () => writeFileSync(file(), applyAll.text.slice(0, -20)) as undefined],
    ['cut at a line', () => writeFileSync(file(), applyAll.text.replace(/reload.*\n/, '')) as undefined],
    ['without its last newline', () => writeFileSync(file(), applyAll.text.slice(0, -1)) as undefined],
    ['extended', () => writeFileSync(file(), `${applyAll.text}undo all\n`) as undefined],
    ['extended by an empty line', () => writeFileSync(file(), `${applyAll.text}\n`) as undefined],
    ['with a NUL in it', () => writeFileSync(file(), applyAll.text.replace(' ', '\0 ')) as undefined],
    ['missing', () => undefined],
    ['a folder', () => mkdirSync(file()) as undefined],
    ['a named pipe', () => void spawnSync('mkfifo', [file()])],
    [
      'a link to the very same bytes',
      () => {
        writeFileSync(`${file()}-2`, applyAll.text)
        symlinkSync(`${file()}-2`, file())
        return undefined
      },
    ],
    ['given by a relative path', () => 'plan'],
  ]
  it.each(cases)('%s: refused, nothing changed', (_, prepare) => {
    const before = tree.picture()
    const other = prepare()
    const run = runRaw(tree, { plan: applyAll, file: other ?? file() })
    expect(run.stdout).toMatch(/^hello\t1\nend\trefused\t[^\n]+\n$/)
    expect(run.code).toBe(2)
    expect(tree.picture()).toEqual(before)
    expect(tree.has(LEDGER)).toBe(false)
    rmSync(file(), { recursive: true, force: true })
    rmSync(`${file()}-2`, { force: true })
  })

  it('a part of the program does nothing, wherever it is cut', () => {
    const before = tree.picture()
    for (const part of [0.1, 0.5, 0.9, 0.999])
      runRaw(tree, { plan: applyAll }, { text: program.slice(0, Math.floor((program.length - 30) * part)) })
    expect(tree.picture()).toEqual(before)
  })
})

describe('fault 10: what is not on the list', () => {
  const T = b64('Title')
  const lines: Readonly<Record<string, string>> = {
    'an unknown verb': `exec x ${T} /bin/sh`,
    'a path outside': `file x ${T} /etc/passwd 644 ${b64('# x\n')}`,
    'a path with ..': `file x ${T} /etc/sysctl.d/../cron.d/60-macula.conf 644 ${b64('# x\n')}`,
    'a relative path': `file x ${T} etc/sysctl.d/60-macula.conf 644 ${b64('# x\n')}`,
    'a resolver file that climbs': `file x ${T} /etc/resolver/../cron.d/x.y 644 ${b64('# x\n')}`,
    'a resolver file in a folder': `file x ${T} /etc/resolver/a.b/c.d 644 ${b64('# x\n')}`,
    'a resolver file for a whole top domain': `file x ${T} /etc/resolver/local 644 ${b64('# x\n')}`,
    'a mode for everybody': `file x ${T} ${SYSCTL} 666 ${b64('# x\n')}`,
    'a set-uid mode': `file x ${T} ${SYSCTL} 4755 ${b64('# x\n')}`,
    'a block elsewhere': `block x ${T} /etc/passwd ${b64('127.0.0.2 a.b\n')}`,
    'another kernel key': `sysctl x ${T} kernel.core_pattern 80`,
    'a kernel value with more': `sysctl x ${T} net.ipv4.ip_unprivileged_port_start 80;id`,
    'a kernel value of 0': `sysctl x ${T} net.ipv4.ip_unprivileged_port_start 0`,
    'a kernel value of 1025': `sysctl x ${T} net.ipv4.ip_unprivileged_port_start 1025`,
    'a kernel value of 080': `sysctl x ${T} net.ipv4.ip_unprivileged_port_start 080`,
    'another unit': `reload x ${T} sshd`,
    'another package': `packages x ${T} socat,netcat-traditional`,
    'a package that is an option': `packages x ${T} -oDebug=1`,
    'too few words': `file x ${T} ${SYSCTL} 644`,
    'authorities made again': `reload x ${T} update-ca-certificates again`,
    'too many words': `reload x ${T} systemd-resolved now`,
    'a change without name': `reload ../x ${T} systemd-resolved`,
    'a title that is not base64': `reload x $(id) systemd-resolved`,
    'another key in the kernel file': `file x ${T} ${SYSCTL} 644 ${b64('kernel.core_pattern = |/tmp/x\n')}`,
    'a name server elsewhere': `file x ${T} ${RESOLVED} 644 ${b64('[Resolve]\nDNS=8.8.8.8\n')}`,
    'a whole top domain': `file x ${T} ${RESOLVED} 644 ${b64('[Resolve]\nDomains=~local\n')}`,
    'a file that nothing writes any more': `file x ${T} /etc/dnsmasq.d/macula.conf 644 ${b64('# x\n')}`,
    'a resolver file of a Mac': `file x ${T} /etc/resolver/macula.local 644 ${b64('# x\n')}`,
    'a unit that nothing reloads': `reload x ${T} sshd`,
    'a file that is not of the old set-up': `remove x ${T} /etc/passwd`,
    'our own file to be removed': `remove x ${T} /etc/dnsmasq.d/macula-desktop.conf`,
    'a file to remove that climbs': `remove x ${T} /etc/dnsmasq.d/../passwd`,
    'a removal with more words': `remove x ${T} /etc/dnsmasq.d/macula.conf 644`,
    'lines of another file': `lines x ${T} /etc/passwd 1:${b64('a b.c')}:`,
    'lines in disorder': `lines x ${T} /etc/hosts 2:${b64('127.0.0.1 a.b')}:,1:${b64('127.0.0.1 a.b')}:`,
    'a line twice': `lines x ${T} /etc/hosts 2:${b64('127.0.0.1 a.b')}:,2:${b64('127.0.0.1 a.b')}:`,
    'a line with number 0': `lines x ${T} /etc/hosts 0:${b64('127.0.0.1 a.b')}:`,
    'no lines': `lines x ${T} /etc/hosts ,`,
    'a line that is two': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b\n127.0.0.1 c.d')}:`,
    'a line with a NUL': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b\0')}:`,
    'a line that is a comment': `lines x ${T} /etc/hosts 1:${b64('# 127.0.0.1 a.b')}:`,
    'a line with localhost': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 localhost a.b')}:`,
    'a name that is added': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b c.d')}:${b64('127.0.0.1 a.b x.y')}`,
    'a name that is only added': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b')}:${b64('127.0.0.1 a.b x.y')}`,
    'another address that stays': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b c.d')}:${b64('10.0.0.1 c.d')}`,
    'a comment that becomes a name': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b # bank.example')}:${b64('127.0.0.1 bank.example')}`,
    'a comment that is changed': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b c.d # x')}:${b64('127.0.0.1 c.d # y')}`,
    'an address that stays alone': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b')}:${b64('127.0.0.1')}`,
    'a line of which all stays': `lines x ${T} /etc/hosts 1:${b64('127.0.0.1 a.b')}:${b64('127.0.0.1 a.b')}`,
    'a package that is no engine': `install x ${T} docker.io,vim`,
    'an engine by another way in': `install x ${T} socat`,
    'another unit to start': `start x ${T} ssh.service`,
    'another unit to enable': `enable x ${T} podman.socket`,
    'another group': `group x ${T} sudo`,
    'a group for somebody else': `group x ${T} docker eve`,
    'a unit to stop without its port': `stop x ${T} nginx.service`,
    'a unit to stop that is a way': `stop x ${T} ../nginx.service 80`,
    'a unit to stop that is an option': `stop x ${T} --force.service 80`,
    'a unit that the machine needs': `stop x ${T} systemd-logind.service 80`,
    'the door of the machine': `stop x ${T} ssh.service 22`,
    'Docker itself': `stop x ${T} docker.service 80`,
    'a socket to stop': `stop x ${T} nginx.socket 80`,
    'a port that is none': `stop x ${T} nginx.service 0`,
    'a port with more': `stop x ${T} nginx.service 80;id`,
    'another unit to stop': `unit-off x ${T} ssh.service`,
    'a unit without its kind': `unit-off x ${T} dnsmasq`,
    'the first process': `end x ${T} 1 1 ${b64('socat\0')}`,
    'a process that is a word': `end x ${T} self 1 ${b64('socat\0')}`,
    'a process without a start': `end x ${T} 4711 0 ${b64('socat\0')}`,
    'another program': `end x ${T} 4711 1 ${b64('sshd\0-D\0')}`,
    'a program that only ends like socat': `end x ${T} 4711 1 ${b64('xsocat\0')}`,
    'words without their end': `end x ${T} 4711 1 ${b64('socat\0TCP:a:1')}`,
    'a word with a line in it': `end x ${T} 4711 1 ${b64('socat\0TCP:a:1\nTCP:a:1\0')}`,
    'a socat that runs a program': `end x ${T} 4711 1 ${b64('socat\0TCP-LISTEN:1\0EXEC:id\0')}`,
    'a socat that opens a file': `end x ${T} 4711 1 ${b64('socat\0TCP-LISTEN:1\0/etc/shadow\0')}`,
    'a delegate that answers for all': `file x ${T} /etc/systemd/dns-delegate.d/macula-desktop.dns-delegate 644 ${b64('[Delegate]\nDomains=~.\n')}`,
    'a delegate by default': `file x ${T} /etc/systemd/dns-delegate.d/macula-desktop.dns-delegate 644 ${b64('[Delegate]\nDefaultRoute=yes\n')}`,
    'a delegate for a top-level domain in use': `file x ${T} /etc/systemd/dns-delegate.d/macula-desktop.dns-delegate 644 ${b64('[Delegate]\nDomains=~a.b ~com\n')}`,
    'a delegate for a country': `file x ${T} ${RESOLVED} 644 ${b64('[Resolve]\nDomains=~de\n')}`,
    'a dnsmasq for a top-level domain in use': `file x ${T} /etc/dnsmasq.d/macula-desktop.conf 644 ${b64('server=/a.b/local/127.0.0.1#5354\n')}`,
    'a dnsmasq for every name': `file x ${T} /etc/dnsmasq.d/macula-desktop.conf 644 ${b64('server=/#/127.0.0.1#5354\n')}`,
    'a dnsmasq that runs a program': `file x ${T} /etc/dnsmasq.d/macula-desktop.conf 644 ${b64('dhcp-script=/bin/sh\n')}`,
    'a dnsmasq that asks elsewhere': `file x ${T} /etc/dnsmasq.d/macula-desktop.conf 644 ${b64('server=/a.b/10.0.0.1#53\n')}`,
    'a dnsmasq that asks for all': `file x ${T} /etc/dnsmasq.d/macula-desktop.conf 644 ${b64('server=127.0.0.1#5354\n')}`,
    'a dnsmasq for a domain that is an address': `file x ${T} /etc/NetworkManager/dnsmasq.d/macula-desktop.conf 644 ${b64('server=/1.2/127.0.0.1#5354\n')}`,
    'a package that nothing installs': `packages x ${T} docker.io`,
    'a mode that nothing uses': `file x ${T} ${SYSCTL} 600 ${b64('# x\n')}`,
    'an address whose bytes are too large': `block x ${T} /etc/hosts ${b64('127.0.0.999 a.b\n')}`,
    'an address whose byte is 256': `block x ${T} /etc/hosts ${b64('127.256.0.1 a.b\n')}`,
    'the address of a network': `block x ${T} /etc/hosts ${b64('127.0.0.0 a.b\n')}`,
    'the address of everybody': `block x ${T} /etc/hosts ${b64('127.0.0.255 a.b\n')}`,
    'a byte with a zero before it': `block x ${T} /etc/hosts ${b64('127.0.0.01 a.b\n')}`,
    'a name of 300 characters': `block x ${T} /etc/hosts ${b64(`127.0.0.2 ${'abcdefghi.'.repeat(30)}b\n`)}`,
    'a name that is an address': `block x ${T} /etc/hosts ${b64('127.0.0.2 10.0.0.1\n')}`,
    'a second name that is an address': `block x ${T} /etc/hosts ${b64('127.0.0.2 a.b 10.0.0.1\n')}`,
    'a domain that is a number': `file x ${T} ${RESOLVED} 644 ${b64('[Resolve]\nDomains=~1.2\n')}`,
    'a port above 65535': `file x ${T} ${RESOLVED} 644 ${b64('[Resolve]\nDNS=127.0.0.1:65536\n')}`,
    'a port of 99999': `file x ${T} ${RESOLVED} 644 ${b64('[Resolve]\nDNS=127.0.0.1:99999\n')}`,
    'an address outside loopback': `block x ${T} /etc/hosts ${b64('10.0.0.1 bank.example\n')}`,
    'markers in a block': `block x ${T} /etc/hosts ${b64('# END macula-desktop\n')}`,
    'content with a NUL': `block x ${T} /etc/hosts ${b64(Buffer.from('127.0.0.2 a.b\0\n'))}`,
    'content without final newline': `block x ${T} /etc/hosts ${b64('127.0.0.2 a.b')}`,
    'content with two final newlines': `block x ${T} /etc/hosts ${b64('127.0.0.2 a.b\n\n')}`,
    'content that is not base64': `block x ${T} /etc/hosts A`,
    'content with a shell in it': `block x ${T} /etc/hosts $(id)`,
    'no content': `block x ${T} /etc/hosts =`,
    'an undo of nothing': 'undo 99',
    'an undo with a path': 'undo ../1',
    'an undo with another flag': 'undo all now',
    'an empty line': `\nreload x ${T} systemd-resolved`,
  }
  it.each(Object.entries(lines))('%s: the whole plan is refused before its first step', (_, line) => {
    const before = tree.picture()
    const run = runRaw(tree, { plan: sealed(`macula-plan 1\n${good.join('\n')}\n${line}\n`) })
    expect(run.stdout).toMatch(/^hello\t1\nend\trefused\t[^\n]+\n$/)
    expect(tree.picture()).toEqual(before)
    expect(tree.has(LEDGER)).toBe(false)
  })

  it.each([
    '',
    'macula-plan 1\n',
    'macula-plan 2\n',
    '\n',
    `x\n${good[0]}\n`,
    `macula-plan 1 \n${good[0]}\n`,
  ])('a plan that begins %j is refused', (text) => {
    const run = runRaw(tree, { plan: sealed(text) })
    expect(run.stdout).toContain('end\trefused\t')
  })

  // Words are checked by the same programs everywhere; a part of the list shows that the shells agree.
  const sample = Object.values(lines).filter((_, at) => at % 4 === 0)
  const others = shells.filter(([name]) => name !== 'dash')
  it.each(others.map((shell) => [shell.join(' '), shell] as const))('the same under %s', (_, shell) => {
    for (const line of sample) {
      const run = runRaw(tree, { plan: sealed(`macula-plan 1\n${good[0]}\n${line}\n`) }, { shell })
      expect(run.stdout, line).toMatch(/^hello\t1\nend\trefused\t[^\n]+\n$/)
    }
    expect(tree.has(LEDGER)).toBe(false)
  })

  const places: readonly (readonly [string, () => void])[] = [
    ['the file is a link', () => symlinkSync('/etc/hostname', tree.at(SYSCTL))],
    ['the file is a folder', () => mkdirSync(tree.at(SYSCTL))],
    [
      'the file has a second name',
      () => {
        tree.write('/etc/other', 'x')
        linkSync(tree.at('/etc/other'), tree.at(SYSCTL))
      },
    ],
    [
      'its folder is a link',
      () => {
        renameSync(tree.at('/etc/sysctl.d'), tree.at('/etc/elsewhere'))
        symlinkSync('elsewhere', tree.at('/etc/sysctl.d'))
      },
    ],
    ['its folder may be written by others', () => chmodSync(tree.at('/etc/sysctl.d'), 0o757)],
    ['its folder may be written by a group', () => chmodSync(tree.at('/etc/sysctl.d'), 0o775)],
    ['a folder above may be written by others', () => chmodSync(tree.at('/etc'), 0o777)],
    ['the folder of the ledger is a link', () => symlinkSync('/tmp', tree.at(LEDGER))],
    ['the folder above the ledger may be written by others', () => chmodSync(tree.at('/var/lib'), 0o1777)],
    ['the folder of the machine may be written by others', () => chmodSync(tree.root, 0o777)],
  ]
  it.each(places)('%s: refused', (_, prepare) => {
    prepare()
    const before = tree.picture()
    const run = runRaw(tree, { plan: applyAll })
    expect(run.stdout).toMatch(/^hello\t1\nend\trefused\t[^\n]+\n$/)
    expect(tree.picture()).toEqual(before)
  })

  it.skipIf(process.getuid?.() !== 0)('a folder of another user on the way: refused', () => {
    chownSync(tree.at('/etc/sysctl.d'), 65_534, 65_534)
    const run = runRaw(tree, { plan: applyAll })
    expect(run.stdout).toContain('does not belong to root')
  })

  it('a test folder that is /, relative or a link is refused', () => {
    const link = `${tree.root}.link`
    symlinkSync(tree.root, link)
    for (const root of ['/', '//', '/.', '.', 'tmp', link, `${tree.root}/../..`, ''])
      expect(runRaw({ ...tree, root }, { plan: applyAll, file: '/nowhere' }).stdout, root).toContain(
        'end\trefused\t--root',
      )
    rmSync(link)
  })
})

describe('fault 12: a hostile environment', () => {
  it.each(shells.map((shell) => [shell.join(' '), shell] as const))('has no effect under %s', (_, shell) => {
    const trap = tree.at('/trap')
    mkdirSync(trap)
    for (const name of ['cat', 'mv', 'sync', 'sha256sum', 'stat', 'grep', 'awk', 'head', 'chmod', 'id', 'rm'])
      writeFileSync(`${trap}/${name}`, `#!/bin/sh\necho ${name} >>${trap}/caught\n`, { mode: 0o755 })
    writeFileSync(`${trap}/rc`, `echo rc >>${trap}/caught\n`)
    const env = {
      PATH: `${trap}:/usr/bin:/bin`,
      IFS: '/e',
      ENV: `${trap}/rc`,
      TMPDIR: trap,
      CDPATH: trap,
      LC_ALL: 'tr_TR.UTF-8',
      GREP_OPTIONS: '-v',
      POSIXLY_CORRECT: '1',
      NODE_OPTIONS: `--require ${trap}/rc`,
      ELECTRON_RUN_AS_NODE: '1',
      MACULA_ROOT: '/elsewhere',
    }
    const umask = process.umask(0)
    try {
      const [name, ...rest] = shell
      const run = runRaw(tree, { plan: applyAll }, { shell: [`/usr/bin/${name}`, ...rest], env })
      expect(run.stdout).toContain('end\tok')
    } finally {
      process.umask(umask)
    }
    expect(tree.has('/trap/caught')).toBe(false)
    expect(tree.read(KERNEL)).toBe('80\n')
    expect(tree.picture().find((line) => line.startsWith(`${SYSCTL} `))).toContain(' 100644 ')
    expect(tree.picture().find((line) => line.startsWith('/etc/systemd/resolved.conf.d '))).toContain(
      ' 40755 ',
    )
  })

  it('is not handed on by us: not even what a shell or loader reads before the program', async () => {
    const rc = tree.at('/rc')
    writeFileSync(rc, `echo rc >>${tree.root}/caught\n`)
    const env = { ...process.env, BASH_ENV: rc, ENV: rc, LD_PRELOAD: rc, 'BASH_FUNC_cat%%': `() { echo x; }` }
    const other = plantTree({ env, shell: ['bash'] })
    expect((await other.apply(...all)).kind).toBe('done')
    other.remove()
    expect(tree.has('/caught')).toBe(false)
  })
})

it('a second run at the same time is refused, and the lock dies with its holder', async () => {
  await tree.apply(lowPorts)
  const holder = await holdLock()
  const outcome = await tree.undo()
  expect(outcome).toMatchObject({ kind: 'failed', says: expect.stringContaining('another set-up') })
  holder.kill('SIGKILL')
  holder.stdin.end()
  await once(holder, 'close')
  expect((await tree.undo()).kind).toBe('done')
})

it('what a killed run had asked of the disk is waited for: its lock goes a moment later', async () => {
  await tree.apply(lowPorts)
  const holder = await holdLock()
  const outcome = tree.undo()
  setTimeout(() => holder.stdin.end(), 700)
  expect((await outcome).kind).toBe('done')
})

/** Holds the lock of root's program until its input ends. */
async function holdLock(): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const holder = spawn('flock', [tree.at(`${LEDGER}/lock`), 'sh', '-c', 'echo held; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  return holder
}
