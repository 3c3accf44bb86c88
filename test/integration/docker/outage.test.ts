import { createServer, connect, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { listen, openFixture, settings, stays, until, type Fixture } from './fixture.ts'

let fixture: Fixture
let folder: string
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
  folder = mkdtempSync(join(tmpdir(), 'macula-outage-'))
})
afterAll(async () => {
  await fixture.clear()
  rmSync(folder, { recursive: true })
})

/** A way to the real engine that can be shut, as when dockerd restarts. */
function access(path: string) {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect('/var/run/docker.sock')
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => undefined).on('close', () => open.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  return {
    open: async () => await new Promise<void>((resolve) => server.listen(path, resolve)),
    shut: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

it('the stream ends with a reason when Docker goes, and works again when it is back (fault 26)', async () => {
  const path = join(folder, 'docker.sock')
  const engine = access(path)
  await engine.open()
  const docker = await openDocker({ ...settings, dockerHost: path }, {})
  expect(await docker.see()).toMatchObject({ kind: 'up' })
  const onOpen = vi.fn<() => void>()
  const ended = docker.events({ signal: new AbortController().signal, onOpen, onEvent: () => undefined })
  await until(() => expect(onOpen).toHaveBeenCalled())
  const id = await fixture.make('web', stays)
  expect((await docker.containers()).map((one) => one.id)).toEqual([id])

  await engine.shut()
  expect(await ended).toMatch(/broke|ended/)
  expect(await docker.see()).toMatchObject({ kind: 'down', code: 'absent' })
  await expect(docker.containers()).rejects.toMatchObject({ trouble: { kind: 'outside' } })

  await engine.open()
  expect(await docker.see()).toMatchObject({ kind: 'up' })
  const events = await listen(docker)
  await docker.start(id)
  await until(() => expect(events.seen.map(({ action }) => action)).toEqual(['start']))
  await events.stop()
  await engine.shut()
})
