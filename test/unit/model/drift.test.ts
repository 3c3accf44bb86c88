import { describe, expect, test } from 'vitest'
import { driftOf, sayDrift, type Expected } from '../../../main/model/drift.ts'
import type { ContainerSeen, Made } from '../../../main/model/observation.ts'

const STARTED = 1_700_000_000_000

const made: Made = {
  networks: { macula: 'net-1' },
  mode: 'macula',
  binds: ['/data/stack/grafana/provisioning'],
  labels: { 'dev.macula.project': 'macula', 'dev.macula.owner': '1000', other: 'x' },
  traits: {
    name: 'macula-grafana-1',
    'restart policy': 'unless-stopped',
    'memory limit': '536870912',
    'network macula': '172.23.0.21 grafana',
    'variable GF_LOG_LEVEL': 'aa',
    command: 'bb',
    'mount /var/lib/grafana': 'volume macula_grafana rw',
  },
}

const seen = {
  config: 'c1',
  imageId: 'sha256:1',
  startedAt: STARTED,
  state: 'running',
  made,
} as const satisfies Partial<ContainerSeen>

const reference = { config: 'c1', imageId: 'sha256:1', traits: made.traits }

const expected: Expected = {
  config: 'c1',
  image: 'grafana/grafana:13.2.1',
  imageId: 'sha256:1',
  labels: { 'dev.macula.project': 'macula', 'dev.macula.owner': '1000' },
  network: 'macula',
  networkId: 'net-1',
  volumes: [{ name: 'macula_grafana', there: true }],
  as: reference,
  sources: new Map([['/data/stack/grafana/provisioning', STARTED - 60_000]]),
}

type Seen = Parameters<typeof driftOf>[1]
const traits = (part: Readonly<Record<string, string>>, without = ''): Seen => ({
  ...seen,
  made: {
    ...made,
    traits: Object.fromEntries(
      Object.entries({ ...made.traits, ...part }).filter(([name]) => name !== without),
    ),
  },
})
const on = (networks: Readonly<Record<string, string>>): Seen => ({ ...seen, made: { ...made, networks } })
const plain = { asks: false, stops: false }

test('what is as it would be made now differs in nothing', () => {
  expect(driftOf(expected, seen)).toEqual([])
})

describe('each kind of difference is found, and told in words', () => {
  test.each<readonly [string, Partial<Expected>, Seen, object]>([
    [
      'an image built again under its tag',
      { imageId: 'sha256:2' },
      seen,
      { kind: 'image', says: 'grafana/grafana:13.2.1 is a different image now', ...plain },
    ],
    [
      'a changed fragment, file or variable',
      { config: 'c2' },
      seen,
      { kind: 'configuration', says: 'its configuration has changed', ...plain },
    ],
    [
      'taken off its network',
      {},
      on({}),
      { kind: 'network', says: 'it is not on the docker network macula', asks: false, stops: true },
    ],
    [
      'taken off its network: said once, though its record misses it too',
      {},
      { ...seen, made: { ...traits({}, 'network macula').made, networks: {} } as Made },
      { kind: 'network', says: 'it is not on the docker network macula', asks: false, stops: true },
    ],
    [
      'taken off another network of its own',
      { as: { ...reference, traits: { ...made.traits, 'network own': '' } } },
      seen,
      { kind: 'trait', says: 'it is not on the docker network own', ...plain },
    ],
    [
      'taken off another network of its own, which it was made with first',
      { as: { ...reference, traits: { ...made.traits, 'network own': '' } } },
      { ...seen, made: { ...made, mode: 'own' } },
      { kind: 'trait', says: 'it is not on the docker network own', ...plain },
    ],
    [
      'its network removed',
      { networkId: undefined },
      seen,
      { kind: 'network', says: 'its docker network macula is gone', asks: false, stops: true },
    ],
    [
      'its network removed and made again',
      { networkId: 'net-2' },
      seen,
      {
        kind: 'network',
        says: 'its docker network macula was removed and made again',
        asks: false,
        stops: true,
      },
    ],
    [
      'connected to its network again by hand',
      {},
      traits({ 'network macula': '' }),
      {
        kind: 'trait',
        says: 'it is on the docker network macula with other names or another address',
        ...plain,
      },
    ],
    [
      'a network that somebody connected',
      {},
      traits({ 'network foo': '' }),
      { kind: 'another network', says: 'it is also on the docker network foo', asks: true, stops: false },
    ],
    [
      'docker update --restart=no',
      {},
      traits({}, 'restart policy'),
      { kind: 'restart policy', says: 'its restart policy is no instead of unless-stopped', ...plain },
    ],
    [
      'a raised limit',
      {},
      traits({ 'memory limit': '1073741824' }),
      {
        kind: 'limit',
        says: 'its memory limit is 1 GiB instead of 512 MiB',
        asks: true,
        stops: false,
      },
    ],
    [
      'a swap limit that was lifted',
      {},
      traits({ 'memory and swap limit': '-1' }),
      {
        kind: 'limit',
        says: 'its memory and swap limit is -1 instead of none',
        asks: true,
        stops: false,
      },
    ],
    [
      'a number that is no memory',
      {},
      traits({ 'process limit': '1048576' }),
      { kind: 'limit', says: 'its process limit is 1048576 instead of none', asks: true, stops: false },
    ],
    [
      'a limit where none was',
      {},
      traits({ 'CPU limit': '0.5' }),
      { kind: 'limit', says: 'its CPU limit is 0.5 instead of none', asks: true, stops: false },
    ],
    [
      'a proxy that the docker command put in',
      {},
      traits({ 'variable HTTP_PROXY': 'cc' }),
      { kind: 'trait', says: 'its variable HTTP_PROXY was added', ...plain },
    ],
    [
      'a variable with another value',
      {},
      traits({ 'variable GF_LOG_LEVEL': 'zz' }),
      { kind: 'trait', says: 'its variable GF_LOG_LEVEL is another one', ...plain },
    ],
    [
      'a variable that is missing',
      {},
      traits({}, 'variable GF_LOG_LEVEL'),
      { kind: 'trait', says: 'its variable GF_LOG_LEVEL is missing', ...plain },
    ],
    [
      'another command',
      {},
      traits({ command: 'zz' }),
      { kind: 'trait', says: 'its command is another one', ...plain },
    ],
    [
      'another volume',
      {},
      traits({ 'mount /var/lib/grafana': 'volume other rw' }),
      { kind: 'trait', says: 'its mount /var/lib/grafana is another one', ...plain },
    ],
    [
      'renamed',
      {},
      traits({ name: 'mine' }),
      { kind: 'trait', says: 'it is called mine instead of macula-grafana-1', ...plain },
    ],
    [
      'a label of ours that is missing',
      { labels: { 'dev.macula.owner': '1001' } },
      seen,
      { kind: 'labels', says: 'its label dev.macula.owner has changed', ...plain },
    ],
    [
      'a mounted folder that is gone',
      { sources: new Map([['/data/stack/grafana/provisioning', undefined]]) },
      seen,
      {
        kind: 'files',
        says: '/data/stack/grafana/provisioning, which is mounted into it, is gone',
        asks: false,
        stops: true,
      },
    ],
    [
      'a mounted folder that was removed and written again',
      // Removed and rendered again right after the start: a second is enough to be another folder.
      { sources: new Map([['/data/stack/grafana/provisioning', STARTED + 400]]) },
      seen,
      {
        kind: 'files',
        says: '/data/stack/grafana/provisioning, which is mounted into it, was rewritten after it started',
        ...plain,
      },
    ],
    [
      'a mounted folder that was written again while it is paused',
      { sources: new Map([['/data/stack/grafana/provisioning', STARTED + 400]]) },
      { ...seen, state: 'paused' },
      {
        kind: 'files',
        says: '/data/stack/grafana/provisioning, which is mounted into it, was rewritten after it started',
        ...plain,
      },
    ],
  ])('%s', (_, part, container, drift) => {
    expect(driftOf({ ...expected, ...part }, container)).toEqual([drift])
  })
})

