import { describe, expect, test } from 'vitest'
import { parseKindFile } from '../../../main/system/catalog/kind-file.ts'

/** kind's own configuration as people have it: taken as it is, or each line named with what to write instead. */

const read = (nodes: string, more = '') =>
  parseKindFile({
    service: 'second',
    origin: 'user',
    folder: '/c/second',
    file: '/c/second/kind.yaml',
    text: `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n${more}${nodes}`,
  })
const node = (...mappings: readonly string[]): string =>
  `nodes:\n  - role: control-plane\n    extraPortMappings:\n${mappings.map((one) => `      - { ${one} }\n`).join('')}`

describe('taken as it is', () => {
  test('without image, name and listenAddress, with UDP, mounts and workers', () => {
    const told = read(
      `${node('containerPort: 80, hostPort: 8080', 'containerPort: 4433, hostPort: 4433, protocol: UDP')}    extraMounts: [{ hostPath: /home/ada/src, containerPath: /src, readOnly: true }]\n  - role: worker\n  - role: worker\n`,
    )
    expect(told).toEqual({
      name: 'kind',
      image: undefined,
      ports: [
        { listen: 80, host: '127.0.0.1', port: 8080, open: true },
        { listen: 4433, host: '127.0.0.1', port: 4433, protocol: 'udp', open: true },
      ],
      ingress: { listen: 80, host: '127.0.0.1', port: 8080, open: true },
      notes: [expect.stringContaining('Published on all addresses of this machine: 8080, 4433.')],
    })
  })

  test('of several nodes the first with a port has it; one address of this machine is one', () => {
    const told = read(
      `${node('containerPort: 80, hostPort: 8080, listenAddress: 192.168.1.4')}  - role: worker\n    extraPortMappings: [{ containerPort: 80, hostPort: 8081, listenAddress: 127.0.0.1 }]\n`,
      'name: shop\n',
    )
    expect(told).toMatchObject({
      name: 'shop',
      ports: [{ listen: 80, host: '192.168.1.4', port: 8080 }],
      notes: [],
    })
  })
})

describe('each line that cannot be taken says what to write', () => {
  test.each([
    ['a port of chance', node('containerPort: 80'), '', 6, 'must be a port of this machine, like 8090'],
    ['none at all', node('containerPort: 80, hostPort: 0'), '', 6, 'must be a port of this machine'],
    ['SCTP', node('containerPort: 80, hostPort: 1, protocol: SCTP'), '', 6, 'must be TCP or UDP'],
    [
      'IPv6',
      node('containerPort: 80, hostPort: 1'),
      'networking: { ipFamily: ipv6 }\n',
      3,
      'must be ipv4 or dual',
    ],
    [
      'a mount from where kind is started',
      `${node('containerPort: 80, hostPort: 1')}    extraMounts: [{ hostPath: ./src, containerPath: /src }]\n`,
      '',
      7,
      'must be a whole path, like /home/ada/src',
    ],
    [
      'mirrors of the old way',
      node('containerPort: 80, hostPort: 1'),
      `containerdConfigPatches:\n  - |-\n    [plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:5001"]\n      endpoint = ["http://kind-registry:5000"]\n`,
      4,
      'leave them out, nodes are pointed at our registry under every name it has',
    ],
    [
      'no way to its ingress',
      'nodes: [{ role: control-plane }]\n',
      '',
      3,
      'extraPortMappings: [{ containerPort: 80',
    ],
    ['no nodes', '', '', 1, 'extraPortMappings: [{ containerPort: 80'],
    ['workers alone', 'nodes: [{ role: worker }]\n', '', 3, 'must name a node of the control plane'],
  ])('%s', (_, nodes, more, line, says) => {
    const told = read(nodes, more)
    expect(told).toEqual([expect.objectContaining({ file: '/c/second/kind.yaml', line })])
    expect(JSON.stringify(told)).toContain(says)
  })

  test.each([
    [
      'small letters',
      node('containerPort: 80, hostPort: 1, protocol: tcp'),
      'must be TCP or UDP, in capital letters',
      6,
    ],
    [
      'a port twice',
      node('containerPort: 80, hostPort: 8090', 'containerPort: 443, hostPort: 8090'),
      'extraPortMappings.1.hostPort: 8090 is taken by nodes.0.extraPortMappings.0, which forwards to 80: must be another port of this machine, like 8091',
      7,
    ],
    [
      'a port twice, of one address and of all, on two nodes',
      `${node('containerPort: 80, hostPort: 8090, listenAddress: 127.0.0.1')}  - role: worker\n    extraPortMappings: [{ containerPort: 80, hostPort: 8090 }]\n`,
      'is taken by nodes.0.extraPortMappings.0',
      8,
    ],
    [
      'a name that is a number',
      `name: 5\n${node('containerPort: 80, hostPort: 1')}`,
      'name: must be a text',
      3,
    ],
    ['nodes that are none', 'nodes: 5\n', 'nodes: must be a list', 3],
    ['a node that is none', 'nodes: [5]\n', 'nodes.0: must be keys with values', 3],
    [
      'a port in quotes',
      node('containerPort: "80", hostPort: 1'),
      'containerPort: must be a whole number without quotes',
      6,
    ],
    ['a port too high', node('containerPort: 80, hostPort: 70000'), 'must be a port from 1 to 65535', 6],
    [
      'eleven nodes',
      `nodes:\n${'  - role: worker\n'.repeat(10)}  - role: control-plane\n`,
      'nodes: must be 1 to 10 nodes',
      4,
    ],
  ])('%s', (_, nodes, says, line) => {
    const told = read(nodes)
    expect(told).toEqual([
      expect.objectContaining({ line, reason: expect.stringContaining(says) as unknown }),
    ])
    expect(JSON.stringify(told)).not.toMatch(/expected|received|Invalid|Too (?:big|small)/)
  })

  test('a line without a value is none, as for kind', () => {
    const one = node('containerPort: 80, hostPort: 8090')
    expect(read(`name:\nnetworking: null\n${one}    image: null\n    extraMounts:\n`)).toEqual(read(one))
    expect(read('name: null\nnodes: null\n')).toMatchObject([
      { reason: expect.stringContaining('a node must publish the ingress') as unknown },
    ])
  })

  test('one port of TCP and of UDP, and of two addresses, are several', () => {
    const mappings = ['TCP', 'UDP'].map(
      (protocol) => `containerPort: 80, hostPort: 8090, listenAddress: 127.0.0.1, protocol: ${protocol}`,
    )
    expect(
      read(node(...mappings, 'containerPort: 443, hostPort: 8090, listenAddress: 127.0.0.5')),
    ).toMatchObject({ name: 'kind' })
  })

  test('several at once are several problems', () => {
    const told = read(
      node('containerPort: 80, hostPort: 0', 'containerPort: 81, hostPort: 1, listenAddress: "::"'),
    )
    expect(told).toMatchObject([{ line: 6 }, { line: 7 }])
  })
})
