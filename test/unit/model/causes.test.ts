import { describe, expect, test } from 'vitest'
import { problemsOf } from '../../../main/model/problems.ts'
import type { AnswerSeen, ListenerSeen, NameSeen } from '../../../main/model/observation.ts'
import type { ServiceView, SharedCause, Snapshot } from '../../../main/model/snapshot.ts'
import { answerKey } from '../../../main/model/world.ts'
import { services } from '../cli/fixture.ts'
import { greenWorld, snapshotOf, type Draft } from '../cli/worlds.ts'

/** One thing is wrong for many: it is told once, by the layer it is in, with what was found and what repairs it. */

const running = services.filter(({ runtime }) => runtime.kind === 'container')

function world(broken: (draft: Draft) => void): Snapshot {
  const draft = greenWorld()
  broken(draft)
  return snapshotOf(draft)
}

function only(snapshot: Snapshot): SharedCause {
  expect(snapshot.causes).toHaveLength(1)
  const [cause] = snapshot.causes
  if (!cause) throw new Error('no cause')
  return cause
}

const wordsOf = ({ headline }: SharedCause): string => `${headline.what} | ${headline.why} | ${headline.todo}`

/** Nothing that goes through this machine reaches a container; what is asked past the forwarders is `direct`. */
function unreachable(draft: Draft, direct: AnswerSeen, ids = running.map(({ id }) => id)): void {
  for (const key of draft.answers.keys())
    if (ids.includes(key.slice(0, key.indexOf('/'))))
      draft.answers.set(key, key.endsWith('/direct') ? direct : { kind: 'closed', ms: 1 })
}

const late: AnswerSeen = { kind: 'timeout', ms: 3000, unmade: true }
const no = (code: string): AnswerSeen => ({ kind: 'refused', code, ms: 1 })
const elsewhere = {
  kind: 'elsewhere',
  device: 'tun0',
  says: 'ip route get: 172.23.0.10 dev tun0 src 10.8.0.2',
} as const

