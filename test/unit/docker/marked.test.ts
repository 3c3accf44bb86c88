import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { HANG_UP, newMark } from '../../../main/system/docker/marked.ts'

/** What ends programs whose terminal was closed, by the shells that images have; busybox is Alpine's. */

const [, ...words] = HANG_UP
const shells = ['sh', 'bash', 'busybox sh'].filter(
  (shell) => !shell.startsWith('busybox') || existsSync('/usr/bin/busybox'),
)

test.each(shells)('%s hangs up what has the mark, wherever it stands, and nothing else', async (shell) => {
  const [program = '', ...first] = shell.split(' ')
  const mark = newMark()
  const [name = '', value = ''] = mark.split('=')
  const marked = spawn('sleep', ['600'], {
    env: { PATH: process.env['PATH'], A: '1', [name]: value, Z: '2' },
  })
  const other = spawn('sleep', ['600'], { env: { PATH: process.env['PATH'], [name]: 'another' } })
  try {
    const ended = once(marked, 'exit')
    const ran = await execa(program, [...first, ...words, mark], { reject: false })
    expect([ran.exitCode, ran.stdout]).toEqual([0, ''])
    expect(await ended).toEqual([null, 'SIGHUP'])
    expect([other.exitCode, other.signalCode]).toEqual([null, null])
  } finally {
    marked.kill()
    other.kill()
  }
})
