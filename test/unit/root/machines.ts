/** Machines as data: what their files, links and programs say, and which resolver route each of them takes. */
import type { Machine } from '../../../main/system/setup/machine.ts'

export interface Given {
  readonly title: string
  readonly platform?: NodeJS.Platform
  /** "hosts:" of nsswitch.conf; null: there is no such file (musl, macOS). */
  readonly hosts: string | null
  /** Name servers of resolv.conf. */
  readonly servers: readonly string[]
  /** The version of a systemd-resolved that runs. */
  readonly resolved?: number | 'unknown'
  /** NetworkManager runs; its DNS mode, or null where busctl is missing. */
  readonly networkManager?: string | null
  /** The dnsmasq unit runs: how it was started. */
  readonly dnsmasq?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly links?: Readonly<Record<string, string>>
  /** The route that is taken; null: none. */
  readonly takes: string | null
  /** What set-up says of it. */
  readonly says: string
  /** Why the routes before it are not taken, as far as it is worth telling here. */
  readonly not?: Readonly<Record<string, string>>
}

const DEBIAN = ['-u', 'dnsmasq', '-7', '/etc/dnsmasq.d,.dpkg-dist,.dpkg-old,.dpkg-new']
const RESOLVE = 'files mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns'
const DNS = 'files mdns4_minimal [NOTFOUND=return] dns'
const STUB = ['127.0.0.53']
const OWN = { 'route-systemd-resolved': 'systemd-resolved does not run here.' }
const LISTED = 'Programs read /etc/hosts; no block of Macula is in it yet.'
const ASKS = 'systemd-resolved answers for this machine.'

