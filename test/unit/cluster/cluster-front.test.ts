import { describe, expect, test } from 'vitest'
import { isOpenThere } from '../../../main/model/cluster.ts'
import type { ListenerSeen } from '../../../main/model/observation.ts'
import { clusterFront, type FrontPort } from '../../../main/model/rungs/cluster-front.ts'
import { publishedBy } from '../../../main/system/kind/published.ts'

/** The forwarders of a cluster's address, and the ports of it that Docker has by itself. */

const ours: ListenerSeen = { kind: 'ours', program: 'socat', pid: 7, ms: 0 }
const dockers: ListenerSeen = { kind: 'foreign', holder: { pid: 9, program: 'docker-proxy' }, ms: 0 }
const rung = (
  seen: Readonly<Record<string, ListenerSeen>>,
  ports: readonly FrontPort[] | undefined,
  needed = true,
) =>
  clusterFront({ listeners: new Map(Object.entries(seen)) }, '127.0.0.2', { answers: false, needed }, ports)
const quic = { listen: 4433, protocol: 'udp', port: 4433 } as const

describe('a port that kind published on all addresses of this machine', () => {
  test('is Docker’s at the cluster’s address: no forwarder is missed there, and it is nobody else’s', () => {
    const seen = { '127.0.0.2:80': ours, '127.0.0.2:4433/udp': dockers }
    const ports = [
      { listen: 80, port: 8080, open: true as const },
      { ...quic, open: true as const },
    ]
    expect(rung(seen, ports)).toMatchObject({
      state: 'ok',
      says: '127.0.0.2:80 is ours: socat, pid 7; Docker has 4433/udp on all addresses of this machine: no forwarder',
    })
    expect(rung(seen, [{ ...quic, open: true }])).toMatchObject({ state: 'unused' })
    expect(rung({}, ports, false)).toMatchObject({ state: 'unreached' })
  })

  test('on one address only, somebody else has the port', () => {
    expect(rung({ '127.0.0.2:4433/udp': dockers }, [quic])).toMatchObject({
      state: 'stop',
      reason: expect.stringContaining('docker-proxy') as string,
    })
  })

  test.each([
    ['0.0.0.0:4433', true],
    [':4433', true],
    ['127.0.0.1:4433', false],
    ['0.0.0.0:4434', false],
  ])('%s: %s', (at, is) => {
    const [found] = publishedBy([{ published: new Map([['4433/udp', at]]) }])
    expect(found && isOpenThere(found)).toBe(is)
  })
})
