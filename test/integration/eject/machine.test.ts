import { execa } from 'execa'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

/**
 * What the ejected scripts do to a machine, in a sandbox: Debian's dnsmasq service on port 53 by its own init script, the
 * resolver of the C library, and a plain user's forwarders without open ports. NetworkManager is stood in for by two
 * programs that answer as it does, because it wants a system bus and links of its own.
 */

const top = fileURLToPath(new URL('../../..', import.meta.url))
const base = mkdtempSync('/tmp/macula-it-eject-machine-')
const folder = join(base, 'out')

async function sandbox(code: string): Promise<string> {
  const { stdout, stderr, exitCode } = await execa(
    join(top, 'test/machine/sandbox.sh'),
    ['bash', '-euc', code, 'sandbox', folder],
    { reject: false, timeout: 60_000, stdin: 'ignore', all: false },
  )
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
  return stdout
}

/** Debian's dnsmasq as its package leaves it, and a resolver that asks it. */
const withDnsmasq = `
  cp -a /var/lib/macula-test/dnsmasq/etc/. /etc/
  mount -t overlay share -o lowerdir=/var/lib/macula-test/dnsmasq/usr/share:/usr/share /usr/share
  printf 'nameserver 127.0.0.1\\noptions timeout:1 attempts:1\\n' >/etc/resolv.conf
  printf 'hosts: files dns\\n' >/etc/nsswitch.conf
  touch /usr/share/dnsmasq/installed-marker 2>/dev/null || :
  cd "$1"
`

