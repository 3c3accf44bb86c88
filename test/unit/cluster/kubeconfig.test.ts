import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  entriesOf,
  freshKubeconfig,
  mergeKubeconfig,
  type Entries,
} from '../../../main/system/kind/kubeconfig.ts'
import { userKubeconfig, writeUserKubeconfig } from '../../../main/system/kind/kubeconfig-file.ts'

const ours: Entries = {
  name: 'kind-macula-hub',
  cluster: { server: 'https://127.0.0.1:41234', 'certificate-authority-data': 'Q0E=' },
  user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' },
}
const newer: Entries = { ...ours, cluster: { ...ours.cluster, server: 'https://127.0.0.1:50001' } }

/** As people and tools write them: with comments, odd spaces, another order, another indentation. */
const foreign = {
  kubectl: `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Zm9v
    server: https://10.0.0.1:6443
  name: work
contexts:
- context:
    cluster: work
    namespace: team
    user: ada
  name: work
current-context: work
kind: Config
preferences: {}
users:
- name: ada
  user:
    token: s3cret
`,
  'by hand, indented, with comments': `# my clusters, do not touch
kind: Config
apiVersion: v1
current-context: "work"   # never change this

clusters:
  # the one at work
  - name: work
    cluster: { server: 'https://10.0.0.1:6443' }

  - name: home
    cluster:
      server: https://192.168.1.9:6443

contexts:
  - name: work
    context: {cluster: work, user: ada}
users:
  - name: ada
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        command: get-token
        args: ["--for", "work"]
`,
  'without a final newline': `apiVersion: v1
kind: Config
clusters:
- name: work
  cluster: {server: "https://10.0.0.1"}
contexts:
- name: work
  context: {cluster: work, user: ada}
users:
- name: ada
  user: {token: x}`,
  'with empty lists': `apiVersion: v1
clusters: []
contexts: []
current-context: ""
kind: Config
preferences: {}
users: []
`,
  'with null lists, as kubectl leaves them': `apiVersion: v1
clusters: null
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null
`,
  'with Windows line ends':
    'apiVersion: v1\r\nkind: Config\r\nclusters:\r\n- name: work\r\n  cluster:\r\n    server: https://10.0.0.1\r\ncontexts: []\r\nusers: []\r\n',
  'without lists': 'apiVersion: v1\nkind: Config\n',
}

const changed = (text: string, entries: Parameters<typeof mergeKubeconfig>[1]): string => {
  const merged = mergeKubeconfig(text, entries)
  if (merged.kind !== 'changed') throw new Error(JSON.stringify(merged))
  return merged.text
}

/** The text without the lines of our entries, which are found by what only they hold. */
function withoutOurs(text: string): readonly string[] {
  const items = /^ *- name: kind-macula\r?\n(?:(?! *- |[a-z]).*\r?\n?)*/gm
  return text.replaceAll(items, '').split(/\r?\n/)
}

