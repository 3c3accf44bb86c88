import { useState, type ReactNode } from 'react'
import { MASK } from '../../../main/model/clean.ts'
import { connectLines, databaseLink, type ConnectLine } from '../../../main/model/connect.ts'
import { envFormats, envText, isPlainVariable, type EnvFormat } from '../../../main/model/env-format.ts'
import { kubectlLines } from '../../../main/model/kubectl-lines.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { MenuButton } from '../../parts/menu-button.tsx'
import { useAbout } from '../../store/use-about.ts'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayConnect } from '../../words/connect.ts'
import { EnvFileDialog } from './env-file-dialog.tsx'
import type { Variables } from './use-variables.ts'

/** How one's own programs reach a service: a terminal in it, lines that are right as they stand, its variables in any form. */
export function Connect(props: { readonly view: ServiceView; readonly variables: Variables }): ReactNode {
  const { view, variables } = props
  const actions = useActions()
  const [writes, setWrites] = useState(false)
  const lines = connectLines(view, variables.masked)
  const runs = view.since !== undefined
  const hasShell = view.cluster !== 'found' && view.shell !== false
  const open = (what: 'shell' | 'sql'): void => actions.ask({ kind: 'terminal', service: view.id, what })
  const copyAs = async (format: EnvFormat): Promise<void> => {
    const all = (await variables.clear()).filter((one) => one.nowhere === undefined && isPlainVariable(one))
    actions.copyNamed(envText(format, all), view.id)
  }
  if (!hasShell && lines.length === 0 && variables.masked.length === 0) return null
  return (
    <section>
      <h2 className="h">{sayConnect.title}</h2>
      <div className="connectdo">
        {view.sql === true ? (
          <Button disabled={!runs} onPress={() => open('sql')}>
            {sayConnect.sql}
          </Button>
        ) : null}
        {hasShell ? (
          <Button disabled={!runs} onPress={() => open('shell')}>
            {sayConnect.shell}
          </Button>
        ) : null}
        {databaseLink(variables.masked) === undefined ? null : <OpenClient view={view} runs={runs} />}
        {variables.masked.length === 0 ? null : (
          <>
            <MenuButton
              label={sayConnect.copyAs}
              text={sayConnect.copyAs}
              lines={envFormats.map(({ id, title }) => ({
                id,
                text: title,
                run: () => {
                  copyAs(id).catch((error: unknown) => actions.failed(sayConnect.copyAs, error))
                },
              }))}
            />
            <Button onPress={() => setWrites(true)}>{sayConnect.writeEnv}</Button>
          </>
        )}
      </div>
      {view.shell === false ? <p className="sm t2">{sayConnect.noShell(view.title)}</p> : null}
      {hasShell && !runs ? (
        <p className="sm t2">
          {view.state === 'unknown' ? sayConnect.notKnown(view.title) : sayConnect.notRunning(view.title)}
        </p>
      ) : null}
      <Lines view={view} lines={lines} clear={variables.clear} />
      {view.cluster !== undefined && view.cluster !== 'cluster' && hasPods(view) ? (
        <KubectlLines view={view} clear={variables.clear} />
      ) : null}
      {writes ? <EnvFileDialog view={view} onClose={() => setWrites(false)} /> : null}
    </section>
  )
}

/** Where the desktop has a program for links to PostgreSQL: it is given the connection string, which the page never sees. */
function OpenClient({ view, runs }: { readonly view: ServiceView; readonly runs: boolean }): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const { answer } = useAbout('client', view.id, '')
  if (!answer) return null
  const label = sayConnect.openIn(answer.title)
  return (
    <Button
      disabled={!runs}
      onPress={() => {
        shell
          .request('openClient', { service: view.id })
          .catch((error: unknown) => actions.failed(label, error))
      }}
    >
      {label}
    </Button>
  )
}

/** Its cluster runs, as far as is known: kubectl gets an answer. */
const hasPods = ({ state }: ServiceView): boolean =>
  state !== 'stopped' && state !== 'not set up' && state !== 'unknown'

/** The lines of one's own kubectl for an application. */
function KubectlLines(props: Pick<LinesProps, 'view' | 'clear'>): ReactNode {
  const { view, clear } = props
  const { answer } = useAbout('clusterKubeconfig', view.id, `${view.state} ${view.container?.id ?? ''}`)
  return <Lines view={view} lines={answer ? kubectlLines(answer) : []} clear={clear} />
}

interface LinesProps {
  readonly view: ServiceView
  readonly lines: readonly ConnectLine[]
  readonly clear: Variables['clear']
}

/** Lines with their Copy; secrets are in what is copied only. */
function Lines({ view, lines, clear }: LinesProps): ReactNode {
  if (lines.length === 0) return null
  const stands = lines.find((one) => one.stands !== undefined)?.stands
  return (
    <>
      <ul className="connlines" aria-label={sayConnect.lines}>
        {lines.map((one) => (
          <li key={one.id}>
            <span className="t2 cut">{one.title}</span>
            <span className="mono cut" title={one.line.replaceAll(MASK, '••••')}>
              {one.line.replaceAll(MASK, '••••')}
            </span>
            <span className="last">
              <Copy
                what={sayConnect.line(one.title, view.title)}
                text={
                  one.secret
                    ? async () =>
                        connectLines(view, await clear()).find(({ id }) => id === one.id)?.line ?? ''
                    : one.line
                }
              />
            </span>
          </li>
        ))}
      </ul>
      {stands === undefined ? null : <p className="sm t2">{sayConnect.stands(stands)}</p>}
    </>
  )
}
