import { execa } from 'execa'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nameRung } from '../../../main/model/rungs/name.ts'
import type { NameLine, NameSeen } from '../../../main/model/observation.ts'

/**
 * The real resolver of this machine over a hosts file of our own, in a mount namespace of its own with an /etc of its own:
 * where another suite replaces the machine's hosts file meanwhile, the kernel takes away what is mounted on the old one.
 */

const host = fileURLToPath(new URL('../../../main/system/host', import.meta.url))
const name = 'grafana.macula.test'
const own = '127.0.0.4'
const block = `# BEGIN macula-desktop\n${own} ${name}\n# END macula-desktop\n`
const code = `
  import { lookupName } from ${JSON.stringify(join(host, 'lookup.ts'))}
  import { nameLines } from ${JSON.stringify(join(host, 'name-lines.ts'))}
  const seen = await lookupName('${name}', 30_000)
  console.log(JSON.stringify({ seen, lines: await nameLines('${name}', '${own}', seen.addresses ?? [], { address: '127.0.0.1', port: 5354 }) }))
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-hosts-'))
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

async function over(
  text: string,
  file = '/etc/hosts',
): Promise<{ seen: NameSeen; lines: readonly NameLine[] }> {
  const mine = join(folder, 'mounted')
  await writeFile(mine, text)
  const { stdout } = await execa('unshare', [
    '-m',
    'sh',
    '-c',
    `mount -t tmpfs etc /mnt && { cp -a /etc/. /mnt 2>/dev/null || :; } && mount --bind /mnt /etc && mount --bind "$1" "$2" && exec "$3" --input-type=module -e "$4"`,
    'sh',
    mine,
    file,
    process.execPath,
    code,
  ])
  return JSON.parse(stdout) as { seen: NameSeen; lines: readonly NameLine[] }
}

test.each<readonly [string, string, string, string, number]>([
  ['our block alone', block, 'ok', own, 0],
  [
    'an older line above it',
    `127.0.0.1 localhost\n127.0.0.1 ${name} grafana\n${block}`,
    'round',
    '127.0.0.1',
    2,
  ],
  ['a line of the other family above it', `::1 ${name}\n${block}`, 'round', '::1', 1],
  ['another line alone', `10.0.0.9 ${name}\n`, 'round', '10.0.0.9', 1],
])('%s: what programs get first is seen, and its line is named', async (_, text, state, first, line) => {
  const { seen, lines } = await over(text)
  if (seen.kind !== 'answer') throw new Error(JSON.stringify(seen))
  expect(seen.addresses[0]).toBe(first)
  const rung = nameRung({ name, address: own, seen: { ...seen, lines }, byNameOnly: false, routed: true })
  expect(rung.state).toBe(state)
  if (line > 0) expect(rung.why).toContain(`/etc/hosts:${line} says “${text.split('\n')[line - 1] ?? ''}”`)
  else expect(lines).toEqual([])
})

test('a line below ours may go first all the same: the C library sorts what it found (RFC 6724)', async () => {
  const { seen, lines } = await over(`${block}127.0.0.1 ${name}\n`)
  if (seen.kind !== 'answer') throw new Error(JSON.stringify(seen))
  expect([...seen.addresses].sort()).toEqual(['127.0.0.1', own])
  expect(lines).toEqual([{ file: '/etc/hosts', line: 4, text: `127.0.0.1 ${name}`, step: 'hosts-lines' }])
  const rung = nameRung({ name, address: own, seen: { ...seen, lines }, byNameOnly: false, routed: true })
  expect(rung).toMatchObject({ state: 'round', why: `/etc/hosts:4 says “127.0.0.1 ${name}”.` })
})

test('an nsswitch.conf that leaves the hosts file out is named', async () => {
  const { seen, lines } = await over('passwd: files\nhosts: dns\n', '/etc/nsswitch.conf')
  expect(seen.kind).not.toBe('answer')
  expect(lines).toEqual([{ file: '/etc/nsswitch.conf', line: 2, text: 'hosts: dns' }])
})
