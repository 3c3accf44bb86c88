import { describe, expect, test } from 'vitest'
import { isOldCluster } from '../../../main/model/before/clusters.ts'
import { isPlatform, sayPorts, stopOrder } from '../../../main/model/before/compose.ts'
import { isOldForwarder, socatOf } from '../../../main/model/before/forwarders.ts'
import { dnsmasqFileOf, hostsLinesOf, isOnlyDnsmasq } from '../../../main/model/before/names.ts'
import type { ComposeProjectSeen, OldContainer } from '../../../main/model/migration.ts'

const container = (name: string, part: Partial<OldContainer> = {}): OldContainer => ({
  id: name,
  name,
  service: name.replace('macula-', ''),
  image: 'x',
  imageId: 'sha256:x',
  running: true,
  volumes: [],
  ports: [],
  ...part,
})

function project(
  names: readonly string[],
  networks: readonly string[],
  id = 'infrastructure',
): ComposeProjectSeen {
  return {
    project: id,
    folder: `/home/ada/${id}`,
    files: [],
    containers: names.map((name) => container(name)),
    networks: networks.map((name) => ({ id: name, name })),
  }
}

describe('a Compose project is the platform’s', () => {
  test.each([
    [
      'all of it',
      ['macula-registry', 'macula-powerdns', 'macula-grafana'],
      ['infrastructure_macula-infra'],
      true,
    ],
    ['one container on its network', ['macula-registry'], ['infrastructure_macula-infra'], true],
    [
      'two containers on another network',
      ['macula-registry', 'macula-loki'],
      ['infrastructure_default'],
      true,
    ],
    ['only its network is left', [], ['infrastructure_macula-infra'], true],
    ['one container of such a name', ['macula-portal'], ['infrastructure_default'], false],
    [
      'containers with names as Compose gives them',
      ['macula-registry-1', 'macula-grafana-1'],
      ['macula_default'],
      false,
    ],
    ['another project', ['shop-web-1', 'shop-db-1'], ['shop_default'], false],
    ['others on a network of that name', ['shop-web-1'], ['infrastructure_macula-infra'], false],
    ['the network of another project', [], ['shop_macula-infra'], false],
    ['nothing', [], [], false],
  ])('%s', (_, names, networks, is) => {
    expect(isPlatform(project(names, networks))).toBe(is)
  })
  test('whatever its folder and project are called', () => {
    expect(isPlatform(project(['macula-registry'], ['dev_macula-infra'], 'dev'))).toBe(true)
  })
})

test('published ports are said by number, each once', () => {
  const ports = (address: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') => ({
    address,
    port,
    protocol,
  })
  expect(
    sayPorts([
      container('a', { ports: [ports('0.0.0.0', 5001), ports('0.0.0.0', 80)] }),
      container('b', { ports: [ports('0.0.0.0', 80), ports('127.0.0.1', 53, 'udp')] }),
    ]),
  ).toEqual(['port 53/udp of 127.0.0.1', 'port 80 of all addresses', 'port 5001 of all addresses'])
})

test('what needs others stops before them, in a circle as well', () => {
  const of = (service: string, ...needs: readonly string[]) => ({ service, needs })
  const order = stopOrder([of('db'), of('dns', 'db'), of('admin', 'dns'), of('web')]).map(
    ({ service }) => service,
  )
  expect(order.indexOf('admin')).toBeLessThan(order.indexOf('dns'))
  expect(order.indexOf('dns')).toBeLessThan(order.indexOf('db'))
  expect(stopOrder([of('a', 'b'), of('b', 'a')])).toHaveLength(2)
})

test.each([
  ['macula-dev', true],
  ['macula-hub', true],
  ['macula-peer0', true],
  ['macula-peer12', true],
  ['macula', false],
  ['macula-peer', false],
  ['macula-devel', false],
  ['kind', false],
])('the cluster %s: %s', (name, is) => expect(isOldCluster(name)).toBe(is))

