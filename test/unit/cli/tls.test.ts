import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { certSchema, tlsSchema } from '../../../main/cli/json/tls.ts'
import type { LedgerEntry } from '../../../main/model/change.ts'
import type { TlsView } from '../../../main/model/tls.ts'
import { runCommand } from './run-command.ts'

const authority = {
  fingerprint: 'AA',
  notBefore: Date.UTC(2026, 10, 25),
  notAfter: Date.UTC(2036, 10, 22),
  subject: 'Macula Desktop authority faa5afd9 for macula.local',
  certificate: '-----BEGIN CERTIFICATE-----\nsecret-free\n-----END CERTIFICATE-----\n',
  domains: ['macula.local'],
  file: '/home/ada/.local/share/macula-desktop/tls/ca.pem',
}
const on: TlsView = {
  on: true,
  authority,
  leaf: {
    fingerprint: 'BB',
    notBefore: Date.UTC(2026, 10, 25),
    notAfter: Date.UTC(2027, 11, 27),
    names: ['*.macula.local', 'grafana.macula.local'],
  },
}
/** What the engine was asked besides being closed. */
const askedOf = ({ standIn }: ReturnType<typeof runCommand>): readonly string[] =>
  standIn.asked.filter((one) => one !== 'close')
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('maculactl tls', () => {
  test('status tells what there is and changes nothing', async () => {
    const one = runCommand({ tls: on })
    const { code, out } = await one.run('tls')
    expect(code).toBe(0)
    expect(plain(out)).toContain('The certificate for 2 names ends on 2027-12-27 and is renewed before then.')
    expect(plain(out)).toContain(
      'can vouch for names under macula.local only, not for addresses, until 2036-11-22.',
    )
    expect(one.saved).toEqual([])
    expect(askedOf(one)).toEqual([])
    const off = await runCommand().run('tls', 'status')
    expect(off).toMatchObject({
      code: 0,
      out: expect.stringMatching(/TLS is off: clean URLs have http only/) as string,
    })
  })

  test('what is wrong with it is told, and ends with 1', async () => {
    const trouble = {
      kind: 'failed',
      what: 'The authority ended.',
      why: 'Time.',
      todo: 'Another one.',
    } as const
    const { code, out } = await runCommand({ tls: { ...on, trouble } }).run('tls')
    expect(code).toBe(1)
    for (const part of ['The authority ended.', 'Time.', 'Another one.']) expect(out).toContain(part)
  })

  test('on saves the setting first, and then makes everything as it says', async () => {
    const one = runCommand({ tls: on })
    expect((await one.run('tls', 'on')).code).toBe(0)
    expect(one.saved).toEqual([{ tls: true }])
    expect(askedOf(one)).toEqual(['tls as set'])
    const anew = runCommand({ tls: on })
    await anew.run('tls', 'on', '--new-ca')
    expect(askedOf(anew)).toEqual(['tls with a new authority'])
  })

  test('what is left to do about trust is said', async () => {
    const entry = { change: 'trust', state: 'applied' } as LedgerEntry
    const err = async (verb: string, entries: readonly LedgerEntry[]): Promise<string> =>
      (await runCommand({ tls: { ...on, on: verb === 'on' }, entries }).run('tls', verb)).err
    expect(await err('on', [])).toMatch(
      /Run maculactl setup, so that programs and browsers on this machine trust it/,
    )
    expect(await err('on', [entry])).toBe('')
    expect(await err('off', [entry])).toMatch(/still trusts the authority; maculactl undo trust/)
    expect(await err('off', [{ ...entry, others: true }])).toBe('')
  })

  test('off keeps the authority where nobody can be asked; with the word, or by an answer, it goes', async () => {
    const kept = runCommand({ tls: { ...on, on: false } })
    await kept.run('tls', 'off')
    expect(askedOf(kept)).toEqual(['tls as set'])
    const said = runCommand({ tls: { ...on, on: false } })
    const { out } = await said.run('tls', 'off', '--remove-ca')
    expect(askedOf(said)).toEqual(['tls as set', 'remove the authority'])
    expect(plain(out)).toContain('Removed: /home/ada/.local/share/macula-desktop/tls/authority.pem')
    // Nothing is told of one that is gone.
    expect(plain(out)).not.toContain('can vouch for')
    const asked = runCommand({ tls: { ...on, on: false }, columns: 100, answers: ['remove'] })
    await asked.run('tls', 'off')
    expect(asked.questions[0]).toContain('Keep the authority')
    expect(askedOf(asked)).toContain('remove the authority')
    const left = runCommand({ tls: { ...on, on: false }, columns: 100, answers: ['keep'] })
    await left.run('tls', 'off')
    expect(askedOf(left)).not.toContain('remove the authority')
  })

  test.each([
    [['tls', 'off', '--new-ca'], /--new-ca belongs to maculactl tls on/],
    [['tls', 'on', '--remove-ca'], /--remove-ca belongs to maculactl tls off/],
    [['tls', 'maybe'], /maybe/],
  ])('%j is no call', async (argv, says) => {
    const one = runCommand({ tls: on })
    const { code, err } = await one.run(...argv)
    expect(code).toBe(2)
    expect(err).toMatch(says)
    expect(one.saved).toEqual([])
  })

  test('its JSON follows the schema and holds no key', async () => {
    const { out } = await runCommand({ tls: on }).run('tls', '--json')
    const value = tlsSchema.parse(JSON.parse(out))
    expect(value).toMatchObject({
      on: true,
      certificate: { notAfter: '2027-12-27T00:00:00.000Z' },
      trouble: null,
    })
    expect(out).not.toMatch(/BEGIN|PRIVATE/)
  })
})

describe('maculactl cert', () => {
  test('a name without a dot is meant under the suffix; the variables are printed for a shell', async () => {
    const one = runCommand({ tls: on })
    const { code, out, err } = await one.run('cert', 'hub', 'peer0.macula.local', '--out', 'certs')
    expect(code).toBe(0)
    const folder = resolve('certs')
    expect(askedOf(one)).toEqual([
      `certificate ${folder} hub.macula.local,peer0.macula.local {"force":false}`,
    ])
    expect(out).toBe(
      `export MACULA_CERT_PATH='${folder}/cert.pem'\nexport MACULA_KEY_PATH='${folder}/key.pem'\nexport MACULA_CA_PATH='${folder}/ca.pem'\n`,
    )
    expect(err).toContain('until 2027-12-01')
    expect((await runCommand().run('cert', 'hub', '-o', '/x', '--force')).code).toBe(0)
  })

  test('an address is not made a name of', async () => {
    const one = runCommand()
    await one.run('cert', '127.0.0.1', '::1', '--out', '/x')
    expect(askedOf(one)).toEqual(['certificate /x 127.0.0.1,::1 {"force":false}'])
  })

  test('without a folder nothing is asked; its JSON follows the schema', async () => {
    const one = runCommand()
    expect(await one.run('cert', 'hub')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--out FOLDER/) as string,
    })
    expect(askedOf(one)).toEqual([])
    const { out } = await runCommand().run('cert', 'hub', '--out', '/x', '--json')
    expect(certSchema.parse(JSON.parse(out)).names).toEqual(['hub.macula.local'])
  })
})