export const machines: readonly Given[] = [
  {
    title: 'Ubuntu 26.04, systemd 259',
    hosts: RESOLVE,
    servers: STUB,
    resolved: 259,
    networkManager: 'systemd-resolved',
    takes: 'route-dns-delegate',
    says: ASKS,
  },
  {
    title: 'Fedora 43, systemd 258',
    hosts: 'files myhostname mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns',
    servers: STUB,
    resolved: 258,
    networkManager: 'systemd-resolved',
    takes: 'route-dns-delegate',
    says: ASKS,
  },
  {
    title: 'Arch with systemd-networkd and systemd-resolved 260',
    hosts: 'mymachines resolve [!UNAVAIL=return] files myhostname dns',
    servers: STUB,
    resolved: 260,
    takes: 'route-dns-delegate',
    says: ASKS,
  },
  {
    title: 'Ubuntu 24.04, NetworkManager over systemd-resolved 255',
    hosts: DNS,
    servers: STUB,
    resolved: 255,
    networkManager: 'systemd-resolved',
    takes: 'route-systemd-resolved',
    says: ASKS,
    not: {
      'route-dns-delegate': 'systemd 255 knows no DNS delegates; 258 does.',
      'route-networkmanager':
        'NetworkManager runs without a dnsmasq of its own (its DNS mode is systemd-resolved).',
    },
  },
  {
    title: 'Ubuntu 22.04 server, netplan, systemd 249',
    hosts: 'files dns',
    servers: STUB,
    resolved: 249,
    takes: 'route-systemd-resolved',
    says: ASKS,
  },
  {
    title: 'Debian 13 with systemd-resolved 257 and libnss-resolve',
    hosts: RESOLVE,
    servers: ['192.168.1.1'],
    resolved: 257,
    takes: 'route-systemd-resolved',
    says: ASKS,
  },
  {
    title: 'systemd-resolved of an unknown version',
    hosts: RESOLVE,
    servers: STUB,
    resolved: 'unknown',
    takes: 'route-systemd-resolved',
    says: ASKS,
    not: {
      'route-dns-delegate': 'The version of systemd is not known: resolvectl --version does not answer.',
    },
  },
  {
    title: 'Debian 12 desktop, NetworkManager alone',
    hosts: DNS,
    servers: ['192.168.1.1'],
    networkManager: 'default',
    takes: 'route-hosts',
    says: LISTED,
    not: {
      ...OWN,
      'route-networkmanager': 'NetworkManager runs without a dnsmasq of its own (its DNS mode is default).',
      'route-dnsmasq': 'No dnsmasq runs here as a unit of systemd.',
    },
  },
  {
    title: 'Manjaro laptop as the platform’s scripts make it: dns=dnsmasq',
    hosts: 'mymachines files myhostname dns',
    servers: ['127.0.0.1'],
    networkManager: 'dnsmasq',
    files: {
      '/etc/NetworkManager/dnsmasq.d/macula.conf':
        'no-hosts\naddress=/home.macula.local/127.0.0.2\naddress=/grafana.macula.local/127.0.0.4\n',
    },
    takes: 'route-networkmanager',
    says: 'NetworkManager’s dnsmasq answers for this machine. Names under macula.local are answered by /etc/NetworkManager/dnsmasq.d/macula.conf (2 names) itself, and that takes precedence over Macula: maculactl migrate takes the platform’s own files out.',
  },
  {
    title: 'Ubuntu 16.04 and its kind: NetworkManager’s dnsmasq at 127.0.1.1',
    hosts: DNS,
    servers: ['127.0.1.1'],
    networkManager: 'dnsmasq',
    takes: 'route-networkmanager',
    says: 'NetworkManager’s dnsmasq answers for this machine.',
  },
  {
    title: 'NetworkManager’s dnsmasq on a system without busctl',
    hosts: DNS,
    servers: ['127.0.0.1'],
    networkManager: null,
    files: { '/run/NetworkManager/dnsmasq.pid': '812\n', '/proc/812/comm': 'dnsmasq\n' },
    takes: 'route-networkmanager',
    says: 'NetworkManager’s dnsmasq answers for this machine.',
  },
  {
    title: 'dns=dnsmasq, but resolv.conf is a file of a VPN',
    hosts: DNS,
    servers: ['10.8.0.1', '127.0.0.1'],
    networkManager: 'dnsmasq',
    takes: 'route-hosts',
    says: LISTED,
    not: {
      'route-networkmanager':
        'NetworkManager runs a dnsmasq, but programs do not ask it: /etc/resolv.conf does not point to it.',
    },
  },
  {
    title: 'Debian 12 with a system dnsmasq, as the platform’s scripts make it',
    hosts: 'files dns',
    servers: ['127.0.0.1'],
    dnsmasq: DEBIAN,
    files: {
      '/etc/dnsmasq.d/macula.conf':
        'no-hosts\naddress=/home.macula.local/127.0.0.2\nserver=/lab/172.23.0.10\n',
    },
    takes: 'route-dnsmasq',
    says: 'dnsmasq answers for this machine. Names under macula.local are answered by /etc/dnsmasq.d/macula.conf (1 name) itself, and that takes precedence over Macula: maculactl migrate takes the platform’s own files out.',
  },
  {
    title: 'Debian with resolvconf and a clean dnsmasq',
    hosts: 'files dns',
    servers: ['127.0.0.1'],
    dnsmasq: DEBIAN,
    links: { '/etc/resolv.conf': '../run/resolvconf/resolv.conf' },
    takes: 'route-dnsmasq',
    says: 'dnsmasq answers for this machine.',
  },
  {
    title: 'Fedora with a system dnsmasq',
    hosts: 'files myhostname dns',
    servers: ['127.0.0.1'],
    dnsmasq: ['-k'],
    files: { '/etc/dnsmasq.conf': '# x\nconf-dir=/etc/dnsmasq.d,.rpmnew,.rpmsave,.rpmorig\n' },
    takes: 'route-dnsmasq',
    says: 'dnsmasq answers for this machine.',
  },
  {
    title: 'Arch with a system dnsmasq as it comes: no conf-dir',
    hosts: 'mymachines files myhostname dns',
    servers: ['127.0.0.1'],
    dnsmasq: ['-k', '--enable-dbus', '--user=dnsmasq', '--pid-file'],
    files: { '/etc/dnsmasq.conf': '#conf-dir=/etc/dnsmasq.d\n' },
    takes: 'route-hosts',
    says: LISTED,
    not: {
      'route-dnsmasq':
        'dnsmasq answers for this machine, but does not read /etc/dnsmasq.d: with the line conf-dir=/etc/dnsmasq.d,*.conf in /etc/dnsmasq.conf it does.',
    },
  },
  {
    title: 'Arch with a system dnsmasq and conf-dir, through a second file',
    hosts: 'files dns',
    servers: ['127.0.0.1'],
    dnsmasq: ['-k'],
    files: {
      '/etc/dnsmasq.conf': 'conf-file=/etc/more.conf\n',
      '/etc/more.conf': 'conf-dir=/etc/dnsmasq.d/,*.conf\n',
    },
    takes: 'route-dnsmasq',
    says: 'dnsmasq answers for this machine.',
  },
  {
    title: 'a dnsmasq that reads other files only',
    hosts: 'files dns',
    servers: ['127.0.0.1'],
    dnsmasq: ['--conf-file=/etc/mine.conf'],
    files: {
      '/etc/mine.conf': 'conf-dir=/etc/dnsmasq.d,*.dns\n',
      '/etc/dnsmasq.conf': 'conf-dir=/etc/dnsmasq.d\n',
    },
    takes: 'route-hosts',
    says: LISTED,
    not: {
      'route-dnsmasq':
        'dnsmasq answers for this machine, but does not read /etc/dnsmasq.d: with the line conf-dir=/etc/dnsmasq.d,*.conf in /etc/mine.conf it does.',
    },
  },
  {
    title: 'a dnsmasq for DHCP only beside systemd-resolved 257',
    hosts: DNS,
    servers: STUB,
    resolved: 257,
    dnsmasq: ['-p', '0'],
    takes: 'route-systemd-resolved',
    says: ASKS,
    not: { 'route-dnsmasq': 'dnsmasq runs here, but answers no names (port=0).' },
  },
  {
    title: 'systemd-resolved runs, but resolv.conf and nsswitch lead past it',
    hosts: 'files dns',
    servers: ['9.9.9.9'],
    resolved: 257,
    takes: 'route-hosts',
    says: LISTED,
    not: {
      'route-systemd-resolved':
        'systemd-resolved runs, but programs do not ask it: /etc/resolv.conf does not point to it.',
    },
  },
  {
    title: 'a plain resolv.conf without any of these',
    hosts: 'files dns',
    servers: ['192.168.1.1', '1.1.1.1'],
    takes: 'route-hosts',
    says: LISTED,
    not: OWN,
  },
  {
    title: 'unbound or another server on 127.0.0.1',
    hosts: 'files dns',
    servers: ['127.0.0.1'],
    takes: 'route-hosts',
    says: LISTED,
    not: { 'route-dnsmasq': 'No dnsmasq runs here as a unit of systemd.' },
  },
  {
    title: 'WSL 2',
    hosts: 'files dns',
    servers: ['10.255.255.254'],
    files: {
      '/etc/hosts':
        '# This file was automatically generated by WSL. To stop automatic generation of this file, …\n',
    },
    takes: 'route-hosts',
    says: `${LISTED} WSL rewrites /etc/hosts at each start, without our names: generateHosts = false under [network] in /etc/wsl.conf keeps them. Windows itself does not read this file.`,
  },
  {
    title: 'WSL 2 whose hosts file is a person’s own',
    hosts: 'files dns',
    servers: ['10.255.255.254'],
    files: {
      '/etc/hosts': '# This file was automatically generated by WSL. …\n',
      '/etc/wsl.conf': '[boot]\nsystemd=true\n[network]\ngenerateHosts = false\n',
    },
    takes: 'route-hosts',
    says: LISTED,
  },
  {
    title: 'a cloud machine whose hosts file cloud-init writes',
    hosts: 'files dns',
    servers: ['169.254.169.253'],
    files: {
      '/etc/hosts': "# Your system has configured 'manage_etc_hosts' as True.\n127.0.0.1 localhost\n",
    },
    takes: 'route-hosts',
    says: `${LISTED} cloud-init rewrites /etc/hosts at each start, without our names: manage_etc_hosts: false in /etc/cloud/cloud.cfg keeps them.`,
  },
  {
    title: 'Alpine: musl reads no nsswitch.conf, dnsmasq runs under OpenRC',
    hosts: null,
    servers: ['127.0.0.1'],
    takes: 'route-hosts',
    says: LISTED,
    not: { 'route-dnsmasq': 'No dnsmasq runs here as a unit of systemd.' },
  },
  {
    title: 'a container: its hosts file is mounted',
    hosts: 'files dns',
    servers: ['127.0.0.11'],
    files: { '/proc/self/mountinfo': '30 20 8:2 /x /etc/hosts rw,relatime - ext4 /dev/b rw\n' },
    takes: null,
    says: '/etc/hosts is mounted from elsewhere (containers and mount --bind do that); it can only be changed where it comes from.',
  },
  {
    title: 'NixOS without systemd-resolved: its hosts file is a link',
    hosts: 'mymachines files myhostname dns',
    servers: ['192.168.1.1'],
    links: { '/etc/hosts': '/etc/static/hosts' },
    takes: null,
    says: '/etc/hosts is a link, made by another program; Macula leaves it alone.',
  },
  {
    title: 'programs that do not read the hosts file',
    hosts: 'dns',
    servers: ['192.168.1.1'],
    takes: null,
    says: 'Programs do not read /etc/hosts: /etc/nsswitch.conf leaves it out.',
  },
  {
    title: 'macOS',
    platform: 'darwin',
    hosts: null,
    servers: ['192.168.1.1'],
    takes: 'route-hosts',
    says: LISTED,
    not: { 'route-dns-delegate': 'systemd-resolved is for Linux.' },
  },
]

