import { describe, expect, test } from 'vitest'
import { migrateSchema } from '../../../main/cli/json/migrate.ts'
import type { MigrationResult } from '../../../main/model/migration.ts'
import { oldView } from '../migration/old-view.ts'
import { runCommand, type CommandRun } from './run-command.ts'
import { nothingWorld } from './worlds.ts'

const before = oldView

/** What the engine was told to do. */
const did = ({ standIn }: CommandRun): readonly string[] => standIn.asked.filter((one) => one !== 'close')
/** What was asked, without the answers that were offered. */
const questions = (one: CommandRun): readonly string[] =>
  one.questions.filter((line) => !line.startsWith('- '))

describe('maculactl migrate', () => {
  test('shows what is there and each step with its effect, price and way back', async () => {
    const { out, code } = await runCommand({ before, columns: 100 }).run('migrate', '--list')
    expect(code).toBe(0)
    for (const said of [
      'The Compose project infrastructure in /home/ada/macula/dev/infrastructure',
      '172.23.0.0/16 (the Docker network infrastructure_macula-infra)',
      '41.3 GB, 41 repositories, 212 tags',
      'TimescaleDB 2.11 cannot be taken over.',
      'container macula-registry (registry:2) is stopped and removed',
      'no volume is removed',
      'Also means: What it serves does not answer until Macula runs.',
      'Stop macula-port-forwarding.service and take it out (root)',
      'docker compose --project-name infrastructure up -d',
      'maculactl undo before-hosts',
    ])
      expect(out).toContain(said)
  })

  test('asks, does exactly what was shown, and starts ours', async () => {
    const one = runCommand({ before, columns: 100, answers: ['yes'] })
    const { code } = await one.run('migrate')
    expect(code).toBe(0)
    expect(questions(one)).toEqual([
      'Take this over? 3 steps, the data of 1 store and the start of Macula’s services, nothing else.',
    ])
    expect(did(one)[0]).toBe('migrate compose-infrastructure,before-unit,before-hosts,data-registry without ')
    // The old network is still there in this stand-in.
    expect(did(one).some((asked) => asked.startsWith('up '))).toBe(false)
  })

  test('ours start where nothing of theirs has their room', async () => {
    const free = { ...oldView, found: [], steps: oldView.steps.slice(1) }
    const one = runCommand({ before: free, columns: 100, answers: ['yes'] })
    const { out } = await one.run('migrate')
    expect(did(one).some((asked) => asked.startsWith('up '))).toBe(true)
    expect(out).toContain('✔ The data of 1 store taken over and 2 steps done.')
    expect(out).toContain(
      'maculactl open home shows all services in the browser; maculactl migrate --back brings',
    )
  })

  test.each([['no'], [undefined]])('answered by %s nothing is done', async (answer) => {
    const one = runCommand({ before, columns: 100, answers: [answer] })
    const { code, err } = await one.run('migrate')
    expect(code).toBe(3)
    // No addresses follow here: they are told where set-up was refused.
    expect(err).toMatch(/Nothing was changed\. Everything is as it was\.\n$/)
    expect(did(one)).toEqual([])
  })

  test('where nobody can be asked it says how', async () => {
    const one = runCommand({ before })
    const { code, err } = await one.run('migrate')
    expect(code).toBe(2)
    expect(err).toContain('maculactl migrate --yes')
    expect(did(one)).toEqual([])
  })

  test.each([
    [['--without', 'before-unit'], 'compose-infrastructure,before-hosts,data-registry without before-unit'],
    [['--without', 'hosts', '--without', 'data'], 'compose-infrastructure,before-unit without before-hosts'],
    [['--without', 'registry'], 'compose-infrastructure,before-unit,before-hosts without '],
    [['--only-data', 'all'], 'data-registry,data-powerdns without '],
    [['--only-data', 'powerdns'], 'data-powerdns without '],
  ])('%j', async (words, asked) => {
    const one = runCommand({ before })
    const { code } = await one.run('migrate', '--yes', '--without', 'start', ...words)
    expect(code).toBe(0)
    expect(did(one)).toEqual([`migrate ${asked}`])
  })

  test.each([
    ['--without', 'before-unti', 'before-unit'],
    ['--only-data', 'registri', 'registry'],
  ])('%s with a word that means nothing is an error that names what is near', async (flag, word, near) => {
    const one = runCommand({ before })
    const { code, err } = await one.run('migrate', '--yes', flag, word)
    expect(code).toBe(2)
    expect(err).toContain(near)
    expect(did(one)).toEqual([])
  })

  test('what is left is told with its price, and ours do not start over theirs', async () => {
    const one = runCommand({
      before,
      migrated: {
        ok: false,
        done: [],
        left: [
          {
            id: 'before-unit',
            title: 'Stop it',
            because: 'the prompt was closed',
            without: 'it keeps 127.0.0.2',
          },
        ],
        trouble: { kind: 'refused', what: 'What root was to do was not done.' },
      },
    })
    const { code, out, err } = await one.run('migrate', '--yes')
    expect(code).toBe(3)
    expect(out + err).toContain('What root was to do was not done.')
    expect(did(one)).toHaveLength(1)
  })

  test('on a machine without any of it there is nothing to do', async () => {
    const one = runCommand({})
    const { code, out } = await one.run('migrate')
    expect(code).toBe(0)
    expect(out).toContain('Nothing of the platform’s earlier set-up is on this machine.')
    expect(did(one)).toEqual([])
  })

  test('--json prints the plan, and with --yes how it went', async () => {
    const shown = migrateSchema.parse(
      JSON.parse((await runCommand({ before }).run('migrate', '--list', '--json')).out),
    )
    expect(shown.result).toBeNull()
    expect(shown.steps.map(({ root }) => root)).toEqual([false, true, true])
    const done = migrateSchema.parse(
      JSON.parse((await runCommand({ before }).run('migrate', '--yes', '--json')).out),
    )
    expect(done.result?.ok).toBe(true)
  })
})

