import { expect, it } from 'vitest'
import { missing, tell } from './sandbox.ts'

it.skipIf(missing !== undefined)(
  'curl trusts names of the authority while it is in the store of the machine, and /etc is as before after undo',
  async () => {
    const file = '/usr/local/share/ca-certificates/macula-desktop.crt'
    const tool = 'update-ca-certificates'
    expect(await tell('trust.ts')).toMatchObject({
      refused: 60,
      applied: {
        kind: 'done',
        steps: [
          { target: file, result: 'done' },
          { target: tool, result: 'done' },
        ],
      },
      inPlace: true,
      taken: 0,
      // Whoever has the key: programs refuse it for any other name.
      outside: 60,
      again: { kind: 'done', steps: [{ result: 'unchanged' }, { result: 'unchanged' }] },
      drift: ['trust file none'],
      undone: {
        kind: 'done',
        steps: [
          { target: file, result: 'done' },
          { target: tool, result: 'done' },
        ],
      },
      refusedAgain: 60,
      changed: [],
      same: true,
      left: true,
    })
  },
)
