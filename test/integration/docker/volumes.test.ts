import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBackup } from '../../../main/system/backup/read.ts'
import { writeBackup } from '../../../main/system/backup/write.ts'
import { about } from '../../unit/backup/fixture.ts'
import { BASE, openFixture, settings, FOREIGN, until, type Fixture } from './fixture.ts'

/** Where what is kept comes from and goes to. */
const from = `${settings.project}_data`
const to = `${settings.project}_data_before-20261124-0712`
/** An image with nothing in it: no shell, no cp. */
const EMPTY = 'macula-test/empty:1'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
  const done = await fixture.raw.importImage(Readable.from([Buffer.alloc(1024)]), {
    repo: 'macula-test/empty',
    tag: '1',
  })
  for await (const _ of done as AsyncIterable<Buffer>) continue
})
beforeEach(clear)
afterEach(clear)
afterAll(async () => void (await fixture.raw.getImage(EMPTY).remove({ force: true })))

async function clear(): Promise<void> {
  await fixture.clear()
  const helpers = await fixture.raw.listContainers({
    all: true,
    filters: { label: [`dev.macula.copy-project=${settings.project}`] },
  })
  await Promise.all(
    helpers.map(async ({ Id: id }) => await fixture.raw.getContainer(id).remove({ force: true })),
  )
  const { Volumes: volumes } = await fixture.raw.listVolumes()
  for (const { Name: name } of volumes)
    if (name.startsWith(settings.project) || name.startsWith(FOREIGN))
      await fixture.raw.getVolume(name).remove({ force: true })
}

/** A volume as compose makes it, filled by a script in /data. */
async function fill(script: string, name = from): Promise<void> {
  await fixture.raw.createVolume({ Name: name, Labels: { 'com.docker.compose.project': settings.project } })
  await inside(name, script)
}

/** What a script in /data of a volume prints. */
async function inside(volume: string, script: string): Promise<string> {
  const made = await fixture.raw.createContainer({
    name: `${FOREIGN}-inside`,
    Image: BASE,
    Entrypoint: ['bash', '-c', `cd /data && ${script}`],
    Tty: true,
    HostConfig: { NetworkMode: 'none', Binds: [`${volume}:/data`] },
  })
  await made.start()
  const { StatusCode: code } = (await made.wait()) as { StatusCode: number }
  const text = (await made.logs({ stdout: true, stderr: true })).toString('utf8')
  await made.remove({ force: true })
  if (code !== 0) throw new Error(text)
  return text
}

/** Everything that matters of each entry (times in seconds: tar keeps no more), and the sum of each file. */
const look =
  "find . -printf '%p %y %m %U:%G %s %l %Ts %n\\n' | grep -v '^[.] ' | sed 's/ d \\(.*\\) [0-9]* / d \\1 /' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum"

const varied = [
  'mkdir -p a/b/empty "with space" && head -c 3000000 /dev/urandom > a/big',
  'printf hi > a/b/small && : > zero && ln -s ../big a/b/link && ln -s /nowhere dead && ln a/big a/hard',
  'mkfifo pipe && touch "ümlaut \'quote\'" && mkdir $(printf "%0120d" 7) && echo x > $(printf "%0120d" 7)/$(printf "%0110d" 8)',
  'truncate -s 5M sparse && chown -R 1000:2000 a && chmod 2750 a/b && chmod 600 zero && chmod 4755 a/b/small',
  'touch -d "2020-01-02 03:04:05.678901234" zero',
].join(' && ')

const keep = async (
  image: string,
  signal = AbortSignal.timeout(60_000),
  onBytes: (bytes: number) => void = () => undefined,
) => await fixture.docker.volumes.keep({ from, to, image, service: 'web' }, onBytes, signal)

const names = async (): Promise<readonly string[]> =>
  (await fixture.raw.listVolumes()).Volumes.map(({ Name: name }) => name).filter((name) =>
    name.startsWith(settings.project),
  )

it('fault 32: a volume is copied whole, with owners, modes, links and odd names, through an image without a shell', async () => {
  await fill(varied)
  const before = await inside(from, look)
  const kept = await keep(EMPTY)
  expect(kept).toMatchObject({ from, to })
  expect(kept.bytes).toBeGreaterThan(8_000_000)
  expect(await inside(to, look)).toBe(before)
  expect(await inside(from, look)).toBe(before)
  expect((await fixture.raw.getVolume(to).inspect()).Labels).toMatchObject({
    'dev.macula.project': settings.project,
    'dev.macula.service': 'web',
    'dev.macula.kept-from': from,
  })
  // The copy can be told from what compose made, so that nothing which clears the project takes it.
  expect((await fixture.raw.getVolume(to).inspect()).Labels).not.toHaveProperty('com.docker.compose.project')
  // Faces name it.
  expect(await fixture.docker.volumes.copies()).toEqual([{ from, to }])
})

it('a volume goes through a snapshot’s file and back, whole; what is damaged on the way does not stay', async () => {
  await fill(varied)
  const before = await inside(from, look)
  const signal = AbortSignal.timeout(60_000)
  const { volumes } = fixture.docker
  const path = join(await mkdtemp(join(tmpdir(), 'macula-volume-')), 'a.macula-snapshot')
  const writer = await writeBackup(path)
  const spec = { kind: 'volume', service: 'web', name: 'data' } as const
  await writer.add(spec, volumes.pack({ name: from, image: EMPTY }, signal), () => undefined, signal)
  await writer.finish(about)
  const opened = await openBackup(path)
  await opened.check(() => undefined, signal)
  const part = opened.manifest.parts[0] ?? expect.fail()
  await inside(from, 'rm -rf a zero && echo other > other')
  const labels = (await fixture.raw.getVolume(from).inspect()).Labels
  await volumes.refill({ to: from, image: EMPTY }, opened.read(part), () => undefined, signal)
  expect(await inside(from, look)).toBe(before)
  expect((await fixture.raw.getVolume(from).inspect()).Labels).toEqual(labels)
  const half = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of opened.read(part)) {
      yield chunk
      throw new Error('cut')
    }
  }
  await expect(volumes.refill({ to: from, image: EMPTY }, half(), () => undefined, signal)).rejects.toThrow()
  expect(await names()).toEqual([])
  await opened.close()
})

