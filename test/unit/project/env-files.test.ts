import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openEnvFiles } from '../../../main/system/project/env-files.ts'

let home: string
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'macula-env-')))
})
const files = () => openEnvFiles({ state: join(home, 'state') })

test('a file is written whole, keeps its mode, and a new one is only the person’s', async () => {
  const path = join(home, '.env')
  writeFileSync(path, 'A=1\n')
  chmodSync(path, 0o640)
  const before = await files().read(path)
  await files().write(path, 'A=1\nB=2\n', before)
  expect(readFileSync(path, 'utf8')).toBe('A=1\nB=2\n')
  expect(statSync(path).mode & 0o777).toBe(0o640)
  const fresh = join(home, 'dev.env')
  expect(await files().read(fresh)).toBeUndefined()
  await files().write(fresh, 'B=2\n', undefined)
  expect(statSync(fresh).mode & 0o777).toBe(0o600)
})

test('what changed between reading and writing is not written over', async () => {
  const path = join(home, '.env')
  writeFileSync(path, 'A=1\n')
  const before = await files().read(path)
  writeFileSync(path, 'A=1\nTHEIRS=2\n')
  await expect(files().write(path, 'x', before)).rejects.toThrow(/changed it meanwhile/)
  await expect(files().write(join(home, '.env'), 'x', undefined)).rejects.toThrow(/changed it meanwhile/)
  expect(readFileSync(path, 'utf8')).toBe('A=1\nTHEIRS=2\n')
})

test.each<readonly [string, (at: string) => string, RegExp]>([
  ['a link', (at) => (symlinkSync('/etc/hostname', join(at, '.env')), join(at, '.env')), /It is a link/],
  [
    'a dangling link',
    (at) => (symlinkSync(join(at, 'no'), join(at, '.env')), join(at, '.env')),
    /It is a link/,
  ],
  [
    'a folder that is a link',
    (at) => (
      mkdirSync(join(at, 'real')),
      symlinkSync(join(at, 'real'), join(at, 'link')),
      join(at, 'link', '.env')
    ),
    /A link is on the way/,
  ],
  ['a folder', (at) => (mkdirSync(join(at, '.env')), join(at, '.env')), /not a plain file/],
  [
    'a second name',
    (at) => (writeFileSync(join(at, 'a'), ''), linkSync(join(at, 'a'), join(at, '.env')), join(at, '.env')),
    /more than one name/,
  ],
  [
    'no text',
    (at) => (writeFileSync(join(at, '.env'), Buffer.from([0xff, 0xfe])), join(at, '.env')),
    /not text/,
  ],
  [
    'a read-only file',
    (at) => (writeFileSync(join(at, '.env'), '', { mode: 0o400 }), join(at, '.env')),
    /read-only/,
  ],
  [
    'a large file',
    (at) => (writeFileSync(join(at, '.env'), 'x'.repeat(1_100_000)), join(at, '.env')),
    /larger than 1 MB/,
  ],
  ['another name', (at) => join(at, '.bashrc'), /Only files of variables/],
  ['a path with ..', (at) => `${at}/x/../.env`, /without/],
  ['a path that is not whole', () => '.env', /whole path/],
  ['a path with a control character', (at) => `${at}/a\u001Bb/.env`, /whole path/],
  [
    'a folder that is not there',
    (at) => join(at, 'none', '.env'),
    /is not written.*There is no folder .*none\./s,
  ],
])('%s is refused with its reason', async (_, make, says) => {
  const path = make(home)
  const said = await files()
    .read(path)
    .then(
      () => 'taken',
      (error: { trouble?: { what: string; why?: string } } & Error) =>
        `${error.message} ${error.trouble?.why ?? ''}`,
    )
  expect(said).toMatch(says)
})

test('what was written is remembered; a damaged record is none', async () => {
  const entry = { path: join(home, '.env'), service: 'timescaledb', at: 1, made: true }
  await files().remember(() => [entry])
  expect(await files().remembered()).toEqual([entry])
  writeFileSync(join(home, 'state', 'env-files.json'), '{"a":')
  expect(await files().remembered()).toEqual([])
})