describe('fault 31: our entries in a kubeconfig of others', () => {
  for (const [how, text] of Object.entries(foreign)) {
    test(`${how}: added, every other byte stays`, () => {
      const merged = changed(text, ours)
      expect(entriesOf(merged, ours.name)).toEqual(ours)
      // Only whole lines came in: taking them out gives the old text, apart from lists that were empty.
      const before = text.replaceAll(/^(clusters|contexts|users): (?:\[\]|null)$/gm, '$1:').split(/\r?\n/)
      const rest = withoutOurs(merged)
      for (const line of before) expect(rest).toContain(line)
      const own = parse(merged) as Record<string, unknown>
      const old = parse(text) as Record<string, unknown>
      expect(own['current-context']).toEqual(old['current-context'])
    })

    test(`${how}: added twice is added once; a new server replaces the old one in place`, () => {
      const once = changed(text, ours)
      expect(mergeKubeconfig(once, ours)).toEqual({ kind: 'same' })
      const moved = changed(once, newer)
      expect(moved).toBe(once.replace('41234', '50001'))
    })

    test(`${how}: taken out again, the text is as before`, () => {
      const back = changed(changed(text, ours), { name: ours.name })
      const wanted = text.replaceAll(/^(clusters|contexts|users): null$/gm, '$1: []')
      const full = /^(?:clusters|contexts|users):/m.test(text)
        ? wanted
        : `${wanted}clusters: []\ncontexts: []\nusers: []\n`
      expect(back.trimEnd()).toBe(full.trimEnd())
    })
  }

  /** What people add to our own entries, by hand or by `kubectl config set-context --namespace`. */
  const added: readonly (readonly [string, string, string, Readonly<Record<string, unknown>>])[] = [
    ['a namespace', 'user: kind-macula-hub', '\n$&\n    namespace: macula', { namespace: 'macula' }],
    [
      'a proxy, with a comment',
      'server: https://127.0.0.1:41234',
      '# through the office\n    proxy-url: socks5://127.0.0.1:1080\n    $&',
      { 'proxy-url': 'socks5://127.0.0.1:1080' },
    ],
    ['somebody to act as', 'client-key-data: S0VZ', '$&\n    as: ada', { as: 'ada' }],
  ]
  test.each(added)('%s that a person added to ours stays, whatever changes', (_, at, to, fields) => {
    const once = changed(foreign['by hand, indented, with comments'], ours)
    const lines = once.replace(new RegExp(`( *)${at}`), (line, indent: string) =>
      line.replace(at, to.replaceAll('\n    ', `\n${indent}`).replace(/^\n/, '')),
    )
    expect(lines).not.toBe(once)
    expect(mergeKubeconfig(lines, ours)).toEqual({ kind: 'same' })
    const moved = changed(lines, newer)
    expect(moved).toBe(lines.replace('41234', '50001'))
    expect(JSON.stringify(parse(moved))).toContain(JSON.stringify(fields).slice(1, -1))
    expect(JSON.stringify(parse(changed(moved, { name: ours.name })))).not.toContain('kind-macula-hub')
  })

  test('what kubectl refuses beside ours goes: another authority, no check of it, another key', () => {
    const once = changed(foreign.kubectl, ours)
      .replace(
        '    server: https://127.0.0.1:41234',
        '$&\n    insecure-skip-tls-verify: true\n    certificate-authority: /ca.crt',
      )
      .replace('    client-key-data: S0VZ', '    client-key: /mine.key')
    const again = changed(once, ours)
    expect(entriesOf(again, ours.name)).toEqual(ours)
  })

  test('a key of theirs beside ours, an empty part, an entry in one line', () => {
    const text = (context: string): string =>
      `apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts:\n${context}`
    const told = (context: string): unknown =>
      (parse(changed(text(context), ours)) as { contexts: unknown }).contexts
    const context = { cluster: ours.name, user: ours.name }
    expect(told('- name: kind-macula-hub\n  x-mine: 1\n  context:\n')).toEqual([
      { name: ours.name, 'x-mine': 1, context },
    ])
    expect(told('- {name: kind-macula-hub, context: {cluster: old, namespace: macula}} # mine\n')).toEqual([
      { name: ours.name, context: { ...context, namespace: 'macula' } },
    ])
  })

  test('a current context that is ours is emptied when we go, any other stays', () => {
    const fresh = freshKubeconfig(ours)
    const gone = changed(fresh, { name: ours.name })
    expect((parse(gone) as Record<string, unknown>)['current-context']).toBe('')
  })

  const refused: Readonly<Record<string, string>> = {
    'half written': foreign.kubectl.slice(0, 180) + '\n  "unfinished: [',
    'cut inside a token': 'apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: "https://10',
    'not a mapping': '- a\n- b\n',
    JSON: JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [], contexts: [], users: [] }),
    'another kind of file': 'apiVersion: v1\nkind: Pod\n',
    'a list in one line': 'apiVersion: v1\nkind: Config\nclusters: [{name: work, cluster: {server: x}}]\n',
    'lists that are none': 'apiVersion: v1\nkind: Config\nclusters: {}\n',
    binary: 'apiVersion: v1\nkind: Config\n\0\0\0',
  }
  for (const [how, text] of Object.entries(refused))
    test(`${how}: refused with a reason`, () => {
      expect(mergeKubeconfig(text, ours)).toMatchObject({
        kind: 'refused',
        says: expect.stringMatching(/\w/),
      })
    })

  test('nothing to take out of a file that has nothing of ours', () => {
    expect(mergeKubeconfig(foreign.kubectl, { name: ours.name })).toEqual({ kind: 'same' })
  })
})