describe('what a person should know at the end', () => {
  const registry = { from: 'macula_registry', to: 'macula_registry_before-20261127-0034' }
  const done = { ok: true, done: [{ id: 'data-registry', says: '2 tags' }], left: [] }
  const said = async (migrated: MigrationResult, ...words: readonly string[]) => {
    const one = runCommand({ before, migrated, columns: 80 })
    const { out, err, code } = await one.run('migrate', '--yes', '--without', 'start', ...words)
    return { code, all: (out + err).replaceAll(/\s+/g, ' '), out, err }
  }

  test('is where data of Macula’s own is now, and how it is removed and put back', async () => {
    const { all, code } = await said({ ...done, aside: [registry] })
    expect(code).toBe(0)
    expect(all).toContain(
      '✔ What Macula itself had there is kept, in a volume of Docker: - macula_registry as macula_registry_before-20261127-0034 docker volume rm NAME removes it; maculactl reset --help says how to put it back.',
    )
    expect((await said(done)).all).not.toContain('volume of Docker')
  })

  test('also where a later store failed', async () => {
    const trouble = { kind: 'failed', what: 'A blob differs.' } as const
    const { all } = await said({ ok: false, done: [], left: [], trouble, aside: [registry] })
    expect(all).toContain('macula_registry as macula_registry_before-20261127-0034')
  })

  test('is what does not run again, with the command', async () => {
    const off = [
      { id: 'registry', title: 'Registry' },
      { id: 'timescaledb', title: 'TimescaleDB' },
    ]
    const { all, code } = await said({ ...done, ok: false, off })
    expect(code).toBe(1)
    expect(all).toContain(
      'Registry and TimescaleDB are off: they were stopped while data was taken over. maculactl up registry timescaledb starts them.',
    )
  })

  test('and that a store may be half filled after an interruption', async () => {
    const off = [{ id: 'registry', title: 'Registry' }]
    const trouble = { kind: 'refused', what: 'Interrupted.' } as const
    const { all } = await said({ ok: false, done: [], left: [], trouble, off })
    expect(all).toContain(
      'The next maculactl migrate goes on and starts it at its end. maculactl up registry starts it with what is there now.',
    )
  })

  test('is what to do, each command in a line of its own', async () => {
    const todo = 'docker stop backup stops it.\nmaculactl migrate --without registry leaves this store out.'
    const { err } = await said({ ...done, ok: false, trouble: { kind: 'failed', what: 'No.', todo } })
    expect(err).toContain(
      '\n  docker stop backup stops it.\n  maculactl migrate --without registry leaves this',
    )
    expect(err).not.toContain('\uFFFD')
  })

  test('the list names all copies that there are', async () => {
    const { out } = await runCommand({ before: { ...oldView, aside: [registry] }, columns: 80 }).run(
      'migrate',
      '--list',
    )
    expect(out).toContain('  - macula_registry as macula_registry_before-20261127-0034\n')
    const json = await runCommand({ before: { ...oldView, aside: [registry] } }).run(
      'migrate',
      '--list',
      '--json',
    )
    expect(migrateSchema.parse(JSON.parse(json.out)).aside).toEqual([registry])
  })
})

