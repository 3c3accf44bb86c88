import { describe, expect, test } from 'vitest'
import { setupSchema } from '../../../main/cli/json/setup.ts'
import { undoSchema } from '../../../main/cli/json/undo.ts'
import { runCommand } from './run-command.ts'
import { ledger, setupItems } from './stand-in.ts'

type Entry = (typeof ledger)[number]

const inPlace = setupItems.map((item) => ({ ...item, state: 'in place' }) as const)

describe('maculactl setup', () => {
  test('shows every change with reason, price and exact content', async () => {
    const { out } = await runCommand({ columns: 100, answers: [undefined] }).run('setup')
    await expect(out).toMatchFileSnapshot('golden/setup-100.txt')
  })

  test('what is in a file already is shown as a difference', async () => {
    const files = {
      '/etc/sysctl.d/60-macula.conf': '# by hand\nnet.ipv4.ip_unprivileged_port_start=1024\n',
    }
    const { out } = await runCommand({ columns: 100, answers: [undefined], files }).run('setup')
    expect(out).toContain('replaces the file that is there, 0644 root; undo puts it back')
    expect(out).toContain('   -net.ipv4.ip_unprivileged_port_start=1024\n')
    expect(out).toContain('   +net.ipv4.ip_unprivileged_port_start=80\n')
  })

  test.each([
    ['sudo', 'sudo makes the changes; it may ask for your password, once.'],
    ['desktop', 'Your desktop lets root make the changes; it may ask for your password, once.'],
    ['root', undefined],
  ] as const)('by %s: no password is promised that may not be asked for', async (elevation, says) => {
    const { err, code } = await runCommand({ elevation }).run('setup', '--yes')
    expect(code).toBe(0)
    if (says === undefined) expect(err).not.toMatch(/password/i)
    else expect(err).toContain(says)
  })

  test('a block is shown with the two lines around it: they are written too', async () => {
    const content = '127.0.0.4 grafana.macula.local\n'
    const item = {
      change: {
        ...setupItems[0]!.change,
        id: 'route-hosts',
        verbs: [{ verb: 'block', path: '/etc/hosts', content }],
      },
      state: 'to do',
      says: 'x',
    } as const
    const { out } = await runCommand({ columns: 100, plan: [item], answers: [undefined] }).run('setup')
    expect(out).toContain(
      '   │ # BEGIN macula-desktop\n   │ 127.0.0.4 grafana.macula.local\n   │ # END macula-desktop\n',
    )
  })

  test('asks once, applies in one call what was chosen, reports each step', async () => {
    const one = runCommand({ columns: 100, answers: [['low-ports']] })
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(one.questions).toEqual([
      'Which of these changes should be made? Enter makes what is chosen, n or Esc changes nothing.',
      '- Install 2 packages',
      '- Allow ports from 80',
      expect.stringContaining('There is no cluster yet.'),
      '- Not now (any time later: maculactl up cluster/hub)',
      '- Create it now',
    ])
    expect(one.standIn.asked).toEqual(['setup low-ports', 'end wizard', 'close'])
    expect(ended.err).toContain('✔ wrote low-ports')
    expect(ended.out).toContain('1 change made. maculactl undo lists them, with what can be undone.')
  })

  test('--yes asks nothing, --skip leaves a step out', async () => {
    const one = runCommand()
    expect((await one.run('setup', '--yes', '--skip', 'low-ports')).code).toBe(0)
    expect(one.questions).toEqual([])
    expect(one.standIn.asked[0]).toBe('setup tools')
    expect(one.out()).toContain('○ Left out: low-ports.')
  })

  test('--skip with an unknown step is a usage error', async () => {
    const ended = await runCommand().run('setup', '--yes', '--skip', 'low-port')
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('Did you mean low-ports?')
  })

  test('without a terminal and without --yes: shows all, changes nothing, exit 2', async () => {
    const one = runCommand()
    const ended = await one.run('setup')
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('maculactl setup --yes to apply this, or maculactl setup --print')
    expect(ended.out).toContain('2. Allow ports from 80')
    expect(one.standIn.asked).toEqual(['close'])
  })

  test.each([
    ['left the question', [undefined], undefined],
    ['chose nothing', [[]], undefined],
    [
      'dismissed the prompt',
      [['tools', 'low-ports']],
      { kind: 'refused', how: 'dismissed', says: 'The prompt was dismissed.' },
    ],
  ] as const)('a person who %s: exit 3, what still works, and the commands', async (_, answers, outcome) => {
    const one = runCommand({ columns: 100, answers, ...(outcome ? { outcome } : {}) })
    const ended = await one.run('setup')
    expect(ended.code).toBe(3)
    expect(ended.err).toContain('Nothing was changed. Everything still works by address and port:')
    expect(ended.err).toContain('http://127.0.0.4:3000')
    expect(ended.err).toContain('sudo sysctl -p /etc/sysctl.d/60-macula.conf')
  })

  test('no way to become root: says so with the commands, exit 4', async () => {
    const ended = await runCommand({ noElevation: true }).run('setup', '--yes')
    expect(ended.code).toBe(4)
    expect(ended.err).toContain('There is no way to ask for your password here')
    expect(ended.err).toContain('sudo apt-get install')
  })

  test('a step that fails: exit 1, and how to go on', async () => {
    const outcome = {
      kind: 'failed',
      says: 'No space left on device.',
      steps: [
        {
          change: 'tools',
          verb: 'packages',
          target: 'socat',
          result: 'failed',
          says: 'No space left on device.',
        },
      ],
    } as const
    const ended = await runCommand({ outcome }).run('setup', '--yes')
    expect(ended.code).toBe(1)
    expect(ended.err).toContain('✖ socat: No space left on device.')
    expect(ended.err).toContain('continues where it stopped')
  })

  test('in place already: says so, exit 0, nothing asked', async () => {
    const one = runCommand({ plan: inPlace, columns: 100 })
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(ended.out).toContain('Everything is in place already. Nothing was changed.')
    expect(one.questions).toEqual([])
    expect(one.standIn.asked).toEqual(['end wizard', 'close'])
  })

  const torn = 'The marker lines of Macula in /etc/hosts are torn (line 3): remove them by hand.'
  const blocked = [
    ...inPlace,
    {
      change: { id: 'route', title: 'Set up names', reason: 'x', verbs: [], commands: [] },
      state: 'blocked',
      says: torn,
    },
  ] as const
  test.each([['--yes'], ['--print']])('what cannot be done here is told by setup %s, exit 1', async (how) => {
    const ended = await runCommand({ plan: blocked }).run('setup', how)
    expect(ended.code).toBe(1)
    expect(ended.out + ended.err).toContain('Set up names: not possible here.')
    expect((ended.out + ended.err).replaceAll(/\s+/g, ' ')).toContain(torn)
    expect(ended.out + ended.err).not.toContain('Everything is in place')
  })

  test('what is taken away is shown exactly, and the plan reads back', async () => {
    const taking = [
      {
        change: {
          id: 'migrate-hosts',
          title: 'Take the old set-up out',
          reason: 'x',
          verbs: [
            { verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) },
            {
              verb: 'lines',
              path: '/etc/hosts',
              lines: [{ line: 9, text: '127.0.0.1 nas a.b', stays: '127.0.0.1 nas' }],
            },
            { verb: 'unit-off', unit: 'dnsmasq.service' },
            { verb: 'end', pid: 4711, started: 1, argv: ['socat', 'TCP4-LISTEN:80', 'TCP4:127.0.0.1:8080'] },
            { verb: 'reload', unit: 'dnsmasq' },
          ],
          commands: [],
        },
        state: 'to do',
        says: 'y',
      },
    ] as const
    const { out, err } = await runCommand({ plan: taking, columns: 110 }).run('setup', '--yes')
    for (const line of [
      '   /etc/dnsmasq.d/macula.conf  is moved away; undo puts it back',
      '   @@ -9 +9 @@ line 9',
      '   -127.0.0.1 nas a.b',
      '   +127.0.0.1 nas',
      '   process 4711  is ended; undo starts it again',
      '   -socat TCP4-LISTEN:80 TCP4:127.0.0.1:8080',
      '   systemctl restart dnsmasq',
    ])
      expect((out + err).split('\n')).toContain(line)
    const json = await runCommand({ plan: taking }).run('setup', '--json', '--print')
    expect(setupSchema.parse(JSON.parse(json.out)).items[0]?.verbs).toEqual(taking[0].change.verbs)
  })

  test('--print prints commands only', async () => {
    const ended = await runCommand().run('setup', '--print', '--skip', 'tools')
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(ended.out).toBe(
      [
        '# Allow ports from 80',
        "printf '%s\\n' 'net.ipv4.ip_unprivileged_port_start=80' | sudo tee /etc/sysctl.d/60-macula.conf",
        'sudo sysctl -p /etc/sysctl.d/60-macula.conf',
        '',
      ].join('\n'),
    )
  })

  test('--json follows its schema: plan only, and with its outcome', async () => {
    for (const argv of [['--print'], ['--yes'], ['--yes', '--skip', 'tools']]) {
      const { out, code } = await runCommand().run('setup', '--json', ...argv)
      const value: unknown = JSON.parse(out)
      expect(setupSchema.parse(value)).toEqual(value)
      expect(code).toBe(0)
    }
    const asked = await runCommand().run('setup', '--json')
    expect(asked.code).toBe(2)
    expect(setupSchema.parse(JSON.parse(asked.out)).outcome).toBeNull()
  })
})