describe('fault 31: the file itself', () => {
  let folder = ''
  let file = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'macula-kubeconfig-'))
    file = join(folder, '.kube', 'config')
    await mkdir(join(folder, '.kube'))
  })
  afterEach(async () => await rm(folder, { recursive: true, force: true }))

  const write = async (
    env: Readonly<Record<string, string>> = {},
    entries: Parameters<typeof mergeKubeconfig>[1] = ours,
  ) =>
    await writeUserKubeconfig({
      env: { HOME: folder, ...env },
      entries,
      backups: join(folder, 'backups'),
      now: Date.parse('2026-11-24T07:00:00Z'),
      onlyIf: file,
    })
  const backups = async (): Promise<readonly string[]> =>
    await readdir(join(folder, 'backups')).catch(() => [])

  test('none: made, readable by its owner only, with nothing but ours', async () => {
    expect(await write()).toEqual({ kind: 'written', file })
    expect(await readFile(file, 'utf8')).toBe(freshKubeconfig(ours))
    expect((await lstat(file)).mode & 0o777).toBe(0o600)
    expect(await backups()).toEqual([])
  })

  test('empty: filled, the empty file is kept as backup', async () => {
    await writeFile(file, '')
    expect(await write()).toMatchObject({ kind: 'written' })
    expect(await backups()).toHaveLength(1)
  })

  test('foreign contexts and a foreign current context: a backup with the old bytes, the mode stays', async () => {
    await writeFile(file, foreign.kubectl)
    await chmod(file, 0o640)
    const written = await write()
    expect(written).toMatchObject({ kind: 'written' })
    const [backup = ''] = await backups()
    expect(await readFile(join(folder, 'backups', backup), 'utf8')).toBe(foreign.kubectl)
    expect((await lstat(file)).mode & 0o777).toBe(0o640)
    const text = await readFile(file, 'utf8')
    expect(text).toContain('current-context: work')
    for (const line of foreign.kubectl.split('\n')) expect(text.split('\n')).toContain(line)
    expect(await write()).toEqual({ kind: 'same', file })
    expect(await write({}, { name: ours.name })).toMatchObject({ kind: 'written' })
    expect(await readFile(file, 'utf8')).toBe(foreign.kubectl)
  })

  /** Each must leave every byte of the file, and leave no lock behind. */
  const left = async (
    how: () => Promise<Readonly<Record<string, string>> | undefined>,
    says: RegExp,
  ): Promise<void> => {
    const env = await how()
    const before = await readFile(file).catch(() => undefined)
    expect(await write(env ?? {})).toMatchObject({ kind: 'left', says: expect.stringMatching(says) })
    expect(await readFile(file).catch(() => undefined)).toEqual(before)
    expect(await backups()).toEqual([])
  }

  test('read-only: reported, never rewritten', async () => {
    await left(async () => {
      await writeFile(file, foreign.kubectl)
      await chmod(file, 0o400)
      return undefined
    }, /read-only/)
  })

  test('a symlink: reported, neither the link nor its target is rewritten', async () => {
    const target = join(folder, 'dotfiles')
    await left(async () => {
      await writeFile(target, foreign.kubectl)
      await symlink(target, file)
      return undefined
    }, /link/)
    expect((await lstat(file)).isSymbolicLink()).toBe(true)
    expect(await readFile(target, 'utf8')).toBe(foreign.kubectl)
  })

  test('half written: reported, never rewritten', async () => {
    await left(async () => {
      await writeFile(file, 'apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: "https://10')
      return undefined
    }, /not whole YAML/)
  })

  test('KUBECONFIG with several files: reported, none is touched', async () => {
    const other = join(folder, 'other')
    await writeFile(other, foreign.kubectl)
    await left(async () => {
      await writeFile(file, foreign.kubectl)
      return { KUBECONFIG: `${file}:${other}` }
    }, /2 files/)
    expect(await readFile(other, 'utf8')).toBe(foreign.kubectl)
  })

  test('locked by kubectl: reported; the lock stays theirs', async () => {
    await writeFile(`${file}.lock`, '')
    await left(async () => {
      await writeFile(file, foreign.kubectl)
      return undefined
    }, /lock/)
    expect(await readFile(`${file}.lock`, 'utf8')).toBe('')
  })

  test('KUBECONFIG with one file: that one, and ~/.kube/config stays', async () => {
    const other = join(folder, 'other')
    await writeFile(file, foreign.kubectl)
    expect(await write({ KUBECONFIG: other })).toEqual({ kind: 'written', file: other })
    expect(await readFile(file, 'utf8')).toBe(foreign.kubectl)
  })

  test('a relative KUBECONFIG is reported', () => {
    expect(userKubeconfig({ KUBECONFIG: 'config' })).toMatchObject({
      says: expect.stringContaining('whole path'),
    })
  })

  test('what was put elsewhere is not taken out of another file', async () => {
    await writeFile(file, freshKubeconfig(ours))
    const other = join(folder, 'other')
    await writeFile(other, freshKubeconfig(ours))
    expect(await write({ KUBECONFIG: other }, { name: ours.name })).toEqual({ kind: 'same', file: other })
    expect(await readFile(other, 'utf8')).toBe(freshKubeconfig(ours))
  })
})
