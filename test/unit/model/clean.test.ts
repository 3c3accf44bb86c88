import { describe, expect, test } from 'vitest'
import { checkStates, findingsOf, sayChecks, type CheckResult } from '../../../main/model/check.ts'
import { createCleaner, createLearningCleaner, MASK } from '../../../main/model/clean.ts'
import { exitCodeOf, MaculaError, troubleOf } from '../../../main/model/errors.ts'
import type { ErrorKind } from '../../../main/model/trouble.ts'

/** What is said at the borders: no secret and no control character, findings, failures. */

describe('a cleaner', () => {
  test.each<readonly [string, readonly string[], string, string]>([
    ['a secret', ['hunter2secret'], 'password hunter2secret, hunter2secret!', `password ${MASK}, ${MASK}!`],
    ['a secret of eight characters', ['12345678'], 'a12345678b', `a${MASK}b`],
    ['a shorter one is a word', ['admin77'], 'user admin77', 'user admin77'],
    ['within a URL', ['p@ss/word1'], 'postgres://u:p%40ss%2Fword1@h', `postgres://u:${MASK}@h`],
    ['within JSON', ['quote"back\\'], '{"p":"quote\\"back\\\\"}', `{"p":"${MASK}"}`],
    ['one that holds another goes as a whole', ['secret-one', 'my-secret-one-2'], 'my-secret-one-2', MASK],
    ['the same, told the other way round', ['my-secret-one-2', 'secret-one'], 'my-secret-one-2', MASK],
    ['none', [], 'nothing', 'nothing'],
  ])('hides %s', (_, secrets, text, shown) => expect(createCleaner(secrets).conceal(text)).toBe(shown))

  const cleaner = () => createCleaner(['hunter2secret'])
  const bold = '\u001B[1m'

  test('for a terminal takes the effect of control characters, also of those that split a secret', () => {
    expect(cleaner().text(`${bold}a\nb`)).toBe('a\uFFFDb')
    expect(cleaner().text(`hunter2${bold}secret`)).toBe(MASK)
    // Hidden before too: what stands for a control character would split it.
    expect(createCleaner(['hunter2\nsecret']).text('hunter2\nsecret')).toBe(MASK)
    expect(cleaner().conceal(`${bold}hunter2secret`)).toBe(`${bold}${MASK}`)
  })

  test('keeps two things to do two lines, and hides in them as in all else', () => {
    const trouble = { what: `${bold}a\nb`, todo: `docker stop x\n${bold}rm hunter2secret` }
    expect(cleaner().deep([trouble])).toEqual([{ what: 'a\uFFFDb', todo: `docker stop x\nrm ${MASK}` }])
    expect(createCleaner(['hunter2\nsecret']).deep({ todo: 'hunter2\nsecret' }).todo).toBe(MASK)
  })

  const value = { list: [`${bold}hunter2secret`, 7, null], inner: { yes: true, none: undefined } }
  test('goes through a whole value and keeps its shape', () => {
    expect(cleaner().deep(value)).toStrictEqual({
      list: [MASK, 7, null],
      inner: { yes: true, none: undefined },
    })
    expect(cleaner().concealDeep(value)).toStrictEqual({
      list: [`${bold}${MASK}`, 7, null],
      inner: { yes: true, none: undefined },
    })
    expect(cleaner().deep(null)).toBeNull()
  })
})

describe('findings of the doctor', () => {
  const check = (id: string, result: CheckResult['result']): CheckResult => ({
    id,
    group: 'machine',
    title: id,
    result,
    what: '',
    why: '',
    todo: '',
    ms: 1,
  })
  const all = [
    check('a', 'unknown'),
    check('b', 'ok'),
    check('c', 'warning'),
    check('d', 'failed'),
    check('e', 'warning'),
  ]

  test('come worst first, in their order', () => {
    expect(findingsOf(all).map(({ id }) => id)).toEqual(['d', 'c', 'e', 'a'])
  })
  test.each([
    [all, '1 passed, 4 findings'],
    [[check('a', 'failed')], '1 finding'],
    [[check('a', 'ok'), check('b', 'ok')], '2 passed'],
    [[], ''],
  ])('are counted (%#)', (checks, says) => expect(sayChecks(checks)).toBe(says))
  test('have the shapes of states', () => {
    expect(all.map(({ result }) => checkStates[result])).toEqual([
      'unknown',
      'works',
      'degraded',
      'failed',
      'degraded',
    ])
  })
})

test('a cleaner that learns hides what it ever knew, in every form, and forgets nothing', async () => {
  let read = (): Promise<readonly string[]> => Promise.resolve(['firstfirst'])
  const clean = createLearningCleaner(async () => await read())
  expect(clean.text('firstfirst')).toBe('firstfirst')
  await clean.learn()
  read = () => Promise.resolve(['second/second'])
  await clean.learn()
  read = () => Promise.reject(new Error('damaged'))
  await clean.learn()
  const raw = 'firstfirst second%2Fsecond'
  for (const hidden of [
    clean.text(raw),
    clean.conceal(raw),
    clean.deep([raw])[0],
    clean.concealDeep({ raw }).raw,
  ])
    expect(hidden).toBe(`${MASK} ${MASK}`)
})

describe('a failure', () => {
  const trouble = { kind: 'outside', what: 'It is off.', todo: 'Turn it on.' } as const
  test('has its words as its message, and keeps what caused it', () => {
    const cause = new Error('x')
    const error = new MaculaError(trouble, { cause })
    expect([error.message, error.name, error.cause]).toEqual(['It is off. Turn it on.', 'MaculaError', cause])
    expect(new MaculaError({ ...trouble, why: 'No power.' }).message).toBe('It is off. No power. Turn it on.')
    expect(troubleOf(error)).toBe(trouble)
  })
  test('that nobody knows tells its message', () => {
    const what = 'Macula ran into an error that it does not know.'
    expect(troubleOf(new Error('boom'))).toStrictEqual({ kind: 'internal', what, why: 'boom' })
    expect(troubleOf('boom')).toStrictEqual({ kind: 'internal', what, why: 'boom' })
  })
  test.each<readonly [ErrorKind, number]>([
    ['usage', 2],
    ['invalid', 2],
    ['refused', 3],
    ['outside', 4],
    ['busy', 1],
    ['failed', 1],
    ['internal', 1],
  ])('%s ends the command line with %i', (kind, code) => expect(exitCodeOf(kind)).toBe(code))
})
