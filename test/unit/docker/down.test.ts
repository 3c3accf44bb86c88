import { describe, expect, it, test } from 'vitest'
import { dockerTodo } from '../../../main/model/causes/docker.ts'
import { downFrom } from '../../../main/system/docker/down.ts'
import { parseEndpoint } from '../../../main/system/docker/endpoint.ts'

/** Why Docker is down, in words that name the layer: never "Restart Docker" for what Docker did not do. */

const usual = {
  where: '/var/run/docker.sock',
  from: undefined,
  endpoint: { kind: 'socket', path: '/var/run/docker.sock' },
} as const
const other = {
  where: '/run/x.sock',
  from: 'DOCKER_HOST',
  endpoint: { kind: 'socket', path: '/run/x.sock' },
} as const
const far = {
  where: 'build.lan:2375',
  from: 'the docker context far',
  endpoint: { kind: 'tcp', host: 'build.lan', port: 2375 },
} as const

const failing = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

it.each([
  ['ENOENT', usual, 'absent', /not installed or not running/, /systemctl start docker/],
  ['ECONNREFUSED', usual, 'absent', /not installed or not running/, /systemctl start docker/],
  ['ENOENT', other, 'absent', /where DOCKER_HOST points: Docker does not run there/, /leave DOCKER_HOST out/],
  ['ECONNREFUSED', far, 'absent', /build\.lan:2375, where the docker context far points/, /on build\.lan/],
  [
    'ENOTFOUND',
    far,
    'address',
    /build\.lan:2375.* not known to this machine/,
    /Correct the docker context far/,
  ],
  ['EHOSTUNREACH', far, 'address', /cannot be reached: .*\(EHOSTUNREACH\)/, /Correct the docker context far/],
  ['ENETUNREACH', far, 'address', /no route there \(ENETUNREACH\)/, /Correct the docker context far/],
  ['EACCES', usual, 'denied', /may not talk to Docker/, /usermod -aG docker/],
  ['EMFILE', usual, 'limits', /may not open any more files \(EMFILE\)/, /ulimit -n 1024/],
  ['ENFILE', usual, 'limits', /\(ENFILE\)/, /ulimit|limits/],
  ['EINVAL', other, 'address', /not a socket that can be used/, /Correct DOCKER_HOST/],
  ['TIMEOUT', usual, 'slow', /did not answer in time/, /restart docker/],
  ['TIMEOUT', far, 'slow', /did not answer in time/, /Look at Docker on build\.lan/],
  ['ECONNRESET', usual, 'broken', /answers with an error/, /restart docker/],
  ['ECONNRESET', far, 'broken', /answers with an error/, /Look at Docker on build\.lan/],
  ['CERT_HAS_EXPIRED', far, 'broken', /answers with an error/, /certificates/],
] as const)('fault 26: %s at %o means that Docker is %s', (code, place, kind, says, todo) => {
  const down = downFrom(failing(code), place)
  expect(down).toMatchObject({ kind: 'down', code: kind, says: expect.stringMatching(says) as unknown })
  expect(down.says).toContain(place.where)
  expect(dockerTodo(down)).toMatch(todo)
  // A restart of this machine's Docker is offered only where that Docker itself was met and failed.
  if (kind !== 'slow' && kind !== 'broken') expect(dockerTodo(down)).not.toContain('restart')
})

describe('an address that cannot be used', () => {
  test.each([
    [
      'ssh://me@build.lan',
      /DOCKER_HOST is "ssh:\/\/me@build\.lan".*not reached by ssh/,
      /ssh -nNT -L .* me@build\.lan\)/,
    ],
    ['ssh://me@build.lan:22/x; rm -rf ~', /not reached by ssh/, /Give DOCKER_HOST another address/],
    ['npipe:////./pipe/x', /not a Docker address that can be used here/, /Give DOCKER_HOST another address/],
  ])('%s is told with what to do', (text, says, todo) => {
    const found = parseEndpoint(text, 'DOCKER_HOST')
    expect(found).toMatchObject({
      kind: 'unusable',
      says: expect.stringMatching(says) as unknown,
      todo: expect.stringMatching(todo) as unknown,
    })
    if (found.kind === 'unusable') expect(found.todo).not.toContain('rm -rf')
  })
})