beforeAll(async () => {
  mkdirSync(join(base, 'own', 'config'), { recursive: true })
  writeFileSync(
    join(base, 'own', 'config', 'settings.json'),
    JSON.stringify({
      version: 1,
      suffix: 'eject.test',
      subnet: '172.28.94.0/24',
      addresses: '127.0.94.0/24',
    }),
  )
  await execa(process.execPath, [join(top, 'dist', 'maculactl.mjs'), 'eject', folder], {
    env: { MACULA_HOME: join(base, 'own'), HOME: base },
    stdin: 'ignore',
  })
  await execa('chmod', ['-R', 'a+rX', base])
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

test('names by the system’s dnsmasq: written, nothing to do the second time, undone to the byte', async () => {
  const out = await sandbox(`${withDnsmasq}
    printf 'address=/old.eject.test/127.0.0.1\\n' >/etc/dnsmasq.d/macula.conf
    find /etc -type f -newermt 1970-01-01 | sort | xargs -d '\\n' sha256sum >/tmp/eject-before.$$
    infrastructure/setup-dnsmasq.sh | sed 's/^/first: /'
    infrastructure/setup-dnsmasq.sh | sed 's/^/second: /'
    for name in grafana postgres console; do echo "$name $(getent ahostsv4 $name.eject.test | awk 'NR == 1 { print $1 }')"; done
    getent ahostsv6 grafana.eject.test | grep -v ffff || echo no-AAAA
    getent hosts old.eject.test || echo old-gone
    infrastructure/setup-dnsmasq.sh --undo | sed 's/^/undo: /'
    getent hosts grafana.eject.test || echo gone
    find /etc -type f -newermt 1970-01-01 | sort | xargs -d '\\n' sha256sum >/tmp/eject-after.$$
    diff /tmp/eject-before.$$ /tmp/eject-after.$$ && echo same-etc
    [ ! -e /var/lib/macula-infrastructure ] && echo nothing-kept
    infrastructure/setup-dnsmasq.sh --undo
    /etc/init.d/dnsmasq stop >/dev/null
    rm -f /tmp/eject-before.$$ /tmp/eject-after.$$`)
  expect(out).toContain('first: /etc/dnsmasq.d/macula.conf was there before; it is kept as')
  expect(out).toContain('first: /etc/dnsmasq.d/macula.conf is written.')
  expect(out).toContain('second: Everything is in place already. Nothing was changed.')
  expect(out).toContain('grafana 127.0.94.4\npostgres 127.0.94.8\nconsole 127.0.94.2\n')
  expect(out).toContain('no-AAAA')
  expect(out).toContain('old-gone')
  expect(out).toContain('undo: /etc/dnsmasq.d/macula.conf is as it was before.')
  expect(out).toMatch(/\ngone\n/)
  expect(out).toContain('same-etc')
  expect(out).toContain('nothing-kept')
  expect(out).toContain('There was nothing to take back.')
})

test('NetworkManager’s dnsmasq gets a link, and --undo takes it', async () => {
  const out = await sandbox(`
    mkdir -p /run/bin /etc/NetworkManager/dnsmasq.d
    printf '#!/bin/sh\\necho "[main]"; echo dns=dnsmasq\\n' >/run/bin/NetworkManager
    # It starts its dnsmasq as NetworkManager does (nm-dns-dnsmasq.c).
    printf '#!/bin/sh\\n[ ! -s /run/nm.pid ] || kill "$(cat /run/nm.pid)"; sleep 0.2; exec dnsmasq --no-resolv --no-hosts --bind-dynamic --pid-file=/run/nm.pid --listen-address=127.0.0.1 --conf-file=/dev/null --conf-dir=/etc/NetworkManager/dnsmasq.d\\n' >/run/bin/nmcli
    chmod +x /run/bin/*
    export PATH=/run/bin:$PATH
    printf 'nameserver 127.0.0.1\\noptions timeout:1 attempts:1\\n' >/etc/resolv.conf
    printf 'hosts: files dns\\n' >/etc/nsswitch.conf
    rm -f /etc/init.d/dnsmasq
    cd "$1"
    infrastructure/setup-dnsmasq.sh
    readlink /etc/NetworkManager/dnsmasq.d/macula.conf
    infrastructure/setup-dnsmasq.sh --undo
    ls /etc/NetworkManager/dnsmasq.d /etc/dnsmasq.d | grep macula || echo gone
    kill "$(cat /run/nm.pid)"`)
  expect(out).toContain("NetworkManager's dnsmasq was started again.")
  expect(out).toContain('resolves to 127.0.94.')
  expect(out).toContain('\n/etc/dnsmasq.d/macula.conf\n')
  expect(out).toMatch(/\ngone$/)
})

test('a port 53 that is taken is told with what to write, and then it goes on', async () => {
  const out = await sandbox(`${withDnsmasq}
    socat UDP4-RECVFROM:53,bind=127.0.0.53,fork /dev/null & socat TCP4-LISTEN:53,bind=127.0.0.53,fork /dev/null &
    for try in $(seq 50); do ss -Hlun | grep -q 127.0.0.53:53 && break; sleep 0.1; done
    infrastructure/setup-dnsmasq.sh 2>&1 || echo "code $?"
    printf 'listen-address=127.0.0.1\\nbind-interfaces\\n' >/etc/dnsmasq.d/local.conf
    infrastructure/setup-dnsmasq.sh
    /etc/init.d/dnsmasq stop >/dev/null
    kill $(jobs -p)`)
  expect(out).toContain('dnsmasq does not start')
  expect(out).toContain('listen-address=127.0.0.1\nbind-interfaces\ncode 1\n')
  expect(out).toMatch(/resolves to 127\.0\.94\.\d\.$/m)
})

test('without any dnsmasq, or as a plain user: nothing is written, and what is missing is told', async () => {
  const out = await sandbox(`
    rm -f /etc/init.d/dnsmasq
    cd "$1"
    infrastructure/setup-dnsmasq.sh 2>&1 || echo "code $?"
    runuser -u macula-test -- infrastructure/setup-dnsmasq.sh 2>&1 || echo "code $?"
    infrastructure/setup-dnsmasq.sh --wrong 2>&1 || echo "code $?"
    [ ! -e /etc/dnsmasq.d/macula.conf ] && echo nothing`)
  expect(out).toContain('apt-get install dnsmasq')
  expect(out).toContain('This writes below /etc: sudo infrastructure/setup-dnsmasq.sh')
  expect(out).toContain('Usage: infrastructure/setup-dnsmasq.sh [--undo]')
  expect(out.match(/^code [12]$/gm)).toEqual(['code 1', 'code 1', 'code 2'])
  expect(out).toContain('nothing')
})

test('a plain user without open ports: native ports are forwarded, what needs root is told and asked of nobody', async () => {
  const out = await sandbox(`
    sysctl -qw net.ipv4.ip_unprivileged_port_start=1024
    cd "$1"
    as() { runuser -u macula-test -- env HOME=/run/user-home "$@"; }
    mkdir -p /run/user-home && chown macula-test /run/user-home
    as scripts/setup-observability-routing.sh start || echo "code $?"
    as sh -c 'ls $HOME/.local/state/macula-infrastructure-routing' | grep -c pid
    sysctl -qw net.ipv4.ip_unprivileged_port_start=80
    as scripts/setup-observability-routing.sh start >/dev/null && echo all
    as scripts/setup-kind-routing.sh start
    socat TCP4-LISTEN:9000,bind=127.0.94.9,fork TCP4:127.0.0.1:1 & other=$!
    as scripts/setup-data-routing.sh start || echo "taken $?"
    for one in kind data observability; do as scripts/setup-$one-routing.sh stop >/dev/null; done
    kill $other
    pgrep -u macula-test socat || echo no-socat
    [ ! -e /run/user-home/.local/state/macula-infrastructure-routing ] && echo clean`)
  expect(out).toContain('127.0.94.4:3000 (grafana) leads to 172.28.94.21:3000')
  expect(out).toContain("127.0.94.4:80 (ingress) is not started: ports below 1024 are root's.")
  expect(out).toContain('code 1')
  expect(out).toContain('\nall\n')
  expect(out).toContain('127.0.94.2:80 (cluster) leads to 127.0.0.1:8080')
  expect(out).toContain('127.0.94.9:9000 (object-store) is not started: another program listens there')
  expect(out).toContain('taken 1')
  expect(out).toContain('no-socat')
  expect(out).toContain('clean')
})
