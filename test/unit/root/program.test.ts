import { chmodSync, chownSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import {
  all,
  change,
  hosts,
  KERNEL,
  LEDGER,
  lowPorts,
  plantTree,
  RESOLVED,
  resolved,
  results,
  shells,
  SYSCTL,
  type Tree,
} from './tree.ts'

let tree: Tree
afterEach(() => tree.remove())

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('root under $name', ({ shell }) => {
  it('makes the changes, and the same plan again changes nothing', async () => {
    tree = plantTree({ shell })
    const first = await tree.apply(...all)
    expect(first.kind).toBe('done')
    expect(results(first)).toEqual([
      `${SYSCTL} done`,
      'net.ipv4.ip_unprivileged_port_start done',
      `${RESOLVED} done`,
      'systemd-resolved unchanged',
      '/etc/hosts done',
    ])
    expect(tree.read(KERNEL)).toBe('80\n')
    expect(tree.read('/etc/hosts')).toBe(
      '127.0.0.1\tlocalhost\n::1 localhost\n\n# mine\n10.0.0.1 nas\n# BEGIN macula-desktop\n' +
        '127.0.0.4 grafana.macula.local\n127.0.0.9 s3.macula.local\n# END macula-desktop\n',
    )
    expect(lstatSync(tree.at('/etc/hosts')).mode & 0o777).toBe(0o755)
    const [picture, ledger] = [tree.picture(), tree.read(`${LEDGER}/ledger`)]

    const second = await tree.apply(...all)
    expect(results(second).every((line) => line.endsWith(' unchanged'))).toBe(true)
    expect([tree.picture(), tree.read(`${LEDGER}/ledger`)]).toEqual([picture, ledger])
  })

  it('fault 14: undo gives back every byte, mode and folder, twice in a row', async () => {
    tree = plantTree({ shell })
    tree.write(SYSCTL, Buffer.from([0x66, 0, 0xff, 0x0a, 0x6f]), 0o600)
    const before = tree.picture()
    await tree.apply(...all)
    expect(tree.picture()).not.toEqual(before)
    const undone = await tree.undo()
    expect(undone.kind).toBe('done')
    expect(results(undone)).toEqual([
      '/etc/hosts done',
      `${RESOLVED} done`,
      'net.ipv4.ip_unprivileged_port_start done',
      `${SYSCTL} done`,
    ])
    expect(tree.picture()).toEqual(before)
    expect(results(await tree.undo())).toEqual([])
    expect(tree.picture()).toEqual(before)
    expect((await tree.port.ledger()).map((entry) => entry.state)).toEqual(Array(4).fill('undone'))
  })

  it('fault 13: an edit by somebody else is shown, blocks undo, and is kept', async () => {
    tree = plantTree({ shell })
    const before = tree.picture()
    await tree.apply(resolved)
    tree.write(RESOLVED, `${tree.read(RESOLVED)}DNSSEC=no\n`)
    const entry = await tree.entry(RESOLVED)
    expect(entry).toMatchObject({ state: 'applied', drift: 'changed', undoable: true })
    expect(entry?.diff).toContain('+DNSSEC=no')

    const refused = await tree.undo()
    expect(refused.kind).toBe('failed')
    expect(tree.read(RESOLVED)).toContain('DNSSEC=no')

    expect((await tree.undo(['1'], true)).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
    expect(tree.read(`${LEDGER}/1.edited`)).toContain('DNSSEC=no')
  })
})

it.skipIf(shells.length < 4)('is run under dash, bash and busybox', () => {
  tree = plantTree()
  expect(shells).toHaveLength(4)
})

describe('what root keeps', () => {
  it('gives back a foreign file of another owner and mode, and does not show a secret one', async () => {
    tree = plantTree()
    mkdirSync(tree.at('/etc/systemd/resolved.conf.d'), { mode: 0o755 })
    tree.write(RESOLVED, '[Resolve]\nDNS=10.0.0.53\n', 0o640)
    if (process.getuid?.() === 0) chownSync(tree.at(RESOLVED), 65_534, 1)
    const before = tree.picture()
    await tree.apply(resolved)
    expect(statSync(tree.at(`${LEDGER}/1.before`)).mode & 0o777).toBe(0o600)
    expect(statSync(tree.at(`${LEDGER}/1.wrote`)).mode & 0o777).toBe(0o644)
    expect(statSync(tree.at(RESOLVED)).mode & 0o777).toBe(0o640)
    await tree.undo()
    expect(tree.picture()).toEqual(before)
  })

  it('keeps foreign lines around our block, also those added later', async () => {
    tree = plantTree()
    await tree.apply(hosts)
    tree.write('/etc/hosts', `10.9.9.9 first\n${tree.read('/etc/hosts')}10.0.0.2 printer\r\nlast`)
    await tree.undo()
    expect(tree.read('/etc/hosts')).toBe(
      '10.9.9.9 first\n127.0.0.1\tlocalhost\n::1 localhost\n\n# mine\n10.0.0.1 nas\n10.0.0.2 printer\r\nlast',
    )
  })

  it.each(['', 'a\n', 'a', '\n', 'a\n\n', '# END\n', '127.0.0.1 x\r\n'])(
    'gives back hosts that were %j',
    async (content) => {
      tree = plantTree()
      tree.write('/etc/hosts', content)
      await tree.apply(hosts)
      await tree.undo()
      expect(tree.read('/etc/hosts')).toBe(content)
    },
  )

  it('makes the block anew with other names, and undo still gives back the first state', async () => {
    tree = plantTree()
    const before = tree.picture()
    await tree.apply(hosts)
    const other = change('route-hosts', {
      verb: 'block',
      path: '/etc/hosts',
      content: '127.0.0.7 draw.macula.local\n',
    })
    await tree.apply(other)
    expect(tree.read('/etc/hosts')).toContain('draw.macula.local\n# END')
    expect(tree.read('/etc/hosts')).not.toContain('grafana')
    const entries = await tree.port.ledger()
    expect(entries.map((entry) => [entry.id, entry.state, entry.drift])).toEqual([['2', 'applied', 'none']])
    await tree.undo()
    expect(tree.picture()).toEqual(before)
  })

  it('fault 13: a new plan over an edited file keeps the edit beside, and undo gives back the original', async () => {
    tree = plantTree()
    tree.write(SYSCTL, '# theirs\n')
    const before = tree.picture()
    await tree.apply(lowPorts)
    tree.write(SYSCTL, '# edited by hand\n')
    const again = await tree.apply(lowPorts)
    expect(again.kind === 'done' && again.steps[0]?.says).toContain('3.found')
    expect(tree.read(`${LEDGER}/3.found`)).toBe('# edited by hand\n')
    await tree.undo()
    expect(tree.picture()).toEqual(before)
  })

  it('removes torn markers never: it says so and leaves the file', async () => {
    tree = plantTree()
    tree.write('/etc/hosts', '# BEGIN macula-desktop\n127.0.0.1 localhost\n')
    const outcome = await tree.apply(hosts)
    expect(outcome).toMatchObject({ kind: 'failed' })
    expect(outcome.kind === 'failed' && outcome.says).toContain('torn')
    expect(tree.read('/etc/hosts')).toBe('# BEGIN macula-desktop\n127.0.0.1 localhost\n')
  })

  it('goes on with other changes when one fails, and does not try the rest of that one', async () => {
    tree = plantTree()
    chmodSync(tree.at('/etc/hosts'), 0o644)
    tree.write('/etc/hosts', '# END macula-desktop\n')
    const both = change('route-hosts', ...hosts.verbs, { verb: 'reload', unit: 'systemd-resolved' })
    const outcome = await tree.apply(both, lowPorts)
    expect(results(outcome)).toEqual([
      '/etc/hosts failed',
      'systemd-resolved failed',
      `${SYSCTL} done`,
      'net.ipv4.ip_unprivileged_port_start done',
    ])
  })

  it('gives back the value of a kernel key, and only if it is still ours', async () => {
    tree = plantTree()
    await tree.apply(lowPorts)
    tree.write(KERNEL, '443\n')
    expect(await tree.entry('net.ipv4.ip_unprivileged_port_start')).toMatchObject({
      drift: 'changed',
      diff: ['-80', '+443'],
    })
    expect(results(await tree.undo())).toEqual([
      'net.ipv4.ip_unprivileged_port_start failed',
      `${SYSCTL} done`,
    ])
    expect(tree.read(KERNEL)).toBe('443\n')
    await tree.undo(undefined, true)
    expect(tree.read(KERNEL)).toBe('1024\n')
  })
})
