import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ejectPlan } from '../../../main/model/eject.ts'
import { dnsmasqText } from '../../../main/system/eject/dnsmasq.ts'
import { routingTexts } from '../../../main/system/eject/routing.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { fragment, openWorld, type World } from './fixture.ts'

const worlds: World[] = []
afterEach(() => {
  for (const one of worlds.splice(0)) one.clear()
})

const hostile = [
  `"; touch OWNED; "`,
  `'; touch OWNED; '`,
  '$(touch OWNED)',
  '`touch OWNED`',
  '${MACULA_SECRET_GRAFANA_PASSWORD}',
  'first\ntouch OWNED\n',
  '# comment',
  '\u001B[31mred',
  'conf-script=touch OWNED',
]

/** Every script that was written is one that sh reads. */
function readBySh(one: World): void {
  for (const path of one.paths().filter((each) => each.endsWith('.sh')))
    execFileSync('sh', ['-n', join(one.folder, path)])
}

describe('what a person may write into a service is never a word of a script', () => {
  test('titles and purposes', async () => {
    const one = openWorld()
    worlds.push(one)
    for (const [index, text] of hostile.entries())
      one.put(
        `services/notes${index}/compose.yaml`,
        fragment(`notes${index}`)
          .replace(`title: notes${index}`, `title: ${JSON.stringify(text)}`)
          .replace("A page of one's own", JSON.stringify(text)),
      )
    const { leftOut } = await one.eject()
    expect(leftOut).toEqual([])
    readBySh(one)
    // The ingress shows titles, as text, and its own tests say how; nothing else has them.
    for (const path of one.paths().filter((each) => !each.startsWith('infrastructure/config/ingress/')))
      expect(one.text(path), path).not.toContain('OWNED')
    expect(one.text('infrastructure/config/ingress/home/index.html')).not.toContain('maculactl')
    expect(one.text('scripts/setup-observability-routing.sh')).toContain('notes8 127.0.0.')
  })

  test('environment and command reach Compose as they are', async () => {
    const one = openWorld()
    worlds.push(one)
    for (const [index, text] of hostile.entries()) {
      const told = JSON.stringify(text.replaceAll('$', '$$$$'))
      one.put(
        `services/notes${index}/compose.yaml`,
        fragment(`notes${index}`, `    command: [echo, ${told}]\n    environment: { TEXT: ${told} }\n`),
      )
    }
    expect((await one.eject()).leftOut).toEqual([])
    readBySh(one)
    const { services } = parse(one.text('infrastructure/docker-compose.yml')) as {
      services: Record<string, { command: string[]; environment: Record<string, string> }>
    }
    for (const [index, text] of hostile.entries()) {
      const doubled = text.replaceAll('$', '$$$$')
      expect(services[`notes${index}`]?.command).toEqual(['echo', doubled])
      expect(services[`notes${index}`]?.environment['TEXT']).toBe(doubled)
    }
    for (const path of one.paths().filter((each) => each.endsWith('.sh')))
      expect(one.text(path), path).not.toContain('OWNED')
  })

  test('a default within a variable stays text', async () => {
    const one = openWorld()
    worlds.push(one)
    one.put(
      'services/notes/compose.yaml',
      fragment(
        'notes',
        `    environment: { A: '\${NOTHING:-$$(id)}', B: "\${MACULA_SECRET_NOTES_KEY:?x}$$HOME" }\n`,
      ),
    )
    await one.eject()
    const { services } = parse(one.text('infrastructure/docker-compose.yml')) as {
      services: Record<string, { environment: Record<string, string> }>
    }
    expect(services['notes']?.environment).toEqual({
      A: '$$(id)',
      B: '${MACULA_SECRET_NOTES_KEY:?README.md says where it comes from}$$HOME',
    })
  })
})

describe('atoms are looked at again before they are written', () => {
  const text = (name: string, address: string): string =>
    dnsmasqText({
      suffix: 'macula.test',
      zones: [],
      names: new Map([[name, address]]),
      powerdns: undefined,
    })
  const bad = ['a b', 'x;touch', '$(id)', 'a\nb', '../x', '-x', 'a"b']
  test.each(bad)('a name %j', (name) => {
    expect(() => text(`${name}.macula.test`, '127.0.0.4')).toThrow(/not a name/)
  })
  test.each([...bad, '10.0.0.1', '127.0.0.1,lockfile=/x'])('an address %j', (address) => {
    expect(() => text('a.macula.test', address)).toThrow(/not an address/)
    const catalog = {
      services: [service('a', { tier: 'data', address, endpoints: [endpoint({ listen: 80 })] })],
      forwards: [],
      problems: [],
    }
    expect(() => routingTexts(ejectPlan(catalog, defaultSettings), () => '172.23.0.9')).toThrow()
  })
  test.each(['172.23.0.9,fork', 'x', '172.23.0.9 EXEC:id', ''])('an address of a container %j', (host) => {
    const catalog = {
      services: [service('a', { tier: 'data', address: '127.0.0.8', endpoints: [endpoint({ listen: 80 })] })],
      forwards: [],
      problems: [],
    }
    expect(() => routingTexts(ejectPlan(catalog, defaultSettings), () => host)).toThrow()
  })
})

describe('.env by make-env.sh', () => {
  test('a password of 32 letters and digits for each name, 0600, and never over one that is there', async () => {
    const one = openWorld()
    worlds.push(one)
    await one.eject()
    // No Docker here: no volume is there.
    writeFileSync(join(one.home, 'docker'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const env = { PATH: `${one.home}:/usr/bin:/bin` }
    const run = (): string =>
      execFileSync('sh', [join(one.folder, 'infrastructure/make-env.sh')], {
        env,
        encoding: 'utf8',
        stdio: 'pipe',
      })
    expect(run()).toContain('.env is written')
    const lines = one.text('infrastructure/.env').trim().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(8)
    for (const line of lines) expect(line).toMatch(/^MACULA_SECRET_[A-Z0-9_]+=[A-Za-z0-9]{32}$/)
    expect(new Set(lines.map((line) => line.split('=')[1])).size).toBe(lines.length)
    expect(one.mode('infrastructure/.env')).toBe('600')
    expect(run).toThrow(/it is left as it is/)
    expect(readdirSync(join(one.folder, 'infrastructure')).filter((name) => /^\.env\.\d/.test(name))).toEqual(
      [],
    )
    // With a volume that is there the data wants other passwords.
    rmSync(join(one.folder, 'infrastructure/.env'))
    writeFileSync(join(one.home, 'docker'), '#!/bin/sh\n[ "$3" = macula-infrastructure_grafana ]\n', {
      mode: 0o755,
    })
    expect(run).toThrow(/other passwords: macula-infrastructure_grafana/)
  })
})
