import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { argv, docker, fresh, maculactl, run, states, until } from '../support/actor.ts'

/** A person who may not become root (or says no): everything is usable by address and port. */

const plain = 'macula-plain'

beforeAll(async () => {
  await fresh()
  await run('useradd', ['--create-home', '--groups', 'docker', plain])
})

afterAll(async () => {
  await maculactl(['down', '--remove', '--also'], plain)
  const volumes = (
    await docker('volume', 'ls', '-q', '--filter', 'label=com.docker.compose.project=macula')
  ).out
    .split('\n')
    .filter(Boolean)
  if (volumes.length > 0) await docker('volume', 'rm', ...volumes)
  await run('userdel', ['--remove', plain])
})

/** What a refusal says, whatever its kind. */
function expectRefusal(said: string): void {
  expect(said).toContain('Nothing was changed')
  expect(said).toMatch(/address and\s+port/)
  expect(said).toMatch(/maculactl setup|The same by hand/)
}

test('fault 15: a password that is not given at sudo’s prompt: exit code 3, nothing is changed', async () => {
  // A terminal of its own (script), on which sudo asks; the person types three wrong ones.
  const command = argv(['setup', '--yes'], plain)
  const child = spawn('script', ['-qec', command.join(' '), '/dev/null'], { stdio: 'pipe' })
  const timer = setTimeout(() => child.kill('SIGKILL'), 300_000)
  let [shown, typed] = ['', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    // sudo throws away what was typed before it asked.
    for (const asked = shown.split('password for').length - 1; typed < asked; typed += 1)
      child.stdin.write('no\n')
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  expect(code, shown).toBe(3)
  expect(typed).toBe(3)
  expectRefusal(shown)
  expect((await run('cat', ['/proc/sys/net/ipv4/ip_unprivileged_port_start'])).out).not.toBe('80')
})

test('fault 15: no terminal and no desktop that could ask: exit code 4, nothing is changed', async () => {
  const ran = await maculactl(['setup', '--yes'], plain)
  expect(ran.code).toBe(4)
  expectRefusal(ran.err + ran.out)
})

test('fault 15: every service starts and is usable at address and port', async () => {
  const up = await maculactl(['up'], plain)
  expect(up.code, up.err).toBe(0)
  const seen = await until((one) => states(one)['failed'] === undefined, undefined, plain)
  const services = seen.services.filter(({ state }) => state !== 'not set up')
  expect(services).toHaveLength(14)
  for (const service of services)
    for (const endpoint of service.endpoints) {
      expect(endpoint.url, `${service.id}/${endpoint.id}`).toMatch(
        /^(http:\/\/|postgres:\/\/)?(127\.0\.0\.|172\.23\.0\.)\d+/,
      )
      if (endpoint.scheme !== 'http' || endpoint.url === null) continue
      expect(
        (
          await run('curl', [
            '-sS',
            '-o',
            '/dev/null',
            '-w',
            '%{http_code}',
            '--max-time',
            '60',
            endpoint.url,
          ])
        ).out,
      ).toMatch(/^[234]\d\d$/)
    }
  expect(seen.causes.map(({ id }) => id).sort((one, two) => one.localeCompare(two))).toEqual([
    'names',
    'ports',
  ])
  expect((await maculactl(['open', 'grafana', '--print'], plain)).out.trim()).toBe('http://127.0.0.4:3000')
})
