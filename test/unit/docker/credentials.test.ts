import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { registryAuth, signInKey } from '../../../main/system/docker/credentials.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-credentials-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const hub = 'https://index.docker.io/v1/'
const config = (value: unknown): void => writeFileSync(join(folder, 'config.json'), JSON.stringify(value))
const ask = async (image: string) => await registryAuth(image, { DOCKER_CONFIG: folder, PATH: folder })

it.each([
  ['registry:3.1.1', hub],
  ['grafana/grafana:13.2.1', hub],
  ['docker.io/library/nginx', hub],
  ['quay.io/x/y:1', 'quay.io'],
  ['localhost/x', 'localhost'],
  ['localhost:5000/x@sha256:1', 'localhost:5000'],
])('%s belongs to %s', (image, registry) => expect(signInKey(image)).toBe(registry))

it('reads what docker login kept in the file', async () => {
  const auth = Buffer.from('me:pass:word').toString('base64')
  config({ auths: { [hub]: { auth }, 'quay.io': { identitytoken: 'token' } } })
  expect(await ask('nginx')).toEqual({ serveraddress: hub, username: 'me', password: 'pass:word' })
  expect(await ask('quay.io/x')).toEqual({ serveraddress: 'quay.io', identitytoken: 'token' })
  expect(await ask('ghcr.io/x')).toBeUndefined()
})

it('asks the helper by its own program, never through a shell', async () => {
  writeFileSync(
    join(folder, 'docker-credential-try'),
    `#!/bin/sh\nread -r server\nprintf '{"ServerURL":"%s","Username":"u","Secret":"s"}' "$server"\n`,
  )
  chmodSync(join(folder, 'docker-credential-try'), 0o755)
  config({ credsStore: 'try' })
  expect(await ask('quay.io/x')).toEqual({ serveraddress: 'quay.io', username: 'u', password: 's' })
  config({ credsStore: '../try; id' })
  expect(await ask('quay.io/x')).toBeUndefined()
})

it('goes on without when there is nothing, or nothing that can be used', async () => {
  expect(await ask('nginx')).toBeUndefined()
  config({ credsStore: 'absent' })
  expect(await ask('nginx')).toBeUndefined()
  writeFileSync(join(folder, 'config.json'), '{')
  expect(await ask('nginx')).toBeUndefined()
})