describe('the way to containers', () => {
  test.each<readonly [string, AnswerSeen, Draft['way'], string, RegExp]>([
    [
      'time-outs, routed to a VPN',
      late,
      elsewhere,
      'route',
      /This machine sends 172\.23\.0\.\d+ to tun0, not to the Docker network \(ip route get: .*\| Disconnect the VPN.*leave out 172\.23\.0\.0\/24/,
    ],
    [
      'no route at all',
      no('ENETUNREACH'),
      { kind: 'elsewhere', says: 'ip route get: RTNETLINK answers: Network is unreachable' },
      'route',
      /has no way to 172\.23\.0\.\d+ \(ip route get: RTNETLINK/,
    ],
    [
      'time-outs on the right way',
      late,
      { kind: 'right', device: 'br-1' },
      'network',
      /is lost, though it is routed right \(to br-1\): a firewall may drop it.*nft list ruleset/,
    ],
    [
      'EPERM on the right way',
      no('EPERM'),
      { kind: 'right', device: 'br-1' },
      'network',
      /a firewall of this machine does not permit it \(EPERM\)/,
    ],
    [
      'EHOSTUNREACH, the way not told',
      no('EHOSTUNREACH'),
      undefined,
      'network',
      /no host answers on the route there \(EHOSTUNREACH\)/,
    ],
  ])('%s: one cause', (_, direct, way, id, words) => {
    const snapshot = world((draft) => {
      unreachable(draft, direct)
      if (way) draft.way = way
    })
    const cause = only(snapshot)
    expect(cause.id).toBe(id)
    expect(wordsOf(cause)).toMatch(words)
    expect(cause.headline.what).toContain(
      `${running.length} containers of the Docker network cannot be reached, though they run.`,
    )
    expect(snapshot.summary.says).toContain(`${running.length} cannot be reached.`)
    expect(snapshot.summary.more).toBe(cause.headline.what)
    // Told once: no row has a trouble of its own, and no program is blamed or to be restarted.
    expect(problemsOf(snapshot)).toHaveLength(1)
    for (const view of snapshot.services.filter(({ state }) => state === 'failed')) {
      const rung = view.ladder.find(({ state }) => state === 'stop')
      expect(rung?.cause).toBe(id)
    }
  })

  test('one container that is lost is no cause of all, unless it is routed elsewhere', () => {
    const one = (draft: Draft): void => unreachable(draft, late, ['grafana'])
    expect(world(one).causes).toEqual([])
    const routed = world((draft) => {
      one(draft)
      draft.way = elsewhere
    })
    expect(only(routed)).toMatchObject({ id: 'route', services: ['grafana'] })
    expect(only(routed).headline.what).toContain(
      '1 container of the Docker network cannot be reached, though it runs.',
    )
  })

  test('two of many that are lost are two rows', () => {
    const snapshot = world((draft) => unreachable(draft, late, ['grafana', 'loki']))
    expect(snapshot.causes).toEqual([])
    expect(snapshot.services.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual([
      'grafana',
      'loki',
    ])
  })

  test('programs that hang or refuse are their own trouble, whatever the way', () => {
    for (const direct of [{ kind: 'timeout', ms: 3000 } as const, no('ECONNREFUSED')]) {
      const snapshot = world((draft) => {
        unreachable(draft, direct)
        draft.way = elsewhere
      })
      expect(snapshot.causes).toEqual([])
    }
  })

  test('an engine that is not on this machine has no way of ours', () => {
    const snapshot = world((draft) => {
      unreachable(draft, late)
      draft.docker = { kind: 'up', version: '29', apiVersion: '1.54', native: false }
      draft.way = elsewhere
    })
    expect(snapshot.causes).toEqual([])
  })
})

test('our own limit is told as ours: no service is blamed, none is called failed', () => {
  const snapshot = world((draft) => {
    for (const key of draft.answers.keys()) draft.answers.set(key, no('EMFILE'))
  })
  const cause = only(snapshot)
  expect(cause.id).toBe('limits')
  expect(wordsOf(cause)).toMatch(
    /could not be checked: this process may not open any more files \(EMFILE\).*ulimit -n 1024/,
  )
  expect(snapshot.services.filter(({ state }) => state === 'failed')).toEqual([])
})

describe('forwarders of ours', () => {
  const free: ListenerSeen = { kind: 'free', ms: 1 }
  const astray: ListenerSeen = { kind: 'astray', pid: 41, to: '172.23.0.9:80', ms: 1 }
  const suspended: ListenerSeen = { kind: 'hung', pid: 41, program: 'socat', hung: 'suspended', ms: 1 }

  /** All listeners are `seen`, and nothing is asked through them. */
  function all(
    draft: Draft,
    seen: ListenerSeen,
    keys: readonly string[] = [...draft.listeners.keys()],
  ): void {
    for (const key of keys) draft.listeners.set(key, seen)
    for (const key of draft.answers.keys()) if (!key.endsWith('/direct')) draft.answers.delete(key)
  }

  test.each<readonly [string, ListenerSeen, RegExp]>([
    [
      'missing',
      free,
      /Forwarders of \d+ services do not work: \d+ are missing\. \| What is missing was stopped, not by Macula/,
    ],
    [
      'suspended',
      suspended,
      /do not work: \d+ take no connection\. \| A signal suspended what takes none \(SIGSTOP\)/,
    ],
    [
      'leading elsewhere',
      astray,
      /do not work: \d+ forward elsewhere\. \| What they were started for has moved: containers have other addresses/,
    ],
  ])('all %s: one cause, one fix', (_, seen, words) => {
    const snapshot = world((draft) => all(draft, seen))
    const cause = only(snapshot)
    expect(cause.id).toBe('forwarders')
    expect(wordsOf(cause)).toMatch(words)
    expect(cause.headline.fix).toMatchObject({ action: { kind: 'forward' } })
    expect(problemsOf(snapshot)).toHaveLength(1)
  })

  test('one service’s is that row’s own, and is never opened', () => {
    const snapshot = world((draft) => {
      draft.listeners.set('127.0.0.4:3000', suspended)
      draft.answers.delete(answerKey('grafana', 'web', 'native'))
    })
    expect(snapshot.causes).toEqual([])
    const grafana = snapshot.services.find(({ id }) => id === 'grafana') as ServiceView
    expect(grafana).toMatchObject({ state: 'degraded', reason: 'forwarder on port 3000 is suspended' })
    for (const { accesses, best } of grafana.endpoints) {
      expect(accesses[best]?.port).toBe(80)
      for (const access of accesses.filter(({ port, kind }) => port === 3000 && kind !== 'direct'))
        expect(access).toMatchObject({
          works: false,
          reason: 'our forwarder on 127.0.0.4:3000 takes no connection',
        })
    }
  })

  test('a forwarder that answers nothing is told, though the container answers past it', () => {
    const snapshot = world((draft) => {
      draft.answers.set(answerKey('grafana', 'web', 'native'), { kind: 'timeout', ms: 3000 })
    })
    expect(snapshot.services.find(({ id }) => id === 'grafana')).toMatchObject({ state: 'degraded' })
    expect(problemsOf(snapshot)[0]?.headline.why).toContain('answers past our forwarder')
  })
})

describe('a port of many', () => {
  const nginx: ListenerSeen = { kind: 'foreign', holder: { pid: 812, program: 'nginx' }, ms: 1 }

  test('one program that has port 80 everywhere is named once', () => {
    const snapshot = world((draft) => {
      for (const key of draft.listeners.keys()) if (key.endsWith(':80')) draft.listeners.set(key, nginx)
      for (const key of draft.answers.keys()) if (key.endsWith('/front')) draft.answers.delete(key)
    })
    const cause = only(snapshot)
    expect(cause.id).toBe('ports')
    expect(wordsOf(cause)).toMatch(
      /^nginx \(pid 812\) has port 80 of .* \| It listens there.*Stop it by its own means/,
    )
  })

  test('two programs with a port each are two rows', () => {
    const snapshot = world((draft) => {
      draft.listeners.set('127.0.0.4:80', nginx)
      draft.listeners.set('127.0.0.8:5432', {
        kind: 'foreign',
        holder: { pid: 9, program: 'postgres' },
        ms: 1,
      })
    })
    expect(snapshot.causes).toEqual([])
  })
})

test('addresses that this machine does not have are one cause', () => {
  const snapshot = world((draft) => {
    for (const address of draft.addresses.keys())
      draft.addresses.set(address, { kind: 'absent', code: 'EADDRNOTAVAIL', ms: 1 })
    for (const key of draft.listeners.keys()) draft.listeners.set(key, { kind: 'free', ms: 1 })
    for (const key of draft.answers.keys()) if (!key.endsWith('/direct')) draft.answers.delete(key)
  })
  const cause = only(snapshot)
  expect(cause.id).toBe('network')
  expect(wordsOf(cause)).toMatch(/are not on this machine\. \| The loopback interface.*ip address show lo/)
})

describe('names of many', () => {
  const all = (draft: Draft, seen: NameSeen): void => {
    for (const name of draft.names.keys()) draft.names.set(name, seen)
  }
  const slow = (draft: Draft): void => {
    for (const [name, seen] of draft.names) draft.names.set(name, { ...seen, ms: 5004 })
  }

  test.each<readonly [string, (draft: Draft) => void, RegExp, string]>([
    [
      'our own server is suspended',
      (draft) => {
        all(draft, { kind: 'timeout', ms: 6000 })
        draft.nameServer = { kind: 'hung', pid: 77, port: 5354, hung: 'suspended' }
      },
      /Our name server \(dnsmasq, pid 77\) is suspended: a signal stopped it \(SIGSTOP\)/,
      'forward',
    ],
    [
      'our own server is silent, and names are only slow',
      (draft) => {
        slow(draft)
        draft.nameServer = { kind: 'hung', pid: 77, port: 5354, hung: 'silent' }
      },
      /dnsmasq, pid 77\) lives, but answers nothing on 127\.0\.0\.1:5354/,
      'forward',
    ],
    [
      'our own server is gone',
      (draft) => {
        all(draft, { kind: 'none', code: 'ENOTFOUND', ms: 2 })
        draft.nameServer = { kind: 'stopped' }
      },
      /dnsmasq\) is not running/,
      'forward',
    ],
    [
      'its port is another program’s',
      (draft) => {
        all(draft, { kind: 'none', code: 'ENOTFOUND', ms: 2 })
        draft.nameServer = { kind: 'port-taken', says: '127.0.0.1:5354 is held by unbound (pid 5).' }
      },
      /held by unbound \(pid 5\)/,
      'forward',
    ],
    [
      'dnsmasq is missing',
      (draft) => {
        all(draft, { kind: 'none', code: 'ENOTFOUND', ms: 2 })
        draft.nameServer = { kind: 'no-tool' }
      },
      /dnsmasq is not installed/,
      'setup',
    ],
    ['something else is asked first', slow, /a VPN, mDNS for \.local/, 'none'],
    [
      'the hosts file goes first',
      (draft) =>
        all(draft, {
          kind: 'answer',
          addresses: ['127.0.0.1'],
          ms: 1,
          lines: [{ file: '/etc/hosts', line: 4, text: '127.0.0.1 grafana.macula.local loki.macula.local' }],
        }),
      /resolve to something else.*\/etc\/hosts:4 says “127\.0\.0\.1 grafana\.macula\.local loki\.macula\.local”, which takes precedence over our names\. \| Correct \/etc\/hosts/,
      'none',
    ],
    [
      'no resolver is led to us',
      (draft) => {
        all(draft, { kind: 'none', code: 'ENOTFOUND', ms: 2 })
        draft.route = { kind: 'absent' }
        draft.nameServer = { kind: 'stopped' }
      },
      /not set up on this machine/,
      'setup',
    ],
  ])('%s', (_, broken, words, fix) => {
    const cause = only(world(broken))
    expect(cause.id).toBe('names')
    expect(wordsOf(cause)).toMatch(words)
    expect(cause.headline.fix?.action.kind).toBe(fix)
    if (!/VPN/.test(words.source)) expect(wordsOf(cause)).not.toContain('VPN')
  })

  test('a silent server of ours is not blamed where names do not go by it', () => {
    const snapshot = world((draft) => {
      slow(draft)
      draft.nameServer = { kind: 'hung', pid: 77, port: 5354, hung: 'silent' }
      draft.route = { kind: 'in place', id: 'hosts', title: 'The hosts file', needsServer: false }
    })
    expect(wordsOf(only(snapshot))).not.toContain('dnsmasq')
  })
})

test.each([
  [
    'address',
    'DOCKER_HOST is "ssh://x".',
    'Unset DOCKER_HOST.',
    /its address is not clear/,
    'Unset DOCKER_HOST.',
  ],
  [
    'limits',
    'This process may not open any more files.',
    undefined,
    /cannot be asked by this process/,
    /ulimit -n 1024/,
  ],
  ['absent', 'Nothing answers.', undefined, /Docker does not answer/, /systemctl start docker/],
  ['broken', 'A failure.', undefined, /Docker does not answer/, /restart docker/],
] as const)('Docker is down (%s): the fix is for that', (code, says, todo, what, wanted) => {
  const snapshot = world((draft) => {
    draft.docker = { kind: 'down', code, says, ...(todo === undefined ? {} : { todo }) }
  })
  const { headline } = only(snapshot)
  expect(headline.what).toMatch(what)
  expect(headline.why).toBe(says)
  expect(headline.todo).toMatch(wanted)
})

test.each([
  [48, true],
  [255, true],
  [256, false],
])('a process that may open %i files at once says so before anything looks broken: %s', (most, isTold) => {
  const snapshot = world((draft) => {
    draft.files = { open: 31, most }
  })
  if (!isTold) expect(snapshot.causes).toEqual([])
  else
    expect(wordsOf(only(snapshot))).toMatch(/may open only \d+ files at once \(ulimit -n\).*ulimit -n 1024/)
})