it('fault 32: interrupted in the middle, the original is as it was and half a copy does not stay', async () => {
  await fill('head -c 200000000 /dev/urandom > big')
  const before = await inside(from, 'sha256sum big')
  const stop = new AbortController()
  const copying = keep(EMPTY, stop.signal, (bytes) => {
    if (bytes >= 0) stop.abort()
  })
  await expect(copying).rejects.toMatchObject({ trouble: { kind: 'refused' } })
  await until(async () => expect(await names()).toEqual([from]))
  expect(await inside(from, 'sha256sum big')).toBe(before)
})

it('fault 32: what a killed copy left is swept away; without its original a copy stays for ever', async () => {
  await fill('echo one > file')
  const leave = async (of: string, copy: string): Promise<void> => {
    await fixture.raw.createVolume({ Name: copy, Labels: { 'dev.macula.kept-from': of } })
    await fixture.raw.createContainer({
      name: `${FOREIGN}-${copy}`,
      Image: EMPTY,
      Entrypoint: ['/never-started'],
      Labels: { 'dev.macula.copy-project': settings.project, 'dev.macula.copy': copy },
      HostConfig: { Mounts: [{ Type: 'volume', Source: copy, Target: '/kept' }] },
    })
  }
  await leave(from, `${settings.project}_half`)
  await leave(`${settings.project}_gone`, `${settings.project}_last`)
  await fixture.docker.volumes.sweep()
  expect([...(await names())].sort()).toEqual([from, `${settings.project}_last`])
  expect(await inside(from, 'cat file')).toContain('one')
})

it('what is in a volume is listed through an image without a shell, and no helper stays', async () => {
  await fill(varied)
  const found = await fixture.docker.volumes.list({ name: from, image: EMPTY })
  expect(found.cut).toBeUndefined()
  expect(found.folders.find(({ path }) => path === 'a')?.entries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'big', kind: 'file', bytes: 3_000_000 }),
      expect.objectContaining({ name: 'b', kind: 'folder' }),
    ]),
  )
  expect(found.folders[0]?.entries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "ümlaut 'quote'", kind: 'file' }),
      expect.objectContaining({ name: 'dead', kind: 'link', to: '/nowhere' }),
      expect.objectContaining({ name: 'pipe', kind: 'other' }),
    ]),
  )
  const left = await fixture.raw.listContainers({
    all: true,
    filters: { label: [`dev.macula.copy-project=${settings.project}`] },
  })
  expect(left).toEqual([])
})

it('fault 30: a volume that compose did not make for us is neither copied nor removed', async () => {
  await fixture.raw.createVolume({ Name: from, Labels: { 'com.docker.compose.project': 'other' } })
  await inside(from, 'echo theirs > file')
  await expect(keep(EMPTY)).rejects.toThrow('cannot be moved aside')
  await fixture.docker.volumes.remove(from)
  expect(await inside(from, 'cat file')).toContain('theirs')
})

it('names the volumes of ours that a container writes to, and who else has them', async () => {
  await fill('echo one > file')
  const foreign = `${FOREIGN}_other`
  const id = await fixture.make('web', 'sleep 60', {
    HostConfig: {
      NetworkMode: 'none',
      Binds: [`${from}:/data`, `${foreign}:/theirs`, '/etc/hostname:/asked:ro'],
    },
  })
  await fixture.makeForeign('reader', { HostConfig: { Binds: [`${from}:/data:ro`] } })
  expect(await fixture.docker.volumes.of(id)).toEqual([from])
  expect(await fixture.docker.volumes.users(from, id)).toEqual([`${FOREIGN}-reader`])
  await fixture.clear()
  expect(await fixture.docker.volumes.users(from, id)).toEqual([])
  await fixture.docker.volumes.remove(from)
  expect(await fixture.docker.volumes.has(from)).toBe(false)
})

it('what was moved aside is put back whole, under the labels that compose knows it by; the copy stays', async () => {
  await fill(varied)
  const before = await inside(from, look)
  await keep(EMPTY)
  await fixture.docker.volumes.remove(from)
  await fill('echo other > later')
  const put = { copy: to, to: from, image: EMPTY }
  const done = await fixture.docker.volumes.putBack(put, () => undefined, AbortSignal.timeout(60_000))
  expect(done).toMatchObject({ from: to, to: from })
  expect(await inside(from, look)).toBe(before)
  expect(await inside(to, look)).toBe(before)
  expect(await fixture.docker.volumes.all()).toEqual([from])
  expect(await fixture.docker.volumes.copies()).toEqual([{ from, to }])
  // Only what was moved aside from there goes back there, and only over what is ours.
  for (const wish of [
    { ...put, copy: from },
    { ...put, to },
    { ...put, to: `${FOREIGN}-none` },
  ])
    await expect(
      fixture.docker.volumes.putBack(wish, () => undefined, AbortSignal.timeout(60_000)),
    ).rejects.toThrow(/cannot be put back/)
})
