import { existsSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tlsSchema } from '../../../main/cli/json/tls.ts'
import { curl, docker, done, fresh, home, maculactl, run, rungs, status, until } from '../support/actor.ts'

/** https of clean URLs on the installed product: real forwarders, nginx, names, sudo and the machine's own store. */

const data = `${home}/.local/share/macula-desktop`
const ca = `${data}/tls/ca.pem`
const out = `${home}/certs`
const url = 'https://grafana.macula.local/api/health'

const view = async () => tlsSchema.parse(JSON.parse((await maculactl(['tls', '--json'])).out))
/** The ingress' container, with when it was started. */
async function container(): Promise<string> {
  const labels = ['project=macula', 'service=ingress'].flatMap((one) => [
    '--filter',
    `label=dev.macula.${one}`,
  ])
  const { out: id } = await docker('ps', '-q', '--no-trunc', ...labels)
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  return (await docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', id)).out
}
const openedOn443 = async (): Promise<string> => (await run('ss', ['-Hltn', 'sport = :443'])).out

beforeAll(async () => {
  await fresh()
  await rm(out, { recursive: true, force: true })
  await done(['setup', '--yes'])
  await done(['up', 'ingress', 'grafana'])
})
afterAll(async () => {
  await maculactl(['tls', 'off', '--remove-ca'])
  await maculactl(['down', '--remove', '--also'])
  await maculactl(['undo', '--all', '--even-if-drifted'])
  await rm(out, { recursive: true, force: true })
})

test('before it is wished nothing of it shows', async () => {
  expect(await view()).toMatchObject({ on: false, authority: null, certificate: null, trouble: null })
  expect(rungs(await status(), 'grafana')).not.toContain('tls')
  expect(existsSync(`${data}/tls`)).toBe(false)
  expect(await openedOn443()).toBe('')
  expect((await curl(url)).status).toBe(0)
  expect((await maculactl(['setup', '--print'])).out).not.toMatch(/authority/i)
})

describe('on', () => {
  test('the same container serves https of every clean URL, and a rung of its own says so', async () => {
    const before = await container()
    const said = await done(['tls', 'on'])
    expect(said).toMatch(/TLS is on: names under macula\.local have https beside http/)
    const seen = await until((one) => rungs(one, 'grafana').includes('tls:ok'), 180_000)
    expect(rungs(seen, 'grafana')).toMatch(/service:ok tls:ok$/)
    expect(await curl('--cacert', ca, url)).toMatchObject({ status: 200 })
    expect(await curl('--cacert', ca, 'https://home.macula.local/')).toMatchObject({ status: 200 })
    expect(await curl('http://grafana.macula.local/api/health')).toMatchObject({ status: 200 })
    expect((await curl(url)).body).toMatch(/certificate/)
    expect(await container()).toBe(before)
    expect((await stat(`${data}/tls/authority.pem`)).mode & 0o777).toBe(0o600)
    expect((await maculactl(['status', 'grafana'])).out).toMatch(
      /TLS .*https:\/\/grafana\.macula\.local, certificate until/,
    )
  })

  test('asked for again nothing is made anew', async () => {
    const before = await view()
    await done(['tls', 'on'])
    expect((await view()).certificate).toEqual(before.certificate)
  })

  test('cert writes files for a program, and refuses what the authority cannot vouch for', async () => {
    const said = await done(['cert', 'hub', '--out', out])
    expect(said).toContain(`export MACULA_CERT_PATH='${out}/cert.pem'`)
    expect((await stat(`${out}/key.pem`)).mode & 0o777).toBe(0o600)
    const verified = await run('openssl', [
      'verify',
      '-CAfile',
      `${out}/ca.pem`,
      '-verify_hostname',
      'hub.macula.local',
      `${out}/cert.pem`,
    ])
    expect(verified.out).toMatch(/OK$/)
    const key = await readFile(`${out}/key.pem`, 'utf8')
    expect(await maculactl(['cert', 'hub', '--out', out])).toMatchObject({ code: 2 })
    const outside = await maculactl(['cert', 'hub.example.com', '--out', out, '--force'])
    expect(outside.code).toBe(2)
    expect(outside.err).toMatch(/not below macula\.local/)
    expect(await readFile(`${out}/key.pem`, 'utf8')).toBe(key)
  })

  test('trusted by one more step of set-up, any program takes it; undone, none does', async () => {
    expect((await maculactl(['setup', '--print'])).out).toContain('update-ca-certificates')
    await done(['setup', '--yes'])
    expect(await curl(url)).toMatchObject({ status: 200 })
    await done(['undo', 'trust'])
    expect((await curl(url)).body).toMatch(/certificate/)
    expect(existsSync('/usr/local/share/ca-certificates/macula-desktop.crt')).toBe(false)
  })
})

test('off: listeners, rung and certificate go, http goes on; the authority goes when that is said', async () => {
  await done(['tls', 'off'])
  expect(await openedOn443()).toBe('')
  expect(rungs(await status(), 'grafana')).not.toContain('tls')
  expect(await curl('http://grafana.macula.local/api/health')).toMatchObject({ status: 200 })
  expect(existsSync(`${data}/stack/ingress/routes/tls`)).toBe(false)
  // Nobody could be asked.
  expect(existsSync(ca)).toBe(true)
  await done(['tls', 'off', '--remove-ca'])
  expect(existsSync(`${data}/tls`)).toBe(false)
})
