import { useEffect, useState, type ReactNode } from 'react'
import type { AppListed, AppRead } from '../../../main/model/added-app.ts'
import { clusterRow, HUB, HUB_BEFORE } from '../../../main/model/cluster-id.ts'
import { troubleOf } from '../../../main/model/errors.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayApps } from '../../words/apps.ts'
import { sayCommon } from '../../words/common.ts'
import { SwitchRow } from '../settings/rows.tsx'

/** Applications that are used where they lie: adding one shows what was read of it before it is added. */
export function OwnApps({ view }: { readonly view: ServiceView }): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const services = useShellState((state) => state.snapshot?.services.map(({ id }) => id).join(' '))
  const [all, setAll] = useState<readonly AppListed[]>([])
  useEffect(() => {
    let isOver = false
    const ask = async (): Promise<void> => {
      const found = await shell.request('ownApps', {}).catch(() => [])
      if (!isOver) setAll(found)
    }
    void ask()
    return () => {
      isOver = true
    }
    // Rows that come or go are what it is asked again for.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [shell, services])

  const [asked, setAsked] = useState('')
  const remove = async (id: string): Promise<void> => {
    setAsked('')
    try {
      await shell.request('removeApp', { run: `app-${Date.now()}`, app: id, data: false })
      setAll(await shell.request('ownApps', {}))
    } catch (error) {
      actions.failed(sayApps.notRemoved, error)
    }
  }
  const mine = all.filter(
    ({ added }) =>
      view.id === clusterRow(added.cluster === '' || added.cluster === HUB_BEFORE ? HUB : added.cluster),
  )
  return (
    <section>
      <h2 className="h">{sayApps.title}</h2>
      <p className="sm t2">{sayApps.says}</p>
      {mine.map(({ id, title, added, problem }) => (
        <div key={added.path} className="offer">
          <div className="grow">
            <b>{title}</b>
            <p className="sm t2">{asked === id ? sayApps.removeSays : added.path}</p>
            {problem === undefined ? null : <p className="wrong">{withoutFolder(problem, added.path)}</p>}
          </div>
          {asked === id ? (
            <>
              <Button small kind="danger" label={sayApps.remove(title)} onPress={() => void remove(id)}>
                {sayApps.removeNow}
              </Button>
              <Button small focus onPress={() => setAsked('')}>
                {sayCommon.cancel}
              </Button>
            </>
          ) : (
            <Button small label={sayApps.remove(title)} onPress={() => setAsked(id)}>
              {sayApps.removeShort}
            </Button>
          )}
        </div>
      ))}
      <AddApp onAdded={async () => setAll(await shell.request('ownApps', {}))} />
    </section>
  )
}

function AddApp({ onAdded }: { readonly onAdded: () => Promise<void> }): ReactNode {
  const shell = useShell()
  const [path, setPath] = useState('')
  const [follow, setFollow] = useState(false)
  const [read, setRead] = useState<AppRead>()
  const [wrong, setWrong] = useState<string>()
  const [waits, setWaits] = useState(false)

  const look = async (): Promise<void> => {
    const asked = path.trim()
    if (asked === '' || waits) return
    setWaits(true)
    setWrong(undefined)
    try {
      setRead(await shell.request('readApp', { path: asked }))
    } catch (error) {
      setRead(undefined)
      setWrong(troubleOf(error).what)
    } finally {
      setWaits(false)
    }
  }
  const add = async (): Promise<void> => {
    if (!read || waits) return
    setWaits(true)
    try {
      await shell.request('addApp', { path: read.path, follow })
      setRead(undefined)
      setPath('')
      await onAdded()
    } catch (error) {
      setWrong(troubleOf(error).what)
    } finally {
      setWaits(false)
    }
  }
  return (
    <div className="addapp">
      <TextField
        label={sayApps.path}
        placeholder={sayApps.pathLike}
        mono
        value={path}
        onChange={(value) => {
          setPath(value)
          setRead(undefined)
          setWrong(undefined)
        }}
        {...(wrong === undefined ? {} : { wrong })}
      />
      {read === undefined ? (
        <Button disabled={path.trim() === ''} waits={waits} onPress={() => void look()}>
          {sayApps.look}
        </Button>
      ) : (
        <div className="readapp">
          <dl className="facts" aria-live="polite">
            {factsOf(read).map(([name, says]) => (
              <div key={name} className="fact">
                <dt>{name}</dt>
                <dd>{says}</dd>
              </div>
            ))}
          </dl>
          {read.notes.map((note) => (
            <p key={note} className="sm t2">
              {note}
            </p>
          ))}
          <SwitchRow
            label={sayApps.followLabel}
            says={sayApps.follow}
            hint={sayApps.followHint}
            on={follow}
            onChange={setFollow}
          />
          <Button kind="primary" waits={waits} onPress={() => void add()}>
            {sayApps.add(read.title)}
          </Button>
        </div>
      )}
    </div>
  )
}

/** The folder stands above it: a file of it is told by its place in there. */
const withoutFolder = (problem: string, path: string): string =>
  problem.startsWith(`${path}: `)
    ? problem.slice(path.length + 2)
    : problem.replace(`${path.replace(/\/$/, '')}/`, '')

/** What was read, a line each; what there is none of is left out. */
function factsOf(read: AppRead): readonly (readonly [string, string])[] {
  const { facts } = sayApps
  const all: readonly (readonly [string, readonly string[]])[] = [
    [facts.id, [read.id]],
    [facts.hosts, read.hosts.length > 0 ? read.hosts : [sayApps.noHosts]],
    [facts.pods, read.pods],
    [facts.images, read.images],
    [facts.ports, read.ports],
    [facts.namespaces, read.namespaces],
    [facts.replaces, read.replaces],
  ]
  return all.flatMap(([name, says]) => (says.length > 0 ? [[name, says.join(', ')] as const] : []))
}
