import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeIfAny, homeOf } from '../../../main/system/home.ts'
import { userKubeconfig } from '../../../main/system/kind/kubeconfig-file.ts'
import { pathsOf } from '../../../main/system/paths.ts'

const own = userInfo().homedir

test.each([
  [{ HOME: '/home/ann' }, '/home/ann'],
  [{ HOME: '/processes' }, '/processes'],
  [{}, own],
  [{ HOME: '' }, own],
  [{ HOME: 'rel' }, own],
  [{ HOME: './' }, own],
  [{ HOME: '/proc' }, own],
  [{ HOME: '/proc/self/cwd' }, own],
  [{ HOME: '/dev' }, own],
])('with %j things are kept in %s, never in the folder somebody stands in', (env, home) => {
  const { config, state, data } = pathsOf(env, '/assets', 'linux')
  expect({ config, state, data }).toEqual({
    config: join(home, '.config', 'macula-desktop'),
    state: join(home, '.local', 'state', 'macula-desktop'),
    data: join(home, '.local', 'share', 'macula-desktop'),
  })
  expect(userKubeconfig(env)).toEqual({ file: join(home, '.kube', 'config') })
})

test('MACULA_HOME needs no home, and is the same folder from everywhere', () => {
  expect(pathsOf({ MACULA_HOME: '/x' }, '').state).toBe('/x/state')
  expect(pathsOf({ MACULA_HOME: 'x' }, '').state).toBe(join(process.cwd(), 'x', 'state'))
})

test.each([
  [
    'a user without an entry',
    () => {
      throw new Error('ENOENT')
    },
  ],
  ['an entry without a folder', () => ''],
  ['an entry in the kernel’s tree', () => '/proc'],
])('%s and no HOME: told, with what to set', (_, listed) => {
  expect(homeIfAny({}, listed)).toBeUndefined()
  expect(() => homeOf({ HOME: 'rel' }, listed)).toThrow(
    'There is no home folder to keep anything in. HOME is rel, which is not a folder of yours, and this user has no other. Set HOME to a folder of yours, or MACULA_HOME to one for Macula alone.',
  )
})
