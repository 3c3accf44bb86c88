import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { commandsOf } from '../../../main/system/root/commands.ts'
import { change, hosts, plantTree, RESOLVED, resolved, type Tree } from './tree.ts'

describe('the commands for people who type them', () => {
  let tree: Tree
  afterEach(() => tree.remove())

  it('do what root does, also twice', async () => {
    tree = plantTree()
    await tree.apply(hosts, resolved)
    const [block, file] = [tree.read('/etc/hosts'), tree.read(RESOLVED)]
    tree.remove()
    tree = plantTree()
    tree.write('/etc/hosts', `${tree.read('/etc/hosts')}\n`)
    const verbs = [...hosts.verbs, ...resolved.verbs.filter((verb) => verb.verb === 'file')]
    const typed = commandsOf(verbs)
      .join('\n')
      .replaceAll('sudo ', '')
      .replaceAll('/etc/', `${tree.root}/etc/`)
    for (let times = 0; times < 2; times++)
      expect(spawnSync('sh', ['-e'], { input: typed, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      })
    expect([tree.read('/etc/hosts'), tree.read(RESOLVED)]).toEqual([block, file])
  })

  it('fault 1: content is never expanded and cannot end its here-document', () => {
    tree = plantTree()
    const content = '$(touch /tmp/x) `id` \\\n$HOME\nMACULA\nMACULA_\n'
    const commands = commandsOf([{ verb: 'file', path: RESOLVED, mode: 0o644, content }])
    expect(commands[1]).toContain("<<'MACULA__'\n")
    const typed = commands.join('\n').replaceAll('sudo ', '').replaceAll('/etc/', `${tree.root}/etc/`)
    spawnSync('sh', ['-e'], { input: typed })
    expect(tree.read(RESOLVED)).toBe(content)
  })

  it('reads well', () => {
    tree = plantTree()
    expect(
      commandsOf(
        [
          { verb: 'sysctl', key: 'net.ipv4.ip_unprivileged_port_start', value: '80' },
          { verb: 'reload', unit: 'systemd-resolved' },
          { verb: 'packages', names: ['dnsmasq', 'socat'] },
          { verb: 'reload', unit: 'dnsmasq' },
          { verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) },
          { verb: 'unit-off', unit: 'dnsmasq.service' },
          { verb: 'end', pid: 4711, started: 1, argv: ['socat', 'TCP4-LISTEN:80', 'TCP4:127.0.0.1:8080'] },
        ],
        'dnf',
      ),
    ).toEqual([
      'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80',
      'sudo systemctl reload-or-restart systemd-resolved',
      'sudo dnf install dnsmasq socat',
      'sudo systemctl restart dnsmasq',
      'sudo mv /etc/dnsmasq.d/macula.conf /root/etc-dnsmasq.d-macula.conf.before-macula',
      'sudo systemctl disable --now dnsmasq.service',
      'sudo kill 4711',
    ])
  })

  it('take lines out as root does', async () => {
    tree = plantTree()
    const text = "127.0.0.1 a.b nas # it's \\\\ $HOME `id`"
    const hosts = `127.0.0.1 localhost\n127.0.0.1 c.d\n${text}\n 10.0.0.1 a.b nas\n`
    const verb = {
      verb: 'lines',
      path: '/etc/hosts',
      lines: [
        { line: 2, text: '127.0.0.1 c.d', stays: '' },
        { line: 3, text, stays: text.replace(' a.b', '') },
        { line: 4, text: ' 10.0.0.1 a.b nas', stays: ' 10.0.0.1 nas' },
      ],
    } as const
    tree.write('/etc/hosts', hosts)
    await tree.apply({ ...change('x', verb), title: 'x' })
    const byRoot = tree.read('/etc/hosts')
    expect(byRoot).toBe(`127.0.0.1 localhost\n${text.replace(' a.b', '')}\n 10.0.0.1 nas\n`)
    tree.write('/etc/hosts', hosts)
    const typed = commandsOf([verb])
      .join('\n')
      .replaceAll('sudo ', '')
      .replaceAll('/etc/', `${tree.root}/etc/`)
    expect(spawnSync('sh', ['-e'], { input: typed, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(tree.read('/etc/hosts')).toBe(byRoot)
  })
})

it.each([
  ['\t127.0.0.1\tbox\tA.b  c.d # mine\r', '\t127.0.0.1\tbox # mine\r', '\t127.0.0.1\tbox # mine\r'],
  ['127.0.0.1 b\u00FCro a.b a.b.c', '127.0.0.1 b\u00FCro a.b.c', '127.0.0.1 b\u00FCro a.b.c'],
  ['127.0.0.1 \u00FC a.b # a.b', '127.0.0.1 \u00FC # a.b', '127.0.0.1 \u00FC # a.b'],
  ['127.0.0.1 a.b \u00FC a.b', '127.0.0.1 \u00FC', '127.0.0.1 \u00FC'],
])('a line that a terminal does not show exactly is cut, not written: %j', (text, stays, after) => {
  const verb = { verb: 'lines', path: '/etc/hosts', lines: [{ line: 1, text, stays }] } as const
  const [command = ''] = commandsOf([verb])
  expect(command).toMatch(/^[ -~\n]*$/)
  const folder = mkdtempSync(join(tmpdir(), 'macula-print-'))
  const file = join(folder, 'hosts')
  writeFileSync(file, `${text}\n`)
  const script = command.replaceAll('/etc/hosts', file).replaceAll('sudo ', '')
  expect(spawnSync('sh', ['-c', script])).toMatchObject({ status: 0 })
  expect(readFileSync(file, 'utf8')).toBe(`${after}\n`)
  rmSync(folder, { recursive: true })
})

describe('the commands that setup --print shows, typed in', () => {
  const verbs = [{ verb: 'block', path: '/etc/hosts', content: '127.0.0.4 grafana.macula.local\n' }] as const
  it.each(['', '127.0.0.1 localhost\n', '127.0.0.1 localhost', 'a\0', 'a\r\n'])(
    'a hosts file of %j gets the block as lines of its own, twice in a row too',
    (content) => {
      const folder = mkdtempSync(join(tmpdir(), 'macula-print-'))
      const file = join(folder, 'hosts')
      writeFileSync(file, content)
      const script = commandsOf(verbs).join('\n').replaceAll('/etc/hosts', file).replaceAll('sudo ', '')
      for (const shell of ['sh', 'bash', 'sh']) expect(spawnSync(shell, ['-c', script]).status).toBe(0)
      const end = content === '' || content.endsWith('\n') ? content : `${content}\n`
      expect(readFileSync(file, 'utf8')).toBe(
        `${end}# BEGIN macula-desktop\n127.0.0.4 grafana.macula.local\n# END macula-desktop\n`,
      )
      rmSync(folder, { recursive: true })
    },
  )
})
