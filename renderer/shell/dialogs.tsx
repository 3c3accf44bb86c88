import { useState, type ReactNode } from 'react'
import { sayClusterPrice } from '../../main/model/cluster-price.ts'
import { hasToStop } from '../../main/model/may.ts'
import { sayList } from '../../main/model/say.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { plainLabel } from '../store/deeds.ts'
import type { Asking } from '../store/state.ts'
import { useActions, useShellState } from '../store/use-shell.ts'
import { sayCommon } from '../words/common.ts'
import { sayDialogs } from '../words/dialogs.ts'
import { sayKeys } from '../words/palette.ts'
import '../styles/palette.css'

/** What a stop would touch, named before it does; both ways are offered. */
export function StopDialog({ asking }: { readonly asking: Extract<Asking, { kind: 'stop' }> }): ReactNode {
  const actions = useActions()
  const { title, services, consequences, all } = asking
  const { failing, missing } = consequences
  // What failed and has no container is only wanted no longer: nothing of it is stopped.
  const count = useShellState(
    ({ snapshot }) =>
      snapshot?.services.filter((view) => services.includes(view.id) && hasToStop(view)).length ?? 0,
  )
  return (
    <Dialog
      title={sayDialogs.stopTitle(title)}
      onClose={() => actions.ask(null)}
      buttons={
        <>
          <Button onPress={() => actions.stopNow(services, false)}>
            {all
              ? sayDialogs.stopAll(count)
              : failing.length === 0
                ? sayDialogs.stop(title)
                : sayDialogs.stopOnly(title)}
          </Button>
          {failing.length === 0 ? null : (
            <Button onPress={() => actions.stopNow(services, true)}>
              {sayDialogs.stopAlso(
                title,
                failing.map((one) => one.title),
              )}
            </Button>
          )}
          <Button kind="primary" focus onPress={() => actions.ask(null)}>
            {sayCommon.cancel}
          </Button>
        </>
      }
    >
      {all ? <p>{sayDialogs.stopAllSays(count)}</p> : null}
      {failing.length === 0 ? null : (
        <p>{failing.map((one) => sayDialogs.failing(one.title, one.because)).join(' ')}</p>
      )}
      {missing.length === 0 ? null : (
        <p>
          {sayDialogs.missing(
            sayList([...new Set(missing.map((one) => one.title))], 6),
            missing.length,
            title,
          )}
        </p>
      )}
      <p>{sayDialogs.noData}</p>
    </Dialog>
  )
}

/** A start that creates a cluster first takes minutes and gigabytes: told before it begins. */
export function CreateDialog({
  asking,
}: {
  readonly asking: Extract<Asking, { kind: 'create' }>
}): ReactNode {
  const actions = useActions()
  const { title, services, clusters } = asking
  return (
    <Dialog
      title={sayDialogs.createTitle(clusters)}
      onClose={() => actions.ask(null)}
      buttons={
        <>
          <Button focus onPress={() => actions.ask(null)}>
            {sayCommon.cancel}
          </Button>
          <Button kind="primary" onPress={() => actions.startNow(services)}>
            {sayDialogs.create(clusters)}
          </Button>
        </>
      }
    >
      <p>{sayDialogs.createSays(title, clusters)}</p>
      <p>{sayClusterPrice(clusters.length)}</p>
      <p>{sayDialogs.createThen}</p>
    </Dialog>
  )
}

/** Somebody else's program is ended for its port: what, by which command, and that nothing of it is removed. */
export function ReleaseDialog({
  asking,
}: {
  readonly asking: Extract<Asking, { kind: 'release' }>
}): ReactNode {
  const actions = useActions()
  const { fix } = asking
  const { action } = fix
  if (action.kind !== 'release') return null
  const label = plainLabel(fix.label)
  return (
    <Dialog
      title={`${label}?`}
      onClose={() => actions.ask(null)}
      buttons={
        <>
          <Button onPress={() => actions.releaseNow(fix)}>{label}</Button>
          <Button kind="primary" focus onPress={() => actions.ask(null)}>
            {sayCommon.cancel}
          </Button>
        </>
      }
    >
      <p>{sayDialogs.release(action.what, action.key)}</p>
      <p>{sayDialogs.releaseThen[action.what.kind]}</p>
      <p>
        <code>{fix.command}</code>
      </p>
    </Dialog>
  )
}

/** The desktop's window closes and there is no tray to come back from. */
export function ClosingDialog(): ReactNode {
  const actions = useActions()
  return (
    <Dialog
      stays
      title={sayDialogs.closeTitle}
      onClose={() => actions.ask(null)}
      buttons={
        <>
          <Button onPress={() => actions.leave('stop')}>{sayDialogs.stopAndQuit}</Button>
          <Button onPress={() => actions.ask(null)}>{sayDialogs.keepOpen}</Button>
          <Button kind="primary" focus onPress={() => actions.leave('quit')}>
            {sayDialogs.close}
          </Button>
        </>
      }
    >
      <p>
        {sayDialogs.closeSays} <code>maculactl ui</code> {sayDialogs.closeSaysOn}
      </p>
    </Dialog>
  )
}

/** Said once: this desktop shows no tray icons. */
export function NoTrayDialog(): ReactNode {
  const actions = useActions()
  const [how, setHow] = useState(false)
  return (
    <Dialog
      stays
      title={sayDialogs.noTrayTitle}
      onClose={() => actions.ask(null)}
      buttons={
        <>
          {how ? null : <Button onPress={() => setHow(true)}>{sayDialogs.noTrayHow}</Button>}
          <Button kind="primary" focus onPress={() => actions.ask(null)}>
            {sayDialogs.noTrayOk}
          </Button>
        </>
      }
    >
      <p>{sayDialogs.noTraySays}</p>
      {how ? <p>{sayDialogs.noTrayHowSays}</p> : null}
    </Dialog>
  )
}

/** All shortcuts. */
export function KeysDialog(): ReactNode {
  const actions = useActions()
  return (
    <Dialog
      wide
      stays
      title={sayKeys.title}
      onClose={() => actions.ask(null)}
      buttons={
        <Button kind="primary" focus onPress={() => actions.ask(null)}>
          {sayCommon.close}
        </Button>
      }
    >
      <div className="keylist">
        {sayKeys.groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map(([key, does]) => (
                <div key={key} className="keypair">
                  <dt>
                    <kbd className="kbd">{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p>{sayKeys.note}</p>
    </Dialog>
  )
}
