import type {
  BackupsAdapter,
  BackupWriter,
  OpenBackup,
  RestoresAdapter,
  SecretsChanging,
} from '../../../main/engine/adapters.ts'
import type { BackupCut, BackupManifest, BackupPart, BackupTaking } from '../../../main/model/backup.ts'
import type { PartialData } from '../../../main/model/partial.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { fakeStack } from './fake-stack.ts'

const postgres: Partial<ServiceSpec> = {
  secrets: ['DB_PASSWORD'],
  secretUses: { DB_PASSWORD: { kept: 'postgres', user: 'app', places: [] } },
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text))
}

/** A stack with a database, two services with files, a watcher and the registry; snapshots lie in memory. */
export async function backupWorld() {
  const stack = fakeStack(['db', 'side', 'app', 'prometheus', 'registry'], (id) =>
    id === 'db' ? postgres : {},
  )
  await stack.up()
  stack.forget()
  const { adapters } = stack.context
  const state = {
    files: new Map<
      string,
      { readonly manifest: BackupManifest; readonly content: ReadonlyMap<BackupPart, string> }
    >(),
    dropped: 0,
    checked: 0,
    /** Called before each part is written or read; what it throws is in the way. */
    onPart: undefined as ((part: string) => void) | undefined,
    checkFails: undefined as MaculaError | undefined,
    free: 1e12,
    versions: ['2.29.2'],
    filled: [] as string[],
    /** How far a restore is, as it is written down; whether its process lives, and whether it was killed. */
    cut: undefined as BackupCut | undefined,
    alive: false,
    killed: false,
    /** Services that have a part of their data only, with whether who works at it lives. */
    partial: new Map<string, { readonly part: PartialData; readonly alive: boolean }>(),
    /** How far the making of one is, and the passwords that a restore found. */
    taking: undefined as BackupTaking | undefined,
    before: undefined as ReadonlyMap<string, string> | undefined,
    passwords: new Map([['DB_PASSWORD', 'here']]) as ReadonlyMap<string, string>,
  }
  const { did } = stack
  Object.assign(adapters.docker.volumes, {
    putBack({ copy, to }: { copy: string; to: string }) {
      did.push(`put back ${copy}`)
      stack.world.volumes.add(to)
      return Promise.resolve({ from: copy, to, entries: 1, bytes: 1 })
    },
    // An object store keeps its accounts' passwords in the clear: without that folder only.
    pack: ({ name, without = [] }: { name: string; without?: readonly string[] }) =>
      bytes(`tar of ${name}${without.includes('.minio.sys/config/iam') ? '' : ' with passwords'}`),
    contents: () =>
      Promise.resolve(
        new Map([['repositories/macula/shop/_manifests/tags/1.0/current/link', Buffer.from('sha256:abc')]]),
      ),
    async refill({ to }: { to: string }, source: AsyncIterable<Buffer>) {
      for await (const chunk of source) state.filled.push(`${to}: ${chunk.toString()}`)
      did.push(`fill ${to}`)
      stack.world.volumes.add(to)
      return { from: '', to, entries: 1, bytes: 1 }
    },
  })
  const writer = (name: string): BackupWriter => {
    const content = new Map<BackupPart, string>()
    let isOver = false
    return {
      async add(spec, source, _, signal) {
        signal.throwIfAborted()
        state.onPart?.(`${spec.kind} ${spec.service} ${spec.name}`.trim())
        const parts: Buffer[] = []
        for await (const chunk of source) parts.push(Buffer.from(chunk))
        signal.throwIfAborted()
        const text = Buffer.concat(parts).toString()
        const part = { ...spec, bytes: text.length, packed: text.length, sha256: '' }
        content.set(part, text)
        did.push(`take ${`${spec.kind} ${spec.service} ${spec.name}`.trim()}`)
        return part
      },
      finish(about) {
        isOver = true
        const manifest = { ...about, parts: [...content.keys()] }
        state.files.set(name, { manifest, content })
        return Promise.resolve(manifest)
      },
      drop: () => Promise.resolve(void (isOver || (state.dropped += 1))),
    }
  }
  const opened = (name: string): OpenBackup => {
    const file = state.files.get(name)
    if (!file) throw new MaculaError({ kind: 'invalid', what: `${name} is not a snapshot.` })
    return {
      path: name,
      size: 1,
      manifest: file.manifest,
      read(part) {
        state.onPart?.(`${part.kind} ${part.service} ${part.name}`.trim())
        return bytes(file.content.get(part) ?? '')
      },
      check: () =>
        state.checkFails ? Promise.reject(state.checkFails) : Promise.resolve(void (state.checked += 1)),
      close: () => Promise.resolve(),
    }
  }
  const backups: BackupsAdapter = {
    product: '0.1.0',
    folder: '/data/snapshots',
    pathOf: (word) => word,
    list: () =>
      Promise.resolve(
        [...state.files].map(([name, { manifest }]) => ({ name, path: name, size: 1, manifest })),
      ),
    open: async (path) => await Promise.resolve(opened(path)),
    create: (name) => Promise.resolve(writer(name)),
    remove: (name) => Promise.resolve(void state.files.delete(name)),
    free: () => Promise.resolve(state.free),
    seal: (secrets, passphrase) => Promise.resolve(Buffer.from(JSON.stringify({ secrets, passphrase }))),
    unseal(sealed, passphrase) {
      const { secrets, passphrase: right } = JSON.parse(sealed.toString()) as {
        secrets: never
        passphrase: string
      }
      return right === passphrase
        ? Promise.resolve(secrets)
        : Promise.reject(new MaculaError({ kind: 'invalid', what: 'The passphrase is another one.' }))
    },
    own: () =>
      Promise.resolve({ tar: bytes('own'), secret: [{ path: 'services/x/.env', content: '' }], notes: [] }),
    backOwn: () => Promise.resolve(void did.push('back own')),
    putOwn: () => Promise.resolve((did.push('put own'), { movedTo: '/config/before', notes: [] })),
  }
  const restores: RestoresAdapter = {
    partial: () =>
      Promise.resolve([...state.partial.values()].flatMap(({ part, alive }) => (alive ? [] : [part]))),
    keepPartial(id, part, over) {
      if (state.killed) return Promise.resolve()
      if (part) state.partial.set(id, { part, alive: over === undefined })
      else state.partial.delete(id)
      return Promise.resolve()
    },
    cut: () => Promise.resolve(state.alive ? undefined : state.cut),
    keep(cut, over) {
      // What was killed writes nothing any more.
      if (state.killed) return Promise.resolve()
      if (cut === undefined) state.before = undefined
      state.cut = cut
      state.alive = cut !== undefined && over === undefined
      return Promise.resolve()
    },
    passwords: () => Promise.resolve(state.before),
    keepPasswords: (values) => Promise.resolve(void (state.before = values)),
    taking: () => Promise.resolve(state.alive ? undefined : state.taking),
    keepTaking(taking, over) {
      if (state.killed) return Promise.resolve()
      state.taking = taking
      state.alive = taking !== undefined && over === undefined
      return Promise.resolve()
    },
  }
  Object.assign(adapters, {
    restores,
    backups,
    data: {
      kept: () => Promise.resolve(undefined),
      volumes: (names: readonly string[]) => Promise.resolve(names.map((name) => ({ name, bytes: 1000 }))),
    },
    inside: {
      databases: () =>
        Promise.resolve([{ name: 'shop', owner: 'app', bytes: 10, extensions: ['timescaledb 2.29.2'] }]),
      tell: (_: string, __: string, { user }: { user: string }) =>
        Promise.resolve(void did.push(`tell ${user}`)),
    },
    dumps: {
      versions: () => Promise.resolve(state.versions),
      globals: () => bytes('roles'),
      database: (_: string, __: string, name: string) => bytes(`dump of ${name}`),
      putGlobals: () => Promise.resolve(void did.push('put roles')),
      putDatabase: (_: string, __: string, wish: { name: string; owner: string }) =>
        Promise.resolve(void did.push(`put ${wish.name} of ${wish.owner}`)),
    },
  })
  let begun: SecretsChanging = { since: 0, from: new Map(), to: new Map() }
  Object.assign(adapters.secrets, {
    read: () => Promise.resolve(state.passwords),
    changing: () => Promise.resolve(undefined),
    begin(values: ReadonlyMap<string, string>) {
      begun = { since: 0, from: state.passwords, to: values }
      return Promise.resolve(begun)
    },
    commit: () => Promise.resolve(void (state.passwords = new Map([...state.passwords, ...begun.to]))),
    settle: () => Promise.resolve(),
    lost: () => Promise.resolve(undefined),
  })
  return { stack, state }
}
