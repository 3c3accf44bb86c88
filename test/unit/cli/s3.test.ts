import { describe, expect, test } from 'vitest'
import { bucketSchema, bucketsSchema } from '../../../main/cli/json/s3.ts'
import { runCommand } from './run-command.ts'

describe('s3', () => {
  test('list: a name a line, under its head', async () => {
    const { out, code } = await runCommand().run('s3')
    expect([code, out]).toEqual([0, 'Bucket\nbackups\ntempo\n'])
    const json = bucketsSchema.parse(JSON.parse((await runCommand().run('s3', 'list', '--json')).out))
    expect(json).toMatchObject({ service: 'object-store', buckets: ['backups', 'tempo'] })
  })

  test('create: how programs call it on stdout, alone', async () => {
    const one = runCommand()
    const { out, err, code } = await one.run('s3', 'create', 'shop-images')
    expect([code, out]).toEqual([0, 's3://shop-images\n'])
    expect(err).toContain('shop-images was created.')
    expect(one.standIn.asked).toContain('create bucket shop-images')
    const json = bucketSchema.parse(
      JSON.parse((await runCommand().run('s3', 'create', 'shop', '--json')).out),
    )
    expect(json).toMatchObject({ name: 'shop', made: true, service: 'object-store' })
  })

  test('create --versioned, and one that is there', async () => {
    const one = runCommand()
    expect((await one.run('s3', 'create', 'shop', '--versioned')).err).toContain(
      'shop was created, versioned.',
    )
    expect(one.standIn.asked).toContain('create bucket shop, versioned')
    const there = await runCommand().run('s3', 'create', 'tempo', '--versioned')
    expect([there.code, there.out]).toEqual([0, 's3://tempo\n'])
    expect(there.err).toContain('tempo existed already and was not changed.')
    const json = bucketSchema.parse(
      JSON.parse((await runCommand().run('s3', 'create', 'tempo', '--json')).out),
    )
    expect(json.made).toBe(false)
  })

  test.each([
    [['create'], 'Name one bucket'],
    [['create', 'one', 'two'], 'takes only 2 arguments'],
    [['list', 'x'], 'takes no name'],
    [['--versioned'], 'belongs to s3 create'],
  ])('%j is a usage error', async (words, says) => {
    const { code, err } = await runCommand().run('s3', ...words)
    expect([code, err]).toEqual([2, expect.stringContaining(says)])
  })

  test('it is found by what others call it', async () => {
    expect((await runCommand().run('buckets')).err).toContain('It is called s3 here')
  })
})
