import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findEndpoint, parseEndpoint } from '../../../main/system/docker/endpoint.ts'
import { openLink } from '../../../main/system/docker/link.ts'

describe('parseEndpoint', () => {
  it.each([
    ['/run/x.sock', { kind: 'socket', path: '/run/x.sock' }],
    ['unix:///run/x.sock', { kind: 'socket', path: '/run/x.sock' }],
    ['tcp://10.0.0.5:2375', { kind: 'tcp', host: '10.0.0.5', port: 2375 }],
    ['tcp://docker', { kind: 'tcp', host: 'docker', port: 2375 }],
    ['https://docker', { kind: 'tcp', host: 'docker', port: 2376 }],
    ['tcp://[::1]:9', { kind: 'tcp', host: '::1', port: 9 }],
  ])('reads %s', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint)
  })

  it.each(['', 'unix://', 'unix://relative', 'ssh://me@host', 'npipe:////./pipe/x', 'nonsense', 'tcp://'])(
    'says that %j cannot be used',
    (text) => {
      expect(parseEndpoint(text)).toMatchObject({ kind: 'unusable', says: expect.stringContaining('tcp://') })
    },
  )
})

const where = async (setting: string, env: Readonly<Record<string, string>>) =>
  (await findEndpoint(setting, env)).endpoint

describe('findEndpoint', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'macula-endpoint-'))
    mkdirSync(join(home, '.docker'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  function context(name: string, host: string): string {
    const digest = createHash('sha256').update(name).digest('hex')
    const meta = join(home, '.docker', 'contexts', 'meta', digest)
    mkdirSync(meta, { recursive: true })
    writeFileSync(
      join(meta, 'meta.json'),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
    )
    return digest
  }

  it('takes the setting before everything else', async () => {
    const env = { HOME: home, DOCKER_HOST: 'unix:///b.sock' }
    expect(await where('unix:///a.sock', env)).toEqual({ kind: 'socket', path: '/a.sock' })
    expect(await where('', env)).toEqual({ kind: 'socket', path: '/b.sock' })
  })

  it('reads the current context, which DOCKER_CONTEXT replaces and DOCKER_HOST outranks', async () => {
    context('colima', 'unix:///colima.sock')
    context('other', 'unix:///other.sock')
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: 'colima' }))
    expect(await where('', { HOME: home })).toEqual({ kind: 'socket', path: '/colima.sock' })
    expect(await where('', { HOME: home, DOCKER_CONTEXT: 'other' })).toEqual({
      kind: 'socket',
      path: '/other.sock',
    })
    const all = { HOME: home, DOCKER_CONTEXT: 'other', DOCKER_HOST: 'unix:///h.sock' }
    expect(await where('', all)).toEqual({ kind: 'socket', path: '/h.sock' })
  })

  it.each([
    ['DOCKER_CONTEXT', /context gone, which DOCKER_CONTEXT names, does not exist/, /unset it/],
    ['config.json', /context gone, which .*config\.json names, does not exist/, /docker context use default/],
  ])('names a context that is not there, and who names it: %s', async (who, says, todo) => {
    const env = who === 'DOCKER_CONTEXT' ? { HOME: home, DOCKER_CONTEXT: 'gone' } : { HOME: home }
    if (who === 'config.json')
      writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: 'gone' }))
    expect(await where('', env)).toMatchObject({
      kind: 'unusable',
      says: expect.stringMatching(says) as unknown,
      todo: expect.stringMatching(todo) as unknown,
    })
  })

  it('names who says where Docker is', async () => {
    context('colima', 'unix:///colima.sock')
    const from = async (setting: string, env: Readonly<Record<string, string>>) =>
      (await findEndpoint(setting, { HOME: home, ...env })).from
    expect(await from('', {})).toBeUndefined()
    expect(await from('', { DOCKER_HOST: 'unix:///a' })).toBe('DOCKER_HOST')
    expect(await from('unix:///b', { DOCKER_HOST: 'unix:///a' })).toBe('"dockerHost" in settings.json')
    expect(await from('', { DOCKER_CONTEXT: 'colima' })).toBe('the docker context colima (DOCKER_CONTEXT)')
  })

  it('adds the certificates of a context', async () => {
    const tls = join(home, '.docker', 'contexts', 'tls', context('far', 'tcp://far:2376'), 'docker')
    mkdirSync(tls, { recursive: true })
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(tls, `${name}.pem`), name)
    expect(await where('', { HOME: home, DOCKER_CONTEXT: 'far' })).toEqual({
      kind: 'tcp',
      host: 'far',
      port: 2376,
      tls: { folder: tls, ca: Buffer.from('ca'), cert: Buffer.from('cert'), key: Buffer.from('key') },
    })
  })

  it('falls back to the usual socket, also over a damaged config.json', async () => {
    writeFileSync(join(home, '.docker', 'config.json'), '{"currentContext":')
    expect(await where('', { HOME: home })).toMatchObject({
      kind: 'socket',
      path: expect.stringMatching(/docker\.sock$/),
    })
  })

  it('is not led astray by the DOCKER_HOST of this process', async () => {
    process.env['DOCKER_HOST'] = 'tcp://192.0.2.1:2375'
    try {
      const { calls } = await openLink('unix:///a.sock', {})
      expect(calls.modem).toMatchObject({ socketPath: '/a.sock' })
    } finally {
      delete process.env['DOCKER_HOST']
    }
  })
})
