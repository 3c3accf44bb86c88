import { describe, expect, it } from 'vitest'
import { missing, tell } from './sandbox.ts'

describe.skipIf(missing !== undefined)('root on a real machine', () => {
  it('fault 14: everything made, seen by any program, and undone: /etc and the kernel as before', async () => {
    expect(await tell('machine.ts')).toMatchObject({
      way: 'root',
      applied: { kind: 'done' },
      again: {
        kind: 'done',
        steps: [{ result: 'unchanged' }, { result: 'unchanged' }, { result: 'unchanged' }],
      },
      found: '127.0.0.4',
      changed: ['/etc/hosts', '/etc/sysctl.d/60-macula.conf', 'port'],
      inPlace: true,
      drift: ['none', 'none', 'none'],
      undone: 'done',
      twice: { kind: 'done', steps: [] },
      same: true,
    })
  })

  it('lines of /etc/hosts above and below our block are told, taken out and given back byte for byte', async () => {
    expect(await tell('lines.ts')).toMatchObject({
      told: {
        state: 'round',
        why: expect.stringMatching(/^\/etc\/hosts:1 says “127\.0\.0\.1 .* \(and 1 line more\)\.$/) as unknown,
        todo: expect.stringMatching(/^maculactl setup takes lines 1 and \d+ of \/etc\/hosts out/) as unknown,
        fix: { action: { kind: 'setup', changes: ['hosts-lines'] } },
      },
      title: 'Take names of Macula out of 2 lines of /etc/hosts',
      says: expect.stringMatching(
        /^\/etc\/hosts:1 says “127.*; \/etc\/hosts:\d+ says “10\.0\.0\.9/,
      ) as unknown,
      applied: 'done',
      first: '127.0.0.1\thome.example nas # mine',
      others: 0,
      good: { state: 'ok', says: 'grafana.macula.local is 127.0.0.4' },
      left: 'none',
      inPlace: true,
      undone: 'done',
      same: true,
    })
  })

  it('routes names through a real systemd-resolved, and takes the route away again', async () => {
    const seen = await tell('resolved.ts', { resolved: true })
    expect(seen).toMatchObject({
      route: 'route-systemd-resolved',
      fits: { fits: true },
      without: expect.not.stringMatching(/^127/),
      applied: { kind: 'done', steps: [{ result: 'done' }, { target: 'systemd-resolved', result: 'done' }] },
      grafana: { answer: '127.0.0.4' },
      getent: '127.0.0.9',
      resolvectl: expect.stringContaining('127.0.0.9'),
      unknown: { answer: 'ENOTFOUND' },
      inPlace: true,
      undone: { kind: 'done', steps: [{ result: 'done' }, { target: 'systemd-resolved', result: 'done' }] },
      after: expect.not.stringMatching(/^127/),
      same: true,
    })
    const { grafana } = seen as { readonly grafana: { readonly ms: number } }
    // A server that was asked in vain first would take its 5 s.
    expect(grafana.ms).toBeLessThan(4500)
  })

  it('fault 11: a full disk and a read-only one: old file or new file, then finished, then undone', async () => {
    const seen = await tell('disk.ts')
    expect(seen).toMatchObject({ fine: 3, wrong: [], sameReadOnly: true, readOnly: { kind: 'failed' } })
    expect((seen as { readonly failed: number }).failed).toBeGreaterThan(5)
  })

  it('runs where there is nothing but busybox, and never as somebody else', async () => {
    expect(await tell('bare.ts')).toMatchObject({
      applied: expect.stringContaining('end\tok\n'),
      file: 'net.ipv4.ip_unprivileged_port_start = 80\n',
      again: expect.not.stringContaining('\tdone\t'),
      undone: expect.stringContaining('end\tok\n'),
      notRoot: expect.stringContaining('end\trefused\tthis is for root only'),
      same: true,
    })
  })
})

describe.skipIf(missing !== undefined)('fault 15: a plain user asks for root', () => {
  const user = 'macula-test'
  const done = { applied: { kind: 'done' }, inPlace: true, found: '127.0.0.9', undone: 'done', left: [] }
  const nothing = { inPlace: false, left: [] }

  it('by the desktop, which allows it', async () => {
    const seen = await tell('ask.ts', { user, polkit: 'yes', env: { DISPLAY: ':0' } })
    expect(seen).toMatchObject({ ...done, way: 'desktop', by: { uid: 1001, user } })
  })

  it('by the desktop, which does not', async () => {
    const seen = await tell('ask.ts', { user, polkit: 'no', env: { DISPLAY: ':0' } })
    expect(seen).toMatchObject({ ...nothing, way: 'desktop', applied: { kind: 'refused', how: 'denied' } })
  })

  it('without any way to be asked', async () => {
    const seen = await tell('ask.ts', { user })
    expect(seen).toMatchObject({ ...nothing, applied: { kind: 'refused', how: 'no-agent' } })
  })

  /** Types `words` one after the other, each at the next prompt. */
  function typing(...words: readonly string[]): (shown: string) => string | undefined {
    let typed = 0
    return (shown) => {
      const asked = shown.split('password for').length - 1
      return asked > typed ? words[typed++] : undefined
    }
  }

  it('in a terminal, with the password', async () => {
    const seen = await tell('ask.ts', { user, type: typing('secret\n', 'secret\n') })
    expect(seen).toMatchObject({ ...done, way: 'sudo', terminal: true, by: { uid: 1001, user } })
  })

  it('in a terminal, with a wrong password', async () => {
    const seen = await tell('ask.ts', { user, type: typing('a\n', 'b\n', 'c\n') })
    expect(seen).toMatchObject({ ...nothing, way: 'sudo', applied: { kind: 'refused', how: 'denied' } })
  })

  it('in a terminal, with Ctrl-C', async () => {
    const seen = await tell('ask.ts', { user, type: typing('\u0003') })
    expect(seen).toMatchObject({ ...nothing, way: 'sudo', applied: { kind: 'refused', how: 'dismissed' } })
  })

  it('in a terminal, without an answer: refused in time, and no plan is left for a late one', async () => {
    const seen = await tell('ask.ts', { user, type: typing(), env: { STORY_DEADLINE: '500' } })
    expect(seen).toMatchObject({ ...nothing, way: 'sudo', applied: { kind: 'refused', how: 'timeout' } })
  })
})
