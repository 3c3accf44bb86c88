import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docker, done, fresh, home, maculactl, run, status, user } from '../support/actor.ts'

/** Passwords and data belong together: what is lost of them is told, refused and read back, over the real databases. */

const config = `${home}/.config/macula-desktop`
const file = `${config}/secrets.json`

beforeAll(async () => {
  await fresh()
  await done(['up', 'timescaledb', 'excalidraw'])
})
afterAll(async () => {
  await maculactl(['down', '--remove', '--also'])
})

async function change(part: Readonly<Record<string, string | undefined>>): Promise<void> {
  const now = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...now, ...part }))
  await run('chown', [user, file])
}

test.each([
  ['missing', undefined, 'The password POSTGRES_PASSWORD is gone'],
  [
    'another one',
    'Another'.repeat(4),
    'The password POSTGRES_PASSWORD is not the one that data was made with',
  ],
])(
  'a password that is %s: refused with the way back, the rest goes on, and it is read back',
  async (_, value, says) => {
    const before = await readFile(file, 'utf8')
    const container = (await docker('inspect', '-f', '{{.Id}}', 'macula-timescaledb-1')).out
    await change({ POSTGRES_PASSWORD: value })
    const up = await maculactl(['up', 'timescaledb', 'excalidraw'])
    expect(up.code).not.toBe(0)
    expect((up.out + up.err).replaceAll(/\s+/g, ' ')).toContain(says)
    expect((await docker('inspect', '-f', '{{.Id}}', 'macula-timescaledb-1')).out).toBe(container)
    expect((await maculactl(['env', 'timescaledb'])).code).toBe(3)
    expect((await maculactl(['restart', 'timescaledb'])).code).not.toBe(0)
    await done(['restart', 'excalidraw'])
    expect((await maculactl(['doctor'])).out.replaceAll(/\s+/g, ' ')).toContain(says)
    expect((await maculactl(['env', 'timescaledb', '--restore-passwords'])).code).toBe(0)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(before))
    await done(['up', 'timescaledb'])
    expect((await docker('inspect', '-f', '{{.Id}}', 'macula-timescaledb-1')).out).toBe(container)
    const kept = (await readdir(config)).filter((name) => name.startsWith('secrets.json.bad-'))
    expect(kept).toHaveLength(1)
    for (const name of kept) await rm(`${config}/${name}`)
  },
)

test('all are gone: what needs none is restarted; a service that only cannot be asked is not blamed', async () => {
  await done(['up', 'powerdns'])
  const before = await readFile(file, 'utf8')
  await rm(file)
  await done(['restart', 'excalidraw'])
  expect((await maculactl(['restart', 'powerdns'])).code).not.toBe(0)
  const powerdns = (await status()).services.find(({ id }) => id === 'powerdns')
  expect(powerdns?.state).not.toBe('failed')
  await done(['env', 'timescaledb', '--restore-passwords'])
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    POSTGRES_PASSWORD: (JSON.parse(before) as Record<string, string>)['POSTGRES_PASSWORD'],
  })
})
