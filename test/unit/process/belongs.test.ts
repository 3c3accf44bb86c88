import { expect, test } from 'vitest'
import { proxyTarget, readCgroup } from '../../../main/system/process/belongs.ts'

const id = '4f'.repeat(32)

test.each([
  ['a system unit', '0::/system.slice/nginx.service\n', { unit: { name: 'nginx.service', of: 'system' } }],
  [
    'an instance of a unit',
    '0::/system.slice/system-web.slice/web@80.service\n',
    { unit: { name: 'web@80.service', of: 'system' } },
  ],
  [
    "a unit of a person's own manager",
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n',
    { unit: { name: 'web.service', of: 'user' } },
  ],
  ['a session', '0::/user.slice/user-1000.slice/session-2.scope\n', {}],
  [
    'a program of the desktop',
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x-1.scope\n',
    {},
  ],
  ['the user manager itself', '0::/user.slice/user-1000.slice/user@1000.service/init.scope\n', {}],
  ['a container under systemd', `0::/system.slice/docker-${id}.scope\n`, { container: '4f4f4f4f4f4f' }],
  ['a container without systemd', `0::/docker/${id}\n`, { container: '4f4f4f4f4f4f' }],
  ['a container of podman', `0::/machine.slice/libpod-${id}.scope\n`, { container: '4f4f4f4f4f4f' }],
  [
    'a pod, not the engine that made it',
    `0::/system.slice/containerd.service/kubepods-burstable:cri-containerd:${id}\n`,
    { container: '4f4f4f4f4f4f' },
  ],
  [
    'the first version of cgroups',
    `12:pids:/system.slice/apache2.service\n1:name=systemd:/system.slice/apache2.service\n`,
    { unit: { name: 'apache2.service', of: 'system' } },
  ],
  ['nothing', '0::/\n', {}],
  ['no such file', '', {}],
])('the cgroup of %s', (_, text, belongs) => expect(readCgroup(text)).toEqual(belongs))

const proxy = (port: string, proto = 'tcp'): readonly string[] => [
  '/usr/bin/docker-proxy',
  '-proto',
  proto,
  '-host-ip',
  '0.0.0.0',
  '-host-port',
  port,
  '-container-ip',
  '172.23.0.9',
  '-container-port',
  '80',
]

test.each([
  ['the container behind a published port', proxy('80'), '172.23.0.9'],
  ['another port', proxy('8080'), undefined],
  ['the same port of UDP', proxy('80', 'udp'), undefined],
  ['another program with such arguments', ['socat', ...proxy('80').slice(1)], undefined],
  ['no arguments', [], undefined],
])('docker-proxy: %s', (_, argv, target) => expect(proxyTarget(argv, 80)).toBe(target))

test('the container behind a published port of UDP', () => {
  expect(proxyTarget(proxy('4433', 'udp'), 4433, 'udp')).toBe('172.23.0.9')
  expect(proxyTarget(proxy('4433'), 4433, 'udp')).toBeUndefined()
})
