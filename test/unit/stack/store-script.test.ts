import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** The object store's script under a shell, with an mc that only notes what it is asked: what a kill leaves, the next start mends. */

const script = new URL('../../../assets/stack/object-store/store.sh', import.meta.url)
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-store-'))
  await mkdir(join(home, 'data'))
  const text = (await readFile(script, 'utf8')).replaceAll('/data', `${home}/data`)
  await writeFile(
    join(home, 'store.sh'),
    text
      .replace('/tmp/macula-mc', `${home}/mc-config`)
      .replace('set -eu', () => `set -eu\necho $$ >${home}/pid`),
  )
  // Calls that are in `fails` fail with its words; the one that is in `dies` ends the script before it is made.
  const mc = `#!/bin/sh
shift 2
if [ "$*" = "$DIES" ]; then kill -KILL "$(cat ${home}/pid)"; exit 1; fi
printf '%s\\n' "$*" >>${home}/calls
if [ "$*" = "$FAILS" ]; then echo "mc: <ERROR> $SAYS" >&2; exit 1; fi
case $1 in
  mb) for last; do :; done; mkdir -p "${home}/data/\${last#*/}" ;;
  ls) [ -e ${home}/account ] || exit 1 ;;
  admin) [ "$2 $3" != 'user add' ] || : >${home}/account ;;
esac
`
  await writeFile(join(home, 'mc'), mc)
  await chmod(join(home, 'mc'), 0o755)
})
afterEach(async () => await rm(home, { recursive: true, force: true }))

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, signal, stdout, stderr } = spawnSync('sh', [join(home, 'store.sh'), ...words], {
    encoding: 'utf8',
    env: {
      PATH: `${home}:/usr/bin:/bin`,
      MINIO_ROOT_USER: 'root',
      MINIO_ROOT_PASSWORD: 'root-password',
      MACULA_APP_SECRET: 'app-password',
      ...env,
    },
  })
  return { status, signal, stdout, stderr }
}
async function calls(): Promise<readonly string[]> {
  const text = existsSync(join(home, 'calls')) ? await readFile(join(home, 'calls'), 'utf8') : ''
  await rm(join(home, 'calls'), { force: true })
  return text.split('\n').filter(Boolean)
}

const mb = 'mb --ignore-existing --with-versioning root/backups'
const rules = 'ilm import root/backups'

test('what is whole is not asked for again', async () => {
  expect(run(['prepare'])).toMatchObject({ status: 0, stderr: '' })
  expect(await calls()).toEqual(expect.arrayContaining([mb, rules]))
  expect(run(['prepare'])).toMatchObject({ status: 0, stdout: '' })
  expect(await calls()).toEqual(['ls app'])
  expect(run(['list']).stdout.split('\n').filter(Boolean)).toEqual(['artifacts', 'backups', 'tempo'])
})

test.each([mb, rules])('killed at "%s": the next start makes versions and rules all the same', async (at) => {
  expect(run(['prepare'], { DIES: at }).signal).toBe('SIGKILL')
  await calls()
  expect(run(['prepare'])).toMatchObject({ status: 0 })
  expect(await calls()).toEqual(expect.arrayContaining([mb, rules]))
  run(['prepare'])
  expect(await calls()).toEqual(['ls app'])
})

test('one that failed is gone on with, and its words are told', async () => {
  const failed = run(['prepare'], { FAILS: rules, SAYS: 'No room.' })
  expect(failed).toMatchObject({ status: 1 })
  expect(failed.stderr).toContain('mc ilm import: mc: <ERROR> No room.')
  await calls()
  expect(run(['prepare']).status).toBe(0)
  expect(await calls()).toContain(rules)
})

test('a bucket that somebody else made is never changed', async () => {
  await mkdir(join(home, 'data', 'backups'))
  expect(run(['prepare']).status).toBe(0)
  expect((await calls()).join()).not.toContain('root/backups')
})

test('a policy that is attached already is no failure, another one is', async () => {
  const attach = 'admin policy attach root macula-app --user macula-app'
  const says =
    'Unable to make user/group policy association. The specified policy change is already in effect.'
  expect(run(['prepare'], { FAILS: attach, SAYS: says }).status).toBe(0)
  await rm(join(home, 'account'))
  expect(run(['prepare'], { FAILS: attach, SAYS: 'Access Denied.' })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('mc admin policy attach: mc: <ERROR> Access Denied.') as string,
  })
})

test('of one that a person asked for the same: versions come after a kill, and a name that is refused leaves nothing', async () => {
  const wish = 'mb --ignore-existing --with-versioning app/shop'
  const after = await readFile(join(home, 'mc'), 'utf8')
  // Killed in the call, when the bucket is there and its versions are not.
  await writeFile(
    join(home, 'mc'),
    after.replace('case $1 in', '[ -z "$HALF" ] || { mkdir "$HALF"; kill -KILL $PPID; }\ncase $1 in'),
  )
  expect(run(['create', 'shop', 'versioned'], { HALF: join(home, 'data', 'shop') }).signal).toBe('SIGKILL')
  await calls()
  expect(run(['create', 'shop'])).toMatchObject({ status: 0, stdout: 'made\n' })
  expect(await calls()).toEqual([wish])
  expect(run(['create', 'shop', 'versioned']).stdout).toBe('there\n')
  const refused = 'mb --ignore-existing --with-versioning app/bad'
  expect(run(['create', 'bad', 'versioned'], { FAILS: refused, SAYS: 'Bad name.' }).status).toBe(1)
  expect(existsSync(join(home, 'data', '.macula-making-bad'))).toBe(false)
})