describe('a socat', () => {
  test.each([
    [
      'socat TCP-LISTEN:80,bind=127.0.0.2,fork,reuseaddr TCP:127.0.0.1:8080',
      '127.0.0.2:80 127.0.0.1:8080 old',
    ],
    [
      '/usr/bin/socat TCP4-LISTEN:9090,fork,bind=127.0.0.3 TCP4:172.23.0.20:9090',
      '127.0.0.3:9090 172.23.0.20:9090 old',
    ],
    ['socat -d -d TCP-L:443,bind=127.0.0.2,fork TCP:127.0.0.1:8443', '127.0.0.2:443 127.0.0.1:8443 old'],
    ['socat tcp-listen:5432,bind=127.0.0.8,fork tcp:172.23.0.31:5432', '127.0.0.8:5432 172.23.0.31:5432 old'],
    ['socat TCP-LISTEN:9999,bind=127.0.0.3,fork TCP:10.0.0.1:1', '127.0.0.3:9999 10.0.0.1:1 other'],
    ['socat TCP-LISTEN:80,fork TCP:127.0.0.1:8080', 'none'],
    ['socat TCP-LISTEN:80,bind=localhost,fork TCP:127.0.0.1:8080', 'none'],
    ['socat UNIX-LISTEN:/tmp/x TCP:127.0.0.1:8080', 'none'],
    ['socat - TCP:127.0.0.2:80', 'none'],
    ['vim TCP-LISTEN:80,bind=127.0.0.2 TCP:127.0.0.1:8080', 'none'],
  ])('%s', (line, says) => {
    const seen = socatOf(line.split(' '))
    expect(
      seen ? `${seen.address}:${seen.port} ${seen.to} ${isOldForwarder(seen) ? 'old' : 'other'}` : 'none',
    ).toBe(says)
  })
})

describe('lines of a hosts file', () => {
  const ours = new Set(['grafana.macula.local', 'home.macula.local'])
  const read = (text: string) =>
    hostsLinesOf(text, ours, 'macula.local').map(({ line, stays }) => [line, stays] as const)

  test.each([
    ['alone', '127.0.0.1 home.macula.local', [[1, '']]],
    ['several, all ours', '127.0.0.1 home.macula.local grafana.macula.local', [[1, '']]],
    ['beside others', '127.0.0.1 localhost home.macula.local box', [[1, '127.0.0.1 localhost box']]],
    ['with a comment', '127.0.0.1\tbox home.macula.local # mine', [[1, '127.0.0.1\tbox # mine']]],
    ['with a comment and nothing else', '127.0.0.1 home.macula.local # mine', [[1, '']]],
    ['in capitals', '127.0.0.1 Home.Macula.Local', [[1, '']]],
    ['at any address, of the catalog', '10.0.0.3 grafana.macula.local', [[1, '']]],
    ['an Ingress of this machine', '127.0.0.2 arcade0.macula.local', [[1, '']]],
    ['a machine of one’s own under the suffix', '192.168.7.9 nas.macula.local', []],
    ['this machine’s own whole name', '127.0.1.1 dev.macula.local dev', []],
    [
      'beside this machine’s own',
      '127.0.1.1 dev.macula.local dev a.macula.local',
      [[1, '127.0.1.1 dev.macula.local dev']],
    ],
    [
      'a name of the catalog with its short name',
      '127.0.0.1 home.macula.local home',
      [[1, '127.0.0.1 home']],
    ],
    [
      'with a blank of Unicode, which is a part of a name to the C library',
      '127.0.0.1 home.macula.local\u00A0',
      [],
    ],
    ['with one behind another name', '127.0.0.1 home.macula.local box\u00A0', [[1, '127.0.0.1 box\u00A0']]],
    ['commented out', '# 127.0.0.1 home.macula.local', []],
    ['another suffix', '127.0.0.1 home.macula.local.example', []],
    ['of IPv6', '::1 localhost grafana.macula.local', [[1, '::1 localhost']]],
    [
      'above our block',
      '127.0.0.1 home.macula.local\n# BEGIN macula-desktop\n127.0.0.4 grafana.macula.local\n# END macula-desktop\n',
      [[1, '']],
    ],
    [
      'below our block',
      '# BEGIN macula-desktop\n127.0.0.4 grafana.macula.local\n# END macula-desktop\n127.0.0.1 home.macula.local\n',
      [[4, '']],
    ],
    [
      'below a torn block, where it is left',
      '# BEGIN macula-desktop\n127.0.0.1 home.macula.local\n',
      [[2, '']],
    ],
    ['with the line ends of another system', '127.0.0.1 home.macula.local\r', [[1, '']]],
    ['with blanks before', '  127.0.0.1   box  home.macula.local', [[1, '  127.0.0.1   box']]],
  ] as const)('%s', (_, text, found) => expect(read(text)).toEqual(found))
})

