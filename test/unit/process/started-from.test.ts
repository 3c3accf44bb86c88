import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { startedFrom, terminalOf } from '../../../main/system/process/started-from.ts'
import { nameOf } from '../../../main/system/process/proc.ts'

/** Where a program was started, by what the kernel tells of it and of who started it. */

/** Processes by pid: name, parent, group, device of the terminal, group that has its keys. */
const machine = (all: Readonly<Record<number, readonly [string, number, number, number, number]>>) => ({
  stat: (pid: number) => {
    const one = all[pid]
    return one === undefined ? [] : ['S', one[1], one[2], 0, one[3], one[4]].map(String)
  },
  name: (pid: number) => all[pid]?.[0],
})
const PTS3 = (136 << 8) | 3

test.each([
  [PTS3, 'pts/3'],
  [(136 << 8) | 255, 'pts/255'],
  // A minor number beyond 255 has its upper bits above the major one.
  [(136 << 8) | (1 << 20) | 4, 'pts/260'],
  [(4 << 8) | 2, 'tty2'],
  [(4 << 8) | 64, 'ttyS0'],
  [0, undefined],
  [Number.NaN, undefined],
])('device %s is terminal %s', (device, name) => expect(terminalOf(device)).toBe(name))

test.each([
  [
    'the keys of its terminal reach it; the shell is named with what it runs in',
    {
      9: ['python3', 8, 9, PTS3, 9],
      8: ['bash', 7, 8, PTS3, 9],
      7: ['sh', 6, 7, 0, -1],
      6: ['code', 1, 6, 0, -1],
    },
    { terminal: 'pts/3', foreground: true, parents: ['bash', 'code'] },
  ],
  [
    'the shell has the keys again',
    { 9: ['python3', 8, 9, PTS3, 8], 8: ['bash', 1, 8, PTS3, 8] },
    { terminal: 'pts/3', parents: ['bash'] },
  ],
  [
    'another program started it',
    { 9: ['python3', 8, 9, 0, -1], 8: ['node', 7, 8, 0, -1], 7: ['bash', 1, 7, PTS3, 7] },
    { parents: ['node'] },
  ],
  ['who started it is gone', { 9: ['python3', 1, 9, 0, -1], 1: ['systemd', 0, 1, 0, -1] }, undefined],
  [
    'a name that draws is text',
    { 9: ['a', 8, 9, 0, -1], 8: ['x\u001B[31m', 1, 8, 0, -1] },
    { parents: ['x'] },
  ],
  [
    'a chain without end ends',
    { 9: ['a', 8, 9, PTS3, 9], 8: ['sh', 8, 8, 0, -1] },
    { terminal: 'pts/3', foreground: true, parents: ['sh'] },
  ],
] as const)('%s', (_, all, expected) => {
  expect(startedFrom(9, machine(all))).toEqual(expected)
})

test('a real program: who runs this test started it', () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  try {
    // By its program, not by what Node calls its first thread.
    expect(startedFrom(child.pid ?? 0)?.parents[0]).toBe(basename(process.execPath))
    expect(nameOf(process.pid)).toBe(basename(process.execPath))
  } finally {
    child.kill()
  }
})
