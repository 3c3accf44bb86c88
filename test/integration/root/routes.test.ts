import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { onSystemd } from './sandbox.ts'

const missing =
  process.getuid?.() !== 0
    ? 'not root'
    : existsSync('/var/lib/macula-test/systemd/root')
      ? undefined
      : 'test/machine/setup.sh was not run'
if (missing !== undefined) console.warn(`SKIPPED: routes on a real systemd: ${missing}`)

describe.skipIf(missing !== undefined)('on a machine with a real systemd', () => {
  it('each route leads the C library to our names, and is undone without a trace', async () => {
    const seen = (await onSystemd('routes.ts')) as Readonly<Record<string, unknown>>
    expect(Number(seen['version'])).toBeGreaterThanOrEqual(258)
    const live = (id: string, file: string, unit: string, leaked: unknown, fitting: readonly string[]) => ({
      fitting,
      fits: { fits: true },
      without: expect.not.stringMatching(/^127/) as string,
      applied: {
        kind: 'done',
        steps: [
          { change: id, target: file, result: 'done' },
          { target: unit, result: 'done' },
        ],
      },
      grafana: '127.0.0.4',
      lab: '127.0.0.77',
      unknown: 'ENOTFOUND',
      // Names elsewhere go on; our name server may be asked for them by the drop-in only, and is not always.
      elsewhere: '192.0.2.80',
      leaked,
      inPlace: true,
      drift: ['none'],
      again: { kind: 'done', steps: [{ result: 'unchanged' }, { result: 'unchanged' }] },
      undone: { kind: 'done', steps: [{ result: 'done' }, { target: unit, result: 'done' }] },
      after: expect.not.stringMatching(/^127/) as string,
      elsewhereAfter: '192.0.2.80',
      same: true,
    })
    const resolved = ['route-dns-delegate', 'route-systemd-resolved', 'route-hosts']
    expect(seen['delegate']).toMatchObject(
      live(
        'route-dns-delegate',
        '/etc/systemd/dns-delegate.d/macula-desktop.dns-delegate',
        'systemd-resolved',
        false,
        resolved,
      ),
    )
    expect(seen['dropIn']).toMatchObject(
      live(
        'route-systemd-resolved',
        '/etc/systemd/resolved.conf.d/macula.conf',
        'systemd-resolved',
        expect.any(Boolean),
        resolved,
      ),
    )
    expect(seen['networkManager']).toMatchObject(
      live(
        'route-networkmanager',
        '/etc/NetworkManager/dnsmasq.d/macula-desktop.conf',
        'NetworkManager',
        false,
        ['route-networkmanager', 'route-hosts'],
      ),
    )
    expect(seen['dnsmasq']).toMatchObject(
      live('route-dnsmasq', '/etc/dnsmasq.d/macula-desktop.conf', 'dnsmasq', false, [
        'route-dnsmasq',
        'route-hosts',
      ]),
    )
    // The platform's own file goes before ours, is told, is taken away, and comes back.
    expect(seen['taken']).toMatchObject({
      goesBefore: expect.stringContaining('/etc/dnsmasq.d/macula.conf (2 names)') as string,
      hidden: '127.0.0.99',
      removed: { kind: 'done', steps: [{ result: 'done' }, { result: 'done' }] },
      shown: '127.0.0.4',
      nothingBefore: 'nothing',
      undone: { kind: 'done' },
      oldAgain: '127.0.0.99',
      same: true,
    })
  })

  it('a laptop as the platform’s scripts make it is led to us by one run of set-up, and given back', async () => {
    expect(await onSystemd('laptop.ts')).toMatchObject({
      old: '127.0.0.99',
      setup: expect.stringMatching(/route-networkmanager[^]*4 changes made/) as string,
      led: '127.0.0.4',
      store: '127.0.0.9',
      again: expect.stringContaining('NetworkManager’s dnsmasq is set up for our names.') as string,
      undo: expect.stringContaining('no change by Macula is left on this machine') as string,
      back: '127.0.0.99',
      same: true,
    })
  })

  it('what the platform’s own set-up left is taken away and given back, byte for byte', async () => {
    expect(await onSystemd('taking.ts')).toMatchObject({
      applied: { kind: 'done' },
      ports: [false, false],
      units: ['disabled,inactive', 'disabled,inactive'],
      gone: true,
      drift: ['none', 'none', 'none', 'none', 'none', 'none', 'none'],
      again: { kind: 'done' },
      undone: { kind: 'done' },
      portsAfter: [true, true],
      unitsAfter: ['enabled,active', 'enabled,active'],
      same: true,
    })
  })
})
