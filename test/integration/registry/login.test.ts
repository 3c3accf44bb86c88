import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectLines } from '../../../main/model/connect.ts'
import { docker, run } from '../support/actor.ts'
import { greenWorld, snapshotOf } from '../../unit/cli/worlds.ts'

/** The line by which a person signs in to a registry of theirs that asks for a password: the real one, over its own htpasswd file. */

const service = 'registry'
const NAME = 'macula-it-login'
const REGISTRY = '127.0.0.77:5077'
const PASSWORD = `it's "$HOME" \\ %s \`id\` -x`
let folder = ''
const clear = async (): Promise<void> => {
  await docker('rm', '-f', '-v', NAME)
}
beforeAll(async () => {
  await clear()
  folder = await mkdtemp(join(tmpdir(), 'macula-login-'))
  // bcrypt, as the registry reads it, from the C library.
  const hashed = await run('perl', [
    '-e',
    'print crypt($ARGV[0], q($2y$05$abcdefghijklmnopqrstuu))',
    PASSWORD,
  ])
  expect(hashed.out).toMatch(/^\$2y\$05\$/)
  await writeFile(join(folder, 'htpasswd'), `ada:${hashed.out}\n`)
  // prettier-ignore
  const made = await docker('run', '-d', '--name', NAME, '-p', `${REGISTRY}:5000`, '-v', `${folder}:/auth:ro`,
    '-e', 'REGISTRY_AUTH=htpasswd', '-e', 'REGISTRY_AUTH_HTPASSWD_REALM=test', '-e', 'REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd',
    'registry:3.1.1')
  expect(made.code, made.err).toBe(0)
  const answer = async (): Promise<string> =>
    (await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', `http://${REGISTRY}/v2/`])).out
  await vi.waitFor(async () => expect(await answer()).toBe('401'), { timeout: 60_000, interval: 50 })
})
afterAll(async () => {
  await clear()
  await rm(folder, { recursive: true, force: true })
})

/** The line for docker login that is shown for these variables, run in a shell with a Docker configuration of its own. */
async function signIn(password: string) {
  const view = snapshotOf(greenWorld()).services.find(({ id }) => id === service)
  if (!view) throw new Error(`no ${service}`)
  const line = connectLines(view, [
    { service, name: 'REGISTRY', value: REGISTRY, secret: false },
    { service, name: 'REGISTRY_USER', value: 'ada', secret: false },
    { service, name: 'REGISTRY_PASSWORD', value: password, secret: true },
  ]).find(({ id }) => id === 'docker-login')?.line
  return await run('env', [`DOCKER_CONFIG=${folder}`, 'bash', '-c', line ?? 'exit 99'])
}

test('docker login takes the line as it stands, whatever is in the password; another password is refused', async () => {
  expect(await signIn('wrong')).toMatchObject({ code: 1 })
  const { code, out, err } = await signIn(PASSWORD)
  expect({ code, out }, err).toMatchObject({
    code: 0,
    out: expect.stringContaining('Login Succeeded') as string,
  })
  const { auths } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as {
    auths: Record<string, { auth: string }>
  }
  expect(Buffer.from(auths[REGISTRY]?.auth ?? '', 'base64').toString()).toBe(`ada:${PASSWORD}`)
})