describe('a file of dnsmasq', () => {
  test('has names under the suffix, zones that it forwards, and what is for the whole machine', () => {
    const has = dnsmasqFileOf(
      'no-hosts\n# all\naddress=/grafana.macula.local/127.0.0.4\naddress=/.macula.local/home.macula.local/127.0.0.1\nserver=/lab/beam.lab/172.20.0.10 # lab\n',
      'macula.local',
    )
    expect(has).toEqual({
      names: 3,
      zones: [
        { zone: 'lab', to: '172.20.0.10' },
        { zone: 'beam.lab', to: '172.20.0.10' },
      ],
      others: [],
    })
  })
  test.each([
    ['what only its names need', 'no-hosts\ndomain-needed\nbogus-priv\ncache-size = 0\nlog-queries', []],
    ['the suffix answered here alone', 'local=/macula.local/\nserver=/x.macula.local/', []],
    ['names under the suffix by other options', 'host-record=a.Macula.Local,127.0.0.2,::1,60', []],
    ['another name of one', 'cname=b.macula.local,a.macula.local,60', []],
    ['zones', 'server=/lab/172.20.0.10#53\nserver = /beam.lab/::1', []],
    ['where it listens', 'listen-address=127.0.0.1\nbind-interfaces', 2],
    ['a server for all names', 'server=9.9.9.9', 1],
    ['a server for all names, as a domain', 'server=/#/9.9.9.9', 1],
    ['a server for names without a dot', 'server=//1.1.1.1', 1],
    ['servers in a file', 'resolv-file=/etc/resolv.upstream\nno-resolv', 2],
    ['addresses that it gives out', 'dhcp-range=10.0.0.50,10.0.0.150,12h', 1],
    ['a name of one’s own', 'address=/printer.home/10.0.0.9', 1],
    ['a name of one’s own beside', 'address=/x.macula.local/printer.home/10.0.0.9', 1],
    ['every name', 'address=/#/127.0.0.1', 1],
    ['a record of one’s own', 'host-record=nas.lan,10.0.0.8', 1],
    ['an other name of one’s own', 'cname=db.home,x.macula.local', 1],
    ['a zone that is asked nowhere', 'local=/lan/', 1],
    ['a word of a later dnsmasq', 'new-option=1', 1],
  ] as const)('more than its names: %s', (_, lines, others) => {
    const has = dnsmasqFileOf(`address=/home.macula.local/127.0.0.2\n${lines}\n`, 'macula.local')
    expect(has?.others).toEqual(others === 2 || others === 1 ? lines.split('\n') : others)
  })
  test.each([
    '',
    'address=/example.org/127.0.0.1\n',
    'server=1.1.1.1\n',
    '# address=/x.macula.local/1.2.3.4',
  ])('without a name under the suffix is not the platform’s: %j', (text) =>
    expect(dnsmasqFileOf(text, 'macula.local')).toBeUndefined(),
  )
  test.each([
    ['[main]\ndns=dnsmasq\n', true],
    ['# by a script\n[main]\n\ndns = dnsmasq\n', true],
    ['[main]\ndns=dnsmasq\nrc-manager=file\n', false],
    ['[main]\ndns=systemd-resolved\n', false],
    ['', false],
  ])('NetworkManager’s switch alone: %j is %s', (text, is) => expect(isOnlyDnsmasq(text)).toBe(is))
})