describe('who writes to a store that is to be copied', () => {
  const writing = {
    ...oldView,
    data: oldView.data.map((set) =>
      set.measured.kind === 'found' && set.id === 'registry'
        ? { ...set, measured: { ...set.measured, writers: ['backup-writer'] } }
        : set,
    ),
  }

  test('is told in the list, and before anybody is asked', async () => {
    const { out, code } = await runCommand({ before: writing, columns: 100 }).run('migrate', '--list')
    expect(code).toBe(0)
    expect(out).toContain(
      '  docker stop backup-writer stops it.\n  maculactl migrate --without registry leaves',
    )
    const one = runCommand({ before: writing, columns: 100, answers: ['yes'] })
    const { err, code: refused } = await one.run('migrate')
    expect(refused).toBe(4)
    expect(err).toContain(
      'The registry’s images are not taken over: backup-writer runs and may write to them.',
    )
    expect(questions(one)).toEqual([])
    expect(did(one)).toEqual([])
  })

  test('is no matter where that store is left out', async () => {
    const one = runCommand({ before: writing })
    const { code } = await one.run('migrate', '--yes', '--without', 'start', '--without', 'registry')
    expect(code).toBe(0)
    expect(did(one)).toHaveLength(1)
  })
})

describe('--without what is not here', () => {
  test.each(['clusters', 'hosts', 'registry', 'compose-infrastructure', 'before-socat', 'data'])(
    '%s leaves nothing out, is told, and is no error: a script runs twice',
    async (word) => {
      const one = runCommand({ columns: 100 })
      const { code, err } = await one.run('migrate', '--yes', '--without', word, '--without', 'start')
      expect(code).toBe(0)
      const told = `Nothing of this machine is left out by --without ${word}: there is no such step here.`
      expect(err.includes(told)).toBe(word !== 'data')
    },
  )

  test('a store that is taken alone, too', async () => {
    const one = runCommand({ columns: 100 })
    const { code, err } = await one.run('migrate', '--yes', '--only-data', 'grafana')
    expect(code).toBe(0)
    expect(err).toContain('There is no such store of an earlier set-up on this machine: grafana.')
    expect(did(one)).toEqual([])
    const all = await runCommand({ columns: 100 }).run('migrate', '--yes', '--only-data', 'all')
    expect(all.err).toContain('No store of an earlier set-up is on this machine.')
  })

  test('who wants data alone reads of data alone', async () => {
    const one = runCommand({ before, columns: 100 })
    const { out, err } = await one.run(
      'migrate',
      '--yes',
      '--only-data',
      'grafana',
      '--only-data',
      'registry',
    )
    expect(err.replaceAll(/\s+/g, ' ')).toContain('grafana. There are: registry, powerdns, timescaledb.')
    expect(out).toContain('The registry’s images')
    expect(out).not.toMatch(/Forwarders|What is done, in this order|Nothing of the platform/)
    expect(did(one)).toEqual(['migrate data-registry without '])
  })

  test('what is no word of it on any machine is an error', async () => {
    const { code, err } = await runCommand({}).run('migrate', '--yes', '--without', 'clutsers')
    expect(code).toBe(2)
    expect(err).toContain('clusters')
  })
})

