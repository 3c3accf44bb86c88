import { expect, test } from 'vitest'
import { heldFix } from '../../../main/model/release.ts'
import {
  adviseHolder,
  commandToSee,
  commandToEnd,
  FORWARDER_COMES,
  sayHolder,
  sayHowToEnd,
  sayLeft,
} from '../../../main/model/say.ts'
import type { Holder } from '../../../main/model/observation.ts'

const nginx = { pid: 812, program: 'nginx' } as const

/** Who holds a port, how it is said, and the one command that ends it for good. */
const cases: readonly (readonly [string, Holder, string, string | undefined])[] = [
  ['a program', nginx, 'nginx (pid 812)', undefined],
  [
    'a system unit',
    { ...nginx, unit: { name: 'nginx.service', of: 'system' } },
    'nginx (pid 812, nginx.service)',
    'sudo systemctl stop nginx.service',
  ],
  [
    "a person's own unit",
    { ...nginx, unit: { name: 'web.service', of: 'user' } },
    'nginx (pid 812, web.service)',
    'systemctl --user stop web.service',
  ],
  [
    'a published port',
    { pid: 99, program: 'docker-proxy', container: 'macula-nginx-ingress' },
    'the container macula-nginx-ingress (docker-proxy, pid 99)',
    'docker stop macula-nginx-ingress',
  ],
  [
    'a container of a service of ours',
    { pid: 9, container: 'macula-pub-1', service: { id: 'pub', title: 'Pub' } },
    'Pub (its container macula-pub-1)',
    'maculactl down pub',
  ],
  ['a container without a pid', { container: 'web' }, 'the container web', 'docker stop web'],
  ['a pid', { pid: 7 }, 'pid 7', undefined],
  [
    'a unit whose name a shell would run',
    { ...nginx, unit: { name: "a$(touch x); b'c.service", of: 'user' } },
    "nginx (pid 812, a$(touch x); b'c.service)",
    String.raw`systemctl --user stop 'a$(touch x); b'\''c.service'`,
  ],
  [
    'a unit with a backslash, as systemd writes dashes',
    { ...nginx, unit: { name: String.raw`dev-a\x2db.service`, of: 'system' } },
    String.raw`nginx (pid 812, dev-a\x2db.service)`,
    String.raw`sudo systemctl stop 'dev-a\x2db.service'`,
  ],
  [
    'a unit whose name would be an option, or no line',
    { ...nginx, unit: { name: '--force.service', of: 'user' } },
    'nginx (pid 812, --force.service)',
    undefined,
  ],
  [
    'a container that this Docker does not know',
    { pid: 9, program: 'nginx', container: '0123456789ab', unknown: true },
    'the container 0123456789ab, which Docker does not know (nginx, pid 9)',
    undefined,
  ],
  [
    'a program of another user',
    { user: 'www-data' },
    'a program of user www-data (only root can see which)',
    undefined,
  ],
  ['nobody that may be seen', {}, 'a program that this user may not see', undefined],
]

test.each(cases)('%s that holds a port is named, with what ends it', (_, holder, says, command) => {
  expect(sayHolder(holder)).toBe(says)
  expect(commandToEnd(holder)).toBe(command)
  expect(sayHowToEnd(holder, '127.0.0.4:80')).toBe(
    holder.service
      ? 'Remove that port from ports in the compose files of pub and recreate it (maculactl up pub), or stop it (maculactl down pub)'
      : command === undefined
        ? commandToSee(holder, '80') === undefined
          ? 'Stop it by its own means, or move it to another port'
          : "See which it is (sudo ss -ltnp 'sport = :80'), then stop it or move it to another port"
        : `Stop it or move it to another port (${command} stops it)`,
  )
})

test.each<readonly [string, Holder, string, string | undefined]>([
  ['of another user', { user: 'root' }, '127.0.0.4:80', "sudo ss -ltnp 'sport = :80'"],
  ['of nobody that may be seen', {}, '5354', "sudo ss -ltnp 'sport = :5354'"],
  ['on a port of UDP', { user: 'root' }, '127.0.0.2:4433/udp', "sudo ss -lunp 'sport = :4433'"],
  ['that is known', nginx, '127.0.0.4:80', undefined],
  ['of a container', { container: 'web', user: 'root' }, '127.0.0.4:80', undefined],
  ['of another Macula', { user: 'root', macula: { uid: 0 } }, '127.0.0.4:80', undefined],
])('a program %s: the command that shows root which it is', (_, holder, at, command) => {
  expect(commandToSee(holder, at)).toBe(command)
  if (command !== undefined) expect(adviseHolder(holder, at, 'go on')).toContain(command)
})

test('why who holds a port is left alone: what is ours is not called another’s', () => {
  expect(sayLeft(nginx)).toBe('it is not ours, so it is left alone.')
  expect(sayLeft({ service: { id: 'pub', title: 'Pub' } })).toBe(
    'its compose file publishes that port (ports), and Docker does that past our forwarders.',
  )
})

test.each<readonly [string, Holder['from'], string]>([
  [
    'has the keys of a terminal',
    { terminal: 'pts/3', foreground: true, parents: ['bash', 'code'] },
    'Stop it in its terminal pts/3 (bash, in code) with Ctrl-C',
  ],
  [
    'runs in the background of a terminal',
    { terminal: 'pts/3', parents: ['zsh'] },
    'Stop it in its terminal pts/3 (zsh): it runs there in the background',
  ],
  [
    'has a terminal of nobody that is known',
    { terminal: 'tty2', foreground: true, parents: [] },
    'Stop it in its terminal tty2 with Ctrl-C',
  ],
  ['was started by another program', { parents: ['node'] }, 'Stop it where it was started, by node'],
])('a plain program is never to be killed: it %s, and is stopped there', (_, from, says) => {
  const holder = { ...nginx, ...(from ? { from } : {}) }
  expect(sayHowToEnd(holder, '80')).toBe(`${says}, or move it to another port`)
  expect(adviseHolder(holder, '80', FORWARDER_COMES)).not.toMatch(/kill/)
  // Nobody here can end it: the button only looks, and takes the port when it is free by then.
  expect(heldFix(holder, '127.0.0.4:80', '80')).toEqual({
    label: 'Check port 80 again',
    command: 'maculactl up',
    action: { kind: 'forward' },
  })
})
