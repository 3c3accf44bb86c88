import { describe, expect, it } from 'vitest'
import { ingressRoutes } from '../../../main/system/stack/ingress/routes.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { endpoint, service } from './fixture.ts'

/** The places of one server block, by its names. */
function placesOf(text: string, names: string): readonly string[] {
  const block = text.split(/^server \{$/m).find((one) => one.includes(`  server_name ${names};\n`)) ?? ''
  return [...block.matchAll(/^  location (.+) \{/gm)].map(([, place = '']) => place)
}

/** What a name has that speaks HTTP on one path. */
const plain = ['= /-/macula-unanswered', '= /health', '@itself', '/']

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
    const pass = (to: string): string => `set $up http://${to};
    include /etc/nginx/snippets/proxy.conf;
    proxy_pass $up;
  }`
    const { text } = ingressRoutes(services, 'macula.local')
    expect(placesOf(text, 'registry.macula.local')).toEqual([
      '= /-/macula-unanswered',
      '= /health',
      '@itself',
      '/v2/',
      '/',
    ])
    expect(placesOf(text, 'draw.macula.local')).toEqual(plain)
    // A clean URL is one of them; what has its address is meant by it too.
    expect(placesOf(text, 'grafana.macula.local 127.0.0.77')).toEqual(plain)
    // A cluster has an ingress of its own; only its state is asked.
    expect(text).not.toContain('server_name console.macula.local')
    expect(text).toContain(
      'set $up http://macula-hub-control-plane:80;\n    proxy_set_header Host console.macula.local;',
    )
    for (const to of ['registry:5000', 'registry-ui:80', 'grafana:3000', 'draw:80'])
      expect(text).toContain(pass(to))
  })

  it('are the same whatever the order of the services, and none without services', () => {
    const services = ['c', 'a', 'b'].map((id) =>
      service(id, { endpoints: [endpoint({ name: id, ingress: '/' })] }),
    )
    expect(ingressRoutes(services, 'x.test')).toEqual(ingressRoutes([...services].reverse(), 'x.test'))
    expect(ingressRoutes([], 'x.test').text).not.toContain('proxy_pass')
  })

  it('keep the first of two that claim the same place, so that nginx starts', () => {
    const both = ['one', 'two'].map((id) =>
      service(id, { endpoints: [endpoint({ name: 'same', ingress: '/' })] }),
    )
    const { text } = ingressRoutes(both, 'x.test')
    expect(placesOf(text, 'same.x.test')).toEqual(plain)
    expect(text).toContain('set $up http://one:80;\n    include /etc/nginx/snippets/proxy.conf')
    expect(text).not.toContain('set $up http://two:80;\n    include /etc/nginx/snippets/proxy.conf')
  })

  it('blame the path, not the name, where the page of all services has no such one', () => {
    const { text } = ingressRoutes([], 'x.test')
    expect(placesOf(text, 'home.x.test')).toEqual([
      '= /health',
      '= /',
      '= /-/nowhere.html',
      '~ ^/(?!-/(?:page|state)/)',
    ])
    const own = /location ~ (\S+) \{/.exec(text)?.[1] ?? ''
    const isOwn = (path: string): boolean => new RegExp(own).test(path)
    expect(['/nosuch', '/-/nosuch', '/-'].map(isOwn)).toEqual([true, true, true])
    expect(['/-/page/page.js', '/-/state/grafana.web'].map(isOwn)).toEqual([false, false])
  })

  it('make room for names that are longer than nginx expects', () => {
    const services = [service('a', { endpoints: [endpoint({ name: 'a', ingress: '/' })] })]
    expect(ingressRoutes(services, 'macula.local').text).not.toContain('bucket')
    expect(ingressRoutes(services, `${'b'.repeat(60)}.macula.local`).text).toContain(
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
    ['endpoint', service('a', { endpoints: [endpoint({ id: marker })] }), 'x.test'],
    [
      'address',
      service('a', { address: marker, endpoints: [endpoint({ name: 'a', clean: true })] }),
      'x.test',
    ],
    [
      'path',
      service('a', { endpoints: [endpoint({ probe: { path: `/${marker}`, expect: [], headers: {} } })] }),
      'x.test',
    ],
  ])('in a %s', (what, one, suffix) => {
    expect(() => ingressRoutes([one], suffix)).toThrow(`is not a ${what} that the ingress can route`)
  })
})