describe('their passwords', () => {
  const envFile = '/home/ada/macula/dev/infrastructure/.env'
  const withEnv = {
    ...oldView,
    found: oldView.found.map((part) => (part.id === 'compose' ? { ...part, envFile } : part)),
  }
  const files = { [envFile]: 'POSTGRES_PASSWORD=theirs\n', '/tmp/other.env': 'POSTGRES_PASSWORD=other\n' }
  const imports = async (one: CommandRun, ...words: readonly string[]) => {
    const { code } = await one.run('migrate', ...words)
    return { code, did: did(one).map((what) => what.split(' ')[0]) }
  }

  test.each([
    [
      ['--yes', '--import-env'],
      ['import', 'migrate'],
    ],
    [
      ['--yes', '--import-env', '/tmp/other.env'],
      ['import', 'migrate'],
    ],
    [['--yes'], ['migrate']],
  ])('%j: %j, before anything is made with others', async (words, order) => {
    const one = runCommand({ before: withEnv, files })
    expect(await imports(one, ...words, '--without', 'start')).toEqual({
      // The stand-in’s import refuses one password by name.
      code: order.includes('import') ? 1 : 0,
      did: order,
    })
  })

  test('at a terminal it is asked for', async () => {
    const one = runCommand({ before: withEnv, files, columns: 100, answers: ['yes', 'yes'] })
    expect((await imports(one, '--without', 'start')).did).toEqual(['import', 'migrate'])
    expect(questions(one)[0]).toContain('nothing else. Their passwords are asked about next.')
    expect(questions(one)[1]).toContain(envFile)
    const other = runCommand({ before: withEnv, files, columns: 100, answers: ['yes', 'no'] })
    expect((await imports(other, '--without', 'start')).did).toEqual(['migrate'])
  })

  test('who goes on types the same again: of a project that is taken over they came before', async () => {
    const step = oldView.steps[0]!
    const begun = {
      ...oldView,
      found: oldView.found.slice(1),
      steps: oldView.steps.slice(1),
      done: [{ ...step, at: 1_764_000_000_000, state: 'done' as const, says: '14 containers removed' }],
    }
    const one = runCommand({ before: begun })
    expect(await imports(one, '--yes', '--import-env', '--without', 'start')).toEqual({
      code: 0,
      did: ['migrate'],
    })
    expect(one.err()).toContain('maculactl secrets import FILE')
  })

  test('of services that all rest nothing is said between: they start at the end', async () => {
    const world = nothingWorld()
    const one = runCommand({ before: withEnv, files, world })
    await one.run('migrate', '--yes', '--import-env', '--without', 'start')
    expect(one.out() + one.err()).not.toContain('All services are stopped')
  })

  test('the list says that they can be taken, that a copy is kept, what rests and what starts', async () => {
    const { out } = await runCommand({ before: withEnv, files, columns: 100 }).run('migrate', '--list')
    const said = out.replaceAll(/\s+/g, ' ')
    expect(said).toContain(
      'Before step 1 the containers of infrastructure are stopped while the data of 1 store is copied',
    )
    expect(said).toContain(`The passwords in ${envFile} become Macula’s only if you ask for it (--import-env`)
    expect(said).toContain('A copy of that file is kept')
    expect(said).toContain('At the end Macula’s services start')
    const none = await runCommand({ before, columns: 100 }).run('migrate', '--list', '--without', 'start')
    expect(none.out).not.toMatch(/import-env|At the end/)
  })

  test('one that is not there is an error before anything is done', async () => {
    const one = runCommand({ before })
    expect(await imports(one, '--yes', '--import-env')).toEqual({ code: 2, did: [] })
  })
})

describe('maculactl migrate --back', () => {
  const step = oldView.steps[0]!
  const taken = {
    ...oldView,
    steps: [],
    found: [],
    since: 1_764_000_000_000,
    done: [{ ...step, at: 1_764_000_000_000, state: 'done' as const, says: '14 containers removed' }],
  }

  test('shows what stops and what comes back, and asks', async () => {
    const one = runCommand({ before: taken, columns: 100, answers: ['yes'] })
    const { code, out } = await one.run('migrate', '--back')
    expect(code).toBe(0)
    expect(out).toContain('Macula’s services stop')
    expect(out).toContain('1. Macula’s services stop')
    // All of it is numbered, and told as what will be.
    expect(out).toMatch(/^\d\. The Compose project infrastructure comes back \(14 containers removed, /m)
    expect(out.slice(0, out.indexOf('✔'))).toContain('docker compose')
    expect(did(one)).toEqual(['migrate back'])
  })

  test.each([
    [[], 2],
    [['--yes'], 0],
  ])('without a terminal, %j: %d', async (words, code) => {
    expect((await runCommand({ before: taken }).run('migrate', '--back', ...words)).code).toBe(code)
  })

  test('of nothing there is nothing', async () => {
    const one = runCommand({ before: oldView })
    expect((await one.run('migrate', '--back', '--yes')).out).toContain('there is nothing to bring back')
    expect(did(one)).toEqual([])
  })
})

describe('set-up', () => {
  test('has a step for what was here, leads to taking it over, and goes on by itself', async () => {
    const found = {
      id: 'before',
      group: 'machine',
      title: 'What was here before',
      result: 'warning',
      what: 'This machine has the platform’s earlier set-up: x.',
      why: 'It holds port 80.',
      todo: 'maculactl migrate shows it.',
      ms: 1,
    } as const
    const { goodFacts } = await import('./stand-in.ts')
    const one = runCommand({
      before,
      columns: 100,
      facts: [...goodFacts, found],
      answers: ['take', 'no', 'without', undefined],
      memory: { ended: false, skipped: [], leftOut: [] },
    })
    await one.run('setup')
    expect(questions(one)[0]).toContain('What was here before')
    expect(questions(one)[1]).toContain('Take this over?')
    expect(questions(one)[2]).toContain('What was here before')
    // Left, it is gone on beside it.
    expect(questions(one)[3]).not.toContain('What was here before')
  })
})
