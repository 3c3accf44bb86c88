import { describe, expect, it } from 'vitest'
import { ingressRoutes } from '../../../main/system/stack/ingress-routes.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { endpoint, service } from './fixture.ts'

describe('the routes of the ingress', () => {
  it('are one server a name, the longest path first', () => {
    const services = [
      service('registry-ui', { endpoints: [endpoint({ name: 'registry', ingress: '/' })] }),
      service('registry', { endpoints: [endpoint({ name: 'registry', ingress: '/v2/', target: 5000 })] }),
      service('grafana', { endpoints: [endpoint({ name: 'grafana', target: 3000, clean: true })] }),
      service('console', {
        endpoints: [endpoint({ name: 'console', ingress: '/' })],
        runtime: clusterRuntime('console'),
      }),
      service('draw', { endpoints: [endpoint({ name: 'draw', ingress: '/' })] }),
    ]
    expect(ingressRoutes(services, 'macula.local'))
      .toBe(`# Rendered from the catalog; edits are kept aside and replaced.
server {
  listen 80;
  server_name draw.macula.local;
  location / {
    set $up http://draw:80;
    include /etc/nginx/snippets/proxy.conf;
    proxy_pass $up;
  }
}
server {
  listen 80;
  server_name registry.macula.local;
  location /v2/ {
    set $up http://registry:5000;
    include /etc/nginx/snippets/proxy.conf;
    proxy_pass $up;
  }
  location / {
    set $up http://registry-ui:80;
    include /etc/nginx/snippets/proxy.conf;
    proxy_pass $up;
  }
}
`)
  })

  it('are the same whatever the order of the services, and none without services', () => {
    const services = ['c', 'a', 'b'].map((id) =>
      service(id, { endpoints: [endpoint({ name: id, ingress: '/' })] }),
    )
    expect(ingressRoutes(services, 'x.test')).toBe(ingressRoutes([...services].reverse(), 'x.test'))
    expect(ingressRoutes([], 'x.test')).not.toContain('server')
  })

  it('keep the first of two that claim the same place, so that nginx starts', () => {
    const both = ['one', 'two'].map((id) =>
      service(id, { endpoints: [endpoint({ name: 'same', ingress: '/' })] }),
    )
    const text = ingressRoutes(both, 'x.test')
    expect(text.match(/location \/ /g)).toHaveLength(1)
    expect(text).toContain('http://one:80')
  })

  it('make room for names that are longer than nginx expects', () => {
    const services = [service('a', { endpoints: [endpoint({ name: 'a', ingress: '/' })] })]
    expect(ingressRoutes(services, 'macula.local')).not.toContain('bucket')
    expect(ingressRoutes(services, `${'b'.repeat(60)}.macula.local`)).toContain(
      'server_names_hash_bucket_size 128;\n',
    )
  })
})

describe('what would be syntax is refused (fault 1)', () => {
  const marker = 'x;\n} server { listen 81; #'
  it.each([
    ['suffix', service('a'), `macula.local;${marker}`],
    ['name', service('a', { endpoints: [endpoint({ name: marker, ingress: '/' })] }), 'x.test'],
    ['service', service(marker, { endpoints: [endpoint({ name: 'a', ingress: '/' })] }), 'x.test'],
    ['path', service('a', { endpoints: [endpoint({ name: 'a', ingress: `/${marker}` })] }), 'x.test'],
    ['path', service('a', { endpoints: [endpoint({ name: 'a', ingress: '/a{b' })] }), 'x.test'],
    ['port', service('a', { endpoints: [endpoint({ name: 'a', ingress: '/', target: 80.5 })] }), 'x.test'],
  ])('in a %s', (what, one, suffix) => {
    expect(() => ingressRoutes([one], suffix)).toThrow(`is not a ${what} that the ingress can route`)
  })
})
