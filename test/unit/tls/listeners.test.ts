import { describe, expect, test } from 'vitest'
import { ejectPlan } from '../../../main/model/eject.ts'
import { listenerKey, listenersOf } from '../../../main/model/listeners.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { tlsSecret } from '../../../main/system/kind/tls-secret.ts'
import { ingressRoutes } from '../../../main/system/stack/ingress/routes.ts'
import { catalog } from '../cli/fixture.ts'

const withCluster: Catalog = {
  ...catalog,
  forwards: [
    {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8080,
      tier: 'applications',
      cluster: 'hub',
    },
  ],
}

describe('listeners of port 443', () => {
  const of443 = (one: Catalog) => listenersOf(one).filter(({ port }) => port === 443)

  test('there are none before TLS was wished', () => {
    expect(of443(withCluster)).toEqual([])
  })

  test('beside each port 80 that is led by name, a cluster’s too, and all lead to the ingress', () => {
    const found = of443({ ...withCluster, tls: true })
    const by80 = listenersOf(withCluster).filter(
      ({ port, role, to }) =>
        port === 80 && (role === 'fixed' || (to.kind === 'service' && to.service === 'ingress')),
    )
    expect(found.map(({ address }) => address)).toEqual(by80.map(({ address }) => address))
    expect(found.map(listenerKey)).toContain('127.0.0.2:443')
    // The page of all services is on the ingress' own address.
    expect(found.map(listenerKey)).toContain('127.0.0.1:443')
    for (const { role, to } of found) {
      expect(role).toBe('tls')
      expect(to).toEqual({ kind: 'service', service: 'ingress', port: 443 })
    }
  })

  test('what is written by eject has none: nobody renews its key', () => {
    const plan = ejectPlan({ ...withCluster, tls: true }, { project: 'macula', suffix: 'macula.local' })
    expect(JSON.stringify(plan)).not.toMatch(/443/)
  })
})

describe('routes', () => {
  const of = (served?: string) => ingressRoutes(catalog.services, 'macula.local', served)

  test('hold nothing of TLS before it was wished', () => {
    expect(of().text).not.toMatch(/443|ssl|https:\/\/\*/)
  })

  test('another certificate is another revision, so that a running nginx is told', () => {
    expect(of('one').revision).not.toBe(of('two').revision)
    expect(of('one').revision).toBe(of('one').revision)
    expect(of('one').text).toMatch(/listen 443 ssl default_server/)
  })
})

test('pods find the certificate as Kubernetes keeps such', () => {
  expect(tlsSecret('macula', { certificate: 'C', key: 'K', authority: 'A' })).toMatchObject({
    type: 'kubernetes.io/tls',
    metadata: { name: 'macula-tls', namespace: 'macula' },
    stringData: { 'tls.crt': 'C', 'tls.key': 'K', 'ca.crt': 'A', 'cert-path': '/etc/macula/tls/tls.crt' },
  })
})
