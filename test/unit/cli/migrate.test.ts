import { describe, expect, test } from 'vitest'
import { migrateSchema } from '../../../main/cli/json/migrate.ts'
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
      '41.30 GB, 41 repositories, 212 tags',
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
    await one.run('migrate')
    expect(did(one).some((asked) => asked.startsWith('up '))).toBe(true)
  })

  test.each([['no'], [undefined]])('answered by %s nothing is done', async (answer) => {
    const one = runCommand({ before, columns: 100, answers: [answer] })
    expect((await one.run('migrate')).code).toBe(3)
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
    expect(questions(one)[0]).toContain('nothing else but what is asked next: their passwords.')
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
    expect(said).toContain('the containers of infrastructure rest while the data of 1 store is copied')
    expect(said).toContain(
      `Its passwords (${envFile}) are taken over only when that is asked for: --import-env`,
    )
    expect(said).toContain('A copy of its .env is kept')
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
    expect(out).toMatch(/^\d\. the Compose project infrastructure comes back \(14 containers removed, /m)
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
