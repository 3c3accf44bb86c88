import { expect, test } from 'vitest'
import { argv, as, docker, done, nodes, run, user, type Ran } from '../support/actor.ts'
import { openDoor } from '../support/door.ts'
import { kubectl, words } from './tier.ts'

/**
 * Programs in pods, over the real kubectl and API server; the node's end is a stand-in that speaks the same protocol and, as
 * containerd does, lets a program run on whose connection breaks.
 */

async function piped(command: readonly string[], input = ''): Promise<Ran> {
  const [program = '', ...args] = argv(command)
  return await run(program, args, { input })
}

/** Sequences that would reach beyond the screen, as a program prints them, and the name of a file in another direction. */
const HOSTILE = String.raw`printf '\033]0;owned\007\033]52;c;cm0=\007\033[21t\342\200\256gnp.exe\n'`

/** The programs of the node, whose pods' are seen from it, that have a word among their arguments. */
async function running(word: string): Promise<string> {
  const [node = ''] = await nodes()
  return (await docker('exec', node, 'pgrep', '-f', word)).out
}

/** `many`: an application with a shell, of two containers. */
export function programsInPods(many: string): void {
  const pods = async (): Promise<readonly string[]> =>
    (
      await kubectl(...words(`get pods -A -l dev.macula/app=${many} -o jsonpath={.items[*].metadata.name}`))
    ).out
      .split(' ')
      .filter(Boolean)

  test('the kubectl lines that Connect shows answer as they stand, in a shell that knows nothing of the cluster', async () => {
    const lines = (await done(['cluster', 'kubeconfig', many])).trim().split('\n')
    const said = async (verb: string, input = ''): Promise<string> => {
      const line = lines.find((one) => one.includes(` ${verb} `)) ?? `no line for ${verb}`
      // Logs are followed: what comes within some seconds is looked at. A shell wants a terminal.
      const shell = verb === 'exec' ? ['script', '-qec', line, '/dev/null'] : ['bash', '-c', line]
      const [program = '', ...args] = as(user, ['timeout', '15', ...shell])
      const { out, err } = await run(program, args, { input })
      return `${out} ${err}`
    }
    expect(lines).toHaveLength(3)
    expect(await said('get')).toContain(`pod/${(await pods())[0]}`)
    expect(await said('logs')).toContain(`[pod/${(await pods())[0]}`)
    expect(await said('exec', 'echo "in the $(echo pod)"; exit\n')).toContain('in the pod')
  })

  test('exec runs a program in the first container of a pod: bytes and its code go through', async () => {
    const script = 'cat; echo "$OTEL_SERVICE_NAME" >&2; exit 7'
    const bytes = '\u0001dump "$(id)" \\ é'
    // The last line is kubectl's own.
    const err = `${many}
command terminated with exit code 7`
    expect(await piped(['exec', many, '--', 'sh', '-c', script], bytes)).toEqual({ code: 7, out: bytes, err })
  })

  test('the window’s terminal in a pod: typed into, sized, closed with what ran in it, and told when its pod goes', async () => {
    const door = await openDoor()
    const open = async (stream: string): Promise<void> => {
      const wish = { stream, service: many, kind: 'shell', columns: 80, rows: 24 } as const
      const { where } = await door.request('openTerminal', wish)
      expect((await pods()).some((pod) => where.endsWith(`/${pod}`))).toBe(true)
      await shown(stream, '# ')
    }
    const shown = async (stream: string, text: string): Promise<void> =>
      void (await door.until(() => door.text(stream).includes(text) || undefined, `"${text}"`))
    const type = async (stream: string, text: string): Promise<void> =>
      void (await door.request('typeTerminal', { stream, text }))
    try {
      await open('one')
      await door.request('sizeTerminal', { stream: 'one', columns: 100, rows: 30 })
      await type('one', 'until [ "$(stty size)" = \'30 100\' ]; do :; done; echo as\\ large\r')
      await shown('one', 'as large\r\n')
      await type('one', `${HOSTILE}\r`)
      await shown('one', 'gnp.exe\r\n')
      // The window takes them out as it draws them (renderer/views/terminal/guard.ts); nothing answered the question meanwhile.
      await type('one', 'sleep 4711\r')
      await expect.poll(async () => await running('sleep 4711'), { timeout: 180_000 }).not.toBe('')
      await door.request('closeStream', { stream: 'one' })
      await expect.poll(async () => await running('sleep 4711'), { timeout: 180_000 }).toBe('')

      await open('two')
      await type('two', 'exit 3\r')
      const ended = await door.until(() => door.ended('two'), 'its end')
      expect(ended.ended).toEqual({ code: 3, says: 'The shell ended with exit code 3.' })

      await open('three')
      await kubectl(...words(`delete pods -A -l dev.macula/app=${many} --wait=false`))
      const gone = await door.until(() => door.ended('three'), 'its end')
      expect(gone.ended).toEqual({ code: 137, says: 'The shell was ended by signal 9.' })
    } finally {
      await door.close()
    }
    // The next pod takes its place, and is entered.
    await expect
      .poll(async () => (await piped(['exec', many, '--', 'sh', '-c', 'echo again'])).out, {
        timeout: 180_000,
        interval: 1000,
      })
      .toBe('again')
  })
}
