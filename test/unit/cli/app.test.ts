import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appSchema, appsSchema } from '../../../main/cli/json/app.ts'
import type { AppListed } from '../../../main/model/added-app.ts'
import { runCommand } from './run-command.ts'
import { greenWorld } from './worlds.ts'

const shop: AppListed = {
  added: { path: '/home/ada/shop', id: 'shop', cluster: 'hub', follow: true },
  id: 'shop',
  title: 'Shop',
}
const broken: AppListed = { ...shop, id: 'till', problem: '/home/ada/till, line 3, column 1: it is not YAML' }

describe('maculactl app', () => {
  test('add tells what was read and how it goes on; --look adds nothing', async () => {
    const one = runCommand()
    const { code, out, err } = await one.run('app', 'add', 'k8s', '--follow')
    expect(code).toBe(0)
    expect(one.standIn.asked).toContain(`app add ${resolve('k8s')}`)
    expect(out).toContain('shop.macula.local')
    expect(out).toContain('Deployment shop')
    expect(err.replaceAll(/\s+/g, ' ')).toContain(
      'maculactl up shop applies it. From then on changes are applied by themselves',
    )
    const look = runCommand()
    const looked = await look.run('app', 'add', 'k8s', '--look', '--json')
    expect(look.standIn.asked).toContain(`app read ${resolve('k8s')}`)
    expect(appSchema.parse(JSON.parse(looked.out)).added).toBe(false)
  })

  test('list tells what is wrong with one and ends with 1 then', async () => {
    const { code, out } = await runCommand({ apps: [shop, broken] }).run('app', 'list')
    expect([code, out]).toEqual([1, expect.stringContaining('line 3, column 1: it is not YAML')])
    const good = await runCommand({ apps: [shop] }).run('app', 'list', '--json')
    expect(good.code).toBe(0)
    expect(appsSchema.parse(JSON.parse(good.out)).apps).toEqual([
      { id: 'shop', title: 'Shop', path: '/home/ada/shop', cluster: 'hub', follow: true, problem: null },
    ])
    expect((await runCommand().run('app', 'list')).err).toContain('No application was added yet')
  })

  test('remove asks; where nobody can be asked it says what would go, and which words do it', async () => {
    const asks = runCommand({ apps: [shop] })
    const refused = await asks.run('app', 'remove', 'shop')
    expect([refused.code, refused.err.replaceAll(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringContaining(
        'Shop was not removed: that needs a confirmation, and this is not a terminal. When it is removed, its objects in the cluster are deleted, but not its data; its folder is left alone. Run maculactl app remove shop --yes',
      ),
    ])
    expect(asks.standIn.asked.join()).not.toContain('data false')
    const left = runCommand({ apps: [shop], columns: 100, answers: ['leave'] })
    expect((await left.run('app', 'remove', 'shop')).code).toBe(3)
    const yes = runCommand({ apps: [shop] })
    expect((await yes.run('app', 'remove', '/home/ada/shop', '--yes', '--data')).code).toBe(0)
    expect(yes.standIn.asked.join(' ')).toContain('data true')
  })

  test.each([['add'], ['remove']])('%s without a word is a usage error', async (verb) => {
    expect((await runCommand().run('app', verb)).code).toBe(2)
  })
})

test.each([80, 60])(
  'lists of clusters and applications keep to %d columns, and a path stays whole',
  async (columns) => {
    const listed = await runCommand({ columns, world: greenWorld() }).run('cluster', 'list')
    for (const line of `${listed.out}${listed.err}`.split('\n'))
      expect(line.length).toBeLessThanOrEqual(columns)
    expect(listed.out).toContain('macula-hub')
    const path = `/home/ada/${'deep/'.repeat(20)}k8s`
    const one = { ...shop, added: { ...shop.added, path } }
    const { out } = await runCommand({ columns, apps: [one] }).run('app', 'list')
    expect(out.split('\n')).toContain(`  ${path}`)
  },
)