describe('nothing is said that is not known', () => {
  test.each<readonly [string, Partial<Expected>, Seen]>([
    ['a container that was never started has no network id yet', {}, on({ macula: '' })],
    ['an image that is not here', { imageId: undefined }, seen],
    ['a configuration that needs a secret which does not exist', { config: undefined }, seen],
    ['a path of another machine', { sources: new Map() }, seen],
    ['a path that is as old as the start', { sources: new Map([[made.binds[0] ?? '', STARTED]]) }, seen],
    ['a file system that does not say when', { sources: new Map([[made.binds[0] ?? '', 0]]) }, seen],
    [
      'a container that is stopped takes what is there when it starts',
      { sources: new Map([[made.binds[0] ?? '', STARTED + 60_000]]) },
      { ...seen, state: 'exited' },
    ],
    [
      'a service of a person that is on no network of ours',
      { as: undefined } as unknown as Partial<Expected>,
      { ...seen, made: { ...made, mode: 'host', networks: { host: 'h' } } },
    ],
    ['a container that was not read whole', {}, { ...seen, made: undefined } as unknown as Seen],
  ])('%s', (_, part, container) => {
    expect(driftOf({ ...expected, ...part }, container)).toEqual([])
  })

  test('traits of another image are not compared: that it is another is told already', () => {
    const other = { ...traits({ 'variable PATH': 'zz' }), imageId: 'sha256:2' }
    expect(driftOf({ ...expected, imageId: 'sha256:2' }, other)).toEqual([])
  })
})

test('several are one clause, what stops it first', () => {
  const container = { ...traits({ command: 'zz', 'variable A': 'x', name: 'mine' }) }
  const drift = driftOf({ ...expected, networkId: 'net-2' }, container)
  expect(sayDrift(drift)).toBe(
    'its docker network macula was removed and made again, it is called mine instead of macula-grafana-1 and 2 more',
  )
})

test('what stops it is said first, whatever was found first', () => {
  const drift = driftOf({ ...expected, config: 'c2', networkId: undefined }, seen)
  expect(drift.map(({ kind }) => kind)).toEqual(['configuration', 'network'])
  expect(sayDrift(drift)).toBe('its docker network macula is gone and its configuration has changed')
})

test('what two rules found is said once', () => {
  const says = 'it is not on the docker network macula'
  const drift = { says, asks: false } as const
  expect(
    sayDrift([
      { ...drift, kind: 'network', stops: true },
      { ...drift, kind: 'trait', stops: false },
    ]),
  ).toBe(says)
})