describe('maculactl undo', () => {
  test('lists what was changed', async () => {
    const ended = await runCommand({ columns: 120 }).run('undo')
    expect(ended.code).toBe(0)
    await expect(ended.out).toMatchFileSnapshot('golden/undo-120.txt')
  })

  test('of a long past only the end is listed, all with --history', async () => {
    const undone = Array.from({ length: 40 }, (_, index) => ({
      ...ledger[3]!,
      id: String(index + 5),
      at: ledger[3]!.at + index * 60_000,
    }))
    const one = (): ReturnType<typeof runCommand> => runCommand({ entries: [...ledger, ...undone] })
    const { out } = await one().run('undo')
    expect(out.match(/^○ \d+/gm)).toEqual(Array.from({ length: 10 }, (_, index) => `○ ${44 - index}`))
    expect(out).toContain('31 more were undone before; maculactl undo --history lists all.')
    const { out: all } = await one().run('undo', '--history')
    expect(all.match(/^○ \d+/gm)).toHaveLength(41)
    expect(all).not.toContain('undone before')
    expect(await one().run('undo', '--history', '--all')).toMatchObject({ code: 2 })
  })

  test('nothing was ever changed', async () => {
    const ended = await runCommand({ entries: [] }).run('undo')
    expect(ended).toMatchObject({
      code: 0,
      out: 'Nothing was changed on this machine.\n',
    })
  })

  test.each([['3'], ['route-systemd-resolved'], ['/etc/systemd/resolved.conf.d/macula.conf']])(
    'an entry is found by %s',
    async (word) => {
      const one = runCommand()
      expect((await one.run('undo', word)).code).toBe(0)
      expect(one.standIn.asked[0]).toBe('undo 3')
    },
  )

  const [packages, file, resolved, past] = ledger as unknown as readonly [Entry, Entry, Entry, Entry]
  test.each([
    ['all can be undone', [resolved], '  Each can be undone: maculactl undo ENTRY'],
    ['some stay', [packages, resolved], '  1 of them can be undone: maculactl undo ENTRY'],
    ['nothing can be undone', [packages, past], undefined],
    ['all was undone', [past], undefined],
  ])('the list says which can be undone: %s', async (_, entries, says) => {
    const { out } = await runCommand({ entries }).run('undo')
    if (says === undefined) expect(out).not.toContain('can be undone')
    else expect(out).toContain(says)
  })

  test.each([
    [
      'nothing is left',
      [file, resolved],
      ['3', '2', '--even-if-drifted'],
      0,
      '✔ 2 changes undone; no change by Macula is left on this machine.',
    ],
    ['others stay', ledger, ['3'], 0, '✔ 1 change undone; 2 other changes stay on this machine.'],
    [
      'packages stay',
      [packages, resolved],
      ['--all'],
      0,
      '✔ 1 change undone; 1 other change stays on this machine.',
    ],
    ['what was meant is left', ledger, ['--all'], 1, '▲ 1 change undone, 1 left.'],
  ])('an undo says what the record says: %s', async (_, entries, argv, code, says) => {
    const ended = await runCommand({ entries }).run('undo', ...argv)
    expect(ended.code).toBe(code)
    expect(ended.out).toBe(`${says}\n`)
  })

  test('what root left although it was meant is left', async () => {
    const one = runCommand({ entries: [resolved], keeps: ['3'] })
    const ended = await one.run('undo', '3')
    expect(ended).toMatchObject({ code: 1, out: '▲ 0 changes undone, 1 left.\n' })
    expect(ended.err).toContain('/etc/systemd/resolved.conf.d/macula.conf is left: as we wrote it.')
  })

  test('what is offered after drift names the entry, and does it', async () => {
    const refused = await runCommand().run('undo', 'low-ports')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('maculactl undo 2 --even-if-drifted undoes it anyway')
    const left = await runCommand().run('undo', '--all')
    expect(left.err).toContain('maculactl undo 2 --even-if-drifted undoes it too')
    const offered = runCommand()
    expect((await offered.run('undo', '2', '--even-if-drifted')).code).toBe(0)
    expect(offered.standIn.asked[0]).toBe('undo 2 even if drifted')
  })

  test.each(['--even-if-drifted', '--even-others'])(
    '%s alone takes nothing back and says so: exit 2',
    async (even) => {
      const one = runCommand({ columns: 200 })
      const ended = await one.run('undo', even)
      expect(ended).toMatchObject({ code: 2, out: '' })
      expect(ended.err).toContain(`maculactl undo ENTRY ${even}, or maculactl undo --all ${even}`)
      expect(one.standIn.asked).toEqual([])
    },
  )

  test('an unknown entry is answered with those that can be undone, not with those that were', async () => {
    const undone = Array.from({ length: 40 }, (_, index) => ({ ...past, id: String(index + 5) }))
    const ended = await runCommand({ columns: 200, entries: [...ledger, ...undone] }).run('undo', 'nosuch')
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('There are: low-ports, 2, route-systemd-resolved and 3.')
    const none = await runCommand({ columns: 200, entries: [packages, past] }).run('undo', 'nosuch')
    expect(none.code).toBe(2)
    expect(none.err).toContain('No change of this machine can be undone now.')
    expect(none.err).not.toContain('There are')
  })

  test('an unknown entry is a usage error', async () => {
    const ended = await runCommand().run('undo', 'low-port')
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('Did you mean low-ports?')
  })

  test('what somebody else changed is shown and asked', async () => {
    const one = runCommand({ columns: 100, answers: ['anyway'] })
    expect((await one.run('undo', '--all')).code).toBe(0)
    expect(one.err()).toContain('+# disabled by hardening role, ticket 4411')
    expect(one.standIn.asked[0]).toBe('undo 2,3 even if drifted')
  })

  test('"leave" undoes the rest and says what is left: exit 1', async () => {
    const one = runCommand({ columns: 100, answers: ['leave'] })
    expect((await one.run('undo', '--all')).code).toBe(1)
    expect(one.standIn.asked[0]).toBe('undo 3')
    expect(one.out()).toContain('1 change undone, 1 left.')
    expect(one.err()).toContain('/etc/sysctl.d/60-macula.conf is left: changed by somebody else.')
  })

  test('--yes asks nothing, as elsewhere: what somebody else changed is left', async () => {
    const one = runCommand({ columns: 100, answers: ['anyway'] })
    expect((await one.run('undo', '--all', '--yes')).code).toBe(1)
    expect([one.questions, one.standIn.asked[0]]).toEqual([[], 'undo 3'])
  })

  test('"nothing" undoes nothing: exit 3', async () => {
    const one = runCommand({ columns: 100, answers: ['nothing'] })
    expect((await one.run('undo', '--all')).code).toBe(3)
    expect(one.standIn.asked).toEqual(['close'])
  })

  test('without a terminal drift is left, unless --even-if-drifted', async () => {
    const one = runCommand()
    expect((await one.run('undo', '--all')).code).toBe(1)
    expect(one.standIn.asked[0]).toBe('undo 3')
    const alone = runCommand()
    expect((await alone.run('undo', 'low-ports')).code).toBe(1)
    expect(alone.standIn.asked).toEqual(['close'])
    const even = runCommand()
    expect((await even.run('undo', '--all', '--even-if-drifted')).code).toBe(0)
    expect(even.standIn.asked[0]).toBe('undo 2,3 even if drifted')
  })

  test('what is another person’s is listed by whose it is, and stays until --even-others', async () => {
    const adas = {
      ...ledger[2]!,
      id: '9',
      drift: 'none',
      by: { uid: 4001, user: 'ada' },
      others: true,
      undoable: false,
    } as const
    const listed = await runCommand({ entries: [adas] }).run('undo')
    expect(listed.out).toContain('belongs to ada (uid 4001); undo keeps it')
    const one = runCommand({ entries: [...ledger, adas] })
    const ended = await one.run('undo', '--all', '--even-if-drifted')
    expect(one.standIn.asked[0]).toBe('undo 2,3 even if drifted')
    expect(ended.err).toContain(
      `${adas.target} stays: it belongs to ada (uid 4001). maculactl undo 9 --even-others undoes it too.`,
    )
    const even = runCommand({ entries: [adas] })
    expect((await even.run('undo', '9', '--even-others')).code).toBe(0)
    expect(even.standIn.asked[0]).toBe('undo 9 even others')
    const edited = await runCommand({ entries: [{ ...adas, drift: 'changed' }] }).run(
      'undo',
      '9',
      '--even-others',
    )
    expect(edited.err).toContain('maculactl undo 9 --even-if-drifted --even-others undoes it anyway')
    const tools = runCommand({ entries: [{ ...adas, verb: 'packages' }] })
    expect((await tools.run('undo', '9', '--even-others')).out).toBe('There is nothing to undo.\n')
  })

  test('what is of another project of the same person is listed by its name, and --all leaves it', async () => {
    const theirs = { ...ledger[2]!, id: '9', drift: 'none', project: 'shop', elsewhere: true } as const
    const listed = await runCommand({ entries: [...ledger, theirs], columns: 160 }).run('undo')
    expect(listed.out).toContain('of your project shop')
    expect(listed.out).toContain('maculactl undo --all, which leaves what is of your project shop.')
    const one = runCommand({ entries: [...ledger, theirs] })
    const ended = await one.run('undo', '--all', '--even-if-drifted')
    expect(one.standIn.asked[0]).toBe('undo 2,3 even if drifted')
    expect(ended.err).toContain(
      `${theirs.target} stays: it belongs to your project shop. maculactl undo 9 undoes it.`,
    )
    // The words for a change are those of this project's too.
    expect((await runCommand({ entries: [theirs] }).run('undo', theirs.change)).code).toBe(2)
    const named = runCommand({ entries: [...ledger, theirs] })
    expect((await named.run('undo', '9')).code).toBe(0)
    expect(named.standIn.asked[0]).toBe('undo 9')
    const every = runCommand({ entries: [theirs] })
    expect((await every.run('undo', '--all', '--all-projects')).code).toBe(0)
    expect(every.standIn.asked[0]).toBe('undo 9')
    expect((await runCommand({ entries: [theirs] }).run('undo', '9', '--all-projects')).code).toBe(2)
  })

  test('at a terminal every undo asks first and says what; -y does not', async () => {
    const asked = async (answer: string | undefined, ...argv: readonly string[]) => {
      const one = runCommand({ columns: 120, answers: [answer] })
      const ended = await one.run('undo', ...argv)
      return { ...ended, questions: one.questions, asked: one.standIn.asked }
    }
    const left = await asked('leave', '3')
    expect(left.code).toBe(3)
    expect(left.questions).toEqual([
      expect.stringMatching(/^Undo 1 change: \/etc\/systemd\/resolved.conf.d\/macula.conf \(.*\)\?$/),
      '- Undo nothing',
      '- Undo it',
    ])
    expect(left.asked).toEqual(['close'])
    expect((await asked(undefined, '3')).asked).toEqual(['close'])
    expect(await asked('undo', '3')).toMatchObject({ code: 0, asked: ['undo 3', 'close'] })
    expect(await asked(undefined, '3', '-y')).toMatchObject({ code: 0, questions: [] })
    // Who was asked about what somebody else changed has said it all.
    expect((await asked('leave', '--all')).questions.filter((line) => !line.startsWith('- '))).toHaveLength(1)
  })

  test('what cannot be undone is said', async () => {
    const ended = await runCommand().run('undo', 'tools')
    expect(ended.code).toBe(0)
    expect(ended.err).toContain('dnsmasq-base socat stays')
    expect(ended.out).toBe('There is nothing to undo.\n')
  })

  test('refused: exit 3', async () => {
    const outcome = { kind: 'refused', how: 'denied', says: 'sudo says no.' } as const
    const ended = await runCommand({ outcome }).run('undo', '3')
    expect(ended.code).toBe(3)
    expect(ended.err).toContain('Nothing was undone.')
  })

  test('--json follows its schema', async () => {
    for (const argv of [[], ['3']]) {
      const { out } = await runCommand().run('undo', '--json', ...argv)
      const value: unknown = JSON.parse(out)
      expect(undoSchema.parse(value)).toEqual(value)
      expect(undoSchema.parse(value).entries).toHaveLength(ledger.length)
    }
  })

  test('names and --all exclude each other', async () => {
    expect((await runCommand().run('undo', '3', '--all')).code).toBe(2)
  })
})
