import { describe, expect, it } from 'vitest'
import { pullCounter, pullTrouble } from '../../../main/system/docker/pull.ts'

it('adds the bytes of all layers up', () => {
  const count = pullCounter('registry:3.1.1')
  expect(count({ status: 'Pulling from library/registry', id: '3.1.1' })).toEqual({
    image: 'registry:3.1.1',
    phase: 'asking',
    currentBytes: 0,
    totalBytes: 0,
  })
  count({ id: 'a', status: 'Pulling fs layer', progressDetail: {} })
  count({ id: 'b', status: 'Already exists', progressDetail: {} })
  count({ id: 'a', status: 'Downloading', progressDetail: { current: 10, total: 100 } })
  expect(count({ id: 'c', status: 'Downloading', progressDetail: { current: 5, total: 50 } })).toMatchObject({
    phase: 'downloading',
    currentBytes: 15,
    totalBytes: 150,
  })
  count({ id: 'a', status: 'Download complete', progressDetail: {} })
  expect(count({ id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 100 } })).toMatchObject({
    phase: 'downloading',
    currentBytes: 105,
  })
  count({ id: 'c', status: 'Download complete' })
  expect(count({ id: 'c', status: 'Extracting', progressDetail: { current: 1, total: 50 } })).toMatchObject({
    phase: 'extracting',
    currentBytes: 150,
    totalBytes: 150,
  })
})

describe('why an image cannot be pulled (fault 28)', () => {
  it.each([
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      'reached',
    ],
    ['Get "https://r.example/v2/": net/http: TLS handshake timeout', 'reached'],
    ['Get "https://r.example/v2/": dial tcp 192.0.2.1:443: connect: connection refused', 'reached'],
    ['nothing came for 120 s', 'reached'],
    ['manifest for registry:nope not found: manifest unknown: manifest unknown', 'does not have it'],
    [
      "pull access denied for x, repository does not exist or may require 'docker login'",
      'requires signing in',
    ],
    ['toomanyrequests: You have reached your unauthenticated pull rate limit.', 'no more pulls'],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'this kind of processor'],
    ['write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'disk is full'],
  ])('%s', (words, why) => {
    // A digest says nothing to people, and fills a line.
    const { trouble } = pullTrouble(`x:1@sha256:${'a'.repeat(64)}`, words)
    expect(trouble).toMatchObject({ kind: 'outside', what: 'The image x:1 cannot be pulled.' })
    expect(trouble.why).toContain(why)
    expect(trouble.why).toContain(words)
    expect(trouble.todo).not.toBe('')
  })
})