/** The machine that such data describes. What is not named is not there. */
export function machineOf(given: Given): Machine {
  const { hosts, servers, files, links, dnsmasq } = given
  const text: Readonly<Record<string, string>> = {
    '/etc/hosts': '127.0.0.1 localhost\n',
    ...(hosts === null ? {} : { '/etc/nsswitch.conf': `passwd: files\nhosts: ${hosts}\n` }),
    '/etc/resolv.conf': servers.map((server) => `nameserver ${server}\n`).join(''),
    ...(dnsmasq === undefined
      ? {}
      : { '/proc/811/cmdline': ['/usr/sbin/dnsmasq', ...dnsmasq, ''].join('\0') }),
    ...files,
  }
  const outputs: Readonly<Record<string, string>> = {
    ...(typeof given.resolved === 'number'
      ? { 'resolvectl --version': `systemd ${given.resolved} (x)\n` }
      : {}),
    ...(given.networkManager === undefined ? {} : { 'nmcli -g': 'running\n' }),
    ...(typeof given.networkManager === 'string'
      ? { 'busctl --system': `s "${given.networkManager}"\n` }
      : {}),
    ...(dnsmasq === undefined ? {} : { 'systemctl show': 'ActiveState=active\nMainPID=811\n' }),
  }
  return {
    platform: given.platform ?? 'linux',
    person: { uid: 1000, user: 'ada' },
    text: (path) => Promise.resolve(text[path]),
    list: (path) =>
      Promise.resolve(
        Object.keys(text)
          .filter((one) => one.startsWith(`${path}/`))
          .map((one) => one.slice(path.length + 1))
          .filter((one) => !one.includes('/')),
      ),
    link: (path) => Promise.resolve(links?.[path]),
    answers: () => Promise.resolve(given.resolved !== undefined),
    tool: () => Promise.resolve(undefined),
    output: (tool, args) => Promise.resolve(outputs[`${tool} ${args[0] ?? ''}`]),
  }
}
