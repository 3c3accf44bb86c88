import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ejectSchema } from '../../../main/cli/json/eject.ts'
import type { Ejected } from '../../../main/model/eject.ts'
import { runCommand } from './run-command.ts'
import { secrets } from './stand-in.ts'

const ejected = (more: Partial<Ejected> = {}): Partial<Parameters<typeof runCommand>[0]> => ({
  over: {
    eject: (folder) =>
      Promise.resolve({
        folder,
        files: ['README.md', 'scripts/setup-cluster.sh'],
        volumes: [],
        secrets: 'to be made',
        leftOut: [],
        notes: [],
        ...more,
      }),
  },
})

describe('maculactl eject', () => {
  test.each<[string[], string]>([
    [['out'], '{"withSecrets":false,"keepData":false,"force":false}'],
    [['out', '--with-secrets'], '{"withSecrets":true,"keepData":false,"force":false}'],
    [['out', '--keep-data', '--force'], '{"withSecrets":false,"keepData":true,"force":true}'],
  ])('%j asks the engine for a whole path', async (argv, options) => {
    const one = runCommand()
    expect((await one.run('eject', ...argv)).code).toBe(0)
    expect(one.standIn.asked).toContain(`eject ${resolve('out')} ${options}`)
  })

  test('tells where the passwords and the data are, and what is to be done first', async () => {
    const { out } = await runCommand(ejected()).run('eject', '/x')
    const said = out.replaceAll(/\s+/g, ' ')
    expect(said).toContain('✔ 2 files written in /x')
    expect(said).toContain('No passwords were written. infrastructure/make-env.sh makes new ones.')
    expect(said).toContain('Macula’s data stays in its volumes (macula_…)')
    expect(said).toContain('Run maculactl down --remove first.')
    const with_ = await runCommand(
      ejected({ secrets: 'written', volumes: ['macula_loki'], movedAside: '/x.before' }),
    ).run('eject', '/x')
    expect(with_.out).toContain('What was in /x is now in /x.before.')
    expect(with_.out).toContain('Data stays in use in 1 volume: macula_loki.')
    expect(with_.out).toContain('infrastructure/.env, which only you can read')
  })

  test('a service that had to be left out: named, exit 1', async () => {
    const part = ejected({
      leftOut: [{ service: 'notes', trouble: { kind: 'invalid', what: 'Bad.', why: 'Line 3.' } }],
    })
    const ended = await runCommand(part).run('eject', '/x')
    expect(ended.code).toBe(1)
    expect(ended.out).toContain('notes is left out: Bad. Line 3.')
    const json = await runCommand(part).run('eject', '/x', '--json')
    expect(json.code).toBe(1)
    expect(ejectSchema.parse(JSON.parse(json.out))).toMatchObject({
      movedAside: null,
      leftOut: [{ service: 'notes' }],
    })
  })

  test('other programs’ words are inert, and no password shows', async () => {
    const part = ejected({ notes: [`\u001B[2J ${secrets.GRAFANA_PASSWORD}`] })
    for (const argv of [
      ['eject', '/x'],
      ['eject', '/x', '--json'],
    ]) {
      const { out } = await runCommand(part).run(...argv)
      expect(out).not.toContain('\u001B')
      expect(out).not.toContain(secrets.GRAFANA_PASSWORD)
    }
  })

  test.each([[['eject']], [['eject', '']], [['eject', 'a', 'b']]])('%j is a usage error', async (argv) => {
    expect(await runCommand().run(...argv)).toMatchObject({ code: 2, out: '' })
  })
})
